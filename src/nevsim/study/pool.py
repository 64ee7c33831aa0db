"""Hands jobs to processes of this machine or of a cluster, and lives through those that die; it knows no results.

One loop over the executors of concurrent.futures: a process pool here, Dask's client elsewhere. When a worker dies, a
process pool fails every job that was handed to it, and Dask suspects every job that the worker had, so neither tells
which one was to blame. So these are played one at a time, each with all workers to itself, until it is known.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.metadata import version
from itertools import islice
from typing import Any, Protocol

from nevsim.errors import RunError, UsageError
from nevsim.study.jobs import Done, Job, Refused, work

STRIKES = 3
"""How often a job may take its worker down with it."""
HOPELESS = 3
"""Jobs that may do so before a first one is done: more, and it is not the jobs that are to blame."""
LOGGERS = ("asyncio", "distributed", "distributed.client", "tornado.application")
"""Where Dask and what it stands on tell of broken connections, with tracebacks."""
AHEAD = 2
"""Jobs under way for each worker, so that none waits for the next."""
LOOK = 1.0
"""Seconds after which workers are counted again, though no job has ended."""
PATIENCE = 10
"""Seconds that a scheduler has to answer."""

Task = Callable[[Job], Done | Refused]


class Crew(Protocol):
    """Workers: how many there are by now, where jobs are handed to, and what their death looks like.

    ``deaths`` are the exceptions of a job whose worker died, so often as ``strikes`` says; where workers
    ``fall_together``, all jobs under way have them. Other exceptions of a job are handed to ``fail``.
    """

    deaths: tuple[type[BaseException], ...]
    strikes: int
    fall_together: bool

    def size(self) -> int:
        """Return how many jobs are played side by side by now, 0 where no worker is there."""

    def executor(self) -> Executor:
        """Return what takes jobs."""

    def renew(self) -> None:
        """Take new workers in place of dead ones."""

    def fail(self, error: Exception) -> Exception:
        """Return what to raise where a job ends in an error that is no death."""


class Processes:
    """Processes of this machine, one thread each, started afresh so that they share nothing with this one."""

    deaths: tuple[type[BaseException], ...] = (BrokenProcessPool,)
    strikes, fall_together = 1, True

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool = self._fresh()

    def size(self) -> int:
        """Return how many processes there are."""
        return self.workers

    def executor(self) -> Executor:
        """Return the pool."""
        return self._pool

    def renew(self) -> None:
        """Start a new pool in place of a broken one."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._fresh()

    def fail(self, error: Exception) -> Exception:
        """Return the error as it is."""
        return error

    def end(self, *, at_once: bool) -> None:
        """Let the processes end, with the jobs under way or without; others of this program are left alone."""
        for process in list((self._pool._processes or {}).values()) if at_once else ():
            process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _fresh(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.workers, mp_context=context, initializer=_begin)


class Cluster:
    """The workers of a Dask cluster; they may come, go and die. Dask itself hands a job out again, three times."""

    strikes, fall_together = STRIKES, False

    def __init__(self, address: str) -> None:
        try:
            dask = import_module("distributed")
        except ImportError:
            raise UsageError('found --cluster without Dask; install it with: pip install "nevsim[cluster]"') from None
        self.address = address
        self.deaths: tuple[type[BaseException], ...] = (dask.KilledWorker,)
        self._client = _entered(dask, address)
        self._executor = _Post(self._client.get_executor(pure=False, retries=0))

    def size(self) -> int:
        """Return how many threads its workers have by now; RunError where the scheduler is gone."""
        try:
            return sum(self._client.nthreads().values())
        except (OSError, AttributeError) as error:  # a client that has closed itself has no scheduler
            raise self.fail(CancelledError()) from error

    def executor(self) -> Executor:
        """Return Dask's executor."""
        return self._executor

    def renew(self) -> None:
        """Do nothing: the cluster starts its workers itself."""

    def fail(self, error: Exception) -> Exception:
        """Return in words that the scheduler has dropped all jobs, or that a worker cannot read them."""
        if isinstance(error, CancelledError):
            return RunError(
                f"{self.address}: the scheduler ended, or dropped the jobs; what is done is kept: "
                "start it again, and the same command goes on"
            )
        return RunError(
            f"{self.address}: a worker failed ({type(error).__name__}: {error}); "
            f"it needs nevsim {version('nevsim')}, Python and distributed as they are here, and enough memory"
        )

    def close(self) -> None:
        """Leave the cluster, which drops the jobs that it has not begun."""
        with suppress(OSError):
            self._client.close()


def _entered(dask: Any, address: str) -> Any:
    """Return a client; a thread waits for it, since Dask waits without end for what is no scheduler to speak."""
    found: Future[Any] = Future()

    def enter() -> None:
        try:
            found.set_result(dask.Client(address, timeout=PATIENCE, set_as_default=False))
        except Exception as error:
            found.set_exception(error)

    if not address.strip():  # Dask would start a cluster of its own
        raise UsageError("found an empty address of a cluster, want one such as tcp://127.0.0.1:8786")
    threading.Thread(target=enter, daemon=True).start()
    try:
        return found.result(2 * PATIENCE)
    except (ValueError, TypeError) as error:
        raise UsageError(f"cluster {address}: {error}; want an address such as tcp://127.0.0.1:8786") from None
    except (OSError, ImportError) as error:
        told = str(error) or f"nothing was said within {2 * PATIENCE} s"
        raise RunError(f"{address}: no scheduler answers ({told}); check the address, or start one") from None


class _Post(Executor):
    """Hands jobs on as bytes that are a call, which a worker makes by loading them.

    So a scheduler need not have nevsim, and of a worker that has none the job fails; Dask would wait for it forever.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, task: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
        return self._executor.submit(pickle.loads, pickle.dumps(_Call(task, arguments)))


class _Call:
    def __init__(self, task: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self._parts = task, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._parts


@contextmanager
def processes(workers: int) -> Iterator[Crew]:
    """Yield processes that are gone in the end, whatever they are at."""
    crew = Processes(workers)
    at_once = True
    try:
        yield crew
        at_once = False
    finally:
        crew.end(at_once=at_once)


@contextmanager
def cluster(address: str) -> Iterator[Crew]:
    """Yield the workers of a cluster, which drops in the end what is no longer wanted."""
    crew = Cluster(address)
    try:
        yield crew
    except BaseException:
        for name in LOGGERS:  # connections that are broken off are no news then, and what happened is told in words
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        raise
    finally:
        crew.close()


def conduct(
    crew: Crew, jobs: Iterable[Job], task: Task = work, count: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[Job, Done | Refused]]:
    """Yield each job with what came of it, in the order in which they end, and ``count`` the workers as they change.

    A job whose worker dies is handed out again; one that takes its worker down three times is refused. RunError where
    a cluster is gone, or cannot play, and where the first jobs all take their workers down.
    """
    ahead, suspects = iter(jobs), deque[Job]()
    flying: dict[Future[Done | Refused], Job] = {}
    strikes: Counter[Job] = Counter()
    lost: int | None = 0
    is_alone = False
    while True:
        size = crew.size()
        count(size)
        is_alone = bool(suspects) if not flying else is_alone
        handed: Iterable[Job] = islice(ahead, max(0, AHEAD * max(size, 1) - len(flying)))
        if suspects or is_alone:
            handed = () if flying else (suspects.popleft(),)
        for job in handed:
            flying[_handed(crew, task, job)] = job
        if not flying:
            return
        is_known = len(flying) == 1
        fallen = []
        for future in wait(flying, LOOK, FIRST_COMPLETED).done:
            job = flying.pop(future)
            try:
                done = future.result()
            except crew.deaths:
                fallen.append(job)
            except Exception as error:
                raise crew.fail(error) from error.__cause__
            else:
                lost = None
                yield job, done
        if fallen and crew.fall_together:
            fallen += flying.values()
            flying.clear()
            crew.renew()
        for job in fallen:
            strikes[job] += is_known * crew.strikes
            if strikes[job] >= STRIKES:
                lost = None if lost is None else lost + 1
                if lost == HOPELESS:
                    raise RunError(
                        "every worker died before it had done anything; free memory, or in a script call it under "
                        'if __name__ == "__main__":'
                    )
                yield job, Refused(f"replications {job.first} to {job.last - 1} killed every worker that played them")
            else:
                suspects.append(job)


def _handed(crew: Crew, task: Task, job: Job) -> Future[Done | Refused]:
    with _deaf():
        try:
            return crew.executor().submit(task, job)
        except crew.deaths:  # a worker that died between two jobs
            crew.renew()
            return crew.executor().submit(task, job)


@contextmanager
def _deaf() -> Iterator[None]:
    """Keep an interruption back: a process that is started meanwhile is deaf to it from its first moment on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Leave interruptions to the parent, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    from multiprocessing.connection import wait as wait_for

    wait_for([sentinel])
    os._exit(1)
