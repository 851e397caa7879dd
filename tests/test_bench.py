"""The benches measure what they say: pairs are interleaved, and a missed bar is reported."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests import areas, bench
from tests.bench import __main__ as runner

KEYS = ["area", "work", "ours", "peer", "unit", "ratio", "bar", "ok"]


def test_a_pair_is_measured_alternately_in_one_run() -> None:
    turns: list[str] = []
    bench.paired(lambda: turns.append("ours"), lambda: turns.append("peer"), rounds=4, warmup=2)
    assert turns.count("ours") == turns.count("peer") == 6
    for turn in range(0, len(turns), 2):
        assert set(turns[turn : turn + 2]) == {"ours", "peer"}
    assert turns[0::2].count("ours") == 3, "each goes first as often as the other"


def test_a_turn_is_several_runs_in_a_row() -> None:
    turns: list[str] = []
    bench.paired(
        lambda: turns.append("o"), lambda: turns.append("p"), rounds=2, warmup=0, in_a_row=3
    )
    assert "".join(turns) == "pppooooooppp"


def test_waiting_does_not_count_by_the_clock_of_the_process() -> None:
    medians = bench.paired(
        lambda: sum(range(100_000)), lambda: time.sleep(0.05), 5, 1, clock=time.process_time
    )
    assert medians.ours > medians.peer


def test_the_medians_are_seconds_of_the_right_one() -> None:
    medians = bench.paired(lambda: None, lambda: time.sleep(0.002), rounds=5, warmup=1)
    assert medians.ours < 0.002 <= medians.peer


@pytest.mark.parametrize(
    ("row", "ratio", "ok"),
    [
        (bench.faster("w", 1.0, 30.0, "ms", 30), 30, True),
        (bench.faster("w", 1.0, 29.9, "ms", 30), 29.9, False),
        (bench.within("w", 1.5, 1.0, "ms", 1.5), 1.5, True),
        (bench.within("w", 1.6, 1.0, "ms", 1.5), 1.6, False),
        (bench.below("w", 90, "MB", 90), None, True),
        (bench.below("w", 91, "MB", 90), None, False),
        (bench.above("w", 200, "files/s", 200), None, True),
        (bench.above("w", 199, "files/s", 200), None, False),
    ],
)
def test_a_bar_is_reached_or_missed(row: bench.Row, ratio: float | None, ok: bool) -> None:
    assert row.ratio == (None if ratio is None else pytest.approx(ratio))
    assert row.ok is ok


@pytest.mark.parametrize(("speed", "code"), [(2, 0), (1, 1)])
def test_table_json_and_exit_code(
    speed: int,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "invented.py").write_text(
        "from tests import bench\n"
        f"def rows():\n    yield bench.faster('sign a slip', 1.0, {speed}.0, 'ms', 2)\n"
    )
    monkeypatch.setattr(bench, "__path__", [str(tmp_path)])
    monkeypatch.delitem(runner.sys.modules, "tests.bench.invented", raising=False)
    target = tmp_path / "rows.json"
    assert runner.main(["invented", "--json", str(target)], folder=tmp_path) == code
    printed = capsys.readouterr().out
    assert "sign a slip" in printed
    assert ("NO" in printed) is bool(code)
    (row,) = json.loads(target.read_text())
    assert list(row) == KEYS
    assert row["area"] == "invented"
    assert row["ok"] is not bool(code)


def test_an_unknown_area_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        runner.main(["nowhere"], folder=tmp_path)
    assert ended.value.code == 2


def test_areas_are_found_without_importing_them(tmp_path: Path) -> None:
    (tmp_path / "sign.py").write_text("raise SystemExit\ndef rows(): ...\n")
    (tmp_path / "helper.py").write_text("def other(): ...\n")
    assert areas.areas(tmp_path, "rows") == ["sign"]
