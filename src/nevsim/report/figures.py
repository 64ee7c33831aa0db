"""Which figures a report has, by file name; how each is drawn stands in a file of its own."""

from __future__ import annotations

from matplotlib.figure import Figure

from nevsim.report.exceedance import draw_exceedance
from nevsim.report.fan import draw_fan
from nevsim.report.gantt import draw_gantt
from nevsim.report.waterfall import draw_waterfall
from nevsim.result import Result


def figures(result: Result) -> dict[str, Figure]:
    """Return the figures of a result by name, in the order of the report.

    A fan and a waterfall for every scope and window of the output targets, the starts, and the exceedance of every
    target.
    """
    found: dict[str, Figure] = {}
    for number in result.volumes():
        name = result.targets[number].id
        found[f"fan-{name}"] = draw_fan(result, number)
        found[f"waterfall-{name}"] = draw_waterfall(result, number)
    if result.starts:
        found["starts"] = draw_gantt(result)
    for number, target in enumerate(result.targets):
        found[f"exceedance-{target.id}"] = draw_exceedance(result, number)
    return found
