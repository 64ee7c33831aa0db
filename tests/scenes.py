"""Scenarios written in Python, read as files and played, and tolerances in standard errors; no expected numbers."""

from __future__ import annotations

import math
import tempfile
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from nevsim.draws.catalogue import Catalogue, catalogue
from nevsim.draws.sample import Draws, draw
from nevsim.engine.events import play
from nevsim.engine.simulate import played as volumes
from nevsim.scenario.load import Scenario, load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nevsim.engine.events import Note
    from nevsim.engine.output import Output, Play
    from nevsim.plant.plan import Plan

START = date(2023, 1, 1)
DAY, MONTH, YEAR = 1_440, 43_830, 525_960
"""Minutes, as docs/model.md states them."""
TIMES = 4.5
"""Standard errors that a statistic may be off: 7 in a million for a normal one."""
PROPERTY = settings(
    deadline=None, derandomize=True, database=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)

Data = dict[str, Any]


def world(
    plants: Sequence[Data],
    start: date = START,
    end: date = date(2025, 1, 1),
    hazards: Sequence[Data] = (),
    markets: Sequence[Data] = (),
    targets: Sequence[Data] = (),
    **head: Any,
) -> Data:
    """A scenario as plain data; a target is made up where none is given."""
    first = {"id": "world", "title": "A world", "as_of": date(2022, 12, 31), "start": start, "end": end}
    some = {"id": "some", "measure": "capacity", "at": start, "at_least": 1}
    data: Data = {"schema": 1, "scenario": first | head, "plants": list(plants), "targets": list(targets) or [some]}
    return data | {name: list(rows) for name, rows in (("hazards", hazards), ("markets", markets)) if rows}


def read(data: Data) -> Scenario:
    """The scenario of plain data, by way of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "world.toml")
        path.write_text(tomli_w.dumps(data), encoding="utf-8")
        return load(path)


def drawn(data: Data, runs: int, seed: int = 1, first: int = 0) -> tuple[Catalogue, Draws]:
    """The catalogue of plain data and draws of it."""
    names = catalogue(read(data))
    return names, draw(names, seed, first, runs)


def played(data: Data, runs: int, seed: int = 1) -> tuple[Plan, Output]:
    """The plan of plain data and a play of it."""
    names, draws = drawn(data, runs, seed)
    return names.plan, simulate(names.plan, draws)


def simulate(plan: Plan, draws: Draws, note: Note | None = None) -> Output:
    """The volumes of all replications of some draws, played by SimPy."""
    return volumes(plan, draws, play(plan, draws, note))


def events(data: Data, runs: int, seed: int = 1) -> tuple[Catalogue, Draws, Play]:
    """The catalogue of plain data, draws of it, and their events."""
    names, draws = drawn(data, runs, seed)
    return names, draws, play(names.plan, draws)


def due(day: date, start: date = START) -> int:
    """Minutes from the start to the end of a day."""
    return ((day - start).days + 1) * DAY


def months_until(day: date, start: date = START) -> Fraction:
    """Months of duration from the start to the end of a day."""
    return Fraction(due(day, start), MONTH)


def near(found: float, wanted: float, error: float, times: float = TIMES) -> None:
    """Assert that a statistic is off by at most so many standard errors."""
    off = abs(found - wanted)
    assert off <= times * error, f"found {found:.6g}, want {wanted:.6g}: off by {off / error if error else off:.1f} se"


def near_binomial(counts: Any, size: int, chance: float) -> None:
    """Assert that counts agree in mean and variance with Binomial(size, chance).

    The variance of a sample's variance is (m4 - s^4 (n - 3) / (n - 1)) / n, with the fourth central moment
    m4 = npq (1 + 3 (n - 2) pq) of the binomial law (Johnson, Kemp and Kotz, Univariate Discrete Distributions, 2005).
    """
    runs, each = len(counts), chance * (1 - chance)
    variance, fourth = size * each, size * each * (1 + 3 * (size - 2) * each)
    near(float(counts.mean()), size * chance, math.sqrt(variance / runs))
    spread = (fourth - variance**2 * (runs - 3) / (runs - 1)) / runs
    near(float(counts.var(ddof=1)), variance, math.sqrt(spread))


def near_share(hits: int, runs: int, chance: float) -> None:
    """Assert that a count agrees with a probability, by the binomial standard error."""
    near(hits / runs, chance, math.sqrt(chance * (1 - chance) / runs))


def near_mean(values: Any, wanted: float) -> None:
    """Assert that a sample's mean agrees with an expectation, by the sample's standard error."""
    near(float(values.mean()), wanted, float(values.std(ddof=1)) / math.sqrt(len(values)))


# Random worlds

_shares = st.sampled_from([0.0, 0.25, 0.6, 1.0])


def _uniform(low: float, high: float) -> Data:
    return {"law": "uniform", "low": low, "high": high}


def _days(value: float) -> Data:
    return {"law": "fixed", "value": value, "unit": "days"}


def _durations(most: int) -> st.SearchStrategy[Any]:
    """Times in months, days or by chance, of at most some months."""
    return st.one_of(
        st.integers(0, most),
        st.integers(0, 30 * most).map(_days),
        st.integers(1, most).map(lambda high: _uniform(0, high)),
        st.just({"law": "exponential", "mean": most / 2}),
    )


@st.composite
def _ramps(draw: Any) -> Data:
    shape = draw(st.sampled_from(["linear", "s-curve", "fast-start", "points"]))
    points = {"points": [[0, 0], [0.25, 0.1], [0.5, 0.1], [1, 1]]} if shape == "points" else {}
    return {"shape": shape, "duration": draw(_durations(9))} | points


@st.composite
def stage_lists(draw: Any, most: int = 4) -> list[Data]:
    """Stages that wait for earlier ones, or, where nothing is said, for the one above."""
    stages: list[Data] = []
    for number in range(draw(st.integers(1, most))):
        stage = {"id": f"s{number}", "duration": draw(_durations(6))}
        if draw(st.booleans()):
            before = [other["id"] for other in stages]
            stage["after"] = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
        stages.append(stage)
    return stages


@st.composite
def _plants(draw: Any, number: int) -> Data:
    plant: Data = {"id": f"p{number}", "region": draw(st.sampled_from(["east", "west"]))}
    size = draw(st.sampled_from([None, 0, 12_000, _uniform(5_000, 20_000), {"law": "choice", "values": [1, 90_000]}]))
    if size is not None:
        plant["nameplate"] = size
    if draw(st.booleans()):
        plant["built"] = draw(st.sampled_from([0, 0.8, _uniform(0.5, 1)]))
    kind = draw(st.sampled_from(["slip", "slip", "stages", "operating"]))
    if kind == "operating":
        plant["operating"] = {"share": draw(_shares)}
        if draw(st.booleans()):
            plant["operating"]["to"] = draw(st.one_of(_shares, st.just(_uniform(0.2, 0.9))))
            plant["ramp"] = draw(_ramps())
        return plant
    for field, values in (("load", [0.5, 1.2, _uniform(0.4, 0.9)]), ("realised", [0, 0.5, 0.9])):
        if draw(st.booleans()):
            plant[field] = draw(st.sampled_from(values))
    if draw(st.booleans()):
        plant["ramp"] = draw(_ramps())
    promise = START + timedelta(days=draw(st.integers(-40, 500)))
    if kind == "stages":
        plant["stages"] = draw(stage_lists())
        if draw(st.booleans()):
            plant["begins"] = START + timedelta(days=draw(st.integers(0, 200)))
        return plant | ({"announced": promise} if draw(st.booleans()) else {})
    slips = [_uniform(-3, 12), _uniform(2, 9), {"law": "mixture", "laws": [0, 2, {"law": "exponential", "mean": 4}]}]
    plant["announced"] = promise
    if promise >= START and draw(st.booleans()):
        slips = [0, _days(45), {"law": "choice", "values": [0, 3, 100]}]
    plant["slip"] = draw(st.sampled_from(slips))
    return plant


@st.composite
def worlds(draw: Any, most: int = 4, limits: bool = True) -> Data:
    """Small scenarios with every kind of plant, hazard and market, over 3 to 15 months."""
    plants = [draw(_plants(number)) for number in range(draw(st.integers(1, most)))]
    scopes: list[Data] = [{}, *({"region": name} for name in sorted({plant["region"] for plant in plants}))]
    length = draw(st.integers(3, 15))
    end = date(2023 + length // 12, length % 12 + 1, 1)
    hazards, markets = [], []
    for number in range(draw(st.integers(0, 2))):
        hazard: Data = {"id": f"h{number}", "scope": draw(st.sampled_from(scopes)), "each": draw(st.booleans())}
        hazard["rate"] = draw(st.sampled_from([0, 2, 8, _uniform(0, 6)]))
        hazard["duration"] = draw(st.sampled_from([0, 1, _days(10), {"law": "exponential", "mean": 0.5}]))
        hazard["severity"] = draw(st.sampled_from([0, 0.5, 1, _uniform(0, 1)]))
        if draw(st.booleans()):
            hazard["months"] = draw(st.lists(st.integers(1, 12), min_size=1, max_size=5, unique=True))
        hazards.append(hazard)
    for number in range(draw(st.integers(0, 2)) if limits else 0):
        rows = [{"from": START, "value": draw(st.sampled_from([0, 3_000, 20_000]))}]
        if draw(st.booleans()):
            rows.append({"from": date(2023, 4, 1), "value": 9_000})
        markets.append(
            {"id": f"m{number}", "scope": draw(st.sampled_from(scopes)), "yearly": rows}
            | {"growth": _uniform(-0.2, 0.5), "level": _uniform(0.5, 1.5)}
        )
    season = draw(st.sampled_from([[1.0] * 12, [2.0, 0.0, *[1.0] * 10]]))
    window = {"from": START, "to": end}
    targets = [
        {"id": "made", "measure": "output", "during": window, "at_least": 4_000},
        {"id": "rate", "measure": "run-rate", "at": end - timedelta(days=1), "at_least": 8_000},
        {"id": "room", "measure": "capacity", "at": end - timedelta(days=20), "at_least": 10_000},
    ]
    return world(plants, end=end, hazards=hazards, markets=markets, targets=targets, season=season)
