"""Boring and complete rows: the services accept each as it is."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import factory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from factory.django import DjangoModelFactory

from accounts.models import (
    AccessToken,
    Block,
    CareerStep,
    Concern,
    DirectoryEntry,
    GroupMail,
    IdentityProvider,
    Language,
    MentorProfile,
    Notification,
    NotificationChoice,
    Profile,
    User,
    WebhookEndpoint,
)
from accounts.models.access_token import PREFIX, digest_of
from accounts.models.concern import TIME_TO_CLOSE
from accounts.notifications.claims import LEASE
from accounts.sealed import seal
from matching.models import Clarification, CohortDraft, CohortPair, CohortScores, Handover, HelpRequest, Match
from mentorship.models import (
    ActionItem,
    Attendance,
    Cohort,
    CohortMember,
    CohortOrganiser,
    Credential,
    Feedback,
    FitCheck,
    Goal,
    GoalKind,
    GoalScale,
    Mentorship,
    Milestone,
    OrganiserNote,
    OutcomeQuestion,
    OutcomeRating,
    PracticeItem,
    PracticeRecord,
    PracticeShare,
    Session,
    SessionKind,
    SessionTime,
)
from mentorship.models.session import AHEAD_MAX
from mentorship.selectors.silence import LOOK_AGAIN_AFTER
from mentorship.services.sessions.take import book

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SESSION_STARTS = NOW + timedelta(days=3)
SESSION_TIMES = (SESSION_STARTS, SESSION_STARTS + timedelta(days=1))
PLANNED_END = date(2027, 5, 24)
PASSWORD = "correct-horse-battery"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    joined_at = NOW

    @classmethod
    def _adjust_kwargs(cls, **fields):
        """Make an owner of an admin without a role, and an admin of a person with one."""
        role = fields.get("role") or ("owner" if fields.get("is_staff") else "")
        return fields | {"role": role, "is_staff": role != ""}

    @factory.post_generation
    def profile(self, create, extracted, **fields):
        profile = Profile.objects.create(user=self, **({"timezone": "Europe/Berlin", "is_mentee": True} | fields))
        Language.objects.create(profile=profile, code="en", level="fluent")
        EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


def _offer_all(mentor: MentorProfile, kinds: str) -> None:
    """Offer every kind. ``set()`` takes three queries, and more time than all else that makes a mentor."""
    offered = getattr(mentor, kinds)
    table, kind = connection.ops.quote_name(offered.through._meta.db_table), offered.model._meta
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({kind.model_name}_id, mentorprofile_id) SELECT id, %s FROM {kind.db_table}",  # noqa: S608 -- names of tables
            [mentor.pk],
        )


class MentorFactory(DjangoModelFactory):
    """An approved mentor who offers everything, speaks English, and is where goals of ``GoalFactory`` lead."""

    class Meta:
        model = MentorProfile
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory, profile__is_mentee=False)
    status = MentorProfile.Status.APPROVED
    status_since_at = NOW
    motivation = "Somebody helped me once."
    teaches = ["machine learning"]
    formats = ["one_off", "ongoing"]
    capacity = 2

    @factory.post_generation
    def goal_kinds(self, create, extracted, **kwargs):
        _offer_all(self, "goal_kinds") if extracted is None else self.goal_kinds.set(extracted)

    @factory.post_generation
    def session_kinds(self, create, extracted, **kwargs):
        _offer_all(self, "session_kinds") if extracted is None else self.session_kinds.set(extracted)

    @factory.post_generation
    def career(self, create, extracted, **kwargs):
        for step in [{}] if extracted is None else extracted:
            CareerStepFactory(profile=self.user.profile, **step)

    @factory.post_generation
    def weekly_mail(self, create, extracted, **kwargs):
        if extracted:
            NotificationChoice.objects.create(user=self.user, group="weekly", email="now")


class BlockFactory(DjangoModelFactory):
    class Meta:
        model = Block

    blocker = factory.SubFactory(UserFactory)
    blocked = factory.SubFactory(UserFactory)
    created_at = NOW


class ConcernFactory(DjangoModelFactory):
    """An open concern that keeps the two apart, or a closed one that ended without a step."""

    class Meta:
        model = Concern
        skip_postgeneration_save = True

    raised_by = factory.SubFactory(UserFactory)
    about = factory.SubFactory(UserFactory)
    topic = Concern.Topic.ATTENDANCE
    words = "I waited twice for half an hour."
    status = Concern.Status.OPEN
    created_at = NOW
    due_at = factory.LazyAttribute(lambda concern: concern.created_at + TIME_TO_CLOSE)
    is_safety = factory.LazyAttribute(lambda concern: concern.topic == "safety")
    outcome = factory.LazyAttribute(lambda concern: "no_action" if concern.status == "closed" else "")
    closed_at = factory.LazyAttribute(lambda concern: NOW if concern.status == "closed" else None)
    closed_by = factory.LazyAttribute(
        lambda concern: UserFactory(is_staff=True) if concern.status == "closed" else None
    )

    @factory.post_generation
    def separation(self, create, extracted, **fields):
        if self.status == Concern.Status.OPEN and extracted is not False:
            Block.objects.create(blocker=self.raised_by, blocked=self.about, concern=self, created_at=self.created_at)


class CareerStepFactory(DjangoModelFactory):
    class Meta:
        model = CareerStep

    role = "Data scientist"
    field = "data science"
    sector = "industry"
    country = "DE"
    level = "senior"
    start_year = 2018


class GoalFactory(DjangoModelFactory):
    class Meta:
        model = Goal

    mentee = factory.SubFactory(UserFactory)
    kind = factory.LazyFunction(lambda: GoalKind.objects.get(code="job_search"))
    # Each goal of a person has another role: two active twins are refused.
    target_role = factory.LazyAttribute(lambda goal: f"Data scientist {goal.mentee.goals.count() or ''}".strip())
    target_field = "data science"
    target_sector = "industry"
    created_at = NOW


class CohortFactory(DjangoModelFactory):
    """A cohort that people can join."""

    class Meta:
        model = Cohort

    name = factory.Sequence(lambda number: f"Intake {number}")
    status = "open"
    joins_until_on = (NOW + timedelta(days=14)).date()
    starts_on = (NOW + timedelta(days=21)).date()
    ends_on = (NOW + timedelta(days=200)).date()
    created_at = opened_at = NOW


class CohortMemberFactory(DjangoModelFactory):
    class Meta:
        model = CohortMember

    cohort = factory.SubFactory(CohortFactory)
    person = factory.SubFactory(UserFactory)
    side = "mentee"
    places = factory.LazyAttribute(lambda member: 2 if member.side == "mentor" else None)
    joined_at = NOW


class CohortOrganiserFactory(DjangoModelFactory):
    """A programme manager of a cohort, with the role."""

    class Meta:
        model = CohortOrganiser

    cohort = factory.SubFactory(CohortFactory)
    person = factory.SubFactory(UserFactory, role="programme")
    part = "manager"


class HelpRequestFactory(DjangoModelFactory):
    """An open request whose mentors are proposed already."""

    class Meta:
        model = HelpRequest

    mentee = factory.SubFactory(UserFactory)
    goal = factory.SubFactory(GoalFactory, mentee=factory.SelfAttribute("..mentee"))
    situation = "Postdoc in particle physics, six years of data analysis."
    gap = "My CV does not say it in words that companies use."
    # Each asks for something else: a second equal request would be refused.
    ask = factory.Sequence(lambda n: f"Go through draft {n} of my CV and mark what a recruiter would not understand.")
    needs = ["machine learning"]
    format = "ongoing"
    session_kind = factory.LazyFunction(lambda: SessionKind.objects.get(code="cv_review"))
    minutes = 30
    status = HelpRequest.Status.OPEN
    created_at = NOW
    opened_at = factory.LazyAttribute(lambda request: None if request.status == "draft" else NOW)
    closed_at = factory.LazyAttribute(
        lambda request: NOW if request.status in ("closed", "withdrawn", "expired") else None
    )


class MentorshipFactory(DjangoModelFactory):
    class Meta:
        model = Mentorship

    mentor = factory.SubFactory(MentorFactory)
    goal = factory.SubFactory(GoalFactory)
    mentee = factory.SelfAttribute("goal.mentee")
    format = "ongoing"
    place = 1
    status = Mentorship.Status.ACTIVE
    started_at = NOW
    planned_end_on = factory.LazyAttribute(lambda mentorship: PLANNED_END if mentorship.format == "ongoing" else None)
    silence_due_at = factory.LazyAttribute(lambda mentorship: mentorship.started_at + LOOK_AGAIN_AFTER)
    paused_at = factory.LazyAttribute(lambda mentorship: NOW if mentorship.status == "paused" else None)
    ended_at = factory.LazyAttribute(lambda mentorship: NOW if mentorship.status in Mentorship.OVER else None)


class FitCheckFactory(DjangoModelFactory):
    """The first question to the mentee, which waits for an answer."""

    class Meta:
        model = FitCheck

    mentorship = factory.SubFactory(MentorshipFactory)
    person = factory.SelfAttribute("mentorship.mentee")
    number = 1
    asked_at = NOW
    answer = ""
    answered_at = factory.LazyAttribute(lambda check: NOW if check.answer else None)


def _before(starts_at: datetime) -> datetime:
    """Return a moment at which a session can be confirmed that starts then: NOW, if it fits."""
    return NOW if NOW < starts_at <= NOW + AHEAD_MAX else starts_at - timedelta(hours=1)


class SessionFactory(DjangoModelFactory):
    """A session that the mentor proposed, with two times, or a confirmed one with both people booked."""

    class Meta:
        model = Session
        skip_postgeneration_save = True

    mentorship = factory.SubFactory(MentorshipFactory)
    kind = factory.LazyFunction(lambda: SessionKind.objects.get(code="mock_interview"))
    status = Session.Status.PROPOSED
    minutes = 60
    place = "https://meet.example.org/room"
    created_at = NOW
    starts_at = factory.LazyAttribute(lambda session: None if session.status == "proposed" else SESSION_STARTS)
    version = factory.LazyAttribute(lambda session: 0 if session.status == "proposed" else 1)
    confirmed_at = factory.LazyAttribute(lambda session: _before(session.starts_at) if session.starts_at else None)
    cancelled_at = factory.LazyAttribute(lambda session: NOW if session.status == "cancelled" else None)
    proposed_by = factory.LazyAttribute(
        lambda session: session.mentorship.mentor.user if session.status == "proposed" else None
    )
    waits_since_at = factory.LazyAttribute(lambda session: NOW if session.proposed_by else None)

    @classmethod
    def _generate(cls, strategy, params):
        # The bookings of a session are checked at the end of the transaction.
        with transaction.atomic():
            return super()._generate(strategy, params)

    @factory.post_generation
    def times(self, create, extracted, **kwargs):
        if self.status == Session.Status.PROPOSED:
            for number, at in enumerate(extracted or SESSION_TIMES, start=1):
                SessionTime.objects.create(session=self, number=number, starts_at=at)
        elif self.status != Session.Status.CANCELLED:
            book(self, self.starts_at)


def held_by_both(mentorship: Mentorship, **facts: object) -> Session:
    """Return a session of which both said that it was held."""
    session = SessionFactory(mentorship=mentorship, status="held", **facts)
    for person in (mentorship.mentee, mentorship.mentor.user):
        Attendance.objects.create(session=session, person=person, answer="held", answered_at=session.ends_at)
    return session


class CredentialFactory(DjangoModelFactory):
    """A credential whose text nobody signed. The service issues real ones."""

    class Meta:
        model = Credential

    mentor = factory.SubFactory(MentorFactory)
    from_on = date(2026, 1, 1)
    to_on = factory.Sequence(lambda n: date(2026, 6, 30) + timedelta(days=n))
    signed = "header.payload.signature"
    issued_at = NOW


class GoalScaleFactory(DjangoModelFactory):
    class Meta:
        model = GoalScale

    mentorship = factory.SubFactory(MentorshipFactory)
    start = "Ten applications, no interview."
    less = "No interview either."
    as_hoped = "Three interviews."
    better = "An offer."
    written_at = NOW


class OutcomeQuestionFactory(DjangoModelFactory):
    """A question at the end of a mentorship, asked with its end."""

    class Meta:
        model = OutcomeQuestion

    mentorship = factory.SubFactory(MentorshipFactory, status="completed")
    when = "end"
    asks_at = factory.LazyAttribute(lambda question: question.mentorship.ended_at)
    asked_at = factory.SelfAttribute("asks_at")


class OutcomeRatingFactory(DjangoModelFactory):
    class Meta:
        model = OutcomeRating

    mentorship = factory.SubFactory(MentorshipFactory, status="completed")
    person = factory.SelfAttribute("mentorship.mentee")
    when = "end"
    level = 0
    rated_at = NOW


class FeedbackFactory(DjangoModelFactory):
    """Sealed feedback of the mentee."""

    class Meta:
        model = Feedback

    mentorship = factory.SubFactory(MentorshipFactory, status="completed")
    author = factory.SelfAttribute("mentorship.mentee")
    helped = "You told me which lines of my CV nobody understands."
    better = "An hour is too long for one CV."
    thanks = "I would not have applied without you."
    written_at = NOW


class OrganiserNoteFactory(DjangoModelFactory):
    class Meta:
        model = OrganiserNote

    mentorship = factory.SubFactory(MentorshipFactory, status="completed")
    author = factory.SelfAttribute("mentorship.mentee")
    text = "Please tell mentors how long an answer may take."
    written_at = NOW


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    goal = factory.SubFactory(GoalFactory)
    position = factory.LazyAttribute(lambda milestone: milestone.goal.milestones.count() + 1)
    title = factory.Sequence(lambda n: f"Milestone {n}")
    created_at = NOW


class StepFactory(DjangoModelFactory):
    """A step of the mentee, that the mentor added."""

    class Meta:
        model = ActionItem

    mentorship = factory.SubFactory(MentorshipFactory)
    whose = "mentee"
    what = factory.Sequence(lambda n: f"Rewrite part {n} of the CV")
    created_by = factory.SelfAttribute("mentorship.mentor.user")
    status = "open"
    created_at = NOW
    done_at = factory.LazyAttribute(lambda step: NOW if step.status == "done" else None)
    settled_by = factory.LazyAttribute(lambda step: None if step.status == "open" else step.mentorship.mentee)


def was_asked(match) -> bool:
    """Return whether the mentee asked the mentor before the match came to its status."""
    return match.status not in ("proposed", "offered", "dismissed", "superseded")


def silent_side(match) -> str:
    """Return the side that let the match expire: the mentor let a question, the mentee an offer."""
    return "mentor" if match.asked_at else "mentee"


class MatchFactory(DjangoModelFactory):
    class Meta:
        model = Match
        skip_postgeneration_save = True

    help_request = factory.SubFactory(HelpRequestFactory)
    mentor = factory.SubFactory(MentorFactory)
    status = Match.Status.PROPOSED
    rank = 1
    fit = 70
    reasons = ["Teaches machine learning, which you asked for."]
    mentor_reasons = ["Needs help with machine learning, which you teach."]
    engine_version = "test"
    created_at = NOW
    why_you = factory.LazyAttribute(lambda match: "You moved as I want to." if was_asked(match) else "")
    asked_at = factory.LazyAttribute(lambda match: NOW if was_asked(match) else None)
    offer_note = factory.LazyAttribute(lambda match: "I can help with this." if match.status == "offered" else "")
    offered_at = factory.LazyAttribute(lambda match: NOW if match.status == "offered" else None)
    waits_since_at = factory.LazyAttribute(
        lambda match: (match.asked_at or match.offered_at) if match.status in Match.WAITING else None
    )
    answer_due_at = factory.LazyAttribute(
        lambda match: match.waits_since_at and match.waits_since_at + settings.RESPONSE_WINDOW
    )
    dismiss_reason = factory.LazyAttribute(lambda match: "known" if match.status == "dismissed" else "")
    decline_reason = factory.LazyAttribute(lambda match: "no_time" if match.status == "declined" else "")
    ended_at = factory.LazyAttribute(lambda match: None if match.status in Match.LIVE else NOW)
    silent_side = factory.LazyAttribute(lambda match: silent_side(match) if match.status == "expired" else "")

    @factory.post_generation
    def clarifications(self, create, extracted, **fields):
        if self.status == "clarifying":
            asked = {
                "match": self,
                "number": 1,
                "question": "Is the CV for one advert, or for several?",
                "asked_at": NOW,
            }
            Clarification.objects.create(**asked | fields)


class CohortScoresFactory(DjangoModelFactory):
    """The fits of a cohort, here of nobody: ``mentees`` and ``mentors`` are keys of members, and ``data`` is empty."""

    class Meta:
        model = CohortScores

    cohort = factory.SubFactory(CohortFactory, status="closed", closed_at=NOW)
    round = 1
    mentees = factory.LazyFunction(list)
    requests = factory.LazyAttribute(lambda scores: [0] * len(scores.mentees))
    mentors = factory.LazyFunction(list)
    places = factory.LazyAttribute(lambda scores: [1] * len(scores.mentors))
    engine_version = "test"
    weights_version = "test"
    digest = "0" * 64
    data = b""
    read_at = NOW


class CohortDraftFactory(DjangoModelFactory):
    """A draft that is made. Give ``scores``, ``mentor_of`` and ``fits`` for one with pairs."""

    class Meta:
        model = CohortDraft

    cohort = factory.SubFactory(CohortFactory, status="closed", closed_at=NOW)
    scores = factory.Maybe(
        factory.LazyAttribute(lambda draft: draft.status == "done"),
        yes_declaration=factory.SubFactory(CohortScoresFactory, cohort=factory.SelfAttribute("..cohort")),
        no_declaration=None,
    )
    number = factory.LazyAttribute(lambda draft: draft.cohort.drafts.count() + 1)
    status = "done"
    policy = "bottleneck"
    both_sides = False
    audit = factory.LazyAttribute(lambda draft: "{}" if draft.status == "done" else "")
    failure = factory.LazyAttribute(lambda draft: "Nobody can be matched." if draft.status == "failed" else "")
    asked_by = factory.SubFactory(UserFactory, is_staff=True)
    asked_at = NOW
    ended_at = factory.LazyAttribute(lambda draft: NOW if draft.status in ("done", "failed") else None)


class CohortPairFactory(DjangoModelFactory):
    """A pair that was proposed to both. A confirmed one gets its match and its mentorship."""

    class Meta:
        model = CohortPair

    draft = factory.SubFactory(CohortDraftFactory)
    help_request = factory.SubFactory(
        HelpRequestFactory,
        cohort=factory.SelfAttribute("..draft.cohort"),
        status=factory.LazyAttribute(
            lambda request: "matched" if request.factory_parent.status == "confirmed" else "open"
        ),
    )
    mentor = factory.SubFactory(MentorFactory)
    status = "proposed"
    fit = 70
    reasons = ["Teaches machine learning, which you asked for."]
    mentor_reasons = ["Needs help with machine learning, which you teach."]
    alternates = factory.LazyFunction(list)
    published_at = NOW
    proposed_at = factory.LazyAttribute(lambda pair: None if pair.status == "published" else NOW)
    answer_due_at = factory.LazyAttribute(
        lambda pair: NOW + settings.RESPONSE_WINDOW if pair.status == "proposed" else None
    )
    mentee_yes_at = mentor_yes_at = factory.LazyAttribute(lambda pair: NOW if pair.status == "confirmed" else None)
    declined_by = factory.LazyAttribute(lambda pair: "mentor" if pair.status == "declined" else "")
    ended_at = factory.LazyAttribute(lambda pair: None if pair.status in ("published", "proposed") else NOW)
    match = factory.Maybe(
        factory.LazyAttribute(lambda pair: pair.status == "confirmed"),
        yes_declaration=factory.SubFactory(
            MatchFactory,
            status="accepted",
            help_request=factory.SelfAttribute("..help_request"),
            mentor=factory.SelfAttribute("..mentor"),
            mentorship=factory.SubFactory(
                MentorshipFactory,
                mentor=factory.SelfAttribute("..mentor"),
                goal=factory.SelfAttribute("..help_request.goal"),
            ),
        ),
        no_declaration=None,
    )


class HandoverFactory(DjangoModelFactory):
    """An open handover by a pause. The mentor of ``mentorship`` does not pause by this."""

    class Meta:
        model = Handover

    mentorship = factory.SubFactory(MentorshipFactory)
    cause = Handover.Cause.PAUSED
    opened_at = NOW


FOR_ADMINS = ("mentor_applied", "daily_summary")


class AccessTokenFactory(DjangoModelFactory):
    """A token whose text is ``secret``."""

    class Meta:
        model = AccessToken

    class Params:
        secret = factory.Sequence(lambda n: f"{PREFIX}{n}")

    user = factory.SubFactory(UserFactory)
    name = "Reports"
    scopes = ("profile:read",)
    digest = factory.LazyAttribute(lambda token: digest_of(token.secret))
    ends_with = factory.LazyAttribute(lambda token: token.secret[-4:])
    created_at = NOW
    expires_at = NOW + timedelta(days=365)


class DirectoryEntryFactory(DjangoModelFactory):
    class Meta:
        model = DirectoryEntry

    directory = factory.SubFactory(UserFactory, is_service=True, password="!", name="Example Ltd")
    person = factory.SubFactory(UserFactory)
    address = factory.LazyAttribute(lambda entry: entry.person.email)


class WebhookEndpointFactory(DjangoModelFactory):
    class Meta:
        model = WebhookEndpoint

    name = "Community figures"
    address = "https://hooks.example.org/mentoring"
    kinds = ("member.joined", "member.left")
    sealed_secret = factory.LazyFunction(lambda: seal("whsec_" + "c2VjcmV0" * 4))
    created_at = NOW


class IdentityProviderFactory(DjangoModelFactory):
    class Meta:
        model = IdentityProvider

    name = "Example Works"
    slug = factory.Sequence(lambda number: f"provider-{number}")
    issuer = "https://login.example.org"
    client_id = "mentoring"
    sealed_secret = factory.LazyFunction(lambda: seal("a-secret-of-the-client"))
    domains = ("works.example.org",)
    created_at = NOW


class NotificationFactory(DjangoModelFactory):
    class Meta:
        model = Notification

    recipient = factory.SubFactory(
        UserFactory, is_staff=factory.LazyAttribute(lambda user: user.factory_parent.kind in FOR_ADMINS)
    )
    kind = "account_mail"
    key = factory.Sequence(str)
    payload = factory.LazyAttribute(lambda row: {"to": row.recipient.email, "subject": "A subject", "text": "A text."})
    title = "A subject"
    status = Notification.Status.PENDING
    claim = factory.LazyAttribute(lambda row: uuid.uuid4() if row.status in Notification.HELD else None)
    lease_until_at = factory.LazyAttribute(lambda row: NOW + LEASE if row.claim else None)
    last_error = factory.LazyAttribute(lambda row: "550 no" if row.status in ("dead", "uncertain") else "")
    sent_at = factory.LazyAttribute(lambda row: NOW if row.status == "sent" else None)
    due_at = NOW
    created_at = NOW


class PracticeRecordFactory(DjangoModelFactory):
    """A mock interview, or a record of another kind, with one item where the kind has items."""

    class Meta:
        model = PracticeRecord
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    kind = PracticeRecord.Kind.MOCK_INTERVIEW
    title = "Data science, first round"
    texts = factory.LazyAttribute(lambda record: dict.fromkeys(PracticeRecord.TEXTS[record.kind], "A text."))
    created_at = NOW
    changed_at = NOW

    @factory.post_generation
    def questions(self, create, extracted, **kwargs):
        if self.has_items:
            texts = dict.fromkeys(PracticeRecord.ITEM_TEXTS[self.kind], "An answer.")
            for text in extracted or ["How do you deal with missing data?"]:
                PracticeItem.objects.create(record=self, text=text, texts=texts)

    @factory.post_generation
    def shared_with(self, create, extracted, **kwargs):
        if extracted:
            PracticeShare.objects.create(record=self, mentorship=extracted, shared_at=NOW)


class GroupMailFactory(DjangoModelFactory):
    """A draft in English to ``people``, by default one."""

    class Meta:
        model = GroupMail
        skip_postgeneration_save = True

    status = GroupMail.Status.DRAFT
    status_since_at = NOW
    created_at = NOW
    source = "accounts_user"
    is_selection = False
    chosen = 1
    created_by = factory.SubFactory(UserFactory, is_staff=True)
    scheduled_at = factory.LazyAttribute(lambda mail: None if mail.status in ("draft", "discarded") else NOW)
    send_at = factory.LazyAttribute(lambda mail: mail.scheduled_at)

    @factory.post_generation
    def text(self, create, extracted, **fields):
        if extracted is not False:
            written = {"subject": "News for {name}", "words": "We meet on Friday."} | fields
            self.texts.create(language="en", **written)

    @factory.post_generation
    def people(self, create, extracted, **fields):
        for person in [UserFactory()] if extracted is None else extracted:
            self.recipients.create(person=person)
