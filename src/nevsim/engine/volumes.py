"""From starts and outages to volumes, phase by phase, summed over replications and over scopes; no events.

The same arithmetic as nevsim.plant.losses, arranged for speed: every level is a constant times the growth from edge to
edge of something that only grows (the minutes since a start, operating minutes, minutes at the full rate). So it is
summed at the edges of months, and the months are told apart once, at the end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nevsim.arrays import Bools, Floats, Minutes
from nevsim.clock import DAY
from nevsim.compiled import compiled, inlined
from nevsim.engine.exposure import Outages, Spans, lost_of, spans_of
from nevsim.plant.ramp import polynomial

PROMISED, REALISED, BUILT, STARTED, RUNNING, RAMPED, LOADED, SUPPLIED, SOLD = 0, 2, 4, 6, 8, 9, 10, 11, 12
"""Rows of the sums (p, 13, w): two each for what begins at a minute, at edges down to LOADED, then by month."""
ROWS = 13
PLAYED, ON_TIME, FULL = 0, 1, 2
_DAY = np.uint64(DAY)
ROUNDING = 1e-11
"""Share of a phase's largest month so far that sums of the same thing in another order may differ by."""
NOTHING = 1e-13
"""Share of all that is made so far under which what a month adds is rounding, and nothing."""


class Ground(NamedTuple):
    """What is the same in every replication.

    ``edges`` (w) minutes, the last of them repeated up to a whole number of eights, and ``month`` (days) the month of
    each day; ``shape`` (p, 4) the factors of the ramps in nevsim.plant.ramp.SHAPES, and of those of shape points
    ``knots[first_knot[p]:first_knot[p + 1]]`` (w, 4); ``operating`` and ``climbs`` (p); the streams of outages and the
    scopes of each phase, ``streams[first_stream[p]:first_stream[p + 1]]`` and
    ``scopes[first_scope[p]:first_scope[p + 1]]``; ``window`` the months [first, last) that
    any target looks at.
    """

    edges: Floats
    month: Minutes
    shape: Floats
    first_knot: Minutes
    knots: Floats
    operating: Bools
    climbs: Bools
    first_stream: Minutes
    streams: Minutes
    first_scope: Minutes
    scopes: Minutes
    window: tuple[int, int]


class Settled(NamedTuple):
    """What is settled for n replications, all (p, n): shares, vehicles a year, minutes; as in nevsim.plant.losses."""

    ahead: Bools
    nameplate: Floats
    built: Floats
    load: Floats
    share: Floats
    to: Floats
    ramp: Floats
    announced: Minutes
    starts: Minutes


_polynomial = inlined(polynomial)


@inlined
def _down(month: int) -> np.uint64:
    """Return the first edge of the eight that a month lies in: loops over whole eights run on vectors.

    Unsigned, since an index that may count from the end keeps a loop from them.
    """
    first: np.uint64 = np.uint64(month) & ~np.uint64(7)
    return first


@compiled
def _by_points(age: float, long: float, knots: Floats) -> float:
    """Return the minutes at full rate that make as much as an age on a ramp given by points."""
    if long <= 0:
        return age
    x = min(age / long, 1.0)
    cell = 0
    while cell + 1 < len(knots) and knots[cell + 1, 0] <= x:
        cell += 1
    step = x - knots[cell, 0]
    area = knots[cell, 1] + step * (knots[cell, 2] + knots[cell, 3] * step / 2)
    made: float = long * area + max(age - long, 0.0)
    return made


@inlined
def _monthly(before: float, after: float, inverse: float) -> float:
    """Return the vehicles of a month, whose length is the inverse of ``inverse``, from what is made up to its edges.

    What has come to nothing is 0, neither a trace of it nor less than it; infinity and nan stay.
    """
    grown = after - before
    return 0.0 if grown < NOTHING * after else grown * inverse


@compiled
def _part(made: Floats, ends: Floats, low: np.uint64, high: np.uint64, months: Floats) -> None:
    """Write the vehicles of months, from what is made up to their edges."""
    for month in range(low, min(high, np.uint64(len(months)))):
        after = month + np.uint64(1)
        months[month] = _monthly(made[month], made[after], 1.0 / (ends[after] - ends[month]))


@inlined
def _climbed(age: float, long: float, inverse: float, a: float, b: float, c: float, d: float) -> float:
    """Return the minutes at full rate that make as much as an age on a ramp of ``long`` minutes."""
    return long * _polynomial(min(age * inverse, 1.0), a, b, c, d) + max(age - long, 0.0)


@compiled
def _knots(ground: Ground, phase: int) -> Floats:
    return ground.knots[ground.first_knot[phase] : ground.first_knot[phase + 1]]


@compiled
def begin(ground: Ground, settled: Settled, sums: Floats) -> None:
    """Add what comes at a constant rate from a minute on to ``sums`` (p, 13, w).

    That is what was promised, what of it goes ahead, and what has started.
    """
    month_of, horizon = ground.month, np.int64(ground.edges[-1])
    for phase in range(len(sums)):
        ahead, nameplate = settled.ahead[phase], settled.nameplate[phase]
        built, share = settled.built[phase], settled.share[phase]
        announced, starts = settled.announced[phase], settled.starts[phase]
        begun = np.ascontiguousarray(sums[phase, :RUNNING].T)  # what is added at once stands side by side
        for row in range(np.uint64(len(starts))):
            monthly = nameplate[row] / 12.0 * share[row]
            kept = built[row] * monthly
            promise, start = max(announced[row], 0), starts[row]
            if promise <= horizon:
                month, minute = np.uint64(month_of[np.uint64(promise) // _DAY]), float(promise)
                begun[month, PROMISED] += monthly
                begun[month, PROMISED + 1] += monthly * minute
                if ahead[row]:
                    begun[month, REALISED] += monthly
                    begun[month, REALISED + 1] += monthly * minute
                    begun[month, BUILT] += kept
                    begun[month, BUILT + 1] += kept * minute
            if start <= horizon:
                month, minute = np.uint64(month_of[np.uint64(start) // _DAY]), float(start)
                begun[month, STARTED] += kept
                begun[month, STARTED + 1] += kept * minute
        sums[phase, :RUNNING] = begun.T


@compiled
def settle(
    ground: Ground,
    settled: Settled,
    outages: Outages,
    rows: tuple[int, int],
    sums: Floats,
    made: Floats,
    months: Floats,
) -> None:
    """Settle what grows with age in replications [rows[0], rows[1]).

    Adds to ``sums`` (p, 13, w). What is loaded is added by scope and edge of a month to ``made`` (variants, n, c, w).
    Where limits come after it, ``made`` has no scope, and it is written by phase and month to ``months``
    (variants, p, n, t), which is empty elsewhere. Variants are as played alone, or besides it with every start on time,
    and on time at the full rate.
    """
    others = _others(ground, made)
    for phase in range(len(ground.shape)):
        streams = ground.streams[ground.first_stream[phase] : ground.first_stream[phase + 1]]
        scopes = ground.scopes[ground.first_scope[phase] : ground.first_scope[phase + 1]]
        starts, announced = settled.starts[phase, rows[0] : rows[1]], settled.announced[phase, rows[0] : rows[1]]
        since = np.minimum(starts, announced) if others else starts
        spans = spans_of(outages, streams, rows[0], rows[1], since)
        _grow(phase, ground, scopes[: made.shape[2]], settled, spans, rows, sums[phase], made, months)


@inlined
def _others(ground: Ground, made: Floats) -> bool:
    """Whether any target looks at what would be made with every start on time."""
    return len(made) > 1 and ground.window[0] < ground.window[1]


# Arrays are named before the loops over replications: to name one within them would count a reference each time. And
# all replications are summed from the first edge that any of them needs: so what the loops over edges check before they
# begin is the same for all.


@compiled
def _grow(
    phase: int,
    ground: Ground,
    scopes: Minutes,
    settled: Settled,
    spans: Spans,
    rows: tuple[int, int],
    sums: Floats,
    made: Floats,
    months: Floats,
) -> None:
    """Settle one phase from its starts; and from its promises, as it is and at the full rate, where that is asked."""
    low, high = rows
    ends, month_of, knots = ground.edges, ground.month, _knots(ground, phase)
    opens, horizon, others = ground.window[0], np.int64(ends[-1]), _others(ground, made)
    width = np.uint64(len(ends))
    closes = min(_down(ground.window[1]) + np.uint64(8), width)
    nameplate, built, load = settled.nameplate[phase], settled.built[phase], settled.load[phase]
    share, to, ramp = settled.share[phase], settled.to[phase], settled.ramp[phase]
    announced, starts = settled.announced[phase], settled.starts[phase]
    first, begin, stop, lost = spans.first, spans.begin, spans.stop, spans.share
    a, b, c, d = ground.shape[phase, 0], ground.shape[phase, 1], ground.shape[phase, 2], ground.shape[phase, 3]
    operating, climbs = ground.operating[phase], ground.climbs[phase]
    running, ramped, loaded = sums[RUNNING], sums[RAMPED], sums[LOADED]
    clock, pace, whole = np.zeros(len(ends)), np.zeros(len(ends)), np.zeros(len(ends))
    soonest, promised = starts[low:high].min(), max(announced[low:high].min(), 0)
    from_ = _down(month_of[soonest // DAY]) if soonest <= horizon else width
    since = _down(max(month_of[promised // DAY], opens)) if others and promised <= horizon else width
    for row in range(low, high):
        start, promise = starts[row], max(announced[row], 0)
        before, earlier = float(start), float(announced[row])
        for edge in range(min(from_, since), width):
            clock[edge] = ends[edge]
        for place in range(first[row - low], first[row - low + 1]):
            left, right, taken = begin[place], stop[place], lost[place]
            before -= lost_of(start, left, right, taken)
            earlier -= lost_of(promise, left, right, taken)
            for edge in range(min(from_, since), width):
                clock[edge] -= lost_of(ends[edge], left, right, taken)
        rate, long, carried = nameplate[row] / 12.0, ramp[row], load[row]
        full = rate * built[row]
        inverse = 1.0 / long if long > 0 else 0.0
        initial = share[row] if operating else 0.0
        climb = (share[row] if operating and not climbs else to[row]) - initial
        steady, lead, rise = full * share[row], full * initial, full * climb
        if len(knots):
            for edge in range(from_, width):
                age = max(clock[edge] - before, 0.0)
                here = lead * age + rise * _by_points(age, long, knots)
                running[edge] += steady * age
                ramped[edge] += here
                loaded[edge] += carried * here
                pace[edge] = carried * here
        else:
            for edge in range(from_, width):
                age = max(clock[edge] - before, 0.0)
                here = lead * age + rise * _climbed(age, long, inverse, a, b, c, d)
                running[edge] += steady * age
                ramped[edge] += here
                loaded[edge] += carried * here
                pace[edge] = carried * here
        if len(months):
            _part(pace, ends, from_, width, months[PLAYED, phase, row - low])
        for scope in scopes:
            for edge in range(from_, width):
                made[PLAYED, row - low, scope, edge] += pace[edge]
        if since >= closes:
            continue
        lead, rise = carried * lead, carried * rise
        if len(knots):
            for edge in range(since, closes):
                age = max(clock[edge] - earlier, 0.0)
                pace[edge] = lead * age + rise * _by_points(age, long, knots)
                whole[edge] = rate * age
        else:
            for edge in range(since, closes):
                age = max(clock[edge] - earlier, 0.0)
                pace[edge] = lead * age + rise * _climbed(age, long, inverse, a, b, c, d)
                whole[edge] = rate * age
        if len(months):
            _part(pace, ends, since, closes, months[ON_TIME, phase, row - low])
            _part(whole, ends, since, closes, months[FULL, phase, row - low])
        for scope in scopes:
            for edge in range(since, closes):
                made[ON_TIME, row - low, scope, edge] += pace[edge]
                made[FULL, row - low, scope, edge] += whole[edge]


@compiled
def apart_by_month(made: Floats, ends: Floats, window: tuple[int, int], sold: Floats) -> None:
    """Write the vehicles of each month, (variants, c, n, t), from what is made up to its edges.

    Of all variants but the first, 0 outside the window of months.
    """
    variants, scopes, count, last = sold.shape
    inverse = 1.0 / (ends[1 : last + 1] - ends[:last])
    for variant in range(variants):
        opens, closes = (0, last) if variant == 0 else window
        for scope in range(scopes):
            for row in range(count):
                sold[variant, scope, row, :opens] = 0.0
                for month in range(np.uint64(opens), np.uint64(closes)):
                    before, after = made[variant, row, scope, month], made[variant, row, scope, month + np.uint64(1)]
                    sold[variant, scope, row, month] = _monthly(before, after, inverse[month])
                sold[variant, scope, row, closes:] = 0.0


def levels_of(sums: Floats, edges: Floats, *, limited: bool) -> Floats:
    """Return levels in vehicles a month, (9, p, t), from sums (p, 13, w) and the edges (t + 1).

    Neighbours that differ by no more than rounding are made equal, so that a cause that takes nothing shows as nothing;
    and what has come to nothing is 0.
    """
    lengths, whole = np.diff(edges), np.swapaxes(sums, 0, 1)[:, :, : len(edges)]
    begun = [
        np.concatenate((np.zeros((sums.shape[0], 1)), np.cumsum(whole[row, :, :-2], axis=1)), axis=1)
        + (whole[row, :, :-1] * edges[1:] - whole[row + 1, :, :-1]) / lengths
        for row in (PROMISED, REALISED, BUILT, STARTED)
    ]
    grown = [np.diff(whole[row], axis=1) / lengths for row in (RUNNING, RAMPED, LOADED)]
    limits = [whole[row, :, :-1] for row in (SUPPLIED, SOLD)] if limited else [grown[-1], grown[-1]]
    levels: Floats = np.stack([*begun, *grown, *limits])
    room = ROUNDING * np.maximum.accumulate(np.abs(levels).max(axis=0), axis=1)
    levels = np.where(levels < room, 0.0, levels)
    for level in range(1, len(levels)):
        close = np.abs(levels[level] - levels[level - 1]) <= room
        levels[level] = np.where(close, levels[level - 1], levels[level])
    return levels
