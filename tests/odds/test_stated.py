"""Odds that merely repeat what was stated, and odds on time and at full rate, which are those of an edited file."""

from __future__ import annotations

import math
from copy import deepcopy
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import DAY, MONTH, PROPERTY, START, near_share, read, world, worlds

from nevsim.draws.catalogue import catalogue
from nevsim.forecast import forecast
from nevsim.odds.assumed import stated_probability

END = date(2024, 1, 1)


def due_by(day, **more):
    return {"id": "due", "measure": "start", "at": day} | more


def stated(plant, target, *others):
    data = world([{"id": "plant", **plant}, *others], end=END, targets=[target])
    return stated_probability(catalogue(read(data)), 0)


PROMISE = date(2023, 1, 31)
MIXTURE = {"law": "mixture", "weights": [0.4, 0.6], "laws": [0, {"law": "exponential", "mean": 6}]}


@pytest.mark.parametrize(
    ("plant", "day", "wanted"),
    [
        ({"realised": 0.8}, PROMISE, 0.8),
        ({"realised": 0.8}, date(2023, 1, 30), 0),
        ({"slip": {"law": "uniform", "low": 0, "high": 10, "unit": "days"}}, date(2023, 2, 4), 0.4),
        ({"slip": {"law": "uniform", "low": -10, "high": 10, "unit": "days"}}, date(2023, 1, 26), 0.25),
        ({"slip": MIXTURE, "realised": 0.5}, PROMISE, 0.5 * 0.4),
        ({"slip": MIXTURE}, date(2023, 4, 10), 0.4 + 0.6 * (1 - math.exp(-69 * DAY / (6 * MONTH)))),
        ({"slip": {"law": "choice", "values": [0, 3], "weights": [1, 3]}}, date(2023, 3, 31), 0.25),
        ({"slip": {"law": "exponential", "mean": 1, "unit": "weeks"}}, date(2023, 2, 14), 1 - math.exp(-2)),
        # cut: uniform on [-2, 2] months from 31 days after the start on, so on [-31 days, 60.875 days]
        ({"slip": {"law": "uniform", "low": -2, "high": 2}}, PROMISE, 31 / (31 + 60.875)),
    ],
)
def test_stated_probability_by_hand(plant, day, wanted):
    """Realised x P(slip within what is left), to half a minute of rounding in 43,830."""
    found = stated({"announced": PROMISE, **plant}, due_by(day))
    assert found == pytest.approx(wanted, abs=2e-4)


@pytest.mark.parametrize(
    ("plant", "target", "others"),
    [
        ({"announced": PROMISE}, {"id": "room", "measure": "capacity", "at": PROMISE, "at_least": 1}, ()),
        ({"announced": PROMISE}, due_by(PROMISE), ({"id": "other", "announced": PROMISE},)),
        ({"stages": [{"id": "dig", "duration": 1}]}, due_by(PROMISE), ()),
    ],
)
def test_what_is_found_is_not_stated(plant, target, others):
    """Capacities, several plants, and stages: the play finds their odds."""
    assert stated(plant, target, *others) is None


def test_a_play_repeats_what_is_stated():
    """The odds of a single plant with a slip agree with the stated probability, by the binomial standard error."""
    plants = [{"id": "plant", "announced": PROMISE, "slip": MIXTURE, "realised": 0.9}]
    targets = [due_by(day, id=f"by-{day}") for day in (PROMISE, date(2023, 3, 31), date(2023, 9, 30))]
    for target in forecast(read(world(plants, end=END, targets=targets)), 4_000, 5).targets:
        near_share(target.odds.hits, 4_000, target.stated)


def test_a_factor_ties_a_slip_to_going_ahead():
    """Going ahead with 1/2 and on time with 1/2, loads 0.8 and -0.8: 1/4 + asin(0.64) / 2 pi (Sheppard, 1899)."""
    plant = {"id": "plant", "announced": PROMISE, "realised": 0.5}
    plant["slip"] = {"law": "choice", "values": [0, 6]}
    data = world([plant], end=END, targets=[due_by(PROMISE)])
    data["factors"] = [{"id": "f", "loads": {"plants.*.slip": 0.8, "plants.*.realised": -0.8}}]
    (target,) = forecast(read(data), 4_000, 5).targets
    assert target.stated == pytest.approx(0.25 + math.asin(0.64) / (2 * math.pi), rel=1e-6)
    near_share(target.odds.hits, 4_000, target.stated)


# On time, and at full rate


MINUTE_ZERO = date(2022, 12, 31)
"""The last day before the start: what is due by its end is due at minute zero."""


def punctual(data):
    """The file of one who keeps all promises: everyone goes ahead, with no slip and no stages."""
    data = deepcopy(data)
    for plant in data["plants"]:
        plant.pop("realised", None)
        if "announced" in plant:
            plant["announced"] = max(plant["announced"], MINUTE_ZERO)
            for field in ("slip", "stages", "begins"):
                plant.pop(field, None)
    return data


def at_full_rate(data):
    """The same, all built and run, at the whole nameplate from the start."""
    data = punctual(data)
    for plant in data["plants"]:
        for field in ("built", "load", "ramp"):
            plant.pop(field, None)
        if "operating" in plant:
            plant["operating"] = {"share": 1}
    return data


@settings(PROPERTY, max_examples=60)
@given(data=worlds(), seed=st.integers(0, 10**6))
def test_odds_on_time_and_at_full_rate_are_those_of_the_edited_file(data, seed):
    """On common draws, hazards and markets as they are: the same hits.

    What was due before minute zero is due at minute zero in the edited file. On time it would have climbed its ramp
    since, which no file can say, so it has none here.
    """
    for plant in data["plants"]:
        if plant.get("announced", START) < MINUTE_ZERO:
            plant.pop("ramp", None)
    found = forecast(read(data), 12, seed)
    on_time, full = (forecast(read(edit(data)), 12, seed) for edit in (punctual, at_full_rate))
    for target, other, best in zip(found.targets, on_time.targets, full.targets, strict=True):
        assert target.on_time == other.odds, target.id
        assert target.full == best.odds, target.id


def test_odds_on_time_by_hand():
    """Two plants of 12,000, one never realised, each four months late: 2023 makes 8,000, 24,000 on time, 0.5 built."""
    late = {
        "announced": date(2022, 12, 31),
        "slip": {"law": "fixed", "value": 120, "unit": "days"},
        "nameplate": 12_000,
    }
    plants = [{"id": "comes", **late, "built": 0.5}, {"id": "fails", **late, "realised": 0}]
    levels = (3_999, 4_001, 17_999, 18_001, 23_999, 24_001)
    targets = [{"id": f"t{level}", "measure": "output", "during": 2023, "at_least": level} for level in levels]
    result = forecast(read(world(plants, end=END, targets=targets)), 5, 1)
    assert [target.odds.hits for target in result.targets] == [5, 0, 0, 0, 0, 0]
    assert [target.on_time.hits for target in result.targets] == [5, 5, 5, 0, 0, 0]
    assert [target.full.hits for target in result.targets] == [5, 5, 5, 5, 5, 0]


# The level itself


@pytest.mark.parametrize(("at_least", "hit"), [(12_000, 1), (12_000.000_005, 1), (12_000.000_02, 0), (0, 1)])
def test_a_level_is_met_within_a_billionth(at_least, hit):
    """12,000 (1 + 1e-9) = 12,000.000012: a hit is measure >= at_least x (1 - 1e-9)."""
    plants = [{"id": "plant", "nameplate": 12_000, "operating": {"share": 1}}]
    target = {"id": "made", "measure": "output", "during": 2023, "at_least": at_least}
    assert forecast(read(world(plants, end=END, targets=[target])), 1, 1).targets[0].odds.hits == hit


@pytest.mark.parametrize(("late", "hit"), [(0, 1), (1, 0)])
@pytest.mark.parametrize("measure", ["capacity", "start"])
def test_a_deadline_is_the_end_of_its_day(measure, late, hit):
    """Started at minute 0 of the day after counts, a minute later does not: done by T means at a minute <= T."""
    slip = {"law": "fixed", "value": late / DAY, "unit": "days"}
    plants = [{"id": "plant", "nameplate": 12_000, "announced": PROMISE, "slip": slip}]
    target = {"id": "by", "measure": measure, "at": PROMISE, "at_least": 1}
    assert forecast(read(world(plants, end=END, targets=[target])), 1, 1).targets[0].odds.hits == hit


@pytest.mark.parametrize(
    ("at", "rate"), [(date(2023, 1, 31), 0), (date(2023, 2, 1), 6_000), (date(2023, 2, 28), 6_000)]
)
def test_a_run_rate_is_that_of_the_month_that_holds_the_deadline(at, rate):
    """Half of February makes 500: January's end is in January's (e, e'], 1 February and its last day in February's."""
    slip = {"law": "fixed", "value": 14, "unit": "days"}
    plants = [{"id": "plant", "nameplate": 12_000, "announced": PROMISE, "slip": slip}]
    target = {"id": "rate", "measure": "run-rate", "at": at, "at_least": 1}
    found = forecast(read(world(plants, end=END, targets=[target])), 1, 1).targets[0].mean
    assert found == pytest.approx(rate, abs=1e-6)
