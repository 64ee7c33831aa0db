"""What was promised: the announced minute, or the end of the longest path of the drawn stages."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import DAY, MONTH, PROPERTY, START, drawn, played, stage_lists, world

END = date(2023, 5, 1)


def stages(*months):
    return [{"id": f"s{i}", "duration": length} for i, length in enumerate(months)]


@pytest.mark.parametrize(
    ("plant", "promised"),
    [
        ({"announced": date(2023, 1, 31)}, 31 * DAY),
        ({"announced": date(2022, 12, 31)}, 0),
        ({"announced": date(2022, 12, 1), "slip": 2}, -30 * DAY),
        ({"announced": date(2022, 12, 1), "stages": stages(2)}, -30 * DAY),
        ({"announced": date(2022, 12, 30), "stages": stages(2, 1)}, -DAY),
        ({"announced": date(2022, 12, 31), "stages": stages(2)}, 0),
        ({"stages": stages(1, 1)}, 2 * MONTH),
        ({"stages": stages(1), "realised": 0}, MONTH),
        ({"operating": {}}, 0),
    ],
)
def test_promises_by_hand(plant, promised):
    """A deadline is minute 0 of the day after, before the start a negative one, which is a promise like another."""
    _, draws = drawn(world([{"id": "plant", **plant}], end=END), 2)
    assert draws.announced[:, 0].tolist() == [promised] * 2


def test_an_overdue_promise_of_stages_is_late_from_the_start():
    """Promised for 1 December 2022, built by 1 February 2023 (31 days of stages): January is promised and late."""
    stage = {"id": "dig", "duration": {"law": "fixed", "value": 31, "unit": "days"}}
    plant = {"id": "plant", "nameplate": 12_000, "announced": date(2022, 12, 1), "stages": [stage]}
    _, output = played(world([plant], end=END), 1)
    assert output.promised[0, 0].tolist() == [1_000] * 4
    assert output.losses["late"][0, 0].tolist() == [1_000, 0, 0, 0]


def longest(rows, lengths, begins):
    """The ends of stages by recursion over what they wait for."""

    def end(number):
        row = rows[number]
        after = row.get("after", [rows[number - 1]["id"]] if number else [])
        waits = [end(int(name[1:])) for name in after]
        return max([begins, *waits]) + lengths[number]

    return [end(number) for number in range(len(rows))]


@PROPERTY
@given(rows=stage_lists(7), begins=st.none() | st.integers(0, 300), seed=st.integers(0, 9))
def test_start_is_the_longest_path(rows, begins, seed):
    """Random networks of stages: promise, and start in the play of events, to the minute."""
    plant = {"id": "plant", "stages": rows}
    if begins is not None:
        plant["begins"] = date.fromordinal(START.toordinal() + begins)
    data = world([plant, {"id": "other", "stages": rows[:1]}], end=date(2033, 1, 1))
    names, draws = drawn(data, 3, seed)
    plan, output = played(data, 3, seed)
    for row in range(3):
        wanted = max(longest(rows, draws.stages[row].tolist(), (begins or 0) * DAY))
        assert draws.announced[row, 0] == wanted
        assert output.starts[row, 0] == wanted or wanted > plan.end
    assert sorted(names.plan.order) == list(range(len(rows) + 1))
    place = {number: position for position, number in enumerate(plan.order)}
    assert all(place[other] < place[i] for i, stage in enumerate(plan.stages) for other in stage.after)
    strands = [number for phase in plan.strands for strand in phase for number in strand]
    assert sorted(strands) == list(range(len(rows) + 1))
    for phase in plan.strands:
        for strand in phase:
            for before, number in pairwise(strand):
                assert plan.stages[number].after == (before,)
