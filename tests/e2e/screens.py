"""Takes the pictures in docs/screens: `./dev exec python -m tests.e2e.screens`."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests import judged
from tests.e2e.browser import (
    DESK,
    NAME,
    PHONE,
    PIN,
    SAMPLES,
    Server,
    Window,
    chromium,
    served,
    window,
)  # fmt: skip

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"
SETTLED = 1500  # ms: for what moves by itself, such as a cursor or a ripple
COLORS = 128  # of a picture: small files, and nobody sees the difference
LETTERS = [SAMPLES / f"{name}.pdf" for name in ("surat-undangan", "nota-dinas", "lampiran-jadwal")]
Take = Callable[[str], None]


class Look(NamedTuple):
    """How the window is seen; `scale` is screen pixels a pixel."""

    size: tuple[int, int]
    colors: Literal["light", "dark"] = "light"
    english: bool = False
    scale: float = 1


LOOKS = {
    "phone": Look(PHONE, scale=2),
    "phone-dark": Look(PHONE, "dark", scale=2),
    "desktop": Look(DESK),
    "desktop-en": Look(DESK, english=True),
}


def journey(browser: Browser, server: Server, name: str) -> None:
    """Every main screen, on the way from the start to the result."""
    look = LOOKS[name]
    with window(browser, server, look.size, look.colors, scale=look.scale) as shown:
        if look.english:
            shown.button("English").click()
            shown.see("Sign a document")
        _walk(shown, _camera(shown, name))
        _judge(shown, _camera(shown, name))


def _walk(shown: Window, take: Take) -> None:
    take("start")
    shown.tap("keys")
    shown.at("key").wait_for()
    take("keys")
    shown.back()
    shown.open_document(*LETTERS)
    shown.at("stamp").wait_for(state="attached")
    if shown.at("reveal").count():  # on a desk, where the panel is
        shown.tap("reveal")
    take("document")
    shown.tap("sign")
    shown.at("pin").wait_for()
    take("unlock")
    shown.enter_pin(PIN, there=True)
    shown.at("headline").wait_for()
    take("result")
    shown.tap("next")


def _judge(shown: Window, take: Take) -> None:
    """A letter as it was signed, and one that was changed since."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("valid", judged.genuine()), ("altered", judged.altered())):
            letter = Path(folder) / "surat-undangan.pdf"
            letter.write_bytes(data)
            shown.open(letter, at="verify")
            shown.at("verdict").wait_for()
            take(name)
            shown.back()


def _camera(shown: Window, look: str) -> Take:
    def take(name: str) -> None:
        size = shown.page.viewport_size
        assert size is not None
        shown.page.mouse.move(size["width"] - 1, size["height"] - 1)  # over nothing that answers
        shown.page.wait_for_timeout(SETTLED)
        with Image.open(io.BytesIO(shown.page.screenshot())) as picture:
            small = picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
            small.save(FOLDER / f"{look}-{name}.png", optimize=True)

    return take


def main() -> None:
    """Take all pictures, with a key of an invented person in a home of its own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        for look in LOOKS:
            with served() as server:
                server.make_key(NAME)
                server.trust(judged.anchor())
                journey(browser, server, look)
        browser.close()


if __name__ == "__main__":
    main()
