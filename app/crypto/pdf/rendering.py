"""Pages as pixels: the only place that touches PDFium, which is not thread-safe.

Every call into PDFium is made under one lock, so a `RenderedPdf` may be used from any thread; calls
wait for each other. What a page may cost is bounded: pixels, drawing instructions, seconds (by a
stopwatch: it bounds work and decides nothing else). Encoding and caching of what is drawn belong
to `services/preview`.
"""

from __future__ import annotations

import ctypes
import io
import math
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from PIL import Image

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.weight import Scale
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

MAX_PIXELS = 20_000_000  # one page; 60 MB as RGB. A larger request is drawn smaller.
MAX_PAGES = 100_000
MAX_SECONDS = 8.0  # of drawing one page
HEADER_WITHIN = 1024  # bytes; readers look no further for %PDF-

_LOCK = threading.RLock()


class RenderedPdf:
    """A document open in PDFium. Close it, or use `open_rendered` as a context manager.

    Pages count from 0 and are loaded one at a time, when asked for. Sizes are in units of default
    user space, as in `model.Rect` (points, where a page has no /UserUnit), of the upright page:
    its crop box, turned by /Rotate.
    """

    def __init__(self, document: Any, source: BinaryIO | None, scale: Scale | None) -> None:
        self._document = document
        self._source = source
        self._count = len(document)
        self._scale = scale

    @property
    def page_count(self) -> int:
        return self._count

    def page_size(self, index: int) -> tuple[float, float]:
        """(width, height) of the upright page, without loading its content. Raises DamagedPdf."""
        with _LOCK, _damage(f"page {index + 1}"):
            width, height = self._open_document().get_page_size(self._checked(index))
        return _checked_size((width, height), index)

    def render(
        self, index: int, scale: float, gray: bool = False, printed: bool = False
    ) -> Image.Image:
        """The page on white with its annotations and form fields, `scale` pixels a point.

        `printed`: as on paper, which layers and annotations can tell from a screen. The picture is
        RGB, or 8-bit gray ("L"). It holds at most `MAX_PIXELS`: the scale of a
        larger one is lowered. Raises DamagedPdf, LimitExceeded.
        """
        with _LOCK, _damage(f"page {index + 1}"):
            self._weigh(self._checked(index))
            with self._page(index) as page:
                size = _checked_size(page.get_size(), index)
                return _draw(page, _bounded(scale, size), gray, printed, f"page {index + 1}")

    def signature_count(self) -> int:
        """How many signatures PDFium sees in the document."""
        from pypdfium2 import raw

        with _LOCK:
            return max(0, int(raw.FPDF_GetSignatureCount(self._open_document())))

    def construct_appearances(self, pages: Iterable[int]) -> None:
        """Give the widgets of these pages the appearance streams that /NeedAppearances asks for.

        Raises DamagedPdf, LimitExceeded.
        """
        with _LOCK, _damage("its form"):
            for index in pages:
                self._weigh(self._checked(index))
                with self._page(index):  # PDFium constructs them when it loads a page
                    pass

    def write_anew(self, target: BinaryIO) -> None:
        """Write the document as PDFium understood it, in a file of its own.

        Objects keep their numbers, new ones follow; an encrypted document stays encrypted.
        Raises DamagedPdf, and what writing to `target` raises.
        """
        sink = _Sink(target)
        with _LOCK, _damage("it cannot be written anew"):
            self._open_document().save(sink)
        if sink.error is not None:
            raise sink.error

    def written_anew(self) -> bytes:
        """As `write_anew`, in memory."""
        target = io.BytesIO()
        self.write_anew(target)
        return target.getvalue()

    def close(self) -> None:
        """Free the document; a second call does nothing."""
        with _LOCK:
            if self._document is not None:
                self._document.close()
            if self._source is not None:
                self._source.close()
            self._document = self._source = None

    def __enter__(self) -> RenderedPdf:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_document(self) -> Any:
        if self._document is None:
            raise DamagedPdf(what="it is already closed")
        return self._document

    def _checked(self, index: int) -> int:
        if not 0 <= index < self._count:
            raise DamagedPdf(what=f"there is no page {index + 1}")
        return index

    def _weigh(self, index: int) -> None:
        if self._scale is not None:
            with suppress(DamagedPdf):  # PDFium may still draw the rest of it
                self._scale.check(index)

    @contextmanager
    def _page(self, index: int) -> Iterator[Any]:
        page = self._open_document().get_page(index)
        try:
            yield page
        finally:
            page.close()


class _Sink:
    """A target for PDFium, through which no exception can pass."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.error: OSError | None = None

    def write(self, data: bytes) -> None:
        """Write, or remember the first error and drop the rest."""
        if self.error is None:
            try:
                self._target.write(data)
            except OSError as error:
                self.error = error


def open_rendered(source: bytes | BinaryIO | Path, password: str = "") -> RenderedPdf:
    """Open a PDF for rendering. A file object must stay open and unchanged until `close`.

    Raises NotAPdf, DamagedPdf, PasswordNeeded, WrongPassword, UnsupportedEncryption, LimitExceeded,
    FileMissing, FileUnreadable.
    """
    if not isinstance(source, Path):
        return _open(source, password, None)
    own = _open_path(source)
    try:
        return _open(own, password, own)
    except BaseException:
        own.close()
        raise


def _open_path(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise FileMissing(name=path.name) from error
    except OSError as error:
        raise FileUnreadable(name=path.name) from error


def _open(source: bytes | BinaryIO, password: str, own: BinaryIO | None) -> RenderedPdf:
    import pypdfium2

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(source, password or None)
        except (pypdfium2.PdfiumError, ValueError, OSError) as error:
            _refuse(error, source, password)
        try:
            if len(document) > MAX_PAGES:
                raise LimitExceeded(what=f"more than {MAX_PAGES} pages")
            scale = _scale(source, password)
            with _damage("its form"):
                _open_form(document)
            return RenderedPdf(document, own, scale)
        except BaseException:
            document.close()
            raise


def _open_form(document: Any) -> None:
    """Before any page: stamps and fields are drawn by the form environment.

    Also where there is no /AcroForm. pypdfium2's own `init_forms` would leave the widgets of such a
    file out, while every other reader shows their appearance streams (12.5.5).
    """
    import pypdfium2
    from pypdfium2 import raw

    config = raw.FPDF_FORMFILLINFO(version=2)
    handle = raw.FPDFDOC_InitFormFillEnvironment(document, config)
    if not handle:
        raise pypdfium2.PdfiumError("no form environment")
    document.formenv = pypdfium2.PdfFormEnv(handle, config)


def _scale(source: bytes | BinaryIO, password: str) -> Scale | None:
    """None for a file that only PDFium can mend: it is shown, and can never be signed."""
    try:
        scale = Scale(PdfFile(source, password))
        with suppress(DamagedPdf):
            scale.check_form()
        return scale
    except LimitExceeded:
        raise
    except TekenError:
        return None


def _refuse(error: Exception, source: bytes | BinaryIO, password: str) -> NoReturn:
    from pypdfium2 import raw

    code = getattr(error, "err_code", None)
    if code == raw.FPDF_ERR_PASSWORD:
        raise (WrongPassword() if password else PasswordNeeded()) from error
    if code == raw.FPDF_ERR_SECURITY:
        raise UnsupportedEncryption(what="unknown security handler") from error
    if not _has_header(source):
        raise NotAPdf from error
    raise DamagedPdf(what="its pages cannot be found") from error


def _has_header(source: bytes | BinaryIO) -> bool:
    if isinstance(source, bytes):
        return b"%PDF-" in source[:HEADER_WITHIN]
    try:
        source.seek(0)
        return b"%PDF-" in source.read(HEADER_WITHIN)
    except (OSError, ValueError):
        return False


@contextmanager
def _damage(what: str) -> Iterator[None]:
    """PDFium's own failures (a null handle, a page that is not there) as DamagedPdf."""
    import pypdfium2

    try:
        yield
    except (pypdfium2.PdfiumError, ValueError, OSError, MemoryError, ctypes.ArgumentError) as error:
        raise DamagedPdf(what=what) from error


def _checked_size(size: tuple[float, float], index: int) -> tuple[float, float]:
    width, height = size
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise DamagedPdf(what=f"page {index + 1} has no size")
    return size


def _bounded(scale: float, size: tuple[float, float]) -> float:
    """`scale`, lowered so that the picture holds at most MAX_PIXELS and at least one a side."""
    width, height = size
    most = math.sqrt(MAX_PIXELS / (width * height))
    return min(scale, most, MAX_PIXELS / max(width, height))


def _draw(page: Any, scale: float, gray: bool, printed: bool, what: str) -> Image.Image:
    """Draw with a stopwatch at hand: PDFium asks it after every hundred objects."""
    import pypdfium2
    from pypdfium2 import raw

    width, height = (math.ceil(side * scale) for side in page.get_size())
    kind, mode = (raw.FPDFBitmap_Gray, "L") if gray else (raw.FPDFBitmap_BGR, "RGB")
    flags = raw.FPDF_ANNOT | (raw.FPDF_GRAYSCALE if gray else raw.FPDF_REVERSE_BYTE_ORDER)
    flags |= raw.FPDF_PRINTING if printed else 0
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, kind, rev_byteorder=not gray)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        where = (bitmap, page, 0, 0, width, height, 0, flags)
        pause = _stopwatch()
        state = raw.FPDF_RenderPageBitmap_Start(*where, pause)
        raw.FPDF_RenderPage_Close(page)
        if state == raw.FPDF_RENDER_TOBECONTINUED:
            raise LimitExceeded(what=f"{what} takes too long to draw")
        if page.formenv:
            raw.FPDF_FFLDraw(page.formenv, *where)
        return Image.frombytes(mode, (width, height), bytes(bitmap.buffer), "raw", mode)
    finally:
        bitmap.close()


def _stopwatch() -> Any:
    from pypdfium2 import raw

    end = time.monotonic() + MAX_SECONDS
    pause = raw.IFSDK_PAUSE(version=1)
    ask = type(pause.NeedToPauseNow)
    pause.NeedToPauseNow = ask(lambda _: time.monotonic() > end)
    return pause
