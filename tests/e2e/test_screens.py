"""The window on phones and desks: fingers, long files, passwords, fields, large text."""

from __future__ import annotations

import re
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser

from tests.builders import TRAILER, encrypted, prepared, several_pages
from tests.e2e.browser import PATIENCE, PIN, SAMPLES, Server, Window, window
from tests.e2e.results import accepted, stamp_of
from tests.handmade import table

LETTER = SAMPLES / "surat-undangan.pdf"
PHONE, DESK = (360, 740), (1280, 800)


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """200 pages of A4."""
    path = tmp_path / "panjang.pdf"
    path.write_bytes(table(several_pages(200), trailer=TRAILER))
    return path


def labels(shown: Window, kind: str) -> set[int]:
    """The numbers of the pages on the screen whose name says `kind`."""
    pages = shown.page.locator("[flt-semantics-identifier^='page-']").all()
    names = (page.get_attribute("aria-label") or "" for page in pages)
    return {int(found[1]) for name in names if (found := re.match(rf"Halaman (\d+){kind}", name))}


def test_a_finger_drags_resizes_and_pinches(browser: Browser, app: Server) -> None:
    with window(browser, app, PHONE, touch=True, scale=2) as shown:
        shown.open_document(LETTER)
        before = shown.box("stamp")
        middle = (before[0] + before[2] / 2, before[1] + before[3] / 2)
        shown.touch_drag(middle, (-60, -150))  # mostly downwards: the paper would like it too
        moved = shown.box("stamp")
        assert moved[1] == pytest.approx(before[1] - 150, abs=8)
        assert moved[0] == pytest.approx(before[0] - 60, abs=8)
        corner = shown.box("stamp-corner")
        shown.touch_drag((corner[0] + 24, corner[1] + 24), (40, 20))
        larger = shown.box("stamp")
        assert larger[2] == pytest.approx(moved[2] + 40, abs=3)
        pinch = [[(150.0 - 8 * step, 300.0), (210.0 + 8 * step, 300.0)] for step in range(11)]
        shown.touches(pinch)
        zoomed = shown.box("stamp")
        assert zoomed[2] > larger[2] * 1.4
        for _ in range(4):  # every corner can be reached
            shown.touch_drag((300, 300), (-250, 0))
            shown.touch_drag((180, 500), (0, -400))
        right, bottom = corner_of(shown)
        assert (right, bottom) == (
            pytest.approx(360, abs=3),
            pytest.approx(foot_of(shown), abs=8),
        )
        for _ in range(4):
            shown.touch_drag((60, 300), (250, 0))
            shown.touch_drag((180, 150), (0, 420))
        left, top, _, _ = shown.box("page-1")
        assert (left, top) == (pytest.approx(0, abs=3), pytest.approx(56, abs=3))
        shown.unlock()
        shown.at("headline").wait_for()
    accepted(app.newest())
    made = stamp_of(app.newest())[1]
    assert made[2] == pytest.approx(larger[2] * 595.28 / 360, abs=1)


def corner_of(shown: Window) -> tuple[float, float]:
    left, top, width, height = shown.box("page-1")
    return left + width, top + height


def foot_of(shown: Window) -> float:
    """Where the pages end and the bar begins: a frame is cut there."""
    return shown.box("where")[1]


def test_a_long_file_shows_page_1_at_once_and_draws_what_is_seen(
    browser: Browser, app: Server, long: Path
) -> None:
    with window(browser, app, DESK) as shown:
        shown.open(long)
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


def test_zoom_keeps_the_middle_and_the_mouse_pans(browser: Browser, app: Server) -> None:
    with window(browser, app, DESK) as shown:
        shown.open_document(LETTER)
        shown.page.mouse.click(560, 420)
        before = shown.box("stamp")
        for percent in ("125 %", "150 %", "200 %"):
            shown.button("Perbesar").click()
            shown.see(percent)
        after = shown.box("stamp")
        assert after[2] == pytest.approx(2 * before[2], rel=0.02)
        middle = (564.5, 452.5)  # of the window onto the pages
        for axis in (0, 1):
            far = before[axis] + before[axis + 2] / 2 - middle[axis]
            now = after[axis] + after[axis + 2] / 2 - middle[axis]
            assert now == pytest.approx(2 * far, abs=20)
        mouse = shown.page.mouse
        mouse.move(560, 650)
        mouse.down()
        for step in range(1, 11):
            mouse.move(560 + 6 * step, 650 - 10 * step)
            shown.page.wait_for_timeout(30)
        mouse.up()
        panned = shown.box("stamp")
        assert panned[0] - after[0] == pytest.approx(60, abs=20)
        assert panned[1] - after[1] == pytest.approx(-100, abs=20)


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
        shown.at("headline").wait_for()
        shown.see("Sudah ditandatangani")


def test_a_field_is_signed_where_its_author_put_it(
    browser: Browser, app: Server, tmp_path: Path
) -> None:
    path = tmp_path / "kolom.pdf"
    path.write_bytes(prepared(LETTER.read_bytes(), "Kepala Badan", "Sekretaris"))
    with window(browser, app, DESK) as shown:
        shown.open_document(path)
        shown.see("Kolom “Kepala Badan”")
        shown.tap("place-field")
        shown.at("stamp").wait_for(state="detached")  # its place is not the person's to choose
        shown.unlock()
        shown.at("headline").wait_for()
    number, rect = stamp_of(app.newest())
    assert (number, rect) == (0, pytest.approx((300, 60, 200, 70)))


def test_a_file_that_must_not_be_signed_says_why(
    browser: Browser, app: Server, tmp_path: Path
) -> None:
    path = tmp_path / "terlarang.pdf"
    path.write_bytes(encrypted("256", "--modify=none", user="", owner="pemilik"))
    with window(browser, app, DESK) as shown:
        shown.open_document(path)
        shown.at("obstacle").wait_for()
        shown.see("Pemilik PDF ini tidak mengizinkan penandatanganan.")
        assert shown.at("sign").get_by_role("button").first.is_disabled()
        assert shown.at("stamp").count() == 0


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_is_cut_at_twice_the_text_size(
    browser: Browser, app: Server, size: tuple[int, int]
) -> None:
    with window(browser, app, size) as shown:
        shown.magnify(200)
        shown.open_document(LETTER)
        within(shown, "sign")
        shown.tap("sign")
        shown.at("pin").wait_for()
        shown.scroll_to("sign-now")
        within(shown, "pin", "sign-now")
        shown.type("PIN", PIN)
        shown.tap("sign-now")
        shown.at("headline").wait_for()
        within(shown, "headline", "uncertified")
        shown.scroll_to("next")
        within(shown, "next")


def within(shown: Window, *identifiers: str) -> None:
    size = shown.page.viewport_size
    assert size is not None
    for identifier in identifiers:
        left, top, width, height = shown.box(identifier)
        assert left >= 0 and left + width <= size["width"], identifier
        assert top >= 0 and top + height <= size["height"], identifier


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_target_is_large_enough_for_a_thumb(
    browser: Browser, app: Server, size: tuple[int, int]
) -> None:
    with window(browser, app, size) as shown:
        targets(shown)
        shown.open_document(LETTER)
        shown.at("stamp").wait_for()
        targets(shown)
        shown.tap("sign")
        shown.at("pin").wait_for()
        targets(shown)


def targets(shown: Window) -> None:
    """Every button, box and field has 48 pixels; only the stamp is as large as it prints."""
    nearest = "each => each.closest('[flt-semantics-identifier]')?.outerHTML ?? ''"
    small = []
    for each in shown.page.locator("[role=button], [role=radio], [role=checkbox], input").all():
        box, around = each.bounding_box(), each.evaluate(nearest)
        least = min(box["width"], box["height"]) if box else 48
        if least < 47.5 and 'identifier="stamp"' not in around:
            small.append((each.inner_text(), box))
    assert small == []


def test_a_reload_goes_on_where_it_was(browser: Browser, app: Server) -> None:
    with window(browser, app, DESK) as shown:
        shown.open_document(LETTER)
        assert shown.page.url.endswith("/document")
        shown.page.reload()
        shown.page.wait_for_selector("flt-semantics-placeholder", state="attached")
        shown.page.eval_on_selector("flt-semantics-placeholder", "each => each.click()")
        shown.drawn(1)
        shown.unlock()
        shown.at("headline").wait_for()
        shown.back()
        shown.at("open").wait_for()


def test_another_path_on_the_port_is_nothing(browser: Browser, app: Server) -> None:
    root = app.url.rsplit("/", 1)[0]
    context = browser.new_context()
    try:
        for path in ("/", "/ws", "/upload", "/guess/"):
            answer = context.request.get(root + path)
            assert answer.status == 404, path
    finally:
        context.close()
