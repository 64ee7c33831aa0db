"""A sweep played into its store, and the table that the store holds: the same table, however it was played."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from nevsim.arrays import Bools, Counts
from nevsim.draws.catalogue import Catalogue, catalogue
from nevsim.engine.batch import Batch
from nevsim.errors import RunError
from nevsim.odds.interval import Odds, odds_of
from nevsim.odds.paired import Difference, difference_of, paired_counts
from nevsim.odds.spread import middles, ranks_of
from nevsim.odds.target import WHOLE
from nevsim.scenario.load import Scenario, checked
from nevsim.study.jobs import NEVSIM, Done, Job, OtherVersion, Piece, Refused, case_key, decoded, play
from nevsim.study.manifest import digest_of
from nevsim.study.pool import Crew, conduct
from nevsim.study.store import Shard, Store
from nevsim.study.sweep import Sweep

SHARES = (0.1, 0.5, 0.9)
SECONDS = 2.0
"""How long a job should take: long enough to be worth its way, short enough that little is lost."""
PILOT = 2_048
"""Replications of the base case that tell how fast this machine is."""
FIRST = 8_192
"""Replications of the first jobs, which tell how large the others should be."""
ALIGNED = 1_024
"""What the replications of a job are a multiple of, where they are not the last."""
TRIES = 3
"""How often shards are played again that turn out not to be what was written."""

Progress = Callable[["Standing"], None]


@dataclass
class Standing:
    """How far a sweep is: cases and replications wanted, kept from before and done by now, and finished cases.

    ``size`` is that of the next jobs; ``workers`` are there by now, None before they are counted; ``playing`` and
    ``preparing`` are seconds of all of them together.
    """

    cases: int
    replications: int
    size: int
    kept: int = 0
    done: int = 0
    finished: int = 0
    workers: int | None = None
    playing: float = 0.0
    preparing: float = 0.0
    began: float = field(default_factory=perf_counter)

    @property
    def pace(self) -> float:
        """Replications per second since it began, without those that were kept."""
        return (self.done - self.kept) / max(perf_counter() - self.began, 1e-9)

    @property
    def left(self) -> float | None:
        """The seconds that are left at this pace, None where there is none yet."""
        return None if self.done == self.kept else (self.replications - self.done) / self.pace


@dataclass(frozen=True)
class Row:
    """What one target came to in one case, and how far it is from the base; None in the base itself."""

    odds: Odds
    mean: float
    p10: float
    p50: float
    p90: float
    difference: Difference | None


@dataclass(frozen=True)
class Swept:
    """A sweep and what its cases came to, by case and target; a case that has no rows is withheld, for a reason."""

    sweep: Sweep
    base: Scenario
    rows: dict[str, dict[str, Row]]
    withheld: dict[str, str]


def keys_of(sweep: Sweep) -> dict[str, str]:
    """Return the key of every case by its id."""
    digests = [digest_of(_played_of(base.text.data)) for base in sweep.bases]
    return {case.id: case_key(digests[case.base], case.changes, sweep.seed) for case in sweep.cases}


def _played_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario without runs and seed of its own, which a sweep does not play."""
    head = {key: value for key, value in data["scenario"].items() if key not in ("runs", "seed")}
    return data | {"scenario": head}


def base_of(sweep: Sweep) -> Scenario:
    """Return the scenario of the base case."""
    base = sweep.bases[sweep.cases[0].base]
    return checked(base.path, base.text, readings=False)


def is_done(sweep: Sweep, store: Store) -> bool:
    """Whether the store holds all of a sweep."""
    return not any(store.chain(key, sweep.runs)[1] for key in keys_of(sweep).values())


def warm(sweep: Sweep) -> tuple[Catalogue, Batch]:
    """Play one replication of the base case: what is compiled by that is there for all workers of this machine."""
    names = catalogue(base_of(sweep))
    engine = Batch(names.plan)
    play(names, engine, sweep.seed, 0, 1)
    return names, engine


def pace(sweep: Sweep) -> tuple[float, float]:
    """Return the seconds that the base case takes to prepare and, then, a replication of it, in this process.

    All that is needed but once, such as compiled code, is there before.
    """
    warm(sweep)
    began = perf_counter()
    names, engine = warm(sweep)
    prepared = perf_counter()
    play(names, engine, sweep.seed, 0, PILOT)
    return prepared - began, (perf_counter() - prepared) / PILOT


def conducted(
    sweep: Sweep, store: Store, crew: Crew, chunk: int | None = None, progress: Progress | None = None
) -> Swept:
    """Play what the store does not hold yet, and return what all of it comes to.

    A job is ``chunk`` replications at most, by default as many as take some two seconds: that shows in no result.
    RunError where the disk refuses or loses what it was given, where a cluster is gone, or has another nevsim.
    """
    for _ in range(TRIES):
        refused = _played(sweep, store, crew, chunk, progress)
        try:
            return tabulated(sweep, store, refused)
        except _LostError:
            continue
    raise RunError(f"{store.folder}: shards do not keep what is written to them; check the disk")


def _played(sweep: Sweep, store: Store, crew: Crew, chunk: int | None, progress: Progress | None) -> dict[str, str]:
    """Play what is not there, and return why some of it was refused, by case."""
    keys = keys_of(sweep)
    owners = {key: name for name, key in keys.items()}
    gaps = {one.id: store.chain(keys[one.id], sweep.runs)[1] for one in sweep.cases}
    left = {name: sum(last - first for first, last in found) for name, found in gaps.items()}
    standing = Standing(len(sweep.cases), len(sweep.cases) * sweep.runs, size=chunk or FIRST)
    standing.kept = standing.done = standing.replications - sum(left.values())
    standing.finished = sum(not count for count in left.values())
    tell = progress or (lambda _: None)
    tell(standing)
    refused: dict[str, str] = {}

    def counted(workers: int) -> None:
        if workers != standing.workers:
            standing.workers = workers
            tell(standing)

    for job, found in conduct(crew, _jobs(sweep, keys, gaps, standing), count=counted):
        name, count = owners[job.case], job.last - job.first
        match found:
            case OtherVersion(reason):
                raise RunError(reason)
            case Refused(reason):
                refused.setdefault(name, reason)
            case Done(content, seconds, prepared):
                store.put(job.case, job.first, job.last, content)
                standing.playing += seconds
                standing.preparing += prepared
                if chunk is None:
                    standing.size = max(int(SECONDS * count / max(seconds, 1e-6)) // ALIGNED, 1) * ALIGNED
        left[name] -= count
        standing.done += count
        standing.finished += not left[name]
        tell(standing)
    return refused


def _jobs(
    sweep: Sweep, keys: dict[str, str], gaps: dict[str, tuple[tuple[int, int], ...]], standing: Standing
) -> Iterator[Job]:
    for one in sweep.cases:
        base = sweep.bases[one.base]
        for first, high in gaps[one.id]:
            while first < high:
                last = min(first + standing.size, high)
                yield Job(keys[one.id], base.path, base.text.data, one.changes, sweep.seed, first, last, NEVSIM)
                first = last


def tabulated(sweep: Sweep, store: Store, refused: dict[str, str]) -> Swept:
    """Return what the cases in the store come to, for all that are whole."""
    keys, first = keys_of(sweep), sweep.cases[0]
    base = _Shards(store, keys[first.id], sweep.runs)
    rows: dict[str, dict[str, Row]] = {}
    withheld: dict[str, str] = {}
    for case in sweep.cases:
        gaps = store.chain(keys[case.id], sweep.runs)[1]
        if case.id in refused:
            withheld[case.id] = refused[case.id]
        elif gaps:
            withheld[case.id] = f"replications {gaps[0][0]} to {gaps[0][1] - 1} are not there; run the same again"
        else:
            mine = _Shards(store, keys[case.id], sweep.runs)
            is_alone = case is first or first.id in withheld
            rows[case.id] = _rows(mine, None if is_alone else base, sweep.runs)
    return Swept(sweep, base_of(sweep), rows, withheld)


class _LostError(Exception):
    """A shard is not what was written; its place counts as a gap now."""


class _Shards:
    """The pieces of a case, from the first replication on, one in memory at a time."""

    def __init__(self, store: Store, case: str, runs: int) -> None:
        self._store = store
        self._shards = store.chain(case, runs)[0]
        self._place = -1
        self._piece: Piece | None = None

    def __iter__(self) -> Iterator[tuple[Shard, Piece]]:
        for place, shard in enumerate(self._shards):
            yield shard, self._at(place)

    def hits(self, first: int, last: int) -> Iterator[tuple[int, int, Piece, Bools]]:
        """Yield the hits of replications [first, last), shard by shard: from where, to where, of which piece."""
        for place, shard in enumerate(self._shards):
            low, high = max(first, shard.first), min(last, shard.last)
            if low < high:
                piece = self._at(place)
                yield low, high, piece, piece.hits[low - shard.first : high - shard.first]

    def _at(self, place: int) -> Piece:
        if self._piece is None or self._place != place:
            content = self._store.read(self._shards[place])
            if content is None:
                raise _LostError
            self._place, self._piece = place, decoded(content)
        return self._piece


def _rows(shards: _Shards, base: _Shards | None, runs: int) -> dict[str, Row]:
    """Return what each target of a case came to, and how far it is from the base case, where that has it."""
    sums: dict[str, int] = defaultdict(int)
    hits: dict[str, int] = defaultdict(int)
    pairs: dict[str, Counts] = defaultdict(lambda: np.zeros(4, dtype=np.int64))
    counts: Counts | int = 0
    for shard, piece in shards:
        counts = counts + piece.counts
        for target, total, column in zip(piece.targets, piece.sums, piece.hits.T, strict=True):
            sums[target] += int(total)
            hits[target] += int(column.sum())
        for low, high, other, of_base in () if base is None else base.hits(shard.first, shard.last):
            mine = piece.hits[low - shard.first : high - shard.first]
            for target in set(piece.targets) & set(other.targets):
                one, two = mine[:, piece.targets.index(target)], of_base[:, other.targets.index(target)]
                pairs[target] += paired_counts(one, two)
    found = middles(np.asarray(counts), piece.width, ranks_of(SHARES, runs))
    rows = {}
    for number, target in enumerate(piece.targets):
        apart = difference_of(*pairs[target].tolist()) if target in pairs else None
        mean = sums[target] * float(piece.step[number]) / runs
        values = np.rint(found[:, number]) if piece.measures[number] in WHOLE else found[:, number]
        p10, p50, p90 = (float(one) for one in values)
        rows[target] = Row(odds_of(hits[target], runs), mean, p10, p50, p90, apart)
    return rows
