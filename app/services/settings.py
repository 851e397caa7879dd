"""What the app remembers of a person's choices on this device: one small JSON file.

Nothing secret and nothing about a document but the paths of the last few files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from app.services.locale import LANGUAGES

Theme = Literal["system", "light", "dark"]
THEMES: tuple[Theme, ...] = ("system", "light", "dark")
RECENT = 5  # files; desktops are often shared


@dataclass(frozen=True, slots=True)
class Settings:
    """`recent` is newest first; `key` is the name of the key used last."""

    language: str = LANGUAGES[0]
    theme: Theme = "system"
    key: str = ""
    location: str = ""
    recent: tuple[str, ...] = ()

    def opened(self, path: Path) -> Settings:
        """With `path` as the newest of the recent files."""
        name = str(path)
        others = tuple(item for item in self.recent if item != name)
        return replace(self, recent=(name, *others)[:RECENT])


def load(file: Path) -> Settings:
    """The settings kept in `file`. What is missing or spoilt has its default: never an error."""
    with suppress(OSError, ValueError):
        kept = json.loads(file.read_text("utf-8"))
        if isinstance(kept, dict):
            return _checked(kept)
    return Settings()


def save(file: Path, settings: Settings) -> None:
    """Keep the settings, for their owner only. A full or read-only disk is no error here."""
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        new.touch(mode=0o600)
        new.write_text(json.dumps(asdict(settings), indent=1), "ascii")
        new.replace(file)


def _checked(kept: Mapping[str, Any]) -> Settings:
    texts = {
        field.name: kept[field.name]
        for field in fields(Settings)
        if field.name != "recent" and isinstance(kept.get(field.name), str)
    }
    recent = kept.get("recent")
    paths = recent if isinstance(recent, list) else []
    found = Settings(**texts, recent=tuple(p for p in paths if isinstance(p, str))[:RECENT])
    if found.language not in LANGUAGES:
        found = replace(found, language=LANGUAGES[0])
    return found if found.theme in THEMES else replace(found, theme="system")
