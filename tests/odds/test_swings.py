"""Odds where a quantity was drawn low and where it was drawn high, by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
from scenes import read, world

from nevsim.forecast import forecast
from nevsim.odds.interval import odds_of
from nevsim.odds.swing import Swings


def test_hits_are_counted_by_half():
    """Low in runs 0 and 3, high in 1, 2 and 4; the hits are those of runs 0, 1 and 3, in two parts."""
    swings = Swings(1)
    chances, hits = np.array([[0.1, 0.9, 0.8, 0.5, 0.7]]), np.array([[True], [True], [False], [True], [False]])
    for part in (slice(0, 2), slice(2, 5)):
        swings.add(chances[:, part], hits[part])
    (found,) = swings.found(["plants.a.slip"])
    assert (found.low, found.high) == (odds_of(2, 2), odds_of(1, 3))
    assert found.width == 1 / 3 - 1


def test_a_short_slip_brings_a_start():
    """Due by the median slip, 10 of 20 days: hit where the slip is low, missed where it is high."""
    slip = {"law": "uniform", "low": 0, "high": 20, "unit": "days"}
    plant = {"id": "a", "announced": date(2022, 12, 31), "slip": slip}
    target = {"id": "by", "measure": "start", "at": date(2023, 1, 10), "at_least": 1}
    (found,) = forecast(read(world([plant], targets=[target])), 200, 1).swings
    assert (found.low.odds, found.high.odds) == (1, 0)
