"""The folder of a sweep: its table, its manifest and what was swept, beside the shards that they come from."""

from __future__ import annotations

from typing import Any

import pandas as pd
import tomli_w

from nevsim.compiled import sources
from nevsim.scenario.changes import Change
from nevsim.scenario.readings import label_of
from nevsim.study.campaign import Row, Swept, keys_of
from nevsim.study.manifest import digest_of, origin
from nevsim.study.summary import odds_facts
from nevsim.sweeps import SweepAxis, SweepCase, SweepTable, SweepTarget

NUMBERS = ("odds", "low", "high", "hits", "runs", "mean", "p10", "p50", "p90", "difference", "difference_low")
COLUMNS = (*NUMBERS, "difference_high")
"""The columns of the table after the case, the axes and the target."""


def odds(swept: Swept) -> pd.DataFrame:
    """One row a case and target: the axes' values, the odds with their interval, and the difference from the base.

    What is withheld is missing; so is a difference where there is nothing to differ from: in the base itself, and of a
    target that the base does not have.
    """
    sweep = swept.sweep
    known = list(dict.fromkeys(target for rows in swept.rows.values() for target in rows))
    rows = []
    for case in sweep.cases:
        axes = {axis.name: _plain(value) for axis, value in zip(sweep.axes, case.values, strict=True)}
        found = swept.rows.get(case.id, {})
        for target in found or known:
            cells: list[float | None] = [None] * len(COLUMNS)
            if found:
                row = found[target]
                gap = row.difference
                apart = [None] * 3 if gap is None else [gap.value, gap.low, gap.high]
                one = row.odds
                cells = [one.odds, one.low, one.high, one.hits, one.runs, row.mean, row.p10, row.p50, row.p90, *apart]
            rows.append({"case": case.id, **axes, "target": target, **dict(zip(COLUMNS, cells, strict=True))})
    frame = pd.DataFrame(rows, columns=["case", *(axis.name for axis in sweep.axes), "target", *COLUMNS])
    return frame.astype(dict.fromkeys(("hits", "runs"), "Int64"))


def manifest(swept: Swept, command: str, seconds: float, made: str, notes: list[str]) -> dict[str, Any]:
    """Return the manifest of a sweep; what made it, and what was repaired, may differ between equal ones."""
    sweep = swept.sweep
    return {
        "sweep": {"id": sweep.id, "file": sweep.path, "mode": sweep.mode},
        "scenarios": [{"file": base.path, "digest": digest_of(base.text.data)} for base in sweep.bases],
        "runs": sweep.runs,
        "seed": sweep.seed,
        "engine": "batch",
        "design": "independent",
        "cases": len(sweep.cases),
        "keys": keys_of(sweep),
        "withheld": swept.withheld,
        "as_of": swept.base.document.scenario.as_of.isoformat(),
        "sources": sources(),
        **origin(command, seconds, made),
        "repaired": notes,
    }


def scenario_text(swept: Swept) -> str:
    """Return the scenario of the base case as one file of its own."""
    sweep = swept.sweep
    return tomli_w.dumps(sweep.bases[sweep.cases[0].base].text.data)


def table(swept: Swept) -> SweepTable:
    """Return what the cases came to as figures and the page take it."""
    sweep = swept.sweep
    head = swept.base.document.scenario
    titles = {target.id: target.title for target in swept.base.document.targets}
    known = list(dict.fromkeys([*titles, *(target for rows in swept.rows.values() for target in rows)]))
    found = [[swept.rows.get(case.id, {}).get(target) for target in known] for case in sweep.cases]
    return SweepTable(
        id=sweep.id,
        title=sweep.title or head.title,
        mode=sweep.mode,
        runs=sweep.runs,
        seed=sweep.seed,
        as_of=head.as_of,
        axes=tuple(
            SweepAxis(axis.name, axis.title or axis.name, tuple(_plain(case.values[number]) for case in sweep.cases))
            for number, axis in enumerate(sweep.axes)
        ),
        cases=tuple(
            SweepCase(case.id, tuple(map(_words, case.changes)), swept.withheld.get(case.id), case.is_named)
            for case in sweep.cases
        ),
        targets=tuple(SweepTarget(target, titles.get(target) or target) for target in known),
        odds=tuple(tuple(None if row is None else row.odds for row in rows) for rows in found),
        differences=tuple(tuple(None if row is None else row.difference for row in rows) for rows in found),
    )


def facts(swept: Swept) -> dict[str, Any]:
    """Return the table as plain data for `sweep --json`."""
    sweep = swept.sweep
    return {
        "sweep": {"id": sweep.id, "mode": sweep.mode},
        "runs": sweep.runs,
        "seed": sweep.seed,
        "cases": [
            {
                "id": case.id,
                "values": dict(zip((axis.name for axis in sweep.axes), map(_plain, case.values), strict=True)),
                "withheld": swept.withheld.get(case.id),
                "targets": [_target(target, row) for target, row in swept.rows.get(case.id, {}).items()],
            }
            for case in sweep.cases
        ],
    }


def _target(target: str, row: Row) -> dict[str, Any]:
    gap = row.difference
    apart = None if gap is None else {"value": gap.value, "low": gap.low, "high": gap.high}
    values = {"mean": row.mean, "p10": row.p10, "p50": row.p50, "p90": row.p90}
    return {"id": target, **odds_facts(row.odds), **values, "difference": apart}


def _words(change: Change) -> str:
    return f"{change.address} {'x' if change.scales else '='} {label_of(change.value)}"


def _plain(value: Any) -> float | str | None:
    """Return what stands for a value in a cell: a number or a text."""
    if value is None or isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return label_of(value)
