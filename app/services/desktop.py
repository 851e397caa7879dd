"""What a desktop does for its programs: show a folder in the file manager."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.errors import FileMissing

_OPENERS = {"win32": "explorer", "darwin": "open"}


def open_folder(folder: Path, platform: str = sys.platform) -> None:
    """Show `folder` in the file manager, without waiting for it. Raises FileMissing."""
    if not folder.is_dir():
        raise FileMissing(name=folder.name)
    opener = _OPENERS.get(platform, "xdg-open")
    try:
        subprocess.Popen([opener, str(folder)], stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    except OSError as error:
        raise FileMissing(name=opener) from error
