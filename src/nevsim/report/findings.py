"""What the odds of each target hang on, in sentences that can be quoted; it computes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from nevsim.odds.swing import Swing, strongest
from nevsim.plant.losses import LOSSES
from nevsim.report.style import amount, chance, percent
from nevsim.result import Result, TargetResult

SWINGS = 3
"""Quantities that are named for a target at most."""
CAUSES = 3
"""Losses that are named for a target at most."""


@dataclass(frozen=True)
class Hinge:
    """A target's title and odds, and what they hang on, a sentence each."""

    title: str
    odds: str
    sentences: tuple[str, ...]


def hinges(result: Result) -> list[Hinge]:
    """Return what the odds of each target hang on, in the order of the file."""
    return [
        Hinge(one.title, percent(one.odds), _sentences(result, number)) for number, one in enumerate(result.targets)
    ]


def _sentences(result: Result, number: int) -> tuple[str, ...]:
    one = result.targets[number]
    if one.stated is not None:
        return (f"They repeat the {chance(one.stated)} that the scenario states: an assumption, not a finding.",)
    told = one.measure == "output" and number not in result.volumes()
    volume = [] if told else [*_losses(one), *_limits(result, one)]
    return (*volume, *_punctuality(one), *_swings(result, number), *_readings(result, number))


def _losses(one: TargetResult) -> list[str]:
    if one.losses is None or not one.promised:
        return []
    named = sorted(LOSSES, key=lambda cause: -(one.losses or {})[cause])
    taken = [f"{cause} {amount(one.losses[cause])}" for cause in named[:CAUSES] if one.losses[cause] >= 0.5]
    words = f"Of {amount(one.promised)} vehicles promised, a mean of {amount(one.mean - one.already)} is made"
    gained = [f"{cause} adds {amount(-one.losses[cause])}" for cause in reversed(named) if one.losses[cause] <= -0.5]
    if gained:
        lost = f"; {_listed(taken)} {'are' if len(taken) > 1 else 'is'} lost" if taken else ""
        sentences = [f"{words}: {_listed(gained)}{lost}."]
    else:
        sentences = [f"{words}; most of the rest is {_listed(taken)}." if taken else f"{words}."]
    if one.losses["unannounced"]:
        sentences.append(
            f"The level lies {amount(one.losses['unannounced'])} above the promises: nobody announced those."
        )
    return sentences


def _punctuality(one: TargetResult) -> list[str]:
    if one.on_time is None or one.full is None or one.measure == "start":
        return []
    on_time, full = _bare(percent(one.on_time)), _bare(percent(one.full))
    return [f"Had every plant started as promised: {on_time}; had all of them also run at full rate: {full}."]


def _swings(result: Result, number: int) -> list[str]:
    odds = result.targets[number].odds
    if odds.hits in (0, odds.runs):
        return [f"{'Every' if odds.hits else 'No'} run reaches the level, whatever is drawn."]
    found = strongest(result.swings, number, SWINGS)
    if not found:
        return ["No single drawn quantity moves the odds by more than chance would."]
    return [f"They depend most on {_listed([_swing(one) for one in found])}."]


def _swing(one: Swing) -> str:
    low, high = (_bare(percent(odds)) for odds in (one.low, one.high))
    return f"{one.address} ({low} where it is low, {high} where it is high)"


def _limits(result: Result, one: TargetResult) -> list[str]:
    costs = [(limit, cost) for limit in result.bottlenecks for cost in limit.costs if cost.target == one.id]
    if not costs:
        return []
    limit, cost = max(costs, key=lambda pair: pair[1].vehicles)
    if cost.vehicles <= cost.half_width:
        return ["No crew, supply or market alone costs more vehicles than the error of that figure."]
    costs_most = f"{amount(cost.vehicles)} ± {amount(cost.half_width)} vehicles"
    return [f"Of what is shared, the {limit.kind} {limit.id} costs most: {costs_most}."]


def _readings(result: Result, number: int) -> list[str]:
    """Return the reading that takes the odds farthest from those played, and whether their intervals still meet."""
    if len(result.readings) < 2:
        return []
    first, *others = (one.odds[number] for one in result.readings)
    far, combination = max(
        zip(others, result.readings[1:], strict=True), key=lambda pair: abs(pair[0].odds - first.odds)
    )
    if far.hits == first.hits:
        return ["They are the same under every reading of what is unclear."]
    played = result.readings[0].labels
    changed = [f"{name} as “{label}”" for name, label in combination.labels.items() if label != played[name]]
    meet = "" if far.low > first.high or far.high < first.low else "; the two intervals meet"
    return [f"Read otherwise ({_listed(changed)}) they would be {percent(far)}{meet}."]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _bare(text: str) -> str:
    """Return odds without their interval."""
    return text.partition(" (")[0]
