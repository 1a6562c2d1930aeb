"""The demo's days between and after meetings: sessions, steps, practice, an outcome and feedback, told by the services.

Mira has practised with her mentor. Jonas has helped Takumi to a reached goal, so his record has counts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mentorship.models import Attendance, Feedback, Mentorship, Occasion, OutcomeRating, PracticeRecord, Session
from mentorship.models.session_kind import SessionKind
from mentorship.services.end import end_mentorship
from mentorship.services.feedback.write import write_feedback
from mentorship.services.milestones import add_milestone
from mentorship.services.outcomes.rate import rate_outcome
from mentorship.services.outcomes.write_scale import write_scale
from mentorship.services.practice.feedback import give_feedback
from mentorship.services.practice.items import add_items
from mentorship.services.practice.write import write_record
from mentorship.services.sessions.attend import say_attendance
from mentorship.services.sessions.propose import propose_session
from mentorship.services.sessions.take import take_time
from mentorship.services.steps.add import NewStep, add_steps
from mentorship.services.steps.settle import finish_step

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Kind = PracticeRecord.Kind


def practise(mentorship: Mentorship, *, now: datetime) -> None:
    """Give a mentorship that is ten days old a session, the practice of it, steps, and a scale of success."""
    mentee, mentor = mentorship.mentee, mentorship.mentor.user
    write_scale(mentorship_id=mentorship.pk, by=mentee, now=now - 9 * DAY, **SCALE)
    held = _meet(mentorship, "story_practice", at=now - 4 * DAY)
    told = held.starts_at or now
    write_record(owner=mentee, kind=Kind.STORY, fields=STORY | {"used_in": [held]}, now=told + 2 * HOUR)
    rehearsal = {"title": "The two questions of the committee", "session": held}
    record = write_record(owner=mentee, kind=Kind.MOCK_INTERVIEW, fields=rehearsal, now=told + 2 * HOUR)
    items = add_items(record_id=record.pk, by=mentee, items=QUESTIONS, now=told + 3 * HOUR)
    for item, text in zip(items, WORDS_OF_MENTOR, strict=True):
        give_feedback(item_id=item.pk, by=mentor, text=text, now=told + 26 * HOUR)
    debrief = write_record(owner=mentee, kind=Kind.DEBRIEF, fields=DEBRIEF, now=now - 2 * DAY)
    add_items(record_id=debrief.pk, by=mentee, items=ASKED, now=now - 2 * DAY)
    _plan(mentorship, session=held, at=told + 4 * HOUR, now=now)


def reach(mentorship: Mentorship, *, now: datetime) -> None:
    """Bring a mentorship that is 38 days old to its goal: two sessions, an outcome, and feedback of both."""
    mentee, mentor = mentorship.mentee, mentorship.mentor.user
    write_scale(mentorship_id=mentorship.pk, by=mentee, now=now - 37 * DAY, **SCALE_OF_CV)
    _meet(mentorship, "cv_review", at=now - 34 * DAY)
    _meet(mentorship, "mock_interview", at=now - 26 * DAY)
    end_mentorship(
        mentorship_id=mentorship.pk,
        by=mentee,
        status=Mentorship.Status.COMPLETED,
        reason=Mentorship.EndReason.GOAL_REACHED,
        now=now - 20 * DAY,
    )
    for person, level in ((mentee, OutcomeRating.Level.BETTER), (mentor, OutcomeRating.Level.AS_HOPED)):
        rate_outcome(mentorship_id=mentorship.pk, by=person, when=Occasion.END, level=level, now=now - 19 * DAY)
    for person, words in ((mentee, FROM_MENTEE), (mentor, FROM_MENTOR)):
        write_feedback(mentorship_id=mentorship.pk, by=person, now=now - 19 * DAY, **words)


def _meet(mentorship: Mentorship, kind: str, *, at: datetime) -> Session:
    """Let the two meet at 18:00 UTC of the day of ``at``. Both say so afterwards."""
    mentee, mentor = mentorship.mentee, mentorship.mentor.user
    starts_at = at.astimezone(UTC).replace(hour=18, minute=0, second=0, microsecond=0)
    what = SessionKind.objects.get(code=kind)
    session = propose_session(
        mentorship_id=mentorship.pk,
        by=mentee,
        kind=what,
        minutes=what.minutes,
        place="https://meet.example.com/room",
        place_zone="",
        times=[starts_at],
        now=starts_at - 2 * DAY,
    )
    take_time(session_id=session.pk, by=mentor, starts_at=starts_at, now=starts_at - DAY)
    for person in (mentee, mentor):
        session = say_attendance(
            session_id=session.pk, by=person, answer=Attendance.Answer.HELD, now=starts_at + 2 * HOUR
        )
    return session


def _plan(mentorship: Mentorship, *, session: Session, at: datetime, now: datetime) -> None:
    """Add a milestone and three steps that were agreed on in a session. One is done."""
    milestone = add_milestone(
        goal_id=mentorship.goal_id,
        by=mentorship.mentee,
        title="Both stories fit into five minutes",
        by_on=(now + 21 * DAY).date(),
        now=at,
    )
    days = {"mentee": now + 5 * DAY, "mentor": now + 3 * DAY}
    steps = add_steps(
        mentorship_id=mentorship.pk,
        by=mentorship.mentor.user,
        steps=[
            NewStep(whose=whose, what=what, by_on=days[whose].date(), milestone=milestone, session=session)
            for whose, what in STEPS
        ],
        now=at,
    )
    finish_step(step_id=steps[0].pk, by=mentorship.mentee, now=now - DAY)


SCALE = {
    "start": "I coordinate four people without the title, and speak of the physics when somebody asks about them.",
    "less": "I stand in the election and lose, with the same stories as today.",
    "as_hoped": "Two stories that I can tell in five minutes, and the committee asks me to stand.",
    "better": "I am elected.",
}
STORY: dict[str, object] = {
    "title": "The delay that two students did not want to report",
    "texts": {
        "situation": "Two doctoral students were three weeks late with the calibration, and each waited for the other.",
        "task": "I had to give the collaboration a date that would hold.",
        "action": "I asked each of them alone what they needed, split the work in two, and reported the delay myself.",
        "result": "The calibration came eight days later. Since then both write to me when they are two days late.",
        "answers": "When did you give bad news upwards?\nHow do you notice that somebody is stuck?",
    },
}
QUESTIONS = [
    {
        "text": "Tell us about a conflict that you settled.",
        "texts": {
            "situation": "Two students wanted to be first author of the same note.",
            "action": "We wrote down who had done what before anybody spoke about the order.",
            "result": "They agreed within an hour, and wrote the next note together.",
            "next_time": "Begin with the hour, then say how it came to that.",
        },
    },
    {
        "text": "Why you, and not one of the two older colleagues?",
        "texts": {
            "action": "I listed what the group has delivered in the two years in which I coordinated it.",
            "next_time": "One number, and then stop.",
        },
    },
]
WORDS_OF_MENTOR = (
    "I believed you at “within an hour”. Before that you said “we” six times, and I did not know what you did.",
    "The list is good and too long. I would remember the first of its seven points; choose which one it should be.",
)
DEBRIEF: dict[str, object] = {
    "title": "The talk with the old coordinator",
    "stage": PracticeRecord.Stage.HIRING_MANAGER,
    "company_kind": PracticeRecord.CompanyKind.RESEARCH,
    "texts": {"wavered": "When I was asked what I would stop doing, I named nothing."},
}
ASKED = [
    {
        "text": "What would the group stop doing under you?",
        "texts": {"answer": "That I would look at everything first."},
    }
]
STEPS = (
    ("mentee", "Write down both conflicts in four lines each"),
    ("mentee", "Tell the story of the delay in five minutes, and record it"),
    ("mentor", "Name somebody from another group who was elected"),
)
SCALE_OF_CV = {
    "start": "A list of papers on four pages, and no reply to nine applications.",
    "less": "A shorter CV, and still no reply.",
    "as_hoped": "One page that brings two interviews.",
    "better": "An offer before the contract at the institute ends.",
}
FROM_MENTEE = {
    "helped": "You crossed out what you did not understand, and asked me to say it aloud. I wrote down what I said.",
    "better": "The second session came a week after the interview for which I wanted to rehearse.",
    "thanks": "Four pages became one, and it brought me three interviews within two weeks.",
    "thanks_shown": Feedback.ThanksShown.FIRST_NAME,
}
FROM_MENTOR = {
    "helped": "You came with three versions each time, so we spoke of words and not of intentions.",
    "better": "Tell me the date of an interview on the day on which you learn it.",
    "thanks": "",
    "thanks_shown": Feedback.ThanksShown.NOT,
}
