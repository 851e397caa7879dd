"""One object that stands for several pages: a stamp goes on one of them only."""

from __future__ import annotations

import pytest

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Name, Ref
from app.crypto.sign import prepare_fields, sign
from app.model import FieldSpec, Place, Rect, Stamp
from tests import builders, looks, oracles, pki
from tests.handmade import table

KEY = pki.identity().signing_key()
RECT = Rect(100, 100, 200, 70)
LINK = "https://teken.example/v/abc"


def file(kids: bytes = b"3 0 R 3 0 R 3 0 R", count: int = 3) -> bytes:
    objects = builders.letter() | {2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)}
    return table(objects, trailer=builders.TRAILER)


def stamped(data: bytes, page: int, **changes: object) -> bytes:
    stamp = Stamp(pki.TALLO, LINK, Place(page, RECT))
    return data + sign(data, KEY, builders.request(stamp=stamp, **changes))


def pages(data: bytes) -> list[Ref]:
    return [ref for ref, _ in PdfFile(data).pages()]


@pytest.mark.parametrize("page", [1, 2, 3])
def test_only_the_chosen_page_changes(page: int) -> None:
    data = file()
    after = stamped(data, page)
    assert looks.differing_pages(data, after) == [page - 1]
    assert oracles.pyhanko(after)[0].valid
    own = pages(after)[page - 1]
    assert [ref == Ref(3) for ref in pages(after)] == [number != page for number in (1, 2, 3)]
    annots = PdfFile(after).get_list(PdfFile(after).get_dict(own)[Name("Annots")])
    assert PdfFile(after).get_dict(annots[0])[Name("P")] == own


def test_a_page_that_is_listed_once_stays_what_it_is() -> None:
    assert pages(stamped(file(b"3 0 R", 1), 1)) == [Ref(3)]


def test_two_fields_share_the_page_made_for_the_first() -> None:
    data = file()
    specs = [FieldSpec("a", Place(2, RECT)), FieldSpec("b", Place(2, Rect(100, 300, 200, 70)))]
    after = data + prepare_fields(data, specs)
    assert [ref == Ref(3) for ref in pages(after)] == [True, False, True]
    own = PdfFile(after).get_dict(pages(after)[1])
    assert len(PdfFile(after).get_list(own[Name("Annots")])) == 2


def test_behind_a_signature_the_tree_stays() -> None:
    """Readers would take another page for a forgery; the stamp shows on all of them instead."""
    first = file() + sign(file(), KEY, builders.request())
    after = stamped(first, 2)
    assert pages(after) == [Ref(3)] * 3
    with oracles.on_disk(after) as path:  # pyHanko compares no such trees
        assert [verdict.valid for verdict in oracles.pdfsig(path)] == [True, True]


def test_free_space_is_found_on_them() -> None:
    stamp = Stamp(pki.TALLO, LINK)
    after = file() + sign(file(), KEY, builders.request(stamp=stamp))
    assert oracles.pyhanko(after)[0].valid
