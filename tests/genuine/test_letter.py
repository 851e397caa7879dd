"""Genuine files that are refused all the same: their programs do what the rules forbid."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.crypto.verify import verify
from app.model import VerdictName
from tests.builders import form
from tests.genuine import people
from tests.genuine.families import looks, pdfbox
from tests.genuine.filling import application, by_mupdf
from tests.genuine.hanko import signed


def encrypted_padding() -> bytes:
    """PDFBox 2 encrypts the zeros behind the CMS, which must be zeros."""
    return pdfbox.results()["encrypted"]


def size_that_shrinks() -> bytes:
    """PDFBox 2 counts only what its update holds: by /Size, the fields behind that are gone."""
    return pdfbox.results()["fields filled in"]


def shared_annotations() -> bytes:
    """pyHanko puts a second stamp into the /Annots of all pages: it is seen on all of them."""
    shared = form("annots shared by reference").data
    return looks.stamped(looks.stamped(shared), 1)


def emptied_again() -> bytes:
    """A value is what it was, and what is seen in its field is not."""
    once = by_mupdf(signed(application()), {"nama": "Maria"})
    return by_mupdf(once, {"nama": ""})


@pytest.mark.parametrize(
    ("build", "verdict", "code"),
    [
        (encrypted_padding, "invalid", "padding"),
        (size_that_shrinks, "altered", "history"),
        (shared_annotations, "altered", "changed"),
        (emptied_again, "altered", "changed"),
    ],
)
def test_refused(build: Callable[[], bytes], verdict: VerdictName, code: str) -> None:
    judged = verify(build(), people.trust(), people.AT)
    assert judged.name == verdict
    assert code in {reason.code for each in judged.signatures for reason in each.reasons}
