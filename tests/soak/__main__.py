"""`./dev soak [AREA] [ARGS...]`: long runs. An area is a module with `main(argv) -> int`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.areas import areas


def main(arguments: Sequence[str], folder: Path = Path(__file__).parent) -> int:
    """Run one area with its own arguments, or all of them with none."""
    known = areas(folder, "main")
    if arguments and arguments[0] not in known:
        print(f"usage: ./dev soak [AREA] [ARGS...]   areas: {', '.join(known)}", file=sys.stderr)
        return 2
    chosen = arguments[:1] or known
    codes = [
        int(importlib.import_module(f"tests.soak.{name}").main(list(arguments[1:])))
        for name in chosen
    ]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
