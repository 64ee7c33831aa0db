"""Sweeps that are hard to draw, as tables with odds by a formula; nothing is asserted here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from math import exp

from nevsim.odds.interval import odds_of
from nevsim.odds.paired import difference_of
from nevsim.sweeps import SweepAxis, SweepCase, SweepTable, SweepTarget

RUNS = 2_000
LONG = "plants.seres-longxing-super-factory-phase-two.phases.the-second-line.stages.construction.duration"
TEXTS = ("s-curve", "linear", "step", "a ramp as slow as that of the first line, with a pause of a year in it")


def table(
    axes, *, mode="product", by_hand=0, targets=1, withheld=(), odds=None, cases=None, titles=("",)
) -> SweepTable:
    """A table over axes (title, values): the odds rise along each, lower for later targets; ``odds`` fixes them all."""
    points = list(product(*(values for _, values in axes))) if axes and cases is None else cases or []
    ranks = [{value: at / max(len(values) - 1, 1) for at, value in enumerate(values)} for _, values in axes]
    rows, names = [], ["base", *(f"{number:04d}" for number in range(1, len(points) + 1))]
    shares = [0.4]
    for point in points:
        where = [rank.get(value, value) for rank, value in zip(ranks, point, strict=True)]
        shares.append(1 / (1 + exp(-7 * (sum(where) / len(where) - 0.45))))
    for number in range(by_hand):
        names.append(f"case-{number}" + "-with-a-name-that-goes-on" * (number % 3))
        shares.append(min(max(0.4 + 0.35 * (number / max(by_hand - 1, 1) - 0.4), 0), 1))
    for number, share in enumerate(shares):
        row = []
        for target in range(targets):
            chance = odds if odds is not None else max(share - 0.06 * target, 0)
            row.append(None if number in withheld else round(RUNS * chance))
        rows.append(row)
    values = [(None, *(point[at] for point in points), *[None] * by_hand) for at in range(len(axes))]
    return SweepTable(
        "sweep",
        titles[0] or "How large, how late",
        mode,
        RUNS,
        7,
        date(2022, 11, 1),
        tuple(SweepAxis(f"axis-{at}", title, values[at]) for at, (title, _) in enumerate(axes)),
        tuple(
            SweepCase(
                name,
                (f"{LONG} = 3",) if number > len(points) else (),
                "a law leaves its range" if number in withheld else None,
            )
            for number, name in enumerate(names)
        ),
        tuple(
            SweepTarget(f"target-{at}", titles[-1] or f"{10 - at / 2:g} hundred thousand made in 2025")
            for at in range(targets)
        ),
        tuple(tuple(None if hits is None else odds_of(hits, RUNS) for hits in row) for row in rows),
        ((None,) * targets, *(tuple(map(_apart, row, rows[0])) for row in rows[1:])),
    )


def _apart(hits, base):
    if hits is None or base is None:
        return None
    both = min(hits, base)
    return difference_of(both, hits - both, base - both, RUNS - max(hits, base))


def steps(low, high, count):
    return tuple(low + (high - low) * at / (count - 1) for at in range(count))


NAMEPLATE = ("Polestar's nameplate (vehicles a year)", steps(20_000, 100_000, 9))
SLIP = ("plants.*.slip (factor)", steps(0.5, 2, 7))
BUILT = ("Share built", steps(0.25, 1, 4))
RAMP = ("plants.polestar.ramp.shape", TEXTS)
TEN = [
    (title, low, high)
    for title in ("Demand (factor)", "SERES' phase two (probability)")
    for low, high in ((0.005483, 0.9925), (0.00708, 1.999), (50_000, 3_000_000), (-0.01232, 12_345), (1.5, 2))
]
HARD = {
    "one": lambda: table([NAMEPLATE], by_hand=3),
    "one-of-thirty": lambda: table([(LONG, steps(1, 60, 30))], withheld=(4, 5, 31)),
    "one-of-two": lambda: table([("Share built", (0.5, 1.0))]),
    "one-value": lambda: table([("Share built", (0.5,))]),
    "one-of-texts": lambda: table([RAMP], withheld=(2,)),
    "thirty-texts": lambda: table([(LONG, tuple(f"a reading of the brief, number {at}" for at in range(30)))]),
    "two": lambda: table([NAMEPLATE, SLIP], by_hand=2, withheld=(7, 20)),
    "two-by-two": lambda: table([("Share built", (0.5, 1.0)), SLIP]),
    "two-texts": lambda: table([RAMP, NAMEPLATE]),
    "two-of-texts": lambda: table([(LONG, TEXTS), RAMP]),
    "thirty-by-thirty": lambda: table([(LONG, steps(20_000, 100_000, 30)), (f"{LONG}, {LONG}", steps(0.123, 2, 30))]),
    "three": lambda: table([NAMEPLATE, SLIP, BUILT], withheld=(9,)),
    "three-of-thirty": lambda: table([(LONG, steps(1, 9, 5)), RAMP, (LONG, steps(1, 59, 30))]),
    "three-of-two": lambda: table([BUILT, ("Share built", (0.5, 1.0)), RAMP]),
    "five": lambda: table([("Share", (0, 1)), SLIP, RAMP, (LONG, (1, 2)), BUILT]),
    "twelve": lambda: table(
        [(f"{LONG}.{at}", (0, 1)) for at in range(12)],
        mode="sample",
        cases=[tuple((number * (2 * at + 3) % 101 + 0.5) / 101 for at in range(12)) for number in range(100)],
    ),
    "ten": lambda: table(
        [(title, (low, high)) for title, low, high in TEN],
        mode="sample",
        cases=[tuple(low + at * (high - low) for _, low, high in TEN) for at in (0, 0.5, 1)],
    ),
    "zip": lambda: table([NAMEPLATE, SLIP], mode="zip", cases=list(zip(NAMEPLATE[1], SLIP[1], strict=False))),
    "none": lambda: table([NAMEPLATE, SLIP], odds=0.0),
    "all": lambda: table([NAMEPLATE], odds=1.0, by_hand=2),
    "hand": lambda: table([], by_hand=45),
    "one-by-hand": lambda: table([], by_hand=1),
    "base": lambda: table([]),
    "withheld": lambda: table([NAMEPLATE], withheld=tuple(range(12)), by_hand=2),
    "targets": lambda: table([NAMEPLATE, SLIP], targets=12, by_hand=2),
    "titles": lambda: table([("x" * 300, steps(1, 2, 3))], titles=("重庆 $5 <b>and</b> $6 " * 40, "重庆两江新区")),
    "dollars": lambda: table(
        [("$5 and $6 a_b^c", ("$x$", "<b>", "重庆")), BUILT], titles=("$5 <b>", "$5 <b>and</b> $6 " * 30)
    ),
}
"""Each by its name."""


def replaced(found: SweepTable, odds) -> SweepTable:
    """The same table with other odds, a row a case."""
    return replace(found, odds=tuple(odds))
