"""Whether the tests notice when a rule of the model is broken: each breakage of ``faults.toml`` planted in turn.

A copy of the tree gets one fault, in one file of ``src/nevsim``; the tests that should notice run until one fails; the
file is put back. Without a fault the same tests have to pass, and what they compile serves the faults too, but for the
modules that import the broken one, themselves or through others: a loop has the loops that it calls built in. Prints
the table of docs/verification.md; ends with 1 if any fault is not caught, if tests fail without one, or if the text
that a fault replaces does not stand in its file exactly once.

    python benchmarks/faults.py [--only N ...] [--at-once 2]
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("src", "tests", "scenarios", "docs", "benchmarks", "README.md", "CHANGELOG.md", "pyproject.toml")
SECONDS = 300
"""How long the tests may take to notice a fault."""
FEWER = {"ORACLE_SCENARIOS": "200", "TWINS_CASES": "100"}
"""What the tests that invent scenarios play here."""
BROKEN = re.compile(r"SyntaxError|ImportError|ModuleNotFound|NameError|numba\.core\.errors|no tests ran|not found:")
"""A breakage that does not run would be noticed by any test."""
NAMED = re.compile(r"^(?:FAILED|ERROR) tests/(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """A rule, the breakage in words, and the text of a file in ``src/nevsim`` that another takes the place of."""

    number: int
    rule: str
    breakage: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def listed() -> list[Fault]:
    """Return the faults of the list; those without tests of their own are for the list's first ``tests``."""
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    faults = enumerate(data["faults"], start=1)
    return [Fault(number, **{"tests": data["tests"], **row}) for number, row in faults]


def misplaced(faults: list[Fault]) -> list[str]:
    """Return in words which faults can no longer be planted."""
    counts = [(ROOT / "src/nevsim" / one.file).read_text(encoding="utf-8").count(one.old) for one in faults]
    return [
        f"{one.number}: {one.file} has the text to be replaced {count} times, want once: {one.old!r}"
        for one, count in zip(faults, counts, strict=True)
        if count != 1
    ]


def copy_to(folder: Path) -> None:
    """Copy what tests need into a folder."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / name).exists():
            shutil.copy2(ROOT / name, folder / name)


def importers(file: str) -> set[str]:
    """Return the files of the package that import one of them, itself or through others, and that one."""
    package = ROOT / "src/nevsim"
    texts = {path.relative_to(package).as_posix(): path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    found, ahead = {file}, [file]
    while ahead:
        module = re.escape("nevsim." + ahead.pop().removesuffix(".py").removesuffix("/__init__").replace("/", "."))
        more = {name for name, text in texts.items() if re.search(rf"(?:from|import) {module}\b", text)} - found
        found |= more
        ahead.extend(more)
    return found


def code_of(tree: Path) -> Path:
    """Return the folder that nevsim.compiled keeps the code of a copy's sources in."""
    digits, package = sha256(), tree / "src/nevsim"
    for path in sorted(package.rglob("*.py")):
        digits.update(str(path.relative_to(package)).encode())
        digits.update(path.read_bytes())
    return tree / "compiled/nevsim" / digits.hexdigest()[:12]


@contextmanager
def planted(fault: Fault, tree: Path) -> Iterator[None]:
    """Put a fault into a copy of the tree, and take it out again."""
    file, whole = tree / "src/nevsim" / fault.file, code_of(tree)
    text, times = file.read_text(encoding="utf-8"), file.stat()
    file.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    code = code_of(tree)
    stale = {(Path(name).parent.name or "nevsim", Path(name).stem) for name in importers(fault.file)}

    def is_stale(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if (Path(folder).name.split("_")[0], name.split(".")[0]) in stale]

    shutil.copytree(whole, code, ignore=is_stale)
    try:
        yield
    finally:
        shutil.rmtree(code)
        file.write_text(text, encoding="utf-8")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def run(tests: Iterable[str], tree: Path, seconds: float | None) -> tuple[int | None, str]:
    """Return how pytest ends in a copy of the tree, None where it takes too long, and what it prints."""
    places = {"PYTHONPATH": f"{tree / 'src'}{os.pathsep}{tree / 'tests'}", "NUMBA_CACHE_DIR": str(tree / "compiled")}
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=short", *tests]
    environment = os.environ | FEWER | places
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return None, ""
    return done.returncode, done.stdout + done.stderr


def outcome(ended: int | None, printed: str) -> tuple[bool, str]:
    """Return whether a fault is caught, and the first test that fails, or what happened in its place."""
    if ended is None:
        return False, f"NOT CAUGHT in {SECONDS} s"
    if ended == 0:
        return False, "NOT CAUGHT"
    name = NAMED.search(printed)
    if name is None or BROKEN.search(printed):
        return False, "DOES NOT RUN"
    return True, f"`{name[1].split('[')[0]}`"


def play(faults: list[Fault], at_once: int) -> bool:
    """Plant every fault, print the table in the order of the list, and return whether all are caught."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder, ThreadPoolExecutor(at_once) as pool:
        trees = [Path(folder, str(number)) for number in range(at_once)]
        for tree in trees:
            copy_to(tree)
        tests = sorted({test for one in faults for test in one.tests})
        for ended, printed in pool.map(lambda tree: run(tests, tree, None), trees):
            if ended != 0:
                print(f"without any fault tests fail:\n{printed[-3_000:]}", file=sys.stderr)
                return False
        free: Queue[Path] = Queue()
        for tree in trees:
            free.put(tree)

        def tried(fault: Fault) -> tuple[bool, str]:
            tree = free.get()
            try:
                with planted(fault, tree):
                    return outcome(*run(fault.tests, tree, SECONDS))
            finally:
                free.put(tree)

        print("| | rule | breakage | caught by |\n|---|---|---|---|", flush=True)
        well = True
        for fault, (caught, told) in zip(faults, pool.map(tried, faults), strict=True):
            well &= caught
            print(f"| {fault.number} | {fault.rule} | {fault.breakage} | {told} |", flush=True)
        return well


def main() -> int:
    """Plant the faults that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", type=int, nargs="+", metavar="N", help="the numbers of the faults to plant")
    parser.add_argument("--at-once", type=int, default=1, metavar="N", help="how many to plant at once, each in a copy")
    asked = parser.parse_args()
    faults = [one for one in listed() if asked.only is None or one.number in asked.only]
    wrong = misplaced(faults)
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 0 if not wrong and play(faults, asked.at_once) else 1


if __name__ == "__main__":
    sys.exit(main())
