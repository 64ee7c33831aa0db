"""What is read, what is refused and where: by hand, then hostile texts, then damaged ones."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nevsim.scenario import toml
from nevsim.scenario.positions import Path, Place
from nevsim.scenario.toml import MAX_BYTES, MAX_DEPTH, MAX_ENTRIES, TomlError, TomlFault, decode, parse

LINE_BREAK = "found a line that ends inside { }, wanted TOML 1.0: write it on one line, or as a [table]"
LONG = "a" * 100
NOT_ENDED = "Expected newline or end of document after a statement"
ESCAPE = "found an unknown escape, wanted TOML 1.0: double the backslash, or use single quotes"

AFTER_A_KEY = "Expected '=' after a key in a key/value pair:"


def refused(text: str) -> TomlFault:
    with pytest.raises(TomlError) as caught:
        parse(text)
    (fault,) = caught.value.faults
    assert len(fault.message.split()) < 25
    return fault


def seen(text: str) -> tuple[str, Place]:
    fault = refused(text)
    return fault.kind, (fault.line, fault.column)


def test_data_and_places() -> None:
    data, places = parse("[a]\nwhen = 2022-11-01\nat = 1979-05-27 07:32:00\nlist = [1, -2.5]\n")
    assert data == {"a": {"when": date(2022, 11, 1), "at": datetime(1979, 5, 27, 7, 32), "list": [1, -2.5]}}
    assert places["a", "list", 1] == (4, 12)
    assert parse("") == ({}, {})


def test_decode_takes_off_a_byte_order_mark_and_nothing_else() -> None:
    assert decode(b"\xef\xbb\xbfa = '\xc3\xa9'\r\n") == "a = 'é'\r\n"
    assert decode(b"a" * MAX_BYTES) == "a" * MAX_BYTES


@pytest.mark.parametrize(
    ("data", "kind", "place"),
    [
        (b"a" * (MAX_BYTES + 1), "too-large", (1, 1)),
        (b"\xef\xbb\xbf\xff", "not-utf-8", (1, 1)),
        (b"a = 1\n\xc3\xa9\xff", "not-utf-8", (2, 2)),
        (b"a = '\xed\xa0\x80'", "not-utf-8", (1, 6)),
        (b"\xff\xfea\x00", "not-utf-8", (1, 1)),
        (b"a = \xc3", "not-utf-8", (1, 5)),
    ],
)
def test_bytes_that_are_refused(data: bytes, kind: str, place: Place) -> None:
    with pytest.raises(TomlError) as caught:
        decode(data)
    (fault,) = caught.value.faults
    assert (fault.kind, (fault.line, fault.column)) == (kind, place)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a = 1\na = 2\n", (2, 6), "Cannot overwrite a value: a key stands once: remove one of the two"),
        ("a = 1\nb = x\n", (2, 5), "Invalid value: quote it if it is text"),
        ("a = 1\r\nb = x\r\n", (2, 5), "Invalid value: quote it if it is text"),
        ("a = 2022-02-30", (1, 5), "Invalid date or datetime: write a date of the calendar, as 2025-12-31"),
        (
            'a = "\x01"',
            (1, 6),
            r"Illegal character '\x01': close the text on its line, or escape the character",
        ),
        (
            "a = 2022-13-01",
            (1, 9),
            f"{NOT_ENDED}: put each key on its own line; quote text; write dates as 2025-12-31",
        ),
        ("a = [1,\n2\n\n", (2, 2), "Unclosed array: close the [ of line 1"),
        ('b = 1\na = """x\n\n', (2, 5), "Unterminated string: close the text that opens here"),
        ('a = "C:\\dir"', (1, 8), ESCAPE),
        (
            "[a]\n[a]\n",
            (2, 3),
            "Cannot declare ('a',) twice: put its keys together, or write [[a]] for each of several",
        ),
        (
            f"[{LONG}]\n[{LONG}]",
            (2, 102),
            f"Cannot declare ('{LONG[:60]}...: put its keys together, or write [[ ]] for each of several",
        ),
        (
            '"\\U00110000" = 1',
            (1, 12),
            "Escaped character is not a Unicode scalar value: write the character itself",
        ),
        ("a\n", (1, 2), f"{AFTER_A_KEY} write key = value, and 80_000 for a number with thousands"),
        ("a = {b = 1\n}", (1, 11), LINE_BREAK),
        ("a = [{ # x\n}]", (1, 8), LINE_BREAK),
        ("a = {b = 1,\r\nc = 2}", (1, 12), LINE_BREAK),
        ("a = {b = [1,], }", (1, 16), "found a comma before }, wanted TOML 1.0: remove the comma"),
    ],
)
def test_syntax_has_a_place_and_a_cure(text: str, place: Place, message: str) -> None:
    assert refused(text) == TomlFault(*place, "toml-syntax", message)


@pytest.mark.parametrize(
    ("value", "cure"),
    [
        ("80,000", "write 80_000"),
        ("1,234,567", "write 1_234_567"),
        ("80 000", "write 80_000"),
        ("80'000", "write 80_000"),
        ("0,8", "write 0.8"),
        ("0,125", "write 0.125"),
        ("80%", "write 0.8"),
        ("31.03.2024", "write 2024-03-31"),
        ("3/31/2024", "write 2024-03-31"),
        ("2024-3-31", "write 2024-03-31"),
        ("2024-Q2", 'write "2024-Q2", in quotes'),
        ("2022-11", 'write "2022-11", in quotes'),
    ],
)
@pytest.mark.parametrize(
    "around", ["a = {}", "a = {}  # so many", 'a = {{ b = {}, c = "d" }}', "a = {{ c = 1, b = {} }}"]
)
def test_a_value_in_another_notation_is_told_how_to_be_written(value: str, cure: str, around: str) -> None:
    assert refused(around.format(value)).message.endswith(f": {cure}")


def test_a_word_for_a_boolean_is_told_how_to_be_written() -> None:
    assert refused("each = True").message == "Invalid value: write true"


def test_a_list_of_tables_is_told_its_brackets() -> None:
    message = refused("[plants]\nid = 1\n[plants]\nid = 2\n").message
    assert message == "Cannot declare ('plants',) twice: put its keys together, or write [[plants]] for each of several"


@pytest.mark.parametrize("text", ['a = "\\e"', 'a = """\n\\x41"""', '"\\e" = 1', "a = 07:32", "a = 1979-05-27 07:32"])
def test_newer_toml_is_refused_even_by_a_python_that_reads_it(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From Python 3.15 on ``tomllib`` reads TOML 1.1; here it is replaced by one that accepts everything."""
    assert refused(text).kind == "toml-syntax"
    monkeypatch.setattr(tomllib, "loads", lambda _: {})
    assert refused(text).kind == "toml-syntax"


def test_line_breaks_in_an_array_inside_an_inline_table_are_toml_1_0() -> None:
    assert parse("a = {b = [\n1, # x\n], c = {}}")[0] == {"a": {"b": [1], "c": {}}}


def test_what_follows_a_break_in_the_grammar_is_kept_from_tomllib(monkeypatch: pytest.MonkeyPatch) -> None:
    given_to: list[str] = []
    real = tomllib.loads

    def loads(text: str) -> dict[str, Any]:
        given_to.append(text)
        return real(text)

    monkeypatch.setattr(tomllib, "loads", loads)
    assert seen("a = 1\nb == 2\nc = " + "[" * 5_000) == ("toml-syntax", (2, 4))
    assert seen("b = ! " + "[" * 5_000) == ("toml-syntax", (1, 5))
    assert given_to == ["a = 1\nb == 2\n", "b = ! " + "[" * 198]


def test_number_faults_are_told_all_at_once_in_the_order_of_the_text() -> None:
    text = "[a]\nx = [1, nan, {y = -inf}]\nz = 1e400\n[[b]]\nk = 1_000_000_000_000_001\nf = -1.1e15\nok = 1e15\n"
    with pytest.raises(TomlError) as caught:
        parse(text)
    assert [(fault.line, fault.column, fault.kind, fault.path) for fault in caught.value.faults] == [
        (2, 9, "number-not-finite", ("a", "x", 1)),
        (2, 15, "number-not-finite", ("a", "x", 2, "y")),
        (3, 1, "number-not-finite", ("a", "z")),
        (5, 1, "number-too-large", ("b", 0, "k")),
        (6, 1, "number-too-large", ("b", 0, "f")),
    ]
    assert str(caught.value).startswith("2:9: found nan, wanted a finite number")


@pytest.mark.parametrize(
    "number", ["1" * 5_000, "-" + "1" * 5_000, "0x" + "f" * 5_000, "0." + "1" * 63, "1e" + "9" * 63]
)
def test_a_long_number_is_refused_before_it_is_read(number: str) -> None:
    fault = refused(f"a = [1,\n  {number}]")
    assert (fault.kind, fault.line, fault.column) == ("number-too-large", 2, 3)
    assert f"{len(number):,} characters" in fault.message
    assert parse(f"a = '{number}'\n{'1' * 100} = 2")[0] == {"a": number, "1" * 100: 2}


def test_a_number_of_64_characters_is_read() -> None:
    assert parse("a = 0." + "1" * 62)[0] == {"a": float("0." + "1" * 62)}
    assert seen("a = " + "1" * 64) == ("number-too-large", (1, 1))


def dotted(count: int) -> str:
    return ".".join("a" * count)


@pytest.mark.parametrize(
    ("make", "most"),
    [
        (lambda count: "a = " + "[" * count + "]" * count, MAX_DEPTH),
        (lambda count: "a = [[], " + "[" * (count - 1) + "]" * (count - 1) + "]", MAX_DEPTH),
        (lambda count: "{a=".join(["a ="] + [""] * (count - 1)) + "1" + "}" * (count - 1), MAX_DEPTH),
        (lambda count: f"{dotted(count)} = 1", MAX_DEPTH),
        (lambda count: f"[{dotted(count)}]", MAX_DEPTH),
        (lambda count: f"[[{dotted(count)}]]", MAX_DEPTH),
        (lambda count: f"[{dotted(32)}]\n{dotted(count)} = 1", MAX_DEPTH - 32),
        (lambda count: f"[{dotted(64)}]\n[x]\n{dotted(count)} = 1", MAX_DEPTH - 1),
        (lambda count: f"[x]\na = [{{b = 1}}, {{{dotted(count)} = 1}}]", MAX_DEPTH - 2),
        (lambda count: f"a = {{b = [{{c.d = 1}}], {dotted(count)} = 1}}", MAX_DEPTH - 1),
    ],
)
def test_depth_is_allowed_up_to_its_limit(make: Any, most: int) -> None:
    data, places = parse(make(most))
    assert data == tomllib.loads(make(most))
    assert len(places) >= most
    assert refused(make(most + 1)).kind == "too-deep"


@pytest.mark.parametrize(
    "make",
    [
        lambda count: "a = [" + "1," * (count - 1) + "]",
        lambda count: "a = [" + "[]," * (count - 1) + "]",
        lambda count: "".join(f"k{index} = 1\n" for index in range(count)),
        lambda count: "[[a]]\n" * count,
        lambda count: "a = [" + "{b = 1}," * (count // 2 - 1) + "{}]",
    ],
)
def test_entries_are_allowed_up_to_their_limit(make: Any) -> None:
    assert parse(make(MAX_ENTRIES))[0]
    assert refused(make(MAX_ENTRIES + 1 + MAX_ENTRIES % 2 + 1)).kind == "too-large"


def fill(piece: str) -> str:
    return piece * ((MAX_BYTES - 20) // len(piece))


HOSTILE: dict[str, tuple[str, str | None]] = {
    "opening brackets": (fill("["), "toml-syntax"),
    "nested arrays": ("a = " + fill("["), "too-deep"),
    "nested tables": (fill("a={"), "too-deep"),
    "one dotted key": (fill("a."), "too-deep"),
    "one dotted header": ("[" + fill("a."), "too-deep"),
    "elements": (fill("[[a]]\n"), "too-large"),
    "quotes": (fill('"""'), "toml-syntax"),
    "quotes as a value": ("a = " + fill('"""'), "toml-syntax"),
    "an open string": ('a = """' + fill('a"\\"'), "toml-syntax"),
    "an open literal": ("a = '''" + fill("a''"), "toml-syntax"),
    "open brackets over comments": ("a = [" + fill("#\n"), "toml-syntax"),
    "distinct keys": ("".join(f"{index:x} = 1\n" for index in range(110_000)), "too-large"),
    "one key again": (fill("a = 1\n"), "too-large"),
    "tables": ("".join(f"[{index:x}]\n" for index in range(130_000)), "too-large"),
    "deep inline tables": ("a = [" + fill("{a=" * 63 + "1" + "}" * 63 + ","), "too-large"),
    "long dotted keys": ("".join(f"{dotted(63)}.x{index} = 1\n" for index in range(7_000)), "too-large"),
    "long keys under headers": (fill(f"[{dotted(32)}]\n{dotted(32)}=1\n"), "too-large"),
    "as many as allowed": ("".join(f"[a{i}]\n{dotted(62)}.x{i} = 1\n" for i in range(780)), None),
    "as deep as allowed": (f"[{dotted(63)}]\nb = " + "[" * 64 + "1," * 49_000 + "]" * 64, None),
    "as long as allowed": ("".join(f"k{index} = 1 # {'x' * 7}\n" for index in range(49_000)), None),
    "commas": ("a = [" + fill(","), "toml-syntax"),
    "comments": (fill("#\n"), None),
    "blank lines": (fill(" \r\n"), None),
    "escapes": ('a = "' + fill("\\n") + '"', None),
    "one long key": (fill("a") + " = 1", None),
    "digits": ("a = " + fill("1"), "number-too-large"),
}


@pytest.mark.parametrize(("text", "kind"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_mebibyte_is_read_or_refused(text: str, kind: str | None) -> None:
    """Limits hold before tomllib, which takes seconds for some of these and ends in a RecursionError for others."""
    assert len(text) <= MAX_BYTES
    if kind is None:
        parse(text)
    else:
        assert refused(text).kind == kind


PIECES = st.sampled_from(["a", "1", "1e999", "nan", "2022-11-01", "07:32", ":00", "é", *" .=[]{},\"'#\\\n"]) | (
    st.sampled_from([" = ", "[[", "]]", '"""', "\r\n", "'" * 3, "a = 1\n", "b = {c = 1}\n", "[t]\n", "[[t]]\n"])
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_text_is_read_as_tomllib_reads_it_or_refused_with_a_place_in_it(text: str) -> None:
    try:
        wanted = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        wanted = None
    try:
        data, _ = parse(text)
    except TomlError as error:
        lines = text.split("\n")
        for fault in error.faults:
            assert 1 <= fault.column <= len(lines[fault.line - 1]) + 1
            assert wanted is None or fault.kind.startswith("number-")
    else:
        assert data == wanted


def test_names_are_exported_in_order() -> None:
    assert toml.__all__ == sorted(toml.__all__)
    assert all(hasattr(toml, name) for name in toml.__all__)


def test_a_fault_names_the_path_of_a_number() -> None:
    with pytest.raises(TomlError) as caught:
        parse('plants = [{ id = "a", nameplate = 1e16 }]')
    path: Path = ("plants", 0, "nameplate")
    wanted = "found 1e+16, wanted a number within ±1e+15: check its unit"
    assert caught.value.faults == (TomlFault(1, 23, "number-too-large", wanted, path, "plants.a.nameplate"),)
