"""One address for everything: the path in the file with ids for positions; ``*`` stands for one part."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

MAX_NAMES, MAX_WORD = 1_000, 100
"""Names, and letters of a word, that a search for the nearest name looks at."""
Path = tuple[str | int, ...]
"""Where a value stands in the data of a file: keys, and positions in lists."""


def at(data: Any, path: Path) -> Any:
    """Return the value at a path; KeyError, IndexError or TypeError where there is none."""
    for part in path:
        data = data[part]
    return data


def address_of(data: Any, path: Path) -> str:
    """Return the address of a path: an element of a list is named by its id, or by its position where it has none.

    >>> address_of({"plants": [{"id": "polestar", "slip": 3}]}, ("plants", 0, "slip"))
    'plants.polestar.slip'
    """
    parts = []
    for part in path:
        data = _down(data, part)
        named = isinstance(part, int) and isinstance(data, dict) and isinstance(data.get("id"), str)
        parts.append(str(data["id"]) if named else str(part))
    return ".".join(parts)


def _down(data: Any, part: str | int) -> Any:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None


def plain_keys(path: Path) -> tuple[str, ...]:
    """Return the keys of a path without positions: which record of the format stands there."""
    return tuple(part for part in path if isinstance(part, str))


def settable(data: Any, pattern: str) -> list[Path]:
    """Return the paths that a pattern may set: each one's parent exists, the value itself may be absent.

    A key of a plant reaches the plant's phases instead where these have it and the plant does not.
    """
    *parents, last = pattern.split(".")
    paths: list[Path] = [()]
    for part in parents:
        paths = [one for path in paths for one in _existing(data, path, part)]
    found: list[Path] = []
    for path in paths:
        owner = at(data, path)
        found += _existing(data, path, last) or (
            [(*path, last)] if isinstance(owner, dict) and path and last != "*" else []
        )
    return found


def _existing(data: Any, path: Path, part: str) -> list[Path]:
    """Return where one more part of an address leads to from a path, through a plant's phases where it has none."""
    owner = at(data, path)
    found: list[Path] = [(*path, step) for step in steps(owner, part)]
    if found or part == "*" or len(path) != 2 or path[0] != "plants" or not isinstance(owner, dict):
        return found
    phases = owner.get("phases")
    if not isinstance(phases, list):
        return []
    return [
        (*path, "phases", index, part)
        for index, phase in enumerate(phases)
        if isinstance(phase, dict) and part in phase
    ]


def steps(data: Any, part: str) -> list[str | int]:
    """Return the keys, or the positions in a list, that one part of an address leads to."""
    if isinstance(data, dict):
        return list(data) if part == "*" else [part] if part in data else []
    if isinstance(data, list):
        return [
            index
            for index, element in enumerate(data)
            if part in ("*", element.get("id", str(index)) if isinstance(element, dict) else str(index))
        ]
    return []


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `` did you mean "...",`` for the nearest known word, or nothing: for the middle of a sentence."""
    names = sorted(known)[:MAX_NAMES]
    alike = [name for name in names if name.lower() == word.lower()]
    close = alike or difflib.get_close_matches(word[:MAX_WORD], names, n=1, cutoff=0.65)
    return f'; did you mean "{close[0]}"?' if close else ""
