"""Every scenario that ships runs, and its report says in words what was found and what it hangs on."""

from __future__ import annotations

import html
import re

import pytest

from nevsim.forecast import forecast
from nevsim.report.canvas import svg
from nevsim.report.figures import figures
from nevsim.report.findings import hinges
from nevsim.report.page import page
from nevsim.report.style import percent
from nevsim.scenario.load import load
from nevsim.shipped import names, path_of


@pytest.mark.parametrize("name", names())
def test_the_report_of_a_shipped_scenario_says_it_in_words(name: str) -> None:
    result = forecast(load(path_of(name)), runs=60)
    text = html.unescape(page(result, {one: svg(figure) for one, figure in figures(result).items()}))
    told = re.sub(r"\s+", " ", text.partition('<dl class="hinges">')[2].partition("</dl>")[0])
    found = hinges(result)
    assert [one.title for one in found] == [target.title for target in result.targets]
    for one, target in zip(found, result.targets, strict=True):
        assert f"<dt><bdi>{one.title}</bdi>: {percent(target.odds)}</dt><dd>{' '.join(one.sentences)}</dd>" in told
        repeats = f"They repeat the {100 * (target.stated or 0):.3g} % that the scenario states"
        assert one.sentences
        assert any(repeats in sentence for sentence in one.sentences) == (target.stated is not None)
