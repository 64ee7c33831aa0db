"""What is legal in a scenario but odd, each a warning at its place; what is wrong is in check."""

from __future__ import annotations

from collections.abc import Callable

from nevsim.scenario.contents import Found, Subject, scopes
from nevsim.scenario.faults import shown
from nevsim.scenario.phases import in_scope, misses_only_for_lack


def warn_lacking_keys(subject: Subject) -> Found:
    """Name each plant that misses a scope only because it lacks a key."""
    for path, scope in scopes(subject.document):
        for view in subject.views:
            lacking = misses_only_for_lack(scope, view)
            if lacking:
                keys = " and ".join(lacking)
                message = f"{view.name} is left out only because it has no {keys}; add it there if it belongs here"
                yield path, "scope-lacks-key", message


def warn_twins(subject: Subject) -> Found:
    """Name each plant whose owner, region, product or tag differs from another's by capitals alone."""
    seen: dict[tuple[str, str], str] = {}
    for view in subject.views:
        plant = view.plant
        words = [("owner", plant.owner), ("region", plant.region), ("product", plant.product)]
        for key, word in (*words, *(("tags", tag) for tag in view.tags)):
            if word is not None and seen.setdefault((key, word.casefold()), word) != word:
                twin = seen[key, word.casefold()]
                message = (
                    f"found {shown(word)} here and {shown(twin)} before; a scope tells them apart: write one of them"
                )
                yield (*view.path[:2], key), "differs-by-case", message


def warn_idle_to(subject: Subject) -> Found:
    """Name each share that nothing reaches."""
    for view in subject.views:
        if view.operates and "ramp" not in view.given and view.value("operating").to is not None:
            path = (*view.where("operating"), "to")
            yield path, "to-unreached", "without a ramp the share stays as it is; add a ramp, or remove to"


def warn_overlaps(subject: Subject) -> Found:
    """Name the markets that limit the same phases: the tightest alone decides, in one pass."""
    markets, views = subject.document.markets, subject.views
    members = [{view.name for view in views if in_scope(market.scope, view)} for market in markets]
    for index in range(len(markets)):
        for earlier in range(index):
            both = members[index] & members[earlier]
            if both:
                shared = [view.name for view in views if view.name in both]
                listed = ", ".join(shared[:3]) + (", ..." if len(shared) > 3 else "")
                message = (
                    f"overlaps {markets[earlier].id} on {listed};"
                    " each takes the smaller share, what is left over is not resold"
                )
                yield ("markets", index, "scope"), "limits-overlap", message


WARNINGS: tuple[Callable[[Subject], Found], ...] = (warn_lacking_keys, warn_twins, warn_idle_to, warn_overlaps)
