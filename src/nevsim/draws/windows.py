"""When the outages of a stream begin and end: an alternating renewal process over exposed time; no plants.

D. R. Cox, Renewal Theory (1962), chapter 7. Onsets come after exponential gaps of exposed time; exposed is a minute of
the stream's spans in which it is not active. An outage may outlast its span.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from nevsim.arrays import BEYOND, Floats, Minutes
from nevsim.clock import MONTH
from nevsim.compiled import compiled, inlined
from nevsim.draws.minutes import minutes_of
from nevsim.draws.quantiles import Tables, fill, tables_of, value
from nevsim.draws.stream import Words, fill_pairs, keys_of, pair
from nevsim.laws import Exponential, Law
from nevsim.plant.plan import StreamPlan

MOST = 1_200.0 * MONTH
"""Minutes at which an outage, and a gap, saturate: a hundred years."""
_GAP = Exponential(1.0)

Outage = tuple[int, int, float]
"""Minutes ``onset`` <= t < ``end``, and the share of the rate that is lost in them."""


@dataclass(frozen=True)
class StreamLaws:
    """A stream of outages: its spans, the position of its rate (onsets a year), and the laws of each outage."""

    plan: StreamPlan
    rate: int
    duration: Law
    minutes: int
    severity: Law


@dataclass(frozen=True)
class Windows:
    """Outages of all streams in n replications, without a limit on their number.

    Those of a stream and replication are ``onset``, ``end`` and ``severity`` (w) from ``first`` (streams, n + 1)
    [stream, replication] to before [stream, replication + 1], in order of time.
    """

    first: Minutes
    onset: Minutes
    end: Minutes
    severity: Floats

    @staticmethod
    def of(found: Sequence[Sequence[Sequence[Outage]]], count: int = 1) -> Windows:
        """Return the outages that are listed by stream and replication (``count`` of them)."""
        lengths = np.array([[len(row) for row in stream] for stream in found], dtype=np.int64).reshape(-1, count)
        flat = list(chain.from_iterable(chain.from_iterable(found)))
        ends = np.cumsum(lengths.ravel()).reshape(lengths.shape)
        first = np.concatenate((ends[:, :1] - lengths[:, :1], ends), axis=1)
        onset, end, severity = zip(*flat, strict=True) if flat else ((), (), ())
        return Windows(
            first, np.array(onset, dtype=np.int64), np.array(end, dtype=np.int64), np.array(severity, dtype=np.float64)
        )

    def rows(self, stream: int) -> list[list[Outage]]:
        """Return the outages of a stream, replication by replication."""
        inside = slice(self.first[stream, 0], self.first[stream, -1])
        listed = list(zip(*(part[inside].tolist() for part in (self.onset, self.end, self.severity)), strict=True))
        firsts = (self.first[stream] - self.first[stream, 0]).tolist()
        return [listed[one:other] for one, other in pairwise(firsts)]


class Streams(NamedTuple):
    """All streams as arrays: ``years`` minutes of a mean year, spans, the laws in the tables, units of durations."""

    years: Floats
    spans: Minutes
    opens: Minutes
    before: Minutes
    laws: Minutes
    units: Floats
    constant: Floats
    tables: Tables


def draw_windows(
    streams: Streams, names: tuple[str, ...], rates: Floats, seed: int, replications: Minutes, horizon: int
) -> Windows:
    """Return all outages of named streams that begin by the minute ``horizon``; their number has no limit.

    ``rates`` (streams, n) onsets a year.
    """
    keys, forces = keys_of(seed, names), keys_of(seed, tuple(f"{name}.severity" for name in names))
    return Windows(*_outages(streams, keys, forces, rates, replications, horizon))


def streams_of(streams: Sequence[StreamLaws]) -> Streams:
    """Return streams as the arrays that a compiled loop takes."""
    laws = [_GAP, *chain.from_iterable((stream.duration, stream.severity) for stream in streams)]
    forces = [stream.severity for stream in streams]
    none = np.zeros(0, dtype=np.int64)
    return Streams(
        years=np.array([stream.plan.year for stream in streams], dtype=np.float64),
        spans=np.cumsum([0, *(len(stream.plan.opens) for stream in streams)], dtype=np.int64),
        opens=np.concatenate([none, *(stream.plan.opens for stream in streams)]),
        before=np.concatenate([none, *(np.cumsum(stream.plan.lengths) for stream in streams)]),
        laws=np.arange(len(streams), dtype=np.int64) * 2 + 1,
        units=np.array([stream.minutes for stream in streams], dtype=np.float64),
        constant=np.array([force.support[0] if force.is_fixed else np.nan for force in forces], dtype=np.float64),
        tables=tables_of(laws),
    )


@inlined
def minute_after(opens: Minutes, before: Minutes, since: int, wait: int) -> int:
    """Return the minute at which ``wait`` minutes of spans have passed since a minute, or BEYOND.

    Spans begin at ``opens``; ``before`` of their minutes are over at the end of each.
    """
    if len(opens) == 0:
        return BEYOND
    span = 0
    while span + 1 < len(opens) and opens[span + 1] <= since:
        span += 1
    over = before[span - 1] if span else 0
    wanted = over + min(max(since - opens[span], 0), before[span] - over) + wait
    while span < len(opens) and wanted >= before[span]:
        span += 1
    if span == len(opens):
        return BEYOND
    minute: int = opens[span] + wanted - (before[span - 1] if span else 0)
    return minute


@inlined
def _wait(gap: float, mean: float) -> int:
    return int(max(minutes_of(gap * mean, 1.0, MOST), 1.0))


@compiled
def _by_row(
    rows: Minutes, begins: Minutes, stops: Minutes, found: int, first: Minutes, onset: Minutes, end: Minutes
) -> None:
    """Write outages replication by replication from the place ``found`` on, those of each in their order."""
    for outage in range(len(rows)):
        first[rows[outage] + 1] += 1
    first[0] = found
    for row in range(len(first) - 1):
        first[row + 1] += first[row]
    place = first.copy()
    for outage in range(len(rows)):
        here = place[rows[outage]]
        onset[here], end[here] = begins[outage], stops[outage]
        place[rows[outage]] = here + 1


@compiled
def _room(count: int) -> Minutes:
    return np.empty(count, dtype=np.int64)


@compiled
def _doubled(found: Minutes) -> Minutes:
    """Return what was found with as much room again."""
    longer = _room(2 * len(found))
    for place in range(len(found)):
        longer[place] = found[place]
    return longer


@compiled
def _of_stream(
    streams: Streams, stream: int, key: np.uint64, rates: Floats, replications: Minutes, horizon: int
) -> tuple[Minutes, Minutes, Minutes]:
    """Return the outages of one stream: their replications' rows and their minutes, first ones first.

    One outage after another is drawn for all replications that have not yet come to the horizon, so that the loops run
    on vectors.
    """
    opens = streams.opens[streams.spans[stream] : streams.spans[stream + 1]]
    before = streams.before[streams.spans[stream] : streams.spans[stream + 1]]
    year, unit = streams.years[stream], streams.units[stream]
    count, left = len(rates), 0
    alive, numbers, free, begin = _room(count), _room(count), _room(count), _room(count)
    evens, odds, gaps = np.empty(count), np.empty(count), np.empty(count)
    means, lengths = np.empty(count), np.empty(count)
    for row in range(count):
        alive[left], numbers[left], means[left], free[left] = row, replications[row], year / rates[row], 0
        left += rates[row] > 0
    gap_law, length_law = np.zeros(1, dtype=np.int64), streams.laws[stream : stream + 1]
    rows, begins, stops = _room(2 * left), _room(2 * left), _room(2 * left)
    found, index = 0, 0
    while left:
        fill_pairs(key, numbers[:left], index, evens, odds)
        fill(streams.tables, gap_law, evens[:left].reshape(1, left), gaps[:left].reshape(1, left))
        if len(opens) == 1:
            low, whole = opens[0], before[0]
            for row in range(left):
                wanted = min(max(free[row] - low, 0), whole) + np.int64(_wait(gaps[row], means[row]))
                begin[row] = low + wanted if wanted < whole else BEYOND
        else:
            for row in range(left):
                begin[row] = minute_after(opens, before, free[row], int(_wait(gaps[row], means[row])))
        while found + left > len(rows):
            rows, begins, stops = _doubled(rows), _doubled(begins), _doubled(stops)
        kept = 0
        for row in range(left):
            begins[found + kept], odds[kept] = begin[row], odds[row]
            alive[kept], numbers[kept], means[kept] = alive[row], numbers[row], means[row]
            kept += begin[row] <= horizon
        fill(streams.tables, length_law, odds[:kept].reshape(1, kept), lengths[:kept].reshape(1, kept))
        for row in range(kept):
            free[row] = begins[found + row] + np.int64(max(minutes_of(lengths[row], unit, MOST), 1.0))
            rows[found + row], stops[found + row] = alive[row], free[row]
        found, index, left = found + kept, index + 1, kept
    return rows[:found], begins[:found], stops[:found]


@compiled
def _outages(
    streams: Streams, keys: Words, forces: Words, rates: Floats, replications: Minutes, horizon: int
) -> tuple[Minutes, Minutes, Minutes, Floats]:
    count = len(replications)
    first = np.zeros((len(keys), count + 1), dtype=np.int64)
    onset, end = _room(2 * rates.size + 64), _room(2 * rates.size + 64)
    found = 0
    for stream in range(len(keys)):
        rows, begins, stops = _of_stream(streams, stream, keys[stream], rates[stream], replications, horizon)
        while found + len(rows) > len(onset):
            onset, end = _doubled(onset), _doubled(end)
        _by_row(rows, begins, stops, found, first[stream], onset, end)
        found += len(rows)
    severity = np.empty(found)
    for stream in range(len(keys)):
        constant = streams.constant[stream]
        for outage in range(first[stream, 0], first[stream, count]):
            severity[outage] = constant
        if np.isnan(constant):
            for row in range(count):
                for outage in range(first[stream, row], first[stream, row + 1]):
                    index = outage - first[stream, row]
                    even, odd = pair(forces[stream], replications[row], index // 2)
                    severity[outage] = value(streams.tables, streams.laws[stream] + 1, odd if index % 2 else even)
    return first, onset[:found], end[:found], severity
