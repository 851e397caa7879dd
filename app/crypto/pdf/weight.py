"""How much a page asks a renderer to draw, measured before it is drawn.

PDFium cannot be stopped while it reads a page: 2 KB that inflate to 1 GiB, or forms that each draw
the next one ten times over, would take all memory or all day.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Dict, Name, Object, Ref
from app.errors import DamagedPdf, LimitExceeded

MAX_WEIGHT = 32 << 20  # bytes of drawing instructions; drawings of whole cities stay below
MAX_DEPTH = 48  # forms within forms; PDFium itself stops at 40
MAX_FIELD_WORK = 10**8  # PDFium compares each field's name with those of all its siblings
_DRAWS = re.compile(rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]+)[\x00\t\n\x0c\r ]+Do\b")


class Scale:
    """Weighs the pages of one document: bytes of content, a form's counted at each use."""

    def __init__(self, pdf: PdfFile) -> None:
        self._pdf = pdf
        self._pages = pdf.pages()
        self._seen: list[Dict] = []
        self._forms: dict[Ref, int] = {}
        self._widgets: dict[int, int] = {}  # by page

    def check_form(self) -> None:
        """Raises LimitExceeded where the form alone would take PDFium seconds to load."""
        work = 0
        seen: set[Ref] = set()
        waiting = [self._pdf.get_dict(self._pdf.catalog.get(Name("AcroForm"))).get(Name("Fields"))]
        while waiting:
            siblings = self._pdf.get_list(waiting.pop())
            work += len(siblings) ** 2
            if work > MAX_FIELD_WORK:
                raise LimitExceeded(what="number of form fields")
            fresh = [field for field in siblings if isinstance(field, Ref) and field not in seen]
            seen.update(fresh)
            waiting += [self._pdf.get_dict(field).get(Name("Kids")) for field in fresh]

    def check(self, index: int) -> None:
        """Raises LimitExceeded where page `index` (from 0) weighs too much."""
        while len(self._seen) <= index:
            try:
                self._seen.append(next(self._pages)[1])
            except StopIteration:  # a tree that others read differently
                return
        if self._page(self._seen[index]) > MAX_WEIGHT:
            raise LimitExceeded(what=f"drawing on page {index + 1}")
        self._check_widgets(index)

    def _check_widgets(self, index: int) -> None:
        """PDFium takes widgets that no /Fields names for fields as well, page by page."""
        annotations = map(
            self._pdf.get_dict, self._pdf.get_list(self._seen[index].get(Name("Annots")))
        )
        count = sum(item.get(Name("Subtype")) == "Widget" for item in annotations)
        self._widgets[index] = count
        if count * sum(self._widgets.values()) > MAX_FIELD_WORK:
            raise LimitExceeded(what="number of form fields")

    def _page(self, page: Dict) -> int:
        resources = self._pdf.get_dict(page.get(Name("Resources")))
        contents = page.get(Name("Contents"))
        parts = self._pdf.get_list(contents) or [contents]
        weight = sum(self._stream(part, resources, 0) for part in parts)
        return weight + sum(self._form(form, {}, 0) for form in self._appearances(page))

    def _appearances(self, page: Dict) -> Iterator[Object]:
        for item in self._pdf.get_list(page.get(Name("Annots"))):
            looks = self._pdf.get_dict(self._pdf.get_dict(item).get(Name("AP")))
            normal = looks.get(Name("N"))
            states = self._pdf.get(normal)  # a check box has one form a state (12.5.5)
            yield from states.values() if isinstance(states, dict) else (normal,)

    def _form(self, form: Object, inherited: Dict, depth: int) -> int:
        if not isinstance(form, Ref):
            return 0
        if depth > MAX_DEPTH:
            return 2 * MAX_WEIGHT
        if form not in self._forms:
            self._forms[form] = 0  # a circle: readers stop there, too
            dictionary = self._pdf.get_dict(form)
            if dictionary.get(Name("Subtype")) == "Form":
                resources = self._pdf.get_dict(dictionary.get(Name("Resources"))) or inherited
                self._forms[form] = self._stream(form, resources, depth + 1)
        return self._forms[form]

    def _stream(self, stream: Object, resources: Dict, depth: int) -> int:
        if not isinstance(stream, Ref):
            return 0
        try:
            data = self._pdf.stream_data(stream, MAX_WEIGHT)
        except DamagedPdf:
            return 0  # what cannot be read is not drawn
        forms = self._pdf.get_dict(resources.get(Name("XObject")))
        weight = len(data)
        for name, uses in Counter(_DRAWS.findall(data)).items():
            form = forms.get(Name(name.decode("latin-1")))
            weight += uses * self._form(form, resources, depth)
        return min(weight, 2 * MAX_WEIGHT)
