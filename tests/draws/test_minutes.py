"""Drawn times become whole minutes in one way, and outages find their exposed minutes."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import MONTH, PROPERTY, START, drawn, world

from nevsim.arrays import BEYOND
from nevsim.draws.minutes import minutes_of
from nevsim.draws.windows import minute_after
from nevsim.plant.plan import StreamPlan


def test_minutes_round_half_to_even():
    """0.25 x 43,830 = 10,957.5 goes up to 10,958; 0.75 x 43,830 = 32,872.5 down to 32,872; negatives alike."""
    found = [minutes_of(months, MONTH, 10**9) for months in (0.25, 0.75, -0.25, -0.75, 1.0)]
    assert found == [10_958, 32_872, -10_958, -32_872, 43_830]


def test_minutes_saturate():
    """What lies beyond a hundred years is a hundred years, infinity included."""
    assert [minutes_of(months, MONTH, 1_200 * MONTH) for months in (1e300, np.inf, 1_200.0)] == [1_200 * MONTH] * 3


@pytest.mark.parametrize(
    ("unit", "minutes"), [("days", 1_440), ("weeks", 10_080), ("months", 43_830), ("years", 525_960)]
)
def test_units(unit, minutes):
    """Section 4: a day has 1,440 minutes, a month of duration 43,830, a year 525,960."""
    law = {"law": "fixed", "value": 2, "unit": unit}
    plants = [
        {"id": "slips", "announced": START, "slip": law, "ramp": {"shape": "linear", "duration": law}},
        {"id": "built", "stages": [{"id": "dig", "duration": law}]},
    ]
    hazard = {"id": "storm", "rate": 50, "duration": law}
    _, draws = drawn(world(plants, hazards=[hazard]), 3)
    assert draws.slip[:, 0].tolist() == draws.stages[:, 0].tolist() == [2 * minutes] * 3
    assert draws.terms.ramp[:, 0].tolist() == [2 * minutes] * 3
    assert {end - onset for row in draws.windows.rows(0) for onset, end, _ in row} == {2 * minutes}


def test_stages_outages_and_gaps_last_a_minute():
    """Durations of 0 and a thousand onsets a year of length 0: at least one minute each, and one between."""
    plants = [{"id": "built", "stages": [{"id": "dig", "duration": 0}]}]
    hazard = {"id": "storm", "rate": 1_000, "duration": 0, "months": [1]}
    _, draws = drawn(world(plants, end=date(2023, 2, 1), hazards=[hazard]), 5)
    assert (draws.stages == 1).all()
    for row in draws.windows.rows(0):
        assert len(row) > 500
        assert all(end == onset + 1 for onset, end, _ in row)
        assert all(other[0] >= one[1] + 1 for one, other in pairwise(row))


def test_fit_outs_last_a_minute():
    """Stores that take no time, and stores at no pace: a minute for each, the first and the last of them."""
    rollouts = [
        {"id": "ready", "planned": 3, "teams": 1, "fit_out": 0},
        {"id": "still", "planned": 3, "teams": 1, "fit_out": 2, "pace": 0},
    ]
    _, draws = drawn(world([{"id": "runs", "operating": {}}]) | {"rollouts": rollouts}, 2)
    assert [one.minutes.tolist() for one in draws.fit_outs] == [[[1, 1, 1]] * 2] * 2


def test_a_rate_of_zero_never_strikes():
    """Neither a stated 0 nor a drawn one has an onset."""
    law = {"law": "choice", "values": [0, 6]}
    hazards = [{"id": name, "rate": rate, "duration": 1} for name, rate in (("never", 0), ("rare", law))]
    _, draws = drawn(world([{"id": "runs", "operating": {}}], hazards=hazards), 50)
    assert draws.windows.rows(0) == [[]] * 50
    assert {len(row) > 0 for row in draws.windows.rows(1)} == {False, True}


# Exposed minutes


def listed(plan):
    """Every exposed minute, one by one."""
    return [minute for low, long in zip(plan.opens, plan.lengths, strict=True) for minute in range(low, low + long)]


@st.composite
def spans(draw):
    """Up to four spans with gaps, in small numbers."""
    opens, lengths, last = [], [], 0
    for _ in range(draw(st.integers(1, 4))):
        opens.append(last + draw(st.integers(0, 5)))
        lengths.append(draw(st.integers(1, 6)))
        last = opens[-1] + lengths[-1] + 1
    return StreamPlan("s", "s", (0,), np.array(opens), np.array(lengths), 1.0)


@PROPERTY
@given(plan=spans(), since=st.integers(0, 40), wait=st.integers(1, 30))
def test_a_gap_counts_exposed_minutes_only(plan, since, wait):
    """The minute before which ``wait`` exposed minutes from ``since`` on have passed, by counting them."""
    ahead = [minute for minute in listed(plan) if minute >= since]
    wanted = ahead[wait] if wait < len(ahead) else BEYOND
    assert minute_after(plan.opens, np.cumsum(plan.lengths), since, wait) == wanted


def test_without_exposure_nothing_comes():
    """No span at all: BEYOND."""
    nothing = np.zeros(0, np.int64)
    assert [minute_after(nothing, nothing, since, 1) for since in (0, 5)] == [BEYOND, BEYOND]
