"""A sweep's pieces on disk: what was put stays, and what is read is to the byte what was put; it knows no result.

A shard is there where the journal, the file and its hash agree. The size is compared when the folder is opened, the
hash when a shard is read: who uses one reads it anyway, and a sweep of 100,000 shards opens in seconds.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from errno import EIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from nevsim.errors import RunError, UsageError
from nevsim.study.disk import DRAFT, files_in, make_folder, pieces, refusal, remove, replace_file
from nevsim.study.folder import JOURNAL, MARK, check_folder
from nevsim.study.journal import Journal, facts_of, line, read_lines
from nevsim.study.lock import Lock

SHARDS, FIGURES = "shards", "figures"
LOCK = "lock"
HEADER: dict[str, Any] = {"folder": "nevsim sweep", "schema": 1}
"""The journal's first line: what the folder is, and the version of its format."""

_CASE = re.compile(r"[0-9a-f]{1,64}", re.ASCII)
_SHARD = re.compile(r"[0-9a-f]{1,64}-[0-9]+-[0-9]+\.parquet", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_RESULT = re.compile(r"(manifest\.json|odds\.csv|report\.html|(scenario|sweep)\.toml|journal\.jsonl)", re.ASCII)
_FIGURE = re.compile(r"[a-z]+-[a-z0-9-]+\.(png|svg)", re.ASCII)
_MOST_NOTES = 20
"""Notes of one kind at most, before the others are counted."""


@dataclass(frozen=True, slots=True)
class Shard:
    """The replications ``[first, last)`` of a case: the file below the folder, its SHA-256, its size in bytes."""

    case: str
    first: int
    last: int
    file: str
    sha256: str
    size: int

    def __post_init__(self) -> None:
        if not _CASE.fullmatch(self.case):
            raise ValueError(f"found case {self.case!r}, want 1 to 64 digits of 0-9a-f")
        if not all(type(value) is int for value in (self.first, self.last, self.size)):
            raise ValueError(f"found {self.first!r}, {self.last!r}, {self.size!r}, want whole numbers")
        if not (0 <= self.first < self.last and self.size >= 0):
            raise ValueError(f"found replications [{self.first}, {self.last}), want 0 <= first < last")
        if self.file != f"{SHARDS}/{_name(self.case, self.first, self.last)}":
            raise ValueError(f"found file {self.file!r}, want the one of the case and its replications")
        if not _HASH.fullmatch(self.sha256):
            raise ValueError(f"found hash {self.sha256!r}, want 64 digits of 0-9a-f")


class Store:
    """A sweep's folder, opened or made, and locked until :meth:`close`; ``notes`` tells what was repaired.

    Raises UsageError where another process has it, or where it holds something else; RunError where the disk refuses.
    Not for several threads at once.
    """

    def __init__(self, folder: Path, command: str = "nevsim sweep") -> None:
        self.folder = folder
        self.notes: list[str] = []
        self._shards: dict[str, dict[str, Shard]] = {}
        self._journal = Journal(folder / JOURNAL)
        _check(folder)
        make_folder(folder)
        self._lock = Lock(folder / LOCK, command)
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the folder free; what was put is on the disk already."""
        self._journal.close()
        self._lock.release()

    def shards(self, case: str) -> tuple[Shard, ...]:
        """Return the shards of a case, ascending; one whose hash does not match shows itself in :meth:`read`."""
        return tuple(sorted(self._shards.get(case, {}).values(), key=lambda one: (one.first, one.last)))

    def chain(self, case: str, runs: int) -> tuple[tuple[Shard, ...], tuple[tuple[int, int], ...]]:
        """Return the shards that cover most of ``[0, runs)`` without overlap, ascending, and the gaps ``[a, b)``.

        Of choices that cover as much the one with the fewest shards is taken. Raises ValueError for negative runs.
        """
        if runs < 0:
            raise ValueError(f"found {runs} runs, want 0 or more")
        chosen = _most(one for one in self.shards(case) if one.last <= runs)
        edges = [0, *(edge for one in chosen for edge in (one.first, one.last)), runs]
        gaps = zip(edges[::2], edges[1::2], strict=True)
        return tuple(chosen), tuple((low, high) for low, high in gaps if low < high)

    def put(self, case: str, first: int, last: int, content: bytes) -> Shard:
        """Keep the replications ``[first, last)`` of a case: when this returns they are on the disk.

        One of the same replications is replaced. Raises RunError where the disk refuses, and the shard is then as if
        it had not been put; ValueError for a case that is no hex text, an empty range or a closed store.
        """
        name = f"{SHARDS}/{_name(case, first, last)}"
        shard = Shard(case, first, last, name, hashlib.sha256(content).hexdigest(), len(content))
        if not self._lock.held:
            raise ValueError(f"{self.folder}: found a store that is closed, or of another process")
        if self._journal.in_doubt:
            self._rewrite()
        replace_file(self.folder / name, content)
        self._journal.append(asdict(shard))
        self._shards.setdefault(case, {})[name] = shard
        return shard

    def read(self, shard: Shard) -> bytes | None:
        """Return the bytes that were put; None and a note where they are not what is there, and it no longer counts.

        Raises RunError where the disk does not let it be looked at.
        """
        path = self.folder / shard.file
        content, fault = None, "does not match its hash"
        try:
            if path.stat().st_size == shard.size:
                content = b"".join(pieces(path))
        except FileNotFoundError:
            fault = "is missing"
        except OSError as error:
            if error.errno != EIO:
                raise RunError(refusal(path, "read", error)) from None
            fault = "cannot be read"
        if content is not None and hashlib.sha256(content).hexdigest() == shard.sha256:
            return content
        self.notes.append(f"{path}: {fault}; will be played again")
        entries = self._shards.get(shard.case, {})
        if self._lock.held and entries.get(shard.file) == shard:
            del entries[shard.file]
            if content is not None:  # else each opening would count it again
                with suppress(RunError):
                    remove(path)
        return None

    def _open(self) -> None:
        shards = self.folder / SHARDS
        try:
            is_new = not self._journal.path.exists()
        except OSError as error:
            raise RunError(refusal(self._journal.path, "read", error)) from None
        if is_new:  # before anything else, for it makes the folder a sweep's
            self._rewrite()
        is_torn = self._read_journal()
        make_folder(shards)
        found = self._found(shards)
        lost = [
            shard
            for entries in self._shards.values()
            for shard in entries.values()
            if found.get(shard.file) != shard.size
        ]
        for shard in lost:
            del self._shards[shard.case][shard.file]
        if is_torn or lost:
            self._rewrite()
        else:
            self._journal.open()
        self._note(lost, "is missing or not of its size; will be played again")
        kept = {name for entries in self._shards.values() for name in entries}
        gone = [name for name in found if name not in kept]
        for name in gone:
            remove(self.folder / name)
        mistold = {shard.file for shard in lost}
        self._note(
            [name for name in gone if name not in mistold],
            "has no line in the journal that tells whether it is whole; removed, will be played again",
        )

    def _read_journal(self) -> bool:
        """Take in what the journal tells; return whether it has to be written anew."""
        path = self._journal.path
        torn: list[int] = []
        is_headed = False
        for number, text in enumerate(read_lines(path), start=1):
            facts = facts_of(text)
            if facts is not None and "schema" in facts:
                _check_version(path, facts)
                is_headed = is_headed or number == 1
            elif (shard := _shard_of(facts)) is None:
                torn.append(number)
            else:
                self._shards.setdefault(shard.case, {})[shard.file] = shard
        self._note([f"{JOURNAL}:{number}" for number in torn], "is torn; left out")
        return bool(torn) or not is_headed

    def _found(self, shards: Path) -> dict[str, int]:
        """Return the sizes of the shards that lie there, by name; remove what a process that died left half written."""
        lying = files_in(shards)
        stale = [
            path
            for folder, ours in ((shards, _SHARD), (self.folder, _RESULT), (self.folder / FIGURES, _FIGURE))
            for name in (lying if folder == shards else files_in(folder))
            if name.endswith(DRAFT) and ours.fullmatch((path := folder / name).stem)
        ]
        for path in stale:
            remove(path)
        self._note((path.relative_to(self.folder).as_posix() for path in stale), "was left half written; removed")
        return {f"{SHARDS}/{name}": size for name, size in lying.items() if _SHARD.fullmatch(name)}

    def _rewrite(self) -> None:
        kept = (asdict(shard) for entries in self._shards.values() for shard in entries.values())
        self._journal.rewrite(facts for part in ((HEADER,), kept) for facts in part)

    def _note(self, found: Iterable[Shard | str], what: str) -> None:
        names = sorted(one if isinstance(one, str) else one.file for one in found)
        self.notes += [f"{self.folder / name}: {what}" for name in names[:_MOST_NOTES]]
        if len(names) > _MOST_NOTES:
            self.notes.append(f"{self.folder}: {len(names) - _MOST_NOTES:,} more: {what}")


def _name(case: str, first: int, last: int) -> str:
    return f"{case}-{first}-{last}.parquet"


def _most(shards: Iterable[Shard]) -> list[Shard]:
    """Return those that cover most without overlap, by dynamic programming over their ends (weighted intervals).

    Kleinberg and Tardos, Algorithm Design, 2005, section 6.1.
    """
    ordered = sorted(shards, key=lambda one: (one.last, one.first))
    ends = [one.last for one in ordered]
    best: list[tuple[int, int]] = [(0, 0)]
    before: list[int] = []
    for number, one in enumerate(ordered):
        before.append(bisect_right(ends, one.first, hi=number))
        covered, negative = best[before[number]]
        best.append(max(best[number], (covered + one.last - one.first, negative - 1)))
    chosen = []
    number = len(ordered)
    while number:
        if best[number] == best[number - 1]:
            number -= 1
        else:
            chosen.append(ordered[number - 1])
            number = before[number - 1]
    return chosen[::-1]


def _shard_of(facts: dict[str, Any] | None) -> Shard | None:
    try:
        return Shard(**facts) if facts else None
    except (TypeError, ValueError):
        return None


def _check(folder: Path) -> None:
    """Raise UsageError where a folder is neither empty nor a sweep's, before anything is written into it."""
    try:
        names = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
    except OSError as error:
        raise RunError(refusal(folder, "read", error)) from None
    if not names - {LOCK, JOURNAL + DRAFT}:
        if not names:
            check_folder(folder)
        return
    if JOURNAL in names:
        if not _is_journal(folder / JOURNAL):
            raise UsageError(f"{folder / JOURNAL}: is not the journal of a sweep; name an empty or new folder")
        return
    facts = _manifest(folder / MARK) if MARK in names else {}
    if "sweep" not in facts:
        found = "the result of a run" if "run" in facts else f"files but no {JOURNAL}"
        raise UsageError(f"{folder}: holds {found}, so it is not a sweep; name an empty or new folder")


def _is_journal(path: Path) -> bool:
    """Whether a line is one of ours, or all there is is what a crash leaves of the first: a part of it, or NULs."""
    text, count = b"", 0
    for text in read_lines(path):
        if facts_of(text) is not None:
            return True
        count += 1
    return not count or (count == 1 and (line(HEADER).startswith(text) or not text.strip(b"\0")))


def _manifest(path: Path) -> dict[str, Any]:
    try:
        facts = json.loads(path.read_bytes())
    except OSError as error:
        raise RunError(refusal(path, "read", error)) from None
    except (ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _check_version(path: Path, facts: dict[str, Any]) -> None:
    if facts != HEADER:
        raise UsageError(
            f"{path}: found schema {facts['schema']!r}, want {HEADER['schema']}: another version of nevsim made it; "
            "open it with that one, or name a new folder"
        )
