"""Plants that wait for one another: what they promised by it, when they start, and with what probability they do."""

from __future__ import annotations

import random
from datetime import date
from math import prod

import numpy as np
import pytest
from scenes import DAY, START, events, near_share, played, world

from nevsim.arrays import CANCELLED


def days(value):
    return {"law": "fixed", "value": value, "unit": "days"}


def staged(name, *stages, **more):
    """A plant of stages (length in days, what it waits for, crew), s0, s1 and so on."""
    rows = []
    for number, (length, *rest) in enumerate(stages):
        after, crew = [*rest, None, None][:2]
        row = {"id": f"s{number}", "duration": days(length), "after": after, "crew": crew}
        rows.append({key: value for key, value in row.items() if value is not None})
    return {"id": name, "stages": rows} | more


def promised_and_started(plants, crews=()):
    """The day that each plant promised, and the day on which it starts, None where it is cancelled."""
    data = world(plants) | {"crews": [{"id": name, "count": 1} for name in crews]}
    _, output = played(data, 1)
    starts = [None if minute == CANCELLED else minute / DAY for minute in output.starts[0].tolist()]
    return [minute / DAY for minute in output.announced[0].tolist()], starts


# Promises by hand


def test_what_waits_for_a_crew_is_late():
    """Both promise day 10 and the second gets the crew on day 10: it starts on day 20."""
    plants = [staged("a", (10, [], "crew")), staged("b", (10, [], "crew"))]
    assert promised_and_started(plants, ["crew"]) == ([10, 10], [10, 20])


def path(last):
    """c waits for the starts of b and of a, b for the first stage of a; a and b may share a crew."""
    return [
        staged("c", (last, ["b.main", "a.main"])),
        staged("b", (4, ["a.s0"], "crew")),
        staged("a", (5, [], "crew"), (7, ["s0"], "crew")),
    ]


def test_a_path_through_other_plants():
    """a works 0 to 5 and 5 to 12, b 5 to 9, c 12 to 15 as long as there are two crews."""
    data = world(path(3)) | {"crews": [{"id": "crew", "count": 2}]}
    _, output = played(data, 1)
    assert output.announced[0].tolist() == output.starts[0].tolist() == [15 * DAY, 9 * DAY, 12 * DAY]


def test_a_path_through_other_plants_that_share_a_crew():
    """One crew alone: on day 5 a gives it back and asks again, as b does, which stands first in the file.

    So b works 5 to 9 and a's second stage 9 to 16; c follows a, from 16 to 19. The promises are as above.
    """
    assert promised_and_started(path(3), ["crew"]) == ([15, 9, 12], [19, 9, 16])


def test_two_plants_that_wait_for_stages_of_one_another():
    """a: 5 days, then 4 after the 7 of b: day 11. b: 7 days, then 2 after the 5 of a: day 9. Neither without a."""
    plants = [staged("a", (5, []), (4, ["s0", "b.s0"])), staged("b", (7, []), (2, ["s0", "a.s0"]))]
    assert promised_and_started(plants) == ([11, 9], [11, 9])
    plants[0]["realised"] = 0
    assert promised_and_started(plants) == ([11, 9], [None, None])


def test_one_with_a_slip_counts_with_its_start():
    """a promised day 31 and comes on day 51; b needs 10 more and promised nothing, so day 61, and it is not late."""
    slips = {"id": "a", "announced": date(2023, 1, 31), "slip": days(20)}
    assert promised_and_started([slips, staged("b", (10, ["a.main"]))]) == ([31, 61], [51, 61])


def test_one_with_a_promise_and_stages_counts_with_its_stages():
    """a promised day 31 and takes 50 days; b needs 10 more: day 60."""
    late = staged("a", (50,), announced=date(2023, 1, 31))
    assert promised_and_started([late, staged("b", (10, ["a.main"]))]) == ([31, 60], [50, 60])


def test_one_that_runs_already_counts_with_nothing():
    """What waits for a plant that runs at minute zero waits for nothing."""
    assert promised_and_started([{"id": "a", "operating": {}}, staged("b", (10, ["a.main"]))]) == ([0, 10], [0, 10])


def test_one_that_is_cancelled_counts_as_if_it_came():
    """b would have followed a on day 50, and c b on day 60: they promised so, and are cancelled with it."""
    never = staged("a", (50,), realised=0)
    plants = [never, staged("b", (10, ["a.main"])), staged("c", (3, ["b.s0"])), staged("d", (5,))]
    assert promised_and_started(plants) == ([50, 60, 63, 5], [None, None, None, 5])


def test_no_stage_begins_before_its_plants_minute():
    """b may not begin before 1 February, day 31, though a is there on day 10: 36."""
    later = staged("b", (5, ["a.main"]), begins=date(2023, 2, 1))
    assert promised_and_started([staged("a", (10,)), later]) == ([10, 36], [10, 36])


# Promises and cancellations of random networks


def network(seed):
    """Up to nine plants in an order unlike the file's, whose stages wait for stages and starts of those before."""
    chance = random.Random(seed)
    plants = []
    known = []
    for number in range(chance.randint(2, 9)):
        name = f"p{number}"
        if chance.random() < 0.2:
            slip = {"law": "uniform", "low": 0, "high": 90, "unit": "days"}
            plants.append({"id": name, "announced": date(2023, 1, 31), "slip": slip})
        else:
            stages = []
            for step in range(chance.randint(1, 3)):
                own = [f"s{earlier}" for earlier in range(step)]
                after = chance.sample(own + known, chance.randint(0, min(2, len(own + known))))
                duration = {"law": "choice", "values": [1, 5, 20, 60], "unit": "days"}
                stages.append({"id": f"s{step}", "duration": duration, "after": after})
                if chance.random() < 0.5:
                    stages[-1]["crew"] = "crew"
            plants.append({"id": name, "stages": stages})
            known += [f"{name}.{stage['id']}" for stage in stages]
        plants[-1]["realised"] = chance.choice([0.6, 0.9, 1])
        known.append(f"{name}.main")
    chance.shuffle(plants)
    return world(plants, start=START, end=date(2033, 1, 1)) | {"crews": [{"id": "crew", "count": 1}]}


def unhindered(data, lengths, slips):
    """The start of each plant by walking back from it, nobody cancelled and no crew: minutes of stages and of slips."""
    plants = {plant["id"]: {stage["id"]: stage for stage in plant.get("stages", [])} for plant in data["plants"]}
    place = {step: number for number, step in enumerate((name, step) for name in plants for step in plants[name])}

    def start(name):
        return max(end(name, step) for step in plants[name]) if plants[name] else 31 * DAY + slips[name]

    def end(name, step):
        waits = [(name, other) if "." not in other else other.split(".") for other in plants[name][step]["after"]]
        ready = [start(other) if last == "main" else end(other, last) for other, last in waits]
        return max([0, *ready]) + lengths[place[name, step]]

    return {name: start(name) for name in plants}


def needed(data):
    """For each plant itself and all that it waits for, taken in until no more come."""
    found = {}
    for plant in data["plants"]:
        waits = [other for stage in plant.get("stages", []) for other in stage["after"]]
        found[plant["id"]] = {plant["id"]} | {other.split(".")[0] for other in waits if "." in other}
    for _ in found:
        found = {name: others.union(*(found[other] for other in others)) for name, others in found.items()}
    return found


def test_the_walk_back_by_hand():
    """b: 2 days, then 3 after the 5 of a: day 8; the 9 that a takes next count for a alone, and for c: day 14 + 1."""
    a = staged("a", (5, []), (9, ["s0"]))
    b = staged("b", (2, []), (3, ["s0", "a.s0"]))
    c = staged("c", (1, ["a.main"]))
    data = world([b, a, c])
    lengths = [length * DAY for length in (2, 3, 5, 9, 1)]
    assert unhindered(data, lengths, {}) == {"b": 8 * DAY, "a": 14 * DAY, "c": 15 * DAY}
    assert needed(data) == {"a": {"a"}, "b": {"a", "b"}, "c": {"a", "c"}}


@pytest.mark.parametrize("seed", range(40))
def test_promises_and_cancellations_of_random_networks(seed):
    """To the minute and in every replication; with one crew nobody starts before the end of its longest path."""
    data = network(seed)
    names, draws, play = events(data, 25, seed)
    phases = names.plan.phases
    for row in range(25):
        slips = dict(zip(phases, draws.slip[row].tolist(), strict=True))
        paths = unhindered(data, draws.stages[row].tolist(), slips)
        realised = dict(zip(phases, draws.realised[row].tolist(), strict=True))
        for number, name in enumerate(phases):
            promised = 31 * DAY if "slip" in data["plants"][number] else paths[name]
            assert draws.announced[row, number] == promised
            ahead = all(realised[other] for other in needed(data)[name])
            assert draws.terms.ahead[row, number] == ahead
            assert (play.starts[row, number] == CANCELLED) == (not ahead)
            assert not ahead or play.starts[row, number] >= paths[name]


def test_random_networks_start_as_promised_without_crews():
    """Enough crews for everybody: what goes ahead starts when it promised."""
    for seed in range(40):
        data = network(seed)
        data["crews"][0]["count"] = 30
        names, draws, play = events(data, 25, seed)
        staged_ones = names.plan.announced < 0
        starts = play.starts[:, staged_ones]
        assert ((starts == draws.announced[:, staged_ones]) | (starts == CANCELLED)).all()


# Probabilities of going ahead

RUNS = 4_000


def ahead(plants, seed):
    """Whether each plant goes ahead, (n, p), by its start."""
    _, output = played(world(plants), RUNS, seed)
    return output.starts != CANCELLED


def test_a_chain_multiplies():
    """0.9, then 0.9 x 0.8, then 0.9 x 0.8 x 0.7; who waits for a stage of the last, the same times 0.5."""
    chances = [0.9, 0.8, 0.7, 0.5]
    waits = [[], ["p0.main"], ["p1.s0"], ["p2.main"]]
    found = ahead([staged(f"p{i}", (5, waits[i]), realised=chances[i]) for i in range(4)], 101)
    for number in range(4):
        near_share(int(found[:, number].sum()), RUNS, prod(chances[: number + 1]))
    assert (found[:, :-1] >= found[:, 1:]).all()


def test_a_diamond_counts_its_top_once():
    """Top 0.8, sides 0.9 and 0.7, bottom 0.6: 0.72, 0.56 and 0.8 x 0.9 x 0.7 x 0.6, not 0.72 x 0.56 x 0.6.

    Both sides come with 0.8 x 0.9 x 0.7 = 0.504; were they independent, it would be 0.403.
    """
    plants = [
        staged("bottom", (5, ["left.main", "right.s0"]), realised=0.6),
        staged("left", (5, ["top.main"]), realised=0.9),
        staged("right", (5, ["top.s0"]), realised=0.7),
        staged("top", (5,), realised=0.8),
    ]
    found = ahead(plants, 102)
    for number, chance in enumerate([0.8 * 0.9 * 0.7 * 0.6, 0.72, 0.56, 0.8]):
        near_share(int(found[:, number].sum()), RUNS, chance)
    near_share(int(found[:, 1:3].all(axis=1).sum()), RUNS, 0.504)


def test_phases_that_share_their_plants_chance_count_once():
    """Both phases come or neither, 0.6; what waits for both comes with 0.6 x 0.9, what waits for one likewise."""
    both = {"id": "base", "realised": 0.6, "phases": [{"id": name, "announced": START} for name in ("one", "two")]}
    plants = [
        both,
        staged("last", (5, ["base.one", "base.two"]), realised=0.9),
        staged("other", (5, ["base.two"]), realised=0.9),
    ]
    found = ahead(plants, 103)
    for number, chance in enumerate([0.6, 0.6, 0.54, 0.54]):
        near_share(int(found[:, number].sum()), RUNS, chance)
    assert np.array_equal(found[:, 0], found[:, 1])


def test_a_stage_that_waits_for_nobody_does_not_save_its_plant():
    """One of two stages waits for a plant of 0.3: the whole plant comes with 0.3, and asks for no crew without it."""
    plants = [staged("a", (5,), realised=0.3), staged("b", (5, []), (5, ["a.main"]), (5, []))]
    found = ahead(plants, 104)
    near_share(int(found[:, 1].sum()), RUNS, 0.3)
    _, draws, play = events(world(plants), 200, 104)
    lost = ~draws.realised[:, 0]
    assert lost.any()
    assert (play.granted[lost] > play.granted[~lost].max()).all()
