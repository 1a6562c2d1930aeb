"""Career transitions, read from the steps of a career.

Steps may come in any order, overlap and be open-ended. They are ordered by the year they started. A step that starts
after all others only adds transitions. One inserted between others may change the year or the origin of a transition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matching.engine.facts import Level, Step
from matching.engine.words import plain

INDUSTRY = frozenset({"industry", "self_employed"})
LATER_THAN_ANY_YEAR = 9999


@dataclass(frozen=True, slots=True)
class Transition:
    """One career transition: into ``role``, ``field``, ``sector``, ``country`` and ``level`` in ``year``.

    ``from_field`` and ``from_country`` are those of the previous step, "" if there is none or it states none.
    """

    kind: str
    year: int
    role: str
    field: str
    sector: str
    country: str
    level: Level
    from_field: str = ""
    from_country: str = ""


def transitions(career: Iterable[Step]) -> tuple[Transition, ...]:
    """Return the transitions of a career. Their order depends only on the steps themselves.

    Kinds: ``academia_to_industry``, ``job_abroad``, ``promotion``, ``first_leadership_role``, ``role_change``, and
    ``job_search`` for every job after the first.
    """
    steps = sorted(career, key=_order)
    return (
        *_into_industry(steps),
        *_abroad(steps),
        *_promotions(steps),
        *_first_leadership(steps),
        *_changes_of_field(steps),
        *_jobs_found(steps),
    )


def _order(step: Step) -> tuple[int, int, int, str, str, str, str]:
    end = LATER_THAN_ANY_YEAR if step.end is None else step.end
    return step.start, end, step.level, step.sector, step.field, step.country, step.role


def _transition(kind: str, into: Step, before: Step | None) -> Transition:
    return Transition(
        kind=kind,
        year=into.start,
        role=into.role,
        field=into.field,
        sector=into.sector,
        country=into.country,
        level=into.level,
        from_field=before.field if before else "",
        from_country=before.country if before else "",
    )


def _runs_until(step: Step, year: int) -> bool:
    return step.end is None or step.end >= year


def _into_industry(steps: Sequence[Step]) -> Iterator[Transition]:
    """Yield the first step in industry or self-employment after a step in academia.

    Teaching beside a job in industry that continues is not a transition.
    """
    industry: list[Step] = []
    kept_from_before: list[Step] = []
    academic: Step | None = None
    for step in steps:
        if step.sector == "academia":
            academic = step
            kept_from_before = list(industry)
        elif step.sector in INDUSTRY:
            if academic and not any(_runs_until(job, step.start) for job in kept_from_before):
                yield _transition("academia_to_industry", step, academic)
            academic = None
            industry.append(step)


def _abroad(steps: Sequence[Step]) -> Iterator[Transition]:
    """Yield each step in another country than the previous one. Steps without a country are skipped."""
    for before, step in pairwise(step for step in steps if step.country):
        if before.country != step.country:
            yield _transition("job_abroad", step, before)


def _promotions(steps: Sequence[Step]) -> Iterator[Transition]:
    """Yield each step at a higher level than the last one in the same sector and field.

    That step must come directly before, or run until this one starts.
    """
    for index, step in enumerate(steps):
        same_line = [
            i
            for i, earlier in enumerate(steps[:index])
            if earlier.sector == step.sector and plain(earlier.field) == plain(step.field)
        ]
        if not same_line:
            continue
        before = steps[same_line[-1]]
        follows = same_line[-1] == index - 1 or _runs_until(before, step.start)
        if follows and step.level > before.level:
            yield _transition("promotion", step, before)


def _first_leadership(steps: Sequence[Step]) -> Iterator[Transition]:
    """Yield the first step at LEAD or above."""
    for index, step in enumerate(steps):
        if step.level >= Level.LEAD:
            yield _transition("first_leadership_role", step, steps[index - 1] if index else None)
            return


def _changes_of_field(steps: Sequence[Step]) -> Iterator[Transition]:
    """Yield each step in another field than the previous one, in any sector. Steps without a field are skipped."""
    for before, step in pairwise(step for step in steps if step.field):
        if plain(before.field) != plain(step.field):
            yield _transition("role_change", step, before)


def _jobs_found(steps: Sequence[Step]) -> Iterator[Transition]:
    """Yield every step after the first."""
    for before, step in pairwise(steps):
        yield _transition("job_search", step, before)
