"""What other tools say of a file that was signed in the window, and axe of what it shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pypdf import PdfReader

from tests import oracles

NOT_OURS = {
    "meta-viewport": "Flutter's; text grows by the browser's setting, pages by pinching",
    "region": "Flutter knows no landmarks",
    "scrollable-region-focusable": "the pages take keys from the listener around them",
}


def stamp_of(path: Path) -> tuple[int, tuple[float, float, float, float]]:
    """The page of the newest signature, from 0, and its rectangle."""
    for number, page in enumerate(PdfReader(path).pages):
        for annotation in page.get("/Annots", []):
            each = annotation.get_object()
            if each.get("/FT") == "/Sig" and "/V" in each:
                left, bottom, right, top = map(float, each["/Rect"])
                return number, (left, bottom, right - left, top - bottom)
    raise AssertionError("no signature")


def accepted(path: Path, password: str = "", trust: str = "UNTRUSTED") -> None:
    """pdfsig and pyHanko accept the only signature, and it covers the file.

    Certificates that Teken makes are known to nobody.
    """
    data = path.read_bytes()
    with ThreadPoolExecutor() as elsewhere:  # pyHanko wants an event loop of its own
        peer = elsewhere.submit(oracles.pyhanko, data, password).result()
    assert [each.detail for each in peer] == [f"INTACT:{trust},UNTOUCHED"]
    verdicts = oracles.pdfsig(path, password)
    assert [(each.valid, each.whole) for each in verdicts] == [(True, True)], verdicts


def accessible(page: Page) -> None:
    """axe finds nothing on what a screen reader is told."""
    found = Axe().run(page).response["violations"]
    wrong = [(each["id"], [node["html"] for node in each["nodes"]]) for each in found
             if each["id"] not in NOT_OURS]  # fmt: skip
    assert wrong == []
