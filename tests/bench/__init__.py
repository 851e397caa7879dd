"""Measuring side by side. An area is a module here with `rows() -> Iterable[Row]`.

Ours and the peer run by turns in one process, so that a busy machine slows both; medians count.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Row:
    """One measure. `ratio` is how many times better (or, for `within`, larger) than the peer."""

    area: str
    work: str
    ours: float
    peer: float | None
    unit: str
    ratio: float | None
    bar: str
    ok: bool


class Medians(NamedTuple):
    """Seconds."""

    ours: float
    peer: float


def paired(
    ours: Callable[[], object],
    peer: Callable[[], object],
    rounds: int = 21,
    warmup: int = 3,
    in_a_row: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> Medians:
    """Run both by turns, `warmup` rounds unmeasured and `rounds` measured; every run counts.

    A turn is `in_a_row` runs. One short run between two long ones of the peer would measure how
    cold the peer left the caches; a batch, whoever signs it, runs in its own. Work that only
    computes is timed by `time.process_time`: on a busy machine a long run is interrupted more often
    than a short one, and waiting would count for the peer alone.
    """
    times: dict[Callable[[], object], list[float]] = {ours: [], peer: []}
    for turn in range(warmup + rounds):
        # Whoever runs second finds a warmer or a fuller cache: they take turns.
        for work in (ours, peer) if turn % 2 else (peer, ours):
            gc.collect()  # what the other one left behind is not swept up on our time
            seconds = [_timed(work, clock) for _ in range(in_a_row)]
            if turn >= warmup:
                times[work] += seconds
    return Medians(statistics.median(times[ours]), statistics.median(times[peer]))


def median(ours: Callable[[], object], rounds: int = 21, warmup: int = 3) -> float:
    """Seconds, where there is no peer."""
    return statistics.median([_timed(ours) for _ in range(warmup + rounds)][warmup:])


def faster(work: str, ours: float, peer: float, unit: str, at_least: float) -> Row:
    """Times or sizes: the peer needs at least `at_least` times as much as we do."""
    ratio = peer / ours
    return Row("", work, ours, peer, unit, ratio, f">= {at_least:g} x", ratio >= at_least)


def within(work: str, ours: float, peer: float, unit: str, at_most: float) -> Row:
    """Times or sizes: we need at most `at_most` times what the peer, an ideal, needs."""
    ratio = ours / peer
    return Row("", work, ours, peer, unit, ratio, f"<= {at_most:g} x", ratio <= at_most)


def below(work: str, ours: float, unit: str, limit: float) -> Row:
    """No peer: at most `limit`."""
    return Row("", work, ours, None, unit, None, f"<= {limit:g} {unit}", ours <= limit)


def above(work: str, ours: float, unit: str, limit: float) -> Row:
    """No peer: at least `limit`."""
    return Row("", work, ours, None, unit, None, f">= {limit:g} {unit}", ours >= limit)


def _timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return clock() - start
