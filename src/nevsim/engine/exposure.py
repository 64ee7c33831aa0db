"""What outages leave of a phase's time: spans of lost minutes, and operating minutes up to any minute; no plants."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nevsim.arrays import Floats, Minutes
from nevsim.compiled import compiled, inlined


class Outages(NamedTuple):
    """Outages as in nevsim.draws.windows.Windows."""

    first: Minutes
    onset: Minutes
    end: Minutes
    severity: Floats


class Spans(NamedTuple):
    """Spans of time in which a phase loses a share of its rate, in n replications; none overlap.

    Those of replication i are ``begin``, ``stop`` (minutes) and ``share`` from ``first[i]`` to before ``first[i + 1]``.
    """

    first: Minutes
    begin: Floats
    stop: Floats
    share: Floats


@compiled
def _apart(begin: Floats, stop: Floats, share: Floats, count: int, work: Floats) -> int:
    """Cut ``count`` spans that overlap into ones that do not, and return their number: fewer than twice as many.

    ``work`` has room for five numbers a span.
    """
    cuts, low, high, lost = work[: 2 * count], work[2 * count :], work[3 * count :], work[4 * count :]
    found = 0
    for one in range(count):
        low[one], high[one], lost[one] = begin[one], stop[one], share[one]
        for cut in (begin[one], stop[one]):
            place, found = found, found + 1
            while place > 0 and cuts[place - 1] > cut:
                cuts[place] = cuts[place - 1]
                place -= 1
            cuts[place] = cut
    found = 0
    for place in range(2 * count - 1):
        left = 1.0
        for one in range(count):
            if low[one] <= cuts[place] and high[one] >= cuts[place + 1]:
                left *= 1.0 - lost[one]
        if left < 1.0 and cuts[place] < cuts[place + 1]:
            begin[found], stop[found], share[found] = cuts[place], cuts[place + 1], 1.0 - left
            found += 1
    return found


@compiled
def spans_of(outages: Outages, streams: Minutes, low: int, high: int, since: Minutes) -> Spans:
    """Return the outages of some streams in replications [low, high) as spans that do not overlap.

    Those over by the minute ``since`` (high - low) are left out. Hazards active at once multiply what is left.
    """
    starts, onset, end, severity = outages.first, outages.onset, outages.end, outages.severity
    count = 0
    for place in range(len(streams)):
        count += starts[streams[place], high] - starts[streams[place], low]
    first = np.zeros(high - low + 1, dtype=np.int64)
    begin, stop, share = np.empty(2 * count + 1), np.empty(2 * count + 1), np.empty(2 * count + 1)
    work = np.empty(5 * count)
    found = 0
    for row in range(low, high):
        base, past, overlap = found, since[row - low], False
        for place in range(len(streams)):
            before = found
            for outage in range(starts[streams[place], row], starts[streams[place], row + 1]):
                begin[found], stop[found] = onset[outage], end[outage]
                share[found] = 1.0 - (1.0 - severity[outage])  # as where several are multiplied
                found += end[outage] > past
            if (found > before) & (before > base):
                for one in range(before, found):
                    for other in range(base, before):
                        overlap |= (begin[other] < stop[one]) & (begin[one] < stop[other])
        if overlap:
            found = base + _apart(begin[base:], stop[base:], share[base:], found - base, work)
        first[row - low + 1] = found
    return Spans(first, begin, stop, share)


@inlined
def lost_of(minute: float, begin: float, stop: float, share: float) -> float:
    """Return the operating minutes that a span takes up to a minute."""
    return share * min(max(minute - begin, 0.0), stop - begin)


@compiled
def exposures(
    edges: Floats, first_stream: Minutes, streams: Minutes, outages: Outages, starts: Minutes, promises: Minutes
) -> tuple[Floats, Floats, Floats]:
    """Return operating minutes at the edges of months, (n, t + 1, p), and at starts and promises (p, n).

    Where these are not played, 0; a promise before minute zero counts the minutes down to it.
    """
    phases, count = starts.shape
    clock = np.empty((count, len(edges), phases))
    at_start, at_promise = np.zeros((phases, count)), np.zeros((phases, count))
    nothing = np.zeros(count, dtype=np.int64)
    for phase in range(phases):
        spans = spans_of(outages, streams[first_stream[phase] : first_stream[phase + 1]], 0, count, nothing)
        for row in range(count):
            for edge in range(len(edges)):
                clock[row, edge, phase] = _operated(edges[edge], spans, row)
            if starts[phase, row] <= edges[-1]:
                at_start[phase, row] = _operated(starts[phase, row], spans, row)
            if promises[phase, row] <= edges[-1]:
                promise = promises[phase, row]
                at_promise[phase, row] = _operated(max(promise, 0), spans, row) + min(promise, 0)
    return clock, at_start, at_promise


@compiled
def _operated(minute: float, spans: Spans, row: int) -> float:
    """Return the operating minutes from minute zero up to a minute."""
    lost = 0.0
    for place in range(spans.first[row], spans.first[row + 1]):
        lost += lost_of(minute, spans.begin[place], spans.stop[place], spans.share[place])
    return minute - lost
