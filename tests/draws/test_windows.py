"""Outages drawn in a compiled loop are those of a plain one that follows docs/model.md."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scenes import START, drawn, world

from nevsim.arrays import BEYOND
from nevsim.clock import MONTH
from nevsim.draws.quantiles import tables_of, value
from nevsim.draws.stream import uniforms
from nevsim.laws import Exponential

PLANTS = [{"id": name, "region": "east", "nameplate": 12_000, "announced": START} for name in ("one", "two")]
SOME = {"law": "uniform", "low": 0.2, "high": 1}
LONG = {"law": "lognormal", "p10": 2, "p90": 40, "unit": "days"}
HAZARDS = [
    {"id": "grid", "rate": {"law": "uniform", "low": 0, "high": 6}, "duration": LONG, "severity": SOME},
    {"id": "heat", "each": True, "rate": 9, "months": [6, 7, 8], "duration": LONG, "severity": SOME},
    {"id": "tools", "each": True, "rate": 40, "duration": {"law": "exponential", "mean": 0.1}},
    {"id": "strike", "rate": 3, "from": date(2023, 6, 1), "until": date(2024, 2, 1), "duration": 1},
    {"id": "never", "rate": 0, "duration": 1},
]
SEED = 5


def quantile(law, u):
    """The quantile as it is read everywhere: by the table of the law."""
    return value(tables_of([law]), 0, u)


def onset_after(spans, since, wait):
    """The minute at which so many minutes of the spans have passed since a minute."""
    for opens, length in spans:
        begin = max(opens, since)
        if begin + wait < opens + length:
            return begin + wait
        wait -= max(opens + length - begin, 0)
    return BEYOND


def outages(names, number, replication):
    """The outages of a stream, one by one."""
    stream, rows = names.streams[number], np.array([replication])
    name, spans = stream.plan.name, list(zip(stream.plan.opens.tolist(), stream.plan.lengths.tolist(), strict=True))
    rate = names.quantities[stream.rate]
    yearly = quantile(rate.law, uniforms(SEED, [rate.address], rows)[0, 0])
    free, k = 0, 0
    while yearly > 0:
        gap, duration = (uniforms(SEED, [name], rows, 2 * k + half)[0, 0] for half in (0, 1))
        wait = max(round(min(quantile(Exponential(1.0), gap) * (stream.plan.year / yearly), 1_200 * MONTH)), 1)
        onset = onset_after(spans, free, wait)
        if onset > names.plan.end:
            return
        free = onset + max(round(min(quantile(stream.duration, duration) * stream.minutes, 1_200 * MONTH)), 1)
        yield onset, free, quantile(stream.severity, uniforms(SEED, [f"{name}.severity"], rows, k)[0, 0])
        k += 1


@pytest.mark.parametrize("first", [0, 2**33])
def test_outages_are_those_of_a_plain_loop(first):
    names, draws = drawn(world(PLANTS, hazards=HAZARDS), runs=20, seed=SEED, first=first)
    assert len(names.streams) == 7
    found = [draws.windows.rows(number) for number in range(7)]
    assert found == [[list(outages(names, number, first + row)) for row in range(20)] for number in range(7)]
    counts = [sum(map(len, rows)) for rows in found]
    assert min(counts[:6]) > 20
    assert counts[6] == 0
