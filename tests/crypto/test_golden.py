"""The same input gives the same bytes, on every machine."""

from __future__ import annotations

import pytest

from tests import conformance
from tests.golden_sign import GOLDEN, golden_files


@pytest.mark.parametrize("name", golden_files())
def test_golden_files(name: str) -> None:
    data = golden_files()[name]
    assert data == (GOLDEN / name).read_bytes()
    conformance.check(data)


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {*golden_files()}
