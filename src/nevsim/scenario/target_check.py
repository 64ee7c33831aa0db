"""What a target must say for its measure, and whether anything could reach it; other meanings are in check."""

from __future__ import annotations

import math
from datetime import date

from nevsim.clock import months_between, next_month
from nevsim.laws import LawError
from nevsim.scenario.address import Path
from nevsim.scenario.contents import Found
from nevsim.scenario.phases import PhaseView, in_scope
from nevsim.scenario.provenance import Window
from nevsim.scenario.quantity import figure_of
from nevsim.scenario.ranges import law_of
from nevsim.scenario.schema import Document, Target

NEEDS = {
    "output": ("during", "at_least"),
    "run-rate": ("at", "at_least"),
    "capacity": ("at", "at_least"),
    "start": ("at",),
    "count": ("at", "rollout", "at_least"),
    "share": ("during", "part", "at_least"),
}
"""What a target of each measure must say."""
_PLACES = {"during": "at", "at": "during"}
_GOES_WITH = {"already": "output", "part": "share", "rollout": "count"}


def window_of(target: Target) -> tuple[date, date]:
    """Return the firsts of months that the window of an output or share target runs between, the second exclusive."""
    if isinstance(target.during, Window):
        return target.during.from_, target.during.to
    year = target.during or 0
    return date(year, 1, 1), date(year + 1, 1, 1)


def check_targets(document: Document, views: tuple[PhaseView, ...]) -> Found:
    """Yield path, kind and words of every fault of the targets."""
    head = document.scenario
    for index, target in enumerate(document.targets):
        path: Path = ("targets", index)
        yield from _keys(target, path)
        if "during" in NEEDS[target.measure] and target.during is not None and head.start < head.end:
            yield from _window(document, target, path)
        if target.at is not None and head.start < head.end and not head.start <= target.at < head.end:
            message = f"found {target.at}, want a day from {head.start} to before {head.end}; move it"
            yield (*path, "at"), "outside-horizon", message
        if target.measure == "start":
            yield from _starts(target, path, views)
        if target.measure == "count":
            yield from _count(target, path)
        if target.measure == "share":
            yield from _share(target, path, views)


def _keys(target: Target, path: Path) -> Found:
    needs = NEEDS[target.measure]
    for key in needs:
        if getattr(target, key) is None and key != "at_least":
            message = f'"{key}" is missing; a target of measure {target.measure} needs it: add it'
            yield path, "missing-key", message
    for key, other in _PLACES.items():
        if key not in needs and getattr(target, key) is not None:
            yield (*path, key), "target", f"{key} beside measure {target.measure}; want {other}: rename it"
    for key, measure in _GOES_WITH.items():
        if getattr(target, key) is not None and target.measure != measure:
            message = f"{key} beside measure {target.measure}; it goes with {measure}: remove it"
            yield (*path, key), "target", message
    if "at_least" in needs and target.at_least is None:
        yield path, "missing-key", '"at_least" is missing; add the level that is to be reached'


def _count(target: Target, path: Path) -> Found:
    if "scope" in target.model_fields_set:
        yield (*path, "scope"), "target", "scope beside measure count; a rollout has none: remove it"
    if target.at_least is not None and target.at_least != int(target.at_least):
        message = f"found {target.at_least:g}, want a whole number of what is open; correct it"
        yield (*path, "at_least"), "out-of-range", message


def _share(target: Target, path: Path, views: tuple[PhaseView, ...]) -> Found:
    if target.at_least is not None and target.at_least > 1:
        percent = (
            f"write {target.at_least:g} % as {target.at_least / 100:g}" if target.at_least <= 100 else "correct it"
        )
        yield (*path, "at_least"), "out-of-range", f"found {target.at_least:g}, want a share of at most 1; {percent}"
    if target.part is None:
        return
    whole = [view for view in views if in_scope(target.scope, view)]
    if whole and not any(in_scope(target.part, view) for view in whole):
        yield (*path, "part"), "target", "no plant of the scope is in this part; correct one of the two"


def _window(document: Document, target: Target, path: Path) -> Found:
    first, last = window_of(target)
    head = document.scenario
    where = (*path, "during")
    if first.day != 1 or last.day != 1:
        wanted = f"{first.replace(day=1)} and {last if last.day == 1 else next_month(last)}"
        yield where, "bad-date", f"found {first} to {last}, want firsts of months; write {wanted}"
    if last <= first:
        yield where, "outside-horizon", f"found {first} to {last}, want to after from; move one of the two"
    elif last > head.end:
        yield (
            where,
            "outside-horizon",
            f"ends {last}, after the scenario's end {head.end}; move end or the window",
        )
    elif last <= head.start:
        yield (
            where,
            "outside-horizon",
            f"ends {last}, before the scenario's start {head.start}; move the window",
        )
    elif first < head.start and target.already is None:
        cure = "add already (what was made by then), or move it" if target.measure == "output" else "move it"
        yield where, "outside-horizon", f"begins {first}, before start {head.start}; {cure}"


def _starts(target: Target, path: Path, views: tuple[PhaseView, ...]) -> Found:
    count = sum(1 for view in views if in_scope(target.scope, view) and not view.operates)
    if target.at_least is not None and (target.at_least < 1 or target.at_least != int(target.at_least)):
        yield (
            (*path, "at_least"),
            "out-of-range",
            f"found {target.at_least:g}, want a whole number of starts from 1 up; correct it",
        )
    elif count == 0 and any(in_scope(target.scope, view) for view in views):
        yield (
            (*path, "scope"),
            "target",
            "all of it runs at minute zero, so nothing can start; correct the scope",
        )
    elif target.at_least is not None and target.at_least > count > 0:
        yield (
            (*path, "at_least"),
            "target",
            f"found {target.at_least:g}, but only {count} phases can start; lower it",
        )


def warn_already(document: Document) -> Found:
    """Name each amount that was made before the start, of a window in which there is no such time."""
    start = document.scenario.start
    for index, target in enumerate(document.targets):
        if target.already is not None and window_of(target)[0] >= start:
            message = f"the window begins {window_of(target)[0]}, not before start {start}; remove already"
            yield ("targets", index, "already"), "already-after-start", message


def warn_out_of_reach(document: Document, views: tuple[PhaseView, ...]) -> Found:
    """Name each target beyond the sum of all upper bounds."""
    for index, target in enumerate(document.targets):
        if target.measure in ("start", "share") or target.at_least is None:
            continue
        bound = _bound(document, target, views)
        if bound * (1 + 1e-9) < target.at_least:
            message = (
                f"wants {target.at_least:,.0f}, but all upper bounds together come to {bound:,.0f}; no run can reach it"
            )
            yield ("targets", index, "at_least"), "out-of-reach", message


def _bound(document: Document, target: Target, views: tuple[PhaseView, ...]) -> float:
    if target.measure == "count":
        rollout = next(one for one in document.rollouts if one.id == target.rollout)
        return figure_of(rollout.already) + law_of(rollout.planned).support[1]
    inside = [view for view in views if in_scope(target.scope, view)]
    if target.measure == "capacity":
        return sum(_high(view, "nameplate") * _high(view, "built") for view in inside)
    yearly = sum(_high(view, "nameplate") * _high(view, "built") * _rate(view) for view in inside)
    if target.measure == "run-rate":
        return yearly
    head = document.scenario
    first, last = window_of(target)
    months = months_between(max(first, head.start), last)
    already = 0.0 if target.already is None else law_of(target.already).support[1]
    weights = math.fsum(head.season[month.month - 1] for month in months) / math.fsum(head.season)
    return already + yearly * weights


def _rate(view: PhaseView) -> float:
    if not view.operates:
        return _high(view, "load")
    operating = view.value("operating")
    share: float = law_of(operating.share).support[1]
    if "ramp" not in view.given:
        return share
    return max(share, 1.0 if operating.to is None else law_of(operating.to).support[1])


def _high(view: PhaseView, field: str) -> float:
    quantity = view.value(field)
    if quantity is None:
        return 0.0 if field == "nameplate" else 1.0
    try:
        return law_of(quantity).support[1]
    except LawError:
        return math.inf
