"""docs/VERIFY.md lists every reason as the code has it.

`python -m tests.crypto.verify.test_reasons` writes the table again."""

from __future__ import annotations

from pathlib import Path

from app.crypto.verify import reasons
from app.crypto.verify.reasons import Kind
from app.model import Reason

PAGE = Path(__file__).resolve().parents[3] / "docs" / "VERIFY.md"
HEAD = "| check | code | verdict | EN 319 102-1 |\n|---|---|---|---|\n"
CHECKS = range(8)  # 0: an error of our own


def kinds() -> list[Kind]:
    found = [each for each in vars(reasons).values() if isinstance(each, Kind)]
    return sorted(found, key=lambda kind: (kind.check, kind.code))


def table() -> str:
    rows = (f"| {k.check} | `{k.code}` | {k.verdict} | {k.indication} |\n" for k in kinds())
    return "".join(rows)


def test_the_page_lists_every_reason() -> None:
    assert PAGE.read_text("utf-8").partition(HEAD)[2] == table()


def test_codes_are_told_apart_and_belong_to_a_check() -> None:
    codes = [kind.code for kind in kinds()]
    assert len(codes) == len(set(codes))
    assert all(kind.check in CHECKS for kind in kinds())


def test_only_what_is_good_has_no_indication() -> None:
    for kind in kinds():
        assert (kind.verdict in ("valid", "unsigned")) == (kind.indication == ""), kind.code


def test_a_reason_is_told_with_its_details() -> None:
    reason = reasons.CHANGED(page=2, what=reasons.FIELD, field="Nama", key="AP")
    assert isinstance(reason, Reason)
    assert reason.explain(str).endswith("the form field “Nama” (/AP).")


def main() -> None:
    """Write the table again."""
    text = PAGE.read_text("utf-8").partition(HEAD)
    PAGE.write_text(text[0] + HEAD + table(), "utf-8")


if __name__ == "__main__":
    main()
