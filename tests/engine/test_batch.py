"""The batch engine by hand, where several replications are played at once and differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from scenes import DAY, drawn, world

from nevsim.arrays import BEYOND
from nevsim.draws.windows import Windows
from nevsim.engine.batch import Batch


def days(value):
    return {"law": "fixed", "value": value, "unit": "days"}


def test_a_crew_of_one_or_two():
    """Jobs of 10 and 4 days asked for at once: one after the other with a crew of one, side by side with two."""
    jobs = [
        {"id": name, "stages": [{"id": "work", "duration": days(length), "crew": "crew"}]}
        for name, length in (("long", 10), ("short", 4))
    ]
    count = {"law": "choice", "values": [1, 2]}
    names, draws = drawn(world(jobs, end=date(2023, 3, 1)) | {"crews": [{"id": "crew", "count": count}]}, 40)
    found = (Batch(names.plan).play(draws).starts / DAY).tolist()
    assert found == [[10, 14] if crew == 1 else [10, 4] for crew in draws.crews[:, 0]]
    assert set(draws.crews[:, 0].tolist()) == {1, 2}


def test_operating_minutes_up_to_promises():
    """Half of the rate is lost from day 10 to 20: 12.5 days up to day 15; a promise of the past counts down to it."""
    plants = [
        {"id": "due", "nameplate": 12_000, "announced": date(2023, 1, 15)},
        {"id": "overdue", "nameplate": 12_000, "announced": date(2022, 12, 16), "slip": 1},
    ]
    hazard = {"id": "storm", "rate": 1, "duration": 1}
    names, draws = drawn(world(plants, end=date(2023, 3, 1), hazards=[hazard]), 2)
    struck = Windows.of([[[(10 * DAY, 20 * DAY, 0.5)], []]], count=2)
    found = Batch(names.plan).play(replace(draws, windows=struck)).at_promise
    assert (found / DAY).tolist() == [[12.5, -15], [15, -15]]


def test_an_opening_at_the_last_minute():
    """One team, 29.5 days each, and 59 days to play: the second opens at `end`, which is played, the third beyond."""
    stores = {"id": "stores", "planned": 3, "teams": 1, "fit_out": days(29.5)}
    plant = {"id": "plant", "nameplate": 12_000, "operating": {"share": 1}}
    names, draws = drawn(world([plant], end=date(2023, 3, 1)) | {"rollouts": [stores]}, 2)
    (opened,) = Batch(names.plan).play(draws).opened
    assert opened.tolist() == [[29.5 * DAY, 59 * DAY, BEYOND]] * 2


def test_a_reading_takes_over_what_alike_phases_load():
    """Two plants of 12,000 and 24,000 a year make 1,000 and 2,000 a month; a reading gives the first 36,000, so 3,000.

    The second is the same in both, so it loads what is known of it: nothing is sold of it where that is made nothing.
    """
    market = {"id": "all", "yearly": [{"from": date(2023, 1, 1), "value": 900_000}]}
    target = {"id": "made", "measure": "output", "during": 2023, "at_least": 1}

    def plants(first):
        rows = (("a", first), ("b", 24_000))
        return [{"id": name, "nameplate": size, "operating": {"share": 1}} for name, size in rows]

    data = [world(plants(first), markets=[market], targets=[target]) for first in (12_000, 36_000)]
    (names, draws), (others, reread) = (drawn(one, 3) for one in data)
    engine, other = Batch(names.plan), Batch(others.plan)
    known = engine.harvest(draws, engine.sums(), keeps=True).loaded
    inside = names.plan.targets[0].inside
    assert engine.seen(draws).volume(inside)[:, 0].tolist() == pytest.approx([3_000] * 3)
    assert other.seen(reread, known=known).volume(inside)[:, 0].tolist() == pytest.approx([5_000] * 3)
    nothing = known._replace(months=0 * known.months)
    assert other.seen(reread, known=nothing).volume(inside)[:, 0].tolist() == pytest.approx([3_000] * 3)
