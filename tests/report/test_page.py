"""The report as a browser gets it: parsed, every table counted, every number compared, nothing from outside."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import hard_to_draw
import pytest

import nevsim
from nevsim.forecast import forecast
from nevsim.plant.losses import LOSSES
from nevsim.report.canvas import svg
from nevsim.report.evidence import NOT_STATED
from nevsim.report.figures import figures
from nevsim.report.page import MEANINGS, UNITS, is_link, page
from nevsim.report.readings import differing
from nevsim.report.style import amount, day_label, month_label, percent, quantity, share
from nevsim.report.terminal import day_or_beyond
from nevsim.result import Result
from nevsim.scenario.assumptions import assumptions
from nevsim.scenario.load import load

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
VOID = {"meta", "img", "wbr", "br", "link", "input", "hr"}
OPEN_TEXT = "<script>alert(1)</script>"
HOSTILE = (
    OPEN_TEXT,
    '"><img src=x onerror=alert(1)>',
    "</style></title><svg onload=alert(1)>",
    "{{ 7 * 7 }} {% raw %} {# gone #}",
    "' onmouseover='alert(1) & &lt;b&gt;",
)
BARE = """schema = 1
[scenario]
id = "bare"
title = "Nothing but starts"
as_of = 2022-11-01
start = 2022-11-01
end = 2024-01-01
[[plants]]
id = "silent"
announced = 2023-06-30
slip = { law = "uniform", low = 0, high = 24 }
[[plants]]
id = "quiet"
announced = 2023-09-30
[[targets]]
id = "both"
measure = "start"
at = 2023-12-31
"""
RUNNING = """schema = 1
[scenario]
id = "running"
title = "Nothing starts"
as_of = 2022-11-01
start = 2022-11-01
end = 2024-01-01
[[plants]]
id = "old"
nameplate = 1_200
operating = { share = 0.5 }
[[targets]]
id = "year"
measure = "output"
during = 2023
already = 10
at_least = 700
"""


def hostile() -> str:
    one, image, svg, braces, quotes = (text.replace("'", "\\u0027").replace('"', '\\"') for text in HOSTILE)
    return f"""schema = 1
[scenario]
id = "hostile"
title = "{one}"
as_of = 2022-11-01
start = 2022-11-01
end = 2024-01-01
[sources.bad]
title = "{image}"
publisher = "{svg}"
date = 2022-10-01
kind = "statement"
url = "javascript:alert(1)"
[sources.good]
title = "{braces}"
publisher = "{quotes}"
date = 2022-10-01
kind = "statistic"
url = "https://example.org/?a=1&b=%22<script>"
[[plants]]
id = "a"
name = "{svg}"
owner = "{image}"
region = "{braces}"
product = "{quotes}"
tags = ["{one}"]
nameplate = {{ value = 1_200, source = "bad", where = "{image}", note = "{braces}" }}
announced = {{ date = 2023-03-31, source = "good", where = "{svg}", note = "{quotes}" }}
slip = {{ law = "uniform", low = 0, high = 9, note = "{one}" }}
[[targets]]
id = "t"
title = "{quotes}"
scope = {{ owner = "{image}", tags = ["{one}"] }}
measure = "output"
during = 2023
at_least = 500
source = "good"
[[targets]]
id = "u"
title = "{braces}"
measure = "start"
at = 2023-06-30
source = "bad"
"""


def spaced(text: str) -> str:
    """A text as a browser shows it: one space for several."""
    return re.sub(r"\s+", " ", text).strip()


@dataclass
class Node:
    """An element with its attributes and what it holds."""

    tag: str
    attributes: dict[str, str]
    content: list[Node | str] = field(default_factory=list)

    def every(self, *tags: str) -> Iterator[Node]:
        for one in self.content:
            if isinstance(one, Node):
                if one.tag in tags or not tags:
                    yield one
                yield from one.every(*tags)

    @property
    def text(self) -> str:
        parts = [one if isinstance(one, str) else one.text for one in self.content]
        return spaced("".join(parts))

    def has(self, name: str) -> bool:
        return name in self.attributes.get("class", "").split()


class Tree(HTMLParser):
    """Builds the tree and refuses what is not closed in turn."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.path = [self.root]
        self.feed(text)
        self.close()
        assert self.path == [self.root], [one.tag for one in self.path]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.path[-1].content.append(node)
        if tag not in VOID:
            self.path.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.path[-1].tag == tag, f"</{tag}> closes <{self.path[-1].tag}>"
        self.path.pop()

    def handle_data(self, data: str) -> None:
        self.path[-1].content.append(data)


@dataclass(frozen=True)
class Case:
    result: Result
    text: str
    tree: Node

    def table(self, name: str) -> Node:
        return next(one for one in self.tree.every("table") if one.has(name))


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """The pages of the flagship, the example, a hostile file, and files that are hard to show."""
    folder = tmp_path_factory.mktemp("pages")
    texts = {
        "hostile": hostile(),
        "bare": BARE,
        "running": RUNNING,
        "kinds": hard_to_draw.MANY_KINDS,
        "nothing": hard_to_draw.NOTHING,
        "large": hard_to_draw.LARGE,
        "crowd": hard_to_draw.crowd(),
        "shares": hard_to_draw.SHARES,
    }
    paths = {"flagship": ROOT / "scenarios/liangjiang-2025.toml", "example": ROOT / "scenarios/example.toml"}
    for name, text in texts.items():
        paths[name] = folder / f"{name}.toml"
        paths[name].write_text(text, encoding="utf-8")
    found = {}
    for name, path in paths.items():
        result = forecast(load(path), runs=200)
        text = rendered(result)
        found[name] = Case(result, text, Tree(text).root)
    return found


NAMES = ("flagship", "example", "hostile", "bare", "running", "kinds", "nothing", "large", "crowd", "shares")
every_case = pytest.mark.parametrize("name", NAMES)


def rendered(result: Result) -> str:
    """The page of a result with its figures."""
    return page(result, {name: svg(figure) for name, figure in figures(result).items()})


def rows(table: Node) -> list[list[str]]:
    """The cells of the body's rows."""
    return [
        [cell.text for cell in row.every("th", "td")]
        for body in table.every("tbody")
        for row in body.every("tr")
        if not row.has("head")
    ]


def block(node: Node) -> Iterator[str]:
    """The lines of a cell."""
    yield from (one.text for one in node.every("div"))


@every_case
def test_nothing_comes_from_outside(cases, name: str) -> None:
    case = cases[name]
    urls = {source.url for source in case.result.scenario.document.sources.values()}
    for node in case.tree.every():
        assert node.tag not in {"script", "link", "iframe", "object", "embed", "base", "form", "svg"}
        for key, value in node.attributes.items():
            assert not key.startswith("on")
            assert key not in {"srcset", "style", "action", "background"}
            if key == "src":
                assert node.tag == "img"
                assert value.startswith("data:image/svg+xml;base64,")
            if key == "href":
                assert node.tag == "a"
                assert value.startswith("#") or (value in urls and is_link(value))
    for style in case.tree.every("style"):
        assert "url(" not in style.text
        assert "@import" not in style.text
        assert "<" not in style.text


@every_case
def test_the_page_is_one_that_all_can_read(cases, name: str) -> None:
    case = cases[name]
    assert case.text.startswith("<!DOCTYPE html>\n")
    assert [one.attributes["lang"] for one in case.tree.every("html")] == ["en-GB"]
    levels = [int(one.tag[1]) for one in case.tree.every("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [one.attributes["id"] for one in case.tree.every() if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    for node in case.tree.every():
        for value in (node.attributes.get("href", ""), "#" + node.attributes.get("aria-labelledby", "")):
            assert not value.startswith("#") or value[1:] in ids or value == "#"
    for image in case.tree.every("img"):
        assert len(image.attributes["alt"]) > 30
    for table in case.tree.every("table"):
        assert next(table.every("caption")).text
        assert len(list(table.every("thead"))) == 1
        assert all(one.attributes["scope"] in {"col", "row", "rowgroup"} for one in table.every("th"))
        width = len(list(next(table.every("thead")).every("th")))
        for row in table.every("tr"):
            assert sum(int(cell.attributes.get("colspan", "1")) for cell in row.every("th", "td")) == width


@every_case
def test_figures_are_whole(cases, name: str) -> None:
    for image in cases[name].tree.every("img"):
        code = base64.b64decode(image.attributes["src"].partition(",")[2], validate=True)
        assert ElementTree.fromstring(code).tag.endswith("svg")


@every_case
def test_targets_are_those_of_the_result(cases, name: str) -> None:
    case = cases[name]
    shown = rows(case.table("targets"))
    assert len(shown) == len(case.result.targets)
    for row, one in zip(shown, case.result.targets, strict=True):
        clean = spaced(one.title)
        assert row[0] == f"{clean} {one.id}"
        unit = "start" if one.measure == "start" and one.at_least == 1 else UNITS[one.measure]
        assert row[1].startswith(f"{quantity(one.at_least, one.measure)} {unit} ")
        assert row[2].startswith(percent(one.odds))
        alone = ["" if odds is None else percent(odds) for odds in (one.on_time, one.full)]
        assert row[3:] == [*alone, *(quantity(value, one.measure) for value in (one.p10, one.p50, one.p90))]
        marked = f"assumed: stated in the scenario as {100 * (one.stated or 0):.3g} %, not found"
        assert row[2][len(percent(one.odds)) :].strip() == ("" if one.stated is None else marked)


@every_case
def test_the_head_says_what_was_found(cases, name: str) -> None:
    case = cases[name]
    head = next(case.tree.every("header")).text
    first = case.result.targets[0]
    title = spaced(first.title)
    assert f"{title}: the odds are {percent(first.odds)}" in head
    listed = next(one for one in case.tree.every("dl") if one.has("facts"))
    facts = {next(one.every("dt")).text: next(one.every("dd")).text for one in listed.every("div")}
    scenario = case.result.scenario.document.scenario
    assert facts["Runs"] == f"{case.result.runs:,}"
    assert facts["Seed"] == str(case.result.seed)
    assert facts["As of"] == day_label(scenario.as_of)
    assert facts["nevsim"] == nevsim.__version__
    assert facts["Months played"].endswith(f"({len(case.result.months)})")


@every_case
def test_losses_are_those_of_the_result(cases, name: str) -> None:
    case = cases[name]
    volumes = case.result.volumes()
    tables = [one for one in case.tree.every("table") if one.has("losses")]
    assert len(tables) == -(-len(volumes) // 4)
    shown: dict[str, list[Node]] = {}
    for table in tables:
        for row in next(table.every("tbody")).every("tr"):
            cause, *cells = row.every("th", "td")
            shown.setdefault(cause.text.rstrip("s"), []).extend(cells)
    if not volumes:
        return
    firsts = [case.result.targets[number] for number in volumes]
    texts = {cause: [cell.text for cell in cells] for cause, cells in shown.items()}
    assert texts["promised"] == [amount(one.promised) for one in firsts]
    assert texts.get("sold", texts.get("made in all")) == [amount(one.mean) for one in firsts]
    for cause in LOSSES:
        for cell, one in zip(texts[cause], firsts, strict=True):
            loss = one.losses[cause]
            if abs(loss) <= 1e-9 * max(one.promised, 1):
                assert cell == "0"
            else:
                assert cell.lstrip("+\N{MINUS SIGN}") == amount(abs(loss))
                assert cell[0] == ("\N{MINUS SIGN}" if loss > 0 else "+")
    levels = [line for cell in shown["level"] for line in block(cell)]
    outputs = [one for one in case.result.targets if one.measure == "output"]
    assert sorted(levels) == sorted(amount(one.at_least) for one in outputs)
    gaps = [line for cell in shown["unannounced"] for line in block(cell)]
    assert sorted(gaps) == sorted(amount(one.losses["unannounced"]) for one in outputs)


@every_case
def test_quarters_are_those_of_the_result(cases, name: str) -> None:
    """In tables that a page has room for; of very many, the last of each year."""
    case = cases[name]
    found = [one for one in case.result.targets if one.quarters and one.stated is None]
    tables = [one for one in case.tree.every("table") if one.has("quarters")]
    assert bool(tables) == bool(found)
    days = sorted({quarter.day for one in found for quarter in one.quarters})
    listed = [day for day in days if len(days) <= 28 or day.month == 12]
    columns = [[cell.text for cell in next(table.every("thead")).every("th")] for table in tables]
    assert [text for some in columns for text in some[1:-1]] == [month_label(day).replace(" ", "") for day in listed]
    assert all(len(some) <= 16 for some in columns)
    shown = [[cell for table in tables for cell in rows(table)[row][1:-1]] for row in range(len(found))]
    for cells, one in zip(shown, found, strict=True):
        odds = {quarter.day: percent(quarter.odds).partition(" (")[0] for quarter in one.quarters}
        wanted = [odds.get(day, "").replace("under", "<").replace("over", ">") for day in listed]
        assert cells == wanted


def test_forty_years_of_quarters_fit_the_page(cases) -> None:
    shown = [one for one in cases["shares"].tree.every("table") if one.has("quarters")]
    assert len(shown) == 3


@every_case
def test_readings_stand_in_tables_that_fit(cases, name: str) -> None:
    case = cases[name]
    apart = differing(case.result)
    tables = [one for one in case.tree.every("table") if one.has("readings")]
    assert len(tables) == -(-len(apart) // 4)
    shown = [
        [cell for table in tables for cell in rows(table)[row][len(one.labels) :]]
        for row, one in enumerate(case.result.readings if apart else ())
    ]
    assert shown == [[percent(one.odds[number]) for number in apart] for one in case.result.readings if apart]


@every_case
def test_no_number_is_parted_from_its_per_cent(cases, name: str) -> None:
    """A line of the findings never begins with a per cent sign."""
    told = cases[name].text.partition('<dl class="hinges">')[2].partition("</dl>")[0]
    titles = [spaced(one.title) for one in cases[name].result.targets]
    assert not [found for found in re.findall(r"\S*[0-9] %", told) if not any(found in title for title in titles)]


def test_figures_are_shown_large_enough_to_read() -> None:
    """A column holds 44 rem: 8.6 pixels at the least letters, 7 points of 8 inches."""
    style = (ROOT / "src/nevsim/report/templates/report.css").read_text(encoding="utf-8")
    least = [float(width) for width in re.findall(r"(?:min\(100%, |img \{ width: )([0-9.]+)rem", style)][-2:]
    assert all(16 * width / (8 * 72) * 7 > 8.5 for width in least)


@every_case
def test_starts_are_those_of_the_result(cases, name: str) -> None:
    case = cases[name]
    tables = [one for one in case.tree.every("table") if one.has("starts")]
    assert len(tables) == bool(case.result.starts)
    if not tables:
        return
    end = case.result.scenario.document.scenario.end
    shown = rows(tables[0])
    assert len(shown) == len(case.result.starts)
    for row, one in zip(shown, case.result.starts, strict=True):
        never = one.cancelled == one.runs
        days = ["never" if never else day_or_beyond(one.percentile(rank), end) for rank in (0.1, 0.5, 0.9)]
        shares = [share(one.cancelled, one.runs), share(int(one.days.sum()), one.runs)]
        assert row[0] == spaced(one.title)
        assert row[1:] == ["no date" if one.promised is None else one.promised.isoformat(), *days, *shares]


@every_case
def test_every_assumption_is_listed_with_its_source(cases, name: str) -> None:
    case = cases[name]
    scenario = case.result.scenario
    found = {one.address: one for one in assumptions(scenario)}
    shown = [row for one in case.tree.every("table") if one.has("assumptions") for row in rows(one)]
    bare = [view for view in scenario.phases if view.value("nameplate") is None]
    assert len(shown) == len(found) + len(bare)
    assert [row[1] for row in shown if row[0] not in found] == [NOT_STATED] * len(bare)
    for row in shown:
        if row[0] not in found:
            continue
        one = found[row[0]]
        assert row[1:3] == [one.value, one.unit]
        assert row[3:6] == [amount(value) for value in one.percentiles or ()] or (row[3:6] == [""] * 3)
        if one.source is None:
            assert row[6] == "no source"
        else:
            source = scenario.document.sources[one.source]
            parts = [source.title, day_label(source.date), *([one.where] if one.where else [])]
            assert row[6] == f"{source.kind} {spaced(', '.join(parts))}"
        assert row[7] == (one.note or "")


@every_case
def test_sources_and_warnings_are_listed(cases, name: str) -> None:
    case = cases[name]
    scenario = case.result.scenario
    sources = scenario.document.sources
    assert len([one for one in case.tree.every("table") if one.has("sources")]) == bool(sources)
    if sources:
        shown = rows(case.table("sources"))
        assert [row[4] for row in shown] == [one.url or "" for one in sources.values()]
        assert [row[3] for row in shown] == [one.kind for one in sources.values()]
    listed = [one.text for node in case.tree.every("ul") if node.has("warnings") for one in node.every("li")]
    assert listed == [f"{one.address}: {one.message}" for one in scenario.warnings]


@every_case
def test_the_command_repeats_the_run(cases, name: str) -> None:
    case = cases[name]
    command = next(case.tree.every("pre")).text
    assert command == f"nevsim run scenario.toml --runs {case.result.runs} --seed {case.result.seed}"


def test_what_a_file_says_is_text(cases) -> None:
    case = cases["hostile"]
    text = case.tree.text
    for one in HOSTILE:
        assert spaced(one) in text
    assert "49" not in next(case.tree.every("header")).text
    links = {one.attributes["href"] for one in case.tree.every("a") if not one.attributes["href"].startswith("#")}
    assert links == {"https://example.org/?a=1&b=%22<script>"}
    assert "javascript:alert(1)" in case.table("sources").text


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c#d", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt://example.org/%0aalert(1)", False),
        (" https://example.org", False),
        ("https://", False),
        ("https:example.org", False),
        ("//example.org", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("http://[::1", False),
        ("example.org", False),
        ("", False),
        (None, False),
    ],
)
def test_links_are_http_alone(url: str | None, link: bool) -> None:
    assert is_link(url) is link


def test_the_flagship_marks_what_is_assumed(cases) -> None:
    case = cases["flagship"]
    stated = [one for one in case.result.targets if one.stated is not None]
    assert stated
    assert case.table("targets").text.count("not found") == len(stated)
    titles = {one.title for one in stated}
    assert not [one for one in case.tree.every("img") if any(title in one.attributes["alt"] for title in titles)]


def test_the_flagship_is_small(cases) -> None:
    assert len(cases["flagship"].text.encode()) < 3_000_000


def test_a_phase_without_a_nameplate_says_so(cases) -> None:
    assert cases["bare"].text.count(NOT_STATED) == 2


def test_every_loss_is_defined(cases) -> None:
    assert tuple(MEANINGS) == (*LOSSES, "unannounced")
    meanings = next(one for one in cases["example"].tree.every("dl") if one.has("meanings"))
    assert [one.text for one in meanings.every("dt")] == [*LOSSES, "unannounced"]


def test_the_same_result_is_the_same_page(cases, tmp_path: Path, monkeypatch) -> None:
    """Another folder, another name of the file and another time zone show nowhere."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    path = tmp_path / "another.toml"
    path.write_text(hard_to_draw.MANY_KINDS, encoding="utf-8")
    again = rendered(forecast(load(path), runs=200))
    assert again == cases["kinds"].text
    assert str(tmp_path) not in again
