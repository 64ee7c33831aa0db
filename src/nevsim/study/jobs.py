"""A job of a sweep: some replications of a case, as a pure function of scenario, seed and range; no disk, no order.

What a job counts is whole numbers: bits, counts, and sums of steps. So jobs add up to the same, whatever their ranges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from time import perf_counter
from typing import Any

import numpy as np

from nevsim.arrays import Bools, Counts, Floats
from nevsim.compiled import sources
from nevsim.draws.catalogue import Catalogue, catalogue, ceilings
from nevsim.draws.sample import draw
from nevsim.engine.batch import Batch
from nevsim.errors import NevsimError, RunError
from nevsim.odds.counting import add_cells
from nevsim.odds.spread import CELLS, widths
from nevsim.odds.tally import top_of
from nevsim.odds.target import judge
from nevsim.replications import at_once
from nevsim.scenario.changes import Change, changed
from nevsim.scenario.extension import Place, Text
from nevsim.scenario.load import checked
from nevsim.study.parquet import parquet_bytes, parquet_columns

NEVSIM = f"{version('nevsim')} (sources {sources()})"
"""The version of nevsim and a digest of its sources: with others another sweep is played."""
STEPS = 2.0**34
"""Into how many steps what a target's quantity hardly exceeds is divided: sums of 10^8 of them fit into 64 bits."""


@dataclass(frozen=True, eq=False)
class Job:
    """Replications [first, last) of a case: a scenario as plain data, what is changed in it, and a seed."""

    case: str
    path: str
    data: dict[str, Any]
    changes: tuple[Change, ...]
    seed: int
    first: int
    last: int
    nevsim: str


@dataclass(frozen=True)
class Piece:
    """What n replications of a case come to, for the k ``targets``, each of a measure.

    ``hits`` (n, k); ``sums`` (k) of the measured quantity in steps of ``step`` (k); ``counts`` (k, cells) of it on
    grids whose cells are ``width`` (k) wide, as in nevsim.odds.spread.
    """

    targets: tuple[str, ...]
    measures: tuple[str, ...]
    hits: Bools
    sums: Counts
    step: Floats
    counts: Counts
    width: Floats


@dataclass(frozen=True)
class Done:
    """A piece as bytes, the seconds that its replications took, and those that the case took to prepare, once."""

    content: bytes
    seconds: float
    prepared: float = 0.0


@dataclass(frozen=True)
class Refused:
    """Why there is no piece."""

    reason: str


class OtherVersion(Refused):
    """A worker has another nevsim than this one, so it can play nothing of a sweep."""


def work(job: Job) -> Done | Refused:
    """Play a job, in whatever process."""
    if job.nevsim != NEVSIM:
        return OtherVersion(f"a worker has nevsim {NEVSIM}, this is nevsim {job.nevsim}; install this one there too")
    entered = perf_counter()
    try:
        names, engine = _prepared(_Case(job))
        began = perf_counter()
        piece = play(names, engine, job.seed, job.first, job.last)
    except NevsimError as error:
        return Refused(str(error))
    except (ArithmeticError, ValueError) as error:
        return Refused(f"replications {job.first} to {job.last - 1} failed: {error}")
    return Done(encoded(piece), perf_counter() - began, began - entered)


class _Case:
    """A job by its case alone, so that what a case needs is prepared once in a process."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Case) and other.job.case == self.job.case

    def __hash__(self) -> int:
        return hash(self.job.case)


@lru_cache(maxsize=4)
def _prepared(case: _Case) -> tuple[Catalogue, Batch]:
    text = Text(case.job.data, {(): Place(case.job.path, 1, 1)})
    for change in case.job.changes:
        text = changed(text, change, Place(case.job.path, 0, 0))
    names = catalogue(checked(case.job.path, text, readings=False))
    engine = Batch(names.plan)
    play(names, engine, case.job.seed, case.job.first, case.job.first + 1)  # tables and compiled code, once
    return names, engine


def play(names: Catalogue, engine: Batch, seed: int, first: int, last: int) -> Piece:
    """Return what replications [first, last) come to; raises ReplicationError where one fails."""
    plan = names.plan
    highest = ceilings(names)
    top = np.array([top_of(plan, number, highest) for number in range(len(plan.targets))])
    step = 2.0 ** np.ceil(np.log2(np.where(top > 0, top, 1.0) / STEPS))
    width = widths(top)
    hits = np.empty((last - first, len(plan.targets)), dtype=bool)
    sums = np.zeros(len(plan.targets), dtype=np.int64)
    counts = np.zeros((len(plan.targets), CELLS), dtype=np.int64)
    for low in range(first, last, at_once(names, engine)):
        draws = draw(names, seed, low, min(at_once(names, engine), last - low))
        found = judge(plan, engine.seen(draws))
        hits[low - first : low - first + draws.count] = found.hits
        sums += np.rint(found.values / step).astype(np.int64).sum(axis=0)
        add_cells(found.values, width, counts)
    targets, measures = zip(*((target.id, target.measure) for target in plan.targets), strict=True)
    return Piece(targets, measures, hits, sums, step, counts, width)


def case_key(data: str, changes: Sequence[Change], seed: int) -> str:
    """Return sixteen hex digits that stand for all that determines a case: the digest of its scenario, and the rest."""
    told = [data, *(f"{one.address} {'x' if one.scales else '='} {one.value!r}" for one in changes)]
    return sha256("\n".join([*told, str(seed), NEVSIM]).encode()).hexdigest()[:16]


def encoded(piece: Piece) -> bytes:
    """Return a piece as a Parquet file, a row a target: the same piece, the same bytes."""
    cells = [np.flatnonzero(counts) for counts in piece.counts]
    return parquet_bytes(
        {
            "target": piece.targets,
            "measure": piece.measures,
            "replications": [len(piece.hits)] * len(piece.sums),
            "hits": [np.packbits(column).tobytes() for column in piece.hits.T],
            "sum": piece.sums,
            "step": piece.step,
            "width": piece.width,
            "cells": [found.astype(np.int32) for found in cells],
            "counts": [counts[found] for counts, found in zip(piece.counts, cells, strict=True)],
        }
    )


def decoded(content: bytes) -> Piece:
    """Return the piece of a Parquet file; RunError where it is none."""
    try:
        columns = parquet_columns(BytesIO(content))
        count = int(columns["replications"][0])
        counts = np.zeros((len(columns["sum"]), CELLS), dtype=np.int64)
        for row, (cells, found) in enumerate(zip(columns["cells"], columns["counts"], strict=True)):
            counts[row, np.array(cells, dtype=np.int64)] = found
        bits = [np.frombuffer(one, dtype=np.uint8) for one in columns["hits"]]
        hits = np.stack([np.unpackbits(one, count=count).astype(bool) for one in bits], axis=1)
        numbers = (np.array(columns[name]) for name in ("sum", "step", "width"))
        sums, step, width = numbers
    except (KeyError, IndexError, ValueError, OSError) as error:
        raise RunError(f"a shard cannot be read ({error})") from error
    return Piece(tuple(columns["target"]), tuple(columns["measure"]), hits, sums, step, counts, width)
