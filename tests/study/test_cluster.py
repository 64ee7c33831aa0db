"""A sweep on a Dask cluster, whose scheduler and workers are processes of their own that come, die and end here."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import distributed
import pytest
from light_jobs import Light, played
from sweep_scene import RUNS, here, written

import nevsim
from nevsim.cli import status
from nevsim.errors import RunError, UsageError
from nevsim.scenario.load import load
from nevsim.study import pool
from nevsim.study.campaign import Standing
from nevsim.study.jobs import NEVSIM, Done, Job, Refused, work

FOLDER = Path(__file__).parent
PATHS = os.pathsep.join([str(FOLDER), *filter(None, sys.path)])
"""Where workers find this file, whose functions some tests hand to them."""
STRANGER = "import sys; sys.modules['nevsim'] = None"
"""What makes a worker one without nevsim."""


class Cluster:
    """A scheduler on a free port of this machine, and the workers that are started for it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        told = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(told))
        until(told.exists)
        self.address: str = json.loads(told.read_text(encoding="utf-8"))["address"]
        self.client: Any = distributed.Client(self.address, set_as_default=False)

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words, "--host", "127.0.0.1", "--no-dashboard"]
        inside = {**os.environ, "PYTHONPATH": PATHS, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen(command, cwd=self._folder, env=inside, stderr=log, start_new_session=True)
        self._processes.append(process)
        return process

    def worker(self, *words: str, threads: int = 1) -> subprocess.Popen[bytes]:
        """Start a worker and wait until it is there."""
        count = self.count()
        process = self._start("worker", self.address, "--nthreads", str(threads), *(words or ("--no-nanny",)))
        until(lambda: self.count() > count)
        return process

    def count(self) -> int:
        return len(self.client.nthreads())

    def tasks(self) -> int:
        """How many jobs the scheduler knows, whether they wait, run, or are done."""
        return int(self.client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)))

    def end(self) -> None:
        for process in self._processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()
        self.client.close()


def until(holds: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < 60, "waited for a minute"
        time.sleep(0.05)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster without a worker."""
    cluster = Cluster(tmp_path / "cluster")
    try:
        yield cluster
    finally:
        cluster.end()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of a worker with two threads and one with one."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.worker(threads=2)
        cluster.worker()
        yield cluster
    finally:
        cluster.end()


def test_where_it_is_played_shows_nowhere(two: Cluster, tmp_path: Path, whole: bytes) -> None:
    """On three threads of two processes; and what came back is forgotten there, so memory does not grow."""
    known: list[int] = []
    found = nevsim.sweep(
        written(tmp_path),
        tmp_path / "out",
        cluster=two.address,
        chunk=300,
        progress=lambda standing: known.append(two.tasks()),
    )
    assert not found.withheld
    assert (tmp_path / "out" / "odds.csv").read_bytes() == whole
    assert len(known) > 60
    assert max(known) <= 3 * (pool.AHEAD + 1)
    until(lambda: two.tasks() == 0)


def test_a_job_carries_all_that_it_needs(two: Cluster) -> None:
    """Dates, times, lists, tables and numbers of every field of a scenario, and no file."""
    path = FOLDER.parent / "data" / "every-field.toml"
    job = Job("every", "nowhere.toml", load(path).text.data, (), 3, 0, 40, NEVSIM)
    with pool.cluster(two.address) as crew:
        ((_, found),) = pool.conduct(crew, [job])
    here_found = work(job)
    assert isinstance(found, Done)
    assert isinstance(here_found, Done)
    assert found.content == here_found.content


def test_workers_come_and_die(fresh: Cluster, tmp_path: Path, whole: bytes) -> None:
    """None at first; then one, then two, of which the first is killed with the jobs that it has."""
    workers: list[subprocess.Popen[bytes]] = []
    counts: list[int | None] = []

    def come_and_die(standing: Standing) -> None:
        if not counts or counts[-1] != standing.workers:
            counts.append(standing.workers)
        if (standing.workers == 0 and not workers) or (standing.done and len(workers) == 1):
            workers.append(fresh.worker())
        elif standing.workers == 2:
            workers[0].kill()

    nevsim.sweep(written(tmp_path), tmp_path / "out", cluster=fresh.address, chunk=300, progress=come_and_die)
    assert (tmp_path / "out" / "odds.csv").read_bytes() == whole
    assert counts == [None, 0, 1, 2, 1]


def test_a_job_that_kills_every_worker_is_named_and_the_others_are_played(fresh: Cluster) -> None:
    """One worker, which is started again each time: Dask gives up the poison and what shared the worker with it."""
    fresh.worker("--nanny")
    jobs = [Light(case) for case in ("one", "poison", "two", "three")]
    with pool.cluster(fresh.address) as crew:
        found = {job.case: done for job, done in pool.conduct(crew, jobs, played)}
    refused = Refused("replications 0 to 9 killed every worker that played them")
    assert found == {"one": "one", "poison": refused, "two": "two", "three": "three"}


def test_another_version_ends_the_sweep_at_once(two: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nevsim.study.campaign.NEVSIM", "9.8.7")
    with pytest.raises(RunError, match=r"a worker has nevsim 0\.1\.0 \(sources \w+\), this is nevsim 9\.8\.7; install"):
        nevsim.sweep(written(tmp_path), tmp_path / "out", cluster=two.address)
    until(lambda: two.tasks() == 0)


def test_a_worker_without_nevsim_ends_the_sweep(fresh: Cluster, tmp_path: Path) -> None:
    fresh.worker("--no-nanny", "--preload", STRANGER)
    with pytest.raises(RunError, match=r"a worker failed \(ModuleNotFoundError: .*nevsim.*it needs nevsim 0\.1\.0"):
        nevsim.sweep(written(tmp_path), tmp_path / "out", cluster=fresh.address)


def test_a_scheduler_that_dies_ends_the_sweep_which_goes_on_elsewhere(
    fresh: Cluster, tmp_path: Path, whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.worker()

    def kill(standing: Standing) -> None:
        if standing.done >= RUNS:
            fresh.scheduler.kill()

    with pytest.raises(RunError, match="the scheduler ended, or dropped the jobs; what is done is kept"):
        nevsim.sweep(written(tmp_path), tmp_path / "out", cluster=fresh.address, chunk=300, progress=kill)
    monkeypatch.setattr(pool, "processes", here)
    kept: list[int] = []
    nevsim.sweep(written(tmp_path), tmp_path / "out", progress=lambda one: kept.append(one.kept))
    assert RUNS <= kept[0] < 6 * RUNS
    assert (tmp_path / "out" / "odds.csv").read_bytes() == whole


def test_an_interruption_leaves_nothing_on_the_cluster(two: Cluster, tmp_path: Path) -> None:
    path = written(tmp_path, 3_000_000)
    words = ["sweep", str(path), "--out", str(tmp_path / "out"), "--cluster", two.address]
    process = subprocess.Popen(
        [sys.executable, "-m", "nevsim", *words],
        env={**os.environ, "PYTHONPATH": PATHS},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        until(lambda: any((tmp_path / "out" / "shards").glob("*")) or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=60)[1]
    finally:
        process.kill()
    assert process.returncode == 130
    assert "what is done is kept" in told
    assert "Traceback" not in told
    until(lambda: two.tasks() == 0 and not any(two.client.processing().values()))
    assert two.count() == 2


@pytest.mark.parametrize("listens", [False, True])
def test_an_address_without_a_scheduler_is_told(
    listens: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody there, or something that is no scheduler and waits to be asked, as a web page does."""
    monkeypatch.setattr(pool, "PATIENCE", 1)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        if listens:
            held.listen()
        address = f"tcp://127.0.0.1:{held.getsockname()[1]}"
        assert status(["sweep", str(written(tmp_path)), "--out", str(tmp_path / "out"), "--cluster", address]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"{address}: no scheduler answers (")
    assert told.count("\n") == 1


@pytest.mark.parametrize("address", ["", "nobody", "post://x:1", "tls://127.0.0.1:1"])
def test_what_is_no_address_is_told(address: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"tcp://127\.0\.0\.1:8786"):
        nevsim.sweep(written(tmp_path), tmp_path / "out", cluster=address)
