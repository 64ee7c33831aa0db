"""A sweep's store gives back what was put or nothing, whatever the disk, a signal or a second process does."""

from __future__ import annotations

import errno
import hashlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nevsim.errors import RunError, UsageError
from nevsim.study.journal import line, read_lines
from nevsim.study.store import HEADER, Shard, Store

CASE = "c0ffee"
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals, limits and users of POSIX")
KILLS = int(os.environ.get("NEVSIM_KILLS", "10"))
CALLS = ("open", "write", "fsync", "replace", "close", "unlink", "mkdir", "ftruncate", "scandir", "read")


def content(first: int, last: int) -> bytes:
    """What the tests put for a range: bytes that no other range has."""
    return b"".join(hashlib.sha256(f"{CASE} {number}".encode()).digest() for number in range(first, last))


def filled(folder: Path, *ranges: tuple[int, int]) -> None:
    with Store(folder) as store:
        for first, last in ranges:
            store.put(CASE, first, last, content(first, last))


def played(folder: Path, runs: int = 30) -> tuple[set[tuple[int, int]], list[str]]:
    """The ranges that a fresh store gives back, each compared to the byte, and the notes of it."""
    with Store(folder) as store:
        there = {(one.first, one.last) for one in store.shards(CASE) if is_right(store, one)}
        chosen, gaps = store.chain(CASE, runs)
        assert sum(one.last - one.first for one in chosen) + sum(high - low for low, high in gaps) == runs
        assert {(one.first, one.last) for one in chosen} <= there
        return there, store.notes


def is_right(store: Store, shard: Shard) -> bool:
    found = store.read(shard)
    assert found is None or found == content(shard.first, shard.last), "a wrong byte"
    return found is not None


def shard_files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (folder / "shards").iterdir()}


def write(files: dict[Path, bytes]) -> None:
    for path, text in files.items():
        path.write_bytes(text)


def script(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_what_was_put_is_read_again(tmp_path: Path) -> None:
    """The hash is that of "abc" in FIPS 180-2, appendix B.1."""
    folder = tmp_path / "a" / "sweep"
    hashed = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with Store(folder) as store:
        shard = store.put(CASE, 0, 10, b"abc")
        assert shard == Shard(CASE, 0, 10, "shards/c0ffee-0-10.parquet", hashed, 3)
    with Store(folder) as store:
        assert store.notes == []
        assert store.shards(CASE) == (shard,)
        assert store.shards("00") == ()
        assert store.read(shard) == b"abc"
    assert sorted(path.name for path in folder.iterdir()) == ["journal.jsonl", "lock", "shards"]


def test_a_shard_is_replaced_by_one_of_the_same_replications(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        old = store.put(CASE, 0, 10, b"old")
        new = store.put(CASE, 0, 10, b"new")
    with Store(tmp_path) as store:
        assert store.shards(CASE) == (new,)
        assert store.read(new) == b"new"
        (tmp_path / new.file).write_bytes(b"old")
        assert store.read(new) is None
        assert store.read(old) is None


@pytest.mark.parametrize("case", ["", "../x", "C0FFEE", "c0ffee\n", "a" * 65, "a/b", "٣"])
def test_only_hex_text_becomes_a_name(case: str, tmp_path: Path) -> None:
    with Store(tmp_path / "sweep") as store, pytest.raises(ValueError, match="want 1 to 64 digits of 0-9a-f"):
        store.put(case, 0, 1, b"")
    assert not list((tmp_path / "sweep" / "shards").iterdir())


@pytest.mark.parametrize(("first", "last"), [(0, 0), (5, 4), (-1, 3)])
def test_an_empty_range_is_none(first: int, last: int, tmp_path: Path) -> None:
    with Store(tmp_path) as store, pytest.raises(ValueError, match="want 0 <= first < last"):
        store.put(CASE, first, last, b"")


def test_nothing_is_put_into_a_closed_store(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.close()
    with pytest.raises(ValueError, match="closed"):
        store.put(CASE, 0, 1, b"")
    assert played(tmp_path)[0] == set()


# The chain


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 8)), max_size=7), st.integers(0, 14))
@settings(max_examples=40, deadline=None)
def test_a_chain_and_its_gaps_are_all_the_replications_once(drawn: list[tuple[int, int]], runs: int) -> None:
    """Against the plainest search: of all subsets without overlap the one that covers most, by the fewest shards."""
    ranges = sorted({(first, first + length) for first, length in drawn})
    with tempfile.TemporaryDirectory() as name:
        with Store(Path(name) / "one") as store:
            for first, last in ranges:
                store.put(CASE, first, last, b"")
            chosen, gaps = store.chain(CASE, runs)
        with Store(Path(name) / "other") as store:
            for first, last in reversed(ranges):
                store.put(CASE, first, last, b"")
            assert store.chain(CASE, runs) == (chosen, gaps)
    parts = [(one.first, one.last) for one in chosen]
    assert [number for low, high in sorted([*parts, *gaps]) for number in range(low, high)] == list(range(runs))
    assert parts == sorted(parts)
    assert all(low < high for low, high in gaps)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(gaps)), "gaps are whole"
    best = max(
        (sum(last - first for first, last in some), -len(some))
        for count in range(len(ranges) + 1)
        for some in itertools.combinations([one for one in ranges if one[1] <= runs], count)
        if all(before[1] <= after[0] for before, after in itertools.pairwise(some))
    )
    assert (sum(last - first for first, last in parts), -len(parts)) == best


def test_a_chain_by_hand(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for first, last in ((0, 10), (5, 30), (30, 40), (35, 60), (30, 35), (35, 40)):
            store.put(CASE, first, last, b"")
        chosen, gaps = store.chain(CASE, 50)
        assert [(one.first, one.last) for one in chosen] == [(5, 30), (30, 40)]
        assert gaps == ((0, 5), (40, 50))
        assert store.chain("00", 50) == ((), ((0, 50),))
        assert store.chain(CASE, 0) == ((), ())
        with pytest.raises(ValueError, match="found -1 runs"):
            store.chain(CASE, -1)


# One at a time


def test_a_second_store_is_refused_in_the_same_process(tmp_path: Path) -> None:
    with Store(tmp_path, "nevsim sweep a.toml"):
        said = rf"is in use by process {os.getpid()} on .* \(nevsim sweep a\.toml\); wait for it or name another folder"
        for _ in range(2):
            with pytest.raises(UsageError, match=said):
                Store(tmp_path)
    filled(tmp_path, (0, 1))


HOLD = (
    "import sys, time; from pathlib import Path; from nevsim.study.store import Store\n"
    "store = Store(Path(sys.argv[1]), 'the other'); print('held', flush=True)\n"
)


def test_a_second_process_is_refused_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    with script(HOLD + "time.sleep(60)", tmp_path) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            with pytest.raises(UsageError, match=rf"in use by process {other.pid} on .* \(the other\)"):
                Store(tmp_path)
        finally:
            other.kill()
    filled(tmp_path, (0, 1))


@POSIX
def test_a_process_that_was_forked_off_does_not_hold_it_on(tmp_path: Path) -> None:
    code = (
        "import os\nif os.fork() == 0:\n    print('child', os.getpid(), flush=True)\n    time.sleep(60)\ntime.sleep(60)"
    )
    with script(HOLD + code, tmp_path) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        child = int(other.stdout.readline().split()[1])
        try:
            with pytest.raises(UsageError, match=rf"process {other.pid} "):
                Store(tmp_path)
            other.kill()
            other.wait()
            filled(tmp_path, (0, 1))
        finally:
            os.kill(child, signal.SIGKILL)


def test_a_holder_that_has_not_told_who_it_is(tmp_path: Path) -> None:
    with Store(tmp_path):
        for text in ("", "[1]", "{", "\0\0"):
            (tmp_path / "lock").write_text(text)
            with pytest.raises(UsageError, match="in use by another process; wait"):
                Store(tmp_path)


# What the folder may be


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.jpg": "mine"}, r"holds files but no journal\.jsonl, so it is not a sweep; name an empty or new folder"),
        ({"manifest.json": '{"run": "1", "scenario": {}}'}, "holds the result of a run, so it is not a sweep"),
        ({"manifest.json": "[]"}, "holds files but no journal"),
        ({"journal.jsonl": '{"mine": 1}\n'}, r"journal\.jsonl: is not the journal of a sweep; name an empty or new"),
        ({"journal.jsonl": '{"mine": 1}'}, "is not the journal of a sweep"),
    ],
)
def test_a_foreign_folder_is_left_alone(files: dict[str, str], said: str, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=said):
        Store(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == files


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="is not a folder; name another"):
        Store(tmp_path / "file")
    with pytest.raises(RunError, match="file/below: cannot be written"):
        Store(tmp_path / "file" / "below")


def test_a_sweep_without_its_journal_begins_anew(tmp_path: Path) -> None:
    filled(tmp_path, (0, 10))
    (tmp_path / "journal.jsonl").unlink()
    with pytest.raises(UsageError, match="holds files but no journal"):
        Store(tmp_path)
    (tmp_path / "manifest.json").write_text('{"sweep": {"id": "a"}}')
    there, notes = played(tmp_path)
    assert there == set()
    what = "has no line in the journal that tells whether it is whole; removed, will be played again"
    assert notes == [f"{tmp_path / 'shards/c0ffee-0-10.parquet'}: {what}"]


@pytest.mark.parametrize("left", ['{"check":"', "\0" * 500, ""])
def test_a_journal_of_which_a_crash_left_a_part_of_the_first_line_is_ours(left: str, tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text(left)
    filled(tmp_path, (0, 10))
    assert played(tmp_path) == ({(0, 10)}, [])


def test_another_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    filled(tmp_path, (0, 10))
    journal = tmp_path / "journal.jsonl"
    other = line({**HEADER, "schema": 2}) + journal.read_bytes().split(b"\n", 1)[1]
    journal.write_bytes(other)
    with pytest.raises(UsageError, match=r"found schema 2, want 1: another version of nevsim made it; open it with"):
        Store(tmp_path)
    assert journal.read_bytes() == other
    assert (tmp_path / "shards/c0ffee-0-10.parquet").read_bytes() == content(0, 10)


# What a crash or a bad disk leaves


def test_the_journal_is_what_it_says(tmp_path: Path) -> None:
    """Each line is JSON with sorted keys whose check is the beginning of the SHA-256 of the others."""
    filled(tmp_path, (0, 10))
    lines = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert len(lines) == 2
    for text in lines:
        facts = json.loads(text)
        assert list(facts) == sorted(facts)
        check = facts.pop("check")
        plain = json.dumps(facts, sort_keys=True, separators=(",", ":"))
        assert check == hashlib.sha256(plain.encode()).hexdigest()[:16]
    assert {"folder": "nevsim sweep", "schema": 1}.items() <= json.loads(lines[0]).items()


def test_a_journal_torn_at_every_byte(tmp_path: Path) -> None:
    filled(tmp_path, (0, 10), (10, 20))
    journal = tmp_path / "journal.jsonl"
    whole = journal.read_bytes()
    ends = [number + 1 for number, sign in enumerate(whole) if sign == ord("\n")]
    shards = shard_files(tmp_path)
    for length in range(len(whole) + 1):
        write({**shards, journal: whole[:length]})
        there, notes = played(tmp_path)
        assert there == {one for one, end in zip([(0, 10), (10, 20)], ends[1:], strict=True) if end <= length}
        assert any("journal.jsonl:" in note and "is torn" in note for note in notes) == (length not in (0, *ends))
        assert played(tmp_path) == (there, []), "what was repaired is repaired"


def test_a_journal_with_any_byte_changed(tmp_path: Path) -> None:
    filled(tmp_path, (0, 10), (10, 20))
    journal = tmp_path / "journal.jsonl"
    whole = journal.read_bytes()
    ends = [number + 1 for number, sign in enumerate(whole) if sign == ord("\n")]
    shards = shard_files(tmp_path)
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        write({**shards, journal: bytes(flipped)})
        there, notes = played(tmp_path)
        hurt = next(number for number, end in enumerate(ends) if place < end)
        lost = {hurt, hurt + 1} if whole[place] == ord("\n") else {hurt}  # without its end a line runs into the next
        assert there == {one for number, one in ((1, (0, 10)), (2, (10, 20))) if number not in lost}
        assert any("is torn" in note for note in notes)


@pytest.mark.parametrize(
    "rubbish", [b"\0" * 9000, b"\xff\xfe\n", b"[" * 3000 + b"\n", b"{}\n", b"\n\n", b"x" * 2_500_000]
)
def test_a_journal_with_rubbish_in_it(rubbish: bytes, tmp_path: Path) -> None:
    filled(tmp_path, (0, 10), (10, 20))
    journal = tmp_path / "journal.jsonl"
    head, first, last = journal.read_bytes().splitlines(keepends=True)
    shards = shard_files(tmp_path)
    for text, there in (
        (head + first + rubbish + b"\n" + last, {(0, 10), (10, 20)}),
        (head + first + last + rubbish, {(0, 10), (10, 20)}),
        (head + first[:-20] + last, set()),  # two lines run together
        (rubbish + b"\n" + head + first + last, {(0, 10), (10, 20)}),
    ):
        write({**shards, journal: text})
        found, notes = played(tmp_path)
        assert found == there
        assert any(str(journal) in note and "is torn; left out" in note for note in notes)
        assert played(tmp_path) == (there, [])


def test_of_a_line_without_end_little_is_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"x" * 5_000_000)
    assert [len(text) < 5000 for text in read_lines(tmp_path / "journal")] == [True]


def test_a_line_that_leads_out_of_the_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"abc")
    filled(tmp_path / "sweep")
    facts = {"case": CASE, "first": 0, "last": 1, "sha256": hashlib.sha256(b"abc").hexdigest(), "size": 3}
    with (tmp_path / "sweep" / "journal.jsonl").open("ab") as journal:
        journal.write(line({**facts, "file": "../secret"}))
        journal.write(line({**facts, "file": "shards/c0ffee-0-1.parquet", "first": False}))
    there, notes = played(tmp_path / "sweep")
    assert there == set()
    assert [note.split(": ")[1] for note in notes] == ["is torn; left out"] * 2
    assert (tmp_path / "secret").read_bytes() == b"abc"


def test_a_shard_cut_short_or_gone(tmp_path: Path) -> None:
    path = tmp_path / "shards" / "c0ffee-0-2.parquet"
    for length in (*range(len(content(0, 2))), None):
        filled(tmp_path, (0, 2), (2, 4))
        if length is None:
            path.unlink()
        else:
            path.write_bytes(content(0, 2)[:length])
        there, notes = played(tmp_path)
        assert there == {(2, 4)}
        assert notes == [f"{path}: is missing or not of its size; will be played again"]
        assert played(tmp_path) == ({(2, 4)}, [])


def test_a_shard_with_any_byte_changed(tmp_path: Path) -> None:
    path = tmp_path / "shards" / "c0ffee-0-2.parquet"
    with Store(tmp_path) as store:
        for place in range(len(content(0, 2))):
            shard = store.put(CASE, 0, 2, content(0, 2))
            flipped = bytearray(content(0, 2))
            flipped[place] ^= 1 << place % 8
            path.write_bytes(flipped)
            assert store.read(shard) is None
            assert store.notes.pop() == f"{path}: does not match its hash; will be played again"
            assert store.chain(CASE, 2) == ((), ((0, 2),))
            assert not path.exists(), "else the next opening would count it again"


def test_a_shard_that_goes_while_the_store_is_open(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        shard = store.put(CASE, 0, 2, b"abc")
        (tmp_path / shard.file).unlink()
        assert store.read(shard) is None
        assert store.notes == [f"{tmp_path / shard.file}: is missing; will be played again"]
        assert store.chain(CASE, 2) == ((), ((0, 2),))


def test_what_is_left_half_written_is_removed_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    filled(tmp_path, (0, 10))
    stale = ["shards/c0ffee-10-20.parquet.tmp", "journal.jsonl.tmp", "odds.csv.tmp", "shards/ab-0-9.parquet"]
    stale += ["figures/map-output-2025.svg.tmp"]
    mine = ["shards/notes.tmp", ".gitignore", "odds.csv", "shards/c0ffee-10-20.parquet.bak", "figures/mine.svg.tmp"]
    (tmp_path / "figures").mkdir()
    for name in stale + mine:
        (tmp_path / name).write_text("x")
    there, notes = played(tmp_path)
    assert there == {(0, 10)}
    assert {note.split(": ")[0] for note in notes} == {str(tmp_path / name) for name in stale}
    assert not any((tmp_path / name).exists() for name in stale)
    assert all((tmp_path / name).exists() for name in mine)


def test_many_notes_are_counted(tmp_path: Path) -> None:
    filled(tmp_path, *((number, number + 1) for number in range(25)))
    for path in (tmp_path / "shards").iterdir():
        path.unlink()
    _, notes = played(tmp_path)
    assert len(notes) == 21
    assert notes[-1] == f"{tmp_path}: 5 more: is missing or not of its size; will be played again"


# The disk refuses


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("before", [False, True], ids=["new", "repaired"])
def test_a_call_of_the_system_that_fails_leaves_the_shard_whole_or_a_gap(
    before: bool, number: int, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every call in turn, until none fails: opening, putting, putting another after the failure, reading, closing."""
    for turn in range(1, 60):
        folder = tmp_path / str(turn)
        if before:
            filled(folder, (0, 10))
            (folder / "shards" / "c0ffee-3-4.parquet").write_text("orphan")
            with (folder / "journal.jsonl").open("ab") as journal:
                journal.write(b'{"case":"c0f')
        done: set[tuple[int, int]] = set()
        with monkeypatch.context() as patch:
            calls = failing_at(patch, name, turn, number)
            failed = put_and_read(folder, done)
        there, _ = played(folder)
        assert there >= (done | {(0, 10)} if before else done), "what put returned from is there"
        assert there <= {(0, 10), (10, 20), (20, 30)}
        assert all(said.startswith(str(folder)) and "cannot be" in said for said in failed)
        filled(folder, (10, 20))
        assert (10, 20) in played(folder)[0]
        if calls[0] < turn:
            assert not failed
            assert done == {(10, 20), (20, 30)}
            return
    pytest.fail("the calls do not end")


def put_and_read(folder: Path, done: set[tuple[int, int]]) -> list[str]:
    failed = []
    try:
        with Store(folder) as store:
            for first, last in ((10, 20), (20, 30)):
                try:
                    shard = store.put(CASE, first, last, content(first, last))
                    done.add((first, last))
                    assert is_right(store, shard) or "cannot be read" in store.notes[-1]
                except RunError as error:
                    failed.append(str(error))
    except RunError as error:
        failed.append(str(error))
    return failed


def failing_at(monkeypatch: pytest.MonkeyPatch, name: str, turn: int, number: int) -> list[int]:
    """Let the ``turn``-th call of a function of os fail, half done where it can be; return a count of the calls."""
    real = getattr(os, name)
    calls = [0]

    def call(*arguments: object, **options: object) -> object:
        calls[0] += 1
        if calls[0] == turn:
            if name == "write":
                real(arguments[0], bytes(arguments[1])[:7])
            if name == "close":
                real(*arguments)
            raise OSError(number, os.strerror(number))
        return real(*arguments, **options)

    monkeypatch.setattr(os, name, call)
    return calls


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_bytes_names_and_lines_are_flushed_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard's bytes before its name, its name before its line, and the line before put returns."""
    with Store(tmp_path) as store:
        done: list[str] = []
        real_fsync, real_replace = os.fsync, os.replace

        def fsync(handle: int) -> None:
            done.append(f"flush {Path(f'/proc/self/fd/{handle}').readlink().name}")
            real_fsync(handle)

        def replace(source: str, target: str) -> None:
            done.append(f"rename {Path(target).name}")
            real_replace(source, target)

        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "replace", replace)
        store.put(CASE, 0, 1, b"abc")
    name = "c0ffee-0-1.parquet"
    assert done == [f"flush {name}.tmp", f"rename {name}", "flush shards", "flush journal.jsonl"]


def test_writes_that_take_only_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, text: real(handle, bytes(text)[:5]))
    filled(tmp_path, (0, 10), (10, 20))
    assert played(tmp_path) == ({(0, 10), (10, 20)}, [])


def test_a_disk_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("nevsim.study.lock._lock", refuse)
    with pytest.raises(RunError, match=r"lock: cannot be locked \(No locks available\); choose a folder on a disk"):
        Store(tmp_path)


LIMITED = (
    "import resource, sys; from pathlib import Path\n"
    "from nevsim.errors import RunError; from nevsim.study.store import Store\n"
    "with Store(Path(sys.argv[1])) as store:\n"
    "    store.put('aa', 0, 1, b'small')\n"
    "    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
    "    try: store.put('aa', 1, 2, bytes(10_000))\n"
    "    except RunError as error: print(error)\n"
    "    for number in range(2, 99):\n"
    "        try: store.put('aa', number, number + 1, b'x')\n"
    "        except RunError as error: print(error); break\n"
    "print(number)\n"
)


@POSIX
def test_a_file_that_the_system_lets_grow_no_further(tmp_path: Path) -> None:
    """First the shard reaches the limit, then the journal does, within a line; what was put before stays."""
    with script(LIMITED, tmp_path) as limited:
        out, err = limited.communicate(timeout=60)
    assert err == ""
    shard, journal, number = out.splitlines()
    assert shard.startswith(f"{tmp_path / 'shards/aa-1-2.parquet'}: cannot be written (File too large); make room")
    assert journal.startswith(f"{tmp_path / 'journal.jsonl'}: cannot be written (File too large); make room")
    with Store(tmp_path) as store:
        assert len(store.shards("aa")) == int(number) - 1
        assert all(store.read(one) in (b"small", b"x") for one in store.shards("aa"))


READ_ONLY = (
    "import os, sys; from pathlib import Path\n"
    "from nevsim.errors import RunError; from nevsim.study.store import Store\n"
    "os.getuid() or (os.setgid(65534), os.setuid(65534))\n"
    "try: Store(Path(sys.argv[1]))\n"
    "except RunError as error: print(error)\n"
)


@POSIX
def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:  # tmp_path lies below a folder that nobody else may enter
        folder = Path(name) / "sweep"
        filled(folder, (0, 10))
        Path(name).chmod(0o755)
        for part in (folder, folder / "lock"):
            part.chmod(0o555)
        with script(READ_ONLY, folder) as reader:
            out, err = reader.communicate(timeout=60)
        for part in (folder, folder / "lock"):
            part.chmod(0o755)
        assert err == ""
        assert out == f"{folder / 'lock'}: cannot be written (Permission denied); make room or choose another place\n"
        assert played(folder)[0] == {(0, 10)}


WRITER = (
    "import hashlib, sys; from pathlib import Path; from nevsim.study.store import Store\n"
    "with Store(Path(sys.argv[1])) as store:\n"
    "    print('open', flush=True)\n"
    "    for first in range(int(sys.argv[2]), 10**6, 500):\n"
    "        numbers = range(first, first + 500)\n"
    "        content = b''.join(hashlib.sha256(f'c0ffee {n}'.encode()).digest() for n in numbers)\n"
    "        store.put('c0ffee', first, first + 500, content)\n"
    "        print(first, flush=True)\n"
)


@POSIX
def test_a_writer_that_is_killed_loses_nothing_that_it_had_put(tmp_path: Path) -> None:
    """At random moments, NEVSIM_KILLS times, each writer going on where the one before ended."""
    moments = random.Random(20221101)
    done: set[tuple[int, int]] = set()
    for _ in range(KILLS):
        with script(WRITER, tmp_path, 500 * len(done)) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "open\n"
            time.sleep(moments.uniform(0, 0.15))
            writer.kill()
            told = writer.stdout.read().split("\n")[:-1]
        done |= {(int(number), int(number) + 500) for number in told}
        there, _ = played(tmp_path, 10**6)
        assert there >= done
        assert len(there - done) <= 1, "put, and killed before it could be told"
        done = there
    assert done
