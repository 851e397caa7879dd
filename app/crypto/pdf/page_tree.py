"""Changes to the page tree (ISO 32000-2, 7.7.3)."""

from __future__ import annotations

from itertools import islice

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Dict, Name, Ref
from app.crypto.pdf.update import Update


def own_page(pdf: PdfFile, update: Update, number: int) -> Ref:
    """The page object of page `number` (from 1), which must exist.

    Where /Kids lists one object for several pages, what is added to it would show on all of them:
    this page becomes a copy then.
    """
    pages = [ref for ref, _ in islice(pdf.pages(), number)]
    page = pages[-1]
    parent = pdf.get_dict(page).get(Name("Parent"))
    before = pdf.get_list(pdf.get_dict(parent).get(Name("Kids")))
    places = [place for place, kid in enumerate(before) if kid == page]
    if not isinstance(parent, Ref) or not 1 < len(places) >= pages.count(page):
        return page
    place = places[pages.count(page) - 1]
    held = update.pending.get(parent)
    node: Dict = held if isinstance(held, dict) else pdf.get_dict(parent)
    kids = list(pdf.get_list(node.get(Name("Kids"))))
    if kids[place] == page:
        kids[place] = update.add(pdf.get_dict(page))
        update.change(parent, {**node, Name("Kids"): kids})
    own = kids[place]
    return own if isinstance(own, Ref) else page
