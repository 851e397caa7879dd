"""A folder as a person has it: letters, a key file and its passphrase."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import commands


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a key file."""
    commands.key_file(tmp_path)
    return tmp_path


@pytest.fixture
def letter(desk: Path) -> str:
    """The name of one letter on the desk."""
    return commands.slips(desk, 1)[0]
