"""The verify screen: the verdict in words, the changed places outlined, the signed revision."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import judged
from tests.builders import TRAILER, encrypted, letter
from tests.e2e.browser import DESK, PHONE, Server, Window, window
from tests.e2e.results import accepted, accessible
from tests.handmade import table


@pytest.fixture(autouse=True)
def _trust(app: Server) -> None:
    """The person trusts one signer."""
    app.trust(judged.anchor())


def file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def verify(shown: Window, path: Path) -> None:
    """By the button on the start screen."""
    shown.open(path, at="verify")
    shown.at("verdict").wait_for()


def test_each_verdict_is_said_in_words(browser: Browser, app: Server, tmp_path: Path) -> None:
    with window(browser, app, PHONE) as shown:
        verify(shown, file(tmp_path, "sah.pdf", judged.genuine()))
        shown.see("Dokumen asli dan utuh.")
        shown.see("TIDAK TERSERTIFIKASI")
        accessible(shown.page)
        for name, data, told in (
            ("asing.pdf", judged.strange(), "tidak ada yang menjamin"),
            ("polos.pdf", judged.LETTER.read_bytes(), "tidak memuat tanda tangan"),
            ("rusak.pdf", b"no PDF", "tidak terbaca"),
        ):
            shown.back()
            verify(shown, file(tmp_path, name, data))
            shown.see(told)
            assert not shown.sees("Dokumen asli dan utuh.")
        shown.back()
        shown.magnify(200)  # what hinders must leave room for the page
        shown.open_document(file(tmp_path, "cacat.pdf", judged.damaged()))
        shown.tap("obstacle")
        shown.at("repair").wait_for()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_changed_is_outlined_and_the_signed_letter_is_shown(
    browser: Browser, app: Server, tmp_path: Path, size: tuple[int, int]
) -> None:
    with window(browser, app, size, "dark") as shown:
        verify(shown, file(tmp_path, "surat.pdf", judged.altered()))
        shown.see("ini bukan dokumen yang ditandatangani")
        accessible(shown.page)
        if size == PHONE:
            shown.at("figure").wait_for()
            shown.scroll_to("change-1")
        shown.tap("change-1")
        shown.drawn(1)
        page, mark = shown.box("page-1"), shown.box("mark-1")
        scale = page[2] / 595.28  # pixels a point
        top = page[1] + (841.89 - judged.FORGED.top) * scale
        assert mark[0] == pytest.approx(page[0] + judged.FORGED.x * scale, abs=8)
        assert mark[0] + mark[2] >= page[0] + (judged.FORGED.x + 150) * scale
        assert mark[1] <= top + 5 * scale
        assert mark[1] + mark[3] >= top + 8 * scale
        if size == PHONE:
            shown.back()
            shown.scroll_to("signed-1")
        shown.tap("signed-1")
        shown.at("as-signed").wait_for()
        shown.drawn(1)
        assert not shown.at("mark-1").count()
        shown.tap("whole")
        shown.at("mark-1").wait_for()


def test_a_password_and_a_report(browser: Browser, app: Server, tmp_path: Path) -> None:
    with window(browser, app, PHONE) as shown:
        shown.open(file(tmp_path, "rahasia.pdf", encrypted("256", user="pengguna")), at="verify")
        shown.at("password").wait_for()
        shown.type("Kata sandi", "salah")
        shown.press("Enter")
        shown.see("Kata sandi PDF ini salah.")
        shown.type("Kata sandi", "pengguna")
        shown.press("Enter")
        shown.at("verdict").wait_for()
        download = shown.download("report")
        assert download.suggested_filename == "Verifikasi rahasia.pdf"
        assert Path(download.path()).read_bytes().startswith(b"%PDF-")


def test_in_english_from_what_was_just_signed(
    browser: Browser, app: Server, tmp_path: Path
) -> None:
    """A damaged letter is repaired, shown, verified as unsigned, signed and verified again."""
    odd = b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"
    acting = file(tmp_path, "aneh.pdf", table(letter(catalog=odd), trailer=TRAILER))
    with window(browser, app, DESK) as shown:
        shown.button("English").click()
        try:
            shown.open_document(acting)
            shown.see("It contains a program (JavaScript) that can change what it shows.")
            shown.back()
            shown.open_document(file(tmp_path, "rusak.pdf", judged.damaged()))
            shown.button("Close “aneh.pdf”").click()
            shown.tap("repair")
            shown.see("This is a repaired copy.")
            shown.at("stamp").wait_for(state="attached")
            shown.tap("verify")
            shown.at("verdict").wait_for()
            shown.see("holds no signature")
            shown.back()
            shown.unlock()
            shown.tap("verify")
            shown.at("verdict").wait_for()
            shown.see("nobody vouches for the signer")
            shown.see("NOT CERTIFIED")
            shown.tap("details-1")
            shown.see("SHA-256")
            shown.back()
            shown.tap("next")
        finally:
            shown.button("Bahasa Indonesia").click()
        shown.see("Tanda tangani dokumen")
    accepted(app.newest())
