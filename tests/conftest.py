"""Puts this folder on the path of imports, so that every test finds ``scenes``, and the longest files first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

HERE = Path(__file__).parent
LONGEST = (
    "study/test_campaign.py",
    "docs/test_docs.py",
    "study/test_pool.py",
    "oracle/test_oracle.py",
    "test_hostile.py",
    "study/test_sweep_disk.py",
    "study/test_cluster.py",
    "report/test_page.py",
    "report/test_shipped.py",
    "report/test_figures.py",
    "study/test_shipped_sweeps.py",
    "report/test_sweep_figures.py",
    "engine/test_twins.py",
    "study/test_interrupted.py",
    "report/test_sweep_page.py",
    "known/test_networks.py",
    "scenario/test_toml.py",
    "known/test_rollouts.py",
    "engine/test_inventor.py",
)
"""What takes ten seconds and more, the longest first, so that no processor is left with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {HERE / name: rank for rank, name in enumerate(LONGEST)}
    assert all(path.is_file() for path in ranks), "LONGEST names a file that is not there"
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))
