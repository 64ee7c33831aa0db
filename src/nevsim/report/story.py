"""One replication as a dated log, and why it hits or misses each target; it computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nevsim.arrays import BEYOND, CANCELLED
from nevsim.clock import date_of, day_done
from nevsim.odds.bottleneck import Bottleneck
from nevsim.odds.verdict import Verdict
from nevsim.report.style import amount, quantity, signed
from nevsim.result import Happening

FULL = 1 - 1e-9
"""Share of a limit from which on it is used in full."""


def log(events: list[Happening], start: date) -> str:
    """Return the events as lines: date, hour, subject, what happened."""
    width = max((len(event.subject) for event in events), default=0)
    return "\n".join(
        f"{date_of(event.minute, start)} {_hour(event.minute)}  {event.subject:<{width}}  {_words(event)}"
        for event in events
    )


def _hour(minute: int) -> str:
    return f"{minute % 1440 // 60:02}:{minute % 60:02}"


def _words(event: Happening) -> str:
    if event.what in ("begins", "ends"):
        if event.subject.startswith("hazards."):
            return f"outage {event.what}" + (f", {event.detail.replace('%', ' %')}" if event.detail else "")
        return f"{event.detail} {event.what}"
    return event.what


def reason(verdict: Verdict, start: date, end: date) -> str:
    """Return one line that says what a target came to, and why."""
    target = verdict.target
    mark = "hit " if verdict.hit else "miss"
    value, level = (quantity(number, target.measure) for number in (verdict.value, target.at_least))
    head = f"{mark}  {target.title}: {value} of {level}"
    if target.measure == "share":
        return head
    if target.measure == "count":
        return f"{head} by {day_done(target.at, start)}"
    if target.measure in ("start", "capacity"):
        starts = ", ".join(f"{name} {_start(minute, start, end)}" for name, minute in verdict.starts.items())
        return f"{head} by {day_done(target.at, start)}" + (f" ({starts})" if starts else "")
    parts = [f"promised {amount(verdict.promised)}"]
    for cause, phases in verdict.losses.items():
        parts.append(f"{cause} {signed(-sum(phases.values()))} ({_largest(phases)})")
    gap = target.at_least - target.already - verdict.promised
    if target.already:
        parts.append(f"made before {amount(target.already)}")
    if gap > 0:
        parts.append(f"unannounced {amount(gap)}")
    return f"{head}: {'; '.join(parts)}"


def limit(found: Bottleneck, months: Sequence[date]) -> str:
    """Return one line that says how far a limit was used up, and what would have been sold without it."""
    used = [float(share) for share in found.used]
    words = f"limit {found.kind} {found.id}: {100 * sum(used) / len(used):.0f} % used"
    full = [month for month, share in zip(months, used, strict=True) if share >= FULL]
    if full:
        last = f" to {full[-1]:%Y-%m}" if len(full) > 1 else ""
        words += f", in full in {len(full)} of {len(used)} months, {full[0]:%Y-%m}{last}"
    costs = [f"{signed(cost.vehicles)} in {cost.target}" for cost in found.costs if abs(cost.vehicles) >= 0.5]
    return f"{words}; without it {', '.join(costs)}" if costs else f"{words}; without it no output target changes"


def _largest(phases: dict[str, float]) -> str:
    first, *others = sorted(phases, key=lambda name: -abs(phases[name]))
    return f"most at {first}" if others else first


def _start(minute: int, start: date, end: date) -> str:
    if minute == CANCELLED:
        return "cancelled"
    return f"not by {end:%Y-%m}" if minute == BEYOND else day_done(minute, start).isoformat()
