"""Counts and sums over replications in compiled loops, each in the order of the replications; no targets."""

from __future__ import annotations

import numpy as np

from nevsim.arrays import BEYOND, CANCELLED, Bools, Counts, Floats, Minutes
from nevsim.clock import DAY
from nevsim.compiled import compiled

STRIDE = 8
"""Openings that are stepped over at once where all of them are early enough."""


@compiled
def add_rows(values: Floats, sums: Floats) -> None:
    """Add the rows of ``values`` (n, k) to ``sums`` (k)."""
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            sums[column] += values[row, column]


@compiled
def add_cells(values: Floats, width: Floats, counts: Counts) -> None:
    """Count values (n, c) in the cells of a grid, (c, cells): 0 in the first, all beyond the others in the last."""
    most = counts.shape[1] - 2
    cells = np.empty(values.shape[1], dtype=np.int64)  # found first, so that this loop runs on vectors
    for row in range(values.shape[0]):
        for column in range(np.uint64(values.shape[1])):
            value = values[row, column]
            cells[column] = 1 + np.int64(min(value / width[column], most)) if value > 0 else 0
        for column in range(np.uint64(values.shape[1])):
            counts[column, np.uint64(cells[column])] += 1


@compiled
def add_days(starts: Minutes, days: Counts) -> None:
    """Count starts (p, n) by the day by whose end they are there, then those beyond the end, then those cancelled."""
    last = days.shape[1] - 1
    for phase in range(starts.shape[0]):
        for row in range(starts.shape[1]):
            minute = starts[phase, row]
            if minute == CANCELLED:
                days[phase, last] += 1
            elif minute == BEYOND:
                days[phase, last - 1] += 1
            else:
                days[phase, -(-minute // DAY)] += 1


@compiled
def sum_window(volume: Floats, season: Floats, first: int, last: int, already: float) -> Floats:
    """Return what is sold in the months [first, last) of ``volume`` (n, t), with the season, and before, (n,)."""
    found = np.empty(len(volume))
    for row in range(len(volume)):
        total = 0.0
        for month in range(first, last):
            total += volume[row, month] * season[month]
        found[row] = already + total
    return found


@compiled
def count_windows(
    volume: Floats, season: Floats, firsts: Minutes, lasts: Minutes, already: float, level: float, counts: Counts
) -> None:
    """Count the replications in which what is sold in months [firsts[q], lasts[q]) reaches a level, (q,)."""
    up_to = np.zeros(len(season) + 1)
    for row in range(len(volume)):
        for month in range(len(season)):
            up_to[month + 1] = up_to[month] + volume[row, month] * season[month]
        for window in range(len(firsts)):
            counts[window] += already + (up_to[lasts[window]] - up_to[firsts[window]]) >= level


@compiled
def sum_started(starts: Minutes, amounts: Floats, inside: Bools, at: int) -> Floats:
    """Return the sum of the amounts (p, n) of the phases inside (p) that start (p, n) by a minute, (n,)."""
    total = np.zeros(starts.shape[1])
    for phase in range(starts.shape[0]):
        if inside[phase]:
            for row in range(starts.shape[1]):
                total[row] += amounts[phase, row] if starts[phase, row] <= at else 0.0
    return total


@compiled
def count_started(starts: Minutes, amounts: Floats, inside: Bools, ats: Minutes, level: float, counts: Counts) -> None:
    """Count the replications in which what has started by each minute (q) reaches a level, (q,)."""
    for place in range(len(ats)):
        total = sum_started(starts, amounts, inside, ats[place])
        for row in range(len(total)):
            counts[place] += total[row] >= level


@compiled
def opened_by(minutes: Minutes, ats: Minutes) -> Floats:
    """Return how many of the openings (n, j), ascending, there are by each minute (q), ascending too, (n, q)."""
    found = np.empty((minutes.shape[0], len(ats)))
    for row in range(minutes.shape[0]):
        done = 0
        for place in range(len(ats)):
            while done + STRIDE <= minutes.shape[1] and minutes[row, done + STRIDE - 1] <= ats[place]:
                done += STRIDE
            while done < minutes.shape[1] and minutes[row, done] <= ats[place]:
                done += 1
            found[row, place] = done
    return found


@compiled
def count_high(chances: Floats, hits: Bools, highs: Counts, both: Counts) -> None:
    """Count the replications in which a quantity is drawn high, (q), and those of them that hit a target, (q, k).

    From the uniforms ``chances`` (q or more, n) and ``hits`` (k, n).
    """
    for row in range(len(highs)):
        for number in range(chances.shape[1]):
            highs[row] += chances[row, number] > 0.5
        for target in range(hits.shape[0]):
            for number in range(chances.shape[1]):
                both[row, target] += (chances[row, number] > 0.5) & hits[target, number]
