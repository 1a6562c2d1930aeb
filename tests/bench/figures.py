"""Figures and their presentation: times of many runs, memory, a table, and the content of JSON files."""

from __future__ import annotations

import os
import platform
import resource
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
from django.db import connection

Request = TypeVar("Request")

PROC_MEMORY = Path("/proc/self/smaps_rollup")
PROC_STATUS = Path("/proc/self/status")


class NotAsExpected(Exception):
    """The system under test did something that makes the figures worthless."""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one part of the benchmark: as lines for the terminal, and as the content of a JSON file."""

    text: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Timing:
    """Times of ``runs`` calls, in milliseconds. Percentiles are measured values, not interpolated."""

    name: str
    runs: int
    p50: float
    p95: float

    @classmethod
    def of(cls, name: str, seconds: Sequence[float]) -> Timing:
        """Return the timing of one or more calls."""
        p50, p95 = np.percentile(np.array(seconds) * 1000.0, (50, 95), method="higher")
        return cls(name, len(seconds), float(p50), float(p95))


def measure(name: str, run: Callable[[Request], object], requests: Iterable[Request]) -> Timing:
    """Return the time that ``run`` takes for each of ``requests``. One run before that warms the caches."""
    requests = list(requests)
    run(requests[0])
    seconds = []
    for request in requests:
        started = perf_counter()
        run(request)
        seconds.append(perf_counter() - started)
    return Timing.of(name, seconds)


@dataclass(slots=True)
class Column:
    """The figures of one size of the community. ``notes`` are single figures by name, such as MiB or seconds."""

    mentors: int
    requests: int
    timings: list[Timing] = field(default_factory=list)
    notes: dict[str, float | int | str] = field(default_factory=dict)

    def timing(self, name: str) -> Timing | None:
        return next((timing for timing in self.timings if timing.name == name), None)


def resident_mib() -> float:
    """Return the resident memory of this process in MiB. Without /proc, return the maximum so far."""
    try:
        lines = PROC_STATUS.read_text().splitlines()
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (2**20 if sys.platform == "darwin" else 2**10)
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 2**10


def private_mib() -> float:
    """Return the memory in MiB that this process cannot share. Without /proc, the same as ``resident_mib``."""
    try:
        lines = PROC_MEMORY.read_text().splitlines()
    except OSError:
        return resident_mib()
    return int(next(line for line in lines if line.startswith("Private_Dirty:")).split()[1]) / 2**10


def environment() -> dict[str, str | int]:
    """Return the machine and the versions that the figures depend on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('shared_buffers')")
        postgres, buffers = cursor.fetchone()
    return {
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "machine": platform.machine(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "postgresql": postgres,
        "shared_buffers": buffers,
    }


def table(columns: Sequence[Column], *, baseline: str) -> str:
    """Return a table, methods by sizes: p50 and p95 in ms, and the ratio of p50 to that of ``baseline``."""
    names = list(dict.fromkeys(timing.name for column in columns for timing in column.timings))
    width = max(len(name) for name in [*names, *(name for column in columns for name in column.notes)]) + 2
    lines = [
        " " * width + "".join(f"{f'{column.mentors:,} mentors':>38}" for column in columns),
        " " * width + "".join(f"{'p50 ms':>11}{'p95 ms':>11}{'ratio':>9}{'runs':>7}" for _ in columns),
    ]
    for name in names:
        cells = (_cells(column.timing(name), column.timing(baseline)) for column in columns)
        lines.append(f"{name:{width}}" + "".join(cells))
    for note in dict.fromkeys(name for column in columns for name in column.notes):
        lines.append(f"{note:{width}}" + "".join(f"{_short(column.notes.get(note)):>38}" for column in columns))
    return "\n".join(lines)


def report(columns: Sequence[Column], *, baseline: str, seed: int, surroundings: dict[str, str | int]) -> Report:
    """Return the environment and the table of ``columns``. Times in the content are in milliseconds."""
    sizes = [
        {
            "mentors": column.mentors,
            "requests": column.requests,
            "methods": as_dict(column.timings),
            "notes": column.notes,
        }
        for column in columns
    ]
    text = f"{in_one_line(surroundings)}\n{table(columns, baseline=baseline)}"
    return Report(text, {"environment": surroundings, "seed": seed, "sizes": sizes})


def in_one_line(surroundings: dict[str, str | int]) -> str:
    return ", ".join(f"{name} {value}" for name, value in surroundings.items())


def as_dict(timings: Iterable[Timing]) -> dict[str, dict[str, float | int]]:
    return {timing.name: {"p50_ms": timing.p50, "p95_ms": timing.p95, "runs": timing.runs} for timing in timings}


def tell(line: str) -> None:
    """Report progress on stderr; stdout is for the figures."""
    print(line, file=sys.stderr, flush=True)


def _cells(timing: Timing | None, baseline: Timing | None) -> str:
    if timing is None:
        return f"{'–':>11}{'–':>11}{'':9}{'':7}"
    ratio = _ratio(timing.p50 / baseline.p50) if baseline else ""
    return f"{_ms(timing.p50):>11}{_ms(timing.p95):>11}{ratio:>9}{timing.runs:>7}"


def _ratio(value: float) -> str:
    return f"{value:,.0f} ×" if value >= 100 else f"{value:.1f} ×"


def _ms(value: float) -> str:
    return f"{value:,.2f}" if value < 10 else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def _short(value: float | int | str | None) -> str:
    return "–" if value is None else f"{value:,.1f}" if isinstance(value, float) else f"{value}"
