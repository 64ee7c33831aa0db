"""Every phase with what it takes from its plant, and what a scope selects; no faults and no chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nevsim.scenario.address import Path
from nevsim.scenario.schema import MAIN, Beginning, Document, Phase, Plant, Scope

BEGINNING = ("announced", "slip", "stages", "operating")
"""A phase that has any of these has them all by itself: they replace its plant's whole."""


@dataclass(frozen=True)
class Given:
    """A value of a phase and the path where it was written."""

    value: Any
    path: Path


@dataclass(frozen=True)
class PhaseView:
    """A phase as it is played: its own values, and its plant's where it has none.

    ``name`` is ``"plant"`` for a plant without phases, else ``"plant.phase"``. ``given`` holds what was stated,
    by field name; what is absent has its default.
    """

    name: str
    plant: Plant
    phase: Phase | None
    path: Path
    given: dict[str, Given]

    def value(self, field: str) -> Any:
        """Return what was stated for a field, or None."""
        return self.given[field].value if field in self.given else None

    def where(self, field: str) -> Path:
        """Return the path of a stated field, or of the phase."""
        return self.given[field].path if field in self.given else self.path

    @property
    def title(self) -> str:
        """What a table calls the phase."""
        label = self.plant.name or self.plant.id
        return label if self.phase is None else f"{label}: {self.phase.id}"

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the phase, or of its plant."""
        return tuple(self.value("tags") or ())

    @property
    def operates(self) -> bool:
        """Whether the phase runs at minute zero."""
        return "operating" in self.given


def phases_of(document: Document) -> tuple[PhaseView, ...]:
    """Return the phases of all plants in the order of the file."""
    views = []
    for index, plant in enumerate(document.plants):
        path: Path = ("plants", index)
        if plant.phases is None:
            views.append(PhaseView(plant.id, plant, None, path, _given(plant, path)))
        else:
            for number, phase in enumerate(plant.phases):
                where = (*path, "phases", number)
                given = _inherited(_given(plant, path), _given(phase, where))
                views.append(PhaseView(f"{plant.id}.{phase.id}", plant, phase, where, given))
    return tuple(views)


def _given(record: Beginning, path: Path) -> dict[str, Given]:
    fields = Beginning.model_fields
    return {name: Given(getattr(record, name), (*path, name)) for name in fields if getattr(record, name) is not None}


def _inherited(plant: dict[str, Given], phase: dict[str, Given]) -> dict[str, Given]:
    taken = dict(plant)
    if any(field in phase for field in BEGINNING):
        for field in BEGINNING:
            taken.pop(field, None)
    merged = taken | phase
    if "operating" in merged:
        for field in ("load", "realised"):
            if field not in phase:
                merged.pop(field, None)
    if "stages" not in merged and "begins" not in phase:
        merged.pop("begins", None)
    return merged


def in_scope(scope: Scope, view: PhaseView) -> bool:
    """Whether a scope selects a phase; empty means everything."""
    plant = view.plant
    if scope.plant is not None and plant.id not in scope.plant and view.name not in scope.plant:
        main = f"{plant.id}.{MAIN}"
        if view.phase is not None or main not in scope.plant:
            return False
    for wanted, found in (
        (scope.owner, plant.owner),
        (scope.region, plant.region),
        (scope.product, plant.product),
    ):
        if wanted is not None and found not in wanted:
            return False
    return scope.tags is None or set(scope.tags) <= set(view.tags)


def misses_only_for_lack(scope: Scope, view: PhaseView) -> list[str]:
    """Return the keys that a phase lacks and that alone keep it out of a scope."""
    lacking = [
        key
        for key in ("owner", "region", "product")
        if getattr(scope, key) is not None and getattr(view.plant, key) is None
    ]
    if not lacking:
        return []
    rest = Scope(**{key: getattr(scope, key) for key in Scope.model_fields if key not in lacking})
    return lacking if in_scope(rest, view) else []
