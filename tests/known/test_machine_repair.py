"""Machines that run, break and wait for repair: a queue with a finite source, unrolled into stages.

A machine is a plant whose stages are run, repair, run, repair and so on; the repairmen are a crew.
"""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from scenes import DAY, events, near_mean, near_share, world

RUN, REPAIR = 30, 10
"""Mean days."""
CYCLES = 32
"""Of a machine: their mean is 1,280 days, their standard deviation 179 without any waiting."""
WARM, END = 120, 577
"""Days: the shop forgets that all run at the start as e^(-day / 7.5) or faster; the play is over on day 577."""
RUNS = 800


def chances(machines, crew):
    """P(n are broken), n = 0 to all: p_0 C(N, n) r^n, times n! / (c! c^(n - c)) from n = c on, with r = repair / run.

    C. Palm, The distribution of repairmen in servicing automatic machines, Industritidningen Norden 75 (1947) 75; D.
    Gross, J. Shortle, J. Thompson and C. Harris, Fundamentals of Queueing Theory (2008), section 2.8 (finite source).
    """
    weights = []
    for broken in range(machines + 1):
        weight = math.comb(machines, broken) * Fraction(REPAIR, RUN) ** broken
        if broken > crew:
            weight *= Fraction(math.factorial(broken), math.factorial(crew) * crew ** (broken - crew))
        weights.append(weight)
    return [weight / sum(weights) for weight in weights]


def test_the_formula_by_hand():
    """One in three. Two machines: 1, 2/3, 2/9 of 17/9. Five: 81, 135, 180, 180, 120, 40 of 736."""
    assert chances(2, 1) == [Fraction(9, 17), Fraction(6, 17), Fraction(2, 17)]
    assert chances(5, 1) == [Fraction(one, 736) for one in (81, 135, 180, 180, 120, 40)]
    assert chances(2, 2) == [Fraction(9, 16), Fraction(6, 16), Fraction(1, 16)]


@pytest.fixture(scope="module", params=[(2, 1), (5, 1), (5, 2)], ids=str)
def shop(request):
    """Machines, repairmen, and the days at which machines break, come to repair and run again: (n, machine, cycle)."""
    machines, crew = request.param
    cycle = [("run", RUN, {}), ("repair", REPAIR, {"crew": "repairmen"})]
    stages = [
        {"id": f"{name}-{i}", "duration": {"law": "exponential", "mean": mean, "unit": "days"}} | held
        for i in range(CYCLES)
        for name, mean, held in cycle
    ]
    plants = [{"id": f"machine-{i}", "stages": stages} for i in range(machines)]
    data = world(plants, end=date(2024, 8, 1)) | {"crews": [{"id": "repairmen", "count": crew}]}
    _, draws, play = events(data, RUNS, seed=71)
    assert play.starts.min() > END * DAY, "a machine ran out of stages"
    shape = RUNS, machines, CYCLES
    broken, begun, lengths = (part[:, 1::2].reshape(shape) / DAY for part in (play.asked, play.granted, draws.stages))
    return machines, crew, broken, begun, begun + lengths


def test_the_use_of_the_repairmen(shop):
    """The mean number under repair from day 120 to 577: sum of min(n, c) p_n; with one repairman 1 - p_0."""
    machines, crew, _, begun, mended = shop
    held = np.clip(np.minimum(mended, END) - np.maximum(begun, WARM), 0, None).sum(axis=(1, 2)) / (END - WARM)
    p = chances(machines, crew)
    wanted = sum(min(n, crew) * chance for n, chance in enumerate(p))
    assert crew > 1 or wanted == 1 - p[0]
    near_mean(held, float(wanted))


@pytest.mark.parametrize("day", [WARM, 300, END - 1])
def test_how_many_are_broken(shop, day):
    """The distribution at one moment."""
    machines, crew, broken, _, mended = shop
    found = ((broken <= day) & (day < mended)).sum(axis=(1, 2))
    for number, chance in enumerate(chances(machines, crew)):
        near_share(int((found == number).sum()), RUNS, float(chance))


def test_repair_starts_in_the_order_of_breaking(shop):
    """First come, first served: sorted by the day of breaking, the days at which repair begins are ascending."""
    _, _, broken, begun, _ = shop
    for asked, granted in zip(broken.reshape(RUNS, -1), begun.reshape(RUNS, -1), strict=True):
        order = np.lexsort((granted, asked))
        assert (np.diff(granted[order]) >= 0).all()
