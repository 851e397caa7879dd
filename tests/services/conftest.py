"""Both ways in which a file comes to its name."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(params=["nameless", "hidden"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """At the end, as on Linux; or by a hidden one, as on macOS, Windows and FAT."""
    if request.param == "hidden":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    return str(request.param)
