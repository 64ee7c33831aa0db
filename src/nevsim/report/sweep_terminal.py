"""A sweep as plain tables on a terminal, and the one sentence to quote; it computes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from nevsim.report.style import level, shift
from nevsim.report.sweep_words import MODES, moved, sentence, sentences, told
from nevsim.report.terminal import printed
from nevsim.sweeps import EVEN, SweepTable

MOST = 40
"""Cases that a table shows at most; all are in the results folder."""
TABLES = 4
"""Targets that have a table; of the others a line is told."""


def sweep_tables(table: SweepTable) -> str:
    """Return the table of each target, a row a case, with what it says; as wide as they need to be."""
    cases = "1 case" if len(table.cases) == 1 else f"{len(table.cases):,} cases"
    lines = [
        table.title,
        f"{cases} of {table.runs:,} runs each, seed {table.seed}, as of {table.as_of}, all on the same draws",
    ]
    if table.on_axes:
        lines += [f"{table.mode}: {MODES[table.mode]}", *(f"{axis.name}: {axis.title}" for axis in table.axes)]
    shown = rows_shown(table, MOST)
    for number, target in enumerate(table.targets[:TABLES]):
        lines += [
            "",
            f"{target.title} ({target.id}): odds and difference from the base (percentage points), with 95 % interval",
        ]
        lines.append(printed(_columns(table), [_row(table, case, number) for case in shown]))
        if len(shown) < len(table.cases):
            lines.append(f"{len(shown)} of {cases}; all stand in the results folder")
        lines += [one for one in (*sentences(table, number), moved(table, number)) if one]
    if others := list(enumerate(table.targets))[TABLES:]:
        lines += ["", f"Of {len(others)} more targets, whose odds of each case stand in the results folder:"]
        lines += [f"{target.title} ({target.id}): {sentence(table, number, EVEN)}" for number, target in others]
    silent = [table.cases[case] for case in table.withheld]
    lines += [f"withheld, case {one.id}: {one.withheld or 'no reason known'}" for one in silent[:MOST]]
    if len(silent) > MOST:
        lines.append(f"{len(silent) - MOST:,} more are withheld")
    return "\n".join(lines)


def sweep_sentence(table: SweepTable, place: str) -> str:
    """Return the line that can be quoted: where the first target comes to even odds, as of when, and the folder."""
    cases = "1 case" if len(table.cases) == 1 else f"{len(table.cases):,} cases"
    return (
        f"{table.targets[0].title}: {sentence(table, 0, EVEN)}; {cases} of {table.runs:,} runs, as of {table.as_of};"
        f" results in {place}"
    )


def rows_shown(table: SweepTable, most: int) -> list[int]:
    """Return the positions of at most so many cases: the base, those by hand, and the first on the axes."""
    kept = [0, *table.by_hand, *table.on_axes][:most]
    return sorted(kept)


def _columns(table: SweepTable) -> list[tuple[str, str]]:
    axes = [(axis.name, "right" if axis.is_number else "") for axis in table.axes]
    return [("case", ""), *axes, ("odds", "right"), ("difference", "right")]


def _row(table: SweepTable, case: int, target: int) -> Sequence[str]:
    difference = table.differences[case][target]
    return (
        table.cases[case].id,
        *("" if (value := axis.values[case]) is None else level(value) for axis in table.axes),
        told(table, case, target),
        "" if difference is None else shift(difference),
    )
