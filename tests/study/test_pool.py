"""Jobs on processes that die: each job ends once, and the one that is to blame is named."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from nevsim.errors import RunError
from nevsim.study import pool as study_pool
from nevsim.study.jobs import Done, Job, Refused
from nevsim.study.pool import HOPELESS, STRIKES, conduct, processes


def jobs(folder: Path, count: int) -> list[Job]:
    """Jobs whose ``path`` is a folder to leave marks in."""
    return [Job(f"c{number}", str(folder), {}, (), 0, 0, 10, "any") for number in range(count)]


def mark(job: Job) -> int:
    """Leave a mark, and return how many there are for this job by now."""
    path = Path(job.path, job.case)
    path.mkdir(exist_ok=True)
    (path / str(len(list(path.iterdir())))).touch()
    return len(list(path.iterdir()))


def obeys(job: Job) -> Done | Refused:
    mark(job)
    return Done(job.case.encode(), 0.1)


def dies_once(job: Job) -> Done | Refused:
    if job.case == "c3" and mark(job) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return Done(job.case.encode(), 0.1)


def is_poison(job: Job) -> Done | Refused:
    mark(job)
    if job.case in ("c1", "c4"):
        os._exit(1)
    return Done(job.case.encode(), 0.1)


def refuses(job: Job) -> Done | Refused:
    return Refused("no") if job.case == "c2" else Done(job.case.encode(), 0.1)


@pytest.mark.parametrize("workers", [1, 2])
def test_each_job_ends_once(workers: int, tmp_path: Path) -> None:
    with processes(workers) as crew:
        found = list(conduct(crew, jobs(tmp_path, 9), obeys))
    assert Counter(job.case for job, _ in found) == Counter({f"c{number}": 1 for number in range(9)})
    assert all(isinstance(done, Done) and done.content == job.case.encode() for job, done in found)
    assert [len(list(path.iterdir())) for path in tmp_path.iterdir()] == [1] * 9


def test_a_job_whose_worker_dies_is_played_again(tmp_path: Path) -> None:
    with processes(2) as crew:
        found = list(conduct(crew, jobs(tmp_path, 9), dies_once))
    assert sorted(job.case for job, _ in found) == [f"c{number}" for number in range(9)]
    assert all(isinstance(done, Done) for _, done in found)
    assert len(list((tmp_path / "c3").iterdir())) == 2


def test_jobs_that_kill_every_worker_are_named_and_the_others_are_done(tmp_path: Path) -> None:
    with processes(2) as crew:
        found = {job.case: done for job, done in conduct(crew, jobs(tmp_path, 6), is_poison)}
    assert len(found) == 6
    for name, done in found.items():
        if name in ("c1", "c4"):
            assert done == Refused("replications 0 to 9 killed every worker that played them")
            assert STRIKES <= len(list((tmp_path / name).iterdir())) <= STRIKES + 1
        else:
            assert done == Done(name.encode(), 0.1)


class Slow(Executor):
    """Plays jobs in a moment, but of the poisoned one the worker dies after a while."""

    deaths: tuple[type[BaseException], ...] = (ConnectionError,)
    strikes, fall_together = 1, True

    def __init__(self) -> None:
        self.tried: Counter[str] = Counter()

    def size(self) -> int:
        return 2

    def executor(self) -> Executor:
        return self

    def renew(self) -> None:
        """Nothing has to be."""

    def fail(self, error: Exception) -> Exception:
        return error

    def submit(self, _task: object, /, *jobs: Job, **_: object) -> Future[Done | Refused]:
        found: Future[Done | Refused] = Future()
        self.tried[jobs[0].case] += 1
        if jobs[0].case == "c1":
            threading.Timer(0.05, found.set_exception, (ConnectionError(),)).start()
        else:
            threading.Timer(0.01, found.set_result, (Done(b"", 0.1),)).start()
        return found


def test_a_suspect_that_takes_long_stays_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while workers are counted: else its death would tell nothing, and others would be suspected with it."""
    monkeypatch.setattr(study_pool, "LOOK", 0.01)
    crew = Slow()
    found = {job.case: done for job, done in conduct(crew, jobs(tmp_path, 90), obeys)}
    assert found["c1"] == Refused("replications 0 to 9 killed every worker that played them")
    assert crew.tried["c1"] == STRIKES + 1, "once with others"
    assert len(found) == 90


def test_what_is_refused_is_handed_on(tmp_path: Path) -> None:
    with processes(1) as crew:
        found = {job.case: done for job, done in conduct(crew, jobs(tmp_path, 4), refuses)}
    assert [name for name, done in found.items() if isinstance(done, Refused)] == ["c2"]


def test_workers_are_gone_when_it_is_interrupted(tmp_path: Path) -> None:
    def interrupted() -> None:
        with processes(2) as crew:
            for _ in conduct(crew, jobs(tmp_path, 9), obeys):
                raise KeyboardInterrupt

    stranger = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(60,))
    stranger.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert multiprocessing.active_children() == [stranger]
        assert stranger.is_alive()
    finally:
        stranger.kill()
        stranger.join()


def hears(_job: Job) -> Done | Refused:
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    return Done(b"yes" if signal.SIGINT in blocked else b"no", 0.1)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this system blocks no signals")
def test_a_worker_is_deaf_to_interruptions_before_it_begins(tmp_path: Path) -> None:
    """Blocked from its first moment on, so that none tells of an interruption while it still imports."""
    with processes(1) as crew:
        assert [done for _, done in conduct(crew, jobs(tmp_path, 1), hears)] == [Done(b"yes", 0.1)]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def dies(job: Job) -> Done | Refused:
    mark(job)
    os._exit(1)


def test_workers_that_never_do_anything_are_given_up(tmp_path: Path) -> None:
    """As in a script that calls a sweep without a guard: a thousand cases are not tried three times each."""
    with pytest.raises(RunError, match="every worker died"), processes(1) as crew:
        list(conduct(crew, jobs(tmp_path, 1_000), dies))
    assert len(list(tmp_path.iterdir())) <= HOPELESS + 2
