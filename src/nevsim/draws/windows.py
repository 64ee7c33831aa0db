"""When the outages of a stream begin and end: an alternating renewal process over exposed time; no plants.

D. R. Cox, Renewal Theory (1962), chapter 7. Onsets come after exponential gaps of exposed time; exposed is a minute of
the stream's spans in which it is not active. An outage may outlast its span.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from nevsim.arrays import BEYOND, Floats, Minutes
from nevsim.clock import MONTH
from nevsim.draws.minutes import minutes_of
from nevsim.draws.stream import keys_of, uniform_pair
from nevsim.laws import Exponential, Law
from nevsim.plant.plan import StreamPlan

MOST = 1_200 * MONTH
"""Minutes at which an outage, and a gap, saturate: a hundred years."""
PARTS = ("gap", "duration", "severity")
"""What is drawn for each outage, under the stream's address."""
SHARED = 4
"""Blocks of two outages that are drawn for all streams at once."""
_GAP = Exponential(1.0)


@dataclass(frozen=True)
class StreamLaws:
    """A stream of outages: its spans, the position of its rate (onsets a year), and the laws of each outage."""

    plan: StreamPlan
    rate: int
    duration: Law
    minutes: int
    severity: Law


@dataclass(frozen=True)
class Windows:
    """Outages of n replications, (n, w): minutes ``onset`` <= t < ``end`` and the share ``severity`` of the rate lost.

    A replication's outages come first in its row; the rest of the row is BEYOND.
    """

    onset: Minutes
    end: Minutes
    severity: Floats


def draw_windows(
    streams: tuple[StreamLaws, ...], values: Floats, seed: int, replications: Minutes, horizon: int
) -> tuple[Windows, ...]:
    """Return, for each stream, all outages that begin by the minute ``horizon``; their number has no limit.

    The first outages of all streams are drawn in one go; it shows in no value.
    """
    keys = keys_of(seed, [f"{stream.plan.name}.{part}" for stream in streams for part in PARTS])
    shared: dict[int, tuple[Floats, Floats]] = {}

    def chances(number: int, index: int) -> Floats:
        rows, block = slice(3 * number, 3 * number + 3), index // 2
        if block >= SHARED:
            return uniform_pair(keys[rows], replications, block)[index % 2]
        if block not in shared:
            shared[block] = uniform_pair(keys, replications, block)
        return shared[block][index % 2][rows]

    return tuple(
        _windows(stream, values, partial(chances, number), len(replications), horizon)
        for number, stream in enumerate(streams)
    )


def _windows(stream: StreamLaws, values: Floats, chances: Callable[[int], Floats], count: int, horizon: int) -> Windows:
    """Return the outages of one stream; ``chances`` gives the uniforms of gap, duration and severity by index."""
    free = np.zeros(count, dtype=np.int64)
    rows: list[tuple[Minutes, Minutes, Floats]] = []
    alive = np.flatnonzero(values[stream.rate] > 0)
    while len(alive):
        gap, length, force = chances(len(rows))[:, alive]
        with np.errstate(over="ignore"):
            mean = stream.plan.year / values[stream.rate, alive]
        wait = _whole(_GAP.quantile(gap) * mean, 1)
        begin = minute_after(stream.plan, free[alive], wait)
        stop = begin + _whole(stream.duration.quantile(length), stream.minutes)
        in_time = begin <= horizon
        alive, begin, stop = alive[in_time], begin[in_time], stop[in_time]
        onset, end, severity = np.full(count, BEYOND), np.full(count, BEYOND), np.zeros(count)
        onset[alive], end[alive] = begin, stop
        severity[alive] = stream.severity.quantile(force)[in_time]
        free[alive] = stop
        rows.append((onset, end, severity))
    if not rows:
        return Windows(np.empty((count, 0), np.int64), np.empty((count, 0), np.int64), np.empty((count, 0)))
    onsets, ends, severities = (np.stack(part, axis=1) for part in zip(*rows, strict=True))
    return Windows(onsets, ends, severities)


def minute_after(plan: StreamPlan, since: Minutes, wait: Minutes) -> Minutes:
    """Return the minute at which ``wait`` minutes of the stream's spans have passed since a minute, or BEYOND."""
    if not len(plan.opens):
        return np.full(len(since), BEYOND)
    before = np.concatenate(([0], np.cumsum(plan.lengths)))
    span = np.maximum(np.searchsorted(plan.opens, since, side="right") - 1, 0)
    passed = before[span] + np.clip(since - plan.opens[span], 0, plan.lengths[span])
    wanted = passed + wait
    landed = np.searchsorted(before, wanted, side="right") - 1
    inside = np.minimum(landed, len(plan.opens) - 1)
    return np.where(landed < len(plan.opens), plan.opens[inside] + wanted - before[inside], BEYOND)


def _whole(minutes: Floats, unit: int) -> Minutes:
    """Return whole minutes, at least one."""
    return np.maximum(minutes_of(minutes, unit, MOST), 1.0).astype(np.int64)
