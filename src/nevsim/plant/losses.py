"""From starts and ages to monthly volumes, loss by loss, from what was promised to what is sold; no events.

Eight losses lead from the promise to the sale. Each level is what is left after the losses above it, so the losses are
differences of neighbouring levels and add up by construction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nevsim.arrays import Bools, Floats, Minutes
from nevsim.plant.limits import shares_left
from nevsim.plant.plan import Plan
from nevsim.plant.ramp import full_rate_minutes

LOSSES = ("cancelled", "shrunk", "late", "stopped", "ramping", "underused", "short", "unsold")
"""The causes, in the order in which they take vehicles away."""
LEVELS = ("promised", "realised", "built", "started", "running", "ramped", "loaded", "supplied", "sold")
"""What is left: LEVELS[i] - LOSSES[i] = LEVELS[i + 1]."""


@dataclass(frozen=True)
class Terms:
    """What the volumes of n replications hang on, beside the play.

    All (n, p): ``ahead`` whether the phase goes ahead, ``nameplate`` vehicles a year (0 where not stated),
    ``built`` share, ``load`` share, ``share`` and ``to`` of an operating phase (1 elsewhere), ``ramp`` minutes;
    ``uses`` (n, q, p) units of each supply that a vehicle takes, and the limits a month: ``supplies`` (n, q, t) units
    and ``markets`` (n, m, t) vehicles.
    """

    ahead: Bools
    nameplate: Floats
    built: Floats
    load: Floats
    share: Floats
    to: Floats
    ramp: Floats
    uses: Floats
    supplies: Floats
    markets: Floats


def share_after(minutes: Minutes, edges: Minutes) -> Floats:
    """Return the share of each month that lies after a minute: (n, p) and (t + 1) to (n, p, t)."""
    left = edges[1:] - np.maximum(minutes[:, :, None], edges[:-1])
    lengths = np.diff(edges)
    share: Floats = np.maximum(left, 0) / lengths
    return share


def settle(plan: Plan, terms: Terms, announced: Minutes, starts: Minutes, ages: Floats) -> Floats:
    """Return the levels in vehicles a month, (9, n, p, t), before the season.

    ``announced`` and ``starts`` (n, p) in minutes, ``ages`` (n, p, t + 1) in operating minutes at the edges of months.
    """
    lengths = np.diff(plan.edges)
    month = (terms.nameplate * terms.share / 12)[:, :, None]
    built = (terms.built * terms.nameplate / 12)[:, :, None]
    share = terms.share[:, :, None]
    levels = np.empty((len(LEVELS), *starts.shape, len(lengths)))
    levels[0] = month * share_after(announced, plan.edges)
    levels[1] = np.where(terms.ahead[:, :, None], levels[0], 0.0)
    levels[2] = terms.built[:, :, None] * levels[1]
    levels[3] = built * share * share_after(starts, plan.edges)
    grown = np.diff(ages, axis=2) / lengths
    levels[4] = built * share * grown
    levels[5] = built * _ramped(plan, terms, ages, grown)
    levels[6] = terms.load[:, :, None] * levels[5]
    levels[7] = supplied(plan, terms, levels[6])
    levels[8] = sold(plan, terms, levels[7])
    return levels


def supplied(plan: Plan, terms: Terms, loaded: Floats) -> Floats:
    """Return what the supplies leave of the volume, (n, p, t)."""
    return loaded * shares_left(loaded, terms.supplies, terms.uses) if plan.supplies else loaded


def sold(plan: Plan, terms: Terms, offered: Floats) -> Floats:
    """Return what the markets leave of the volume, (n, p, t)."""
    if not plan.markets:
        return offered
    weights = np.broadcast_to(plan.members.astype(float), (len(offered), *plan.members.shape))
    return offered * shares_left(offered, terms.markets, weights)


def _ramped(plan: Plan, terms: Terms, ages: Floats, grown: Floats) -> Floats:
    """Return the mean rate of each month as a share of what is built, (n, p, t)."""
    lengths = np.diff(plan.edges)
    climbed = np.empty_like(grown)
    for phase, ramp in enumerate(plan.ramps):
        duration = terms.ramp[:, phase, None]
        minutes = full_rate_minutes(ramp.shape, ages[:, phase], duration, ramp.points)
        climbed[:, phase] = np.diff(minutes, axis=1) / lengths
    done = ages[:, :, :-1] >= terms.ramp[:, :, None]
    climbed = np.where(done, grown, climbed)  # exactly, so that a plant that runs down to nothing makes nothing
    first = np.where(plan.operating, terms.share, 0.0)
    last = np.where(plan.operating & ~plan.climbs, terms.share, terms.to)
    rate: Floats = first[:, :, None] * grown + (last - first)[:, :, None] * climbed
    return rate
