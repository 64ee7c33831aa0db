"""The batch engine by hand, where several replications are played at once and differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

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
