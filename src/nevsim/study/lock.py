"""One process at a time in a folder: a file that is locked while its holder lives, and tells who that is."""

from __future__ import annotations

import errno
import json
import os
import platform
import sys
from contextlib import suppress
from pathlib import Path
from weakref import WeakSet

from nevsim.errors import RunError, UsageError, printable, shortened
from nevsim.study.disk import BINARY, refusal, write_all

_LONGEST = 4096
_LONGEST_COMMAND = 200
_TAKEN = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}


class Lock:
    """A folder's lock, held from its making until :meth:`release` or the end of the process, whatever ends it.

    Raises UsageError where another holds it, RunError where the disk refuses or knows no locks.
    """

    def __init__(self, path: Path, command: str) -> None:
        facts = {"command": shortened(command, _LONGEST_COMMAND), "host": platform.node(), "pid": os.getpid()}
        self._handle: int | None = None
        _locks.add(self)
        try:
            self._handle = handle = os.open(path, os.O_RDWR | os.O_CREAT | BINARY, 0o666)
            _take(handle, path)
            os.ftruncate(handle, 0)
            write_all(handle, json.dumps(facts, sort_keys=True).encode())
        except OSError as error:
            self._close()
            raise RunError(refusal(path, "written", error)) from None
        except BaseException:
            self._close()
            raise

    @property
    def held(self) -> bool:
        """Whether this process holds it; a process that was forked off does not."""
        return self._handle is not None

    def release(self) -> None:
        """Give it free; the file stays, since one that is removed may just have been opened by the next."""
        try:
            if self._handle is not None:
                with suppress(OSError):
                    os.ftruncate(self._handle, 0)
        finally:
            self._close()

    def _close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            with suppress(OSError):
                os.close(handle)


def _take(handle: int, path: Path) -> None:
    try:
        _lock(handle)
    except OSError as error:
        if error.errno in _TAKEN:
            raise UsageError(
                f"{path.parent}: is in use by {_holder(handle)}; wait for it or name another folder"
            ) from None
        raise RunError(
            f"{path}: cannot be locked ({error.strerror or error}); choose a folder on a disk that knows locks"
        ) from None


def _holder(handle: int) -> str:
    """Return who holds a lock, from what its file tells; it tells nothing in the moment before that is written."""
    try:
        facts = json.loads(os.read(handle, _LONGEST))
        return printable(f"process {facts['pid']} on {facts['host']} ({facts['command']})")
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return "another process"


if sys.platform == "win32":
    import msvcrt

    _BEHIND = 1 << 30

    def _lock(handle: int) -> None:
        """Lock one byte far behind the contents, for a byte that is locked there cannot be read by others."""
        os.lseek(handle, _BEHIND, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


_locks: WeakSet[Lock] = WeakSet()


def _let_go() -> None:
    """Close the locks in a process that was forked off: else it would hold them on when its parent is dead."""
    for lock in list(_locks):
        lock._close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)
