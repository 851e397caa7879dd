"""`./dev soak mutants [--count N] [--first SEED]`: mutants of signed files by the hundred thousand.

Each block runs in a child with bounds: no crash, no hang over 5 seconds, no more than 512 MB.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests import mutants
from tests.soak.limits import Broken, bounded

BLOCK = 50
SECONDS = 5  # what one mutant may take; a block that takes longer is looked at one by one
MEGABYTES = 512


def main(argv: Sequence[str]) -> int:
    """0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="./dev soak mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=1_000_000)
    options = parser.parse_args(argv)
    mutants.seeds(), mutants.signed_contents()  # once, before the first child
    started = time.monotonic()
    blocks = range(options.first, options.first + options.count, BLOCK)
    with ThreadPoolExecutor(2) as pool:
        found = [text for texts in pool.map(_block, blocks) for text in texts]
    seconds = time.monotonic() - started
    for text in found[:50]:
        print(text)
    print(
        f"{len(blocks) * BLOCK} mutants of {len(mutants.seeds())} signed files in {seconds:.0f} s"
    )
    print(f"{'MISS' if found else 'ok  '} accepted, surprised, crashed or hung: {len(found)}")
    return 1 if found else 0


def _block(first: int) -> list[str]:
    try:
        return list(bounded(mutants.hunt, first, BLOCK, seconds=SECONDS, megabytes=MEGABYTES))
    except Broken:
        return [text for seed in range(first, first + BLOCK) for text in _one(seed)]


def _one(seed: int) -> list[str]:
    try:
        return list(bounded(mutants.hunt, seed, 1, seconds=SECONDS, megabytes=MEGABYTES))
    except Broken as error:
        return [f"{seed}: {error}"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
