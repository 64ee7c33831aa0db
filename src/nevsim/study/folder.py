"""A folder that is there whole or not at all: written under another name, flushed, and renamed; no contents."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from nevsim.errors import RunError, UsageError

MARK = "manifest.json"
"""The file that every results folder has, and that lets nevsim replace it."""
JOURNAL = "journal.jsonl"
"""The file that a sweep's folder has beside it: such a folder is added to, never replaced."""


def check_folder(folder: Path) -> None:
    """Raise UsageError where a folder may not be written: it holds something that is not a result.

    RunError where the disk does not even let it be looked at.
    """
    try:
        is_folder, is_other = folder.is_dir(), folder.exists() or folder.is_symlink()
        is_foreign = is_folder and any(folder.iterdir()) and not (folder / MARK).is_file()
        is_sweep = (folder / JOURNAL).exists()
    except OSError as error:
        raise RunError(_reason(folder, error)) from None
    if is_sweep:
        raise UsageError(f"{folder}: holds a sweep, which a run would replace; name another folder")
    if is_foreign:
        raise UsageError(f"{folder}: holds files but no {MARK}, so it is not a result; name an empty or new folder")
    if is_other and not is_folder:
        raise UsageError(f"{folder}: is not a folder; name another")


def check_writable(folder: Path) -> None:
    """Raise RunError where nothing can be written beside a folder: before the work, not after it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent):
            pass
    except OSError as error:
        raise RunError(_reason(folder, error)) from None


def write_folder(folder: Path, files: Mapping[str, Callable[[Path], object]]) -> None:
    """Write files by name, each by its own function, into a folder that appears with the last of them.

    A result that stands there is replaced. Raises UsageError where something else stands there, RunError where the
    disk refuses; then nothing is left behind and what stood there still stands.
    """
    check_folder(folder)
    draft: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        for name, write in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path)
            _flush(path)
        for inside in {draft, *((draft / name).parent for name in files)}:
            _flush(inside)
        draft.chmod(0o777 & ~_umask())
        _swap(draft, folder)
    except OSError as error:
        raise RunError(_reason(folder, error)) from None
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


def write_file(path: Path, text: str) -> None:
    """Write one file of text that is there whole or not at all; RunError where the disk refuses."""
    draft: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        draft = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o666 & ~_umask())
        draft.replace(path)
    except OSError as error:
        raise RunError(_reason(path, error)) from None
    finally:
        if draft is not None:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def _swap(draft: Path, folder: Path) -> None:
    old = draft.with_name(draft.name + ".old")
    try:
        if folder.exists():
            folder.rename(old)
        draft.rename(folder)
        _flush(folder.parent)
    except BaseException:
        if not draft.exists():
            folder.rename(draft)
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _flush(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _reason(folder: Path, error: OSError) -> str:
    return f"{folder}: cannot be written ({error.strerror or error}); make room or choose another place"
