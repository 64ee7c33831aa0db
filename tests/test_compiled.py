"""Compiled loops: where their code is kept, for whom, and that they compute what Python does."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nevsim import compiled
from nevsim.compiled import told

LOOP = """
from nevsim.compiled import compiled, told

@compiled
def fused(a, b, c):
    return a * b + c

with told(lambda: print("compiling")):
    print(fused(1.0 + 2.0**-30, 1.0 - 2.0**-30, -1.0))
"""


def run(folder: Path, **environment: str) -> list[str]:
    """What a fresh process with a home of its own prints."""
    file = folder / "loop.py"
    file.write_text(LOOP, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    done = subprocess.run(
        [sys.executable, str(file)], env=kept | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_code_is_kept_and_the_first_compilation_is_told(tmp_path: Path) -> None:
    """No product is contracted with a sum: (1 + e)(1 - e) - 1 is -e^2, and rounding the product makes it 0."""
    home = str(tmp_path / "home")
    assert run(tmp_path, XDG_CACHE_HOME=home) == ["compiling", "0.0"]
    assert run(tmp_path, XDG_CACHE_HOME=home) == ["0.0"]


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="a home that is no folder needs /dev/null")
def test_without_a_home_code_is_kept_among_temporary_files(tmp_path: Path) -> None:
    places = {"XDG_CACHE_HOME": "/dev/null/nowhere", "TMPDIR": str(tmp_path)}
    assert run(tmp_path, **places) == ["compiling", "0.0"]
    assert run(tmp_path, **places) == ["0.0"]
    (kept,) = tmp_path.glob("nevsim-compiled-*")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="a home that is no folder needs /dev/null")
def test_a_folder_that_others_may_write_is_not_trusted(tmp_path: Path) -> None:
    """Others could put code there: it is compiled anew every time."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    (tmp_path / f"nevsim-compiled-{user}").mkdir()
    (tmp_path / f"nevsim-compiled-{user}").chmod(0o777)
    places = {"XDG_CACHE_HOME": "/dev/null/nowhere", "TMPDIR": str(tmp_path)}
    assert run(tmp_path, **places) == ["compiling", "0.0"]
    assert run(tmp_path, **places) == ["compiling", "0.0"]


def test_other_sources_have_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop has what it calls built in: a change in any file makes all code anew."""
    (tmp_path / "leaf.py").write_text("one = 1\n", encoding="utf-8")
    monkeypatch.setattr(compiled, "PACKAGE", tmp_path)
    before = compiled.sources.__wrapped__()
    (tmp_path / "leaf.py").write_text("one = 2\n", encoding="utf-8")
    assert compiled.sources.__wrapped__() != before


def test_what_was_compiled_before_is_not_told() -> None:
    calls: list[int] = []

    @compiled.compiled
    def twice(x: float) -> float:
        return 2 * x

    twice(1.0)
    with told(lambda: calls.append(1)):
        twice(2.0)
    assert not calls
