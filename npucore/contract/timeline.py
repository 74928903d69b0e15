# SPDX-License-Identifier: MIT
"""What happened when: spans on tracks, and the file that Perfetto opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MICROSECOND = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """Something on a *track* (a core, a thread) from *start* to *end*, nanoseconds of one clock."""

    track: str
    name: str
    start: int
    end: int
    facts: Mapping[str, Any] = field(default_factory=dict)


def chrome_trace(spans: Iterable[Span]) -> dict[str, Any]:
    """*spans* in the JSON form of Chrome's tracing, which Perfetto reads; the first is at 0.

    Source: "Trace Event Format" (complete events, names of threads as metadata).

    >>> trace = chrome_trace([Span("core 0", "conv", 5000, 7000)])
    >>> [event["ph"] for event in trace["traceEvents"]]
    ['M', 'X']
    """
    ordered = sorted(spans, key=lambda span: (span.start, -span.end))
    origin = ordered[0].start if ordered else 0
    tracks = {track: n for n, track in enumerate(sorted({span.track for span in ordered}), 1)}
    names = [
        {"ph": "M", "name": "thread_name", "pid": 1, "tid": number, "args": {"name": track}}
        for track, number in tracks.items()
    ]
    events = [
        {
            "ph": "X",
            "name": span.name,
            "pid": 1,
            "tid": tracks[span.track],
            "ts": (span.start - origin) / MICROSECOND,
            "dur": (span.end - span.start) / MICROSECOND,
            "args": dict(span.facts),
        }
        for span in ordered
    ]
    return {"traceEvents": [*names, *events], "displayTimeUnit": "ms"}
