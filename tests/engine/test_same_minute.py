"""What happens at the same minute, at the last one and after it, with outages set by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from scenes import DAY, drawn, simulate, world

from nevsim.arrays import BEYOND
from nevsim.draws.windows import Windows
from nevsim.engine.events import play
from nevsim.engine.simulate import simulate_all

END = date(2023, 3, 1)
LAST = 59
"""Days from the start to the end: January and February 2023."""


def days(value):
    return {"law": "fixed", "value": value, "unit": "days"}


def struck(plants, *streams, end=END):
    """The plan and draws of one replication, with outages (onset, end, severity) in days for each stream."""
    hazards = [{"id": f"h{i}", "rate": 1, "duration": 1} for i in range(len(streams))]
    names, draws = drawn(world(plants, end=end, hazards=hazards), 1)
    windows = [[[(onset * DAY, end * DAY, severity) for onset, end, severity in stream]] for stream in streams]
    return names.plan, replace(draws, windows=Windows.of(windows))


def sold(plants, *streams, end=END):
    """Vehicles sold by each plant in each month, (p, t)."""
    return simulate(*struck(plants, *streams, end=end)).sold[0]


RUNS = {"id": "plant", "nameplate": 12_000, "operating": {"share": 1}}


def starts(day, **more):
    """A plant of a thousand a month that starts at minute 0 of a day, counted from the start of the play."""
    return {"id": "plant", "nameplate": 12_000, "announced": date(2022, 12, 31), "slip": days(day)} | more


@pytest.mark.parametrize(
    ("streams", "lost"),
    [
        ([[(10, 20, 1.0)]], 10),
        ([[(10, 20, 0.25)]], Fraction(10, 4)),
        # 10-15: a half; 15-20: 3/4; 20-25: a half
        ([[(10, 20, 0.5)], [(15, 25, 0.5)]], Fraction(5, 2) + Fraction(15, 4) + Fraction(5, 2)),
        # one within the other: 4 days at 1/4, 2 at 1 - 3/4 x 1/2
        ([[(10, 16, 0.25)], [(12, 14, 0.5)]], 1 + 2 * Fraction(5, 8)),
        # all of it and half of nothing
        ([[(10, 20, 1.0)], [(5, 30, 0.5)]], 10 + Fraction(15, 2)),
        # one ends as another begins, in the same stream and in two
        ([[(10, 15, 1.0), (15, 20, 0.5)]], 5 + Fraction(5, 2)),
        ([[(10, 15, 1.0)], [(15, 20, 0.5)]], 5 + Fraction(5, 2)),
        # the same minutes twice
        ([[(10, 20, 0.5)], [(10, 20, 0.5)]], Fraction(30, 4)),
        ([[(0, 31, 1.0)]], 31),
        ([[(0, 1, 1.0), (30, 31, 1.0)]], 2),
        ([[(31, 40, 1.0)]], 0),
        ([[(10, 20, 0.0)]], 0),
    ],
)
def test_outages_of_january(streams, lost):
    """[onset, end) of 31 days; what is active at once multiplies what is left."""
    assert sold([RUNS], *streams)[0, 0] == pytest.approx(float(1_000 * (1 - Fraction(lost) / 31)), abs=1e-9)


def test_an_outage_across_the_edge_of_months():
    """25 January to 11 February: 7 of 31 days (25th to 31st) and 10 of 28, three quarters of the rate."""
    found = sold([RUNS], [(24, 41, 0.75)])[0]
    assert found == pytest.approx([1_000 * (1 - 0.75 * 7 / 31), 1_000 * (1 - 0.75 * 10 / 28)], abs=1e-9)


def test_an_outage_over_the_end():
    """From 20 February until long after the end: 9 of 28 days."""
    assert sold([RUNS], [(50, 900, 1.0)])[0, 1] == pytest.approx(1_000 * 19 / 28, abs=1e-9)


@pytest.mark.parametrize(
    ("day", "stream", "running"),
    [
        (12, (10, 20, 1.0), 11),  # within an outage: stopped for the rest of it
        (10, (10, 20, 1.0), 11),  # as it begins
        (20, (10, 20, 1.0), 11),  # as it ends
        (12, (10, 20, 0.5), 15),  # half of 12-20, all of 20-31
        (25, (10, 20, 1.0), 6),  # after it
        (5, (10, 20, 1.0), 16),  # before it
    ],
)
def test_a_start_beside_an_outage(day, stream, running):
    """Days of January that it runs; what it could not run after its start is stopped, not late."""
    plan, draws = struck([starts(day)], [stream])
    output = simulate(plan, draws)
    assert output.starts[0, 0] == day * DAY
    assert output.sold[0, 0, 0] == pytest.approx(1_000 * running / 31, abs=1e-9)
    assert output.losses["late"][0, 0, 0] == pytest.approx(1_000 * day / 31, abs=1e-9)
    assert output.losses["stopped"][0, 0, 0] == pytest.approx(1_000 * (31 - day - running) / 31, abs=1e-9)


def test_a_stopped_plant_does_not_climb():
    """Linear over 28 days from day 3, stopped on days 10 to 20: age 7 at day 10 and 20, 18 at the end of January.

    Made of January 18^2 / 56 days, of February 28/2 + 18 - 18^2 / 56 (age 46 at its end).
    """
    ramp = {"shape": "linear", "duration": days(28)}
    found = sold([starts(3, ramp=ramp)], [(10, 20, 1.0)])[0]
    made = Fraction(18**2, 56)
    assert found == pytest.approx([float(1_000 * made / 31), float(1_000 * (32 - made) / 28)], abs=1e-9)


def test_half_a_plant_climbs_at_half_the_pace():
    """Severity 1/2 all January: age 15.5 at its end, so a linear ramp over 62 days has made 15.5^2 / 124 days."""
    found = sold([starts(0, ramp={"shape": "linear", "duration": days(62)})], [(0, 31, 0.5)])[0]
    assert found[0] == pytest.approx(1_000 * 15.5**2 / 124 / 31, abs=1e-9)


def test_hazards_do_not_stop_stages():
    """Ten days of stages through an outage of the first twenty: the start is day 10, production from day 20."""
    plant = {"id": "plant", "nameplate": 12_000, "stages": [{"id": "dig", "duration": days(10)}]}
    plan, draws = struck([plant], [(0, 20, 1.0)])
    output = simulate(plan, draws)
    assert output.starts[0, 0] == 10 * DAY
    assert output.sold[0, 0, 0] == pytest.approx(1_000 * 11 / 31, abs=1e-9)


def test_punctual_plants_suffer_the_same_outages():
    """Due on day 5, there on day 25, an outage from 10 to 20: on time it would run 16 days of January."""
    plan, draws = struck([starts(25)], [(10, 20, 1.0)])
    draws = replace(draws, announced=draws.announced + 5 * DAY, slip=draws.slip - 5 * DAY)
    all_three = simulate_all(plan, draws, play(plan, draws))
    assert all_three.played.starts[0, 0] == 25 * DAY
    assert all_three.on_time.sold[0, 0, 0] == pytest.approx(1_000 * 16 / 31, abs=1e-9)


def test_a_promise_of_the_past_has_climbed_by_minute_zero():
    """Due 15 days before the start, linear over 30: on time it makes (30^2 - 15^2) / 60 + 16 full days of January."""
    late = starts(20, announced=date(2022, 12, 16), ramp={"shape": "linear", "duration": days(30)})
    plan, draws = struck([late])
    all_three = simulate_all(plan, draws, play(plan, draws))
    assert all_three.on_time.sold[0, 0, 0] == pytest.approx(1_000 * (11.25 + 16) / 31, abs=1e-9)
    assert all_three.on_time.sold[0, 0, 1] == pytest.approx(1_000, abs=1e-9)


# The last minute


def test_the_last_minute_is_played_and_none_after_it():
    """A start at `end` has started, a minute later it is BEYOND; neither makes anything."""
    stage = [{"id": "dig", "duration": days(LAST)}]
    plants = [
        starts(LAST),
        starts(LAST + 1 / 1_440, id="late"),
        {"id": "built", "nameplate": 12_000, "stages": stage},
        {"id": "slow", "stages": [*stage, {"id": "test", "duration": 0}]},
    ]
    target = {"id": "all", "measure": "start", "at": date(2023, 2, 28), "at_least": 1}
    names, draws = drawn(world(plants, end=END, targets=[target]), 1)
    output = simulate(names.plan, draws)
    assert output.starts[0].tolist() == [LAST * DAY, BEYOND, LAST * DAY, BEYOND]
    assert output.sold.max() == 0
    assert names.plan.targets[0].at == LAST * DAY == names.plan.end


def test_stages_that_meet_in_one_minute():
    """Two of 10 days that both a third waits for, which a fourth of 10 days meets: 20 days, to the minute."""
    rows = [
        {"id": "a", "duration": days(10)},
        {"id": "b", "duration": days(10), "after": []},
        {"id": "c", "duration": days(10), "after": ["a", "b"]},
        {"id": "d", "duration": days(20), "after": []},
    ]
    names, draws = drawn(world([{"id": "plant", "stages": rows}], end=END), 1)
    assert simulate(names.plan, draws).starts[0, 0] == 20 * DAY


def test_many_plants_at_one_minute():
    """Twelve plants with the same promise, one of them cancelled, one unbuilt: each has its own volume."""
    plants = [starts(31, id=f"p{i}", nameplate=12_000 * i) for i in range(12)]
    plants[5]["realised"], plants[7]["built"] = 0, 0
    found = sold(plants, [(31, 45, 1.0)])
    wanted = [0 if i in (5, 7) else 500 * i for i in range(12)]
    assert found[:, 1] == pytest.approx(wanted, abs=1e-9)
    assert found[:, 0].max() == 0
