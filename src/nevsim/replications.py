"""Plays replications block by block, on threads where there are several, and hands them over in order; counts nothing.

A block is a fixed range of replications, and its sums run in the order of its replications. So neither the number of
replications that are drawn at once nor the number of threads shows in any result. The first blocks are short, so that
threads share a short run evenly; later ones are long where the plan is small: what a block costs besides its loops is
shared by many.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from nevsim.arrays import Bools, Floats
from nevsim.draws.catalogue import Catalogue, catalogue
from nevsim.draws.designs import REPLICATE, Design, design_of
from nevsim.draws.sample import Draws, draw
from nevsim.engine.output import Engine, Harvest
from nevsim.engine.relief import Relief, reliefs
from nevsim.errors import ReplicationError
from nevsim.odds.target import judge
from nevsim.plant.plan import Plan
from nevsim.scenario.load import Scenario

BLOCK = REPLICATE
"""Replications whose volumes are summed together, the first ``SHORT`` times."""
SHORT, LONG = 16, 2
"""Blocks before those that are ``LONG`` times as long, where the numbers of three of these may be drawn at once; a
multiple of it."""
CHUNK: int | None = None
"""Replications that are drawn at once, in place of what suits the engine and the plan."""
NUMBERS = 2_000_000
"""Numbers that are drawn at once, so that large plans need no more memory than small ones."""
RELIEVED, FEWEST = 250, 50
"""Replications that are played again without each limit, and how many at least where there are many limits."""
PLAYS = 3_000
"""Plays without a limit that are made in all, unless that were too few of each."""


@dataclass(frozen=True)
class Reading:
    """Another reading of unclear facts; ``is_like``: uniforms and openings are those of the first reading."""

    names: Catalogue
    engine: Engine
    is_like: bool


@dataclass(frozen=True)
class Cast:
    """What is played: a scenario's catalogue and engine, its other readings, a seed, and the design of all draws."""

    names: Catalogue
    engine: Engine
    others: tuple[Reading, ...]
    seed: int
    design: Design
    replicate: int | None = None
    """Replications that the design spreads evenly together, if it does."""
    keeps: bool = False
    """Whether pieces keep their draws."""

    @staticmethod
    def of(
        scenario: Scenario, design: str, seed: int, engine: Callable[[Plan], Engine], *, keeps: bool = False
    ) -> Cast:
        """Return the cast of a scenario; one design numbers what any of its readings draws."""
        names, *others = (catalogue(one) for one in (scenario, *scenario.others))
        addresses = (address for one in (names, *others) for address in one.addresses)
        readings = (Reading(one, engine(one.plan), one.draws_like(names)) for one in others)
        replicate = REPLICATE if design != "independent" else None
        return Cast(names, engine(names.plan), tuple(readings), seed, design_of(design, addresses), replicate, keeps)

    @property
    def shares_loads(self) -> bool:
        """Whether what phases load is kept for other readings: of a block no more numbers than are drawn at once."""
        plan = self.names.plan
        return bool(self.others) and len(plan.phases) * len(plan.season) * BLOCK <= NUMBERS

    def draw(self, names: Catalogue, first: int, count: int, like: Draws | None = None) -> Draws:
        """Return the draws of some replications of one of its catalogues."""
        return draw(names, self.seed, first, count, self.design, like)


@dataclass(frozen=True)
class Piece:
    """Replications that were drawn at once: what targets look at, the uniforms (q, n), and hits (n, k) by reading."""

    harvest: Harvest
    chances: Floats
    readings: tuple[Bools, ...]
    relieved: list[Relief]
    draws: Draws | None = None


@dataclass(frozen=True)
class Block:
    """Replications from ``first`` on, ``count`` of them, and their sums so far from the beginning to the ``end``."""

    first: int
    count: int
    end: int
    pieces: tuple[Piece, ...]
    sums: Floats

    @property
    def is_whole(self) -> bool:
        """Whether the sums are those of a whole block."""
        return self.first + self.count == self.end


def blocks(cast: Cast, first: int, wanted: int, sums: Floats | None, threads: int) -> Iterator[Block]:
    """Yield the blocks of the replications [first, wanted) in order; ``sums`` of the one that ``first`` lies in.

    Raises ReplicationError where a replication fails.
    """
    _keep_memory()
    ends = list(_ends(cast, first, wanted))
    jobs = [(low, end, sums if low == first else None) for low, end in zip((first, *ends), ends, strict=False)]
    if threads == 1 or len(jobs) == 1:
        yield from (_block(cast, wanted, *job) for job in jobs)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from _in_order(pool, cast, wanted, jobs, threads + 1)


def _keep_memory() -> None:
    """Let the C library keep the memory of one block for the next, in place of asking the system for it each time.

    By mallopt(3), freeing a large array raises the size from which arrays are given back at once, up to 32 MiB.
    """
    np.empty(16 * 2**20, dtype=np.uint8)


def threads_for(threads: int | None) -> int:
    """Return how many threads to use: as many as asked for, by default the processors that this process may use."""
    if threads is not None:
        return threads
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _ends(cast: Cast, first: int, wanted: int) -> Iterator[int]:
    """Yield the ends of the blocks up to the one that the last of the wanted replications lies in."""
    is_small = _room(cast.names) >= 3 * LONG * BLOCK
    while first < wanted:
        size = LONG * BLOCK if is_small and first >= SHORT * BLOCK else BLOCK
        first += size - first % size
        yield first


def _in_order(
    pool: ThreadPoolExecutor, cast: Cast, wanted: int, jobs: Iterable[tuple[int, int, Floats | None]], most: int
) -> Iterator[Block]:
    """Yield blocks in the order of the jobs, ``most`` of them under way at once."""
    ahead: deque[Future[Block]] = deque()
    try:
        for job in jobs:
            ahead.append(pool.submit(_block, cast, wanted, *job))
            if len(ahead) == most:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        for one in ahead:
            one.cancel()


def _block(cast: Cast, wanted: int, first: int, end: int, sums: Floats | None) -> Block:
    last = min(end, wanted)
    total = cast.engine.sums() if sums is None else sums.copy()
    pieces, relieved = [], _relieved(cast.names.plan)
    low = first
    while low < last:
        count = min(CHUNK or at_once(cast.names, cast.engine), last - low)
        if low < relieved:
            count = min(count, relieved - low)
        if cast.replicate is not None:
            count = min(count, cast.replicate - low % cast.replicate)
        try:
            pieces.append(_piece(cast, low, count, total))
        except ReplicationError:
            raise
        except (ArithmeticError, ValueError) as error:
            raise ReplicationError(low, f"{error} (in one of {count} from here on)") from error
        low += count
    return Block(first, last - first, end, tuple(pieces), total)


def _relieved(plan: Plan) -> int:
    """Return how many replications are played again without each limit of a plan."""
    limits = len(plan.crews) + len(plan.supplies) + len(plan.markets)
    return min(RELIEVED, max(FEWEST, PLAYS // max(limits, 1)))


def at_once(names: Catalogue, engine: Engine) -> int:
    """Return how many replications of a catalogue are drawn at once for an engine."""
    return min(max(_room(names), 8), engine.chunk)


def _room(names: Catalogue) -> int:
    """Return how many replications come to ``NUMBERS``."""
    each = len(names.quantities) + 4 * len(names.streams) + len(names.plan.phases) * len(names.supplies) + 1
    each += (len(names.supplies) + len(names.markets) + 3 * len(names.plan.scopes)) * len(names.plan.season)
    return NUMBERS // each


def _piece(cast: Cast, first: int, count: int, sums: Floats) -> Piece:
    """Play some replications, relieve the limits of the first ones, and play every other reading on the same draws."""
    draws = cast.draw(cast.names, first, count)
    harvest = cast.engine.harvest(draws, sums, keeps=cast.shares_loads)
    relieved = reliefs(cast.names.plan, draws) if first < _relieved(cast.names.plan) else []
    hits = []
    for other in cast.others:
        read = cast.draw(other.names, first, count, draws if other.is_like else None)
        opened = harvest.played.opened if other.is_like else None
        hits.append(judge(other.names.plan, other.engine.seen(read, opened, harvest.loaded)).hits)
    return Piece(replace(harvest, loaded=None), draws.chances, tuple(hits), relieved, draws if cast.keeps else None)
