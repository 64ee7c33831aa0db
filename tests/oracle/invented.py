"""Invents small scenarios without chance, full of things that happen in one minute; it knows no model and no answer."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

DAY = 1_440
REGIONS, OWNERS, TAGS = ("east", "west"), ("ox", "yak"), ("brief", "premium")


@dataclass(frozen=True)
class Invented:
    """A scenario's text, and what it leaves to chance, settled: outages by hazard and plant, fit-outs by rollout."""

    text: str
    outages: dict[tuple[str, str], list[tuple[int, int, float]]]
    fit_outs: dict[str, list[int]]


def first_of(day: date, months: int) -> date:
    """The first of the month so many months after the month of a day."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def written(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {written(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


class Inventor:
    """Invents one scenario from a generator: a few durations and days for everything, so that much coincides."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.start = chance.choice([date(2023, 1, 1), date(2023, 11, 1), date(2024, 2, 1)])
        self.months = chance.randint(3, 7)
        self.end = first_of(self.start, self.months)
        whole = [(first_of(self.start, n + 1) - first_of(self.start, n)).days for n in range(self.months)]
        menu = [0, 0.5, 1, 2, *({"value": n, "unit": "days"} for n in (1, 10, 15, 30, *whole[:2]))]
        self.crowded = chance.random() < 0.5
        self.durations = chance.choices([*menu, {"value": 2, "unit": "weeks"}, {"value": 0.1, "unit": "years"}], k=3)
        day = [self.start + timedelta(days=n) for n in (0, 10, 15, 30)]
        self.days = chance.choices([*day, *(first_of(self.start, n) for n in range(self.months))], k=2)
        self.crews = [f"c{n}" for n in range(chance.choice([1, 1, 2] if self.crowded else [0, 0, 1]))]
        self.supplies = [f"s{n}" for n in range(chance.choice([0, 0, 1, 2]))]
        self.refs: list[tuple[str, str, str]] = []  # (plant, phase or "main", stage or "") that may be waited for
        self.plants: list[dict[str, Any]] = []
        self.staged: list[tuple[dict[str, Any], dict[str, Any], int]] = []

    def maybe(self, record: dict[str, Any], name: str, values: list[Any], often: float = 0.5) -> None:
        """Set a key sometimes."""
        if self.chance.random() < often:
            record[name] = self.chance.choice(values)

    def invent(self) -> Invented:
        """Put a scenario together."""
        chance = self.chance
        for number in range(chance.randint(2, 5)):
            self.plant(number)
        self.stages()
        chance.shuffle(self.plants)
        head = {"id": "invented", "title": "Invented", "as_of": self.start, "start": self.start, "end": self.end}
        self.maybe(head, "season", [[1, 0.5, 0, 2, 1, 1, 1, 1.2, 1, 1, 1, 3], [0.25] * 12, [*[0] * 11, 1]], 0.3)
        tables = {
            "plants": self.plants,
            "crews": [
                {"id": name} | ({"count": n} if n > 1 else {})
                for name in self.crews
                for n in [chance.choice([1, 1, 2, 3])]
            ],
            "supplies": [self.limit(name, [0, 1, 12, 60]) for name in self.supplies],
            "markets": [
                self.limit(f"m{n}", [0, 6_000, 24_000, 100_000]) | {"scope": self.scope()}
                for n in range(chance.choice([0, 0, 1, 2, 3]))
            ],
            "hazards": [
                {"id": f"h{n}", "rate": 0, "duration": 1, "scope": self.scope(), "each": chance.random() < 0.5}
                for n in range(chance.choice([0, 0, 1, 2]))
            ],
            "rollouts": [self.rollout(f"r{n}") for n in range(chance.choice([0, 0, 1, 2]))],
        }
        tables["targets"] = self.targets([rollout["id"] for rollout in tables["rollouts"]])
        outages = {}
        for hazard in tables["hazards"]:
            plants = [plant["id"] for plant in self.plants] if hazard["each"] else [""]
            outages |= {(hazard["id"], plant): self.outages() for plant in plants}
        fit_outs = {
            rollout["id"]: [chance.choice([1, 1_440, 14_400, 14_400, 43_830]) for _ in range(rollout["planned"])]
            for rollout in tables["rollouts"]
            if chance.random() < 0.5
        }
        lines = ["schema = 1", "", "[scenario]", *(f"{key} = {written(value)}" for key, value in head.items())]
        for table, records in tables.items():
            for record in records:
                lines += ["", f"[[{table}]]", *(f"{key} = {written(value)}" for key, value in record.items())]
        return Invented("\n".join(lines) + "\n", outages, fit_outs)

    def plant(self, number: int) -> None:
        """Add a plant, its stages still to come."""
        chance = self.chance
        plant: dict[str, Any] = {"id": f"p{number}", "region": REGIONS[number % 2], "owner": OWNERS[number // 2 % 2]}
        self.maybe(plant, "tags", [["brief"], ["premium"], ["brief", "premium"]])
        self.plants.append(plant)
        if chance.random() < 0.7:
            self.volumes(plant)
            self.beginning(plant, plant)
            return
        self.volumes(plant, often=0.3)
        if chance.random() < 0.3:
            plant |= {"announced": self.promise(late=True), "slip": chance.choice(self.durations)}
        self.maybe(plant, "realised", [0, 1, 1], 0.2)
        plant["phases"] = []
        for name in ("a", "b", "c")[: chance.randint(1, 3)]:
            phase: dict[str, Any] = {"id": name}
            plant["phases"].append(phase)
            self.volumes(phase, often=0.5)
            if "announced" in plant and chance.random() < 0.5:
                self.maybe(phase, "realised", [0, 1, 1], 0.3)
                self.refs.append((plant["id"], name, ""))
            else:
                self.beginning(plant, phase)

    def volumes(self, record: dict[str, Any], often: float = 0.8) -> None:
        """Set what volumes hang on, of a plant or a phase."""
        self.maybe(record, "nameplate", [0, 12_000, 12_000, 30_000, 100_001, 7], often)
        self.maybe(record, "built", [0, 0.5, 0.8, {"value": 1}], often / 2)
        self.maybe(record, "load", [0, 0.5, 0.9, 1.2], often / 2)
        shapes: list[dict[str, Any]] = [{"shape": name} for name in ("linear", "s-curve", "fast-start")]
        shapes.append({"shape": "points", "points": [[0, 0], [0.25, 0.1], [0.5, 0.1], [1, 1]]})
        lengths = [*self.durations, 3, {"value": 1.5, "unit": "months"}]
        self.maybe(record, "ramp", [shape | {"duration": self.chance.choice(lengths)} for shape in shapes], often / 2)
        if self.supplies:
            uses = {name: self.chance.choice([0, 0.001, 0.005]) for name in self.supplies if self.chance.random() < 0.7}
            self.maybe(record, "uses", [uses], often)

    def beginning(self, plant: dict[str, Any], record: dict[str, Any]) -> None:
        """Give a plant or a phase its beginning."""
        chance = self.chance
        kind = chance.choice(["slip", "operating", *["stages"] * (8 if self.crowded else 2)])
        name = "main" if plant is record else record["id"]
        if kind == "operating":
            for field in ("load", "realised"):
                record.pop(field, None)
            record["operating"] = {"share": chance.choice([0, 0.4, 1])}
            self.maybe(record["operating"], "to", [0, 0.5, 1])
            self.refs.append((plant["id"], name, ""))
            return
        self.maybe(record, "realised", [0, 0, 1], 0.1 if self.crowded else 0.3)
        if kind == "slip":
            past = chance.random() < 0.2
            record["announced"] = self.start - timedelta(days=chance.choice([1, 5])) if past else self.promise()
            left = (record["announced"] - self.start).days + 1
            slips = [self.chance.choice(self.durations), {"value": chance.choice([-left, 5, 5.5]), "unit": "days"}]
            beyond = (self.end - record["announced"]).days - 1
            slips += [{"value": max(beyond, 4) + more, "unit": "days"} for more in (0, 0.0007)]
            record["slip"] = {"value": 5, "unit": "days"} if past else chance.choice(slips)
            self.maybe(record, "slip", [0], 0.0 if past else 0.3)
            self.refs.append((plant["id"], name, ""))
            return
        record["stages"] = []
        self.maybe(record, "announced", [self.promise()], 0.4)
        self.maybe(record, "begins", [*self.days, *self.days, first_of(self.end, 1)], 0.4)
        self.staged.append((plant, record, chance.randint(1, 4)))

    def promise(self, late: bool = False) -> date:
        """The last day of a promise: often the last of a month, or of the play, or one that others have too."""
        days = [first_of(self.start, n) - timedelta(days=1) for n in range(late, self.months + 2)]
        return self.chance.choice([*days, *(day for day in self.days if not late or day > self.start)] or days)

    def stages(self) -> None:
        """Add stages here and there in turn, each waiting for what is there already; so nothing goes in a circle."""
        chance, favourite = self.chance, None
        open_ones = list(self.staged)
        while open_ones:
            plant, record, most = chance.choice(open_ones)
            name = "main" if plant is record else record["id"]
            stages = record["stages"]
            stage: dict[str, Any] = {"id": f"x{len(stages)}", "duration": chance.choice(self.durations)}
            self.maybe(stage, "crew", self.crews or [None], 0.7 if self.crews else 0)
            waits = [] if favourite is None else [favourite] * chance.choice([0, 1, 1])
            others = 0 if self.crowded else chance.choice([0, 1, 2])
            waits += chance.sample(self.refs, min(len(self.refs), others))
            mine = [(plant["id"], name, one["id"]) for one in stages]
            waits += chance.sample(mine, min(len(mine), chance.choice([0, 1])))
            if chance.random() < 0.6:
                stage["after"] = list(dict.fromkeys(self.said(one, (plant["id"], name)) for one in waits))
            stages.append(stage)
            self.refs.append((plant["id"], name, stage["id"]))
            if favourite is None or chance.random() < 0.1:
                favourite = chance.choice(self.refs)
            if len(stages) == most:
                open_ones = [one for one in open_ones if one[1] is not record]
                self.refs.append((plant["id"], name, ""))
                if all("after" in one for one in stages) and chance.random() < 0.5:
                    chance.shuffle(stages)

    def said(self, ref: tuple[str, str, str], here: tuple[str, str]) -> str:
        """A milestone as a stage of a phase names it."""
        plant, phase, stage = ref
        if ref[:2] == here and stage:
            return stage
        whole = phase == "main"
        return f"{plant}.{stage or 'main'}" if whole else f"{plant}.{phase}" + (f".{stage}" if stage else "")

    def scope(self) -> dict[str, Any]:
        """What a hazard, market or target speaks of."""
        plants = [plant["id"] for plant in self.plants]
        plants += [f"{plant['id']}.{phase['id']}" for plant in self.plants for phase in plant.get("phases", [])]
        regions = sorted({plant["region"] for plant in self.plants})
        owners = sorted({plant["owner"] for plant in self.plants})
        some = self.chance.sample(plants, min(len(plants), 2))
        choices = [{}, {}, {"region": self.chance.choice(regions)}, {"owner": owners}, {"plant": some}]
        tags = sorted({tag for plant in self.plants for tag in plant.get("tags", [])})
        return self.chance.choice([*choices, *({"tags": [tag]} for tag in tags)])

    def limit(self, name: str, values: list[int]) -> dict[str, Any]:
        """A supply or a market with one row or two."""
        chance = self.chance
        firsts = [first_of(self.start, n) for n in sorted(chance.sample([-12, 0, 0, 1, 3], chance.choice([1, 1, 2])))]
        rows = [{"from": first, "value": chance.choice(values)} for first in dict.fromkeys(firsts)]
        limit: dict[str, Any] = {"id": name, "yearly": rows}
        self.maybe(limit, "level", [0.5, 2], 0.3)
        self.maybe(limit, "growth", [0.25, -0.5, 1], 0.4)
        return limit

    def rollout(self, name: str) -> dict[str, Any]:
        """Openings by teams, often all of one length."""
        chance = self.chance
        rollout = {"id": name, "planned": chance.randint(1, 12), "fit_out": chance.choice(self.durations)}
        self.maybe(rollout, "already", [0, 3])
        self.maybe(rollout, "teams", [1, 2, 3, 20], 0.8)
        self.maybe(rollout, "pace", [0, 0.5, 2], 0.3)
        self.maybe(rollout, "begins", [*self.days, first_of(self.end, 0)])
        return rollout

    def outages(self) -> list[tuple[int, int, float]]:
        """Some outages of a stream, one after another, often between edges of months or whole stages apart."""
        chance, found, now = self.chance, [], 0
        edges = [(first_of(self.start, n) - self.start).days * DAY for n in range(self.months + 1)]
        for _ in range(chance.choice([0, 1, 2, 4])):
            onsets = [
                minute for minute in [*edges, *((day - self.start).days * DAY for day in self.days)] if minute > now
            ]
            onset = chance.choice([*onsets, now + 10 * DAY, now + 1])
            end = chance.choice(
                [onset + 1, onset + 10 * DAY, onset + 43_830, *(edge for edge in edges if edge > onset)]
            )
            if onset > edges[-1]:
                break
            found.append((onset, end, chance.choice([0.0, 0.25, 0.5, 1.0, 1.0])))
            now = end
        return found

    def targets(self, rollouts: list[str]) -> list[dict[str, Any]]:
        """Three targets of what there is a measure for."""
        chance, last = self.chance, self.end - timedelta(days=1)
        days = [first_of(self.start, n) - timedelta(days=1) for n in range(1, self.months + 1)]
        days += [day for day in self.days if day < self.end] + [last, self.start]
        firsts = [first_of(self.start, n) for n in range(self.months + 1)]
        targets = []
        measures: list[tuple[str, str]] = [(name, "") for name in ("output", "run-rate", "capacity", "share")]
        phases = [record for plant in self.plants for record in plant.get("phases", [plant])]
        able = sum("operating" not in record for record in phases)
        measures += [("start", "")] * (able > 0) + [("count", name) for name in rollouts]
        for number, (measure, rollout) in enumerate(chance.sample(measures, 3)):
            target: dict[str, Any] = {"id": f"t{number}", "measure": measure}
            if measure == "share":
                plants = chance.sample([plant["id"] for plant in self.plants], 2)
                target |= {"scope": {"plant": plants}, "part": {"plant": plants[0]}}
                target |= chance.choice([{}, {"scope": {}, "part": self.scope()}])
            elif measure == "count":
                target["rollout"] = rollout
            elif measure != "start":
                target["scope"] = self.scope()
            if measure in ("output", "share"):
                low, high = sorted(chance.sample(firsts, 2))
                target["during"] = {"from": low, "to": high}
            else:
                target["at"] = chance.choice(days)
            if measure == "output" and target["during"]["from"] == self.start:
                self.maybe(target, "already", [0, 500], 0.2)
            levels = {"share": [0, 0.3, 1], "start": [1, able], "count": [1, 4, 9]}
            target["at_least"] = chance.choice(levels.get(measure, [1, 3_000, 12_000, 24_000]))
            targets.append(target)
        return targets


def invent(seed: int) -> Invented:
    """The scenario of a seed."""
    return Inventor(random.Random(seed)).invent()


def exact(outages: dict[tuple[str, str], list[tuple[int, int, float]]]) -> dict[tuple[str, str], Any]:
    """Outages with their severities as fractions."""
    return {name: [(onset, end, Fraction(share)) for onset, end, share in found] for name, found in outages.items()}
