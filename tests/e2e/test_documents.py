"""Documents that are long, locked, prepared or forbidden."""

from __future__ import annotations

import re
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser

from tests.builders import TRAILER, encrypted, prepared, several_pages
from tests.e2e.browser import DESK, PATIENCE, PHONE, SAMPLES, Server, Window, window
from tests.e2e.results import accepted, stamp_of
from tests.handmade import table

LETTER = SAMPLES / "surat-undangan.pdf"


def labels(shown: Window, kind: str) -> set[int]:
    """The numbers of the pages on the screen whose name says `kind`."""
    pages = shown.page.locator("[flt-semantics-identifier^='page-']").all()
    names = (page.get_attribute("aria-label") or "" for page in pages)
    return {int(found[1]) for name in names if (found := re.match(rf"Halaman (\d+){kind}", name))}


def test_a_long_file_shows_page_1_at_once_and_draws_what_is_seen(
    browser: Browser, app: Server, tmp_path: Path
) -> None:
    path = tmp_path / "panjang.pdf"
    path.write_bytes(table(several_pages(200), trailer=TRAILER))
    with window(browser, app, DESK) as shown:
        shown.open(path)
        begun = monotonic()
        shown.drawn(1)
        assert monotonic() - begun < PATIENCE / 2  # a bound; the bench measures
        shown.see("Halaman 1 dari 200")
        shown.at("stamp-corner").or_(shown.at("place-auto")).first.wait_for()
        assert labels(shown, " dari") <= {1, 2}
        shown.tap("small-4")
        shown.drawn(4)
        shown.see("Halaman 4 dari 200")
        assert labels(shown, " dari") <= {1, 2, 3, 4, 5}
        shown.press("PageDown", "PageDown")
        shown.drawn(6)
        shown.tap("reveal")  # room was found on the last page
        shown.drawn(200)
        shown.at("stamp").wait_for()
        shown.see("Halaman 200 dari 200")
        assert 100 not in labels(shown, "")
        shown.unlock()
    accepted(app.newest())
    assert stamp_of(app.newest())[0] == 199


def test_a_password_is_asked_for_in_place(browser: Browser, app: Server, tmp_path: Path) -> None:
    path = tmp_path / "rahasia.pdf"
    path.write_bytes(encrypted("256", user="pengguna"))
    with window(browser, app, PHONE) as shown:
        shown.open(path)
        shown.at("password").wait_for()
        shown.type("Kata sandi", "salah")
        shown.press("Enter")
        shown.see("Kata sandi PDF ini salah.")
        shown.type("Kata sandi", "pengguna")
        shown.press("Enter")
        shown.drawn(1)
        shown.unlock()
    accepted(app.newest(), "pengguna")


def test_a_field_is_signed_where_its_author_put_it_and_a_forbidden_file_says_why(
    browser: Browser, app: Server, tmp_path: Path
) -> None:
    prepared_file, forbidden = tmp_path / "kolom.pdf", tmp_path / "terlarang.pdf"
    prepared_file.write_bytes(prepared(LETTER.read_bytes(), "Kepala Badan", "Sekretaris"))
    forbidden.write_bytes(encrypted("256", "--modify=none", user="", owner="pemilik"))
    with window(browser, app, DESK) as shown:
        shown.open_document(prepared_file)
        shown.see("Kolom “Kepala Badan”")
        shown.tap("place-field")
        shown.at("stamp").wait_for(state="detached")  # its place is not the person's to choose
        shown.unlock()
        shown.tap("next")
        shown.open_document(forbidden)
        for size in (DESK, PHONE):
            shown.resize(size)
            shown.at("obstacle").wait_for()
            shown.see("Pemilik PDF ini tidak mengizinkan penandatanganan.")
            assert shown.at("sign").get_by_role("button").first.is_disabled()
            assert shown.at("stamp").count() == 0
    accepted(app.newest())
    number, rect = stamp_of(app.newest())
    assert (number, rect) == (0, pytest.approx((300, 60, 200, 70)))
