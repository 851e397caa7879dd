"""QR codes are read back by the reader that phones use, as they come out of a renderer."""

from __future__ import annotations

import random
import zlib

import pytest
import segno
from PIL import Image, ImageFilter, ImageOps

from app.crypto.pdf import qr
from app.crypto.pdf.objects import Name
from app.crypto.pdf.stamp import draw
from app.errors import TextNotAllowed
from app.model import Rect, Stamp
from tests.stamps import HEAD, LABEL, LINK, RENDERERS, Page, crop, pdf, read_codes


def picture(link: str) -> Image.Image:
    """The image mask as a picture with its quiet zone."""
    code = qr.encode(link)
    side = code.image.dictionary[Name("Width")]
    assert isinstance(side, int)
    data = zlib.decompress(code.image.data)
    mask = Image.frombytes("1", (side, side), data).convert("L")
    return ImageOps.expand(mask, qr.QUIET_ZONE * side // code.modules, 255)


def test_the_mask_holds_the_modules() -> None:
    """An image mask paints where a sample is 0; each module is several pixels wide."""
    code = qr.encode(LINK)
    expected = segno.make(LINK, error="m", mask=2, micro=False, boost_error=False)
    assert code.modules == len(expected.matrix) == 33
    plain = picture(LINK).resize((41, 41), Image.Resampling.NEAREST)
    for row, modules in enumerate(expected.matrix):
        for column, dark in enumerate(modules):
            assert plain.getpixel((column + 4, row + 4)) == (0 if dark else 255)


def test_error_correction_is_m() -> None:
    assert segno.make(LINK, error="m", boost_error=False, micro=False).error == "M"
    damaged = picture(LINK)
    side = damaged.width // 41
    damaged.paste(255, (18 * side, 18 * side, 26 * side, 25 * side))  # 56 of 1,089 modules
    assert read_codes(damaged) == [LINK]


@pytest.mark.parametrize("length", [1, 20, 40, 60, 90, 120, qr.MAX_LINK])
def test_links_of_every_length_are_read(length: int) -> None:
    dice = random.Random(length)
    for _ in range(5):
        link = "".join(chr(dice.randint(33, 126)) for _ in range(length))
        assert read_codes(picture(link)) == [link]


@pytest.mark.parametrize("same", ["0", "A", "a", "~", "/"])
def test_the_fixed_mask_copes_with_monotonous_links(same: str) -> None:
    link = "https://teken.id/v/" + same * 30
    assert read_codes(picture(link).filter(ImageFilter.GaussianBlur(1))) == [link]


@pytest.mark.parametrize("link", ["", "a" * (qr.MAX_LINK + 1), "two words", "a\nb", "é", "\x7f"])
def test_what_is_no_link_is_refused(link: str) -> None:
    with pytest.raises(TextNotAllowed) as caught:
        qr.encode(link)
    assert caught.value.details["limit"] == qr.MAX_LINK


def test_the_same_link_gives_the_same_bytes() -> None:
    assert qr.encode(LINK) == qr.encode(LINK)
    assert qr.encode(LINK) != qr.encode(LINK + "x")


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_stamp_is_scanned_on_a_turned_page(turn: int, renderer: str) -> None:
    """At 200 dots an inch, what an office copier makes of a page; the code has 18 to 22 mm."""
    place = Rect(60, 40, 200, 70)
    stamp = Stamp(HEAD, LINK)
    grey = b"0.85 g 0 0 420 420 re f"
    page = Page(
        (0, 0, 420, 420),
        turn,
        grey,
        [(place, lambda add: draw(add, stamp, LABEL, (200, 70), turn))],
    )
    scale = 200 / 72
    shown = crop(RENDERERS[renderer](pdf(page), scale), place, scale)
    assert read_codes(shown) == [LINK]
    assert read_codes(shown.rotate(90, expand=True)) == [LINK], "any way up"


@pytest.mark.parametrize("side", [18, 20, 22])
def test_a_photograph_of_a_print_is_scanned(side: float) -> None:
    """Blurred, tilted, greyed and noisy, 14 pixels a millimetre: a phone at 20 cm."""
    size = round(side * 14)
    dice = random.Random(side)
    paper = Image.new("L", (600, 600), 210)
    code = picture(LINK).resize((size, size), Image.Resampling.LANCZOS)
    paper.paste(code.point(lambda tone: 40 + tone * 170 // 255), (130, 130))
    photo = paper.rotate(7, fillcolor=210, resample=Image.Resampling.BICUBIC)
    photo = photo.filter(ImageFilter.GaussianBlur(1.6))
    noise = Image.frombytes("L", photo.size, dice.randbytes(600 * 600))
    assert read_codes(Image.blend(photo, noise, 0.15)) == [LINK]
