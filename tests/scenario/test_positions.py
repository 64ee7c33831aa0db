"""Where keys and values stand: by hand, then against a writer that notes each place, then against tomllib."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nevsim.scenario.positions import MAX_DEPTH, Event, Path, Place, events, positions

SCENARIO = """\
#:schema ./nevsim.schema.json
schema = 1

[scenario]
as_of = 2022-11-01 07:32:00   # a space inside a date
season = [1, 0.8, # one ] two
  1,
]

[[plants]]
id = "polestar"
nameplate = { value = 50_000, "so urce" = 'article' }
[plants.slip]
laws = [{ law = "fixed", value = 0 }, { law = "lognormal" }]

[[plants]]
[[plants.phases]]
[[plants.phases.stages]]
id = "construction"
[[plants.phases.stages]]
[plants.ramp . "du.ration"]
law.p10.value = 3
"""

SCENARIO_PLACES: dict[Path, Place] = {
    ("schema",): (2, 1),
    ("scenario",): (4, 2),
    ("scenario", "as_of"): (5, 1),
    ("scenario", "season"): (6, 1),
    ("scenario", "season", 0): (6, 11),
    ("scenario", "season", 1): (6, 14),
    ("scenario", "season", 2): (7, 3),
    ("plants",): (10, 3),
    ("plants", 0): (10, 3),
    ("plants", 0, "id"): (11, 1),
    ("plants", 0, "nameplate"): (12, 1),
    ("plants", 0, "nameplate", "value"): (12, 15),
    ("plants", 0, "nameplate", "so urce"): (12, 31),
    ("plants", 0, "slip"): (13, 9),
    ("plants", 0, "slip", "laws"): (14, 1),
    ("plants", 0, "slip", "laws", 0): (14, 9),
    ("plants", 0, "slip", "laws", 0, "law"): (14, 11),
    ("plants", 0, "slip", "laws", 0, "value"): (14, 26),
    ("plants", 0, "slip", "laws", 1): (14, 39),
    ("plants", 0, "slip", "laws", 1, "law"): (14, 41),
    ("plants", 1): (16, 3),
    ("plants", 1, "phases"): (17, 10),
    ("plants", 1, "phases", 0): (17, 10),
    ("plants", 1, "phases", 0, "stages"): (18, 17),
    ("plants", 1, "phases", 0, "stages", 0): (18, 17),
    ("plants", 1, "phases", 0, "stages", 0, "id"): (19, 1),
    ("plants", 1, "phases", 0, "stages", 1): (20, 17),
    ("plants", 1, "ramp"): (21, 9),
    ("plants", 1, "ramp", "du.ration"): (21, 16),
    ("plants", 1, "ramp", "du.ration", "law"): (22, 1),
    ("plants", 1, "ramp", "du.ration", "law", "p10"): (22, 5),
    ("plants", 1, "ramp", "du.ration", "law", "p10", "value"): (22, 9),
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_place_of_a_scenario_counted_by_hand(line_end: str) -> None:
    assert positions(SCENARIO.replace("\n", line_end)) == SCENARIO_PLACES


@pytest.mark.parametrize(
    ("text", "path", "place"),
    [
        ('"a\\u00e9\\"\\\\" = 1', ('aé"\\',), (1, 1)),
        ("'a\\u00e9' = 1", ("a\\u00e9",), (1, 1)),
        ('a."\\b\\t\\n\\f\\r" = 1', ("a", "\b\t\n\f\r"), (1, 3)),
        ("\"\\U0001F600\".'.' . b = 1", ("\U0001f600", ".", "b"), (1, 20)),
        ("é = 1".replace("é", '"é😀"') + "\nb = [ '😀', 2 ]", ("b", 1), (2, 12)),
        ("[a.b]\n[a]\nc = 1", ("a",), (2, 2)),
        ("[a.b]\n[a.c]\n", ("a",), (1, 2)),
        ("a.b = 1\na.c = 2", ("a",), (1, 1)),
        ("[[a]]\n[[a.b]]\n[[a]]\n[[a.b]]\n[[a.b]]", ("a", 1, "b", 1), (5, 5)),
        ("[[a]]\n[[a]]\n[[a]]", ("a",), (1, 3)),
        ('a = """\n""] = "\\""""\nb = 1', ("b",), (3, 1)),
        ('a = """x"""""\nb = 1', ("b",), (2, 1)),
        ("a = '''\n# '' [ '''''\nb = 1", ("b",), (3, 1)),
        ("a = [\n[ # [\n'[', [],], {b.c=[{d=1}]}]", ("a", 1, "b", "c", 0, "d"), (3, 19)),
        ("a = [07:32:00, 1979-05-27 07:32:00-07:00, -1_0.5e+3]", ("a", 2), (1, 43)),
        ("\n \t\n  # a = 2\n\t a = 1", ("a",), (4, 3)),
    ],
)
def test_a_place_counted_by_hand(text: str, path: Path, place: Place) -> None:
    assert positions(text)[path] == place
    assert set(positions(text)) == paths_of(tomllib.loads(text))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a = 1\nb", 7),
        ("a = 1 2", 6),
        ("a = [1, 2", 9),
        ("a = {b = 1,}", 11),
        ("a = {b = 1\n}", 10),
        ("a = {\n}", 5),
        ('a = "x', 4),
        ('a = """x', 4),
        ('a = """x\n\\q"""', 9),
        ('"\\e" = 1', 0),
        ("a = 07:32", 4),
        ("[a\n", 2),
        ("[[a]\n", 3),
        ("a = 1\n]", 6),
        ("a..b = 1", 2),
        ("a = [1,, 2]", 7),
    ],
)
def test_events_end_where_the_grammar_breaks(text: str, at: int) -> None:
    assert list(events(text))[-1] == Event("broken", at)


def test_a_key_is_cut_off_after_one_part_too_many() -> None:
    key, end = events(".".join("a" * 10_000) + " = 1")
    assert len(key.parts) == MAX_DEPTH + 1
    assert end.kind == "broken"


NAMES = st.sampled_from(
    [
        "a",
        "b",
        "c",
        "x-y",
        "_",
        "1",
        "07",
        "inf",
        "",
        " ",
        "a.b",
        "a]b",
        "]]",
        "=",
        "#",
        '"',
        "'",
        "\\",
        "\n",
        "é",
    ]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
SCALARS = st.sampled_from(
    [
        "1",
        "+1_0",
        "-0.5e-3",
        "0xfF",
        "0b1",
        "true",
        "inf",
        "-nan",
        "1979-05-27",
        "1979-05-27 07:32:00",
        "07:32:00",
        "1979-05-27T07:32:00.5-07:00",
        '""',
        "''",
        '""""""',
        "''''''",
        '"]"',
        "'}'",
        '"#\\\\"',
        "'\\'",
        '"\\""',
        '"\'"',
        "'\"'",
        '"a = [1, {"',
        '"\\u00e9\\U0001F600"',
        '"""\n"" ] # \\\n  \\""" x"""""',
        '"""a""""',
        "'''\n'' ] # \\\n'''''",
        '"""\r\n[b]\r\n"""',
        '"""\\\n  \\\\"""',
        "'''[[a]]\nb = 1'''",
        '"😀"',
    ]
)
SPACES = st.sampled_from(["", "", " ", "\t ", "  "])
GAPS = st.sampled_from(["", " ", "\n", "\r\n", ' # ]}, "\n', "\n#'''\n\t"])
LINE_ENDS = st.sampled_from(["\n", "\r\n", ' # [c] = """ {\n', "\n\n", "\t\n  "])


class Writer:
    """Writes a TOML text, and notes by itself at which offset each path ought to stand."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = draw(st.sampled_from(["", "#:schema ./nevsim.schema.json\n", "\n \t\n"]))
        self.offsets: dict[Path, int] = {}

    def write(self, *parts: str | st.SearchStrategy[str]) -> None:
        for part in parts:
            self.text += part if isinstance(part, str) else self.draw(part)

    def key(self, base: Path, *names: str | int) -> Path:
        """Write a dotted key; a position in a list of tables is part of the path and is not written."""
        for count, name in enumerate(names):
            base = (*base, name)
            if isinstance(name, int):
                continue
            if count:
                self.write(SPACES, ".", SPACES)
            self.offsets.setdefault(base, len(self.text))
            self.write(self.quoted(name))
        return base

    def quoted(self, name: str) -> str:
        plain = not re.search(r"[\x00-\x1f\x7f'\\]", name.replace("\t", ""))
        ways = [
            "escaped",
            *(["literal"] if plain else []),
            *(["bare"] * 3 if re.fullmatch("[A-Za-z0-9_-]+", name) else []),
        ]
        way = self.draw(st.sampled_from(ways))
        if way == "bare":
            return name
        if way == "literal":
            return f"'{name}'"
        short = {"\n": "\\n", '"': '\\"', "\\": "\\\\", "\t": "\\t", "é": "\\u00E9"}
        return '"' + "".join(short.get(c, c if c.isprintable() else f"\\U{ord(c):08x}") for c in name) + '"'

    def pairs(self, base: Path, depth: int, prefix: tuple[str, ...] = ()) -> list[tuple[Path, tuple[str, ...]]]:
        """Draw the keys of one table, some of them dotted: distinct, and none the beginning of another."""
        names = self.draw(st.lists(NAMES, max_size=3, unique=True))
        found: list[tuple[Path, tuple[str, ...]]] = []
        for name in names:
            if depth and self.draw(st.integers(0, 3)) == 0:
                found += self.pairs(base, depth - 1, (*prefix, name)) or [(base, (*prefix, name))]
            else:
                found.append((base, (*prefix, name)))
        return found

    def value(self, path: Path, depth: int) -> None:
        kind = self.draw(st.sampled_from(["scalar", "scalar", "array", "inline"])) if depth else "scalar"
        if kind == "scalar":
            self.write(SCALARS)
        elif kind == "array":
            self.write("[", GAPS)
            count = self.draw(st.integers(0, 3))
            for index in range(count):
                self.offsets[*path, index] = len(self.text)
                self.value((*path, index), depth - 1)
                self.write(GAPS, "," if index + 1 < count or self.draw(st.booleans()) else "", GAPS)
            self.write("]")
        else:
            self.write("{", SPACES)
            for count, (base, names) in enumerate(self.pairs(path, depth - 1)):
                self.write("," if count else "", SPACES)
                inner = self.key(base, *names)
                self.write(SPACES, "=", SPACES)
                self.value(inner, depth - 1)
                self.write(SPACES)
            self.write("}")

    def table(self, path: Path, depth: int) -> None:
        """Write the pairs of the table at ``path``, then the tables inside it, each under its header."""
        pairs = self.pairs(path, 2)
        for _, key in pairs:
            inner = self.key(path, *key)
            self.write(SPACES, "=", SPACES)
            self.value(inner, 3)
            self.write(LINE_ENDS)
        taken = {key[0] for _, key in pairs}
        for name in self.draw(st.lists(NAMES, max_size=2 if depth else 0, unique=True)):
            if name in taken:
                continue
            kind = self.draw(st.sampled_from(["table", "elements", "implicit"]))
            if kind == "elements":
                for index in range(self.draw(st.integers(1, 3))):
                    self.header((*path, name), "[[", "]]")
                    self.offsets[*path, name, index] = self.offsets[*path, name] if not index else self.last
                    self.table((*path, name, index), depth - 1)
                continue
            if kind == "implicit":
                self.header((*path, name, self.draw(NAMES)), "[", "]")
                self.write(SPACES, self.draw(st.sampled_from(["", "# ]"])), "\n")
                if self.draw(st.booleans()):
                    continue
                del self.offsets[*path, name]  # the header that follows declares it
                self.header((*path, name), "[", "]")
                continue
            self.header((*path, name), "[", "]")
            self.table((*path, name), depth - 1)

    def header(self, path: Path, opening: str, closing: str) -> None:
        self.write(SPACES, opening, SPACES)
        known = self.offsets.pop(path, None)
        self.key((), *path)
        self.last = self.offsets[path]
        if known is not None:
            self.offsets[path] = known
        self.write(SPACES, closing, LINE_ENDS)


@st.composite
def written(draw: st.DrawFn) -> Writer:
    writer = Writer(draw)
    writer.table((), 3)
    return writer


def paths_of(data: Any, base: Path = ()) -> set[Path]:
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return {path for key, value in inside for path in ({(*base, key)} | paths_of(value, (*base, key)))}


def place_of(text: str, offset: int) -> Place:
    before = text[:offset].split("\n")
    return len(before), len(before[-1]) + 1


def key_at(text: str, place: Place) -> str:
    line = text.split("\n")[place[0] - 1][place[1] - 1 :]
    found = re.match(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""", line)
    assert found, line
    (name,) = tomllib.loads(f"{found.group()} = 1")
    return name


@settings(max_examples=120, deadline=None)
@given(written())
def test_places_are_those_where_the_writer_wrote(writer: Writer) -> None:
    text = writer.text
    assert positions(text) == {path: place_of(text, offset) for path, offset in writer.offsets.items()}


@settings(max_examples=120, deadline=None)
@given(written())
def test_paths_are_those_of_tomllib_and_each_stands_at_its_key(writer: Writer) -> None:
    places = positions(writer.text)
    assert set(places) == paths_of(tomllib.loads(writer.text))
    for path, place in places.items():
        if isinstance(path[-1], str):
            assert key_at(writer.text, place) == path[-1]


@settings(max_examples=250, deadline=None)
@given(written(), st.data())
def test_a_damaged_text_that_tomllib_accepts_has_the_same_paths(writer: Writer, data: st.DataObject) -> None:
    text = writer.text
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 2))
    text = text[:at] + data.draw(st.sampled_from(["", *"[]{}\"'#=,.\n\\ 1a", '"""', "[[", "]]"])) + text[at + gone :]
    *_, last = events(text)
    try:
        accepted = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        positions(text)
    else:
        assert last.kind == "end"
        assert set(positions(text)) == paths_of(accepted)
