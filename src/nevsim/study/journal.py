"""A file of facts that only grows, each line with a checksum of its own, so that a torn one is known; no meaning."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from nevsim.errors import RunError
from nevsim.study.disk import BINARY, pieces, refusal, replace_file, write_all

_LONGEST = 4096
"""Bytes of a line at most: what is longer is none of ours, and is not kept in memory."""

_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def line(facts: dict[str, Any]) -> bytes:
    """Return facts as one line: JSON with sorted keys, among them ``check``, digits of the SHA-256 of the others.

    >>> line({"b": 1, "a": 2})
    b'{"a":2,"b":1,"check":"d3626ac30a87e6f7"}\\n'
    """
    check = hashlib.sha256(_json(facts)).hexdigest()[:16]
    return _json({**facts, "check": check}) + b"\n"


def facts_of(text: bytes) -> dict[str, Any] | None:
    """Return the facts of a line, None where it is not to the byte what :func:`line` writes, its end included."""
    if len(text) > _LONGEST:
        return None
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(facts, dict):
        return None
    facts.pop("check", None)
    return facts if line(facts) == text else None


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a journal with their ends; RunError where the disk refuses.

    Of a line that is too long a part is given, which is still too long.
    """
    rest = b""
    try:
        for piece in pieces(path):
            *whole, rest = (rest + piece).split(b"\n")
            for one in whole:
                yield one + b"\n"
            rest = rest[: _LONGEST + 1]
    except OSError as error:
        raise RunError(refusal(path, "read", error)) from None
    if rest:
        yield rest


class Journal:
    """A journal open for writing at its end: what :meth:`append` returned from is on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether its end may be torn, so that it has to be written anew before it can grow."""
        return self._handle is None

    def open(self) -> None:
        """Open a journal that ends with a whole line; RunError where the disk refuses."""
        self.close()
        try:
            self._handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | BINARY)
        except OSError as error:
            raise RunError(refusal(self.path, "written", error)) from None

    def rewrite(self, entries: Iterable[dict[str, Any]]) -> None:
        """Put another journal in its place, whole or not at all, and open it; RunError where the disk refuses."""
        self.close()
        replace_file(self.path, b"".join(map(line, entries)))
        self.open()

    def append(self, facts: dict[str, Any]) -> None:
        """Write one line that stays; RunError where the disk refuses: then the journal is in doubt.

        After a flush that failed, one that works proves nothing of the bytes before: hence the journal is not
        appended to again (Rebello et al., Can applications recover from fsync failures?, 2020).
        """
        handle, self._handle = self._handle, None
        if handle is None:
            raise ValueError("found a journal in doubt, want one that was opened or rewritten")
        try:
            write_all(handle, line(facts))
            os.fsync(handle)
            self._handle = handle
        except OSError as error:
            raise RunError(refusal(self.path, "written", error)) from None
        finally:
            if self._handle is None:
                with suppress(OSError):
                    os.close(handle)

    def close(self) -> None:
        """Close it; what was appended has been flushed before."""
        handle, self._handle = self._handle, None
        if handle is not None:
            with suppress(OSError):
                os.close(handle)


def _json(facts: dict[str, Any]) -> bytes:
    return _encoder.encode(facts).encode()
