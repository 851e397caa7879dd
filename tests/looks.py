"""What pages look like before and after: pixels by PDFium and MuPDF, words by poppler."""

from __future__ import annotations

import io
import re
import tempfile
from collections import Counter
from pathlib import Path

from tests import oracles

Region = tuple[int, float, float, float, float]  # page from 0; left, bottom, right, top in points


def differing_pages(
    before: bytes,
    after: bytes,
    *,
    stamp: Region | None = None,
    pages: int = 10,
    scale: float = 1.0,
    password: str = "",
) -> list[int]:
    """Pages (from 0) whose pixels differ outside the stamp; all pages if their number differs."""
    # PDFium draws the same bytes differently while it still looks for fonts: it gets three tries
    for _ in range(3):
        wrong = _differing_once(before, after, stamp, pages, scale, password or None)
        if not wrong:
            break
    return wrong


def _differing_once(
    before: bytes,
    after: bytes,
    stamp: Region | None,
    pages: int,
    scale: float,
    password: str | None,
) -> list[int]:
    import pypdfium2

    first = pypdfium2.PdfDocument(before, password=password)
    second = pypdfium2.PdfDocument(after, password=password)
    _draw_widgets(first)
    _draw_widgets(second)
    if len(first) != len(second):
        return list(range(max(len(first), len(second))))
    wanted = {*range(min(len(first), pages)), *([stamp[0]] if stamp else [])}
    return [index for index in sorted(wanted) if not _same(first, second, index, scale, stamp)]


def _draw_widgets(document) -> None:  # type: ignore[no-untyped-def]
    """A form environment draws them, the stamp among them. Chrome opens one for every file.

    `init_forms` of pypdfium2 opens none where there is no /AcroForm: the widgets of such a file
    would be missing before signing and there after it.
    """
    import pypdfium2

    config = pypdfium2.raw.FPDF_FORMFILLINFO(version=2)
    handle = pypdfium2.raw.FPDFDOC_InitFormFillEnvironment(document, config)
    document.formenv = pypdfium2.PdfFormEnv(handle, config)


def _same(first, second, index: int, scale: float, stamp: Region | None) -> bool:  # type: ignore[no-untyped-def]
    one, two = _picture(first, index, scale), _picture(second, index, scale)
    if one is None or two is None:
        return one is two
    return _equal(one, two, index, scale, stamp)


def _equal(one, two, index: int, scale: float, stamp: Region | None) -> bool:  # type: ignore[no-untyped-def]
    from PIL import ImageChops, ImageDraw

    if one.size != two.size:
        return False
    difference = ImageChops.difference(one, two)
    if stamp and stamp[0] == index:
        left, bottom, right, top = (edge * scale for edge in stamp[1:])
        height = one.size[1]
        box = (left - 2, height - top - 2, right + 2, height - bottom + 2)
        ImageDraw.Draw(difference).rectangle(box, fill=0)
    return difference.getbbox() is None


def _picture(document, index: int, scale: float):  # type: ignore[no-untyped-def]
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return None  # a page that cannot be shown, which must stay so
    width, height = page.get_size()
    scale = min(scale, 2000 / max(width, height, 1))
    picture = page.render(scale=scale).to_pil().convert("RGB")
    page.close()
    return picture


def differing_in_mupdf(
    before: Path,
    after: Path,
    *,
    stamp: Region | None = None,
    pages: int = 10,
    password: str = "",
) -> list[int] | None:
    """As `differing_pages`, at 72 dpi; None where MuPDF draws no page of the original.

    MuPDF draws stored looks, whatever /NeedAppearances says.
    """
    with tempfile.TemporaryDirectory() as folder:
        first = _drawn_by_mupdf(before, Path(folder, "before"), pages, password)
        second = _drawn_by_mupdf(after, Path(folder, "after"), pages, password)
        scale = 1.0
        if stamp and stamp[0] in first:
            scale = first[stamp[0]].width / _width(before, stamp[0], password)
        wrong = [
            index
            for index, picture in first.items()
            if index not in second or not _equal(picture, second[index], index, scale, stamp)
        ]
        return wrong if first else None


def _width(path: Path, index: int, password: str) -> float:
    """In units of user space, as PDFium sees it; MuPDF counts a /UserUnit in."""
    import pypdfium2

    return float(pypdfium2.PdfDocument(path, password=password or None).get_page_size(index)[0])


def _drawn_by_mupdf(path: Path, folder: Path, pages: int, password: str):  # type: ignore[no-untyped-def]
    """Pictures by page; a page that MuPDF cannot draw is not there."""
    from PIL import Image

    folder.mkdir()
    given = ["-p", password] if password else []
    target = folder / "%d.ppm"
    oracles.run("mutool", "draw", "-q", "-r", "72", *given, "-o", target, path, f"1-{pages}")
    return {int(file.stem) - 1: Image.open(file) for file in folder.iterdir()}


def needs_appearances(data: bytes) -> bool:
    """Whether the form asks every reader to draw its fields, as pypdf reads it."""
    import pypdf

    try:
        root = pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]
        return bool(root["/AcroForm"]["/NeedAppearances"].value)  # type: ignore[index]
    except Exception:
        return False  # pypdf reads it not, or there is no such entry


def missing_words(before: Path, after: Path, password: str = "") -> list[str]:
    """Words that poppler shows of the first file and no longer of the second.

    Poppler draws the fields by itself where /NeedAppearances tells it to.
    """
    return sorted((_words(before, password) - _words(after, password)).elements())


def _words(path: Path, password: str) -> Counter[str]:
    """Letters and digits; marks of buttons may be drawn as shapes."""
    given = ["-upw", password, "-opw", password] if password else []
    done = oracles.run("pdftotext", *given, "-l", "10", path, "-")
    printed = done.stdout.encode("latin-1").decode(errors="replace")
    printed = printed.replace("\u00ef\u00bb\u00bf", "")  # poppler shows the mark of UTF-8 (7.9.2.2)
    return Counter(re.findall(r"\w+", printed))
