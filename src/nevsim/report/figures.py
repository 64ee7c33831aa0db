"""Which figures a report has, by file name; how each is drawn stands in a file of its own."""

from __future__ import annotations

from matplotlib.figure import Figure

from nevsim.report.exceedance import draw_exceedance
from nevsim.report.fan import draw_fan, rollouts
from nevsim.report.gantt import draw_gantt
from nevsim.report.limits import draw_limits
from nevsim.report.quarters import draw_quarters, moved
from nevsim.report.readings import draw_readings
from nevsim.report.waterfall import draw_waterfall
from nevsim.result import Result


def figures(result: Result) -> dict[str, Figure]:
    """Return the figures of a result by name, in the order of the report.

    A fan and a waterfall for every scope and window of the output targets, a fan for every rollout that is counted, the
    odds by quarter, what limits, the readings, the starts, and the exceedance of every target.
    """
    found: dict[str, Figure] = {}
    for number in result.volumes():
        name = result.targets[number].id
        found[f"fan-{name}"] = draw_fan(result, number)
        found[f"waterfall-{name}"] = draw_waterfall(result, number)
    for number in rollouts(result):
        found[f"fan-{result.targets[number].id}"] = draw_fan(result, number)
    if moved(result):
        found["quarters"] = draw_quarters(result)
    if result.bottlenecks:
        found["limits"] = draw_limits(result)
    if result.readings:
        found["readings"] = draw_readings(result)
    if result.starts:
        found["starts"] = draw_gantt(result)
    for number, target in enumerate(result.targets):
        found[f"exceedance-{target.id}"] = draw_exceedance(result, number)
    return found
