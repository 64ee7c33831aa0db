"""Stages that contend for crews, played with an event list; what does not contend is closed form and not here.

A minute has three rounds: ends and releases; requests; grants, in the order of the minutes asked and then of the file.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nevsim.arrays import BEYOND, CANCELLED, Bools, Minutes
from nevsim.compiled import compiled
from nevsim.engine.heap import pop, push
from nevsim.plant.paths import Paths, follow, latest
from nevsim.plant.plan import Plan

FAR = 2**60
"""A minute after every other, to which a duration may be added."""


class Contest(NamedTuple):
    """The stages of a plan around the crews that cannot serve all who ask.

    ``before`` and ``after``: the stages that no event list needs, in order; ``nodes`` (v) those between, in the order
    of the file, with their ``crew`` (v) or -1, how many nodes each ``waits`` (v) for, and those that wait for it:
    ``next[first[i]:first[i + 1]]``. ``outside[first_outside[i]:first_outside[i + 1]]`` are the stages of ``before``
    that a node waits for.
    """

    before: Minutes
    nodes: Minutes
    after: Minutes
    crew: Minutes
    waits: Minutes
    first: Minutes
    next: Minutes
    first_outside: Minutes
    outside: Minutes


def contest_of(plan: Plan, scarce: tuple[bool, ...]) -> Contest:
    """Return the contest for the crews that are ``scarce`` (c): with fewer than their stages in any replication."""
    paths = plan.paths
    needs = [paths.after[paths.first[one] : paths.first[one + 1]].tolist() for one in range(len(plan.stages))]
    asks = [one.crew is not None and scarce[one.crew] for one in plan.stages]
    delayed, wanted = list(asks), list(asks)
    for stage in plan.order:
        delayed[stage] |= any(delayed[other] for other in needs[stage])
    for stage in reversed(plan.order):
        for other in needs[stage]:
            wanted[other] |= wanted[stage]
    between = [one and other for one, other in zip(delayed, wanted, strict=True)]
    nodes = [stage for stage, inside in enumerate(between) if inside]
    place = {stage: number for number, stage in enumerate(nodes)}
    inside = [[place[other] for other in needs[stage] if other in place] for stage in nodes]
    outside = [[other for other in needs[stage] if other not in place] for stage in nodes]
    follows = [[number for number, before in enumerate(inside) if one in before] for one in range(len(nodes))]
    return Contest(
        before=_whole([stage for stage in plan.order if not delayed[stage]]),
        nodes=_whole(nodes),
        after=_whole([stage for stage in plan.order if delayed[stage] and not between[stage]]),
        crew=_whole([plan.stages[stage].crew if asks[stage] else -1 for stage in nodes]),
        waits=_whole([len(set(before)) for before in inside]),
        first=_whole(np.cumsum([0, *map(len, follows)])),
        next=_whole([number for found in follows for number in found]),
        first_outside=_whole(np.cumsum([0, *map(len, outside)])),
        outside=_whole([stage for found in outside for stage in found]),
    )


@compiled
def pass_through(
    contest: Contest,
    paths: Paths,
    lasts: Minutes,
    crews: Minutes,
    ahead: Bools,
    horizon: int,
    starts: Minutes,
    ready: Minutes,
    ended: Minutes,
) -> None:
    """Write when stages are ready and end, (s, n), and raise the starts of phases, (p, n), to the ends of their stages.

    ``lasts`` (s, n) minutes, ``crews`` (c, n) how many there are, ``ahead`` (p, n). A start after the minute
    ``horizon`` is BEYOND, one of a phase that does not go ahead CANCELLED.
    """
    follow(paths, contest.before, lasts, starts, ready, ended)
    if len(contest.nodes):
        queue_up(contest, paths, lasts, crews, ahead, starts, horizon, ready, ended)
    follow(paths, contest.after, lasts, starts, ready, ended)
    latest(paths.phase, ended, starts)
    for phase in range(len(starts)):
        for row in range(starts.shape[1]):
            start = BEYOND if starts[phase, row] > horizon else starts[phase, row]
            starts[phase, row] = start if ahead[phase, row] else CANCELLED


@compiled
def queue_up(
    contest: Contest,
    paths: Paths,
    lasts: Minutes,
    crews: Minutes,
    ahead: Bools,
    starts: Minutes,
    horizon: int,
    ready: Minutes,
    ended: Minutes,
) -> None:
    """Write when the nodes of a contest are ready and end, (s, n), FAR where not by the minute ``horizon``.

    ``lasts`` (s, n) minutes, ``crews`` (c, n) how many there are, ``ahead`` and ``starts`` (p, n) of the phases.
    """
    size, most = len(contest.nodes), len(crews)
    heap = np.empty(size + 1, dtype=np.int64)
    since, pending, behind = np.empty_like(heap), np.empty_like(heap), np.empty_like(heap)
    free, called = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
    head, tail = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
    for row in range(lasts.shape[1]):
        length = 0
        for crew in range(most):
            free[crew], head[crew], called[crew] = crews[crew, row], -1, 0
        for node in range(size):
            stage = contest.nodes[node]
            ready[stage, row], ended[stage, row] = FAR, FAR
            pending[node] = contest.waits[node]
            if not ahead[paths.phase[stage], row]:
                pending[node] = -1
                continue
            minute = paths.begins[stage]
            for place in range(contest.first_outside[node], contest.first_outside[node + 1]):
                minute = max(minute, ended[contest.outside[place], row])
            for place in range(paths.first_start[stage], paths.first_start[stage + 1]):
                minute = max(minute, starts[paths.starts[place], row])
            since[node] = minute
            if pending[node] == 0 and minute <= horizon:
                length = push(heap, length, (2 * minute + 1) * size + node)
        while length:
            now = heap[0] // (2 * size)
            calls = 0
            while length and heap[0] // (2 * size) == now:
                code = heap[0] - 2 * now * size
                length = pop(heap, length)
                node = code % size
                stage, crew = contest.nodes[node], contest.crew[node]
                if code < size:
                    for place in range(contest.first[node], contest.first[node + 1]):
                        other = contest.next[place]
                        since[other] = max(since[other], now)
                        pending[other] -= 1
                        if pending[other] == 0 and since[other] <= horizon:
                            length = push(heap, length, (2 * since[other] + 1) * size + other)
                else:
                    ready[stage, row] = now
                    if crew < 0:
                        ended[stage, row] = now + lasts[stage, row]
                        if ended[stage, row] <= horizon:
                            length = push(heap, length, 2 * ended[stage, row] * size + node)
                    elif head[crew] < 0:
                        head[crew], tail[crew], behind[node] = node, node, -1
                    else:
                        behind[tail[crew]], tail[crew], behind[node] = node, node, -1
                if crew >= 0:
                    free[crew] += code < size
                    if not called[crew]:
                        called[crew] = 1
                        calls += 1
            for crew in range(most):
                if not calls:
                    break
                if called[crew]:
                    called[crew] = 0
                    calls -= 1
                    while free[crew] > 0 and head[crew] >= 0:
                        node = head[crew]
                        stage = contest.nodes[node]
                        head[crew], free[crew] = behind[node], free[crew] - 1
                        ended[stage, row] = now + lasts[stage, row]
                        if ended[stage, row] <= horizon:
                            length = push(heap, length, 2 * ended[stage, row] * size + node)


def _whole(found: object) -> Minutes:
    return np.asarray(found, dtype=np.int64).reshape(-1)
