"""Every replication with its draws: the tables agree with the result, and say where each number was drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scenes import START, drawn, read, world

from nevsim.cli import status
from nevsim.notebook import Case

RUNS = 1_500
DATA = world(
    [
        {"id": "mill", "nameplate": {"law": "uniform", "low": 10_000, "high": 20_000}, "announced": START}
        | {"slip": {"law": "exponential", "mean": 9}, "realised": 0.8},
    ],
    hazards=[{"id": "storm", "rate": 2, "duration": 1, "severity": {"law": "uniform", "low": 0, "high": 1}}],
    targets=[{"id": "made", "measure": "output", "during": 2024, "at_least": 10_000}],
) | {"rollouts": [{"id": "stores", "planned": 3, "teams": 2, "fit_out": {"law": "uniform", "low": 1, "high": 2}}]}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Case]:
    """A folder of a run that keeps all, and the case."""
    folder, case = tmp_path_factory.mktemp("kept") / "all", Case(read(DATA))
    case.run(RUNS, 3, keep=True).save(folder)
    return folder, case


def table(kept: tuple[Path, Case], name: str) -> pd.DataFrame:
    return pq.read_table(kept[0] / f"{name}.parquet", page_checksum_verification=True).to_pandas()


def test_one_row_a_replication(kept: tuple[Path, Case]) -> None:
    """Hits and mean are those of the result; starts are missing where the mill is cancelled or comes too late."""
    found, result = table(kept, "replications"), kept[1].run(RUNS, 3).result
    assert found["replication"].tolist() == list(range(RUNS))
    assert found["targets.made.hit"].sum() == result.targets[0].odds.hits
    assert found["targets.made"].mean() == pytest.approx(result.targets[0].mean, rel=1e-12)
    (start,) = result.starts
    assert found["starts.mill"].isna().sum() == start.cancelled + start.beyond


def test_draws_stand_under_their_addresses(kept: tuple[Path, Case]) -> None:
    """Each column is what is drawn under that address, times in minutes; what is not drawn has none."""
    found = table(kept, "replications")
    names, draws = drawn(DATA, RUNS, 3)
    for field in ("nameplate", "realised", "slip"):
        place = names.fields[field][0]
        assert (found[f"plants.mill.{field}"] == draws.values[place]).all()
    assert not any(column.startswith("plants.mill.load") for column in found)


def test_outages_and_openings_stand_in_tables_of_their_own(kept: tuple[Path, Case]) -> None:
    names, draws = drawn(DATA, RUNS, 3)
    outages = table(kept, "outages")
    listed = [(row, *outage) for row, found in enumerate(draws.windows.rows(0)) for outage in found]
    columns = ["replication", "onset", "end", "severity"]
    assert list(outages[columns].itertuples(index=False, name=None)) == listed
    assert set(outages["stream"]) == set(names.stream_names)
    openings = table(kept, "openings")
    assert openings["minutes"].tolist() == draws.fit_outs[0].minutes.ravel().tolist()
    assert openings["job"].tolist() == [0, 1, 2] * RUNS


def test_neither_chunk_nor_threads_show(
    kept: tuple[Path, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nevsim.replications.CHUNK", 100)
    kept[1].run(RUNS, 3, keep=True, threads=1).save(tmp_path / "again")
    for name in ("replications", "outages", "openings"):
        assert (tmp_path / "again" / f"{name}.parquet").read_bytes() == (kept[0] / f"{name}.parquet").read_bytes()


def test_a_plain_run_keeps_none_of_them(kept: tuple[Path, Case], tmp_path: Path) -> None:
    kept[1].run(20, 3).save(tmp_path / "plain")
    assert not (tmp_path / "plain" / "replications.parquet").exists()


def test_json_without_a_folder_has_nowhere_to_keep_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "--keep", "--json"]) == 2
    assert capsys.readouterr().err == "found --keep beside --json without a folder; name one with --out\n"


def test_hits_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of any size, from memory or from a file, are the whole."""
    from nevsim.odds import hits

    monkeypatch.setattr(hits, "IN_MEMORY", 100)
    chance = np.random.default_rng(1)
    wanted = chance.random((1_000, 11)) < 0.3
    bits = hits.HitBits(11)
    for first in range(0, 1_000, 77):
        bits.add(wanted[first : first + 77])
    assert (bits.all() == wanted).all()
    assert [len(part) for part in bits.parts(400)] == [400, 400, 200]
    assert (np.concatenate(list(bits.parts(400))) == wanted).all()
