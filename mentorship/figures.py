"""The figures of mentorships, sessions, fit checks and outcomes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from accounts.figures.registry import PERIOD, Behind, Figure, FigureGroup, Part, in_english, register
from accounts.figures.row_filters import RowFilter, add_filters, offered
from accounts.figures.values import Unit
from mentorship.models import Mentorship, Occasion, Session
from mentorship.models.answer_step import STEP_FROM
from mentorship.selectors.figures import (
    CAME_OR_NOT,
    RUNS,
    count_fit_checks,
    count_mentorships,
    count_no_shows,
    count_outcomes,
    count_running,
    count_sessions,
)

MENTORSHIPS = FigureGroup("Mentorships", 30)
SESSIONS = Behind(label="The sessions", page="mentorship_session_changelist", permission="mentorship.view_session")
LIST, VIEW = "mentorship_mentorship_changelist", "mentorship.view_mentorship"

STEPS = (
    f"in steps of whole weeks. A step closes once all had two weeks to answer, {STEP_FROM} people did, and not all "
    "answered the same. Its numbers do not change any more. The period has the steps that closed in it."
)


def outcome(when: Occasion, title: str) -> Figure:
    return Figure(
        code=f"outcome_{when}",
        group=MENTORSHIPS,
        title=title,
        definition=f"Mentorships whose mentee was asked about the outcome {in_english(when.label)}, {STEPS} Success is "
        "“as hoped” or better. A mentee without an answer is no success.",
        of="mentorships",
        count=partial(count_outcomes, when),
        parts=(
            Part(code="share", label="success", unit=Unit.SHARE),
            Part(code="reached", label="as hoped or better", in_chart=True),
            Part(code="less", label="less than hoped", in_chart=True),
            Part(code="no_answer", label="no answer", in_chart=True),
        ),
        is_private=True,
    )


add_filters(
    RowFilter(
        model=Mentorship,
        parameter="runs",
        title="running",
        choices=offered({"yes": "active or paused"}),
        rows=lambda _value, _now: RUNS,
    ),
    RowFilter(
        model=Session,
        parameter="came",
        title="attendance",
        choices=offered({"known": "held, or missed by one of the two"}),
        rows=lambda _value, _now: CAME_OR_NOT,
    ),
)
register(
    Figure(
        code="running",
        group=MENTORSHIPS,
        title="Mentorships that run",
        definition="Mentorships that are active or paused.",
        of="mentorships",
        count=count_running,
        parts=(
            Part(code="active", label="active", in_chart=True, query={"status__exact": "active"}),
            Part(code="paused", label="paused", in_chart=True, query={"status__exact": "paused"}),
        ),
        is_state=True,
        behind=Behind(label="The mentorships", page=LIST, permission=VIEW, query={"runs": "yes"}),
    ),
    Figure(
        code="mentorships",
        group=MENTORSHIPS,
        title="Mentorships that began",
        definition="Mentorships whose first day is in the period. The figure also counts those that ended in it.",
        of="mentorships",
        count=count_mentorships,
        parts=(
            Part(code="completed", label="completed", query={"status__exact": "completed", "ended": PERIOD}),
            Part(code="ended_early", label="ended early", query={"status__exact": "ended_early", "ended": PERIOD}),
        ),
        behind=Behind(label="The mentorships", page=LIST, permission=VIEW, query={"began": PERIOD}),
    ),
    Figure(
        code="sessions",
        group=MENTORSHIPS,
        title="Sessions held",
        definition="Sessions that began in the period, and were held. The figure also counts those that were "
        "cancelled in it, and those that are planned from now on.",
        of="sessions",
        count=count_sessions,
        parts=(
            Part(code="cancelled", label="cancelled", query={"status__exact": "cancelled", "cancelled": PERIOD}),
            Part(code="planned", label="planned", query={"status__exact": "confirmed", "when": "ahead"}),
        ),
        behind=replace(SESSIONS, query={"status__exact": "held", "when": PERIOD}),
    ),
    Figure(
        code="no_shows",
        group=MENTORSHIPS,
        title="No-shows",
        definition="Sessions that began in the period, and were held or missed by one of the two. Sessions about which "
        "the two disagree, or said nothing yet, do not count.",
        of="sessions",
        count=count_no_shows,
        parts=(
            Part(code="share", label="missed", unit=Unit.SHARE),
            Part(code="met", label="held", in_chart=True, query={"status__exact": "held", "when": PERIOD}),
            *(
                Part(
                    code=f"by_{side}",
                    label=f"missed by the {side}",
                    in_chart=True,
                    query={"status__exact": f"missed_by_{side}", "when": PERIOD},
                )
                for side in ("mentee", "mentor")
            ),
        ),
        behind=Behind(
            label=SESSIONS.label,
            page=SESSIONS.page,
            permission=SESSIONS.permission,
            query={"came": "known", "when": PERIOD},
        ),
    ),
    Figure(
        code="fit_checks",
        group=MENTORSHIPS,
        title="Fit checks",
        definition=f"Questions “How is it going?” to mentees and mentors, {STEPS} Nobody but the person reads an "
        "answer.",
        of="questions",
        count=count_fit_checks,
        parts=(
            Part(code="good", label="good", in_chart=True),
            Part(code="unsure", label="unsure", in_chart=True),
            Part(code="not_good", label="not good", in_chart=True),
            Part(code="no_answer", label="no answer", in_chart=True),
        ),
        is_private=True,
    ),
    outcome(Occasion.END, "Outcome at the end"),
    outcome(Occasion.LATER, "Outcome some time later"),
)
