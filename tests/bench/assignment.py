"""Measure the assignment of cohorts: this engine beside others, edits, and raw profiles to a certified draft."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from munkres import Munkres
from ortools.graph.python import min_cost_flow
from scipy.optimize import linear_sum_assignment

from matching.engine import MentorTable
from matching.engine.assignment import (
    Assignment,
    Pairs,
    Policy,
    Problem,
    assign,
    check_certificate,
    cost_of,
    report_of,
    scores_of_profiles,
)
from matching.engine.assignment.scores import Ints
from tests.bench.cohort import drawn_pairs, drawn_profiles
from tests.bench.figures import PROC_STATUS, NotAsExpected, Report, in_one_line, tell

SIZES = (1_000, 10_000, 50_000)
# Beyond these numbers of mentees a method takes minutes, or more memory than a small machine has.
MUNKRES_TO, DENSE_TO = 1_000, 10_000
RUNS = 3
EDITS, EDITED_MENTEES = 20, 1_000
RAW_MENTEES, RAW_MENTORS = 10_000, 6_250
ROOT = Path(__file__).resolve().parents[2]

Row = dict[str, Any]


def bench(options: Namespace) -> Report:
    """Measure each size of cohort, then raw profiles in a process of their own."""
    surroundings: dict[str, str | int] = {
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "machine": platform.machine(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "ortools", "scipy", "munkres")},
    }
    rows: list[Row] = []
    for mentees in options.mentees or SIZES:
        rows += _one_size(mentees, options.seed)
    tell(f"raw profiles, {RAW_MENTEES:,} x {RAW_MENTORS:,}")
    raw = _raw(options.seed)
    lines = [in_one_line(surroundings), f"{'':44}{'mentees':>9}{'s':>10}{'ratio':>9}{'of the best total':>19}"]
    lines += [_line(row) for row in rows]
    lines += [f"{name:53}{value:>10,.2f}" for name, value in raw.items()]
    return Report("\n".join(lines), {"environment": surroundings, "methods": rows, "raw profiles": raw})


def _one_size(mentees: int, seed: int) -> list[Row]:
    tell(f"{mentees:,} mentees")
    pairs, places = drawn_pairs(mentees, seed=seed)
    best, seconds = _timed(lambda: assign(Problem(pairs, places, Policy.TOTAL)))
    _check(best)
    rows = [_row("flow, highest total, with certificate", mentees, seconds, seconds, 1.0)]

    def add(name: str, run: Callable[[], int], runs: int = RUNS) -> None:
        total, taken = _timed(run, runs)
        rows.append(_row(name, mentees, taken, seconds, total / best.value.total))

    drafts: list[Assignment] = []
    for policy in (Policy.BOTTLENECK, Policy.COVERAGE, Policy.BALANCED, Policy.EVERY_MENTOR):
        drafts.clear()
        add(f"policy {policy}", lambda policy=policy: _draft(Problem(pairs, places, policy), drafts))  # type: ignore[misc]
        _check(drafts[-1])
    add("OR-Tools alone, no prices and no proof", lambda: flow_alone(pairs, places))
    add("check of the certificate", lambda: _check(best))
    add("report of a draft", lambda: report_of(best, highest_total=best.value.total).total)
    add("greedy, the best pair first", lambda: greedy(pairs, places))
    add("first come, first served", lambda: first_come(pairs, places))
    if mentees <= DENSE_TO:
        add("SciPy linear_sum_assignment, dense", lambda: dense(pairs, places), runs=1)
    if mentees <= MUNKRES_TO:
        add("munkres, as mentor-match uses it", lambda: munkres(pairs, places), runs=1)
    if mentees <= EDITED_MENTEES:
        rows.append(_row("one edit, solved before it is made", mentees, _edits(best, seed), seconds, None))
    return rows


def _draft(problem: Problem, drafts: list[Assignment]) -> int:
    drafts.append(assign(problem))
    return drafts[-1].value.total


def _check(draft: Assignment) -> int:
    if faults := check_certificate(draft.certificate, draft.problem):
        raise NotAsExpected(" ".join(faults))
    return draft.value.total


def _edits(draft: Assignment, seed: int) -> float:
    """Return the median seconds of an edit that gives a mentee another eligible mentor."""
    chance = np.random.default_rng(seed)
    pairs = next(iter(draft.problem.scores.parts()))
    seconds = []
    for place in chance.choice(len(pairs), EDITS, replace=False).tolist():
        pin = (int(pairs.mentee[place]), int(pairs.mentor[place]))
        seconds.append(_timed(lambda pin=pin: cost_of(draft, pin=[pin]), 1)[1])  # type: ignore[misc]
    return float(np.median(seconds))


def flow_alone(pairs: Pairs, places: Ints) -> int:
    """Return the highest total by one flow over all pairs, as OR-Tools gives it."""
    every = next(iter(pairs.parts()))
    mentees, mentors = pairs.shape
    sink = mentees + mentors
    solver = min_cost_flow.SimpleMinCostFlow()
    ones = np.ones(len(every), np.int64)
    arcs = solver.add_arcs_with_capacity_and_unit_cost(every.mentee, mentees + every.mentor, ones, -every.score)
    own = np.arange(mentors)
    solver.add_arcs_with_capacity_and_unit_cost(mentees + own, np.full(mentors, sink), places, 0 * own)
    asking = np.arange(mentees)
    solver.add_arcs_with_capacity_and_unit_cost(asking, np.full(mentees, sink), np.ones(mentees, np.int64), 0 * asking)
    solver.set_nodes_supplies(asking, np.ones(mentees, np.int64))
    solver.set_node_supply(sink, -mentees)
    if solver.solve() != solver.OPTIMAL:
        raise NotAsExpected("The flow was not solved.")
    return int(every.score[solver.flows(arcs) > 0].sum())


def greedy(pairs: Pairs, places: Ints) -> int:
    """Return the total of taking the best pair that is still possible, again and again."""
    every = next(iter(pairs.parts()))
    return _taken(pairs, places, np.lexsort((every.mentor, every.mentee, -every.score)))


def first_come(pairs: Pairs, places: Ints) -> int:
    """Return the total if each mentee, in order, takes the best mentor with a free place."""
    every = next(iter(pairs.parts()))
    return _taken(pairs, places, np.lexsort((every.mentor, -every.score, every.mentee)))


def _taken(pairs: Pairs, places: Ints, order: np.ndarray) -> int:
    every = next(iter(pairs.parts()))
    left, is_free, total = places.tolist(), [True] * pairs.shape[0], 0
    columns = (every.mentee[order].tolist(), every.mentor[order].tolist(), every.score[order].tolist())
    for mentee, mentor, score in zip(*columns, strict=True):
        if is_free[mentee] and left[mentor]:
            is_free[mentee] = False
            left[mentor] -= 1
            total += score
    return total


def dense(pairs: Pairs, places: Ints) -> int:
    """Return the highest total by a matrix with a column for each place. Pairs that are not eligible have 0."""
    scores = _matrix(pairs, places)
    rows, columns = linear_sum_assignment(scores, maximize=True)
    return int(scores[rows, columns].sum())


def munkres(pairs: Pairs, places: Ints) -> int:
    """Return the highest total by munkres: costs are a large number less the score."""
    scores = _matrix(pairs, places).astype(np.int64)
    costs = (sys.maxsize - scores).tolist()
    return int(sum(scores[row, column] for row, column in Munkres().compute(costs)))


def _matrix(pairs: Pairs, places: Ints) -> np.ndarray:
    every = next(iter(pairs.parts()))
    by_mentor = np.zeros(pairs.shape)
    by_mentor[every.mentee, every.mentor] = every.score
    return by_mentor[:, np.repeat(np.arange(places.size), places)]


def _raw(seed: int) -> dict[str, float]:
    code = f"from tests.bench.assignment import print_raw; print_raw({RAW_MENTEES}, {RAW_MENTORS}, {seed})"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(run.stdout)
    return found


def print_raw(mentees: int, mentors: int, seed: int) -> None:
    """Print as JSON what raw profiles need until their draft is certified. The table of mentors is there before."""
    needs, offers = drawn_profiles(mentees, mentors, seed=seed)
    table = MentorTable(offers)
    before = _peak_mib()
    started = perf_counter()
    scores = scores_of_profiles(needs, table)
    highest = scores.highest
    scored = perf_counter()
    draft = assign(Problem(scores, table.capacity_left[:].astype(np.int64)))
    done = perf_counter()
    peak = _peak_mib()
    _check(draft)
    checked = perf_counter()
    figures = {
        "raw profiles to certified draft, s": done - started,
        "of which scores of all pairs, s": scored - started,
        "check of the certificate, s": checked - done,
        "peak memory, MiB": peak,
        "of which requests and table, MiB": before,
        "matched": float(draft.value.matched),
        "highest score": float(highest),
    }
    print(json.dumps(figures))


def _peak_mib() -> float:
    """Return the most resident memory so far in MiB. Without /proc, it counts that of the parent as well."""
    try:
        lines = PROC_STATUS.read_text().splitlines()
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (2**20 if sys.platform == "darwin" else 2**10)
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 2**10


def _timed(run: Callable[[], Any], runs: int = RUNS) -> tuple[Any, float]:
    """Return the result, and the median seconds of ``runs`` calls."""
    seconds = []
    for _ in range(runs):
        started = perf_counter()
        result = run()
        seconds.append(perf_counter() - started)
    return result, float(np.median(seconds))


def _row(name: str, mentees: int, seconds: float, baseline: float, share: float | None) -> Row:
    return {"method": name, "mentees": mentees, "s": seconds, "ratio": seconds / baseline, "share": share}


def _line(row: Row) -> str:
    share = "" if row["share"] is None else f"{row['share']:.4%}"
    return f"{row['method']:44}{row['mentees']:>9,}{row['s']:>10.3f}{row['ratio']:>7,.2f} ×{share:>19}"
