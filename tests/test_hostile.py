"""Files changed at random, and files made to do harm: refused with a place, or read; never another exception."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nevsim
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
NUMBERS = [
    "1e300",
    "-1e300",
    "1e15",
    "-1e15",
    "999999999999999",
    "1e-300",
    "-1",
    "-0.0",
    "0",
    "0.0",
    "1",
    "1e9",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "0.5",
    "1e-9",
    "9223372036854775808",
    "99999999999999999999999999",
    "1_000",
    "0x7fffffff",
    "true",
    "2022-11-01",
    "2022-11-01T00:00:00",
    "00:00:00",
    "0001-01-01",
    "9999-12-31",
]
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
    "number to list": lambda text, where, which: _token(
        text, "number", where, ("[]", "{}", "[1, 2]", "[[]]")[which % 4]
    ),
    "key": lambda text, where, which: _token(text, "key", where, KEYS[which % len(KEYS)]),
    "sign": lambda text, where, which: _token(text, "sign", where, '[]{}=,."#\n\0'[which % 11]),
}
LEGAL = [
    "0",
    "0.0",
    "1",
    "1e-9",
    "1e-300",
    "5e-324",
    "0.999999",
    "1e9",
    "1e15",
    "-1",
    "-120",
    "1200",
    "1000",
    "0.5",
    "2",
    "-0.5",
    "100",
    "1e12",
    "2e-7",
    "365",
    "31",
    "12",
    "7",
    "2024",
    "2022",
]
places = st.integers(0, 10_000)
changes = st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), places, places), min_size=1, max_size=4)


def read(text: str, folder: Path) -> Scenario | None:
    """Load a text; None where it is refused, and then with a place or in words for its reader."""
    path = folder / "scenario.toml"
    path.write_text(text, encoding="utf-8", newline="")
    refused: NevsimError
    try:
        return load(path)
    except (UsageError, ScenarioError) as error:
        refused = error
    assert str(refused)
    if isinstance(refused, ScenarioError):
        assert refused.faults
        for fault in refused.faults:
            assert fault.file
            assert fault.line > 0
            assert fault.column > 0
            assert fault.message
            assert str(fault).isprintable()
    return None


def play(scenario: Scenario | None) -> None:
    """Play what was not refused: it comes to an end, or says why it cannot."""
    if scenario is not None:
        with suppress(NevsimError):
            forecast(scenario, runs=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile")
    for name, text in GOOD.items():
        (made / name).write_text(text, encoding="utf-8")
    for table in ("every-field.csv", "every-field-delays.csv"):
        shutil.copy(ROOT / "tests/data" / table, made)
    return made


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(name=st.sampled_from(sorted(GOOD)), made=changes)
def test_a_changed_file_is_refused_with_a_place_or_played(name: str, made: list[Change], folder: Path) -> None:
    text = GOOD[name]
    for kind, where, which in made:
        text = CHANGES[kind](text, where, which)
    play(read(text, folder))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(GOOD)), made=st.lists(st.tuples(places, st.integers(0, 10_000)), max_size=3))
def test_a_file_with_other_numbers_is_refused_with_a_place_or_played(
    name: str, made: list[tuple[int, int]], folder: Path
) -> None:
    """Numbers that are mostly legal, so that more of the files are played than in the test above."""
    text = GOOD[name]
    for where, which in made:
        text = _token(text, "number", where, LEGAL[which % len(LEGAL)])
    play(read(text, folder))


BASE = GOOD["example.toml"]
WHOLE = {
    "3 MB": ("#" * 79 + "\n") * 40_000,
    "brackets 3,000 deep": "x = " + "[" * 3_000 + "]" * 3_000,
    "braces 3,000 deep": "x = " + "{a=" * 3_000 + "1" + "}" * 3_000,
    "1e400": BASE.replace("140_000\n", "1e400\n"),
    "nan": BASE.replace("140_000\n", "nan\n"),
    "5,000 hexadecimal digits": BASE.replace("140_000\n", "0x" + "f" * 5_000 + "\n"),
    "5,000 decimal digits": BASE.replace("140_000\n", "9" * 5_000 + "\n"),
    "key of 10,000 parts": ".".join(["a"] * 10_000) + " = 1",
    "header of 10,000 parts": "[" + ".".join(["a"] * 10_000) + "]",
    "40,000 unknown keys": BASE + "".join(f"nameplat{number} = 1\n" for number in range(40_000)),
    "9,000 bad ids": BASE + "".join(f'[[plants]]\nid = "P{number}"\n' for number in range(9_000)),
    "9,000,000 pairs of scope and phase": BASE
    + "".join(f'[[plants]]\nid = "p{number}"\nannounced = 2023-06-30\n' for number in range(3_000))
    + "".join(f'[[hazards]]\nid = "h{number}"\nrate = 1\nduration = 1\n' for number in range(3_000)),
    "circle of 10,000 stages": BASE
    + '[[plants]]\nid = "round"\n[[plants.stages]]\nid = "a0"\nduration = 1\nafter = ["a9999"]\n'
    + "".join(f'[[plants.stages]]\nid = "a{number}"\nduration = 1\n' for number in range(1, 10_000)),
    "key of 900,000 characters": BASE + '"' + "a" * 900_000 + '" = 1\n',
    "law of 900,000 characters": BASE.replace('"lognormal"', '"' + "a" * 900_000 + '"'),
    "source of 900,000 characters": BASE.replace('source = "invented"', 'source = "' + "a" * 900_000 + '"', 1),
    "an id with a line end": BASE.replace('id = "north"', 'id = "north\\n"'),
    "nothing": "",
    "NUL": "\0",
    "byte order mark alone": "\ufeff",
}


@pytest.mark.parametrize("name", WHOLE)
def test_too_much_is_refused_at_once_and_briefly(name: str, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(WHOLE[name], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "nevsim", "check", str(path)], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 2, done.stderr[-500:]
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    *lines, last = done.stderr.splitlines()
    assert 1 <= len(lines) <= 600
    assert re.fullmatch(r"\d+ faults? found(, perhaps more: mend these first)?", last)
    for line in lines:
        assert line.startswith(f"{path}:")
        assert len(line) < len(str(path)) + 500


def test_extreme_rates_and_growths_saturate(tmp_path: Path) -> None:
    """The unbounded tails of a rate and of a growth would ask for 10^15 outages a year, and for inf x 0 vehicles."""
    text = BASE + (
        '[[hazards]]\nid = "storm"\nrate = { law = "lognormal", p10 = 1e9, p90 = 1e12 }\nduration = 12\n'
        '[[markets]]\nid = "buyers"\nyearly = [{ from = 2022-11-01, value = 1000 }]\nlevel = 0\n'
        'growth = { law = "lognormal", p10 = 1e9, p90 = 1e12 }\n'
    )
    scenario = read(text, tmp_path)
    assert scenario is not None
    assert forecast(scenario, runs=4).targets[0].mean == 0


HOSTILE_TITLES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|' /C calc'!A0",
    "../../x",
    "{{ 7*7 }}",
)


def test_hostile_titles_stay_words_in_their_folder(tmp_path: Path) -> None:
    """Names that browsers, templates, spreadsheets and paths could take for more than words."""
    title, name, owner, region, tag = (json.dumps(text) for text in HOSTILE_TITLES)
    text = BASE.replace('title = "Two invented plants"', f"title = {title}")
    text = text.replace(
        'id = "north"', f'id = "north"\nname = {name}\nowner = {owner}\nregion = {region}\ntags = [{tag}]'
    )
    text = text.replace('title = "140,000 vehicles made in 2025"', f"title = {title}")
    outer = tmp_path / "outer"
    outer.mkdir()
    case = outer / "case.toml"
    case.write_text(text, encoding="utf-8")
    nevsim.load(case).run(20).save(outer / "inner" / "result")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outer"]
    assert sorted(path.name for path in outer.iterdir()) == ["case.toml", "inner"]
    assert [path.name for path in (outer / "inner").iterdir()] == ["result"]
    page = (outer / "inner/result/report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|>49<", page)
    for drawing in (outer / "inner/result/figures").glob("*.svg"):
        assert "<script>alert" not in drawing.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "hostile",
    [
        "../up",
        "/root",
        "a/b",
        "a\\b",
        "CON",
        "Nul",
        "",
        ".",
        "..",
        "a b",
        "a\n",
        "-a",
        "a.toml",
        "a" * 65,
        "\u202eabc",
        "ä",
    ],
)
def test_ids_hold_small_letters_digits_and_hyphens(hostile: str, tmp_path: Path) -> None:
    """An id names folders and addresses; device names pass only in small letters, and stand below results/."""
    for old in ('id = "example"', 'id = "north"', 'id = "output-2025"', 'id = "construction"'):
        assert read(BASE.replace(old, f"id = {json.dumps(hostile)}"), tmp_path) is None
