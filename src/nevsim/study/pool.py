"""Hands jobs to processes of this machine or of a cluster, and lives through those that die; it knows no results.

One loop over the executors of concurrent.futures: a process pool here, Dask's client elsewhere. When a worker dies, a
process pool fails every job that was handed to it, and does not tell which one was to blame. So these are played one
at a time, each with the pool to itself, until it is known.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from typing import Any, Protocol

from nevsim.errors import RunError, UsageError
from nevsim.study.jobs import Done, Job, Refused, work

STRIKES = 3
"""How often a job may take its worker down with it."""
AHEAD = 2
"""Jobs under way for each worker, so that none waits for the next."""


class Crew(Protocol):
    """Workers: how many there are by now, where jobs are handed to, and what their death looks like.

    ``deaths`` are the exceptions of a job whose worker died, so often as ``strikes`` says; where workers
    ``fall_together``, all jobs under way have them.
    """

    deaths: tuple[type[BaseException], ...]
    strikes: int
    fall_together: bool

    def size(self) -> int:
        """Return how many workers there are, at least 1."""

    def executor(self) -> Executor:
        """Return what takes jobs."""

    def renew(self) -> None:
        """Take new workers in place of dead ones."""


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
        self.deaths: tuple[type[BaseException], ...] = (dask.KilledWorker,)
        try:
            self._client: Any = dask.Client(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise RunError(f"{address}: no scheduler answers ({error}); check the address, or start one") from None
        self._executor: Executor = self._client.get_executor(pure=False, retries=0)

    def size(self) -> int:
        """Return how many workers there are by now."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return max(1, sum(int(one["nthreads"]) for one in workers))

    def executor(self) -> Executor:
        """Return Dask's executor."""
        return self._executor

    def renew(self) -> None:
        """Do nothing: the cluster starts its workers itself."""

    def close(self) -> None:
        """Leave the cluster as it is."""
        self._client.close()


@contextmanager
def processes(workers: int) -> Iterator[Crew]:
    """Yield processes that are gone in the end, whatever they are at."""
    crew = Processes(workers)
    try:
        yield crew
    except BaseException:
        for process in multiprocessing.active_children():
            process.kill()
        raise
    finally:
        crew.executor().shutdown(wait=True, cancel_futures=True)


@contextmanager
def cluster(address: str) -> Iterator[Crew]:
    """Yield the workers of a cluster, whose scheduler is told at the end what is no longer wanted."""
    crew = Cluster(address)
    try:
        yield crew
    finally:
        crew.close()


def conduct(
    crew: Crew, jobs: Iterable[Job], task: Callable[[Job], Done | Refused] = work
) -> Iterator[tuple[Job, Done | Refused]]:
    """Yield each job with what came of it, in the order in which they end.

    A job whose worker dies is handed out again; one that takes its worker down three times is refused.
    """
    ahead, suspects = iter(jobs), deque[Job]()
    flying: dict[Future[Done | Refused], Job] = {}
    strikes: Counter[Job] = Counter()
    while True:
        handed: Iterable[Job] = islice(ahead, max(0, AHEAD * crew.size() - len(flying)))
        if suspects:
            handed = () if flying else (suspects.popleft(),)
        for job in handed:
            flying[_handed(crew, task, job)] = job
        if not flying:
            return
        is_known = len(flying) == 1 or not crew.fall_together
        fallen = []
        for future in wait(flying, return_when=FIRST_COMPLETED).done:
            job = flying.pop(future)
            try:
                yield job, future.result()
            except crew.deaths:
                fallen.append(job)
        if fallen and crew.fall_together:
            fallen += flying.values()
            flying.clear()
            crew.renew()
        for job in fallen:
            strikes[job] += is_known * crew.strikes
            if strikes[job] >= STRIKES:
                yield job, Refused(f"replications {job.first} to {job.last - 1} killed their worker {STRIKES} times")
            else:
                suspects.append(job)


def _handed(crew: Crew, task: Callable[[Job], Done | Refused], job: Job) -> Future[Done | Refused]:
    try:
        return crew.executor().submit(task, job)
    except crew.deaths:  # a worker that died between two jobs
        crew.renew()
        return crew.executor().submit(task, job)


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
