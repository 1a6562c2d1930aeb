"""Run expectations: load the community, rank its mentors for each request, and roll back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

from django.db import transaction

from accounts.models import SkillAlias, User
from matching.community.load import Loader
from matching.engine import PROPOSALS_MAX
from matching.evaluation.baselines import Baselines
from matching.evaluation.expectations import Expected, Notes
from matching.evaluation.figures import Answer, Check, Figure, figures, judge_chance, judge_order, judge_rules
from matching.evaluation.graded import Graded, Quality, quality
from matching.jobs.embed import embed_stale
from matching.models import HelpRequest
from matching.selectors.suggestions import all_mentors
from matching.text.language import language_of_all

Community = Mapping[str, Any]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Report:
    """``methods``: the figures of each method, the engine first. ``total`` and ``misses`` are those of the engine."""

    requests: int
    methods: Mapping[str, Mapping[str, Figure]]
    total: Figure
    misses: Sequence[Check]


@dataclass(frozen=True, slots=True)
class GradedReport:
    """``methods``: the figures of each method, the engine first. Only the engine proposes.

    ``languages``: those of the engine by the language of the request, the most frequent first, "" if it does not tell.
    ``differing``: requests whose eligible mentors are not those that were graded.
    """

    methods: Mapping[str, Quality]
    languages: Mapping[str, Quality]
    differing: Sequence[str]


def evaluate(
    community: Community, expected: Sequence[Expected], *, notes: Notes, aliases: bool = True, now: datetime
) -> Report:
    """Compare the engine and the baselines with the ``expected`` order of a checked ``community``.

    Without ``aliases`` no skill has another name, which shows the effect of the text model alone.

    The baselines order the eligible mentors only, and are not compared on the hard rules.
    Raises BadCommunityFile for kinds of goals or sessions that this installation does not know.
    """
    answers = _answers(community, [row.request for row in expected], aliases=aliases, now=now)
    requests = {row["ref"]: row for row in community.get("help_requests", [])}
    baselines = Baselines(_mentors(community))
    checks: dict[str, list[Check]] = {"engine": [], "tfidf": [], "skills overlap": [], "random eligible": []}
    for row in expected:
        answer = answers[row.request]
        eligible = frozenset(answer.ranked)
        checks["engine"] += [*judge_order(row, answer), *judge_rules(row, answer)]
        for name, order in baselines.orders(requests[row.request], eligible).items():
            checks[name] += judge_order(row, Answer(order))
        checks["random eligible"] += judge_chance(row, eligible)
    return Report(
        requests=len(expected),
        methods={name: figures(found, notes) for name, found in checks.items()},
        total=Figure.of(checks["engine"]),
        misses=[check for check in checks["engine"] if not check.hit],
    )


def evaluate_graded(community: Community, graded: Sequence[Graded], *, now: datetime) -> GradedReport:
    """Compare the engine and the baselines with the grades of readers. Raises as ``evaluate``."""
    answers = _answers(community, [row.request for row in graded], aliases=True, now=now)
    requests = {row["ref"]: row for row in community.get("help_requests", [])}
    baselines = Baselines(_mentors(community))
    orders: dict[str, dict[str, Answer]] = {"engine": answers}
    for row in graded:
        found = baselines.orders(requests[row.request], frozenset(answers[row.request].ranked))
        for name, order in found.items():
            orders.setdefault(name, {})[row.request] = Answer(order)
    by_language: dict[str, list[Graded]] = {}
    for row in graded:
        by_language.setdefault(_written_in(requests[row.request]), []).append(row)
    return GradedReport(
        methods={name: quality(graded, found) for name, found in orders.items()},
        languages={
            language: quality(rows, answers)
            for language, rows in sorted(by_language.items(), key=lambda found: (-len(found[1]), found[0]))
        },
        differing=[row.request for row in graded if set(answers[row.request].ranked) != row.grades.keys()],
    )


def _answers(community: Community, refs: Sequence[str], *, aliases: bool, now: datetime) -> dict[str, Answer]:
    return in_community(community, refs, partial(_answer, now=now), aliases=aliases, now=now)


def in_community(
    community: Community,
    refs: Sequence[str],
    judge: Callable[[HelpRequest, Mapping[int, str]], Found],
    *,
    aliases: bool = True,
    now: datetime,
) -> dict[str, Found]:
    """Return the result of ``judge`` for each of ``refs``, with the people of ``community`` loaded. Leaves no row.

    ``judge`` takes the request and the addresses of the people by user id. People and requests get random names, so
    that rows with the same names are neither changed nor ranked. An import at the same time waits until the end.
    """
    token = uuid4().hex
    names = {
        User.objects.normalize_email(row["email"]): f"{i}@{token}.invalid" for i, row in enumerate(community["people"])
    }
    renamed_refs = {row["ref"]: f"{token}-{i}" for i, row in enumerate(community.get("help_requests", []))}
    with transaction.atomic():
        if not aliases:
            SkillAlias.objects.all().delete()
        loader = Loader(now=now, past_dates=True)
        loader.load(_renamed(community, names, renamed_refs))
        embed_stale(among=[user.pk for user in loader.users.values()])  # the worker does this after a profile is saved
        emails = {loader.users[name].pk: email for email, name in names.items()}
        saved = HelpRequest.objects.select_related("goal__kind", "session_kind").in_bulk(
            [renamed_refs[ref] for ref in refs], field_name="ref"
        )
        found = {ref: judge(saved[renamed_refs[ref]], emails) for ref in refs}
        transaction.set_rollback(True)
    return found


def _answer(request: HelpRequest, emails: Mapping[int, str], *, now: datetime) -> Answer:
    found = all_mentors(request, now=now, among=emails)
    points = {emails[suggestion.mentor_id]: suggestion.fit for suggestion in found.ranked}
    rules = {emails[out.mentor_id]: out.rules for out in found.ineligible}
    # Rejected mentors are in neither list. `broken_rules` gives them the same rule.
    left_out = set(emails.values()) - points.keys() - rules.keys()
    worth = [emails[suggestion.mentor_id] for suggestion in found.ranked if suggestion.is_worth_proposing]
    return Answer(
        ranked=list(points),
        rules=rules | dict.fromkeys(left_out, ("not_approved",)),
        points=points,
        proposed=worth[:PROPOSALS_MAX],
    )


def _written_in(request: Mapping[str, Any]) -> str:
    return language_of_all(request.get(part) or "" for part in ("situation", "gap", "ask", "why"))


def _mentors(community: Community) -> dict[str, Mapping[str, Any]]:
    return {User.objects.normalize_email(row["email"]): row for row in community["people"] if "mentor" in row}


def _renamed(community: Community, names: Mapping[str, str], refs: Mapping[str, str]) -> Community:
    def name(email: str) -> str:
        return names[User.objects.normalize_email(email)]

    return {
        **community,
        "people": [{**row, "email": name(row["email"])} for row in community["people"]],
        "exclusions": [
            {**row, "people": [name(email) for email in row["people"]]} for row in community.get("exclusions", [])
        ],
        "help_requests": [
            {**row, "ref": refs[row["ref"]], "mentee": name(row["mentee"])}
            for row in community.get("help_requests", [])
        ],
    }
