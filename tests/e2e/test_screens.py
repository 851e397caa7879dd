"""The window on phones and desks: fingers, zoom, large text, screen readers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import DESK, PHONE, PIN, SAMPLES, Server, Window, wait_for, window
from tests.e2e.results import accepted, accessible, stamp_of

LETTER = SAMPLES / "surat-undangan.pdf"


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
        shown.touches([[(150 - 8 * step, 300), (210 + 8 * step, 300)] for step in range(11)])
        zoomed = shown.box("stamp")
        assert zoomed[2] > larger[2] * 1.4
        for _ in range(3):  # every corner can be reached
            shown.touch_drag((330, 480), (-300, -400))
        left, top, width, height = shown.box("page-1")
        assert left + width == pytest.approx(360, abs=3)
        bar = shown.button("Perkecil").bounding_box()
        assert bar is not None and top + height == pytest.approx(bar["y"], abs=8)
        for _ in range(3):
            shown.touch_drag((30, 80), (300, 400))
        left, top, _, _ = shown.box("page-1")
        assert (left, top) == (pytest.approx(0, abs=3), pytest.approx(56, abs=3))
        shown.unlock()
    accepted(app.newest())
    made = stamp_of(app.newest())[1]
    assert made[2] == pytest.approx(larger[2] * 595.28 / 360, abs=1)


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


def test_nothing_is_cut_at_twice_the_text_size(browser: Browser, app: Server) -> None:
    with window(browser, app, PHONE) as shown:
        shown.magnify(200)
        for size in (PHONE, DESK):  # a desk has one column now, as a phone has
            shown.resize(size)
            within(shown, "open")
            shown.open_document(LETTER)
            within(shown, "options", "sign", "where")
            shown.tap("sign")
            shown.at("pin").wait_for()
            within(shown, "pin", "sign-now")
            shown.enter_pin(PIN, there=True)
            shown.at("headline").wait_for()
            within(shown, "headline", "uncertified", "next")
            shown.tap("next")
            shown.at("open").wait_for()
            accepted(app.newest())


def test_a_phone_on_its_side_shows_the_page_too(browser: Browser, app: Server) -> None:
    with window(browser, app, (740, 360)) as shown:
        shown.open_document(LETTER, SAMPLES / "nota-dinas.pdf")
        within(shown, "which", "where", "options", "sign")
        assert shown.box("sign")[1] - shown.box("page-1")[1] > 220


def within(shown: Window, *identifiers: str) -> None:
    size = shown.page.viewport_size
    assert size is not None
    for identifier in identifiers:
        left, top, width, height = shown.box(identifier)
        assert left >= 0 and left + width <= size["width"], identifier
        assert top >= 0 and top + height <= size["height"], identifier


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_fingers_and_screen_readers_find_everything(
    browser: Browser, app: Server, size: tuple[int, int]
) -> None:
    with window(browser, app, size) as shown:
        served_to_all(shown)
        shown.button("Kunci Saya").click()
        shown.at("key").wait_for()
        served_to_all(shown)
        shown.tap("create")
        shown.at("field-name").wait_for()
        served_to_all(shown)
        shown.back()
        shown.back()
        shown.open_document(LETTER, SAMPLES / "nota-dinas.pdf")
        shown.at("stamp").wait_for(state="attached")
        served_to_all(shown)
        shown.tap("sign")
        shown.at("pin").wait_for()
        served_to_all(shown)
        shown.enter_pin(PIN, there=True)
        shown.at("headline").wait_for()
        served_to_all(shown)


def served_to_all(shown: Window) -> None:
    """axe has nothing to say, and what is tapped has 48 pixels once it lies still."""
    wait_for(lambda: too_small(shown) == [], "targets of 48 pixels")
    accessible(shown.page)


def too_small(shown: Window) -> list[object]:
    """But for the stamp, which is as large as it prints, and what the edge of the screen cuts."""
    size = shown.page.viewport_size
    assert size is not None
    nearest = "each => each.closest('[flt-semantics-identifier]')?.outerHTML ?? ''"
    found: list[object] = []
    for each in shown.page.locator("[role=button], [role=radio], [role=checkbox], input").all():
        box, around = each.bounding_box(), each.evaluate(nearest)
        if box is None or box["y"] + box["height"] > size["height"] - 1:
            continue
        if min(box["width"], box["height"]) < 47.5 and 'identifier="stamp"' not in around:
            found.append((around, box))
    return found


def test_another_path_on_the_port_is_nothing(browser: Browser, app: Server) -> None:
    root = app.url.rsplit("/", 1)[0]
    context = browser.new_context()
    try:
        for path in ("/", "/ws", "/upload", "/guess/"):
            answer = context.request.get(root + path)
            assert answer.status == 404, path
    finally:
        context.close()
