"""Everything of one person that waits: for them first, then for others, and the mentorships that run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.community_settings import days_of
from accounts.models import Availability, CareerStep, Language, MentorProfile, User
from accounts.models.profile import LanguageLevel
from accounts.readiness import missing
from accounts.selectors import mentor_profiles_of
from matching.models import HelpRequest, Match
from matching.selectors.cohorts.members import without_request
from matching.selectors.cohorts.pairs import State, state_of, waiting_pairs
from matching.selectors.handovers import ends_at, unanswered_of
from matching.selectors.kept_apart import without_kept_apart
from matching.selectors.shown import Shown, shown
from matching.selectors.turns_of_requests import COMMUNITY, MENTEE, ORGANISERS, with_turns
from matching.selectors.visibility import waiting_for_answer
from mentorship.models import ActionItem, Goal, Mentorship
from mentorship.selectors.fit_checks import fit_checks_of
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.outcomes import questions_waiting_for, without_scale
from mentorship.selectors.practice import asked_to_take_along
from mentorship.selectors.sessions import SessionCard, sessions_ahead, sessions_to_attend
from mentorship.selectors.shown import mentorship_card
from mentorship.selectors.silence import is_quiet, with_quiet_since
from mentorship.selectors.steps import own_steps_due


class Kind(StrEnum):
    """The thing to do, or the thing that is waited for."""

    # For me, as a mentee.
    QUESTION_BACK = "question_back"
    OFFER = "offer"
    STILL_LOOKING = "still_looking"
    PROPOSALS = "proposals"
    DRAFT = "draft"
    NO_GOAL = "no_goal"
    NO_REQUEST = "no_request"
    COHORT_REQUEST = "cohort_request"
    ASKING_PAUSED = "asking_paused"
    HANDOVER = "handover"
    TAKE_ALONG = "take_along"
    OUTCOME_SCALE = "outcome_scale"
    # For me, as a mentor.
    QUESTION = "question"
    PAUSED_FOR_SILENCE = "paused_for_silence"
    PAUSED_FOR_MISSES = "paused_for_misses"
    # For me, in either role.
    COHORT_PAIR = "cohort_pair"
    SESSION_TIMES = "session_times"
    STEP_DUE = "step_due"
    SESSION_ATTENDANCE = "session_attendance"
    PLANNED_END = "planned_end"
    OUTCOME = "outcome"
    FIT_CHECK = "fit_check"
    QUIET = "quiet"
    ONGOING = "ongoing"
    PROFILE = "profile"
    MENTOR_PROFILE = "mentor_profile"
    # For others.
    COHORT_PAIR_WAITS = "cohort_pair_waits"
    SESSION_PROPOSED = "session_proposed"
    ONGOING_PROPOSED = "ongoing_proposed"
    ASKED = "asked"
    SEARCH = "search"
    COHORT = "cohort"
    ASKED_BACK = "asked_back"
    OFFERED = "offered"
    APPLICATION = "application"
    # For nobody: it runs.
    NEXT_SESSION = "next_session"
    MENTORSHIP = "mentorship"
    MENTORSHIP_PAUSED = "mentorship_paused"


PAUSED_BY_SYSTEM = {
    MentorProfile.PauseCause.SILENCE.value: Kind.PAUSED_FOR_SILENCE,
    MentorProfile.PauseCause.MISSED.value: Kind.PAUSED_FOR_MISSES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing that waits.

    ``uuid`` names the match, pair, request, goal, cohort, mentorship, session or mentor profile.

    ``name`` is the other person, if the reader may know it, or a cohort. ``about`` is the goal, or a step.
    ``since_at`` is None for facts that a profile never had. ``due_at`` is None without a deadline. ``count`` counts
    proposals or steps, and ``by_on`` is the day of the first step. ``missing`` names facts of a profile. ``session``
    has the times of a session, and ``starts_at`` is that of the next one.
    """

    kind: Kind
    role: str
    uuid: UUID | None = None
    name: str = ""
    about: str = ""
    since_at: datetime | None = None
    due_at: datetime | None = None
    count: int = 0
    by_on: date | None = None
    missing: list[str] = field(default_factory=list)
    session: SessionCard | None = None

    @property
    def starts_at(self) -> datetime | None:
        return self.session.session.starts_at if self.session and self.kind == Kind.NEXT_SESSION else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """``mine`` wait for the person, ``others`` for somebody else, the nearest deadline first. ``running`` run.

    The next session comes before the mentorships that run.
    """

    mine: list[Turn]
    others: list[Turn]
    running: list[Turn]


MINE_OF_MATCH = {
    (Match.Status.CLARIFYING, Match.Side.MENTEE): Kind.QUESTION_BACK,
    (Match.Status.OFFERED, Match.Side.MENTEE): Kind.OFFER,
    (Match.Status.ASKED, Match.Side.MENTOR): Kind.QUESTION,
}
OTHERS_OF_MATCH = {
    (Match.Status.ASKED, Match.Side.MENTEE): Kind.ASKED,
    (Match.Status.CLARIFYING, Match.Side.MENTOR): Kind.ASKED_BACK,
    (Match.Status.OFFERED, Match.Side.MENTOR): Kind.OFFERED,
}
OF_OTHERS = (
    *OTHERS_OF_MATCH.values(),
    Kind.COHORT_PAIR_WAITS,
    Kind.SEARCH,
    Kind.COHORT,
    Kind.APPLICATION,
    Kind.SESSION_PROPOSED,
    Kind.ONGOING_PROPOSED,
)
RUNNING = {Mentorship.Status.ACTIVE: Kind.MENTORSHIP, Mentorship.Status.PAUSED: Kind.MENTORSHIP_PAUSED}
# Steps that are due within this time wait for their owner.
STEPS_AHEAD = timedelta(days=7)
LATEST = datetime.max.replace(tzinfo=UTC)


def turns_of(user: User, *, now: datetime) -> Turns:
    """Return what waits for ``user``, what waits for others, and what runs. The number of queries is constant."""
    mentor = mentor_profiles_of(user).first()
    requests = _requests(user)
    running = mentorships_visible_to(user).filter(status__in=Mentorship.RUNNING)
    mentorships = list(with_quiet_since(running, now=now))
    sessions = sessions_ahead(user, now=now)
    found = list(
        chain(
            _matches_of_mentee(user),
            _matches_of_mentor(user) if mentor else (),
            _of_pairs(user),
            _of_requests(requests),
            _of_mentor(mentor) if mentor else (),
            _of_cohorts(user),
            _ends(mentorships, user),
            _handovers(mentorships, user),
            _taken_along(mentorships, user),
            _outcomes(mentorships, user, now=now),
            _going(mentorships, user, now=now),
            _of_sessions(sessions),
            _of_steps(user, now=now),
            _attendance(sessions_to_attend(user, now=now)),
            _of_mentee(user, is_busy=bool(requests or mentorships)) if user.profile.is_mentee else (),
        )
    )
    return Turns(
        mine=_by_deadline(turn for turn in found if turn.kind not in OF_OTHERS),
        others=_by_deadline(turn for turn in found if turn.kind in OF_OTHERS),
        running=[
            *_next_session(sessions),
            *(
                _of_mentorship(RUNNING[Mentorship.Status(row.status)], row, user, since_at=row.started_at)
                for row in mentorships
            ),
        ],
    )


def count_of_questions(user: User) -> int:
    """Return how many questions wait for the answer of ``user`` as a mentor. One query."""
    return without_kept_apart(Match.objects.filter(mentor__user=user, status=Match.Status.ASKED)).count()


def _by_deadline(turns: Iterable[Turn]) -> list[Turn]:
    """Sort by deadline, then the longest waiting first. Facts of a profile come last."""
    return sorted(turns, key=lambda turn: (turn.due_at or LATEST, turn.since_at or LATEST, turn.kind, str(turn.uuid)))


def _matches_of_mentee(user: User) -> Iterator[Turn]:
    # A sweep ends the matches of two who are kept apart. Until then nobody has to act.
    matches = without_kept_apart(Match.objects.filter(help_request__mentee=user, status__in=Match.WAITING))
    for match in matches.select_related("mentor__user", "help_request__goal__kind"):
        yield _of_match(match, Match.Side.MENTEE, name=match.mentor.user.name)


def _matches_of_mentor(user: User) -> Iterator[Turn]:
    for match in waiting_for_answer(user).prefetch_related(None):
        knows = shown(match, to=Match.Side.MENTOR) >= Shown.NAME
        yield _of_match(match, Match.Side.MENTOR, name=match.help_request.mentee.name if knows else "")


def _of_match(match: Match, side: Match.Side, *, name: str) -> Turn:
    state = Match.Status(match.status), side
    return Turn(
        kind=MINE_OF_MATCH.get(state) or OTHERS_OF_MATCH[state],
        role=side.value,
        # A mentee answers on the page of the request, a mentor on that of the match.
        uuid=match.help_request.uuid if side == Match.Side.MENTEE else match.uuid,
        name=name,
        about=str(match.help_request.goal),
        since_at=match.waits_since_at,
        due_at=match.answer_due_at,
    )


def _of_pairs(user: User) -> Iterator[Turn]:
    """Yield a row for each pair of a cohort, in either role: to be answered, or with a yes that waits. One query."""
    for pair in waiting_pairs(user):
        is_mentee = pair.help_request.mentee_id == user.pk
        side = Match.Side.MENTEE if is_mentee else Match.Side.MENTOR
        if (state := state_of(pair, side)) != State.OVER:
            yield Turn(
                kind=Kind.COHORT_PAIR if state == State.MINE else Kind.COHORT_PAIR_WAITS,
                role=side.value,
                uuid=pair.uuid,
                name=pair.mentor.user.name if is_mentee else pair.help_request.mentee.name,
                about=str(pair.help_request.cohort),
                since_at=pair.proposed_at,
                due_at=pair.answer_due_at,
            )


def _requests(user: User) -> list[HelpRequest]:
    going_on = [HelpRequest.Status.DRAFT, HelpRequest.Status.OPEN]
    requests = with_turns(HelpRequest.objects.filter(mentee=user, status__in=going_on))
    proposed = Count("matches", filter=Q(matches__status=Match.Status.PROPOSED))
    waiting = Count("matches", filter=Q(matches__status__in=Match.WAITING))
    return list(
        requests.annotate(proposed=proposed, waiting=waiting).select_related("goal__kind", "cohort").order_by("pk")
    )


def _of_requests(requests: Iterable[HelpRequest]) -> Iterator[Turn]:
    for request in requests:
        kind = _kind_of(request)
        if request.still_looking_at:
            yield _of_request(
                Kind.STILL_LOOKING,
                request,
                since_at=request.still_looking_at,
                due_at=request.still_looking_at + days_of("still_looking_grace_days"),
            )
        if kind is not None:
            count = request.proposed if kind == Kind.PROPOSALS else 0  # type: ignore[attr-defined]
            name = str(request.cohort) if kind == Kind.COHORT else ""
            yield _of_request(kind, request, name=name, since_at=request.turn_since_at, count=count)  # type: ignore[attr-defined]


def _kind_of(request: HelpRequest) -> Kind | None:
    """Return the kind of row of a request with its turn. None if a row of a match or pair of it says it already."""
    if request.status == HelpRequest.Status.DRAFT:
        return Kind.DRAFT
    if request.whose_turn == COMMUNITY:  # type: ignore[attr-defined]
        return Kind.SEARCH
    if request.cohort_id is not None:
        return Kind.COHORT if request.whose_turn == ORGANISERS else None  # type: ignore[attr-defined]
    return None if request.waiting else Kind.PROPOSALS  # type: ignore[attr-defined]


def _of_request(kind: Kind, request: HelpRequest, **facts: object) -> Turn:
    return Turn(kind=kind, role=MENTEE, uuid=request.uuid, about=str(request.goal), **facts)  # type: ignore[arg-type]


def _of_cohorts(user: User) -> Iterator[Turn]:
    """Yield the cohorts that the person has joined as a mentee without having written a request for it."""
    for member in without_request(user).order_by("pk"):
        yield Turn(
            kind=Kind.COHORT_REQUEST,
            role=MENTEE,
            uuid=member.cohort.uuid,
            name=member.cohort.name,
            since_at=member.joined_at,
            by_on=member.cohort.joins_until_on,
        )


def _of_mentor(mentor: MentorProfile) -> Iterator[Turn]:
    status, role = mentor.status, Match.Side.MENTOR.value
    if status == MentorProfile.Status.APPLIED:
        yield Turn(kind=Kind.APPLICATION, role=role, since_at=mentor.status_since_at)
    if status == MentorProfile.Status.PAUSED and (kind := PAUSED_BY_SYSTEM.get(mentor.pause_cause)):
        yield Turn(kind=kind, role=role, uuid=mentor.uuid, since_at=mentor.status_since_at)
    if status in (MentorProfile.Status.APPLIED, MentorProfile.Status.APPROVED) and (facts := missing(mentor)):
        yield Turn(kind=Kind.MENTOR_PROFILE, role=role, missing=facts)


def _ends(mentorships: Iterable[Mentorship], user: User) -> Iterator[Turn]:
    for row in mentorships:
        if row.end_asked_at and row.planned_end_on:
            due_at = datetime.combine(row.planned_end_on, time(), tzinfo=user.profile.zone) + timedelta(days=1)
            yield _of_mentorship(Kind.PLANNED_END, row, user, since_at=row.end_asked_at, due_at=due_at)


def _handovers(mentorships: Iterable[Mentorship], user: User) -> Iterator[Turn]:
    """Yield a row for each mentor who cannot go on, or pauses for long, until the mentee has chosen."""
    rows = {row.pk: row for row in mentorships if row.mentee_id == user.pk}
    for handover in unanswered_of(user) if rows else ():
        if row := rows.get(handover.mentorship_id):
            yield _of_mentorship(Kind.HANDOVER, row, user, since_at=handover.opened_at, due_at=ends_at(handover))


def _taken_along(mentorships: Iterable[Mentorship], user: User) -> Iterator[Turn]:
    """Yield a row for each mentorship to which the mentee may take records of practice along. One query at most."""
    as_mentee = [row for row in mentorships if row.mentee_id == user.pk]
    asked = set(asked_to_take_along(user).values_list("pk", flat=True)) if as_mentee else ()
    for row in as_mentee:
        if row.pk in asked:
            yield _of_mentorship(Kind.TAKE_ALONG, row, user, since_at=row.started_at)


def _outcomes(mentorships: list[Mentorship], user: User, *, now: datetime) -> Iterator[Turn]:
    """Yield a row for each mentorship without a scale of its outcome, and for each outcome to rate."""
    for row in without_scale(mentorships, mentee=user, now=now):
        yield _of_mentorship(Kind.OUTCOME_SCALE, row, user, since_at=row.started_at)
    for question in questions_waiting_for(user, now=now):
        if question.asked_at and not question.mentorship.is_kept_apart:  # type: ignore[attr-defined]
            yield _of_mentorship(Kind.OUTCOME, question.mentorship, user, since_at=question.asked_at)


def _going(mentorships: Iterable[Mentorship], user: User, *, now: datetime) -> Iterator[Turn]:
    """Yield a row for each open fit check, each proposal to go on, and each silence. One query."""
    asked = dict(fit_checks_of(user).open().values_list("mentorship", "asked_at"))
    for row in mentorships:
        card = mentorship_card(row, to=user)
        if row.pk in asked:
            yield _of_mentorship(Kind.FIT_CHECK, row, user, since_at=asked[row.pk])
        # Nobody has to act in a pause, after a block, or for somebody who left.
        if row.status != Mentorship.Status.ACTIVE or card.other.email is None:
            continue
        if row.ongoing_asked_at:
            kind = Kind.ONGOING_PROPOSED if row.ongoing_by_id == user.pk else Kind.ONGOING
            yield _of_mentorship(kind, row, user, since_at=row.ongoing_asked_at)
        if is_quiet(row, now=now):
            yield _of_mentorship(Kind.QUIET, row, user, since_at=row.quiet_since)  # type: ignore[attr-defined]


def _of_sessions(sessions: Iterable[SessionCard]) -> Iterator[Turn]:
    """Yield a row for each session with open times, which somebody has to answer before the first of them."""
    for card in sessions:
        # Nobody has to answer in a pause, after a block, or to somebody who left.
        if card.times and card.is_in_contact and card.session.mentorship.status == Mentorship.Status.ACTIVE:
            kind = Kind.SESSION_TIMES if card.is_mine_to_answer else Kind.SESSION_PROPOSED
            since_at, due_at = card.session.waits_since_at, card.times[0].starts_at
            yield _of_session(kind, card, since_at=since_at, due_at=due_at)


def _of_steps(user: User, *, now: datetime) -> Iterator[Turn]:
    """Yield a row for each mentorship with steps of ``user`` that are due soon, or were due. Two queries."""
    today = now.astimezone(user.profile.zone).date()
    due: dict[int, list[ActionItem]] = {}
    for step in own_steps_due(user, until_on=today + STEPS_AHEAD):
        due.setdefault(step.mentorship_id, []).append(step)
    for first, *others in due.values():
        if first.by_on:
            # "By Friday" includes the Friday.
            due_at = datetime.combine(first.by_on, time(), tzinfo=user.profile.zone) + timedelta(days=1)
            turn = _of_mentorship(Kind.STEP_DUE, first.mentorship, user, since_at=first.created_at, due_at=due_at)
            yield replace(turn, about=first.what, by_on=first.by_on, count=1 + len(others))


def _attendance(over: Iterable[SessionCard]) -> Iterator[Turn]:
    for card in over:
        yield _of_session(Kind.SESSION_ATTENDANCE, card, since_at=card.session.ends_at)


def _next_session(sessions: Iterable[SessionCard]) -> Iterator[Turn]:
    card = next((card for card in sessions if card.session.starts_at is not None), None)
    if card is not None:
        yield _of_session(Kind.NEXT_SESSION, card, since_at=card.session.confirmed_at)


def _of_session(kind: Kind, card: SessionCard, **when: datetime | None) -> Turn:
    return Turn(
        kind=kind,
        role=Match.Side.MENTEE.value if card.to_mentee else Match.Side.MENTOR.value,
        uuid=card.session.uuid,
        name=card.other.name,
        about=str(card.session.kind),
        session=card,
        **when,  # type: ignore[arg-type]
    )


def _of_mentorship(kind: Kind, row: Mentorship, user: User, **when: datetime | None) -> Turn:
    card = mentorship_card(row, to=user)
    return Turn(
        kind=kind,
        role=Match.Side.MENTEE.value if card.to_mentee else Match.Side.MENTOR.value,
        uuid=row.uuid,
        name=card.other.name,
        about=str(card.goal or ""),
        **when,  # type: ignore[arg-type]
    )


def _of_mentee(user: User, *, is_busy: bool) -> Iterator[Turn]:
    if since := user.profile.asking_paused_at:
        yield Turn(kind=Kind.ASKING_PAUSED, role=MENTEE, since_at=since)
    if facts := _missing_of_mentee(user):
        yield Turn(kind=Kind.PROFILE, role=MENTEE, missing=facts)
    if is_busy:
        return
    goals = list(Goal.objects.filter(mentee=user, status=Goal.Status.ACTIVE).select_related("kind").order_by("pk"))
    if not goals:
        yield Turn(kind=Kind.NO_GOAL, role=MENTEE)
    for goal in goals:
        yield Turn(kind=Kind.NO_REQUEST, role=MENTEE, uuid=goal.uuid, about=str(goal), since_at=goal.created_at)


def _missing_of_mentee(user: User) -> list[str]:
    """Return the facts that help to find a mentor, and are not stated. One query."""
    theirs = Q(profile__user=OuterRef("pk"))
    stated = User.objects.filter(pk=user.pk).values_list(
        Exists(Language.objects.filter(theirs).exclude(level=LanguageLevel.BASIC)),
        Exists(CareerStep.objects.filter(theirs)),
        Exists(Availability.objects.filter(theirs)),
    )
    [facts] = stated
    labels = (_("the languages you speak"), _("your career"), _("when you have time in the week"))
    return [label for label, is_stated in zip(labels, facts, strict=True) if not is_stated]
