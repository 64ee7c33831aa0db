"""What an invented scenario is made of: round values for everything, and laws of every family; no structure.

The simplest value stands first in each list, so that a failing scenario shrinks towards it.
"""

from __future__ import annotations

from typing import Any

Law = dict[str, Any]


def _time(value: float, unit: str) -> Law:
    return {"value": value, "unit": unit}


def _turned(laws: list[Law], **keys: float) -> list[Law]:
    """Laws with keys such as scale or max; keys of their own make way."""
    return [law | keys for law in laws]


MINUTES = [_time(0.0007, "days"), _time(0.0014, "days")]
"""A minute, and two."""
DURATIONS = [
    1,
    0,
    2,
    0.5,
    *(_time(days, "days") for days in (10, 15, 28, 30, 31)),
    _time(2, "weeks"),
    _time(0.1, "years"),
    *MINUTES,
    3,
    {"law": "fixed", "value": 1.5},
    40,
]
"""Months, or what unit is said: few and round, so that what has nothing to do with one another ends together."""
POSITIVE: list[Law] = [
    {"law": "uniform", "low": 0, "high": 3},
    {"law": "choice", "values": [0, 1, 2]},
    {"law": "choice", "values": [1, 2, 0.5], "weights": [1, 2, 0.5]},
    {"law": "empirical", "values": [0.25, 1, 1, 3], "weights": [1, 1, 2, 1]},
    {"law": "uniform", "p20": 0.8, "p80": 2},
    {"law": "triangular", "low": 0, "mode": 1, "high": 4},
    {"law": "triangular", "mode": 1, "p25": 0.8, "p75": 1.3},
    {"law": "pert", "low": 0, "mode": 0.5, "high": 3},
    {"law": "pert", "mode": 0.8, "p30": 0.7, "p70": 1},
    {"law": "normal", "mean": 1, "sd": 0.7, "min": 0},
    {"law": "normal", "p5": -0.5, "p95": 2, "min": 0},
    {"law": "lognormal", "mean": 1.2, "sd": 1},
    {"law": "lognormal", "p10": 0.4, "p90": 2},
    {"law": "exponential", "mean": 1},
    {"law": "exponential", "p50": 0.5},
    {"law": "weibull", "shape": 2, "mean": 1},
    {"law": "weibull", "p10": 0.3, "p90": 2},
    {"law": "gamma", "mean": 1, "sd": 0.5},
    {"law": "gamma", "p10": 0.4, "p90": 2},
    {"law": "quantiles", "low": 0, "p10": 0.3, "p50": 0.7, "p90": 2, "high": 3},
    {"law": "mixture", "laws": [0, 1, {"law": "uniform", "low": 0.2, "high": 2}], "weights": [2, 2, 1]},
    {"law": "mixture", "laws": [{"law": "exponential", "mean": 1}, {"law": "gamma", "mean": 0.5, "sd": 0.3}]},
    {"law": "mixture", "laws": [0, 1, {"law": "choice", "values": [0.5, 2]}]},
    {"law": "exponential", "mean": 0.8, "shift": 0.2, "scale": 0.5},
]
"""From 0 up, about 1: each leaves some chance of more than 1 month, and of less."""
TIMES = [
    *POSITIVE,
    {"law": "uniform", "low": 0, "high": 60, "unit": "days"},
    {"law": "choice", "values": [0, 10, 31], "unit": "days"},
    {"law": "lognormal", "p10": 1, "p90": 9, "unit": "weeks"},
    {"law": "exponential", "mean": 0.2, "max": 3, "unit": "years"},
]
SLIPS = [*_turned(POSITIVE, shift=-2, scale=2), *POSITIVE, {"law": "choice", "values": [-31, 0, 31], "unit": "days"}]
"""Months after the promise, before it for some: each leaves some chance of no time at all, or of more."""
SHARES = [0.5, 1, 0, 0.3]
SHARE_LAWS = _turned(POSITIVE, max=1)
REACHED = [0.5, 0, 1, 0.3]
"""Shares that an operating plant moves to."""
SEVERITIES = [0.5, 0.3, 1, 0.9, 0]
BUILT = [0.8, 1, 0, {"value": 0.5}]
LOADS = [0.5, 1, 0, 1.5, 1.2]
LOAD_LAWS = _turned(POSITIVE, max=1.5)
NAMEPLATES = [12_000, 0, 30_000, 7, 100_001, {"value": 12_000}]
NAMEPLATE_LAWS = _turned(POSITIVE, scale=12_000)
CHANCES = [0.5, 0, 1, {"value": 0.8}, 0.9]
"""Probabilities that a phase ever starts."""
USES = [0.001, 0, 0.005, 0.0007]
USE_LAWS = _turned(POSITIVE, scale=0.002)
SUPPLIES = [12, 0, 1, 60]
MARKETS = [12_000, 0, 6_000, 24_000, 100_000]
LEVELS = [0.5, 2, 0]
GROWTHS = [0.25, -0.5, 1]
GROWTH_LAWS = _turned(POSITIVE, shift=-0.5, scale=0.3)
RATES = [2, 10, 0, 5, 30, 10]
FEW = [2, 0, 1, 4]
"""Onsets a year where there is much else to play."""
RATE_LAWS = _turned(POSITIVE, scale=4)
PACES = [2, 0, 0.5]
SEASONS = [[1, 0.5, 0, 2, 1, 1, 1, 1.2, 1, 1, 1, 3], [0.25] * 12, [*[0] * 11, 1], [1, *[0] * 11]]
COUNTS = [2, 1, 3, 2]
COUNT_LAWS: list[Law] = [
    {"law": "choice", "values": [1, 2]},
    {"law": "choice", "values": [1, 2, 3], "weights": [3, 1, 1]},
    {"law": "empirical", "values": [1, 1, 3]},
    {"law": "mixture", "laws": [1, {"law": "choice", "values": [2, 3]}]},
]
PLANNED = [3, 1, 2, 7, 12, 40]
PLANNED_LAWS: list[Law] = [{"law": "choice", "values": [2, 9]}, {"law": "empirical", "values": [1, 5, 5, 40]}]
TEAMS = [1, 2, 3, 20]
TEAM_LAWS = [*COUNT_LAWS, {"law": "choice", "values": [1, 50]}]
POINTS = [
    [[0, 0], [1, 1]],
    [[0, 0], [0.25, 0.1], [0.5, 0.1], [1, 1]],
    [[0, 0], [0.4, 0], [0.400001, 0.9], [1, 1]],
    [[0, 0], [0.3, 1], [1, 1]],
]
SIZES = [1, 2, 3, 4, 0, 3, 0, 3, 4, 5, 2, 4, 5, 6, 8, 2, 3, 4, 7, 5, 12, 3, 20, 40]
"""Phases of a scenario."""
MONTHS = [3, 1, 2, 4, 5, 6, 3, 7, 9, 2, 12, 14, 24, 36]
"""Months of a play."""
LISTED = [[1], [2], [12], [7, 8], [1, 3, 5, 12], [2, 11]]
"""Months in which a hazard comes."""
