"""The pictures of docs/screens: `./dev exec python -m tests.e2e.screens` takes them anew."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browser import SAMPLES, Server, chromium, served, window

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"
SETTLED = 2500  # ms: pages are drawn lazily, and the stamp finds its place
Colors = Literal["light", "dark"]
LOOKS: dict[str, tuple[tuple[int, int], Colors]] = {
    "phone": ((360, 740), "light"),
    "phone-dark": ((360, 740), "dark"),
    "desktop": ((1280, 800), "light"),
}


def journey(browser: Browser, server: Server, look: str) -> None:
    """Start, document and PIN as they look."""
    size, colors = LOOKS[look]
    with window(browser, server, size, colors) as shown:

        def take(name: str) -> None:
            shown.page.wait_for_timeout(SETTLED)
            shown.page.screenshot(path=FOLDER / f"{look}-{name}.png")

        take("start")
        shown.open_document(SAMPLES / "surat-undangan.pdf")
        take("document")
        shown.tap("sign")
        take("unlock")


def main() -> None:
    """Take all pictures, with a key of an invented person in a home of its own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served() as server, sync_playwright() as playwright:
        browser = chromium(playwright)
        server.make_key()
        for look in LOOKS:
            journey(browser, server, look)
        browser.close()


if __name__ == "__main__":
    main()
