"""The batch engine: all replications of some draws at once, in compiled loops over plain arrays; no log of events.

It plays what nevsim.engine.events tells as a story: the same minutes exactly, and the same volumes within rounding.
Stages that contend for a crew go through a list of events, everything else is closed form.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from nevsim.arrays import BEYOND, Floats, Minutes
from nevsim.clock import DAY
from nevsim.draws.sample import Draws
from nevsim.engine.exposure import Struck, exposures
from nevsim.engine.output import Harvest, Play, Seen
from nevsim.engine.queues import Contest, contest_of, pass_through
from nevsim.engine.rollout import openings
from nevsim.engine.sales import Loaded, alike, sell
from nevsim.engine.volumes import ROWS, Ground, Settled, levels_of
from nevsim.errors import ReplicationError
from nevsim.plant.plan import Plan
from nevsim.plant.promise import beginnings
from nevsim.plant.ramp import SHAPES, knots

CELLS = 100_000
"""Numbers that are worked on at once: as many as a processor keeps near. It shows in no result."""


class Batch:
    """The engine for one plan."""

    name = "batch"
    chunk = 2_048

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._contests: dict[tuple[bool, ...], Contest] = {}
        crews = [one.crew for one in plan.stages if one.crew is not None]
        self._asked = np.bincount(crews, minlength=len(plan.crews))

    def sums(self) -> Floats:
        """Return empty sums, which :meth:`harvest` adds to and :meth:`levels` reads."""
        return np.zeros((len(self.plan.phases), ROWS, len(self.ground.edges)))

    def levels(self, sums: Floats) -> Floats:
        """Return summed levels in vehicles a month, (9, p, t), before the season."""
        return levels_of(sums, self.plan.edges.astype(np.float64), limited=self.limited)

    @property
    def limited(self) -> bool:
        """Whether anything limits volumes."""
        return bool(self.plan.supplies or self.plan.markets)

    def harvest(self, draws: Draws, sums: Floats, *, keeps: bool = False) -> Harvest:
        """Return what targets look at, and add to the sums; ``keeps``: and what is loaded, for other readings."""
        opened, settled = self._opened(draws), self._settled(draws)
        room = np.empty((len(self.plan.phases) if keeps else 0, draws.count, len(self.plan.season)))
        sold = self._sold(draws, settled, 3, None, room, sums)
        terms, places, starts = draws.terms, self.plan.scope_places, settled.starts
        capacity = terms.built * terms.nameplate
        return Harvest(
            Seen(starts.T, capacity, sold[0], opened, places),
            Seen(draws.announced, capacity, sold[1], opened, places),
            Seen(draws.announced, terms.nameplate, sold[2], opened, places),
            Loaded(self.ground, settled, _struck(draws), room) if keeps and self.limited else None,
        )

    def seen(self, draws: Draws, opened: tuple[Minutes, ...] | None = None, known: Loaded | None = None) -> Seen:
        """Return what targets look at as played; ``opened`` is known already, and so is what alike phases load."""
        settled, none = self._settled(draws), np.empty((0, draws.count, len(self.plan.season)))
        sold = self._sold(draws, settled, 1, known if self.limited else None, none, self.sums())
        capacity = draws.terms.built * draws.terms.nameplate
        opened = self._opened(draws) if opened is None else opened
        return Seen(settled.starts.T, capacity, sold[0], opened, self.plan.scope_places)

    def _settled(self, draws: Draws) -> Settled:
        terms = draws.terms
        return Settled(
            ahead=np.ascontiguousarray(terms.ahead.T),
            nameplate=np.ascontiguousarray(terms.nameplate.T),
            built=np.ascontiguousarray(terms.built.T),
            load=np.ascontiguousarray(terms.load.T),
            share=np.ascontiguousarray(terms.share.T),
            to=np.ascontiguousarray(terms.to.T),
            ramp=np.ascontiguousarray(terms.ramp.T),
            announced=np.ascontiguousarray(draws.announced.T),
            starts=self._stages(draws)[2],
        )

    def _sold(
        self, draws: Draws, settled: Settled, variants: int, known: Loaded | None, kept: Floats, sums: Floats
    ) -> Floats:
        """Return what is sold by scope and month, (variants, c, n, t); see :func:`nevsim.engine.sales.sell`."""
        plan, terms, struck = self.plan, draws.terms, _struck(draws)
        phases, months = len(plan.phases), len(plan.season)
        groups = max(phases, 1) if self.limited else int(self.ground.group.max(initial=0)) + 1
        same = np.zeros(phases, dtype=bool) if known is None else alike(known, self.ground, settled, struck)
        sold = np.empty((variants, len(plan.scopes), draws.count, months))
        sell(
            self.ground,
            settled,
            struck,
            np.ascontiguousarray(terms.uses),
            terms.supplies,
            plan.members.astype(np.float64)[None],
            terms.markets,
            max(1, CELLS // (variants * groups * (months + 1))),
            same,
            np.empty((0, draws.count, months)) if known is None else known.months,
            kept,
            sums,
            sold,
        )
        self._check(sold, draws)
        return sold

    def play(self, draws: Draws) -> Play:
        """Return the events of all replications."""
        plan = self.plan
        ready, ended, starts = self._stages(draws)
        going = draws.terms.ahead.T[plan.paths.phase] if len(plan.stages) else np.zeros(ready.shape, dtype=bool)
        granted = ended - draws.stages.T
        clock, at_start, at_promise = exposures(
            plan.edges.astype(np.float64),
            self.ground.first_stream,
            self.ground.streams,
            _struck(draws),
            starts,
            draws.announced.T,
        )
        return Play(
            starts=starts.T,
            exposure=clock,
            at_start=at_start.T,
            at_promise=at_promise.T,
            asked=np.where(going & (ready <= plan.end), ready, BEYOND).T,
            granted=np.where(going & (granted <= plan.end), granted, BEYOND).T,
            opened=self._opened(draws),
        )

    @cached_property
    def ground(self) -> Ground:
        """The plan as the arrays that the loops take."""
        plan = self.plan
        hit = [[s for s, stream in enumerate(plan.streams) if p in stream.phases] for p in range(len(plan.phases))]
        inside = [np.flatnonzero(plan.scopes[:, phase]).tolist() for phase in range(len(plan.phases))]
        curves = [knots(ramp.points) if ramp.shape == "points" else np.zeros((0, 4)) for ramp in plan.ramps]
        group, parts = self._groups()
        days = np.searchsorted(plan.edges, np.arange(plan.end // DAY + 1) * DAY, side="right") - 1
        return Ground(
            edges=np.concatenate((plan.edges, np.repeat(plan.end, -len(plan.edges) % 8))).astype(np.float64),
            month=days.astype(np.int64),
            shape=np.array([SHAPES.get(ramp.shape, (0.0,) * 4) for ramp in plan.ramps]).reshape(-1, 4),
            first_knot=_firsts(curves),
            knots=np.concatenate([np.zeros((0, 4)), *curves]),
            operating=plan.operating,
            climbs=plan.climbs,
            first_stream=_firsts(hit),
            streams=np.array([s for found in hit for s in found], dtype=np.int64),
            first_scope=_firsts(inside),
            scopes=np.array([c for found in inside for c in found], dtype=np.int64),
            window=plan.looked_at,
            group=group,
            first_group=_firsts(parts),
            groups=np.array([g for found in parts for g in found], dtype=np.int64),
        )

    def _groups(self) -> tuple[Minutes, list[list[int]]]:
        """Return the group of each phase, one for all that are in the same scopes, and the groups of each scope."""
        if self.limited:
            return np.zeros(len(self.plan.phases), dtype=np.int64), [[0]]
        alike, group = np.unique(self.plan.scopes, axis=1, return_inverse=True)
        return group.reshape(-1), [np.flatnonzero(inside).tolist() for inside in alike]

    def _stages(self, draws: Draws) -> tuple[Minutes, Minutes, Minutes]:
        """Return when stages are ready and end, (s, n), and when phases start, (p, n)."""
        plan = self.plan
        lasts = np.ascontiguousarray(draws.stages.T)
        crews = np.ascontiguousarray(draws.crews.T)
        ahead = np.ascontiguousarray(draws.terms.ahead.T)
        starts = beginnings(plan, draws.slip)
        ready, ended = np.empty_like(lasts), np.empty_like(lasts)
        pass_through(self._contest(crews), plan.paths, lasts, crews, ahead, plan.end, starts, ready, ended)
        return ready, ended, starts

    def _contest(self, crews: Minutes) -> Contest:
        scarce = tuple((crews.min(axis=1, initial=2**60) < self._asked).tolist())
        if scarce not in self._contests:
            self._contests[scarce] = contest_of(self.plan, scarce)
        return self._contests[scarce]

    def _opened(self, draws: Draws) -> tuple[Minutes, ...]:
        return tuple(
            openings(rollout.begins, self.plan.end, found.teams, found.minutes)
            for rollout, found in zip(self.plan.rollouts, draws.fit_outs, strict=True)
        )

    def _check(self, sold: Floats, draws: Draws) -> None:
        if np.isfinite(sold.sum()):
            return
        wrong = ~np.isfinite(sold).all(axis=(0, 1, 3))
        if wrong.any():
            raise ReplicationError(
                draws.first + int(np.argmax(wrong)),
                "a volume is not a finite number; look for growth or nameplates out of all bounds",
            )


def _struck(draws: Draws) -> Struck:
    return Struck(draws.windows.first, draws.windows.onset, draws.windows.end, draws.windows.severity)


def _firsts(found: list[list[int]] | list[Floats]) -> Minutes:
    return np.cumsum([0, *map(len, found)], dtype=np.int64)
