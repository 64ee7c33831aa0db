"""Plays the scenarios worked by hand and compares them in shares of a month's nameplate; knows no model."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scenes import simulate

from nevsim.draws.catalogue import catalogue
from nevsim.draws.sample import draw
from nevsim.odds.target import judge
from nevsim.scenario.load import load
from nevsim.scenario.lower import lower

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nevsim.engine.output import Output
    from nevsim.plant.plan import Plan

BY_HAND = Path(__file__).parent / "by_hand"
LOSSES = ("cancelled", "shrunk", "late", "stopped", "ramping", "underused", "short", "unsold")

Share = Fraction | float
"""A share of a month's nameplate, N/12."""


@cache
def played(name: str) -> tuple[Plan, Output]:
    """The plan of ``by_hand/<name>.toml`` and its play of one replication, for nothing in it is uncertain."""
    scenario = load(BY_HAND / f"{name}.toml")
    plan = lower(scenario)
    return plan, simulate(plan, draw(catalogue(scenario), seed=1, first=0, count=1))


def minutes(name: str, phase: str) -> tuple[int, int]:
    """The minutes (announced, started) of a phase."""
    plan, output = played(name)
    p = plan.phases.index(phase)
    return int(output.announced[0, p]), int(output.starts[0, p])


def judged(name: str) -> dict[str, tuple[float, bool]]:
    """Measured value and hit of every target, by its id."""
    plan, output = played(name)
    judgement = judge(plan, output)
    return {
        target.id: (float(judgement.values[0, k]), bool(judgement.hits[0, k])) for k, target in enumerate(plan.targets)
    }


def agree(
    name: str,
    phase: str,
    twelfth: float,
    *,
    promised: Sequence[Share],
    sold: Sequence[Share],
    **losses: Sequence[Share],
) -> None:
    """Compare a phase month by month with shares of ``twelfth``, its N/12; a loss not named must be 0."""
    unknown = set(losses) - set(LOSSES)
    assert not unknown, f"no such loss: {unknown}"
    plan, output = played(name)
    assert set(output.losses) == set(LOSSES)
    p = plan.phases.index(phase)
    nothing = [0] * len(promised)
    wanted = {"promised": promised, "sold": sold} | {loss: losses.get(loss, nothing) for loss in LOSSES}
    found = {"promised": output.promised, "sold": output.sold} | dict(output.losses)
    for term, shares in wanted.items():
        np.testing.assert_allclose(
            found[term][0, p],
            [float(share * Fraction(twelfth)) for share in shares],
            rtol=0,
            atol=1e-9 * twelfth,
            err_msg=f"{name}: {phase}: {term}",
        )
