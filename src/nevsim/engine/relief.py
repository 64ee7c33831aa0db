"""What limits: how much of each crew, supply and market is used, and what would be sold without it; no counting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from nevsim.arrays import BEYOND, Floats, Minutes
from nevsim.draws.sample import Draws
from nevsim.engine.batch import Batch
from nevsim.engine.output import Output, Play, Seen
from nevsim.engine.simulate import played
from nevsim.plant.limits import need_of
from nevsim.plant.losses import LEVELS
from nevsim.plant.plan import Plan


@dataclass(frozen=True)
class Relief:
    """A limit in n replications, and the same replications without it, all else and all draws the same.

    ``kind`` is crew, supply or market. ``used`` (n, t) the share of it that is in use in each month, 0 where it
    does not limit; ``played`` what targets look at with the limit, ``without`` the same without it.
    """

    kind: str
    id: str
    used: Floats
    played: Seen | Output
    without: Seen | Output


def reliefs(plan: Plan, draws: Draws) -> list[Relief]:
    """Return every limit of a plan, relieved one at a time: crews, then supplies, then markets.

    The batch engine plays them, whichever plays the rest.
    """
    if not (plan.crews or plan.supplies or plan.markets):
        return []
    engine = Batch(plan)
    events = engine.play(draws)
    lifted = [
        ("crew", name, _busy(plan, draws, events, number), replace(draws, crews=_enough(plan, draws.crews, number)))
        for number, name in enumerate(plan.crews)
    ]
    if plan.supplies or plan.markets:
        lifted += _limits(plan, draws, played(plan, draws, events))
    with_it = engine.seen(draws, events.opened)
    return [
        Relief(kind, name, used, with_it, engine.seen(without, events.opened)) for kind, name, used, without in lifted
    ]


def _limits(plan: Plan, draws: Draws, output: Output) -> Iterator[tuple[str, str, Floats, Draws]]:
    """Yield every supply and market, how much of it is used, and the draws without it."""
    terms = draws.terms
    for number, name in enumerate(plan.supplies):
        used = _share(output, "loaded", terms.uses[:, number], terms.supplies[:, number])
        without = replace(draws, terms=replace(terms, supplies=_unlimited(terms.supplies, number)))
        yield "supply", name, used, without
    for number, name in enumerate(plan.markets):
        weight = np.broadcast_to(plan.members[number].astype(float), draws.slip.shape)
        used = _share(output, "supplied", weight, terms.markets[:, number])
        yield "market", name, used, replace(draws, terms=replace(terms, markets=_unlimited(terms.markets, number)))


def _enough(plan: Plan, crews: Minutes, number: int) -> Minutes:
    enough = crews.copy()
    enough[:, number] = max(len(plan.stages), 1)
    return enough


def _unlimited(limits: Floats, number: int) -> Floats:
    without = limits.copy()
    without[:, number] = np.inf
    return without


def _share(output: Output, above: str, weight: Floats, limit: Floats) -> Floats:
    """Return what is used of a limit, (n, t), where ``above`` is the level of volume that it limits.

    A limit of nothing is used whole where anything is needed.
    """
    level = LEVELS.index(above)
    needed, used = (need_of(volume, weight) for volume in output.levels[level : level + 2])
    return np.divide(used, limit, out=np.where(needed > 0, 1.0, 0.0), where=limit > 0)


def _busy(plan: Plan, draws: Draws, events: Play, crew: int) -> Floats:
    """Return the share of a crew's time in which it is held, (n, t)."""
    stages = [number for number, stage in enumerate(plan.stages) if stage.crew == crew]
    begun = events.granted[:, stages, None]
    left = np.where(begun < BEYOND, begun + draws.stages[:, stages, None], begun)
    overlap = np.minimum(left, plan.edges[1:]) - np.maximum(begun, plan.edges[:-1])
    held: Floats = np.maximum(overlap, 0).sum(axis=1) / np.diff(plan.edges) / draws.crews[:, crew, None]
    return held
