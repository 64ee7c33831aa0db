"""Files changed at random, and files made to do harm: refused with a place, or read; never another exception."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nevsim.errors import NevsimError, ScenarioError, UsageError
from nevsim.forecast import forecast
from nevsim.scenario.load import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from nevsim.scenario.load import Scenario

ROOT = Path(__file__).parents[1]
EXAMPLES = int(os.environ.get("NEVSIM_FUZZ", "150"))
GOOD = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / "tests/data/every-field.toml", *sorted((ROOT / "scenarios").glob("*.toml")))
}
NUMBERS = (
    "1e300 -1e300 1e15 -1e15 999999999999999 1e-300 -1 -0.0 0 0.0 1 1e9 nan inf -inf 1e400 0.5 1e-9 9223372036854775808"
    " 99999999999999999999999999 1_000 0x7fffffff true 2022-11-01 2022-11-01T00:00:00 00:00:00 0001-01-01 9999-12-31"
).split()
TEXTS = (
    "",
    " ",
    "main",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "../../../../tmp/escaped",
    "/etc/passwd",
    "C:\\\\Windows",
    "CON",
    "nul.txt",
    "=cmd|' /C calc'!A0",
    "\\u0000",
    "\\u001b[31m",
    "\\u202egpj.exe",
    "\\u2066",
    "\u200d\u0301",
    "{{ 7 * 7 }}",
    "%s%n",
    "x" * 5_000,
    "id\\nid",
    "*",
    "a.b.c",
    "9999",
    "0001",
    "0000",
    "2023-Q5",
    "2023-Q1",
    "days",
    "years",
)
KEYS = ("id", "law", "value", "unit", "min", "max", "p10", "from", "x", '""', '"a.b"', "a.b", "extends", "schema")
TOKENS = {
    "number": re.compile(r"(?<![\w\"'.-])-?\d[\w.-]*"),
    "text": re.compile(r'"[^"\n]*"'),
    "key": re.compile(r"(?<![\w\"-])[a-z_]\w*(?=\s*=)"),
    "value": re.compile(r'"[^"\n]*"|(?<=[=,\[] )-?\d[\w.-]*'),
    "sign": re.compile(r"[\[\]{}=,.\"]"),
}


def _line(text: str, where: int, change: Callable[[str], str]) -> str:
    lines = text.splitlines(keepends=True)
    number = where % len(lines) if lines else 0
    return "".join([*lines[:number], *map(change, lines[number : number + 1]), *lines[number + 1 :]])


def _block(text: str, where: int, change: Callable[[str], str]) -> str:
    """Change one table with its header."""
    blocks = re.split(r"(?m)^(?=\[)", text)
    number = where % len(blocks)
    return "".join([*blocks[:number], change(blocks[number]), *blocks[number + 1 :]])


def _token(text: str, kind: str, where: int, new: str) -> str:
    found = list(TOKENS[kind].finditer(text))
    if not found:
        return text
    one = found[where % len(found)]
    return text[: one.start()] + new + text[one.end() :]


def _swapped(text: str, where: int, other: int) -> str:
    found = list(TOKENS["value"].finditer(text))
    if len(found) < 2:
        return text
    a, b = sorted((where % len(found), other % len(found)))
    if a == b:
        return text
    first, second = found[a], found[b]
    between = text[first.end() : second.start()]
    return text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


Change = tuple[str, int, int]
CHANGES: dict[str, Callable[[str, int, int], str]] = {
    "delete line": lambda text, where, _: _line(text, where, lambda line: ""),
    "repeat line": lambda text, where, _: _line(text, where, lambda line: line * 2),
    "delete table": lambda text, where, _: _block(text, where, lambda block: ""),
    "repeat table": lambda text, where, _: _block(text, where, lambda block: block * 2),
    "swap values": _swapped,
    "number": lambda text, where, which: _token(text, "number", where, NUMBERS[which % len(NUMBERS)]),
    "text": lambda text, where, which: _token(text, "text", where, f'"{TEXTS[which % len(TEXTS)]}"'),
    "text to number": lambda text, where, which: _token(text, "text", where, NUMBERS[which % len(NUMBERS)]),
    "number to text": lambda text, where, which: _token(text, "number", where, f'"{TEXTS[which % len(TEXTS)]}"'),
    "number to list": lambda text, where, which: _token(text, "number", where, ("[]", "{}", "[1, 2]", "[[]]")[which % 4]),
    "key": lambda text, where, which: _token(text, "key", where, KEYS[which % len(KEYS)]),
    "sign": lambda text, where, which: _token(text, "sign", where, "[]{}=,.\"#\n\0"[which % 11]),
}
changes = st.lists(
    st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 10_000), st.integers(0, 10_000)), min_size=1, max_size=4
)


def read(text: str, folder: Path) -> Scenario | None:
    """Load a text; None where it is refused, and then with a place or in words for its reader."""
    path = folder / "scenario.toml"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        return load(path)
    except UsageError as error:
        assert str(error)
    except ScenarioError as error:
        assert error.faults
        for fault in error.faults:
            assert fault.file
            assert fault.line > 0
            assert fault.column > 0
            assert fault.message
            assert "\n" not in str(fault)
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile")
    for name, text in GOOD.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(name=st.sampled_from(sorted(GOOD)), made=changes)
def test_a_changed_file_is_refused_with_a_place_or_played(name: str, made: list[Change], folder: Path) -> None:
    text = GOOD[name]
    for kind, where, which in made:
        text = CHANGES[kind](text, where, which)
    scenario = read(text, folder)
    if scenario is not None:
        try:
            forecast(scenario, runs=2)
        except NevsimError as error:
            assert str(error)
