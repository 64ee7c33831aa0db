"""Small scenarios that are hard to draw, as text; nothing is asserted here."""

HEAD = """schema = 1
[scenario]
id = "hard"
title = '{title}'
as_of = 2022-10-31
start = {start}
end = {end}
runs = 200
seed = 7
"""


def head(title: str = "A scenario", start: str = "2022-11-01", end: str = "2026-01-01") -> str:
    return HEAD.format(title=title, start=start, end=end)


LONG = "Chongqing Changan New Energy Automobile Technology <b>Yubei & Liangjiang</b> $50m plant, $2bn phase two"

MANY_KINDS = (
    head("What can go wrong: $5,000 <b>and</b> $6,000 " + "in a very long title that goes on and on " * 8)
    + f"""
[[plants]]
id = "running"
name = "Running, and growing"
nameplate = 400_000
operating = {{ share = 0.4, to = 0.95 }}
ramp = {{ shape = "linear", duration = 24 }}
[[plants]]
id = "long"
name = '{LONG}'
nameplate = {{ law = "uniform", low = 80_000, high = 120_000 }}
built = {{ law = "uniform", low = 0.6, high = 1 }}
announced = "2024-Q1"
realised = 0.7
load = 0.8
slip = {{ law = "lognormal", p10 = 2, p90 = 30 }}
ramp = {{ shape = "s-curve", duration = 12 }}
[[plants]]
id = "silent"
name = "重庆两江新区"
announced = 2023-06-30
slip = {{ law = "uniform", low = 0, high = 6 }}
[[plants]]
id = "unannounced"
nameplate = 100_000
[[plants.stages]]
id = "construction"
duration = {{ law = "triangular", low = 10, mode = 18, high = 48 }}
[[plants]]
id = "never"
nameplate = 50_000
announced = 2024-12-31
realised = 0
[[plants]]
id = "too-late"
nameplate = 30_000
announced = 2027-06-30
slip = {{ law = "uniform", low = -30, high = 6 }}
[[plants]]
id = "overdue"
nameplate = 30_000
announced = 2022-06-30
slip = {{ law = "lognormal", p10 = 6, p90 = 12 }}
[[plants]]
id = "early"
nameplate = 60_000
announced = 2025-06-30
slip = {{ law = "uniform", low = -12, high = -2 }}
[[hazards]]
id = "outage"
rate = 0.5
duration = {{ law = "exponential", mean = 1 }}
[[markets]]
id = "all"
yearly = [{{ from = 2022-11-01, value = 450_000 }}]
[[targets]]
id = "output"
title = 'One million NEVs worth $20,000 each and $30,000 <i>in all</i> made in 2025'
measure = "output"
during = 2025
at_least = 1_000_000
[[targets]]
id = "with-before"
measure = "output"
during = 2022
already = 300_000
at_least = 330_000
[[targets]]
id = "within-reach"
measure = "output"
during = {{ from = 2025-01-01, to = 2025-07-01 }}
at_least = 215_000
[[targets]]
id = "rate"
measure = "run-rate"
at = 2025-12-31
at_least = 450_000
[[targets]]
id = "capacity"
title = "Capacity of 600,000 vehicles a year by the end of 2025"
measure = "capacity"
at = 2025-12-31
at_least = 600_000
[[targets]]
id = "starts"
title = "Three starts by the middle of 2025"
measure = "start"
at = 2025-06-30
at_least = 3
[[targets]]
id = "stated"
measure = "start"
scope = {{ plant = "long" }}
at = 2025-06-30
[[targets]]
id = "all-hits"
measure = "output"
during = 2025
at_least = 1
"""
)
"""Every measure, every kind of start, losses of every sign, odds of nothing and of everything, text of every sort."""

ONE_MONTH = (
    head("One month", end="2022-12-01")
    + """
[[plants]]
id = "only"
nameplate = 12
announced = 2022-11-10
slip = 0
[[targets]]
id = "made"
measure = "output"
during = { from = 2022-11-01, to = 2022-12-01 }
at_least = 3
[[targets]]
id = "rate"
measure = "run-rate"
at = 2022-11-30
at_least = 1
"""
)
"""A horizon of one month and nothing uncertain."""

NOTHING = (
    head("Nothing at all", start="2020-01-01", end="2060-01-01").replace("2022-10-31", "2019-12-31")
    + """season = [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]
[[plants]]
id = "never"
nameplate = 1_200
announced = 2030-12-31
realised = 0
[[targets]]
id = "any"
measure = "output"
during = { from = 2031-01-01, to = 2051-01-01 }
at_least = 0.5
"""
)
"""Forty years in which nothing is made, with a month that the season leaves out."""

LARGE = (
    head("Large numbers in all eight causes")
    + """
[[plants]]
id = "vast"
nameplate = 98_765_432
built = 0.9
announced = "2023-H1"
realised = 0.8
load = 0.85
slip = { law = "lognormal", p10 = 2, p90 = 18 }
ramp = { shape = "linear", duration = 18 }
[[hazards]]
id = "outage"
rate = 0.5
duration = { law = "exponential", mean = 1 }
[[markets]]
id = "all"
yearly = [{ from = 2022-11-01, value = 45_000_000 }]
[[targets]]
id = "output"
measure = "output"
during = 2025
at_least = 120_000_000
"""
)
"""Nine digits above narrow bars."""


def sixty() -> str:
    plants = [
        f"""
[[plants]]
id = "plant-{number}"
name = "{"Plant with quite a long name, number" if number % 3 else "Plant"} {number}"
nameplate = {10_000 + 1_000 * number}
announced = {2023 + number % 4}-0{1 + number % 9}-15
slip = {{ law = "lognormal", p10 = 1, p90 = {6 + number % 20} }}
realised = {1 - number % 5 / 10}
"""
        for number in range(60)
    ]
    target = '[[targets]]\nid = "starts"\nmeasure = "start"\nat = 2025-06-30\nat_least = 25\n'
    return head("Sixty plants") + "".join(plants) + target


def few(runs_hit: str) -> str:
    return (
        head("A coin")
        + f"""
[[plants]]
id = "coin"
nameplate = 1_000
announced = 2023-12-31
realised = {runs_hit}
[[targets]]
id = "year"
measure = "output"
during = 2024
at_least = 1_000
"""
    )


def crowd(limits: int = 12, readings: int = 4) -> str:
    """Many crews, supplies, markets and rollouts with long names, two readings each of several facts, many targets."""
    plants = [
        f"""
[[plants]]
id = "plant-{number}"
name = "{LONG} {number}"
owner = "owner-{number}"
nameplate = {40_000 + 9_000 * number}
announced = 2023-0{1 + number % 9}-15
realised = 0.{9 - number % 4}
uses.supply-of-a-rare-and-heavy-metal-{number} = 0.001
[[plants.stages]]
id = "construction"
duration = {{ law = "uniform", low = 2, high = {6 + number} }}
crew = "crew-that-bears-a-long-name-and-number-{number}"
[[crews]]
id = "crew-that-bears-a-long-name-and-number-{number}"
count = 1
[[supplies]]
id = "supply-of-a-rare-and-heavy-metal-{number}"
unit = "tonnes"
yearly = [{{ from = 2022-11-01, value = {15 + 12 * number} }}]
[[markets]]
id = "market-{number}"
scope = {{ owner = "owner-{number}" }}
yearly = [{{ from = 2022-11-01, value = {20_000 + 5_000 * number} }}]
"""
        for number in range(limits // 3)
    ]
    unclear = [
        f"""
[[readings]]
id = "what-was-meant-by-sentence-{number}"
path = "plants.plant-{number}.nameplate"
values = [{40_000 + 9_000 * number}, 100]
labels = ["as it stands in the article, word for word", "a digit lost: «{number}» ten times as much"]
"""
        for number in range(readings)
    ]
    targets = [
        f"""
[[targets]]
id = "output-{number}"
title = "{title}"
measure = "output"
during = {2023 + number % 3}
at_least = {level}
"""
        for number, (title, level) in enumerate(
            (
                ("Nothing is more than nothing", 0.5),
                ("It cannot be reached " * 12, 9_000_000),
                ("重庆两江新区一百万辆", 60_000),
                ("مليون سيارة في عام 2025", 90_000),
                (
                    "Liangjiang makes NEVs at a rate of one million a year and a half by the end of the year 2025",
                    120_000,
                ),
            )
        )
    ]
    rollouts = [
        f"""
[[rollouts]]
id = "shops-{number}"
title = "Shops {number}"
already = {number}
planned = {9 * number + 2}
teams = {{ law = "choice", values = [1, 3], weights = [1, 1] }}
fit_out = {{ law = "uniform", low = 1, high = {3 + number} }}
[[targets]]
id = "shops-open-{number}"
title = "{number + 2} shops are open in the middle of 2023"
measure = "count"
rollout = "shops-{number}"
at = 2023-06-30
at_least = {number + 2}
[[targets]]
id = "as-many-shops-{number}"
title = "{number + 2} shops are open by the end of 2024"
measure = "count"
rollout = "shops-{number}"
at = 2024-12-31
at_least = {number + 2}
"""
        for number in range(3)
    ]
    return head("Many of everything") + "".join([*plants, *rollouts, *unclear, *targets])


SHARES = (
    head("Shares", start="2022-11-01", end="2062-01-01")
    + """
[[plants]]
id = "a"
nameplate = { law = "uniform", low = 100, high = 300 }
operating = { share = 1 }
tags = ["good"]
[[plants]]
id = "b"
nameplate = 200
operating = { share = 1 }
[[targets]]
id = "half"
title = "Half of what is sold in 2030 is good"
measure = "share"
part = { tags = ["good"] }
during = 2030
at_least = 0.5
[[targets]]
id = "by-2061"
title = "Forty per cent of what is sold in 2061 is good"
measure = "share"
part = { tags = ["good"] }
during = 2061
at_least = 0.4
"""
)
"""Shares of what is sold, and forty years of quarters."""
