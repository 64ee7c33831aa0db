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
    """Name the limits that share phases: the tightest alone decides, in one pass."""
    document, views = subject.document, subject.views
    members = [[view.name for view in views if in_scope(market.scope, view)] for market in document.markets]
    names = [market.id for market in document.markets]
    yield from _overlaps("markets", "scope", names, members)
    users = [[view.name for view in views if supply.id in (view.value("uses") or ())] for supply in document.supplies]
    yield from _overlaps("supplies", "id", [supply.id for supply in document.supplies], users)


def _overlaps(table: str, key: str, names: list[str], members: list[list[str]]) -> Found:
    for index, mine in enumerate(members):
        for earlier in range(index):
            others = set(members[earlier])
            shared = [name for name in mine if name in others]
            if shared:
                listed = ", ".join(shared[:3]) + (", ..." if len(shared) > 3 else "")
                message = (
                    f"overlaps {names[earlier]} on {listed};"
                    " each takes the smaller share, what is left over is not shared out again"
                )
                yield (table, index, key), "limits-overlap", message


def warn_unused(subject: Subject) -> Found:
    """Name each crew that no stage holds and each supply that no plant uses."""
    crews = {stage.crew for view in subject.views for stage in view.value("stages") or ()}
    supplies = {name for view in subject.views for name in view.value("uses") or ()}
    for index, crew in enumerate(subject.document.crews):
        if crew.id not in crews:
            message = f'no stage holds it, so it limits nothing; write crew = "{crew.id}" in a stage, or remove it'
            yield ("crews", index), "limits-nothing", message
    for index, supply in enumerate(subject.document.supplies):
        if supply.id not in supplies:
            message = f"no plant uses it, so it limits nothing; write uses.{supply.id} in a plant, or remove it"
            yield ("supplies", index), "limits-nothing", message


WARNINGS: tuple[Callable[[Subject], Found], ...] = (
    warn_lacking_keys,
    warn_twins,
    warn_idle_to,
    warn_overlaps,
    warn_unused,
)
