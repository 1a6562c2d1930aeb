"""A small community that was counted by hand: what each of its figures is, for each period.

Eleven people. Days are counted back from ``now``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Language, MentorProfile, User
from matching.models import Clarification, HelpRequest
from mentorship.jobs.answer_steps import close_answer_steps
from mentorship.models import Mentorship
from tests.factories import (
    FitCheckFactory,
    GoalFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    NotificationFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
    SessionFactory,
    UserFactory,
    WebhookEndpointFactory,
)

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DAYS, MINUTES = 86_400.0, 60.0


class Community:
    """Write the community into the database. ``admin`` is an owner."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._write_people()
        self._write_requests()
        self._write_mentorships()
        self._write_sessions()
        self._write_fit_checks_and_outcomes()
        self._write_mails()

    def _ago(self, days: float) -> datetime:
        return self._now - days * DAY

    def _mentee(self, name: str, joined: int, **facts: object) -> User:
        return UserFactory(name=name, joined_at=self._ago(joined), **facts)

    def _mentor(self, name: str, joined: int, status: str = "approved", **facts: object) -> MentorProfile:
        return MentorFactory(user__name=name, user__joined_at=self._ago(joined), status=status, **facts)

    def _write_people(self) -> None:
        self.admin = self._mentee("Ada Admin", 400, role="owner", profile__is_mentee=False)
        self.mia, self.max = self._mentee("Mia Mentee", 400), self._mentee("Max Mentee", 100)
        Language.objects.filter(profile__user=self.max).update(code="fr")
        self.moe, self.mel = self._mentee("Moe Mentee", 20), self._mentee("Mel Mentee", 10, is_active=False)
        self.tom, self.tia = self._mentor("Tom Mentor", 400), self._mentor("Tia Mentor", 60, active_elsewhere=1)
        self.tim = self._mentor("Tim Pauses", 60, "paused")
        self._mentor("Tea Applies", 5, "applied")
        self._mentor("Ted Rejected", 5, "rejected")
        self.bo = self._mentor("Bo Both", 50, capacity=1, user__profile__is_mentee=True)

    def _request(self, mentee: User, opened: int, status: str = "open", **facts: object) -> HelpRequest:
        return HelpRequestFactory(mentee=mentee, status=status, opened_at=self._ago(opened), **facts)

    def _write_requests(self) -> None:
        # Tom let the first question run out, and Tia said no on the ninth day.
        slow = self._request(self.mia, 50)
        MatchFactory(
            help_request=slow, mentor=self.tom, status="expired", asked_at=self._ago(49), ended_at=self._ago(44)
        )
        MatchFactory(
            help_request=slow, mentor=self.tia, status="declined", asked_at=self._ago(43), ended_at=self._ago(41)
        )
        # Nobody was found for Max.
        law = GoalFactory(mentee=self.max, target_role="Lawyer", target_field="law", target_country="FR")
        self._request(self.max, 10, goal=law, looked_at=self._ago(1))
        # A question that was taken back is no answer.
        MatchFactory(
            help_request=self._request(self.max, 60, "withdrawn"),
            mentor=self.bo,
            status="withdrawn",
            asked_at=self._ago(59),
            ended_at=self._ago(55),
        )
        # Mel cannot log in, so nobody is looked for.
        self._request(self.mel, 5)
        HelpRequestFactory(mentee=self.moe, status="draft")

    def _accepted(self, request: HelpRequest, running: Mentorship, days: int, **facts: object) -> None:
        facts |= {"mentorship": running, "mentor": running.mentor, "ended_at": self._ago(days)}
        match = MatchFactory(help_request=request, status="accepted", **facts)
        if match.asked_at:
            asked_back = {"number": 1, "question": "For one advert?", "asked_at": match.asked_at + DAY}
            Clarification.objects.create(match=match, **asked_back)

    def _mentorship(
        self, mentor: MentorProfile, mentee: User, began: int, ended: int | None = None, **facts: object
    ) -> Mentorship:
        facts |= {"mentor": mentor, "goal": GoalFactory(mentee=mentee), "started_at": self._ago(began)}
        if ended is not None:
            facts = {"status": "completed", "ended_at": self._ago(ended)} | facts
        return MentorshipFactory(**facts)

    def _write_mentorships(self) -> None:
        self.running = self._mentorship(self.tom, self.moe, 16)
        self.paused = self._mentorship(self.tim, self.max, 80, status="paused", paused_at=self._ago(3))
        self.early = self._mentorship(self.bo, self.moe, 85, 40, status="ended_early")
        self.first = self._mentorship(self.tia, self.mia, 190, 100)
        self.of_max = self._mentorship(self.tia, self.max, 300, 45)
        self.second = self._mentorship(self.tom, self.mia, 320, 46)
        self.of_mel = self._mentorship(self.tom, self.mel, 310, 42)
        # Two mentors who have a mentor themselves.
        self.of_tom = self._mentorship(self.tia, self.tom.user, 330, 44)
        self.of_tim = self._mentorship(self.bo, self.tim.user, 330, 43)
        # Asked after a day, asked back after two, matched after four.
        self._accepted(self._request(self.moe, 20, "matched"), self.running, 16, asked_at=self._ago(19))
        # Offered after five days, matched after ten.
        offered = {"asked_at": None, "offered_at": self._ago(195), "offer_note": "I did this."}
        self._accepted(self._request(self.mia, 200, "closed"), self.first, 190, **offered)

    def _session(self, mentorship: Mentorship, days: float, status: str, **facts: object) -> None:
        starts_at = self._ago(days)
        confirmed_at = min(starts_at, self._now) - DAY
        facts = {"created_at": confirmed_at, "confirmed_at": confirmed_at} | facts
        SessionFactory(mentorship=mentorship, starts_at=starts_at, status=status, **facts)

    def _write_sessions(self) -> None:
        self._session(self.running, 12, "held")
        self._session(self.running, 9, "missed_by_mentee")
        self._session(self.running, 5, "held")
        self._session(self.running, -3, "confirmed")
        self._session(self.paused, 2, "confirmed", attendance_asked_at=self._ago(2), disputed_at=self._ago(1))
        self._session(self.early, 60, "missed_by_mentor")
        self._session(self.early, 61, "cancelled", cancelled_at=self._ago(62))
        self._session(self.first, 150, "held")

    def _fit_check(self, mentorship: Mentorship, person: User, days: int, answer: str = "") -> None:
        at = self._ago(days)
        FitCheckFactory(
            mentorship=mentorship,
            person=person,
            number=mentorship.fit_checks.filter(person=person).count() + 1,
            asked_at=at,
            answer=answer,
            answered_at=at if answer else None,
            closed_at=None if answer else at,
        )

    def _write_fit_checks_and_outcomes(self) -> None:
        # Long ago five people answered.
        for mentorship, mentee_says, mentor_says in (
            (self.first, "good", "unsure"),
            (self.second, "good", "not_good"),
            (self.of_max, "good", ""),
        ):
            self._fit_check(mentorship, mentorship.mentee, 160, mentee_says)
            self._fit_check(mentorship, mentorship.mentor.user, 160, mentor_says)
        self._fit_check(self.of_mel, self.mel, 160, "good")
        # Five people answered in these two weeks together.
        self._fit_check(self.paused, self.max, 50, "unsure")
        self._fit_check(self.paused, self.tim.user, 50)
        self._fit_check(self.second, self.mia, 50, "good")
        self._fit_check(self.of_max, self.tia.user, 50, "good")
        self._fit_check(self.early, self.moe, 42, "good")
        self._fit_check(self.early, self.bo.user, 42, "good")
        # They may still answer otherwise.
        self._fit_check(self.running, self.moe, 11, "not_good")
        self._fit_check(self.running, self.tom.user, 11)
        for mentorship, level in (
            (self.second, 1),
            (self.of_max, -1),
            (self.of_mel, None),
            (self.early, 2),
            (self.of_tom, 0),
            (self.of_tim, 0),
            # The first answer, months ago: its step waited for others.
            (self.first, 0),
        ):
            OutcomeQuestionFactory(mentorship=mentorship)
            if level is not None:
                OutcomeRatingFactory(mentorship=mentorship, level=level, rated_at=mentorship.ended_at)
        close_answer_steps(now=self._now)

    def _mail(self, days: float, status: str, took: timedelta | None = None, attempts: int = 1) -> None:
        due_at = self._ago(days)
        sent_at = due_at + took if took is not None else None
        NotificationFactory(
            recipient=self.mia,
            due_at=due_at,
            created_at=due_at,
            status=status,
            sent_at=sent_at,
            attempts=attempts,
        )

    def _write_mails(self) -> None:
        self._mail(10, "sent", 1 * MINUTE)
        self._mail(11, "sent", 4 * MINUTE)
        self._mail(60, "sent", 10 * MINUTE)
        # Tried again: the minute is that since the second try was due.
        self._mail(12, "sent", 1 * MINUTE, attempts=2)
        self._mail(13, "dead")
        self._mail(14, "uncertain")
        self._mail(15, "skipped")
        self._mail(1 / 24, "pending")
        self._mail(1 / 24 / 60, "pending")
        self._mail(-1, "pending")
        # A delivery to a program is no mail.
        NotificationFactory(
            **{"recipient": None, "channel": "webhook", "endpoint": WebhookEndpointFactory(), "kind": "event"},
            **{"payload": {}, "status": "dead", "due_at": self._ago(13), "created_at": self._ago(13)},
        )


# By code: n, and the numbers, of figures that tell how things are now.
STATE: dict[str, tuple[int, dict[str, float | None]]] = {
    # Ada is neither, like those who wait or were rejected. Mel cannot log in.
    "members": (10, {"mentees": 3, "mentors": 3, "both": 1, "neither": 3}),
    "mentors": (6, {"applied": 1, "approved": 3, "paused": 1, "suspended": 0, "rejected": 1}),
    # Mia since 50 days, Max since 10.
    "waiting": (
        2,
        {
            "median": 30 * DAYS,
            "p90": 46 * DAYS,
            "oldest": 50 * DAYS,
            "a_week": 0,
            "four_weeks": 1,
            "eight_weeks": 1,
            "longer": 0,
        },
    ),
    # Mia's mentor is somebody with English and data science: Tom, Tia and Bo have a place each. Nobody does law.
    "deserts": (2, {"enough": 1, "short": 0, "none": 1, "missing": 1, "places": 3}),
    "recruits": (1, {}),
    "running": (2, {"active": 1, "paused": 1}),
}
MONTH: dict[str, tuple[int, dict[str, float | None]]] = {
    "newcomers": (4, {}),
    "opened": (3, {"open": 2, "matched": 1, "closed": 0, "withdrawn": 0, "expired": 0}),
    "first_answer": (1, {"median": 2 * DAYS, "p90": 2 * DAYS}),
    "matched": (1, {"median": 4 * DAYS, "p90": 4 * DAYS}),
    "answers": (1, {"share": 1.0, "yes": 1, "no": 0, "none": 0}),
    "mentorships": (1, {"began": 1, "completed": 0, "ended_early": 0}),
    "sessions": (2, {"held": 2, "cancelled": 0, "planned": 1}),
    "no_shows": (3, {"share": 1 / 3, "met": 2, "by_mentee": 1, "by_mentor": 0}),
    # The step of the days 50 and 42 closed about four weeks ago.
    "fit_checks": (6, {"good": 4, "unsure": 1, "not_good": 0, "no_answer": 1}),
    # So did the step of all who were asked. Mia counts twice, for two mentorships. Mel gave no answer.
    "outcome_end": (7, {"share": 5 / 7, "reached": 5, "less": 1, "no_answer": 1}),
    "outcome_later": (0, {"share": None, "reached": None, "less": None, "no_answer": None}),
    "mail": (
        6,
        {"share": 2 / 6, "on_time": 2, "late": 1, "failed": 1, "uncertain": 1, "waiting": 1, "median": 1 * MINUTES},
    ),
}
QUARTER: dict[str, tuple[int, dict[str, float | None]]] = MONTH | {
    "newcomers": (7, {}),
    "opened": (5, {"open": 3, "matched": 1, "closed": 0, "withdrawn": 1, "expired": 0}),
    # After two and nine days.
    "first_answer": (2, {"median": 5.5 * DAYS, "p90": 8.3 * DAYS}),
    "matched": (1, {"median": 4 * DAYS, "p90": 4 * DAYS}),
    "answers": (3, {"share": 2 / 3, "yes": 1, "no": 1, "none": 1}),
    "mentorships": (3, {"began": 3, "completed": 5, "ended_early": 1}),
    "sessions": (2, {"held": 2, "cancelled": 1, "planned": 1}),
    "no_shows": (4, {"share": 0.5, "met": 2, "by_mentee": 1, "by_mentor": 1}),
    "mail": (
        7,
        {"share": 2 / 7, "on_time": 2, "late": 2, "failed": 1, "uncertain": 1, "waiting": 1, "median": 2.5 * MINUTES},
    ),
}
ALL: dict[str, tuple[int, dict[str, float | None]]] = QUARTER | {
    "newcomers": (11, {}),
    "opened": (6, {"open": 3, "matched": 1, "closed": 1, "withdrawn": 1, "expired": 0}),
    # After two, five and nine days.
    "first_answer": (3, {"median": 5 * DAYS, "p90": 8.2 * DAYS}),
    # After four and ten days.
    "matched": (2, {"median": 7 * DAYS, "p90": 9.4 * DAYS}),
    "mentorships": (9, {"began": 9, "completed": 6, "ended_early": 1}),
    "sessions": (3, {"held": 3, "cancelled": 1, "planned": 1}),
    "no_shows": (5, {"share": 0.4, "met": 3, "by_mentee": 1, "by_mentor": 1}),
    # With the step of five months ago.
    "fit_checks": (13, {"good": 8, "unsure": 2, "not_good": 1, "no_answer": 2}),
}
RECRUITS = (
    "A mentor who works as Lawyer (law, industry), speaks French and helps for longer with “Find a job”: frees 1 "
    "waiting request.",
)
