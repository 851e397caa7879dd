"""One browser and two running apps for all tests here: one empty, one whose person has a key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browser import Server, chromium, served


# Of the package, not of the session: while Playwright runs, no other test could use asyncio.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def app() -> Iterator[Server]:
    """The app of a person who has a key."""
    with served() as server:
        server.make_key()
        yield server


@pytest.fixture
def fresh_app() -> Iterator[Server]:
    """The app as it is started for the first time."""
    with served() as server:
        yield server
