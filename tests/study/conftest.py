"""The table of the sweep of sweep_scene.py, played in this process: what every other way to play it has to find."""

from __future__ import annotations

import pytest
from sweep_scene import RUNS, here, written

import nevsim
from nevsim.study import pool


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The table of the sweep, played in one piece a case in this process."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "processes", here)
        found = nevsim.sweep(written(folder), folder / "out", chunk=RUNS)
    assert not found.withheld
    return (folder / "out" / "odds.csv").read_bytes()
