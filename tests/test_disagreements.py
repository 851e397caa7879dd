"""The list of disagreements can be read, and says who is right about each."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.soak.verify import LIST, listed

TEXT = LIST.read_text(encoding="utf-8")


def test_no_file_is_listed_twice_under_one_pair_of_verdicts() -> None:
    known = Counter(listed(TEXT))
    assert known
    assert [key for key, count in known.items() if count > 1] == []


def test_every_section_says_who_is_right() -> None:
    for section in re.split(r"^## ", TEXT, flags=re.M)[1:]:
        assert re.search(r"\*\*(Teken|pyHanko|pdfsig) is right\.\*\*", section), section[:80]


def test_a_heading_names_tool_and_both_verdicts() -> None:
    with pytest.raises(ValueError, match="says nothing"):
        listed("## pyHanko is wrong\n- some file\n")
