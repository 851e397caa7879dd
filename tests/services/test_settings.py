"""Settings survive a restart, and nothing spoilt stops the app."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from app.services import settings
from app.services.settings import Settings


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "settings.json"
    chosen = Settings("en", "dark", "utama", "Kupang", ("a.pdf", "b.pdf"))
    settings.save(file, chosen)
    assert settings.load(file) == chosen
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"language": "xx"}', '{"theme": "pink"}', '{"recent": 3}',
     '{"key": 5, "recent": [1, null]}'],
)  # fmt: skip
def test_spoilt_settings_are_the_default_ones(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.json"
    file.write_text(text)
    assert settings.load(file) == Settings()


def test_one_spoilt_value_spoils_no_other(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"language": "en", "theme": 3, "unknown": True}))
    assert settings.load(file) == Settings(language="en")


def test_no_file_and_no_folder(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "none.json") == Settings()
    blocked = tmp_path / "file"
    blocked.write_text("")
    settings.save(blocked / "settings.json", Settings())  # no error
    assert blocked.read_text() == ""


def test_recent_files_are_few_newest_first_and_each_once() -> None:
    now = Settings()
    for number in range(7):
        now = now.opened(Path(f"{number}.pdf"))
    now = now.opened(Path("4.pdf"))
    assert now.recent == ("4.pdf", "6.pdf", "5.pdf", "3.pdf", "2.pdf")


def test_a_name_that_is_no_utf_8_can_be_remembered(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    odd = Settings().opened(Path("/a\udc80b.pdf"))
    settings.save(file, odd)
    assert settings.load(file) == odd
