"""Lived transitions: the turns of a career that a mentee may want to take as well, read from its steps.

Steps may come in any order, overlap and be open-ended; they are taken by the year they started. A step that
starts after all others only adds transitions. One put in between may correct when a turn was taken, or from
where.
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
    """One turn of a career: into ``role``, ``field``, ``sector``, ``country`` and ``level`` in ``year``.

    ``from_field`` and ``from_country`` are those of the step before, "" where there was none or it is not
    stated.
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
    """Return the transitions of a career, in an order that depends only on the steps themselves.

    Kinds: ``academia_to_industry``, ``job_abroad``, ``promotion``, ``first_leadership_role``,
    ``role_change``, and ``job_search`` for every job that was found after the first.
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


def _turn(kind: str, into: Step, before: Step | None) -> Transition:
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
    """A step in industry or self-employment, the first after one in academia.

    Teaching on the side of a job in industry that goes on all the while is not a move.
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
                yield _turn("academia_to_industry", step, academic)
            academic = None
            industry.append(step)


def _abroad(steps: Sequence[Step]) -> Iterator[Transition]:
    """The country differs from that of the step before; steps that state none are passed over."""
    for before, step in pairwise(step for step in steps if step.country):
        if before.country != step.country:
            yield _turn("job_abroad", step, before)


def _promotions(steps: Sequence[Step]) -> Iterator[Transition]:
    """The level rises within a sector and field, from the step right before or one that runs until this."""
    for index, step in enumerate(steps):
        kin = [
            i
            for i, earlier in enumerate(steps[:index])
            if earlier.sector == step.sector and plain(earlier.field) == plain(step.field)
        ]
        if not kin:
            continue
        before = steps[kin[-1]]
        follows = kin[-1] == index - 1 or _runs_until(before, step.start)
        if follows and step.level > before.level:
            yield _turn("promotion", step, before)


def _first_leadership(steps: Sequence[Step]) -> Iterator[Transition]:
    for index, step in enumerate(steps):
        if step.level >= Level.LEAD:
            yield _turn("first_leadership_role", step, steps[index - 1] if index else None)
            return


def _changes_of_field(steps: Sequence[Step]) -> Iterator[Transition]:
    """The field differs from that of the step before, in any sector; a new role in the same field is none."""
    for before, step in pairwise(step for step in steps if step.field):
        if plain(before.field) != plain(step.field):
            yield _turn("role_change", step, before)


def _jobs_found(steps: Sequence[Step]) -> Iterator[Transition]:
    for before, step in pairwise(steps):
        yield _turn("job_search", step, before)
