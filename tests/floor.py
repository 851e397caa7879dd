"""The floor under the tests: of the branches in app/crypto at least 95 % are taken by some test."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stdout

import coverage

ROOM = "app/crypto/*"
FLOOR = 95.0  # per cent of branches


def branches() -> dict[str, tuple[int, int]]:
    """For each file of the room: branches taken, and branches there are."""
    data = coverage.Coverage()
    data.load()
    with redirect_stdout(io.StringIO()) as report:
        data.json_report(include=[ROOM], outfile="-")
    files = json.loads(report.getvalue())["files"]
    return {
        name: (file["summary"]["covered_branches"], file["summary"]["num_branches"])
        for name, file in files.items()
    }


def main() -> int:
    files = branches()
    taken = sum(taken for taken, _ in files.values())
    there = sum(there for _, there in files.values())
    percent = 100 * taken / there if there else 0.0
    print(f"app/crypto: {taken} of {there} branches taken by tests, {percent:.1f} %")
    if percent >= FLOOR:
        return 0
    print(f"At least {FLOOR:.0f} % are needed. Not taken:")
    for name, (some, most) in sorted(files.items(), key=lambda item: item[1][0] - item[1][1]):
        if some < most:
            print(f"  {most - some:4} in {name}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
