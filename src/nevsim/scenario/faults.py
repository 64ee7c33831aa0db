"""Faults of shape in the words of the scenario's author: what was found, what was wanted, what to do; no meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from nevsim.clock import next_month, period_of
from nevsim.errors import Fault
from nevsim.scenario.address import Path, address_of, at, nearest, plain_keys
from nevsim.scenario.days import day_cure, is_period
from nevsim.scenario.extension import Text, without
from nevsim.scenario.provenance import Record
from nevsim.scenario.quantity import LAWS, TAGS, Stated
from nevsim.scenario.schema import MODELS, Document

_NUMBER = re.compile(r"[+-]?\d+(?:_\d+)*(?:\.\d+)?")

_WANTED: dict[str, tuple[str, str]] = {
    "float_type": ("wrong-type", "a number; write one, without quotes"),
    "int_type": ("wrong-type", "a whole number; write one, without quotes or decimals"),
    "int_from_float": ("wrong-type", "a whole number; round it"),
    "string_type": ("wrong-type", "text; write it in quotes"),
    "bool_type": ("wrong-type", "true or false; write one, without quotes"),
    "tuple_type": ("wrong-type", "a list; write it in [ ]"),
    "dict_type": ("wrong-type", "a table; write its keys in { } or under [ ]"),
    "model_type": ("wrong-type", "a table; write its keys in { } or under [ ]"),
    "model_attributes_type": ("wrong-type", "a table; write its keys in { } or under [ ]"),
    "union_tag_not_found": ("wrong-type", "a number, { value = ... } or { law = ... }; write one of them"),
    "string_too_short": ("out-of-range", "text that is not empty; write some or remove the key"),
    "finite_number": ("out-of-range", "a finite number; correct it"),
}
"""Pydantic's error types, with our kind of fault and the words for what was wanted and what to do."""
_NUMBER_WANTED = ("float_type", "union_tag_not_found")
MAX_FAULTS = 300
"""Faults that one check reports at most; nobody reads more, and a hostile file could have 50,000."""
MAX_ROUNDS = 8
"""Times that what is left of a faulty file is tried: a value, its record, the list of these, and so on."""


def shown(value: Any) -> str:
    """Return a found value in a few characters.

    >>> shown([1, 2, 3])
    'a list'
    """
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + (value if len(value) <= 40 else value[:37] + "...") + '"'
    return str(value)


Models = Mapping[tuple[str, ...], type[Record]]
"""The record at each place of a file, by its keys without ids and positions."""


def faults_of(
    error: ValidationError, text: Text, of_cell: Callable[[str], tuple[str, str] | None], models: Models = MODELS
) -> list[Fault]:
    """Return every fault that pydantic found, at its place; a list is not called too short for its faulty elements.

    ``of_cell`` gives kind and words of what keeps the cell of a table from being a number, where it knows better;
    ``models`` are the records of the file, which know what a misspelt key may have meant.
    """
    return [_fault(detail, text, of_cell, models) for detail in _own(error)[:MAX_FAULTS]]


def _own(error: ValidationError) -> list[ErrorDetails]:
    """Return what pydantic found, less that a list of faulty elements is too short."""
    details = error.errors(include_url=False)
    around = {detail["loc"][:end] for detail in details for end in range(len(detail["loc"]))}
    return [detail for detail in details if not (detail["type"] == "too_short" and detail["loc"] in around)]


def repaired(text: Text) -> tuple[Document, Text] | None:
    """Return the document of what is not faulty, with its text, so that the rest can still be checked.

    A faulty value is left out, and a record that lacks what it must have. A faulty id is replaced in the document and
    stays in the text. None where nothing worth checking is left.
    """
    for _ in range(MAX_ROUNDS):
        try:
            return Document.model_validate(text.data), text
        except ValidationError as error:
            details = _own(error)
        faulty = {_path(detail, text.data)[0]: detail["type"] for detail in details}
        stand_ins = {path: _stand_in(path, number) for number, path in enumerate(faulty)}
        removed = {
            path[:-1] if found == "missing" else path for path, found in faulty.items() if stand_ins[path] is None
        }
        if any(path in ((), ("scenario",)) or path[:1] == ("schema",) for path in removed):
            return None
        if not removed:
            data = deepcopy(text.data)
            for path, value in stand_ins.items():
                at(data, path[:-1])[path[-1]] = value
            try:
                return Document.model_validate(data), text
            except ValidationError:
                return None
        text = without(text, removed)
    return None


def _stand_in(path: Path, number: int) -> str | date | None:
    """Return a value that does no harm in place of a faulty one, or None where there is none."""
    if path[-1:] == ("id",):
        return f"faulty-{number}"
    harmless: dict[Path, str | date] = {("scenario", "title"): "faulty", ("scenario", "as_of"): date.max}
    return harmless.get(path)


def _fault(detail: ErrorDetails, text: Text, of_cell: Callable[[str], tuple[str, str] | None], models: Models) -> Fault:
    path, law = _path(detail, text.data)
    kind, message = _message(detail, path, law, models)
    if detail["type"] in _NUMBER_WANTED and isinstance(detail["input"], str) and text.place(path).is_cell:
        kind, message = of_cell(detail["input"]) or (kind, message)
    return at_place(text, path, kind, message)


def at_place(text: Text, path: Path, kind: str, message: str) -> Fault:
    """Return a fault at the place of a path, or of the nearest thing around it."""
    place = text.place(path)
    return Fault(place.file, place.line, place.column, address_of(text.data, path), message, kind)


def _path(detail: ErrorDetails, data: Any) -> tuple[Path, str]:
    """Return the location as a path in the data, without pydantic's tags for unions; and the law, if any."""
    path: list[str | int] = []
    law = ""
    steps = [step for step in detail["loc"] if step != "[key]"]
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        if not last and isinstance(data, dict) and path[:1] != ["sources"] and data.get("law", "value") == step:
            law = str(step)  # the tag of a quantity, though it may be one of its keys too
            continue
        inside = (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int))
        if not inside and step in TAGS | {"table", "plain"} and not (last and detail["type"] == "missing"):
            law = str(step)
            continue
        if isinstance(step, str) and not inside and not last:
            continue
        path.append(step)
        data = data[step] if inside and (isinstance(data, dict) or int(step) < len(data)) else None
    return tuple(path), law


def _message(detail: ErrorDetails, path: Path, law: str, models: Models) -> tuple[str, str]:
    found, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if found in ("too_short", "too_long") and isinstance(given, str):
        found = f"string_{found}"
    if found == "missing":
        return "missing-key", f'"{path[-1]}" is missing; add it'
    if found == "extra_forbidden":
        return _unknown_key(path, law, models)
    if found == "union_tag_invalid":
        name = given.get("law", "") if isinstance(given, dict) else ""
        if isinstance(name, str) and name in LAWS:
            return "wrong-type", "found a law, want a number or { value = ... }; write one of them"
        cure = nearest(str(name), LAWS) or "; write one"
        return "unknown-law", f"found {shown(name)}, want one of {', '.join(LAWS)}{cure}"
    if found in ("literal_error", "enum"):
        choices = [word.strip("' ") for word in str(context["expected"]).replace(" or ", ",").split(",")]
        choices = [choice for choice in choices if choice]
        close = nearest(given, choices) if isinstance(given, str) else ""
        return "unknown-choice", f"found {shown(given)}, want {' or '.join(choices)}{close or '; write one'}"
    if found == "string_pattern_mismatch":
        return (
            "bad-id",
            f"found {shown(given)}, want small letters, digits and hyphens, at most 64; rename it",
        )
    if found == "int_type" and path[-1:] == ("during",):
        return "wrong-type", f"found {shown(given)}, want a year, or a window; write {_window(given)}"
    if found in _WANTED:
        kind, wanted = _WANTED[found]
        if found in ("float_type", "union_tag_not_found") and isinstance(given, str) and _NUMBER.fullmatch(given):
            return kind, f"found {shown(given)}, want a number; remove the quotes"
        if found == "tuple_type" and isinstance(given, dict):
            return kind, f"found a table, want a list of them; write [[{'.'.join(plain_keys(path))}]]"
        return kind, f"found {shown(given)}, want {wanted}"
    if found in ("date_wanted", "period_wanted", "plain_text_wanted", "season_wanted", "reserved_id"):
        kinds = {"date_wanted": "bad-date", "period_wanted": "bad-date", "reserved_id": "bad-id"}
        cure = day_cure(given) if found in ("date_wanted", "period_wanted") and isinstance(given, str) else "correct it"
        return kinds.get(found, "out-of-range"), f"found {shown(given)}, want {detail['msg']}; {cure}"
    bound = next(
        (f"{context[key]:.15g}" for key in ("ge", "gt", "le", "lt", "min_length", "max_length") if key in context),
        "",
    )
    words = {
        "greater_than_equal": f"at least {bound}",
        "greater_than": f"more than {bound}",
        "less_than_equal": f"at most {bound}",
        "less_than": f"less than {bound}",
        "too_short": f"at least {bound} of them",
        "too_long": f"at most {bound} of them",
        "string_too_long": f"at most {bound} characters",
    }
    return "out-of-range", f"found {shown(given)}, want {words.get(found, detail['msg'])}; correct it"


def _window(given: Any) -> str:
    """Return how a window is written: the year or the months of a period that was given, or an example."""
    if not isinstance(given, str) or not is_period(given):
        return "2025, or { from = 2025-01-01, to = 2026-01-01 }"
    first, last = period_of(given)
    return given if len(given) == len("2025") else f"{{ from = {first}, to = {next_month(last)} }}"


def _unknown_key(path: Path, law: str, models: Models) -> tuple[str, str]:
    key = str(path[-1])
    known: list[str] = []
    model = models.get(plain_keys(path[:-1]))
    if model is None and plain_keys(path[:-1])[:1] == ("sources",):
        model = models.get(("sources",))
    if law in LAWS:
        model = LAWS[law]
    elif law == "value":
        model = Stated
    if model is not None:
        known = keys_of(model)
    hint = nearest(key, known)
    if hint:
        return "unknown-key", f"found unknown key {shown(key)}{hint}"
    return (
        "unknown-key",
        f"found unknown key {shown(key)}; want {', '.join(known) or 'another key'}; remove or rename it",
    )


def keys_of(model: type[Record]) -> list[str]:
    """Return the keys of a record as a file writes them."""
    return [field.alias or name for name, field in model.model_fields.items()]
