"""What is cancelled: a phase that is not realised, and every phase that waits on it; no minutes and no chance."""

from __future__ import annotations

from nevsim.arrays import Bools
from nevsim.plant.plan import Plan


def goes_ahead(plan: Plan, realised: Bools) -> Bools:
    """Return whether each phase goes ahead, (n, p): it is realised, and so is all that it waits on, however far."""
    ahead = realised.copy()
    for phase, others in enumerate(plan.waits_on):
        for other in others:
            ahead[:, phase] &= realised[:, other]
    return ahead
