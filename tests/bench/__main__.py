"""`./dev bench [AREA...] [--json FILE]`: a table for people, JSON rows for programs.

Ends with 1 when a bar was missed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path

from tests.areas import areas
from tests.bench import Row

HEAD = tuple(field.name for field in fields(Row))
RIGHT = {"ours", "peer", "ratio"}


def measure(names: Iterable[str]) -> Iterator[Row]:
    """Each area's rows as they come; the area's name is filled in here."""
    for name in names:
        for row in importlib.import_module(f"tests.bench.{name}").rows():
            yield replace(row, area=name)


def table(rows: Sequence[Row]) -> str:
    cells = [HEAD, *(tuple(_cell(value) for value in asdict(row).values()) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            text.rjust(width) if name in RIGHT else text.ljust(width)
            for name, text, width in zip(HEAD, line, widths, strict=True)
        ).rstrip()
        for line in cells
    )


def main(arguments: Sequence[str], folder: Path = Path(__file__).parent) -> int:
    known = areas(folder, "rows")
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("area", nargs="*", help=f"of: {', '.join(known)}")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    if unknown := set(options.area) - set(known):
        parser.error(f"no area {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    rows = list(measure(options.area or known))
    print(table(rows))
    if options.json:
        options.json.write_text(
            json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n"
        )
    return 0 if all(row.ok for row in rows) else 1


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float | int):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return "" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
