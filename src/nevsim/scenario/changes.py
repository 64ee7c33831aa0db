"""What is changed in a scenario before it is checked: values set and values scaled, by address; no check of meaning.

Scaling multiplies what stands there, a number or a law with its bounds: the law of c X where it was the law of X.
"""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from nevsim.errors import UsageError
from nevsim.scenario.address import Path, address_of, at, nearest, settable
from nevsim.scenario.extension import Place, Text
from nevsim.scenario.faults import shown
from nevsim.scenario.provenance import Noted
from nevsim.scenario.quantity import Percentiled
from nevsim.scenario.toml import MAX_NUMBER

PERCENTILES = tuple(name for name in Percentiled.model_fields if name[0] == "p" and name[1:].isdigit())
SCALED = frozenset(
    {"value", "values", "low", "mode", "high", "mean", "sd", "shift", "min", "max", "laws"} | set(PERCENTILES)
)
"""Keys of a law that carry the unit of its quantity. As value = shift + scale X, `scale` stays where X is scaled."""
KEPT = frozenset({"law", "unit", "scale", "shape", "weights", "file", "column", *Noted.model_fields})
"""Keys of a law that do not."""


@dataclass(frozen=True)
class Change:
    """A value for all that an address or pattern matches, or, where ``scales``, a factor on what stands there."""

    address: str
    value: Any
    scales: bool = False


class ChangeError(UsageError):
    """A change that cannot be made; ``kind`` is one of :data:`nevsim.errors.KINDS`."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)


def changed(text: Text, change: Change, place: Place) -> Text:
    """Return a text with one change made, and ``place`` as the place of every value that it changes.

    A key that a table lacks may be set; only what stands there can be scaled, and what a scaled law keeps, its source
    or its file, keeps its place. Raises ChangeError, which names the
    address, what was found there and what to do.
    """
    paths = settable(text.data, change.address)
    if not paths:
        known = {address_of(text.data, path) for path in text.places}
        close = nearest(change.address, known - {""}) or "; list the addresses with: nevsim show SCENARIO"
        raise ChangeError("address", f"nothing stands at {change.address}{close}")
    if change.scales:
        _check_factor(change)
        paths = [path for path in paths if _stands(text.data, path)]
        if not paths:
            raise ChangeError("scale", f"found nothing at {change.address} to scale; put a value there")
    data = _opened(text.data, paths)
    for path in paths:
        owner = at(data, path[:-1])
        if change.scales:
            owner[path[-1]] = _scaled(owner[path[-1]], change.value, address_of(text.data, path))
        else:
            owner[path[-1]] = change.value
    gone, lengths = set(paths), {len(path) for path in paths}
    stays = KEPT if change.scales else frozenset[str]()
    places = {
        known: old
        for known, old in text.places.items()
        if not any(known[:n] in gone for n in lengths) or (known not in gone and known[-1] in stays)
    }
    return Text(data, places | {path: replace(place, over=text.places.get(path)) for path in paths})


def _check_factor(change: Change) -> None:
    factor = change.value
    if isinstance(factor, bool) or not isinstance(factor, int | float) or not math.isfinite(factor) or factor < 0:
        message = f"found {shown(factor)} for {change.address}, want a factor of 0 or more; correct it"
        raise ChangeError("scale", message)


def _stands(data: Any, path: Path) -> bool:
    owner = at(data, path[:-1])
    return isinstance(owner, list) or path[-1] in owner


def _opened(data: dict[str, Any], paths: list[Path]) -> dict[str, Any]:
    """Return the data with copies of all that is around some paths; the rest is shared."""
    copies: dict[Path, Any] = {(): dict(data)}
    for path in paths:
        for end in range(1, len(path)):
            where = path[:end]
            if where not in copies:
                owner = copies[where[:-1]]
                copies[where] = owner[where[-1]] = copy(owner[where[-1]])
    opened: dict[str, Any] = copies[()]
    return opened


def _scaled(value: Any, factor: float, address: str) -> Any:
    """Return a number, a stated value, a law, or rows of a yearly limit, times a factor."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _product(value, factor, address)
    if isinstance(value, dict) and "law" in value:
        return _scaled_law(value, factor, address)
    if isinstance(value, dict) and "value" in value:
        return value | {"value": _scaled(value["value"], factor, f"{address}.value")}
    if isinstance(value, list) and value and all(isinstance(row, dict) and "from" in row for row in value):
        return [_scaled(row, factor, f"{address}.{number}") for number, row in enumerate(value)]
    cure = "write the address of one inside it" if isinstance(value, dict | list) else "put a value there instead"
    raise ChangeError("scale", f"found {_named(value)} at {address}, want a number or a law to scale; {cure}")


def _named(value: Any) -> str:
    if isinstance(value, dict) and "date" in value:
        value = value["date"]
    if isinstance(value, date | time):
        return f"the date {value}" if isinstance(value, date) else f"the time {value}"
    return f"the text {shown(value)}" if isinstance(value, str) else shown(value)


def _scaled_law(law: dict[str, Any], factor: float, address: str) -> dict[str, Any]:
    """Return a law times a factor; of one that is still to be read from a file, `scale` is multiplied."""
    if not factor:
        return {"value": 0} | {key: inner for key, inner in law.items() if key in ("unit", *Noted.model_fields)}
    in_file = "file" in law and "values" not in law
    found = dict(law) if not in_file else law | {"scale": _scaled(law.get("scale", 1), factor, f"{address}.scale")}
    for key in SCALED & law.keys():
        inner, where = law[key], f"{address}.{key}"
        if key in ("values", "laws") and isinstance(inner, list):
            found[key] = [_scaled(one, factor, f"{where}.{number}") for number, one in enumerate(inner)]
        else:
            found[key] = _scaled(inner, factor, where)
    return found


def _product(value: float, factor: float, address: str) -> float:
    """Return value x factor as on paper, so that 100 x 1.1 is 110; whole for a whole value where it can be."""
    exact = Decimal(repr(value)) * Decimal(repr(factor))
    if abs(exact) > MAX_NUMBER:
        message = f"found {value:.6g} x {factor:.6g} at {address}, want within ±{MAX_NUMBER:.0e}; lower the factor"
        raise ChangeError("number-too-large", message)
    if isinstance(value, int) and exact == int(exact):
        return int(exact)
    return float(exact) + 0.0
