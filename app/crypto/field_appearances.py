"""Fix how form fields look before /NeedAppearances goes, so that what was shown is what is signed.

PDFium constructs the appearance streams, as it does for the pages that the app shows.
"""

from __future__ import annotations

import io
import tempfile
import zlib
from typing import BinaryIO

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Dict, Name, NewStream, Object, Ref, Stream
from app.crypto.pdf.update import Update
from app.errors import UnsupportedForm

_IN_MEMORY = 32 << 20  # bytes
_STORED_AS = {Name("Length"), Name("Filter"), Name("DecodeParms")}


def construct_appearances(
    pdf: PdfFile, data: bytes | BinaryIO, update: Update, password: str
) -> None:
    """Give all widgets appearance streams, where the form asks every reader to make its own.

    ISO 32000-2, Table 224: a writer that has not provided appearance streams for all visible
    widgets shall set /NeedAppearances. So whoever takes it out shall provide them.
    Raises DamagedPdf and LimitExceeded where the pages cannot be shown, UnsupportedForm.
    """
    acroform = pdf.get_dict(pdf.catalog.get(Name("AcroForm")))
    if pdf.get(acroform.get(Name("NeedAppearances"))) is not True:
        return
    widgets = {index: _widgets(pdf, page) for index, (_, page) in enumerate(pdf.pages())}
    shown = [index for index, found in widgets.items() if found]
    if not shown:
        return
    from app.crypto.pdf.rendering import open_rendered

    with _scratch(pdf.source.size) as file:
        with open_rendered(data, password) as rendered:
            rendered.construct_appearances(shown)
            rendered.write_anew(file)
        drawn = PdfFile(file, password)
        transfer = _Transfer(pdf, drawn, update)
        for widget in dict.fromkeys(ref for index in shown for ref in widgets[index]):
            look = _appearances(drawn, widget)
            if look != _appearances(pdf, widget):
                changed = {**pdf.get_dict(widget), Name("AP"): transfer.value(look)}
                update.change(widget, changed)
        transfer.finish()


def _scratch(size: int) -> BinaryIO:
    """Room for a copy of the document. On the disk it is as encrypted as the document is."""
    return io.BytesIO() if size <= _IN_MEMORY else tempfile.TemporaryFile()


def _widgets(pdf: PdfFile, page: Dict) -> list[Ref]:
    found = []
    for item in pdf.get_list(page.get(Name("Annots"))):
        if pdf.get_dict(item).get(Name("Subtype")) != "Widget":
            continue
        if not isinstance(item, Ref):  # Table 31 demands references; it could not be found again
            raise UnsupportedForm(what="NeedAppearances")
        found.append(item)
    return found


def _appearances(pdf: PdfFile, widget: Ref) -> Dict:
    """/AP with its subdictionaries, one stream a state, in place of references to them (12.5.5)."""
    looks = pdf.get_dict(pdf.get_dict(widget).get(Name("AP")))
    resolved = ((key, value, pdf.get(value)) for key, value in looks.items())
    return {key: found if isinstance(found, dict) else value for key, value, found in resolved}


class _Transfer:
    """Takes values over from PDFium's copy, where an object keeps its number and new ones follow.

    What is equal under its number stays a reference; the rest is added to the update.
    """

    def __init__(self, pdf: PdfFile, drawn: PdfFile, update: Update) -> None:
        self._pdf = pdf
        self._drawn = drawn
        self._update = update
        self._added: dict[Ref, Ref] = {}
        self._waiting: list[Ref] = []

    def value(self, value: Object) -> Object:
        """The value as the update may hold it."""
        match value:
            case Ref():
                return value if self._unchanged(value) else self._new(value)
            case dict():
                return {key: self.value(item) for key, item in value.items()}
            case list():
                return [self.value(item) for item in value]
        return value

    def finish(self) -> None:
        """Write what the values refer to. A loop, not a recursion: a file may nest at will."""
        while self._waiting:
            ref = self._waiting.pop()
            self._update.change(self._added[ref], self._object(ref))

    def _unchanged(self, ref: Ref) -> bool:
        drawn, held = self._drawn.get(ref), self._pdf.get(ref)
        if isinstance(drawn, Stream):  # PDFium writes new streams and leaves the old ones
            return isinstance(held, Stream)
        return drawn == held

    def _new(self, ref: Ref) -> Ref:
        if ref not in self._added:
            self._added[ref] = self._update.reserve()
            self._waiting.append(ref)
        return self._added[ref]

    def _object(self, ref: Ref) -> Object:
        found = self._drawn.get(ref)
        if not isinstance(found, Stream):
            return self.value(found)
        entries = {key: item for key, item in found.dictionary.items() if key not in _STORED_AS}
        entries[Name("Filter")] = Name("FlateDecode")
        data = zlib.compress(self._drawn.stream_data(ref), 9)
        return NewStream({key: self.value(item) for key, item in entries.items()}, data)
