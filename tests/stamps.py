"""Pages with stamps on them, written by hand and rendered by PDFium and poppler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO

import zxingcpp
from PIL import Image

from app.crypto.pdf.geometry import PageGeometry
from app.crypto.pdf.objects import Name, Object, Ref, encode
from app.crypto.pdf.rendering import open_rendered
from app.model import Person, Rect
from tests import handmade
from tests.oracles import on_disk, run

LABEL = "TIDAK TERSERTIFIKASI - UJI"
LINK = "https://teken.kupangkota.go.id/v/7Jm2kLq9XvB3nR8sT4wY6z"
HEAD = Person(
    name="Dr. Ir. Maria Y. D'Oliveira-Nuñez, S.Sos., M.Si.",
    position="Plt. Kepala Badan Kepegawaian, Pendidikan dan Pelatihan Daerah",
    rank="Pembina Utama Muda (IV/c)",
    nip="198003262000031001",
)

Draw = Callable[[Callable[[Object], Ref]], Ref]


@dataclass
class Page:
    """One page and the stamps on it: (rectangle on the upright page, what draws it)."""

    crop: tuple[float, float, float, float] = (0, 0, 400, 300)
    turn: int = 0
    content: bytes = b""
    stamps: list[tuple[Rect, Draw]] = field(default_factory=list)


class Objects(list[Object]):
    """Collects objects as an update does."""

    def add(self, value: Object) -> Ref:
        self.append(value)
        return Ref(len(self))

    @property
    def written(self) -> list[bytes]:
        return [encode(value) for value in self]


def pdf(*pages: Page) -> bytes:
    """A file whose stamps are the appearances of signature widgets, as in a signed file."""
    objects = Objects([None, None])
    widgets: list[Object] = []
    kids: list[Object] = []
    for page in pages:
        shape = PageGeometry(page.crop, page.turn)
        annotations: list[Object] = []
        for rect, draw in page.stamps:
            widget: Object = {
                Name("Type"): Name("Annot"),
                Name("Subtype"): Name("Widget"),
                Name("FT"): Name("Sig"),
                Name("T"): b"s%d" % len(objects),
                Name("F"): 132,
                Name("Rect"): shape.to_user(rect),
                Name("AP"): {Name("N"): draw(objects.add)},
            }
            annotations.append(objects.add(widget))
        widgets += annotations
        kids.append(objects.add(_page(page, annotations, objects)))
    objects[0] = {
        Name("Type"): Name("Catalog"),
        Name("Pages"): Ref(2),
        Name("AcroForm"): {Name("Fields"): widgets, Name("SigFlags"): 3},
    }
    objects[1] = {Name("Type"): Name("Pages"), Name("Kids"): kids, Name("Count"): len(kids)}
    return handmade.table(dict(enumerate(objects.written, 1)))


def _page(page: Page, annotations: list[Object], objects: Objects) -> Object:
    from app.crypto.pdf.objects import NewStream

    left, bottom, right, top = page.crop
    return {
        Name("Type"): Name("Page"),
        Name("Parent"): Ref(2),
        Name("MediaBox"): [left - 20, bottom - 30, right + 10, top + 40],
        Name("CropBox"): list(page.crop),
        Name("Rotate"): page.turn,
        Name("Resources"): {},
        Name("Contents"): objects.add(NewStream({}, page.content)),
        Name("Annots"): annotations,
    }


def by_pdfium(data: bytes, scale: float) -> Image.Image:
    """The first page, upright, `scale` pixels a point."""
    with open_rendered(data) as document:
        return document.render(0, scale, gray=True)


def by_poppler(data: bytes, scale: float) -> Image.Image:
    """The same by other people's software."""
    with on_disk(data) as path:
        target = path.with_suffix("")
        dots = str(round(72 * scale))
        command = ("pdftoppm", "-cropbox", "-gray", "-singlefile", "-r", dots, "-png")
        done = run(*command, path, target)
        assert done.returncode == 0, done.stderr
        return Image.open(BytesIO(target.with_suffix(".png").read_bytes())).convert("L")


RENDERERS = {"PDFium": by_pdfium, "poppler": by_poppler}


def crop(picture: Image.Image, rect: Rect, scale: float) -> Image.Image:
    """The part of a rendered page that `rect` covers."""
    box = (rect.x * scale, picture.height - rect.top * scale, rect.right * scale,
           picture.height - rect.y * scale)  # fmt: skip
    return picture.crop(tuple(map(round, box)))


def read_codes(picture: Image.Image) -> list[str]:
    """The QR codes of a picture that stand upright in it, without the tricks for bad pictures."""
    found = zxingcpp.read_barcodes(
        picture, zxingcpp.BarcodeFormat.QRCode, try_rotate=False, try_invert=False
    )
    return [code.text for code in found]
