"""Pages become pixels, and no file brings the process down or lets a foreign exception through."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import time
import zlib
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter

from app.crypto.pdf import rendering, weight
from app.crypto.pdf.rendering import RenderedPdf, open_rendered
from app.errors import (
    DamagedPdf,
    FileMissing,
    FileUnreadable,
    LimitExceeded,
    NotAPdf,
    PasswordNeeded,
    TekenError,
    UnsupportedEncryption,
    WrongPassword,
)
from tests import handmade
from tests.stamps import Page, pdf

SQUARE = b"100 100 50 50 re f"
PLAIN = pdf(Page(content=SQUARE), Page(crop=(0, 0, 100, 200), turn=90))


def content(data: bytes, entries: bytes = b"", **more: bytes) -> bytes:
    """A page of 400 x 600 points with this content stream; `more` are objects from 5 on."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/Contents 4 0 R/Resources<</XObject<<"
    page += b"/F 5 0 R>>>>>>"
    objects = {1: handmade.CATALOG, 2: handmade.PAGES, 3: page, 4: handmade.stream(entries, data)}
    return handmade.table(objects | dict(enumerate(more.values(), 5)))


def encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PLAIN)))
    writer.encrypt(user_password=password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("way", ["bytes", "file", "path"])
def test_a_page_is_drawn(way: str, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PLAIN)
    source = {"bytes": PLAIN, "file": io.BytesIO(PLAIN), "path": path}[way]
    with open_rendered(source) as document:
        assert document.page_count == 2
        assert document.page_size(0) == (400, 300)
        assert document.page_size(1) == (200, 100), "turned"
        picture = document.render(0, 2)
        assert (picture.mode, picture.size) == ("RGB", (800, 600))
        assert picture.getpixel((250, 350)) == (0, 0, 0)
        assert picture.getpixel((250, 250)) == (255, 255, 255)
        assert document.render(0, 0.5, gray=True).mode == "L"


def test_red_is_red() -> None:
    with open_rendered(content(b"1 0 0 rg 0 0 400 600 re f")) as document:
        assert document.render(0, 0.1).getpixel((5, 5)) == (255, 0, 0)


def test_a_picture_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MAX_PIXELS", 10_000)
    with open_rendered(PLAIN) as document:
        picture = document.render(0, 500)
        assert picture.width * picture.height < 10_500
        assert picture.width / picture.height == pytest.approx(4 / 3, rel=0.02)
    with open_rendered(
        handmade.table({**handmade.PLAIN, 3: handmade.PAGE.replace(b"600", b"1")})
    ) as d:
        assert d.render(0, 0.01).size == (4, 1)


def test_damage_and_passwords() -> None:
    with pytest.raises(NotAPdf):
        open_rendered(b"PK\x03\x04 no PDF at all")
    with pytest.raises(NotAPdf):
        open_rendered(io.BytesIO(b""))
    with pytest.raises(DamagedPdf):
        open_rendered(b"%PDF-1.7\nand nothing else")
    secret = encrypted("sandi")
    with pytest.raises(PasswordNeeded):
        open_rendered(secret)
    with pytest.raises(WrongPassword):
        open_rendered(secret, "salah")
    with open_rendered(secret, "sandi") as document:
        assert document.page_count == 2
    with pytest.raises(UnsupportedEncryption):
        open_rendered(handmade.table(
            {**handmade.PLAIN, 4: b"<</Filter/Adobe.PubSec/V 4>>"},
            trailer=b"/Root 1 0 R/Encrypt 4 0 R/ID[(a)(b)]",
        ))  # fmt: skip


class Broken(io.BytesIO):
    """A file whose device fails in the middle."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError("no such device")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        open_rendered(tmp_path / "none.pdf")
    with pytest.raises(FileUnreadable):
        open_rendered(tmp_path)
    text = tmp_path / "text.pdf"
    text.write_bytes(b"nothing")
    with pytest.raises(NotAPdf):
        open_rendered(text)
    with pytest.raises(TekenError):
        open_rendered(Broken(b"nothing"))


def test_pages_that_are_not_there() -> None:
    with open_rendered(PLAIN) as document:
        for index in (-1, 2, 2**40):
            with pytest.raises(DamagedPdf):
                document.page_size(index)
            with pytest.raises(DamagedPdf):
                document.render(index, 1)
    with pytest.raises(DamagedPdf, match="closed"):
        document.render(0, 1)
    document.close()  # again


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MAX_PAGES", 1)
    with pytest.raises(LimitExceeded):
        open_rendered(PLAIN)


def test_a_page_without_size(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_rendered(PLAIN) as document, monkeypatch.context() as patch:
        patch.setattr("pypdfium2.PdfPage.get_size", lambda _: (0.0, float("nan")))
        with pytest.raises(DamagedPdf):
            document.render(0, 1)


def test_pdfium_failing_inside_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise pypdfium2.PdfiumError("Failed to create bitmap.")

    with open_rendered(PLAIN) as document, monkeypatch.context() as patch:
        patch.setattr("pypdfium2.PdfBitmap.new_native", fail)
        with pytest.raises(DamagedPdf, match="page 1"):
            document.render(0, 1)


def test_a_page_without_area_has_the_size_that_readers_assume() -> None:
    broken = handmade.table({**handmade.PLAIN, 3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 0 0]>>"})
    with open_rendered(broken) as document:
        assert document.page_size(0) == (612, 792), "what readers assume"


# -- bombs ---------------------------------------------------------------------------------------


def twice_deflated(unit: bytes, count: int) -> bytes:
    return zlib.compress(zlib.compress(unit * count, 9), 9)


def test_content_that_inflates_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weight, "MAX_WEIGHT", 1 << 20)
    data = content(twice_deflated(b" ", 2 << 20), b"/Filter[/FlateDecode/FlateDecode]")
    assert len(data) < 2000
    with open_rendered(data) as document, pytest.raises(LimitExceeded):
        document.render(0, 0.1)


def forms(levels: int, times: int = 10) -> bytes:
    """Each form draws the next one several times over."""
    bodies = {}
    for level in range(levels):
        inner = b"/F Do " * times if level < levels - 1 else SQUARE
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 400 600]"
        entries += b"/Resources<</XObject<</F %d 0 R>>>>" % (6 + level)
        bodies[f"form{level}"] = handmade.stream(entries, inner)
    return content(b"/F Do", **bodies)


def test_forms_that_multiply() -> None:
    with open_rendered(forms(2)) as document:
        assert document.render(0, 1).getpixel((125, 475)) == (0, 0, 0)
    with (
        open_rendered(forms(9)) as document,
        pytest.raises(LimitExceeded, match="drawing on page 1"),
    ):
        document.render(0, 0.1)


def test_a_deep_chain_hides_nothing() -> None:
    with open_rendered(forms(60, times=1)) as document, pytest.raises(LimitExceeded):
        document.render(0, 0.1)
    with open_rendered(forms(20, times=1)) as document:
        assert document.render(0, 1).getpixel((125, 475)) == (0, 0, 0)


def test_forms_in_a_circle_are_drawn_as_far_as_they_go() -> None:
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 400 600]/Resources<</XObject<</F 5 0 R>>>>"
    with open_rendered(
        content(b"/F Do", form=handmade.stream(entries, b"/F Do " + SQUARE))
    ) as document:
        assert document.render(0, 1).size == (400, 600)


def test_a_page_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MAX_SECONDS", 0.0)
    with open_rendered(content(b"0 0 m 400 600 l S\n" * 5000)) as document:
        with pytest.raises(LimitExceeded, match="too long"):
            document.render(0, 1)
        monkeypatch.setattr(rendering, "MAX_SECONDS", 60.0)
        assert document.render(0, 0.1).size == (40, 60), "the document is still usable"


def test_annotations_weigh_too(monkeypatch: pytest.MonkeyPatch) -> None:
    look = handmade.stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b" " * 3000)
    monkeypatch.setattr(weight, "MAX_WEIGHT", 2000)
    for normal in (b"4 0 R", b"<</Yes 4 0 R>>"):
        note = b"<</Subtype/Stamp/Rect[0 0 9 9]/AP<</N %s>>>>" % normal
        page = handmade.PAGE[:-2] + b"/Annots[%s]>>" % note
        data = handmade.table({**handmade.PLAIN, 3: page, 4: look})
        with open_rendered(data) as document, pytest.raises(LimitExceeded):
            document.render(0, 1)


def fields(count: int, under: bytes = b"") -> bytes:
    """A form with that many fields side by side; `under` are the entries of a common parent."""
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(count))
    form = b"/AcroForm<</Fields[%s]>>>>" % (b"4 0 R" if under else kids)
    objects = {**handmade.PLAIN, 1: handmade.CATALOG[:-2] + form}
    objects[4] = b"<<%s/Kids[%s 4 0 R]>>" % (under, kids)  # and itself: a circle
    for number in range(count):
        objects[5 + number] = b"<</FT/Tx/T(%d)/Subtype/Widget/Rect[0 0 1 1]>>" % number
    return handmade.table(objects)


@pytest.mark.parametrize("under", [b"", b"/T(parent)/FT/Tx"])
def test_forms_with_too_many_fields(under: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weight, "MAX_FIELD_WORK", 2000)
    with open_rendered(fields(30, under)) as document:
        assert document.render(0, 0.1).size == (40, 60)
    with pytest.raises(LimitExceeded, match="form fields"):
        open_rendered(fields(45, under))


def test_what_only_pdfium_can_mend_is_shown() -> None:
    mended = PLAIN.replace(b"startxref", b"startxxxx")
    with open_rendered(mended) as document:
        assert document.render(0, 1).getpixel((125, 175)) == (0, 0, 0)


def test_content_that_cannot_be_read_weighs_nothing() -> None:
    for entries in (b"/Filter/FlateDecode", b"/Filter/Unknown"):
        with open_rendered(content(b"not deflated", entries)) as document:
            assert document.render(0, 0.1).getpixel((1, 1)) == (255, 255, 255)


def test_our_reader_stumbling_does_not_stop_pdfium(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise DamagedPdf(what="anything")

    monkeypatch.setattr("app.crypto.pdf.weight.Scale._page", stumble)
    with open_rendered(PLAIN) as document:
        assert document.render(0, 0.1).size == (40, 30)


def test_nesting_without_end_is_refused() -> None:
    deep = b"[" * 200 + b"]" * 200
    with pytest.raises(LimitExceeded):
        open_rendered(
            handmade.table({**handmade.PLAIN, 1: handmade.CATALOG[:-2] + b"/A" + deep + b">>"})
        )


def test_pages_that_the_tree_does_not_hold_are_not_weighed() -> None:
    with open_rendered(PLAIN) as document:
        assert document._scale is not None
        document._scale.check(7)


PLANTED = {
    "nothing is weighed": (
        "app.crypto.pdf.weight.Scale.check",
        lambda *_: None,
        test_content_that_inflates_without_end,
    ),
    "fields are not counted": (
        "app.crypto.pdf.weight.Scale.check_form",
        lambda *_: None,
        lambda patch: test_forms_with_too_many_fields(b"", patch),
    ),
    "uses of a form are not counted": (
        "app.crypto.pdf.weight.Scale._form",
        lambda *_: 0,
        test_annotations_weigh_too,
    ),
    "the stopwatch never ends": (
        "app.crypto.pdf.rendering.time",
        SimpleNamespace(monotonic=lambda: 0.0),
        test_a_page_that_takes_too_long,
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_bugs_turn_these_tests_red(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target, bug, test = PLANTED[planted]
    monkeypatch.setattr(target, bug)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test(monkeypatch)


# -- threads -------------------------------------------------------------------------------------


def test_many_threads_may_draw_at_once() -> None:
    results: list[tuple[int, int]] = []
    with open_rendered(PLAIN) as document:

        def draw(which: RenderedPdf) -> None:
            with open_rendered(PLAIN) as own:
                for _ in range(5):
                    results.append(which.render(0, 0.2).size)
                    results.append(own.render(0, 0.2).size)

        threads = [threading.Thread(target=draw, args=(document,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [(80, 60)] * 80


class Watch:
    """Counts how many threads are inside at the same time."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self._guard = threading.Lock()

    def __call__(self, *_: object) -> None:
        with self._guard:
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(0.02)
        with self._guard:
            self.inside -= 1


def most_at_once(monkeypatch: pytest.MonkeyPatch) -> int:
    watch = Watch()
    with open_rendered(PLAIN) as document:
        monkeypatch.setattr(RenderedPdf, "_weigh", watch)  # one step of drawing; harmless itself
        monkeypatch.setattr(rendering, "_draw", lambda *_: None)
        threads = [threading.Thread(target=document.render, args=(0, 0.1)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return watch.most


def test_pdfium_is_never_entered_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert most_at_once(monkeypatch) == 1


def test_without_the_lock_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_LOCK", nullcontext())
    monkeypatch.setattr(RenderedPdf, "_page", lambda *_: nullcontext(NoPage()))
    assert most_at_once(monkeypatch) > 1


class NoPage:
    def get_size(self) -> tuple[float, float]:
        return 400, 300


def test_pdfium_is_loaded_only_when_a_file_is_opened() -> None:
    code = "import sys, app.crypto.pdf.rendering; sys.exit('pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def widgets(count: int, catalog: bytes = handmade.CATALOG) -> bytes:
    """Widgets side by side on one page, each a black square; no /Fields names them."""
    refs = b" ".join(b"%d 0 R" % (10 + number) for number in range(count))
    objects = {**handmade.PLAIN, 1: catalog, 3: handmade.PAGE[:-2] + b"/Annots[%s]>>" % refs}
    objects[5] = handmade.stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b"0 0 9 9 re f")
    for number in range(count):
        entries = b"/FT/Tx/T(%d)/F 4/Rect[%d 0 %d 9]/AP<</N 5 0 R>>" % (number, number, number + 9)
        objects[10 + number] = b"<</Type/Annot/Subtype/Widget%s>>" % entries
    return handmade.table(objects)


FORMLESS = [handmade.CATALOG, handmade.CATALOG[:-2] + b"/AcroForm<</Fields[]>>>>"]


@pytest.mark.parametrize("catalog", FORMLESS, ids=["no form", "empty form"])
def test_widgets_that_belong_to_no_form_are_shown(catalog: bytes) -> None:
    """12.5.5: an annotation is shown by its appearance stream. All readers do so."""
    with open_rendered(widgets(1, catalog)) as document:
        picture = document.render(0, 1)
    assert picture.getpixel((4, picture.height - 4)) == (0, 0, 0)


def test_pages_with_too_many_widgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFium compares each with all before, also those of other pages, but not at every look."""
    monkeypatch.setattr(weight, "MAX_FIELD_WORK", 2000)
    with open_rendered(widgets(44)) as document:
        for _ in range(3):
            document.render(0, 0.1)
    with open_rendered(widgets(45)) as document, pytest.raises(LimitExceeded, match="form fields"):
        document.render(0, 0.1)
