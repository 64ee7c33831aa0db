"""What a file takes away from the one that it extends, by id or address; what it adds is in extension."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nevsim.errors import ScenarioError
from nevsim.scenario.address import Path, address_of, at, nearest, steps
from nevsim.scenario.extension import BY_ID, Text, without
from nevsim.scenario.faults import at_place, shown

REMOVE = "remove"
LISTS = sorted(keys[0] for keys in BY_ID if len(keys) == 1)
"""The lists of the top level whose elements an id alone may name."""


def check_no_removal(text: Text) -> None:
    """Raise ScenarioError where a file that builds on no other takes something away."""
    if REMOVE in text.data:
        message = "remove without extends: nothing is there to take away; remove this key"
        raise ScenarioError([at_place(text, (REMOVE,), "remove", message)])


def reduced(base: Text, child: Text) -> Text:
    """Return the base less what the child's ``remove`` names.

    Raises ScenarioError with a fault for each name that matches nothing, or several things.
    """
    if REMOVE not in child.data:
        return base
    names = child.data[REMOVE]
    if not isinstance(names, list):
        message = f"found {shown(names)}, want a list of ids and addresses; write it in [ ]"
        raise ScenarioError([at_place(child, (REMOVE,), "wrong-type", message)])
    faults, removed = [], set()
    for index, name in enumerate(names):
        where: Path = (REMOVE, index)
        if not isinstance(name, str):
            faults.append(at_place(child, where, "wrong-type", f"found {shown(name)}, want an id or address; quote it"))
            continue
        found = _named(base.data, name)
        if len(found) == 1:
            removed.add(found[0])
        elif found:
            listed = " and ".join(address_of(base.data, path) for path in found[:3])
            message = f"found {shown(name)}, which is {listed}; write the address"
            faults.append(at_place(child, where, "remove", message))
        else:
            cure = nearest(name, _candidates(base.data, name)) or "; correct it or remove it here"
            message = f"found {shown(name)}, which is not in the file below{cure}"
            faults.append(at_place(child, where, "remove", message))
    if faults:
        raise ScenarioError(faults)
    return without(base, removed)


def _named(data: dict[str, Any], name: str) -> list[Path]:
    """Return the paths of an id in the lists of the top level, or of an address."""
    if "*" in name:
        return []
    if "." in name:
        paths: list[Path] = [()]
        for part in name.split("."):
            paths = [(*path, step) for path in paths for step in steps(at(data, path), part)]
        return paths
    found: list[Path] = [path for path, one in _elements(data) if one == name]
    return [*found, (name,)] if name in data else found


def _elements(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    for key in LISTS:
        listed = data.get(key)
        for index, one in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(one, dict) and isinstance(one.get("id"), str):
                yield (key, index), one["id"]


def _candidates(data: dict[str, Any], name: str) -> list[str]:
    """Return what a name may have meant: ids, or the addresses around the first part of it that is not there."""
    if "." not in name:
        return [one for _, one in _elements(data)]
    parts = name.split(".")
    paths: list[Path] = []
    for end in range(len(parts) - 1, 0, -1):
        paths = _named(data, ".".join(parts[:end])) if end > 1 else [(parts[0],)] if parts[0] in data else []
        if paths:
            break
    owner: Any = at(data, paths[0]) if paths else data
    tail = parts[len(paths[0]) + 1 :] if paths else parts[1:]
    start: Path = paths[0] if paths else ()
    return [".".join([address_of(data, (*start, step)), *tail]) for step in steps(owner, "*")]
