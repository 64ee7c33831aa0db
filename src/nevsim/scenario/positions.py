"""Where every key and value of a TOML 1.0 text stands, as line and column.

Not a parser: values are stepped over, not read, and the text is taken to be one that ``tomllib`` accepts.
The events of any other text end where its grammar breaks, so that limits can be checked before ``tomllib``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

__all__ = ["MAX_DEPTH", "Event", "Path", "Place", "events", "positions"]

Path: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]
Kind: TypeAlias = Literal["table", "element", "key", "value", "open", "close", "end", "broken"]

MAX_DEPTH = 64

_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_SPACE = re.compile(r"[ \t]*+")
_NEXT_LINE = re.compile(r"[ \t]*+(?:#[^\n]*+)?\r?(?:\n|\Z)" + _BLANK.pattern)
_PART = re.compile(
    r"""[ \t]*+(?:(?P<bare>[A-Za-z0-9_-]++)|'(?P<literal>[^'\n]*+)'"""
    r"""|"(?P<basic>(?:[^"\\\n]++|\\[btnfr"\\uU])*+)")[ \t]*+"""
)
# The bare alternative takes numbers, booleans and dates; a date may have one space before its time, which
# has seconds: TOML 1.1 lets them be left out.
_VALUE = re.compile(
    r'''"""(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{3,5}'''
    r"""|'{3}(?:[^']++|'{1,2}(?!'))*+'{3,5}"""
    r'''|"(?!"")(?:[^"\\\n]++|\\[^\n])*+"'''
    r"""|'(?!'')[^'\n]*+'"""
    r"""|(?!(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ])?[0-9]{2}:[0-9]{2}(?!:))"""
    r"""[0-9A-Za-z+._:-]++(?:(?<=-[0-9]{2})[ ][0-9][0-9:.Zz+-]*+)?""",
    re.DOTALL,
)
_ESCAPES_KNOWN = re.compile(r'(?:[^\\]++|\\[btnfr"\\uU \t\r\n])*+')
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_CLOSING = {"[": "]", "{": "}"}


class Event(NamedTuple):
    """One step through a text: ``at`` is an offset in characters, from 0.

    ``parts`` holds the parts of a key or a header, each with its offset; ``token`` is a scalar as written, or
    the bracket that opens or closes. The last event is ``end``, or ``broken`` where the grammar breaks.
    """

    kind: Kind
    at: int
    parts: tuple[tuple[str, int], ...] = ()
    token: str = ""


def positions(text: str, steps: Iterable[Event] | None = None) -> dict[Path, Place]:
    r"""Return the line and the column, both from 1, of every path in ``text``, which ``tomllib`` accepts.

    ``steps`` its events, where they are known already.

    A key, a ``[table]`` and an ``[[element]]`` stand where the last part of their key begins, an array's
    element where its value begins, a table that nothing declares at its part of the first key to make it.

    >>> positions("[a]\nb.c = [1, {d = 2}]\n")[("a", "b", "c", 1, "d")]
    (2, 12)
    """
    places: dict[Path, Place] = {}
    newest: dict[Path, int] = {}  # an array of tables -> the index of its last element
    table: Path = ()
    path: Path = ()
    around: list[tuple[Path, bool]] = []  # the open brackets: the path of each, and whether it is an array
    counts: list[int] = []
    line, line_start, seen = 1, 0, 0

    def place(at: int) -> Place:
        """Offsets only grow, so each newline is counted once."""
        nonlocal line, line_start, seen
        line += text.count("\n", seen, at)
        line_start = max(line_start, text.rfind("\n", seen, at) + 1)
        seen = at
        return line, at - line_start + 1

    def descend(base: Path, parts: tuple[tuple[str, int], ...]) -> Path:
        for name, at in parts:
            base = (*base, name)
            here = place(at)
            places.setdefault(base, here)
            if base in newest:
                base = (*base, newest[base])
        return base

    for kind, at, parts, _ in events(text) if steps is None else steps:
        if kind == "key":
            path = descend(around[-1][0] if around else table, parts)
        elif kind in {"value", "open"}:
            if around and around[-1][1]:
                path = (*around[-1][0], counts[-1])
                counts[-1] += 1
                places[path] = place(at)
            if kind == "open":
                around.append((path, text[at] == "["))
                counts.append(0)
        elif kind == "close":
            around.pop()
            counts.pop()
        elif kind in {"table", "element"}:
            name, name_at = parts[-1]
            table = (*descend((), parts[:-1]), name)
            here = place(name_at)
            if kind == "element":
                places.setdefault(table, here)
                newest[table] = newest.get(table, -1) + 1
                table = (*table, newest[table])
            places[table] = here
    return places


def events(text: str) -> Iterator[Event]:
    """Step through ``text`` in its order, in time linear in its length, and stop where the grammar breaks.

    A key longer than ``MAX_DEPTH`` parts is cut off after one part more, and breaks the grammar there.
    """
    at = _past(_BLANK, text, 0)
    while at < len(text):
        if text[at] == "[":
            width = 2 if text.startswith("[[", at) else 1
            parts, after = _key(text, at + width)
            if parts:
                yield Event("element" if width == 2 else "table", at, parts)
            if not parts or not text.startswith("]" * width, after):
                yield Event("broken", after)
                return
            after += width
        else:
            parts, after = _key(text, at)
            if parts:
                yield Event("key", at, parts)
            if not parts or not text.startswith("=", after):
                yield Event("broken", after)
                return
            ended, after = yield from _value(text, after + 1)
            if not ended:
                yield Event("broken", after)
                return
        next_line = _NEXT_LINE.match(text, after)
        if next_line is None:
            yield Event("broken", _past(_SPACE, text, after))
            return
        at = next_line.end()
    yield Event("end", len(text))


def _value(text: str, at: int) -> Generator[Event, None, tuple[bool, int]]:
    """Step through one value with all in it; return whether it is whole, and where it ends or breaks."""
    around: list[str] = []
    ahead = "value"  # then "first" after a bracket, "after" a value, "next" after a comma
    while around or ahead != "after":
        at = _past(_BLANK if around and around[-1] == "[" else _SPACE, text, at)
        sign = text[at : at + 1]
        if ahead == "after" and sign == ",":
            ahead, at = "next", at + 1
        elif ahead != "value" and sign == _CLOSING[around[-1]] and (ahead, sign) != ("next", "}"):
            around.pop()
            yield Event("close", at, token=sign)
            ahead, at = "after", at + 1
        elif ahead == "after":
            return False, at
        elif ahead != "value" and around[-1] == "{":
            parts, at = _key(text, at)
            if parts:
                yield Event("key", parts[0][1], parts)
            if not parts or not text.startswith("=", at):
                return False, at
            ahead, at = "value", at + 1
        elif sign in _CLOSING:
            around.append(sign)
            yield Event("open", at, token=sign)
            ahead, at = "first", at + 1
        else:
            scalar = _VALUE.match(text, at)
            if scalar is None:
                return False, at
            if sign == '"' and (known := _past(_ESCAPES_KNOWN, scalar.group(), 0)) < len(scalar.group()):
                return False, at + known
            yield Event("value", at, token=scalar.group())
            ahead, at = "after", scalar.end()
    return True, at


def _key(text: str, at: int) -> tuple[tuple[tuple[str, int], ...], int]:
    """Return the parts of a key, none if it breaks, with the offset of what follows or of the break."""
    parts: list[tuple[str, int]] = []
    while True:
        found = _PART.match(text, at)
        if found is None:
            return (), _past(_SPACE, text, at)
        name = str(found.lastgroup)
        begins = found.start(name) - (name != "bare")  # a quote stands before the others
        parts.append((_plain(found[name]) if name == "basic" else found[name], begins))
        at = found.end()
        if not text.startswith(".", at) or len(parts) > MAX_DEPTH:
            return tuple(parts), at
        at += 1


def _plain(quoted: str) -> str:
    def put(found: re.Match[str]) -> str:
        short, long, other = found.groups()
        if other is not None:
            return _ESCAPED.get(other, found.group())
        code = int(short or long, 16)
        return chr(code) if code <= 0x10FFFF else found.group()

    return _ESCAPE.sub(put, quoted) if "\\" in quoted else quoted


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where ``pattern``, which also matches nothing at all, ends."""
    found = pattern.match(text, at)
    return at if found is None else found.end()
