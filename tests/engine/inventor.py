"""Invents the data of whole scenarios, chance and all, that the reader accepts; it writes no file and plays nothing.

Every choice goes through one function, which Hypothesis or a generator of Python stands behind: 0 is the simplest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

import menus

from nevsim.scenario.address import Path, at, settable

Any_ = TypeVar("Any_")
Data = dict[str, Any]
Ref = tuple[str, str, str]
"""Plant, phase or "main", and stage or "": what may be waited for."""
STARTS = [date(2023, 1, 1), date(2023, 11, 1), date(2024, 2, 1), date(2023, 6, 1)]
NAMES = {"region": ["east", "west"], "owner": ["ox", "yak"], "product": ["nev", "van"]}
TAGS = [["brief"], ["premium"], ["brief", "premium"], []]
PATTERNS = [
    ("plants.*.slip", "plants.*.stages.*.duration", "plants.*.phases.*.slip"),
    ("plants.*.nameplate", "markets.*.growth", "plants.*.load"),
    ("plants.*.realised", "plants.*.built", "plants.*.ramp.duration"),
    ("crews.*.count", "rollouts.*.teams", "rollouts.*.pace"),
    ("supplies.*.level", "hazards.*.rate", "plants.*.uses.*", "plants.*.operating.to"),
]
"""Patterns of which no two move one quantity."""


def first_of(day: date, months: int) -> date:
    """The first of the month so many months after the month of a day."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def is_uncertain(data: Data, place: Path) -> bool:
    """Whether a factor may move what stands at a place."""
    if (place[0], place[-1]) in (("hazards", "duration"), ("hazards", "severity"), ("rollouts", "fit_out")):
        return False
    try:
        value = at(data, place)
    except (KeyError, IndexError, TypeError):
        return False
    if place[-1] == "realised":
        return 0 < (value["value"] if isinstance(value, dict) else value) < 1
    return isinstance(value, dict) and value.get("law", "fixed") != "fixed"


class Inventor:
    """Invents one scenario; ``choose`` gives an index below a number."""

    def __init__(self, choose: Callable[[int], int]) -> None:
        self.choose = choose
        self.size = self.pick(menus.SIZES)
        self.start = self.pick(STARTS)
        self.months = self.pick(menus.MONTHS if self.size < 20 else menus.MONTHS[:8])
        self.end = first_of(self.start, self.months)
        self.crowded = self.often(50)
        self.durations = [self.pick(menus.DURATIONS) for _ in range(2)]
        firsts = [first_of(self.start, number) for number in range(self.months + 1)]
        self.firsts = firsts
        self.days = [self.pick([*firsts, *(self.start + timedelta(days=n) for n in (10, 15, 30))]) for _ in range(2)]
        self.crews = [f"c{number}" for number in range(self.pick([1, 2] if self.crowded else [0, 1, 0]))]
        self.supplies = [f"s{number}" for number in range(self.pick([0, 1, 0, 2]))]
        self.refs: list[Ref] = []
        self.staged: list[tuple[Data, list[tuple[str, str]], int]] = []
        self.plants: list[Data] = []
        self.views: list[Data] = []

    def pick(self, values: Sequence[Any_]) -> Any_:
        """One of some values."""
        return values[self.choose(len(values))] if len(values) > 1 else values[0]

    def often(self, percent: int) -> bool:
        """Yes, in so many cases of a hundred."""
        return self.choose(100) >= 100 - percent

    def maybe(self, record: Data, key: str, values: list[Any], percent: int = 50) -> None:
        """Set a key sometimes."""
        if self.often(percent):
            record[key] = self.pick(values)

    def quantity(self, record: Data, key: str, values: list[Any], laws: list[Any], percent: int = 50) -> None:
        """Set a quantity sometimes: a value, or a law."""
        if self.often(percent):
            record[key] = self.pick(laws if self.often(35) else values)

    def duration(self) -> Any:
        """A time that others take too, or one of its own."""
        return self.pick(menus.TIMES) if self.often(20) else self.pick(self.durations)

    def invent(self) -> Data:
        """Put a scenario together."""
        while len(self.views) < self.size:
            self.plant()
        self.stages()
        if self.often(40):
            self.mix(self.plants)
        head = {"id": "invented", "title": "Invented", "as_of": self.start, "start": self.start, "end": self.end}
        self.maybe(head, "season", menus.SEASONS, 25)
        rollouts = self.several("r", [0, 0, 1, 2] if self.size else [1, 2], self.rollout)
        scoped = self.pick([0, 1, 0, 2, 3]) if self.size else 0
        struck = self.pick([0, 1, 2, 3, 2, 4]) if self.size else 0
        data = {
            "schema": 1,
            "scenario": head,
            "plants": self.plants,
            "crews": self.several("", [len(self.crews)], self.crew),
            "supplies": self.several("s", [len(self.supplies)], self.supply),
            "markets": self.several("m", [scoped], self.market),
            "hazards": self.several("h", [struck], self.hazard),
            "rollouts": rollouts,
            "targets": self.several("t", [1, 2, 3], lambda name: self.target(name, rollouts)),
        }
        data = {key: value for key, value in data.items() if value != []}
        self.factors(data)
        self.readings(data)
        return data

    def several(self, letter: str, counts: list[int], one: Callable[[str], Data]) -> list[Data]:
        """Some records of a table."""
        return [one(f"{letter}{number}") for number in range(self.pick(counts))]

    def mix(self, values: list[Any]) -> None:
        """Put values in any order."""
        for last in range(len(values) - 1, 0, -1):
            other = last - self.choose(last + 1)
            values[last], values[other] = values[other], values[last]

    # Plants

    def plant(self) -> None:
        """Add a plant, its stages still to come."""
        plant: Data = {"id": f"p{len(self.plants)}"}
        for key, names in NAMES.items():
            self.maybe(plant, key, names, 60)
        self.maybe(plant, "tags", TAGS, 40)
        self.plants.append(plant)
        if not self.often(35):
            self.volumes(plant)
            self.beginning(plant, plant, [(plant["id"], "main")])
            return
        most = min(self.pick([1, 2, 3, 40]), self.size - len(self.views))
        names = [f"a{number}" for number in range(most)]
        taking = [name for name in names if self.often(50)]  # what begins as its plant says
        self.volumes(plant, 40, whole=False)
        for field in ("load", "realised"):
            plant.pop(field, None)
        said = self.beginning(plant, plant, [(plant["id"], name) for name in taking]) if taking else ""
        if said != "operating":
            self.quantity(plant, "load", menus.LOADS, menus.LOAD_LAWS, 20)
            self.maybe(plant, "realised", menus.CHANCES, 15)
        plant["phases"] = []
        for name in names:
            phase: Data = {"id": name}
            plant["phases"].append(phase)
            self.volumes(phase, 50)
            self.maybe(phase, "tags", TAGS, 15)
            if name not in taking:
                self.beginning(plant, phase, [(plant["id"], name)])
                continue
            if said == "operating":
                for field in ("load", "realised"):
                    phase.pop(field, None)
                self.climb(phase)
            else:
                self.maybe(phase, "realised", menus.CHANCES, 15)
            self.view(plant, phase, said == "operating")

    def volumes(self, record: Data, percent: int = 80, whole: bool = True) -> None:
        """Set what volumes hang on, of a plant or a phase."""
        self.quantity(record, "nameplate", menus.NAMEPLATES, menus.NAMEPLATE_LAWS, percent)
        self.quantity(record, "built", menus.BUILT, menus.SHARE_LAWS, percent // 3)
        self.quantity(record, "load", menus.LOADS, menus.LOAD_LAWS, percent // 3)
        if self.often(percent // 2):
            record["ramp"] = self.ramp(step=whole)
        if self.supplies and self.often(percent):
            record["uses"] = {}
            for name in self.supplies:
                self.quantity(record["uses"], name, menus.USES, menus.USE_LAWS, 80)

    def ramp(self, step: bool = True) -> Data:
        """A ramp of any shape."""
        shape = self.pick(["linear", "s-curve", "fast-start", "points", *["step"] * step])
        if shape == "step":
            return {"shape": shape}
        points = {"points": self.pick(menus.POINTS)} if shape == "points" else {}
        return {"shape": shape, "duration": self.duration()} | points

    def climb(self, record: Data) -> None:
        """Take a step from what operates: its share would jump."""
        if record.get("ramp", {}).get("shape") == "step":
            record["ramp"] = self.ramp(step=False)

    def view(self, plant: Data, record: Data, operates: bool) -> None:
        """Remember a phase as a scope sees it."""
        whole = plant is record
        name = plant["id"] if whole else f"{plant['id']}.{record['id']}"
        keys = {key: plant[key] for key in NAMES if key in plant}
        tags = record.get("tags", plant.get("tags", []))
        names = [name, plant["id"], f"{name}.main" if whole else name]
        self.views.append(keys | {"names": names, "tags": tags, "operates": operates})

    def beginning(self, plant: Data, record: Data, mine: list[tuple[str, str]]) -> str:
        """Give a plant or a phase, or a plant for some of its phases, its beginning; return which."""
        kind = self.pick(["slip", "stages", "operating", "slip", *["stages"] * (6 if self.crowded else 1)])
        if kind == "operating":
            for field in ("load", "realised"):
                record.pop(field, None)
            record["operating"] = {}
            self.quantity(record["operating"], "share", menus.SHARES, menus.SHARE_LAWS, 80)
            self.quantity(record["operating"], "to", menus.REACHED, menus.SHARE_LAWS, 60)
            if "ramp" not in record and self.often(50):
                record["ramp"] = self.ramp(step=False)
            self.climb(record)
        elif kind == "slip":
            self.promise(record)
        else:
            record["stages"] = []
            self.maybe(record, "announced", self.promises(), 35)
            self.maybe(record, "begins", [*self.days, first_of(self.end, 1)], 30)
            self.staged.append((record, mine, self.pick([1, 2, 3, 4])))
        if kind != "operating" and (plant is not record or mine == [(plant["id"], "main")]):
            self.maybe(record, "realised", menus.CHANCES, 15)
        if kind != "stages":
            self.refs += [(*one, "") for one in mine]
        if plant is not record or mine == [(plant["id"], "main")]:
            self.view(plant, record, kind == "operating")
        return kind

    def promises(self) -> list[date]:
        """Last days of promises: of months, before the play, after it, or days that others have too."""
        days = [first - timedelta(days=1) for first in (*self.firsts[1:], first_of(self.end, 1), self.start)]
        return [*days, *self.days, self.start - timedelta(days=40)]

    def promise(self, record: Data) -> None:
        """Announce a start that may slip, and that can still come where the day has passed."""
        passed = self.often(15)
        day = self.start - timedelta(days=self.pick([2, 6])) if passed else self.pick(self.promises()[:-1])
        record["announced"] = day
        ahead = (day - self.start).days + 1
        if passed:
            record["slip"] = self.pick([{"value": -ahead, "unit": "days"}, 1, *menus.POSITIVE])
            return
        beyond = max((self.end - day).days - 1, 4)
        days = [-ahead, -min(ahead, 5), beyond, beyond + 0.0007]
        slips = [*self.durations, *({"value": number, "unit": "days"} for number in days)]
        self.quantity(record, "slip", slips, menus.SLIPS, 75)

    # Stages

    def stages(self) -> None:
        """Add stages here and there in turn, each waiting for what is there already; so nothing goes in a circle."""
        favourite: Ref | None = None
        left = list(self.staged)
        while left:
            record, mine, most = self.pick(left)
            stages = record["stages"]
            stage: Data = {"id": f"x{len(stages)}", "duration": self.duration()}
            if self.crews:
                self.maybe(stage, "crew", self.crews, 90 if self.crowded else 50)
            if self.often(70):
                stage["after"] = self.waits(mine, [one["id"] for one in stages], favourite)
            stages.append(stage)
            self.refs += [(*one, stage["id"]) for one in mine]
            if favourite is None or self.often(10):
                favourite = self.pick(self.refs)
            if len(stages) == most:
                left = [one for one in left if one[0] is not record]
                self.refs += [(*one, "") for one in mine]
                if all("after" in one for one in stages) and self.often(30):
                    self.mix(stages)

    def waits(self, mine: list[tuple[str, str]], before: list[str], favourite: Ref | None) -> list[str]:
        """What a stage waits for: stages of its own, what many wait for, and anything else."""
        found = [name for name in before if self.often(40)]
        others = [] if favourite is None or not self.often(50) else [favourite]
        if self.refs:
            others += [self.pick(self.refs) for _ in range(self.pick([0, 0, 0, 1] if self.crowded else [0, 1, 2]))]
        for plant, phase, stage in others:
            if (plant, phase) in mine and stage and not self.often(20):
                found.append(stage)
            elif phase == "main":
                found.append(f"{plant}.{stage or phase}")
            else:
                found.append(f"{plant}.{phase}" + (f".{stage}" if stage else ""))
        return list(dict.fromkeys(found))

    # What is shared

    def scope(self, view: Data | None = None) -> Data:
        """A scope that has at least one phase inside."""
        if self.often(35):
            return {}
        view = self.pick(self.views) if view is None else view
        scope: Data = {}
        for key, names in NAMES.items():
            known = {other.get(key) for other in self.views}
            if key in view and self.often(35):
                scope[key] = view[key] if self.often(50) else [name for name in names if name in known]
        if view["tags"] and self.often(30):
            scope["tags"] = view["tags"][: self.pick([1, 2])]
        if self.often(30):
            scope["plant"] = self.pick(view["names"])
            if self.often(50):
                scope["plant"] = list(dict.fromkeys([scope["plant"], self.pick(self.pick(self.views)["names"])]))
        return scope

    def crew(self, number: str) -> Data:
        """A crew."""
        crew: Data = {"id": f"c{number}"}
        self.quantity(crew, "count", menus.COUNTS, menus.COUNT_LAWS, 60)
        return crew

    def limit(self, name: str, values: list[int]) -> Data:
        """A supply or a market with a row or two."""
        firsts = sorted({self.pick([0, -12, 1, 3, 0]) for _ in range(self.pick([1, 2]))})
        limit: Data = {"id": name}
        limit["yearly"] = [{"from": first_of(self.start, first), "value": self.pick(values)} for first in firsts]
        self.quantity(limit, "level", menus.LEVELS, menus.POSITIVE, 35)
        self.quantity(limit, "growth", menus.GROWTHS, menus.GROWTH_LAWS, 40)
        return limit

    def supply(self, name: str) -> Data:
        """A supply."""
        return self.limit(name, menus.SUPPLIES)

    def market(self, name: str) -> Data:
        """A market."""
        return self.limit(name, menus.MARKETS) | {"scope": self.scope()}

    def hazard(self, name: str) -> Data:
        """A hazard: of all its plants together, or of each."""
        hazard: Data = {"id": name, "scope": {} if self.often(40) else self.scope(), "each": self.often(40)}
        rates = menus.RATES if self.size * self.months < 100 else menus.FEW
        self.quantity(hazard, "rate", rates, menus.RATE_LAWS, 100)
        hazard["duration"] = self.pick([2, 4]) if self.often(40) else self.duration()
        self.quantity(hazard, "severity", menus.SEVERITIES, menus.SHARE_LAWS, 85)
        self.maybe(hazard, "months", [[self.start.month], *menus.LISTED], 25)
        days = [*self.days, self.start - timedelta(days=20), *self.firsts, self.end + timedelta(days=9)]
        self.maybe(hazard, "from", days, 25)
        self.maybe(hazard, "until", [day for day in days if day > hazard.get("from", date.min)] or [date.max], 25)
        return hazard

    def rollout(self, name: str) -> Data:
        """Openings by teams, often all of one length."""
        rollout: Data = {"id": name, "fit_out": self.duration()}
        self.quantity(rollout, "planned", menus.PLANNED, menus.PLANNED_LAWS, 100)
        self.maybe(rollout, "already", [3, 0])
        self.quantity(rollout, "teams", menus.TEAMS, menus.TEAM_LAWS, 80)
        self.quantity(rollout, "pace", menus.PACES, menus.POSITIVE, 40)
        self.maybe(rollout, "begins", [*self.days, self.end])
        return rollout

    # What is asked, and what is common

    def target(self, name: str, rollouts: list[Data]) -> Data:
        """A target of what there is a measure for."""
        able = [view for view in self.views if not view["operates"]]
        measures = ["output", "run-rate", "capacity", "share"] if self.size else []
        measure = self.pick([*measures, *["start"] * bool(able), *["count"] * bool(rollouts)])
        target: Data = {"id": name, "measure": measure}
        if measure == "count":
            target["rollout"] = self.pick(rollouts)["id"]
        elif measure == "start":
            self.maybe(target, "scope", [{"plant": self.pick(able)["names"][0]}], 40)
            self.maybe(target, "at_least", [1, 1 if "scope" in target else len(able)], 60)
        elif measure == "share":
            view = self.pick(self.views)
            target |= {"scope": self.scope(view), "part": self.scope(view)}
        else:
            target["scope"] = self.scope()
        if measure in ("output", "share"):
            target |= self.window(measure)
        else:
            target["at"] = self.day()
        levels = {"share": [0.5, 0, 0.3, 1], "count": [1, 4, 9, 40]}.get(measure, [1, 0, 3_000, 12_000, 24_000])
        if measure != "start":
            target["at_least"] = self.pick(levels)
        return target

    def window(self, measure: str) -> Data:
        """Months of a window, or a year that the play covers; some begin before it, with what was made by then."""
        first = self.choose(self.months)
        last = first + 1 + self.choose(self.months - first)
        during: Any = {"from": self.firsts[first], "to": self.firsts[last]}
        whole = range(self.start.year + (self.start.month > 1), self.end.year)
        if whole and self.often(60):
            during = self.pick(whole)
        if measure == "share":
            return {"during": during}
        if self.often(25):
            earlier = {"from": first_of(self.start, -2), "to": self.firsts[last]}
            return {"during": self.start.year if self.start.year < self.end.year else earlier, "already": 500}
        return {"during": during} | ({"already": 0} if self.often(10) else {})

    def day(self) -> date | str:
        """A day within the play, or a month or quarter that ends in it."""
        if self.often(40):
            last = self.firsts[self.choose(self.months)]
            return f"{last:%Y-%m}" if last.month % 3 else f"{last.year}-Q{last.month // 3}"
        ends = [first - timedelta(days=1) for first in self.firsts[1:]]
        return self.pick([*ends[::-1], *(day for day in self.days if day < self.end), self.start])

    def factors(self, data: Data) -> None:
        """Add common causes of what is uncertain."""
        made: list[Data] = []
        for number in range(self.pick([0, 1, 0, 2])):
            loads = {}
            for group in PATTERNS:
                able = [one for one in group if any(is_uncertain(data, place) for place in settable(data, one))]
                if able and self.often(60):
                    loads[self.pick(able)] = self.pick([0.5, -0.7, 0.3, 0])
            if loads:
                made.append({"id": f"f{number}", "loads": loads})
        if made:
            data["factors"] = made

    def readings(self, data: Data) -> None:
        """Add facts that may be read in several ways, of what no factor moves."""
        loads = [pattern for factor in data.get("factors", []) for pattern in factor["loads"]]
        moved = {place for pattern in loads for place in settable(data, pattern)}
        menu = {f"plants.{plant['id']}.nameplate": [12_000, 0, menus.NAMEPLATE_LAWS[0]] for plant in self.plants}
        menu |= {f"hazards.{one['id']}.severity": [0.5, 1] for one in data.get("hazards", [])}
        menu |= {f"crews.{one['id']}.count": [1, 2] for one in data.get("crews", [])}
        menu |= {f"rollouts.{one['id']}.teams": [1, 3, menus.TEAM_LAWS[0]] for one in data.get("rollouts", [])}
        paths = [path for path in menu if moved.isdisjoint(settable(data, path))]
        if paths and self.often(15):
            path = self.pick(paths)
            data["readings"] = [{"id": "unclear", "path": path, "values": menu[path][self.choose(2) :]}]
