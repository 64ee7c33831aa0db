"""Loops compiled to machine code by Numba, and where the code is kept between runs; no arithmetic of its own.

A compiled loop computes what the same lines compute in Python, bit for bit: no fast mathematics and no contraction of
a product and a sum. The code is kept in a folder named after all sources of the package, since a loop has the loops
that it calls built in, wherever they stand.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from platformdirs import user_cache_path

Loop = TypeVar("Loop", bound=Callable[..., Any])

PACKAGE = Path(__file__).parent
FORGOTTEN = 30 * 86_400
"""Seconds after which the code of other sources, which nobody has added to since, is removed."""
_numba = import_module("numba")
_events = import_module("numba.core.event")
_OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": False}


def compiled(loop: Loop) -> Loop:
    """Return a loop over arrays and numbers, compiled when it is first called with arguments of some types.

    It holds no lock of the interpreter, so that threads run it side by side; a division by 0 gives inf or nan.
    """
    folder = _folder()
    before, _numba.config.CACHE_DIR = _numba.config.CACHE_DIR, "" if folder is None else str(folder)
    try:
        machine: Loop = _numba.njit(cache=folder is not None, **_OPTIONS)(loop)
    finally:
        _numba.config.CACHE_DIR = before
    return machine


def inlined(leaf: Loop) -> Loop:
    """Return a function without loops that is built into the loops that call it, so that these can run on vectors."""
    machine: Loop = _numba.njit(inline="always", **_OPTIONS)(leaf)
    return machine


@contextmanager
def told(tell: Callable[[], object]) -> Iterator[None]:
    """Call ``tell`` once, at the first compilation within: code that was kept is loaded, not compiled."""

    silent = True

    def on_start(_listener: object, _event: object) -> None:
        nonlocal silent
        if silent:
            silent = False
            tell()

    methods = {"on_start": on_start, "on_end": lambda _listener, _event: None}
    with _events.install_listener("numba:compile", type("Teller", (_events.Listener,), methods)()):
        yield


@cache
def _folder() -> Path | None:
    """Return the folder in which the code is kept, or None where none can be written."""
    name = sources()
    for home in _homes():
        folder = home / name
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_own(home):
                continue
            if not folder.exists():
                folder.mkdir(exist_ok=True)
                _forget(home, folder)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def _homes() -> Iterator[Path]:
    """Yield the folders to try: the one that Numba is told to use, the user's cache, and one for temporary files."""
    if told_to_use := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(told_to_use) / "nevsim"
    yield user_cache_path("nevsim", appauthor=False) / "compiled"
    user = os.getuid() if hasattr(os, "getuid") else "user"
    yield Path(tempfile.gettempdir(), f"nevsim-compiled-{user}")


def _is_own(home: Path) -> bool:
    """Whether nobody else can put code there that would then be run as this user's."""
    if not hasattr(os, "getuid"):
        return True
    found = home.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _forget(home: Path, mine: Path) -> None:
    """Remove the code of sources that are no longer used."""
    for other in home.iterdir():
        if other != mine and other.is_dir() and time.time() - other.stat().st_mtime > FORGOTTEN:
            shutil.rmtree(other, ignore_errors=True)


@cache
def sources() -> str:
    """Return twelve digits that stand for all sources of the package."""
    found, above = sha256(), len(f"{PACKAGE}/")
    for path in sorted(PACKAGE.rglob("*.py")):
        found.update(str(path)[above:].encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:12]
