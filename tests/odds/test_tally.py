"""Counts of many plays against the plays themselves, taken all at once."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import DAY, PROPERTY, START, drawn, read, simulate, world, worlds

import nevsim
from nevsim.arrays import BEYOND, CANCELLED
from nevsim.draws.sample import draw
from nevsim.engine.events import play
from nevsim.engine.simulate import Simpy, simulate_all
from nevsim.forecast import forecast
from nevsim.odds import tally
from nevsim.odds.interval import odds_of
from nevsim.odds.tally import Tally, series_of
from nevsim.odds.target import judge
from nevsim.plant.losses import LOSSES
from nevsim.shipped import path_of

RUNS = 60


@settings(PROPERTY, max_examples=40)
@given(data=worlds(), seed=st.integers(0, 10**6))
def test_a_result_is_what_its_plays_come_to(data, seed):
    """Hits, means, percentiles, levels, starts, paths and rates from one play of all runs, by plain numpy."""
    result = forecast(read(data), RUNS, seed, engine="simpy")
    names, draws = drawn(data, RUNS, seed)
    plays = simulate_all(names.plan, draws, play(names.plan, draws))
    judged = judge(names.plan, plays.played)
    others = judge(names.plan, plays.on_time), judge(names.plan, plays.full)
    assert (result.hits == judged.hits).all()
    for k, target in enumerate(result.targets):
        values = judged.values[:, k]
        assert target.odds == odds_of(int(judged.hits[:, k].sum()), RUNS)
        assert target.on_time == odds_of(int(others[0].hits[:, k].sum()), RUNS)
        assert target.full == odds_of(int(others[1].hits[:, k].sum()), RUNS)
        assert target.mean == pytest.approx(values.mean(), rel=1e-12)
        found = (target.p10, target.p50, target.p90)
        assert found == tuple(np.percentile(values, [10, 50, 90], method="inverted_cdf"))
    levels = plays.played.levels.mean(axis=1) * names.plan.season
    np.testing.assert_allclose(result.levels, levels, rtol=1e-12, atol=1e-12)
    rates = 12 * plays.played.levels[-1].sum(axis=1)
    np.testing.assert_allclose(result.paths[:, 0], rates[:50], rtol=1e-12, atol=1e-9)
    wanted = np.percentile(rates, [10, 90], axis=0, method="inverted_cdf")
    np.testing.assert_allclose(result.fan(0, (0.1, 0.9)), wanted, rtol=1e-12, atol=1e-9)
    for one in result.starts:
        p = names.plan.phases.index(one.phase)
        starts = plays.played.starts[:, p]
        assert one.runs == RUNS
        assert one.cancelled == (starts == CANCELLED).sum()
        assert one.beyond == (starts == BEYOND).sum()
        for d, count in enumerate(one.days):
            assert count == ((starts > (d - 1) * DAY) & (starts <= d * DAY)).sum()


@settings(PROPERTY, max_examples=40)
@given(data=worlds(), seed=st.integers(0, 10**6))
def test_the_losses_of_a_target_are_an_identity(data, seed):
    """Mean promise - mean losses + already = mean, over the scope and window; unannounced is a floor of its own."""
    result = forecast(read(data), 20, seed)
    made = result.targets[0]
    lost = sum(made.losses[cause] for cause in LOSSES)
    assert made.promised - lost == pytest.approx(made.mean, rel=1e-9, abs=1e-6)
    assert made.losses["unannounced"] == pytest.approx(max(0, made.at_least - made.promised))
    assert set(made.losses) == {*LOSSES, "unannounced"}
    assert [target.losses for target in result.targets[1:]] == [None, None]


@pytest.mark.parametrize("size", [1, 3, 20])
def test_chunks_of_plays(size):
    """A tally of chunks is a tally of all, in every array."""
    data = world(
        [{"id": "plant", "nameplate": 12_000, "announced": START, "slip": {"law": "uniform", "low": 0, "high": 30}}],
        hazards=[{"id": "storm", "rate": 3, "duration": 1}],
    )
    names, draws = drawn(data, 20)
    whole = Tally(names.plan, np.array([12_000.0]))
    engine = Simpy(names.plan)
    sums, open_sums = engine.sums(), engine.sums()
    whole.add(engine.harvest(draws, sums), draws.chances)
    parts = Tally(names.plan, np.array([12_000.0]))
    for first in range(0, 20, size):
        some = draw(names, 1, first, min(size, 20 - first))
        parts.add(engine.harvest(some, open_sums), some.chances)
    assert np.array_equal(sums, open_sums)
    for field in ("runs", "hits", "sums", "days", "paths"):
        assert np.array_equal(getattr(parts, field), getattr(whole, field)), field
    assert (parts.hit_bits.all() == whole.hit_bits.all()).all()
    assert (parts.values.counts() == whole.values.counts()).all()
    assert (parts.rates.counts() == whole.rates.counts()).all()


@pytest.mark.parametrize("threads", [1, 2])
def test_sums_over_blocks_are_sums_over_all_runs(monkeypatch, threads):
    """Four blocks of 7 and one of 2: the mean of every level is that of 30 plays taken at once, within rounding."""
    law = {"law": "uniform", "low": 0, "high": 30}
    data = world([{"id": "plant", "nameplate": law | {"high": 12_000}, "announced": START, "slip": law}])
    names, draws = drawn(data, 30)
    wanted = simulate(names.plan, draws).levels.mean(axis=1)
    monkeypatch.setattr("nevsim.replications.BLOCK", 7)
    for engine in ("batch", "simpy"):
        found = forecast(read(data), 30, 1, engine=engine, threads=threads).levels
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def test_scopes_are_distinct_and_of_volumes_alone():
    """Two targets of one scope share it; a target of starts has none."""
    plants = [{"id": name, "nameplate": 1, "announced": START} for name in "ab"]
    made = {"measure": "output", "during": 2023, "at_least": 1}
    targets = [
        made | {"id": "one", "scope": {"plant": "b"}},
        made | {"id": "two"},
        {"id": "three", "measure": "capacity", "at": START, "at_least": 1, "scope": {"plant": "b"}},
        {"id": "four", "measure": "start", "at": START, "scope": {"plant": "a"}},
    ]
    names, _ = drawn(world(plants, targets=targets), 1)
    assert [one.inside.tolist() for one in series_of(names.plan)] == [[False, True], [True, True]]
    result = forecast(read(world(plants, targets=targets)), 2, 1)
    assert [result.series_of(k) for k in range(4)] == [0, 1, 0, None]


def test_percentiles_of_a_start_are_days_by_whose_end_it_has_started():
    """Slips of 0, 1, 2, 3 days, evenly: by rank, of those that go ahead; None where the rank lies beyond the end."""
    law = {"law": "choice", "values": [0, 1, 2, 500], "unit": "days"}
    plant = {"id": "plant", "announced": date(2023, 1, 10), "slip": law, "realised": 0.9}
    data = world([plant], end=date(2023, 6, 1))
    result = forecast(read(data), 400, 3)
    (one,) = result.starts
    names, draws = drawn(data, 400, 3)
    starts = simulate(names.plan, draws).starts[:, 0]
    goes = np.sort(starts[starts != CANCELLED])
    assert one.promised == date(2023, 1, 10)
    assert one.beyond == (goes == BEYOND).sum() > 0
    for percent in (1, 20, 50, 70, 76, 99):
        minute = goes[-(-percent * len(goes) // 100) - 1]
        wanted = None if minute == BEYOND else START + timedelta(days=int(minute) // DAY - 1)
        assert one.percentile(percent / 100) == wanted
    assert one.percentile(0.3) in {date(2023, 1, 10), date(2023, 1, 11)}


def test_what_is_always_cancelled_has_no_percentile():
    """Nobody goes ahead: all runs are cancelled, and there is no date."""
    plant = {"id": "plant", "announced": date(2023, 1, 10), "realised": 0}
    (one,) = forecast(read(world([plant])), 30, 3).starts
    assert (one.cancelled, one.beyond, one.runs) == (30, 0, 30)
    assert one.percentile(0.5) is None


def test_numbers_of_starts_stay_whole_in_long_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell of the grid is narrower than one start, so a long run's percentiles are those of a short one."""
    case = nevsim.load(path_of("liangjiang-2025"))
    exact = case.run(200, 3).result
    monkeypatch.setattr(tally, "EXACT_VALUES", 50)
    counted = case.run(200, 3).result
    assert counted.values.counted
    pairs = [(a, b) for a, b in zip(exact.targets, counted.targets, strict=True) if a.measure == "start"]
    assert len(pairs) >= 4
    assert all((a.p10, a.p50, a.p90) == (b.p10, b.p50, b.p90) for a, b in pairs)
