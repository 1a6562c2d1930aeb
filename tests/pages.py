"""Every page of the site, and what each reader gets there. The tests of pages take their lists from here.

Alice is the mentee, Bob her mentor. Charlie is a mentor whom none of their things concerns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from accounts.links import ASKING, COME_BACK, INVITATION, RULES, STOP_MAILS, TROUBLE
from accounts.models import DataExport, User
from accounts.services.invitations import Invited, invite_people
from matching.links import ANSWER, CHOOSE, FITTING, HANDOVER, MENTORSHIP, PAIR, STILL_LOOKING
from matching.models import CohortPair, Handover, Match
from mentorship.links import ENDING, OUTCOME, SESSION, STEPS, credential_issuer
from mentorship.models import Cohort, CohortOrganiser, Credential, Mentorship, PracticeRecord, Session
from mentorship.open_badges import public_keys
from mentorship.services.credentials.issue import issue_credential
from mentorship.services.credentials.revoke import revoke_credential
from mentorship.services.sessions.propose import propose_times
from tests.factories import (
    NOW,
    PLANNED_END,
    BlockFactory,
    CohortFactory,
    CohortMemberFactory,
    CohortOrganiserFactory,
    CohortPairFactory,
    ConcernFactory,
    CredentialFactory,
    FeedbackFactory,
    FitCheckFactory,
    GoalFactory,
    GoalScaleFactory,
    HandoverFactory,
    HelpRequestFactory,
    IdentityProviderFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    MilestoneFactory,
    NotificationFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
    PracticeRecordFactory,
    SessionFactory,
    StepFactory,
    UserFactory,
    held_by_both,
)

FAR = datetime(2099, 1, 1, tzinfo=UTC)

# Their tests are elsewhere: the API's, the admin's, allauth's API for apps, calendars, and the API of directories.
NO_PAGES = ("api/", "admin/", "_allauth/", "calendar/", "scim/")
READERS = ("visitor", "newcomer", "mentee", "mentor", "stranger", "admin")

# The answers: 200, 404, a redirect to the login, to the page for those who are logged in, or to a further step.
SHOWN, GONE, LOGIN, HOME, STEP = "shown", "gone", "login", "home", "step"
EVERYBODY = (SHOWN,) * 6
MEMBERS = (LOGIN, *(SHOWN,) * 5)
MENTEES = (LOGIN, GONE, SHOWN, GONE, GONE, GONE)
MENTORS = (LOGIN, GONE, GONE, SHOWN, GONE, GONE)
BOTH = (LOGIN, GONE, SHOWN, SHOWN, GONE, GONE)
VISITORS = (SHOWN, *(HOME,) * 5)
# Pages of a login that has begun.
LOGIN_STEPS = (LOGIN, *(HOME,) * 5)
# The password is asked for again, as the login is not new.
ASKED_AGAIN = (LOGIN, *(STEP,) * 5)
MOVED = (STEP,) * 6

# From the route to the answer for each of READERS.
PAGES = {
    "": EVERYBODY,
    "favicon.ico": MOVED,
    "healthy/": EVERYBODY,
    "rules/": EVERYBODY,
    "rules/accept/": MEMBERS,
    "accounts/signup/": VISITORS,
    "accounts/login/": VISITORS,
    "accounts/inactive/": EVERYBODY,
    "accounts/confirm-email/": (LOGIN, *(STEP,) * 5),
    "accounts/login/code/confirm/": LOGIN_STEPS,
    "accounts/password/reset/": EVERYBODY,
    "accounts/password/reset/done/": EVERYBODY,
    "accounts/password/reset/key/done/": EVERYBODY,
    "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/": EVERYBODY,
    "accounts/2fa/authenticate/": LOGIN_STEPS,
    "accounts/logout/": (HOME, *(SHOWN,) * 5),
    "accounts/reauthenticate/": (LOGIN, *(SHOWN,) * 4, STEP),
    "accounts/email/": MEMBERS,
    "accounts/password/change/": MEMBERS,
    "accounts/password/set/": ASKED_AGAIN,
    "accounts/sessions/": MEMBERS,
    "accounts/3rdparty/": ASKED_AGAIN,
    "accounts/3rdparty/signup/": (LOGIN,) * 6,
    "accounts/3rdparty/login/cancelled/": (LOGIN,) * 6,
    "accounts/3rdparty/login/error/": (LOGIN,) * 6,
    # Addresses of earlier versions of allauth.
    "accounts/social/login/cancelled/": MOVED,
    "accounts/social/login/error/": MOVED,
    "accounts/social/signup/": MOVED,
    "accounts/social/connections/": MOVED,
    "accounts/oidc/(?P<provider_id>[^/]+)/login/": EVERYBODY,
    # Nobody has begun a login.
    "accounts/oidc/(?P<provider_id>[^/]+)/login/callback/": (LOGIN, *(STEP,) * 5),
    # A login of a provider is connected to nobody.
    "accounts/oidc/(?P<provider_id>[^/]+)/again/": ASKED_AGAIN,
    "accounts/2fa/": MEMBERS,
    "accounts/2fa/reauthenticate/": (LOGIN, *(STEP,) * 4, SHOWN),
    "accounts/2fa/totp/activate/": ASKED_AGAIN,
    "accounts/2fa/totp/deactivate/": (LOGIN, *(GONE,) * 4, STEP),
    "accounts/2fa/webauthn/": MOVED,
    "accounts/2fa/webauthn/add/": ASKED_AGAIN,
    "accounts/2fa/webauthn/login/": (LOGIN, *(HOME,) * 5),
    "accounts/2fa/webauthn/reauthenticate/": ASKED_AGAIN,
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": ASKED_AGAIN,
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": ASKED_AGAIN,
    "accounts/2fa/recovery-codes/": (LOGIN, *(GONE,) * 5),
    "accounts/2fa/recovery-codes/generate/": ASKED_AGAIN,
    "accounts/2fa/recovery-codes/download/": (LOGIN, *(GONE,) * 5),
    "settings/": MEMBERS,
    "settings/blocks/": MEMBERS,
    "settings/calendar/": MEMBERS,
    "settings/reads/": MEMBERS,
    "settings/tokens/": ASKED_AGAIN,
    "settings/data/": MEMBERS,
    "settings/data/erase/": ASKED_AGAIN,
    "settings/data/<uuid:uuid>.zip": ASKED_AGAIN,
    "asking/": MEMBERS,
    "messages/": MEMBERS,
    "messages/<uuid:uuid>/": MENTEES,
    "start/": MEMBERS,
    "profile/": MEMBERS,
    "profile/resume/": MEMBERS,
    "profile/calendar/": MEMBERS,
    "profile/<slug:name>/": MEMBERS,
    "skills/find/": MEMBERS,
    "goals/": MEMBERS,
    "goals/new/": MEMBERS,
    "goals/<uuid:uuid>/": MENTEES,
    "mentoring/": MEMBERS,
    "mentoring/feedback/": (LOGIN, GONE, GONE, SHOWN, SHOWN, GONE),
    "mentoring/record/": (LOGIN, GONE, GONE, SHOWN, SHOWN, GONE),
    "credentials/issuer/": EVERYBODY,
    "credentials/keys/": EVERYBODY,
    "credentials/keys/<str:thumbprint>/": EVERYBODY,
    "credentials/revoked/": EVERYBODY,
    "credentials/<uuid:uuid>/": EVERYBODY,
    "credentials/<uuid:uuid>.jwt": EVERYBODY,
    "credentials/<uuid:uuid>.json": EVERYBODY,
    "mentoring/offer/": (LOGIN, GONE, GONE, SHOWN, SHOWN, GONE),
    # The key is in the link. Visitors read what it is for.
    "join/<str:token>/": EVERYBODY,
    "cohorts/": MEMBERS,
    "cohorts/<uuid:uuid>/": BOTH,
    "requests/new/": MEMBERS,
    "requests/<uuid:uuid>/": MENTEES,
    "requests/<uuid:uuid>/still-looking/": MENTEES,
    "mentors/": MEMBERS,
    "mentors/<uuid:uuid>/": MEMBERS,
    "mentors/<uuid:uuid>/trouble/": (LOGIN, SHOWN, SHOWN, GONE, SHOWN, SHOWN),
    "matches/<uuid:uuid>/trouble/": BOTH,
    "pairs/<uuid:uuid>/": BOTH,
    "pairs/<uuid:uuid>/trouble/": BOTH,
    "mentorships/<uuid:uuid>/trouble/": BOTH,
    "sessions/<uuid:uuid>/trouble/": BOTH,
    "mentorships/<uuid:uuid>/": BOTH,
    "mentorships/<uuid:uuid>/handover/": MENTEES,
    "mentorships/<uuid:uuid>/practice/": BOTH,
    "practice/": MEMBERS,
    "practice/new/<slug:kind>/": MEMBERS,
    "practice/<uuid:uuid>/": BOTH,
    "question-bank/": MEMBERS,
    "mentorships/<uuid:uuid>/outcome/": BOTH,
    "mentorships/<uuid:uuid>/going-on/": BOTH,
    "mentorships/<uuid:uuid>/steps/": BOTH,
    "sessions/<uuid:uuid>/": BOTH,
    "company-numbers/": MENTEES,
    "company-numbers/<uuid:uuid>/": MENTEES,
    "company-numbers/<uuid:uuid>.csv": MENTEES,
    "past/": MEMBERS,
    "inbox/": MEMBERS,
    "inbox/<uuid:uuid>/": MENTORS,
    "requests-for-me/": MEMBERS,
    # Behind signed links. The link is the key, so it opens for everybody.
    "invitation/<str:token>/": EVERYBODY,
    "rules/accept/<str:token>/": EVERYBODY,
    "mails/<str:token>/": EVERYBODY,
    "asking/<str:token>/": EVERYBODY,
    "trouble/<str:token>/": EVERYBODY,
    "come-back/<str:token>/": EVERYBODY,
    "mentorship-ending/<str:token>/": EVERYBODY,
    "answer/<str:token>/": EVERYBODY,
    "pair/<str:token>/": EVERYBODY,
    "fitting/<str:token>/": EVERYBODY,
    "choose/<str:token>/": EVERYBODY,
    "still-looking/<str:token>/": EVERYBODY,
    "mentorship/<str:token>/": EVERYBODY,
    "session/<str:token>/": EVERYBODY,
    "handover/<str:token>/": EVERYBODY,
    "outcome/<str:token>/": EVERYBODY,
    "steps/<str:token>/": EVERYBODY,
}
# Those of an identity provider.
PROVIDER_PAGES = ("login", "login/callback", "again")
# From the route to the purpose of its links, and to the side that has them.
SIGNED = {
    "invitation/<str:token>/": (INVITATION, "invited"),
    "rules/accept/<str:token>/": (RULES, "mentee"),
    "mails/<str:token>/": (STOP_MAILS, "mentee"),
    "asking/<str:token>/": (ASKING, "mentee"),
    "trouble/<str:token>/": (TROUBLE, "mentor"),
    "come-back/<str:token>/": (COME_BACK, "mentor"),
    "mentorship-ending/<str:token>/": (ENDING, "mentee"),
    "answer/<str:token>/": (ANSWER, "mentor"),
    "pair/<str:token>/": (PAIR, "mentor"),
    "fitting/<str:token>/": (FITTING, "mentor"),
    "choose/<str:token>/": (CHOOSE, "mentee"),
    "still-looking/<str:token>/": (STILL_LOOKING, "mentee"),
    "mentorship/<str:token>/": (MENTORSHIP, "mentor"),
    "session/<str:token>/": (SESSION, "mentee"),
    "handover/<str:token>/": (HANDOVER, "mentee"),
    "outcome/<str:token>/": (OUTCOME, "mentor"),
    "steps/<str:token>/": (STEPS, "mentee"),
}


def routes(patterns=None, prefix: str = "") -> Iterator[str]:
    """Yield the route of each view of the site, as the URLconf says it."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def page_routes() -> set[str]:
    return {route for route in routes() if not route.startswith(NO_PAGES)}


@dataclass(frozen=True, slots=True)
class Things:
    """One thing of each kind, and more in other states. Each belongs to Alice and Bob.

    Somebody else is invited, and has not come in.
    """

    match: Match
    people: dict[str, User]
    identifiers: dict[str, list[object]]

    def paths(self, route: str) -> list[str]:
        """Return one path or more of a route."""
        if route in SIGNED:
            return [self.signed(route, self.people[SIGNED[route][1]])]
        if route == "requests/new/":
            # The first visit leads to an address with an identifier.
            return [f"/{route}?key={uuid4()}"]
        name = re.search(r"<\w+:\w+>|\(\?P.*\)", route)
        values = self.identifiers[route] if name else [""]
        return [f"/{route.replace(name[0], str(value)) if name else route}" for value in values]

    def signed(self, route: str, person: User) -> str:
        purpose, _side = SIGNED[route]
        [thing] = self.identifiers[route]
        return purpose.link(thing, person).removeprefix("http://testserver")


def sessions_of(mentorship) -> list[Session]:
    """Return sessions in each state that has a page of its own: proposed, confirmed, to be moved, held, cancelled."""
    soon = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    times = [soon + timedelta(hours=hours) for hours in (0, 24)]
    proposed = SessionFactory(mentorship=mentorship, times=times)
    confirmed, moving = (
        SessionFactory(mentorship=mentorship, status="confirmed", starts_at=soon + timedelta(days=days))
        for days in (3, 4)
    )
    propose_times(session_id=moving.pk, by=mentorship.mentee, times=times, now=timezone.now())
    held = SessionFactory(mentorship=mentorship, status="held", place="Main Street 1", place_zone="Asia/Tokyo")
    cancelled = SessionFactory(mentorship=mentorship, status="cancelled", cancelled_by=mentorship.mentee)
    return [proposed, confirmed, moving, held, cancelled]


def still_open(**facts: str) -> Cohort:
    """Return a cohort that people can join on the day of the test."""
    return CohortFactory(
        joins_until_on=FAR.date(), starts_on=FAR.date(), ends_on=FAR.date() + timedelta(days=90), **facts
    )


def cohorts_of(alice: User, bob: User) -> list[Cohort]:
    """Return cohorts of a mentee and a mentor: open, closed, archived, and open with a draft for it."""
    cohorts = [
        still_open(about="Twelve weeks.", company="Example AG"),
        CohortFactory(status="closed", closed_at=NOW),
        CohortFactory(status="archived", archived_at=NOW),
        CohortFactory(),
    ]
    for cohort, status in zip(cohorts, ("open", "open", "expired", "draft"), strict=True):
        CohortOrganiser.objects.create(cohort=cohort, person=UserFactory(name="Olga Orr"), part="manager")
        CohortMemberFactory(cohort=cohort, person=alice)
        CohortMemberFactory(cohort=cohort, person=bob, side="mentor")
        HelpRequestFactory(mentee=alice, cohort=cohort, status=status)
    return cohorts


def handovers_of(alice: User) -> list[Handover]:
    """Return handovers of a mentee: of a mentor who is gone, of one who pauses, one who is waited for, and one over."""
    until_on = (timezone.now() + timedelta(days=60)).date()
    pause = {"status": "paused", "pause_cause": "own_wish", "paused_until_on": until_on}
    gone = HandoverFactory(mentorship__goal__mentee=alice, mentorship__mentor__status="suspended", cause="suspended")
    MatchFactory(
        help_request__mentee=alice,
        help_request__goal=gone.mentorship.goal,
        help_request__status="matched",
        mentor=gone.mentorship.mentor,
        mentorship=gone.mentorship,
        status="accepted",
    )
    paused, waits = (
        HandoverFactory(
            mentorship__goal__mentee=alice,
            mentorship__mentor=MentorFactory(**pause),
            choice=choice,
            chosen_at=NOW if choice else None,
        )
        for choice in ("", "wait")
    )
    over = HandoverFactory(mentorship__goal__mentee=alice, closed_at=NOW)
    return [gone, paused, waits, over]


def blocks_of(alice: User) -> None:
    """Add people whom a mentee blocks, and concerns of theirs: one that they can lift, one they cannot, one closed."""
    BlockFactory(blocker=alice)
    ConcernFactory(raised_by=alice)
    ConcernFactory(raised_by=alice, topic="harassment")
    ConcernFactory(raised_by=alice, status="closed", outcome="talked_to", answer="We spoke with both of you.")


def practice_of(mentorship, sessions) -> list[PracticeRecord]:
    """Return a record of each kind, shared with the mentor. The mock interview was held in a session."""
    held = next(session for session in sessions if session.status == "held")
    return [
        PracticeRecordFactory(
            owner=mentorship.mentee,
            kind=kind,
            shared_with=mentorship,
            session=held if kind == PracticeRecord.Kind.MOCK_INTERVIEW else None,
        )
        for kind in PracticeRecord.Kind
    ]


def outcomes_of(running, over) -> list[Mentorship]:
    """Return mentorships in each state of an outcome: to be described, asked about, and with open feedback."""
    rated = MentorshipFactory(goal__mentee=over.mentee, mentor=over.mentor, place=10)
    GoalScaleFactory(mentorship=rated)
    rated.move_to("completed", at=NOW)
    OutcomeQuestionFactory(mentorship=over)
    OutcomeQuestionFactory(mentorship=rated)
    for person in (rated.mentee, rated.mentor.user):
        OutcomeRatingFactory(mentorship=rated, person=person)
        FeedbackFactory(mentorship=rated, author=person, opened_at=NOW)
    return [running, over, rated]


def credentials_of(mentorship) -> list[Credential]:
    """Return a valid credential, one that no present key has signed, and a revoked one."""
    began_at = NOW - timedelta(days=30)
    held_by_both(mentorship, starts_at=began_at)
    period = {"from_on": began_at.date() - timedelta(days=1), "to_on": NOW.date() - timedelta(days=1)}
    valid = issue_credential(mentor_id=mentorship.mentor_id, now=NOW, **period)
    of_lost_key, revoked = CredentialFactory.create_batch(2, mentor=mentorship.mentor)
    revoke_credential(credential_id=revoked.pk, by=mentorship.mentor.user, now=NOW)
    return [valid, of_lost_key, revoked]


def steps_of(mentorship) -> None:
    """Add milestones and steps in each state: reached and to come, open in time and late, done, dropped."""
    today = timezone.localdate()
    milestones = [
        MilestoneFactory(goal=mentorship.goal, reached_at=NOW),
        MilestoneFactory(goal=mentorship.goal, by_on=today + timedelta(days=30)),
    ]
    StepFactory(mentorship=mentorship, by_on=today + timedelta(days=2), milestone=milestones[1])
    StepFactory(mentorship=mentorship, by_on=today - timedelta(days=9), whose="mentor")
    StepFactory(mentorship=mentorship)
    StepFactory(mentorship=mentorship, status="done")
    StepFactory(mentorship=mentorship, status="dropped")


def company_cohorts_of(alice: User) -> list[Cohort]:
    """Return cohorts whose numbers a person reads for a company: one with groups, and one without numbers yet."""
    closed, fresh = (
        CohortOrganiserFactory(person=alice, part="employer", cohort__company="Acme", **facts).cohort
        for facts in ({"cohort__status": "closed", "cohort__closed_at": NOW}, {})
    )
    for side, department in (("mentee", "Sales"), ("mentor", "Research")):
        CohortMemberFactory.create_batch(6, cohort=closed, side=side, person__profile__department=department)
    return [closed, fresh]


def pairs_of(alice: User, bob: User) -> list[CohortPair]:
    """Return pairs of cohorts in each state that a page shows: some wait, some are over, and one began."""
    facts = {"help_request__mentee": alice, "mentor": bob.mentor}
    waits, said_yes, declined, taken_back = (
        CohortPairFactory(**facts | more)
        for more in (
            {"answer_due_at": FAR},
            {"answer_due_at": FAR, "mentee_yes_at": NOW, "mentor_yes_at": None},
            {"status": "declined", "decline_reason": "no_time"},
            {"status": "withdrawn", "why_withdrawn": "taken_back"},
        )
    )
    confirmed = CohortPairFactory(status="confirmed", match__mentorship__place=8, **facts)
    return [waits, said_yes, declined, taken_back, confirmed]


def things_of(alice: User, bob: User) -> Things:
    """Return things of a mentee and a mentor: in most states that have a page of their own."""
    goal = GoalFactory(mentee=alice)
    request = HelpRequestFactory(mentee=alice, goal=goal)
    match = MatchFactory(help_request=request, mentor=bob.mentor, status="asked")
    MatchFactory(help_request=request)
    others = [
        HelpRequestFactory(mentee=alice, goal=goal, status=status) for status in ("draft", "withdrawn", "expired")
    ]
    offered, declined, asked_back = (
        MatchFactory(help_request__mentee=alice, help_request__goal=goal, mentor=bob.mentor, status=status)
        for status in ("offered", "declined", "clarifying")
    )
    running = MentorshipFactory(goal=goal, mentor=bob.mentor)
    over = MentorshipFactory(
        goal=GoalFactory(mentee=alice, status="reached", ended_at=NOW, settled_at=NOW),
        mentor=bob.mentor,
        status="completed",
        end_reason="helped_enough",
        ended_by=alice,
    )
    FitCheckFactory(mentorship=running)
    quiet = MentorshipFactory(
        goal=GoalFactory(mentee=alice),
        mentor=bob.mentor,
        place=2,
        format="one_off",
        started_at=NOW - timedelta(days=60),
        ongoing_by=bob,
        ongoing_until_on=PLANNED_END,
        ongoing_asked_at=NOW,
    )
    FitCheckFactory(mentorship=quiet, answer="not_good")
    sessions = sessions_of(running)
    handovers = handovers_of(alice)
    cohorts = cohorts_of(alice, bob)
    outcomes = outcomes_of(running, over)
    steps_of(running)
    credentials = credentials_of(running)
    pairs = pairs_of(alice, bob)
    blocks_of(alice)
    counted = company_cohorts_of(alice)
    export = DataExport.objects.create(
        person=alice, requested_at=NOW, ready_at=NOW, status="ready", file=b"PK", expires_at=FAR
    )
    provider = IdentityProviderFactory()
    key = public_keys(credential_issuer(), settings.CREDENTIAL_KEYS)["keys"][0]
    [invited] = invite_people([Invited("invited@example.org", "Ines Duarte", NOW)], now=NOW)
    return Things(
        match=match,
        people={"mentee": alice, "mentor": bob, "invited": invited},
        identifiers={
            "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/": ["1-wrong"],
            "settings/data/<uuid:uuid>.zip": [export.uuid],
            "accounts/2fa/webauthn/keys/<int:pk>/edit/": [1],
            "accounts/2fa/webauthn/keys/<int:pk>/remove/": [1],
            **{f"accounts/oidc/(?P<provider_id>[^/]+)/{page}/": [provider.slug] for page in PROVIDER_PAGES},
            "messages/<uuid:uuid>/": [NotificationFactory(recipient=alice, kind="gone", title="An old one").uuid],
            "profile/<slug:name>/": [
                *("about", "career", "languages", "skills", "week", "away", "extra", "travel", "buffer"),
            ],
            "goals/<uuid:uuid>/": [goal.uuid, over.goal.uuid],
            "requests/<uuid:uuid>/": [request.uuid, offered.help_request.uuid, *(row.uuid for row in others)]
            + [request.uuid for cohort in cohorts for request in cohort.help_requests.all()],
            "requests/<uuid:uuid>/still-looking/": [request.uuid],
            "join/<str:token>/": [cohort.key for cohort in (still_open(), *cohorts[:2])],
            "cohorts/<uuid:uuid>/": [cohort.uuid for cohort in cohorts],
            "mentors/<uuid:uuid>/": [bob.mentor.uuid],
            "mentorships/<uuid:uuid>/": [running.uuid, over.uuid],
            "mentorships/<uuid:uuid>/practice/": [running.uuid, over.uuid],
            "practice/new/<slug:kind>/": [kind.value for kind in PracticeRecord.Kind],
            "practice/<uuid:uuid>/": [record.uuid for record in practice_of(running, sessions)],
            "mentorships/<uuid:uuid>/going-on/": [running.uuid, quiet.uuid, over.uuid],
            "company-numbers/<uuid:uuid>/": [cohort.uuid for cohort in counted],
            "company-numbers/<uuid:uuid>.csv": [counted[0].uuid],
            "inbox/<uuid:uuid>/": [match.uuid, offered.uuid, declined.uuid, asked_back.uuid],
            "pairs/<uuid:uuid>/": [pair.uuid for pair in pairs],
            "pairs/<uuid:uuid>/trouble/": [pairs[0].uuid],
            "pair/<str:token>/": [pairs[0].uuid],
            "invitation/<str:token>/": [invited.uuid],
            "rules/accept/<str:token>/": [alice.uuid],
            "mails/<str:token>/": ["digest"],
            "asking/<str:token>/": [alice.uuid],
            "trouble/<str:token>/": [f"mentorship:{running.uuid}"],
            "mentors/<uuid:uuid>/trouble/": [bob.mentor.uuid],
            "matches/<uuid:uuid>/trouble/": [match.uuid, declined.uuid],
            "mentorships/<uuid:uuid>/trouble/": [running.uuid, over.uuid],
            "sessions/<uuid:uuid>/trouble/": [sessions[0].uuid],
            "come-back/<str:token>/": [bob.mentor.uuid],
            "mentorships/<uuid:uuid>/outcome/": [row.uuid for row in outcomes],
            "outcome/<str:token>/": [over.uuid],
            "credentials/<uuid:uuid>/": [row.uuid for row in credentials],
            "credentials/<uuid:uuid>.jwt": [credentials[0].uuid],
            "credentials/<uuid:uuid>.json": [credentials[0].uuid],
            "credentials/keys/<str:thumbprint>/": [key["kid"].split("/")[-2]],
            "mentorship-ending/<str:token>/": [running.uuid],
            "answer/<str:token>/": [match.uuid],
            "fitting/<str:token>/": [bob.mentor.uuid],
            "choose/<str:token>/": [request.uuid],
            "still-looking/<str:token>/": [request.uuid],
            "mentorship/<str:token>/": [running.uuid],
            "sessions/<uuid:uuid>/": [session.uuid for session in sessions],
            "session/<str:token>/": [sessions[0].uuid],
            "mentorships/<uuid:uuid>/handover/": [handover.mentorship.uuid for handover in handovers],
            "handover/<str:token>/": [handovers[0].mentorship.uuid],
            "mentorships/<uuid:uuid>/steps/": [running.uuid, over.uuid],
            "steps/<str:token>/": [running.uuid],
        },
    )
