"""The main job, from an empty device to a file that other tools accept."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import DESK, NAME, PHONE, PIN, SAMPLES, Server, Window, window
from tests.e2e.results import accepted, stamp_of

LETTER = SAMPLES / "surat-undangan.pdf"


def test_from_an_empty_device_to_a_signed_letter(browser: Browser, fresh_app: Server) -> None:
    with window(browser, fresh_app, DESK) as shown:
        shown.tap("first-key")
        make_key(shown)
        shown.open_document(LETTER)
        nudged = place(shown)
        shown.unlock()
        shown.see("Sudah ditandatangani")
        shown.see("TIDAK TERSERTIFIKASI - UJI")
        shown.see("Berkas hasil disimpan Teken di perangkat ini.")
        assert not shown.sees(str(fresh_app.home))  # nobody can make anything of that path
        downloaded = Path(shown.download().path()).read_bytes()
    kept = fresh_app.newest()
    assert kept.name == "surat-undangan-ditandatangani.pdf"
    assert kept.read_bytes().startswith(LETTER.read_bytes())
    assert downloaded == kept.read_bytes()
    accepted(kept)
    number, (left, bottom, width, height) = stamp_of(kept)
    scale = 742 / 595.28  # pixels a point in this window
    assert number == 0
    assert (width, height) == pytest.approx((nudged[2] / scale, nudged[3] / scale), abs=1)
    assert left == pytest.approx((nudged[0] - 193) / scale, abs=2)
    assert bottom == pytest.approx(841.89 - (nudged[1] + nudged[3] - 129) / scale, abs=2)


def make_key(shown: Window) -> None:
    """Fill the form, be told what is wrong, mend it."""
    shown.see("TIDAK TERSERTIFIKASI - UJI")
    shown.type("Nama lengkap dengan gelar", NAME)
    shown.type("Jabatan (bila ada)", "Kepala Badan")
    shown.type("NIP (bila ada)", "1234")
    shown.scroll_to("create-now")
    shown.type("PIN", PIN)
    shown.type("Ulangi PIN", PIN)
    shown.tap("create-now")
    shown.see("NIP terdiri atas 18 angka.")  # in place, and nothing typed is lost
    shown.type("NIP (bila ada)", "197001011995012999")
    shown.scroll_to("create-now")
    shown.tap("create-now")
    shown.at("key").wait_for()
    shown.see("TIDAK TERSERTIFIKASI - UJI")
    shown.back()


def place(shown: Window) -> tuple[float, float, float, float]:
    """Tap, drag, stretch and nudge the stamp; where it lies in the end, in pixels."""
    shown.scroll(-2000)
    shown.page.mouse.click(500, 300)
    tapped = shown.box("stamp")
    assert abs(tapped[0] + tapped[2] / 2 - 500) < 3
    assert abs(tapped[1] + tapped[3] / 2 - 300) < 3
    shown.drag((tapped[0] + 60, tapped[1] + 20), (130, 210))
    moved = shown.box("stamp")
    assert abs(moved[0] - tapped[0] - 130) < 8  # it may snap to a margin
    assert abs(moved[1] - tapped[1] - 210) < 8
    corner = shown.box("stamp-corner")
    assert corner[2:] == (48, 48)
    shown.drag((corner[0] + 24, corner[1] + 24), (60, 30))
    larger = shown.box("stamp")
    assert larger[2] > moved[2] + 40
    shown.press("ArrowRight", "ArrowRight", "ArrowUp")
    nudged = shown.box("stamp")
    assert nudged[0] > larger[0]
    assert nudged[1] < larger[1]
    return nudged


def test_a_wrong_pin_signs_nothing_and_says_so_in_place(browser: Browser, app: Server) -> None:
    before = set(app.signed.glob("*"))
    with window(browser, app, PHONE, "dark") as shown:
        shown.open_document(LETTER)
        shown.enter_pin("000001")
        shown.see("PIN salah.")
        assert not shown.sees("Sudah ditandatangani")
        assert set(app.signed.glob("*")) == before
        shown.type("PIN", PIN)
        shown.tap("sign-now")
        shown.at("headline").wait_for()
    assert len(set(app.signed.glob("*")) - before) == 1
    accepted(app.newest())


def test_one_unlock_signs_several_and_says_what_was_not(
    browser: Browser, app: Server, tmp_path: Path
) -> None:
    bad, hostile = tmp_path / "rusak.pdf", tmp_path / "faktur\u202efdp.exe <b>.pdf"
    bad.write_bytes(b"no PDF at all")
    hostile.write_bytes(LETTER.read_bytes())
    before = set(app.signed.glob("*"))
    with window(browser, app, DESK) as shown:
        shown.open(SAMPLES / "nota-dinas.pdf", hostile, bad)
        shown.at("refused").wait_for()
        shown.see("rusak.pdf")
        shown.see("Berkas ini bukan PDF.")
        shown.tap("show")
        shown.drawn(1)
        shown.tap("document-2")
        shown.see("faktur_fdp.exe <b>.pdf")  # as it is, not as it wants to look
        shown.tap("sign")
        shown.see("2 dokumen")
        shown.type("PIN", PIN)
        shown.tap("sign-now")
        shown.see("2 dari 2 sudah ditandatangani")
        shown.tap("next")
        shown.at("open").wait_for()
    made = set(app.signed.glob("*")) - before
    names = {"nota-dinas-ditandatangani.pdf", "faktur_fdp.exe <b>-ditandatangani.pdf"}
    assert {path.name for path in made} == names
    for path in made:
        accepted(path)


def test_in_english_and_without_a_visible_stamp(browser: Browser, app: Server) -> None:
    with window(browser, app, PHONE) as shown:
        shown.button("English").click()
        shown.see("Sign a document")
        try:
            shown.open_document(LETTER)
            shown.tap("options")
            shown.tap("place-hidden")
            shown.back()
            shown.at("stamp").wait_for(state="detached")
            shown.unlock()
            shown.see("NOT CERTIFIED - TEST")
            shown.tap("next")
        finally:
            shown.button("Bahasa Indonesia").click()
        shown.see("Tanda tangani dokumen")
    accepted(app.newest())
    assert stamp_of(app.newest())[1][2:] == (0, 0)


def test_a_reload_goes_on_where_it_was(browser: Browser, app: Server) -> None:
    with window(browser, app, DESK) as shown:
        shown.open_document(LETTER)
        assert shown.page.url.endswith("/document")
        shown.page.reload()
        shown.listen()
        shown.drawn(1)
        shown.unlock()
        shown.back()
        shown.at("open").wait_for()
    accepted(app.newest())
