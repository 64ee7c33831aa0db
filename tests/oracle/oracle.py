"""The model without chance a second time: minutes as integers, volumes as fractions, from a scenario's text alone.

Written from the description of the model, it shares nothing with nevsim, checks nothing and draws nothing. It is
handed outages, (onset, end, severity) by hazard and plant, or "" for all, and minutes of unequal openings by rollout.
"""

import tomllib
from datetime import date
from fractions import Fraction
from heapq import heapreplace
from itertools import pairwise, product
from math import prod

UNITS = {"days": 1_440, "weeks": 10_080, "months": 43_830, "years": 525_960}
BEGINNING = {"announced", "slip", "stages", "operating"}
NEVER = 10**30  # minutes, of what is not seen in the play; also what no play needs


def value(record, name, default=1):
    written = record.get(name, default)
    return Fraction(written["value"] if isinstance(written, dict) else written)


def minutes(record, name, pace=1):
    written = record.get(name, 0)
    unit = written.get("unit", "months") if isinstance(written, dict) else "months"
    return round(float(value(record, name, 0)) * pace * UNITS[unit])


def area(ramp, x):
    """The integral of a ramp's share from 0 to x, by hand from the shapes."""
    if x > 1:
        return area(ramp, Fraction(1)) + x - 1
    if ramp["shape"] == "points":
        parts = [(a, c, y, z, min(x, c) - a) for (a, y), (c, z) in pairwise(ramp["points"]) if x > a]
        return sum(wide * (y + Fraction(z - y) * wide / (c - a) / 2) for a, c, y, z, wide in parts)
    return {"step": x, "linear": x**2 / 2, "s-curve": x**3 - x**4 / 2, "fast-start": x**2 - x**3 / 3}[ramp["shape"]]


class Oracle:
    """A scenario, played; phases go by (plant, phase), stages by (plant, phase, stage), in the order of the file."""

    def __init__(self, text, outages, fit_outs):
        self.file, self.outages, self.fit_outs = tomllib.loads(text, parse_float=Fraction), outages, fit_outs
        head = self.file["scenario"]
        self.zero, last = head["start"], (head["end"].year - head["start"].year) * 12 + head["end"].month
        self.firsts = [date(self.zero.year + m // 12, m % 12 + 1, 1) for m in range(self.zero.month - 1, last)]
        self.edges, weights = [*map(self.minute, self.firsts)], head.get("season", [1] * 12)
        self.season = [Fraction(12 * weights[first.month - 1]) / sum(weights) for first in self.firsts[:-1]]
        self.phases, self.stages = {}, {}
        for plant in self.file["plants"]:
            for own in plant.get("phases", [{"id": "main"}]):
                replaced = BEGINNING if BEGINNING & own.keys() else set()
                phase = {name: said for name, said in plant.items() if name not in replaced} | own
                fixed = {"load": 1, "realised": 1} if "operating" in phase else {}
                self.phases[plant["id"], own["id"]] = {"stages": []} | phase | fixed
        for key, phase in self.phases.items():
            for above, stage in zip([None, *phase["stages"]], phase["stages"], strict=False):
                after = stage.get("after", [above["id"]] if above else [])
                self.stages[*key, stage["id"]] = {
                    "needs": [self.milestone(key, *name.split(".")) for name in after],
                    "begins": self.minute(phase.get("begins", self.zero)),
                    "length": max(1, minutes(stage, "duration")),
                    "crew": stage.get("crew"),
                }
        waits = [(key[:2], need[:2]) for key, stage in self.stages.items() for need in stage["needs"]]
        self.lost = {key for key, phase in self.phases.items() if value(phase, "realised") == 0}
        for _ in self.phases:
            self.lost |= {key for key, other in waits if other in self.lost}
        self.announced = {key: self.promise(key) for key in self.phases}
        self.play()
        self.opened = {rollout["id"]: self.openings(rollout) for rollout in self.file.get("rollouts", [])}

    def minute(self, day):
        return (day - self.zero).days * 1_440

    def milestone(self, key, *parts):
        """A start of production, (plant, phase), or the end of a stage, (plant, phase, stage)."""
        parts = parts if len(parts) > 1 else (*key, *parts)
        return parts if len(parts) == 3 or parts in self.phases else (parts[0], "main", parts[1])

    def promise(self, key):
        phase = self.phases[key]
        return self.minute(phase["announced"]) + 1_440 if "announced" in phase else self.path(key)

    def path(self, key):
        """When a milestone would be reached if nothing were cancelled and there were crews enough."""
        if stage := self.stages.get(key):
            return max([stage["begins"], *map(self.path, stage["needs"])]) + stage["length"]
        if staged := self.phases[key]["stages"]:
            return max(self.path((*key, stage["id"])) for stage in staged)
        return 0 if "operating" in self.phases[key] else self.promise(key) + minutes(self.phases[key], "slip")

    def play(self):
        """From one minute to the next, in three rounds: ends and releases, requests, grants."""
        reached = {k: self.path(k) for k, phase in self.phases.items() if not phase["stages"] and k not in self.lost}
        free = {None: NEVER} | {crew["id"]: value(crew, "count") for crew in self.file.get("crews", [])}
        waiting = {key: stage for key, stage in self.stages.items() if key[:2] not in self.lost}
        self.asked, self.granted, now = {}, {}, 0
        while now <= self.edges[-1]:
            done = {key for key, minute in reached.items() if minute <= now}
            for key in self.granted:
                free[self.stages[key]["crew"]] += reached[key] == now
            for key, phase in self.phases.items():
                if key not in done and phase["stages"] and done.issuperset((*key, s["id"]) for s in phase["stages"]):
                    reached[key] = now
                    done.add(key)
            ready = [key for key, one in waiting.items() if one["begins"] <= now and done.issuperset(one["needs"])]
            self.asked |= {key: now for key in ready if waiting.pop(key)}
            for key in sorted((key for key in self.stages if key in self.asked), key=self.asked.__getitem__):
                if key not in self.granted and free[self.stages[key]["crew"]] > 0:
                    free[self.stages[key]["crew"]] -= 1
                    self.granted[key], reached[key] = now, now + self.stages[key]["length"]
            ahead = [*reached.values(), *(stage["begins"] for stage in waiting.values())]
            now = min((minute for minute in ahead if minute > now), default=NEVER)
        self.starts = {key: at for key in self.phases if (at := reached.get(key, NEVER)) <= self.edges[-1]}

    def openings(self, rollout):
        """The minutes of all openings in the play: the next job goes to the team that is free first."""
        each = max(1, minutes(rollout, "fit_out", pace=float(value(rollout, "pace"))))
        teams = [self.minute(rollout.get("begins", self.zero))] * int(value(rollout, "teams"))
        jobs = self.fit_outs.get(rollout["id"], [each] * int(value(rollout, "planned")))
        ends = [(end := teams[0] + job, heapreplace(teams, end))[0] for job in jobs]
        return sorted(end for end in ends if end <= self.edges[-1])

    def inside(self, record, name="scope"):
        wanted = {key: [said] if isinstance(said, str) else said for key, said in record.get(name, {}).items()}
        plants, tags = wanted.pop("plant", None), {*wanted.pop("tags", [])}
        found = [key for key, phase in self.phases.items() if all(phase.get(name) in w for name, w in wanted.items())]
        found = [key for key in found if plants is None or key[0] in plants or ".".join(key) in plants]
        return [key for key in found if tags <= {*self.phases[key].get("tags", [])}]

    def ages(self, key, start):
        """Operating minutes since the start, at every edge of a month."""
        names = product((h["id"] for h in self.file.get("hazards", []) if key in self.inside(h)), ("", key[0]))
        struck = [outage for name in names for outage in self.outages.get(name, [])]
        cuts = sorted({start, *self.edges, *(minute for onset, end, _ in struck for minute in (onset, end))})
        found = {cuts[0]: Fraction(0)}
        for low, high in pairwise(cuts):
            left = prod(1 - severity for onset, end, severity in struck if onset <= low < end)
            found[high] = found[low] + (high - low) * left * (low >= start)
        return [found[edge] for edge in self.edges]

    def alone(self, key, start, lost):
        """Seven levels of vehicles a month, month by month, from what is promised to what is loaded."""
        phase, operating, ramp = self.phases[key], self.phases[key].get("operating"), self.phases[key].get("ramp")
        size, built, long = value(phase, "nameplate", 0) / 12, value(phase, "built"), minutes(ramp or {}, "duration")
        share = 1 if operating is None else value(operating, "share")
        low, high = (0, 1) if operating is None else (share, value(operating, "to") if ramp else share)
        levels = []
        for (e, f), (a, b) in zip(pairwise(self.edges), pairwise(self.ages(key, start)), strict=True):
            since = [Fraction(max(0, f - max(minute, e)), f - e) for minute in (self.announced[key], start)]
            climbed = long * (area(ramp, b / long) - area(ramp, a / long)) if long else b - a
            ramped = built * size * (low * (b - a) + (high - low) * climbed) / (f - e)
            promised, started, running = (share * size * part for part in (*since, (b - a) / (f - e)))
            goes, loaded = promised * (not lost), value(phase, "load") * ramped
            levels.append([promised, goes, built * goes, built * started, built * running, ramped, loaded])
        return levels

    def limit(self, table, record, first):
        """The limit in the month from ``first`` on, exact in whole years, and what a vehicle of each user takes."""
        row = ([row for row in record["yearly"] if row["from"] <= first] or [{"from": first, "value": NEVER}])[-1]
        years = Fraction((first.year - row["from"].year) * 12 + first.month - row["from"].month, 12)
        limit = value(row, "value") / 12 * value(record, "level") * Fraction((1 + value(record, "growth", 0)) ** years)
        if table == "markets":
            return limit, dict.fromkeys(self.inside(record), 1)
        return limit, {key: value(phase.get("uses", {}), record["id"], 0) for key, phase in self.phases.items()}

    def levels(self, on_time=False):
        """All nine levels of vehicles a month before the season, by phase and month: as played, or with S = A."""
        starts, lost = (self.announced, set()) if on_time else (self.starts, self.lost)
        found = {key: self.alone(key, starts.get(key, NEVER), key in lost) for key in self.phases}
        for month, table in product(range(len(self.season)), ("supplies", "markets")):
            left = dict.fromkeys(found, 1)
            for record in self.file.get(table, []):
                limit, users = self.limit(table, record, self.firsts[month])
                need = sum(used * found[key][month][-1] for key, used in users.items())
                left |= {key: min(left[key], limit / need) for key, used in users.items() if used and need > limit}
            for key, rows in found.items():
                rows[month].append(rows[month][-1] * left[key])
        return found

    def measured(self, target, levels):
        """The measured quantity of a target, from the levels of the play."""
        if during := target.get("during"):
            months = [n for n, first in enumerate(self.firsts[:-1]) if during["from"] <= first < during["to"]]
            sold = {k: sum(levels[k][month][-1] * self.season[month] for month in months) for k in self.inside(target)}
            whole = sum(sold.values()) + value(target, "already", 0)
            part = sum(sold.get(key, 0) for key in self.inside(target, "part"))
            return whole if target["measure"] == "output" else part / whole if whole else whole
        at = self.minute(target["at"]) + 1_440
        if target["measure"] == "count":
            already = {rollout["id"]: value(rollout, "already", 0) for rollout in self.file["rollouts"]}
            return already[target["rollout"]] + sum(minute <= at for minute in self.opened[target["rollout"]])
        if target["measure"] == "run-rate":
            month = sum(edge < at for edge in self.edges) - 1
            return 12 * sum(levels[key][month][-1] for key in self.inside(target))
        done = [self.phases[key] for key in self.inside(target) if self.starts.get(key, NEVER) <= at]
        sizes = [value(phase, "nameplate", 0) * value(phase, "built") for phase in done]
        return sum("operating" not in phase for phase in done) if target["measure"] == "start" else sum(sizes)
