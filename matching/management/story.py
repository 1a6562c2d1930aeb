"""The days before the demo begins: questions, answers and mentorships, told by the services that members call.

Everything goes through the rules, so the demo shows what a community can come to.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts.models import User
from matching.jobs.embed import embed_stale
from matching.jobs.propose import propose_matches
from matching.management.story_of_work import practise, reach
from matching.models import HelpRequest, Match
from matching.selectors.fit import by_fit
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor
from matching.services.ask_back import ask_back
from matching.services.clarify import clarify_match
from matching.services.decline import decline_match
from matching.services.draft import create_draft
from matching.services.name_mentor import name_mentor
from matching.services.offer import offer_help_with
from matching.services.renew import renew_help_request
from matching.services.submit import submit_help_request
from mentorship.models import GoalKind, Mentorship, SessionKind
from mentorship.services.end import end_mentorship
from mentorship.services.goals import state_goal

# The community is as old as this when the demo begins. Nobody is asked yet whether they still look.
AGE = timedelta(days=40)

JONAS = "jonas.weidling@example.com"


def tell(*, now: datetime) -> None:
    """Let the demo community live for some days up to ``now``. Its help requests are open, without proposals."""

    def ago(*, days: int = 0, hours: int = 0) -> datetime:
        return now - timedelta(days=days, hours=hours)

    # The worker has read the texts. Jonas has helped Takumi; all others who ask for help have got proposals.
    embed_stale()
    match = _ask("D16", JONAS, TAKUMI_ASKS, at=ago(days=39))
    reach(accept_match(match_id=match.pk, by=match.mentor.user, now=ago(days=38)), now=now)
    open_ones = HelpRequest.objects.filter(ref__isnull=False, status=HelpRequest.Status.OPEN)
    for request in open_ones.select_related("mentee").order_by("ref"):
        renew_help_request(help_request_id=request.pk, by=request.mentee, now=ago(days=18))
        propose_matches(help_request_id=request.pk, now=ago(days=18))

    # Catalina has Jonas as her mentor.
    match = _ask("D01", JONAS, CATALINA_ASKS, at=ago(days=8))
    accept_match(match_id=match.pk, by=match.mentor.user, now=ago(days=6))

    # Two questions wait for Jonas, one after an answer to what he asked back. He offers his help to Orla.
    match = _ask("D03", JONAS, ARVIND_ASKS, at=ago(days=2))
    ask_back(match_id=match.pk, by=match.mentor.user, question=JONAS_ASKS_BACK, now=ago(days=1))
    clarify_match(match_id=match.pk, by=match.help_request.mentee, answer=ARVIND_ANSWERS, now=ago(hours=9))
    _ask("D02", JONAS, PAWEL_ASKS, at=ago(days=1, hours=3))
    orla = HelpRequest.objects.get(ref="D13")
    offer_help_with(help_request_id=orla.pk, by=_person(JONAS), note=JONAS_OFFERS, now=ago(hours=20))

    # Others: a mentorship that runs, one that is completed, and a question that waits.
    match = _ask("D06", "magdalena.hofreiter@example.com", ELIF_ASKS, at=ago(days=6))
    accept_match(match_id=match.pk, by=match.mentor.user, now=ago(days=5))
    match = _ask("D18", "nikolaos.vergis@example.com", DIMITRA_ASKS, at=ago(days=14))
    helped = accept_match(match_id=match.pk, by=match.mentor.user, now=ago(days=13))
    _complete(helped, at=ago(days=4))
    _ask("D10", "mateusz.kopczynski@example.com", OLEKSANDR_ASKS, at=ago(hours=15))

    _mira(now)


def _mira(now: datetime) -> None:
    """Give Mira a mentorship with practice, and a request with one answer, one question back and one that waits."""
    mira = _person("mira.castellano@example.com")
    led = _state(mira, LEAD_GOAL, LEAD_REQUEST, at=now - timedelta(days=12))
    match = _ask_one(led, _best(led, 1, now=now - timedelta(days=11))[0], MIRA_ASKS_LEAD, at=now - timedelta(days=11))
    practise(accept_match(match_id=match.pk, by=match.mentor.user, now=now - timedelta(days=10)), now=now)

    talk = _state(mira, TALK_GOAL, TALK_REQUEST, at=now - timedelta(days=4))
    one, other, third = _best(talk, 3, now=now - timedelta(days=4))
    first = _ask_one(talk, one, MIRA_ASKS_TALK[0], at=now - timedelta(days=4))
    decline_match(
        match_id=first.pk,
        by=first.mentor.user,
        reason=Match.DeclineReason.NO_TIME,
        note=NO_TIME,
        now=now - timedelta(days=3),
    )
    second = _ask_one(talk, other, MIRA_ASKS_TALK[1], at=now - timedelta(days=2))
    ask_back(match_id=second.pk, by=second.mentor.user, question=ASKED_BACK, now=now - timedelta(days=1))
    _ask_one(talk, third, MIRA_ASKS_TALK[2], at=now - timedelta(days=1))


def _person(email: str) -> User:
    return User.objects.get(email=email)


def _state(mentee: User, goal: dict[str, object], request: dict[str, object], *, at: datetime) -> HelpRequest:
    """State a goal, submit a request for it, and propose mentors."""
    kind = GoalKind.objects.get(code=goal["kind"])
    stated = state_goal(mentee=mentee, fields=goal | {"kind": kind, "created_at": at})
    session_kind = SessionKind.objects.get(code=request["session_kind"])
    fields = request | {"goal": stated, "session_kind": session_kind, "created_at": at}
    draft = create_draft(mentee=mentee, fields=fields)
    opened = submit_help_request(help_request_id=draft.pk, now=at)
    propose_matches(help_request_id=opened.pk, now=at)
    return opened


def _ask(ref: str, mentor: str, why_you: str, *, at: datetime) -> Match:
    """Ask the mentor with this address for an imported request."""
    request = HelpRequest.objects.select_related("mentee").get(ref=ref)
    return _ask_one(request, _person(mentor), why_you, at=at)


def _ask_one(request: HelpRequest, mentor: User, why_you: str, *, at: datetime) -> Match:
    """Ask a mentor. A mentee may name one who was not proposed."""
    match = name_mentor(help_request_id=request.pk, mentor_id=mentor.mentor.pk, by=request.mentee, now=at)
    return ask_mentor(match_id=match.pk, by=request.mentee, why_you=why_you, now=at)


def _best(request: HelpRequest, count: int, *, now: datetime) -> list[User]:
    """Return the mentors who fit best, without Jonas: he waits for the walk."""
    best = by_fit(request, now=now)
    users = User.objects.select_related("mentor").exclude(email=JONAS).in_bulk(best)
    return [users[id] for id in best if id in users][:count]


def _complete(mentorship: Mentorship, *, at: datetime) -> None:
    end_mentorship(
        mentorship_id=mentorship.pk,
        by=mentorship.mentee,
        status=Mentorship.Status.COMPLETED,
        reason=Mentorship.EndReason.HELPED_ENOUGH,
        now=at,
    )


CATALINA_ASKS = (
    "You left particle physics for data science in Berlin, and 31 applications got you two replies. I stand at "
    "fourteen and one call, and would like to see with you which lines of my CV cost me the replies."
)
ARVIND_ASKS = (
    "You lead a team in Berlin that hires from abroad. I would like to hear what you read first in a CV from India, "
    "and to cut mine down to that."
)
JONAS_ASKS_BACK = "Which three adverts in Germany would you answer first? Then I know whether my team's view helps you."
ARVIND_ANSWERS = (
    "A ticketing firm in Berlin, a bank in Frankfurt and a maker of charging stations in Munich. The first two ask for "
    "Kafka, and all three say that English is enough."
)
PAWEL_ASKS = (
    "You rehearse the behavioural round with people from academia. My last two interviews ended there, and I want to "
    "know at which sentence you would stop me."
)
JONAS_OFFERS = (
    "I debrief interviews with my own candidates each month. In half an hour we could go through your last one, "
    "question by question, and I tell you what I would have written down."
)
ELIF_ASKS = (
    "You became the head of a simulation group after years of work that nobody had named. I do the same since May, "
    "and would like to practise with you how I present it to the board."
)
DIMITRA_ASKS = (
    "You went from school to corporate learning in fourteen months, and lesson plans became needs analysis. I would "
    "like to know what the first month looked like, and what you would not do again."
)
TAKUMI_ASKS = (
    "You wrote that your own CV read like a list of papers. Mine does, on four pages, and I would like to know which "
    "page you would keep."
)
OLEKSANDR_ASKS = (
    "You came to platform work from telescope control software, where I still am. One look of yours at my repository "
    "would tell me which gaps are real."
)

LEAD_GOAL: dict[str, object] = {
    "kind": "first_leadership_role",
    "target_role": "Coordinator of an analysis group",
    "target_field": "particle physics",
    "by_on": date(2027, 12, 31),
}
LEAD_REQUEST: dict[str, object] = {
    "format": "ongoing",
    "session_kind": "story_practice",
    "minutes": 45,
    "situation": (
        "I have coordinated four doctoral students on one analysis for two years, without the title. The group elects "
        "its next coordinator in spring, and two older colleagues stand as well."
    ),
    "gap": (
        "When I am asked what I changed as a coordinator, I describe the physics. I have no story about a conflict "
        "that I settled, although there were two."
    ),
    "ask": (
        "Practise two stories of five minutes with me, one about a conflict and one about a delay, and say where you "
        "stop believing me."
    ),
    "needs": ["leadership", "behavioural interviews"],
    "languages": ["en"],
}
MIRA_ASKS_LEAD = (
    "You led people before anybody gave you the title, and say so plainly. I would like to learn how you told it to "
    "those who decided."
)
TALK_GOAL: dict[str, object] = {
    "kind": "role_change",
    "target_role": "Research software engineer",
    "target_field": "software engineering",
    "by_on": date(2027, 12, 31),
}
TALK_REQUEST: dict[str, object] = {
    "format": "one_off",
    "session_kind": "portfolio_review",
    "minutes": 45,
    "situation": (
        "I maintain a C++ library of 12,000 lines that six groups use, with tests and continuous integration, beside "
        "my work as a postdoc in particle physics."
    ),
    "gap": (
        "I do not know which two of my repositories a software team would want to see, and my readme files are written "
        "for physicists."
    ),
    "ask": (
        "Look at two of my repositories with me for 45 minutes and mark what a software engineer would miss before "
        "they read the code."
    ),
    "needs": ["software engineering", "C++"],
    "languages": ["en"],
}
MIRA_ASKS_TALK = (
    "You moved into software from another field, and your page says that you read code before CVs. That is the order I "
    "hope for.",
    "You review portfolios of people who come from elsewhere. I would like to know what you look at in the first five "
    "minutes of a C++ library.",
    "You work with platform teams and know what they expect from somebody who has only worked alone. I would like to "
    "hear it before an interview says it.",
)
NO_TIME = "I am moving house this month and would only half read it. Your library looks like the right thing to show."
ASKED_BACK = "Do the six groups send you patches, or do you write all of it alone? I would look at different things."
