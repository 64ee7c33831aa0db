"""Files that stay once the call returns: written, flushed, renamed, and their folder flushed; no contents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nevsim.errors import RunError

DRAFT = ".tmp"
"""What is behind a file's name while it is written; nobody else may write the same file then."""
BINARY = getattr(os, "O_BINARY", 0)
_PIECE = 1 << 20


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, to stay; RunError where the disk refuses."""
    try:
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for one in missing:
            flush_folder(one.parent)
    except OSError as error:
        raise RunError(refusal(folder, "written", error)) from None


def replace_file(path: Path, content: bytes) -> None:
    """Write a file that is there whole or as it was before, and stays; RunError where the disk refuses."""
    draft = path.with_name(path.name + DRAFT)
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY, 0o666)
        try:
            write_all(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        draft.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        raise RunError(refusal(path, "written", error)) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def write_all(handle: int, content: bytes) -> None:
    """Write bytes to an open file, however many the system takes at once; OSError where it refuses."""
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def pieces(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file, a mebibyte at once at most; OSError where it cannot be read."""
    handle = os.open(path, os.O_RDONLY | BINARY)
    try:
        while piece := os.read(handle, _PIECE):
            yield piece
    finally:
        with suppress(OSError):  # everything was read
            os.close(handle)


def files_in(folder: Path) -> dict[str, int]:
    """Return the sizes of the files in a folder by name, none where there is no folder; RunError where it refuses."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry.stat().st_size for entry in entries if entry.is_file()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise RunError(refusal(folder, "read", error)) from None


def remove(path: Path) -> None:
    """Remove a file that may be gone already; RunError where the disk refuses."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(refusal(path, "removed", error)) from None


def flush_folder(folder: Path) -> None:
    """Let the names in a folder reach the disk, where the system can say so; OSError where it refuses."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def refusal(path: Path, verb: str, error: OSError) -> str:
    """Return what to say where the disk refuses: the file, why, and what to do.

    >>> refusal(Path("out"), "written", OSError(28, "No space left on device"))
    'out: cannot be written (No space left on device); make room or choose another place'
    """
    cure = "make room or choose another place" if verb == "written" else "look after the disk or choose another place"
    return f"{path}: cannot be {verb} ({error.strerror or error}); {cure}"
