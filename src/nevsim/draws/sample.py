"""Settles everything that a catalogue names, for any range of replications; no names and no play."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nevsim.arrays import Bools, Floats, Minutes
from nevsim.draws.catalogue import Catalogue
from nevsim.draws.designs import Design
from nevsim.draws.factors import tied
from nevsim.draws.fit_outs import FitOuts, draw_fit_outs
from nevsim.draws.limits import monthly_limits
from nevsim.draws.settling import settled, whole
from nevsim.draws.stream import uniforms
from nevsim.draws.windows import Windows, draw_windows
from nevsim.plant.cancellation import goes_ahead
from nevsim.plant.losses import Terms
from nevsim.plant.promise import promised_minutes


@dataclass(frozen=True)
class Draws:
    """What n replications settle, from ``first`` on.

    ``chances`` (d + f, n) the uniforms of what is drawn once a replication, those of the factors last; ``values``
    (quantities, n) everything that is drawn once or fixed, timed ones in whole minutes, in the order of the catalogue;
    ``terms`` what
    volumes hang on, ``realised`` (n, p) what each phase by itself would do, ``slip`` (n, p) and ``stages`` (n, s) in
    minutes, ``announced`` (n, p) the promised minute, ``crews`` (n, c) how many there are, ``windows`` the outages of
    every stream, ``fit_outs`` the openings of every rollout.
    """

    first: int
    count: int
    chances: Floats
    values: Floats
    terms: Terms
    realised: Bools
    slip: Minutes
    stages: Minutes
    announced: Minutes
    crews: Minutes
    windows: Windows
    fit_outs: tuple[FitOuts, ...]


def draw(
    names: Catalogue, seed: int, first: int, count: int, design: Design = uniforms, like: Draws | None = None
) -> Draws:
    """Return the draws of the replications from ``first`` on: a function of seed, address and replication alone.

    ``design`` lays out what is drawn once a replication; sequences are independent in all of them. ``like``: draws of
    the same replications of a catalogue that :meth:`Catalogue.draws_like` this one, of which uniforms and fit-outs are
    taken over.
    """
    plan = names.plan
    replications = np.arange(first, first + count, dtype=np.int64)
    chances = _chances(names, seed, replications, design) if like is None else like.chances
    values = settled(names.settling, chances)

    def column(field: str) -> Floats:
        return values[names.fields[field]].T

    stages, slip = whole(values, names.stages).T, whole(values, names.fields["slip"]).T
    realised = column("realised") > 0.5
    terms = Terms(
        ahead=goes_ahead(plan, realised),
        nameplate=column("nameplate"),
        built=column("built"),
        load=column("load"),
        share=column("share"),
        to=column("to"),
        ramp=column("ramp"),
        uses=values[names.uses].transpose(2, 0, 1),
        supplies=monthly_limits(names.supplies, values, len(plan.season)),
        markets=monthly_limits(names.markets, values, len(plan.season)),
    )
    return Draws(
        first=first,
        count=count,
        chances=chances,
        values=values,
        terms=terms,
        realised=realised,
        slip=slip,
        stages=stages,
        announced=promised_minutes(plan, stages, slip),
        crews=whole(values, names.crews).T,
        windows=draw_windows(names.outages, names.stream_names, values[names.rates], seed, replications, plan.end),
        fit_outs=tuple(draw_fit_outs(laws, values, seed, replications) for laws in names.rollouts)
        if like is None
        else like.fit_outs,
    )


def _chances(names: Catalogue, seed: int, replications: Minutes, design: Design) -> Floats:
    """Return the uniforms of every quantity that is drawn, tied by the factors, and those of the factors."""
    found = design(seed, names.addresses, replications)
    count = len(names.drawn)
    found[:count] = tied(found[:count], found[count:], names.loads)
    return found
