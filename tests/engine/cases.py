"""Cases for two engines to agree on: an invented scenario as a text, and the rows of it to play; it plays nothing."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from inventor import Data, Inventor

from nevsim.arrays import Minutes
from nevsim.draws.catalogue import Catalogue
from nevsim.draws.fit_outs import FitOuts
from nevsim.draws.sample import Draws, draw
from nevsim.draws.windows import Outage, Windows
from nevsim.engine.events import play
from nevsim.plant.losses import Terms
from nevsim.plant.plan import Plan
from nevsim.scenario.load import Scenario, load


@dataclass(frozen=True)
class Case:
    """A scenario's text, the rows to play, as seed, first replication and count.

    ``align`` moves each outage on to the next start, promise or edge of a month.
    """

    text: str = field(repr=False)
    seed: int
    first: int
    count: int
    align: bool = False

    def load(self) -> Scenario:
        """Return the scenario, by way of a file."""
        return read(self.text)

    def draw(self, names: Catalogue) -> Draws:
        """Return the rows of a catalogue of the scenario."""
        plan, draws = names.plan, draw(names, self.seed, self.first, self.count)
        if not self.align or not plan.streams:
            return draws
        known = moments(plan, draws, play(plan, draws).starts)
        listed = [
            [
                aligned(found, minutes, plan.end)
                for found, minutes in zip(draws.windows.rows(number), known, strict=True)
            ]
            for number in range(len(plan.streams))
        ]
        return replace(draws, windows=Windows.of(listed, self.count))


def read(text: str) -> Scenario:
    """Return the scenario of a text, by way of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "invented.toml")
        path.write_text(text, encoding="utf-8")
        return load(path)


def moments(plan: Plan, draws: Draws, starts: Minutes) -> list[list[int]]:
    """Return for each replication, ascending, the minutes at which more than an outage may happen."""
    edges = plan.edges.tolist()
    rows = np.concatenate((starts, draws.announced), axis=1).tolist()
    return [sorted({minute for minute in (*edges, *row) if 0 <= minute <= plan.end}) for row in rows]


def aligned(found: list[Outage], known: list[int], end: int) -> list[Outage]:
    """Return outages that begin and end at the next minute that is known, where there is one, and in their order."""
    moved: list[Outage] = []
    free = 0
    for onset, stop, severity in found:
        begin = max(_next(known, onset), free + 1)
        if begin > end:
            break
        free = max(_next(known, stop), begin + 1)
        moved.append((begin, free, severity))
    return moved


def only(draws: Draws, row: int) -> Draws:
    """Return one replication of draws."""

    def own(found: np.ndarray) -> np.ndarray:
        return found[row : row + 1]

    windows = replace(draws.windows, first=np.ascontiguousarray(draws.windows.first[:, row : row + 2]))
    return replace(
        draws,
        first=draws.first + row,
        count=1,
        chances=draws.chances[:, row : row + 1],
        terms=Terms(**{name: own(values) for name, values in vars(draws.terms).items()}),
        **{name: own(getattr(draws, name)) for name in ("realised", "slip", "stages", "announced", "crews")},
        windows=windows,
        fit_outs=tuple(FitOuts(own(one.teams), own(one.minutes)) for one in draws.fit_outs),
    )


def _next(known: list[int], minute: int) -> int:
    return next((one for one in known if one >= minute), minute)


def written(value: Any) -> str:
    """A value as TOML, in one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {written(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _key(key: str) -> str:
    return f'"{key}"' if "." in key else key


def is_table(value: Any) -> bool:
    """Whether a value is a list of records that have an id."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "id" in value[0]


def lines(record: Data, name: str = "") -> Iterator[str]:
    """The lines of a record: its keys, then the tables in it."""
    yield from (f"{key} = {written(value)}" for key, value in record.items() if not is_table(value))
    for key, value in record.items():
        if is_table(value):
            for one in value:
                yield from ("", f"[[{name}{key}]]", *lines(one, f"{name}{key}."))


def text_of(choose: Callable[[int], int]) -> str:
    """The text of the scenario that such choices make."""
    data = Inventor(choose).invent()
    tables = {key: value for key, value in data.items() if key not in ("schema", "scenario")}
    return "\n".join(["schema = 1", "", "[scenario]", *lines(data["scenario"]), *lines(tables)]) + "\n"


def invent(seed: int) -> str:
    """The text of the scenario of a seed."""
    return text_of(random.Random(seed).randrange)


@lru_cache
def _below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Texts of scenarios."""
    return text_of(lambda number: draw(_below(number)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Scenarios with the rows to play: any seed, and 1 to 5 replications from anywhere."""
    first = draw(st.one_of(st.integers(0, 9), st.integers(0, 99_999_990)))
    return Case(draw(texts()), draw(st.integers(0, 2**63 - 1)), first, draw(st.integers(1, 5)), draw(st.booleans()))
