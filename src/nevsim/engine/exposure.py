"""What outages leave of a phase's time: its operating minutes up to the edges of months and to its start; no plants."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nevsim.arrays import Bools, Floats, Minutes
from nevsim.compiled import compiled, inlined


class Struck(NamedTuple):
    """Outages as in nevsim.draws.windows.Windows."""

    first: Minutes
    onset: Minutes
    end: Minutes
    severity: Floats


class Outages(NamedTuple):
    """The same, and the ``row`` (w) of the replication that each lies in."""

    first: Minutes
    onset: Minutes
    end: Minutes
    severity: Floats
    row: Minutes


class Clocks(NamedTuple):
    """Operating minutes of a phase since minute zero in up to n replications.

    They are those up to the ``edges`` (n, w) of months, the ``start`` (n) and the ``promise`` (n), which counts down to
    one before minute zero. Outages that are over by the minute ``since`` (n) are left out, which leaves all differences
    between later minutes as they are. The rest is room to find them in: spans of lost time, each with the share of the
    rate that it takes and its row, ``cuts`` between them, and by row the ``earliest`` and ``latest`` minutes of the
    spans so far and whether any may be ``mixed`` with another.
    """

    since: Minutes
    edges: Floats
    start: Floats
    promise: Floats
    begin: Floats
    stop: Floats
    share: Floats
    row: Minutes
    cuts: Floats
    earliest: Floats
    latest: Floats
    mixed: Bools


@compiled
def outages_of(struck: Struck) -> Outages:
    """Return outages with the row of each."""
    first, rows = struck.first, np.zeros(len(struck.onset) + 1, dtype=np.int64)
    last = first.shape[1] - 1
    for stream in range(len(first)):
        for row in range(1, last):
            rows[first[stream, row]] += 1
        row = 0
        for outage in range(first[stream, 0], first[stream, last]):
            row += rows[outage]
            rows[outage] = row
        rows[first[stream, last]] = 0  # of rows without outages at the end of a stream
    return Outages(first, struck.onset, struck.end, struck.severity, rows)


@compiled
def clocks_of(outages: Outages, low: int, high: int, width: int) -> Clocks:
    """Return clocks with room for any phase in the replications [low, high), up to ``width`` edges."""
    count, most = high - low, 1
    for stream in range(len(outages.first)):
        most += outages.first[stream, high] - outages.first[stream, low]
    return Clocks(
        np.empty(count, dtype=np.int64),
        np.empty((count, width)),
        np.empty(count),
        np.empty(count),
        np.empty(3 * most),
        np.empty(3 * most),
        np.empty(3 * most),
        np.empty(3 * most, dtype=np.int64),
        np.empty(5 * most),
        np.empty(count),
        np.empty(count),
        np.empty(count, dtype=np.bool_),
    )


@inlined
def _taken(severity: float) -> float:
    """Return the share of the rate that an outage takes, rounded as where what several leave is multiplied."""
    return 1.0 - (1.0 - severity)


@compiled
def _gather(outages: Outages, streams: Minutes, low: int, high: int, clocks: Clocks) -> int:
    """Write the outages of some streams that are not left out, and return their number.

    All of one stream come before those of the next, so that the loop has no branch to guess. Marks the rows in which
    one may overlap with one of another stream.
    """
    first, onset, end, severity, row_of = outages.first, outages.onset, outages.end, outages.severity, outages.row
    begin, stop, share, rows = clocks.begin, clocks.stop, clocks.share, clocks.row
    since, earliest, latest, mixed = clocks.since, clocks.earliest, clocks.latest, clocks.mixed
    for row in range(np.uint64(high - low)):
        earliest[row], latest[row], mixed[row] = np.inf, -np.inf, False
    found = 0
    for place in range(len(streams)):
        before = found
        for outage in range(np.uint64(first[streams[place], low]), np.uint64(first[streams[place], high])):
            number = np.uint64(row_of[outage] - low)
            goes_on = end[outage] > since[number]
            begin[found], stop[found], rows[found] = onset[outage], end[outage], number
            share[found] = _taken(severity[outage])
            mixed[number] |= goes_on & (onset[outage] < latest[number]) & (earliest[number] < end[outage])
            found += goes_on
        for one in range(np.uint64(before), np.uint64(found if place + 1 < len(streams) else before)):
            number = np.uint64(rows[one])
            earliest[number], latest[number] = min(earliest[number], begin[one]), max(latest[number], stop[one])
    return found


@compiled
def _apart(clocks: Clocks, at: int, count: int) -> int:
    """Cut ``count`` spans from the place ``at`` on into ones that do not overlap, and return their number.

    Spans that hold at once multiply what is left. There are fewer than twice as many afterwards.
    """
    begin, stop, share, cuts = clocks.begin, clocks.stop, clocks.share, clocks.cuts
    low, high, lost = 2 * count, 3 * count, 4 * count
    found = 0
    for one in range(count):
        cuts[low + one], cuts[high + one], cuts[lost + one] = begin[at + one], stop[at + one], share[at + one]
        for cut in (begin[at + one], stop[at + one]):
            place, found = found, found + 1
            while place > 0 and cuts[place - 1] > cut:
                cuts[place] = cuts[place - 1]
                place -= 1
            cuts[place] = cut
    found = 0
    for place in range(2 * count - 1):
        left = 1.0
        for one in range(count):
            holds = (cuts[low + one] <= cuts[place]) & (cuts[high + one] >= cuts[place + 1])
            left *= 1.0 - cuts[lost + one] if holds else 1.0
        begin[at + found], stop[at + found], share[at + found] = cuts[place], cuts[place + 1], 1.0 - left
        found += (left < 1.0) & (cuts[place] < cuts[place + 1])
    return found


@compiled
def _unmix(outages: Outages, streams: Minutes, low: int, high: int, clocks: Clocks, found: int) -> int:
    """Put spans that do not overlap in place of those of mixed rows, and return how many spans there are then."""
    first, onset, end, severity = outages.first, outages.onset, outages.end, outages.severity
    begin, stop, share, rows = clocks.begin, clocks.stop, clocks.share, clocks.row
    since, mixed = clocks.since, clocks.mixed
    kept = 0
    for one in range(np.uint64(found)):
        begin[kept], stop[kept], share[kept], rows[kept] = begin[one], stop[one], share[one], rows[one]
        kept += not mixed[np.uint64(rows[one])]
    for row in range(high - low):
        if mixed[row]:
            count = 0
            for place in range(len(streams)):
                for outage in range(first[streams[place], low + row], first[streams[place], low + row + 1]):
                    one = kept + count
                    begin[one], stop[one], share[one] = onset[outage], end[outage], _taken(severity[outage])
                    count += end[outage] > since[row]
            last = kept + _apart(clocks, kept, count)
            for one in range(kept, last):
                rows[one] = row
            kept = last
    return kept


@compiled
def expose(
    outages: Outages,
    streams: Minutes,
    rows: tuple[int, int],
    edges: Floats,
    from_: np.uint64,
    starts: Minutes,
    promises: Minutes,
    clocks: Clocks,
) -> None:
    """Write the operating minutes of a phase that some streams strike, in the replications [rows[0], rows[1]).

    ``edges`` (w) minutes, written from the one numbered ``from_`` on; ``starts`` and ``promises`` (n) minutes.
    """
    low, high = rows
    width = np.uint64(len(edges))
    clock, at_start, at_promise, mixed = clocks.edges, clocks.start, clocks.promise, clocks.mixed
    begin, stop, share, row_of, any_mixed = clocks.begin, clocks.stop, clocks.share, clocks.row, False
    for row in range(np.uint64(high - low)):
        at_start[row], at_promise[row] = starts[row], promises[row]
        for edge in range(from_, width):
            clock[row, edge] = edges[edge]
    found = _gather(outages, streams, low, high, clocks)
    for row in range(np.uint64(high - low)):
        any_mixed |= mixed[row]
    if any_mixed:
        found = _unmix(outages, streams, low, high, clocks, found)
    for one in range(np.uint64(found)):
        place, left, right, taken = np.uint64(row_of[one]), begin[one], stop[one], share[one]
        at_start[place] -= lost_of(starts[place], left, right, taken)
        at_promise[place] -= lost_of(promises[place], left, right, taken)
        for edge in range(from_, width):
            clock[place, edge] -= lost_of(edges[edge], left, right, taken)


@inlined
def lost_of(minute: float, begin: float, stop: float, share: float) -> float:
    """Return the operating minutes that a span takes up to a minute: none before minute zero."""
    return share * min(max(minute - begin, 0.0), stop - begin)


@compiled
def exposures(
    edges: Floats, first_stream: Minutes, streams: Minutes, struck: Struck, starts: Minutes, promises: Minutes
) -> tuple[Floats, Floats, Floats]:
    """Return operating minutes at the edges of months, (n, t + 1, p), and at starts and promises (p, n).

    Where these are not played, 0; a promise before minute zero counts the minutes down to it.
    """
    phases, count = starts.shape
    outages = outages_of(struck)
    found = np.empty((count, len(edges), phases))
    at_start, at_promise = np.zeros((phases, count)), np.zeros((phases, count))
    clocks = clocks_of(outages, 0, count, len(edges))
    for row in range(count):
        clocks.since[row] = 0
    for phase in range(phases):
        mine = streams[first_stream[phase] : first_stream[phase + 1]]
        expose(outages, mine, (0, count), edges, np.uint64(0), starts[phase], promises[phase], clocks)
        for row in range(count):
            for edge in range(len(edges)):
                found[row, edge, phase] = clocks.edges[row, edge]
            if starts[phase, row] <= edges[-1]:
                at_start[phase, row] = clocks.start[row]
            if promises[phase, row] <= edges[-1]:
                at_promise[phase, row] = clocks.promise[row]
    return found, at_start, at_promise
