"""The log of events: in the order of time, complete, and the same play as without it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import PROPERTY, drawn, read, simulate, world, worlds

from nevsim.forecast import retell


@PROPERTY
@given(data=worlds(), seed=st.integers(0, 99), replication=st.sampled_from([0, 1, 12_345]))
def test_a_trace_tells_what_a_run_plays(data, seed, replication):
    """Minutes never fall; starts, ends of stages and outages are those of the draws; nothing after the end."""
    told = retell(read(data), replication, seed)
    names, draws = drawn(data, 1, seed, replication)
    plan, output = names.plan, simulate(names.plan, draws)
    minutes = [event.minute for event in told.events]
    assert minutes == sorted(minutes)
    assert all(0 <= minute <= plan.end for minute in minutes)
    begun = {
        event.subject: event.minute for event in told.events if event.what in ("starts production", "runs already")
    }
    starts = dict(zip(plan.phases, output.starts[0].tolist(), strict=True))
    assert begun == {phase: minute for phase, minute in starts.items() if minute <= plan.end}
    for number, stream in enumerate(plan.streams):
        (windows,) = draws.windows.rows(number)
        found = [(e.minute, e.what) for e in told.events if e.subject == stream.name]
        spans = [(onset, "begins") for onset, _, _ in windows]
        spans += [(end, "ends") for _, end, _ in windows]
        assert sorted(found) == sorted(one for one in spans if one[0] <= plan.end)


@PROPERTY
@given(data=worlds(), seed=st.integers(0, 99))
def test_stages_begin_when_all_they_wait_for_has_ended(data, seed):
    """Each begins as the last of them ends, not before the plant's `begins`, and lasts its drawn minutes."""
    told = retell(read(data), 0, seed)
    names, draws = drawn(data, 1, seed)
    plan = names.plan
    log = {(event.subject, event.detail, event.what): event.minute for event in told.events if event.detail}
    for number, stage in enumerate(plan.stages):
        phase = plan.phases[stage.phase]
        begun = log.get((phase, stage.name, "begins"))
        if not draws.terms.ahead[0, stage.phase]:
            assert begun is None
            continue
        waits = [log.get((phase, plan.stages[other].name, "ends")) for other in stage.after]
        if None in waits:
            assert begun is None
            continue
        ready = max([stage.begins, *waits])
        assert begun == (ready if ready <= plan.end else None)
        if begun is not None:
            ended = begun + int(draws.stages[0, number])
            assert log.get((phase, stage.name, "ends")) == (ended if ended <= plan.end else None)


@PROPERTY
@given(data=worlds(), seed=st.integers(0, 99))
def test_listening_changes_nothing(data, seed):
    """With and without a listener the volumes are the same, bit for bit."""
    names, draws = drawn(data, 3, seed)
    heard = simulate(names.plan, draws, lambda *what: None)
    assert (heard.levels == simulate(names.plan, draws).levels).all()


@pytest.mark.parametrize(
    ("minutes", "words"), [(10_080, "7 days"), (1_440, "1 day"), (1_380, "23 hours"), (60, "1 hour"), (1, "1 minute")]
)
def test_a_wait_is_told_in_the_unit_that_it_fills(minutes, words):
    """The second of two stages that ask at minute zero waits for as long as the first one lasts."""
    long = {"value": minutes / 1_440, "unit": "days"}
    stages = [{"id": "hall", "duration": long, "crew": "builders"}]
    plants = [{"id": name, "nameplate": 12_000, "stages": stages} for name in ("first", "second")]
    told = retell(read(world(plants) | {"crews": [{"id": "builders"}]}))
    begun = [event.detail for event in told.events if event.what == "begins"]
    assert begun == ["hall", f"hall, {words} after it asked for builders,"]
