"""Which figures a report has, by file name; how each is drawn stands in a file of its own."""

from __future__ import annotations

from matplotlib.figure import Figure

from nevsim.report.exceedance import draw_exceedance
from nevsim.report.fan import draw_fan, rollouts
from nevsim.report.gantt import draw_gantt, start_pages
from nevsim.report.limits import draw_limits
from nevsim.report.quarters import draw_quarters, quarter_pages
from nevsim.report.readings import draw_readings, reading_pages
from nevsim.report.waterfall import draw_waterfall
from nevsim.result import Result


def figures(result: Result) -> dict[str, Figure]:
    """Return the figures of a result by name, in the order of the report.

    A fan and a waterfall for every scope and window of the output targets, a fan for every rollout that is counted, the
    odds by quarter, what limits, the readings, the starts, and the exceedance of every target. What is too much for a
    page of paper goes on several figures, numbered from the second on.
    """
    found: dict[str, Figure] = {}
    for number in result.volumes():
        name = result.targets[number].id
        found[f"fan-{name}"] = draw_fan(result, number)
        found[f"waterfall-{name}"] = draw_waterfall(result, number)
    for number in rollouts(result):
        found[f"fan-{result.targets[number].id}"] = draw_fan(result, number)
    for page, name in enumerate(named("quarters", len(quarter_pages(result)))):
        found[name] = draw_quarters(result, page=page)
    if result.bottlenecks:
        found["limits"] = draw_limits(result)
    if result.readings:
        for page, name in enumerate(named("readings", len(reading_pages(result)))):
            found[name] = draw_readings(result, page=page)
    for page, name in enumerate(named("starts", len(start_pages(result)))):
        found[name] = draw_gantt(result, page=page)
    for number, target in enumerate(result.targets):
        found[f"exceedance-{target.id}"] = draw_exceedance(result, number)
    return found


def named(name: str, count: int) -> list[str]:
    """Return the names of so many figures of one kind.

    >>> named("starts", 3)
    ['starts', 'starts-2', 'starts-3']
    """
    return [name if number == 0 else f"{name}-{number + 1}" for number in range(count)]
