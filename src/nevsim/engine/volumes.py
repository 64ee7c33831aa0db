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
from nevsim.engine.exposure import Clocks, Outages, clocks_of, expose
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
    any target looks at. What phases make is added up by ``group`` (p), and what each scope makes is the sum of
    ``groups[first_group[c]:first_group[c + 1]]``; where limits come first, one group has room for any phase.
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
    group: Minutes
    first_group: Minutes
    groups: Minutes


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
    month_of, horizon, width = ground.month, np.int64(ground.edges[-1]), sums.shape[2]
    begun = np.empty((width, RUNNING))  # what is added at once stands side by side
    for phase in range(len(sums)):
        ahead, nameplate = settled.ahead[phase], settled.nameplate[phase]
        built, share = settled.built[phase], settled.share[phase]
        announced, starts = settled.announced[phase], settled.starts[phase]
        for edge in range(width):
            for level in range(RUNNING):
                begun[edge, level] = sums[phase, level, edge]
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
        for edge in range(width):
            for level in range(RUNNING):
                sums[phase, level, edge] = begun[edge, level]


@compiled
def apart_by_month(ground: Ground, made: Floats, first: int, wanted: int, low: int, months: Floats) -> None:
    """Write the vehicles of each month from what is made by group up to its edges.

    They are written to ``months`` (variants, places, all n, t), in ``wanted`` places from ``first`` on and rows from
    ``low`` on; of all variants but the first, 0 outside the window of months.
    """
    variants, last = len(months), months.shape[3]
    ends, first_group, groups = ground.edges, ground.first_group, ground.groups
    inverse = 1.0 / (ends[1 : last + 1] - ends[:last])
    for variant in range(variants):
        opens, closes = (0, last) if variant == PLAYED else ground.window
        for one in range(wanted):
            place = np.uint64(first + one)
            for row in range(np.uint64(made.shape[1])):
                number = np.uint64(low) + row
                months[variant, place, number] = 0.0
                for part in range(first_group[one], first_group[one + 1]):
                    group = np.uint64(groups[part])
                    for month in range(np.uint64(opens), np.uint64(closes)):
                        before = made[variant, row, group, month]
                        after = made[variant, row, group, month + np.uint64(1)]
                        months[variant, place, number, month] += _monthly(before, after, inverse[month])


@compiled
def settle(
    ground: Ground,
    settled: Settled,
    outages: Outages,
    rows: tuple[int, int],
    left_out: Bools,
    sums: Floats,
    made: Floats,
    months: Floats,
) -> None:
    """Settle what grows with age in replications [rows[0], rows[1]), of all phases but those that are ``left_out`` (p).

    Adds to ``sums`` (p, 13, w). What is loaded is added by group and edge of a month to ``made`` (variants, n, g, w).
    Where limits come after it, ``made`` is room for one phase, and what is loaded is written by phase and month to
    ``months`` (variants, p, n, t), which has no variant elsewhere. Variants are as played alone, or besides it with
    every start on time, and on time at the full rate.
    """
    clocks = clocks_of(outages, rows[0], rows[1], len(ground.edges))
    for phase in range(len(ground.shape)):
        if left_out[phase]:
            continue
        streams = ground.streams[ground.first_stream[phase] : ground.first_stream[phase + 1]]
        _grow(phase, ground, settled, outages, streams, rows, sums[phase], made, clocks)
        if len(months):
            apart_by_month(ground, made, phase, 1, 0, months)
            made[:] = 0.0


@inlined
def _others(ground: Ground, made: Floats) -> bool:
    """Whether any target looks at what would be made with every start on time."""
    return len(made) > 1 and ground.window[0] < ground.window[1]


@compiled
def _soonest(minutes: Minutes) -> int:
    """Return the smallest of some minutes, 2^62 of none."""
    found = 2**62
    for minute in minutes:
        found = min(found, minute)
    return found


# Arrays are named before the loops over replications: to name one within them would count a reference each time. And
# all replications are summed from the first edge that any of them needs: so what the loops over edges check before they
# begin is the same for all.


@compiled
def _grow(
    phase: int,
    ground: Ground,
    settled: Settled,
    outages: Outages,
    streams: Minutes,
    rows: tuple[int, int],
    sums: Floats,
    made: Floats,
    clocks: Clocks,
) -> None:
    """Settle one phase from its starts; and from its promises, as it is and at the full rate, where that is asked."""
    low, high = rows
    ends, month_of, knots = ground.edges, ground.month, _knots(ground, phase)
    opens, horizon, others = ground.window[0], np.int64(ends[-1]), _others(ground, made)
    width, group = np.uint64(len(ends)), np.uint64(ground.group[phase])
    closes = min(_down(ground.window[1]) + np.uint64(8), width)
    nameplate, built, load = settled.nameplate[phase], settled.built[phase], settled.load[phase]
    share, to, ramp = settled.share[phase], settled.to[phase], settled.ramp[phase]
    announced, starts = settled.announced[phase, low:high], settled.starts[phase, low:high]
    a, b, c, d = ground.shape[phase, 0], ground.shape[phase, 1], ground.shape[phase, 2], ground.shape[phase, 3]
    operating, climbs = ground.operating[phase], ground.climbs[phase]
    running, ramped, loaded = sums[RUNNING], sums[RAMPED], sums[LOADED]
    soonest, promised = _soonest(starts), max(_soonest(announced), 0)
    from_ = _down(month_of[soonest // DAY]) if soonest <= horizon else width
    since = _down(max(month_of[promised // DAY], opens)) if others and promised <= horizon else width
    clock, at_start, at_promise, earliest = clocks.edges, clocks.start, clocks.promise, clocks.since
    for place in range(high - low):
        earliest[place] = min(starts[place], announced[place]) if others else starts[place]
    expose(outages, streams, rows, ends, min(from_, since), starts, announced, clocks)
    for place in range(np.uint64(high - low)):
        row = np.uint64(low) + place
        before, earlier = at_start[place], at_promise[place]
        rate, long, carried = nameplate[row] / 12.0, ramp[row], load[row]
        full = rate * built[row]
        inverse = 1.0 / long if long > 0 else 0.0
        initial = share[row] if operating else 0.0
        climb = (share[row] if operating and not climbs else to[row]) - initial
        steady, lead, rise = full * share[row], full * initial, full * climb
        if len(knots):
            for edge in range(from_, width):
                age = max(clock[place, edge] - before, 0.0)
                here = lead * age + rise * _by_points(age, long, knots)
                running[edge] += steady * age
                ramped[edge] += here
                loaded[edge] += carried * here
                made[PLAYED, place, group, edge] += carried * here
        else:
            for edge in range(from_, width):
                age = max(clock[place, edge] - before, 0.0)
                here = lead * age + rise * _climbed(age, long, inverse, a, b, c, d)
                running[edge] += steady * age
                ramped[edge] += here
                loaded[edge] += carried * here
                made[PLAYED, place, group, edge] += carried * here
        if since >= closes:
            continue
        lead, rise = carried * lead, carried * rise
        if len(knots):
            for edge in range(since, closes):
                age = max(clock[place, edge] - earlier, 0.0)
                made[ON_TIME, place, group, edge] += lead * age + rise * _by_points(age, long, knots)
                made[FULL, place, group, edge] += rate * age
        else:
            for edge in range(since, closes):
                age = max(clock[place, edge] - earlier, 0.0)
                made[ON_TIME, place, group, edge] += lead * age + rise * _climbed(age, long, inverse, a, b, c, d)
                made[FULL, place, group, edge] += rate * age


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
