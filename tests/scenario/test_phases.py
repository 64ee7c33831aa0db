"""What a phase takes from its plant, and what its own beginning replaces."""

from __future__ import annotations

from datetime import date

import pytest
from scenes import played, read, world

from nevsim.errors import ScenarioError

PROMISED = date(2022, 12, 31)


def base(*phases, **plant):
    return world([{"id": "base", "nameplate": 12_000, "phases": list(phases), **plant}], end=date(2023, 4, 1))


def test_an_operating_phase_ignores_the_load_and_the_doubt_of_its_plant():
    """Half of 1,000 a month runs, whatever its plant's load; what is promised is never realised."""
    plan, output = played(
        base({"id": "old"}, {"id": "new", "announced": PROMISED}, operating={"share": 0.5}, load=0.8, realised=0), 2
    )
    assert plan.operating.tolist() == [True, False]
    assert output.sold.tolist() == [[[500] * 3, [0] * 3]] * 2


def test_a_phase_with_a_promise_has_the_load_of_its_plant():
    """1,000 a month from the first day, of which 0.8 is run."""
    _, output = played(
        base({"id": "old", "operating": {"share": 1}}, {"id": "new", "announced": PROMISED}, load=0.8), 1
    )
    assert output.sold[0].tolist() == [[1_000] * 3, [800] * 3]


@pytest.mark.parametrize("field", ["load", "realised"])
def test_a_running_phase_or_plant_has_none_of_its_own(field):
    running = {"operating": {"share": 0.5}, field: 0.8}
    for data in (base({"id": "old", **running}), world([{"id": "mill", **running}])):
        with pytest.raises(ScenarioError) as caught:
            read(data)
        assert [fault.kind for fault in caught.value.faults] == ["not-when-operating"]


@pytest.mark.parametrize("field", ["load", "realised"])
def test_nor_has_a_phase_that_runs_with_its_plant(field):
    """Played with it, a chance of 0 would stop what runs: the phase is told to be without."""
    with pytest.raises(ScenarioError) as caught:
        read(base({"id": "old", field: 0}, {"id": "new", "announced": PROMISED, field: 0.8}, operating={"share": 0.5}))
    (fault,) = caught.value.faults
    assert (fault.kind, fault.address) == ("not-when-operating", f"plants.base.phases.old.{field}")
    assert fault.message == f"{field} beside operating of its plant; it already runs: remove it"
