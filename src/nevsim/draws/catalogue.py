"""Names everything that is uncertain, each with its law and where a phase finds it; nothing is drawn here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nevsim.arrays import Floats, Minutes
from nevsim.clock import MONTH, UNIT_MINUTES, months_since
from nevsim.draws.fit_outs import RolloutLaws
from nevsim.draws.limits import LimitLaws
from nevsim.draws.quantiles import tables_of
from nevsim.draws.settling import Settling
from nevsim.draws.windows import StreamLaws, Streams, streams_of
from nevsim.laws import Choice, Fixed, Law, Truncated
from nevsim.plant.plan import Plan
from nevsim.scenario.address import Path
from nevsim.scenario.factors import loads_of
from nevsim.scenario.load import Scenario
from nevsim.scenario.lower import lower
from nevsim.scenario.phases import PhaseView
from nevsim.scenario.quantity import figure_of, unit_of
from nevsim.scenario.ranges import RANGES, law_of
from nevsim.scenario.ranges import Figure as Written


@dataclass(frozen=True)
class Quantity:
    """Something uncertain: its address, its law, and the minutes of its unit (0 for what is not a time).

    An unbounded upper tail saturates at ``most``.
    """

    address: str
    law: Law
    minutes: int = 0
    most: float = math.inf


@dataclass(frozen=True)
class Catalogue:
    """Every quantity once, and where each phase, stage, crew, limit and rollout finds its own.

    The arrays hold positions in ``quantities``: ``fields`` (p) by name, ``stages`` (s), ``crews`` (c), ``uses`` (q, p).
    ``factors`` (f) the addresses of the common causes, ``loads`` (d, f) their loads on what is drawn.
    """

    plan: Plan
    quantities: tuple[Quantity, ...]
    fields: dict[str, Minutes]
    stages: Minutes
    crews: Minutes
    uses: Minutes
    supplies: tuple[LimitLaws, ...]
    markets: tuple[LimitLaws, ...]
    streams: tuple[StreamLaws, ...]
    rollouts: tuple[RolloutLaws, ...]
    factors: tuple[str, ...]
    loads: Floats

    @cached_property
    def drawn(self) -> tuple[Quantity, ...]:
        """The quantities that are not one value, in their order."""
        return tuple(one for one in self.quantities if not one.law.is_fixed)

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of what is drawn once a replication: quantities, then factors."""
        return (*(one.address for one in self.drawn), *self.factors)

    def draws_like(self, other: Catalogue) -> bool:
        """Whether the same uniforms are drawn for another catalogue, and the same openings of the same rollouts."""
        mine, theirs = (
            [
                (laws.address, laws.fit_out, laws.minutes, *(one.quantities[p] for p in laws.drawn_once))
                for laws in one.rollouts
            ]
            for one in (self, other)
        )
        return (
            mine == theirs
            and self.plan.rollouts == other.plan.rollouts
            and self.addresses == other.addresses
            and np.array_equal(self.loads, other.loads)
        )

    @cached_property
    def settling(self) -> Settling:
        """How the quantities are settled, as the arrays that a compiled loop takes."""
        fixed = [one.law.is_fixed for one in self.quantities]
        rows = np.cumsum([not alone for alone in fixed]) - 1
        least = np.full(len(self.quantities), -math.inf)
        least[self.stages] = 1.0
        return Settling(
            drawn=np.where(fixed, -1, rows).astype(np.int64),
            fixed=np.array([one.law.support[0] if one.law.is_fixed else math.nan for one in self.quantities]),
            most=np.array([one.most for one in self.quantities]),
            minutes=np.array([one.minutes for one in self.quantities], dtype=np.float64),
            least=least,
            tables=tables_of([one.law for one in self.drawn]),
        )

    @cached_property
    def outages(self) -> Streams:
        """The streams of outages as the arrays that a compiled loop takes."""
        return streams_of(self.streams)

    @cached_property
    def rates(self) -> Minutes:
        """The positions of the rates of the streams."""
        return np.array([stream.rate for stream in self.streams], dtype=np.int64)

    @cached_property
    def stream_names(self) -> tuple[str, ...]:
        """The addresses of the streams of outages."""
        return tuple(stream.plan.name for stream in self.streams)

    def correlation(self, one: str, other: str) -> float:
        """Return the correlation of the scores of two quantities: 0 where no factor moves both, or one is fixed."""
        rows = [number for number, drawn in enumerate(self.drawn) if drawn.address in (one, other)]
        return float(self.loads[rows[0]] @ self.loads[rows[1]]) if len(rows) == 2 else 0.0


class _Entries:
    """The quantities named so far; an address names one quantity."""

    def __init__(self) -> None:
        self.positions: dict[str, int] = {}
        self.quantities: list[Quantity] = []

    def name(self, address: str, law: Law, minutes: int = 0, most: float = math.inf) -> int:
        if address not in self.positions:
            self.positions[address] = len(self.quantities)
            self.quantities.append(Quantity(address, law, minutes, most))
        return self.positions[address]


_DEFAULTS = {
    "built": 1.0,
    "load": 1.0,
    "realised": 1.0,
    "share": 1.0,
    "to": 1.0,
    "ramp": 0.0,
    "nameplate": 0.0,
    "uses": 0.0,
}


def catalogue(scenario: Scenario) -> Catalogue:
    """Return everything that is uncertain in a scenario, named by address, in the order of the file."""
    plan = lower(scenario)
    entries = _Entries()
    document = scenario.document
    fields: dict[str, list[int]] = {name: [] for name in (*_DEFAULTS, "slip") if name != "uses"}
    stages: list[int] = []
    for number, view in enumerate(scenario.phases):
        for name in ("nameplate", "built", "load"):
            fields[name].append(_plain(scenario, entries, view, name))
        fields["realised"].append(_realised(scenario, entries, view))
        fields["slip"].append(_slip(scenario, entries, view, int(plan.announced[number])))
        fields["ramp"].append(_ramp(scenario, entries, view))
        share, to = _operating(scenario, entries, view)
        fields["share"].append(share)
        fields["to"].append(to)
        for index, stage in enumerate(view.value("stages") or ()):
            path = (*view.where("stages"), index, "duration")
            minutes = UNIT_MINUTES[unit_of(stage.duration) or "months"]
            stages.append(entries.name(scenario.address(path), law_of(stage.duration), minutes))
    uses = [[_uses(scenario, entries, view, supply.id) for view in scenario.phases] for supply in document.supplies]
    streams = tuple(
        stream for index in range(len(document.hazards)) for stream in _streams(scenario, entries, plan, index)
    )
    return Catalogue(
        plan=plan,
        fields={name: np.array(found, dtype=np.int64) for name, found in fields.items()},
        stages=np.array(stages, dtype=np.int64),
        crews=np.array(
            [
                _stated(scenario, entries, ("crews", index, "count"), crew.count)
                for index, crew in enumerate(document.crews)
            ],
            dtype=np.int64,
        ),
        uses=np.array(uses, dtype=np.int64).reshape(len(document.supplies), len(scenario.phases)),
        supplies=_limits(scenario, entries, "supplies"),
        markets=_limits(scenario, entries, "markets"),
        streams=streams,
        rollouts=tuple(_rollout(scenario, entries, index) for index in range(len(document.rollouts))),
        quantities=tuple(entries.quantities),
        factors=tuple(f"factors.{factor.id}" for factor in document.factors),
        loads=_loads(scenario, entries.quantities),
    )


def _loads(scenario: Scenario, quantities: list[Quantity]) -> Floats:
    found = loads_of(scenario.document, scenario.text) if scenario.document.factors else {}
    names = [factor.id for factor in scenario.document.factors]
    drawn = [one.address for one in quantities if not one.law.is_fixed]
    rows = [[found.get(address, {}).get(name, 0.0) for name in names] for address in drawn]
    return np.array(rows, dtype=np.float64).reshape(len(drawn), len(names))


def _stated(scenario: Scenario, entries: _Entries, path: Path, quantity: Written) -> int:
    return entries.name(scenario.address(path), law_of(quantity), most=RANGES[str(path[-1])].high)


def _default(entries: _Entries, field: str) -> int:
    return entries.name(f"default.{field}", Fixed(_DEFAULTS[field]))


def _plain(scenario: Scenario, entries: _Entries, view: PhaseView, field: str) -> int:
    if field not in view.given:
        return _default(entries, field)
    return _stated(scenario, entries, view.where(field), view.value(field))


def _realised(scenario: Scenario, entries: _Entries, view: PhaseView) -> int:
    if "realised" not in view.given:
        return _default(entries, "realised")
    chance = figure_of(view.value("realised"))
    return entries.name(scenario.address(view.where("realised")), Choice((0.0, 1.0), (1.0 - chance, chance)))


def _slip(scenario: Scenario, entries: _Entries, view: PhaseView, announced: int) -> int:
    slip = view.value("slip")
    if slip is None or view.operates:
        return entries.name("default.slip", Fixed(0.0), MONTH)
    minutes = UNIT_MINUTES[unit_of(slip) or "months"]
    law = law_of(slip)
    earliest = -announced / minutes
    if law.support[0] < earliest:
        law = Truncated(law, earliest, math.inf)
    return entries.name(scenario.address(view.where("slip")), law, minutes)


def _ramp(scenario: Scenario, entries: _Entries, view: PhaseView) -> int:
    ramp = view.value("ramp")
    if ramp is None or ramp.duration is None:
        return _default(entries, "ramp")
    minutes = UNIT_MINUTES[unit_of(ramp.duration) or "months"]
    return entries.name(scenario.address((*view.where("ramp"), "duration")), law_of(ramp.duration), minutes)


def _operating(scenario: Scenario, entries: _Entries, view: PhaseView) -> tuple[int, int]:
    operating = view.value("operating")
    if operating is None:
        return _default(entries, "share"), _default(entries, "to")
    path = view.where("operating")
    share = _stated(scenario, entries, (*path, "share"), operating.share)
    if operating.to is None:
        return share, _default(entries, "to")
    return share, _stated(scenario, entries, (*path, "to"), operating.to)


def _uses(scenario: Scenario, entries: _Entries, view: PhaseView, supply: str) -> int:
    used = view.value("uses") or {}
    if supply not in used:
        return _default(entries, "uses")
    return entries.name(scenario.address((*view.where("uses"), supply)), law_of(used[supply]), most=RANGES["uses"].high)


def _limits(scenario: Scenario, entries: _Entries, table: str) -> tuple[LimitLaws, ...]:
    start = scenario.document.scenario.start
    found = []
    for index, limit in enumerate(getattr(scenario.document, table)):
        rows = tuple((months_since(row.from_, start), row.value) for row in limit.yearly)
        level = _stated(scenario, entries, (table, index, "level"), limit.level)
        growth = _stated(scenario, entries, (table, index, "growth"), limit.growth)
        found.append(LimitLaws(limit.id, rows, level, growth))
    return tuple(found)


def _rollout(scenario: Scenario, entries: _Entries, index: int) -> RolloutLaws:
    rollout = scenario.document.rollouts[index]
    planned, teams, pace = (
        _stated(scenario, entries, ("rollouts", index, name), getattr(rollout, name))
        for name in ("planned", "teams", "pace")
    )
    address = scenario.address(("rollouts", index, "fit_out"))
    minutes = UNIT_MINUTES[unit_of(rollout.fit_out) or "months"]
    return RolloutLaws(address, planned, teams, pace, law_of(rollout.fit_out), minutes)


def _streams(scenario: Scenario, entries: _Entries, plan: Plan, index: int) -> list[StreamLaws]:
    hazard = scenario.document.hazards[index]
    rate = _stated(scenario, entries, ("hazards", index, "rate"), hazard.rate)
    minutes = UNIT_MINUTES[unit_of(hazard.duration) or "months"]
    duration, severity = law_of(hazard.duration), law_of(hazard.severity)
    streams = [stream for stream in plan.streams if stream.hazard == hazard.id]
    return [StreamLaws(stream, rate, duration, minutes, severity) for stream in streams]


def ceilings(names: Catalogue) -> Floats:
    """Return the yearly volume that each phase hardly exceeds, (p): the top of the grids of long runs."""

    def high(field: str, phase: int) -> float:
        law = names.quantities[names.fields[field][phase]].law
        return law.support[1] if np.isfinite(law.support[1]) else float(law.quantile(np.array([1 - 1e-6]))[0])

    return np.array(
        [
            high("nameplate", phase) * high("built", phase) * max(high("load", phase), 1.0)
            for phase in range(len(names.plan.phases))
        ]
    )
