"""The figures of requests, questions to mentors, matches, and of mentors who are missing."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import Q
from django.utils.timesince import timesince

from accounts.figures.registry import (
    LINE,
    MEDIAN,
    P90,
    PERIOD,
    Behind,
    Figure,
    FigureGroup,
    More,
    Part,
    in_english,
    register,
)
from accounts.figures.row_filters import RowFilter, add_filters, by_period, offered
from accounts.figures.store import kept_rows, stored_slow_figure
from accounts.figures.values import Unit
from accounts.models import MentorProfile
from matching.models import HelpRequest, WaitingRequest
from matching.selectors.deserts import ENOUGH
from matching.selectors.figures import (
    WAITS,
    count_answers,
    count_deserts,
    count_first_answers,
    count_matched,
    count_opened,
    count_recruits,
    count_waiting,
    first_answers,
    waits,
)
from matching.selectors.needs import judgeable_requests
from matching.selectors.recruit import WAITING_MAX, requests_without_mentors

REQUESTS = FigureGroup("Requests", 20)
MATCHES, VIEW_MATCH = "matching_match_changelist", "matching.view_match"
LIST, VIEW_REQUEST = "matching_helprequest_changelist", "matching.view_helprequest"
ANY = "any"


def _counted(name: str, code: str | None, now: datetime) -> dict[str, str]:
    """Return the value of an address, if it was counted, in words and with the age of the count.

    There are too many to offer all.
    """
    kept = kept_rows("deserts", name) if code else None
    if not code or not kept or code not in kept.rows:
        return {}
    words, _keys = kept.rows[code]
    return {code: f"{words} ({_age(kept.counted_at, now)})"}


def _rows_counted(name: str, code: str) -> list[int]:
    kept = kept_rows("deserts", name)
    return kept.rows[code][1] if kept and code in kept.rows else []


def _places(value: str | None, now: datetime) -> dict[str, str]:
    """Return the states of places. The chosen one is refused before the first count."""
    counted = _counted("places", value, now)
    states = {state.value: counted.get(state, label) for state, label in ENOUGH.items() if state != value or counted}
    return {ANY: "any, if open"} | states


def _rows_of_places(value: str, now: datetime) -> Q:
    if value == ANY:
        return Q(pk__in=judgeable_requests().values("pk"))
    return Q(pk__in=_rows_counted("places", value))


def _recruits(code: str | None, now: datetime) -> dict[str, str]:
    """Return all requests without a mentor, and those of a line of the address: as they were counted."""
    found = stored_slow_figure("recruits") if code and code != ANY else None
    lines = [line for line in found.counted.lines if line.code == code] if found else []
    return {ANY: "requests that have nobody to choose from"} | {
        line.code: f"{line.text} ({_age(found.counted_at, now)})" for line in lines if found
    }


def _rows_of_recruit(value: str, now: datetime) -> Q:
    if value == ANY:
        return Q(pk__in=requests_without_mentors().values("pk"))
    found = stored_slow_figure("recruits")
    return Q(pk__in=[pk for line in found.counted.lines if line.code == value for pk in line.rows] if found else [])


def _age(counted_at: datetime, now: datetime) -> str:
    return f"counted {timesince(counted_at, now)} ago"


add_filters(
    RowFilter(
        model=WaitingRequest,
        parameter="open_for",
        title="open for",
        choices=offered({code: label for code, (label, *_bounds) in WAITS.items()}),
        rows=waits,
    ),
    by_period(
        HelpRequest,
        "answered",
        "first answered in",
        lambda period, now: Q(pk__in=first_answers(period, now).values("help_request_id")),
    ),
    RowFilter(
        model=HelpRequest,
        parameter="places",
        title="free places for it",
        choices=_places,
        rows=_rows_of_places,
    ),
    RowFilter(
        model=HelpRequest,
        parameter="combination",
        title="goal, field, country and languages",
        choices=partial(_counted, "combination"),
        rows=lambda code, _now: Q(pk__in=_rows_counted("combination", code)),
    ),
    RowFilter(
        model=MentorProfile,
        parameter="serves",
        title="has a free place for",
        choices=partial(_counted, "serves"),
        rows=lambda code, _now: Q(user__in=_rows_counted("serves", code)),
    ),
    RowFilter(model=HelpRequest, parameter="frees", title="whom to recruit", choices=_recruits, rows=_rows_of_recruit),
)
register(
    Figure(
        code="waiting",
        group=REQUESTS,
        title="Open requests",
        definition="Requests of people who can log in that are open now, by the time since they were opened.",
        of="requests",
        count=count_waiting,
        parts=(
            MEDIAN,
            P90,
            Part(code="oldest", label="oldest", unit=Unit.SECONDS),
            *(
                Part(code=code, label=label, in_chart=True, query={"open_for": code})
                for code, (label, *_bounds) in WAITS.items()
            ),
        ),
        is_state=True,
        behind=Behind(
            label="The waiting list",
            page="matching_waitingrequest_changelist",
            permission="matching.view_waitingrequest",
        ),
    ),
    Figure(
        code="opened",
        group=REQUESTS,
        title="Requests of the period",
        definition="Requests that were opened in the period, by what has become of them until now.",
        of="requests",
        count=count_opened,
        parts=tuple(
            Part(
                code=status.value,
                label=in_english(status.label),
                in_chart=True,
                query={"status__exact": status.value, "opened": PERIOD},
            )
            for status in HelpRequest.Status
            if status != HelpRequest.Status.DRAFT
        ),
        behind=Behind(
            label="The requests",
            page=LIST,
            permission=VIEW_REQUEST,
            query={"opened": PERIOD},
        ),
    ),
    Figure(
        code="first_answer",
        group=REQUESTS,
        title="Time to the first answer",
        definition="From the opening of a request to the first answer of a mentor: a yes, a no, a question back, or an "
        "offer. Requests whose first answer came in the period.",
        of="requests",
        count=count_first_answers,
        parts=(MEDIAN, P90),
        behind=Behind(label="The requests", page=LIST, permission=VIEW_REQUEST, query={"answered": PERIOD}),
    ),
    Figure(
        code="matched",
        group=REQUESTS,
        title="Time to a match",
        definition="From the opening of a request to the acceptance. Matches that were accepted in the period.",
        of="matches",
        count=count_matched,
        parts=(MEDIAN, P90),
        behind=Behind(
            label="The matches",
            page=MATCHES,
            permission=VIEW_MATCH,
            query={"status__exact": "accepted", "ended": PERIOD},
        ),
    ),
    Figure(
        code="answers",
        group=REQUESTS,
        title="Answer rate of mentors",
        definition="Questions to mentors that ended in the period with a yes, a no, or without an answer in time. "
        "Questions that were taken back, overtaken or ended by the organisers do not count.",
        of="questions",
        count=count_answers,
        parts=(
            Part(code="share", label="answered", unit=Unit.SHARE),
            Part(code="yes", label="yes", in_chart=True, query={"answer": "yes", "ended": PERIOD}),
            Part(code="no", label="no", in_chart=True, query={"answer": "no", "ended": PERIOD}),
            Part(code="none", label="no answer", in_chart=True, query={"answer": "none", "ended": PERIOD}),
        ),
        behind=Behind(
            label="The questions", page=MATCHES, permission=VIEW_MATCH, query={"answer": "any", "ended": PERIOD}
        ),
    ),
    Figure(
        code="deserts",
        group=REQUESTS,
        title="Mentor deserts",
        definition="Open requests by kind of goal, field, country and languages, against the free places of approved "
        "mentors who help with the kind, worked in the field and in the country that the goal names, and speak one of "
        "the languages. A place counts for each combination that its mentor could serve, so the real shortage may be "
        "larger.",
        of="requests",
        count=count_deserts,
        parts=(
            Part(code="missing", label="places missing", unit=Unit.PLACES),
            Part(code="places", label="free places of all mentors", unit=Unit.PLACES),
            *(
                Part(code=state.value, label=label, in_chart=True, query={"places": state.value})
                for state, label in ENOUGH.items()
            ),
        ),
        is_state=True,
        behind=Behind(label="The requests", page=LIST, permission=VIEW_REQUEST, query={"places": ANY}),
        more=More(label="All combinations", page="matching_helprequest_deserts", permission="accounts.view_figures"),
    ),
    Figure(
        code="recruits",
        group=REQUESTS,
        title="Whom to recruit",
        definition="Open requests that have nobody to choose from, and the profiles of new mentors who would free most "
        f"of the {WAITING_MAX} that wait longest. The first is the best one; each further one frees most of what is "
        "left then.",
        of="requests",
        count=count_recruits,
        is_slow=True,
        behind=Behind(
            label="The requests",
            page=LIST,
            permission=VIEW_REQUEST,
            query={"frees": ANY},
            of_line={"frees": LINE},
        ),
        more=More(label="The whole list", page="matching_helprequest_recruit", permission=VIEW_REQUEST),
        permission=VIEW_REQUEST,
    ),
)
