"""Whose turn it is: for me, for others, and what runs."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings

from accounts.models import Availability, Block, Language, MentorProfile
from matching.models import Match
from matching.selectors.my_turns import Turn, count_of_questions, turns_of
from mentorship.models import Attendance
from tests.factories import (
    NOW,
    SESSION_STARTS,
    SESSION_TIMES,
    CareerStepFactory,
    CohortMemberFactory,
    CohortPairFactory,
    FitCheckFactory,
    GoalFactory,
    GoalScaleFactory,
    HandoverFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
    PracticeRecordFactory,
    SessionFactory,
    StepFactory,
)
from tests.matching.helpers import mentee_blocks, mentor_blocks, request_for, suspend, waiting

pytestmark = pytest.mark.django_db

DUE = NOW + settings.RESPONSE_WINDOW


@pytest.fixture
def mentee(alice):
    """Return Alice, who stated all that helps to find a mentor."""
    CareerStepFactory(profile=alice.profile)
    Availability.objects.create(profile=alice.profile, weekday=1, start_minute=540, end_minute=600)
    return alice


@pytest.fixture
def mentor(bob):
    """Return Bob, who stated all that a mentor has to state."""
    CareerStepFactory(profile=bob.profile)
    Availability.objects.create(profile=bob.profile, weekday=1, start_minute=540, end_minute=600)
    return bob


def kinds(turns: list[Turn]) -> list[str]:
    return [turn.kind.value for turn in turns]


def of_mentee(mentee, status: str, **facts) -> Match:
    return MatchFactory(help_request__mentee=mentee, mentor__user__name="Bob", status=status, **facts)


# --- a mentee ---------------------------------------------------------------------------------------------------


def test_a_new_mentee_states_a_goal_first(mentee):
    assert kinds(turns_of(mentee, now=NOW).mine) == ["no_goal"]


def test_a_goal_without_a_request_waits_for_one(mentee):
    goal = GoalFactory(mentee=mentee)

    [turn] = turns_of(mentee, now=NOW).mine

    assert (turn.kind, turn.uuid, turn.about) == ("no_request", goal.uuid, str(goal))


def test_a_draft_waits_for_its_mentee(mentee):
    draft = HelpRequestFactory(mentee=mentee, status="draft")

    [turn] = turns_of(mentee, now=NOW).mine

    assert (turn.kind, turn.uuid, turn.since_at, turn.due_at) == ("draft", draft.uuid, NOW, None)


def test_a_mentor_who_is_gone_waits_for_the_choice_of_the_mentee(mentee):
    mentorship = MentorshipFactory(goal__mentee=mentee, mentor__status="suspended")
    HandoverFactory(mentorship=mentorship, cause="suspended")

    [turn] = turns_of(mentee, now=NOW).mine

    assert (turn.kind, turn.uuid, turn.since_at) == ("handover", mentorship.uuid, NOW)
    assert turn.due_at == NOW + timedelta(days=14)


@pytest.mark.parametrize(
    ("status", "facts"),
    [("approved", {}), ("paused", {"choice": "wait", "chosen_at": NOW}), ("paused", {"closed_at": NOW})],
)
def test_a_choice_that_is_made_or_over_waits_for_nobody(status, facts, mentee):
    HandoverFactory(mentorship=MentorshipFactory(goal__mentee=mentee, mentor__status=status), **facts)

    assert "handover" not in kinds(turns_of(mentee, now=NOW).mine)


def test_proposals_wait_for_the_mentee_with_their_number(mentee):
    match = of_mentee(mentee, "proposed")
    MatchFactory(help_request=match.help_request)

    [turn] = turns_of(mentee, now=NOW).mine

    assert (turn.kind, turn.uuid, turn.count, turn.since_at) == ("proposals", match.help_request.uuid, 2, NOW)


@pytest.mark.parametrize(("status", "kind"), [("offered", "offer"), ("clarifying", "question_back")])
def test_an_offer_and_a_question_back_wait_for_the_mentee(mentee, status, kind):
    match = of_mentee(mentee, status)
    MatchFactory(help_request=match.help_request)

    turns = turns_of(mentee, now=NOW)

    [turn] = turns.mine
    assert turns.others == []
    assert (turn.kind, turn.uuid, turn.name, turn.due_at) == (kind, match.help_request.uuid, "Bob", DUE)


def test_a_question_waits_for_the_mentor(mentee):
    match = of_mentee(mentee, "asked")
    MatchFactory(help_request=match.help_request)

    turns = turns_of(mentee, now=NOW)

    [turn] = turns.others
    assert turns.mine == []
    assert (turn.kind, turn.name, turn.since_at, turn.due_at) == ("asked", "Bob", NOW, DUE)


def test_a_request_without_proposals_waits_for_the_community(mentee):
    request = waiting(NOW, mentee=mentee)

    [turn] = turns_of(mentee, now=NOW).others

    assert (turn.kind, turn.uuid, turn.since_at) == ("search", request.uuid, NOW)


def test_still_looking_waits_with_the_day_on_which_the_request_is_closed(mentee):
    HelpRequestFactory(mentee=mentee, still_looking_at=NOW)

    [turn] = turns_of(mentee, now=NOW).mine

    assert (turn.kind, turn.due_at) == ("still_looking", NOW + settings.STILL_LOOKING_GRACE)


def test_a_mentee_reads_what_the_profile_lacks(alice):
    Language.objects.update(level="basic")
    GoalFactory(mentee=alice)

    turn = turns_of(alice, now=NOW).mine[-1]

    assert turn.kind == "profile"
    assert turn.missing == ["the languages you speak", "your career", "when you have time in the week"]


def test_the_nearest_deadline_comes_first(mentee):
    of_mentee(mentee, "proposed")
    of_mentee(mentee, "offered", answer_due_at=NOW + timedelta(days=2))
    of_mentee(mentee, "clarifying", answer_due_at=NOW + timedelta(days=1))

    assert kinds(turns_of(mentee, now=NOW).mine) == ["question_back", "offer", "proposals"]


# --- a mentor ---------------------------------------------------------------------------------------------------


def test_a_question_waits_for_its_mentor_by_name(mentor):
    match = MatchFactory(mentor=mentor.mentor, status="asked", help_request__mentee__name="Alice")

    [turn] = turns_of(mentor, now=NOW).mine

    assert (turn.kind, turn.uuid, turn.name, turn.due_at) == ("question", match.uuid, "Alice", DUE)
    assert count_of_questions(mentor) == 1


def test_an_offer_waits_for_a_mentee_without_a_name(mentor):
    MatchFactory(mentor=mentor.mentor, status="offered", help_request__mentee__name="Alice")

    turns = turns_of(mentor, now=NOW)

    assert turns.mine == []
    assert [(turn.kind.value, turn.name) for turn in turns.others] == [("offered", "")]


def test_a_question_asked_back_waits_for_the_mentee(mentor):
    MatchFactory(mentor=mentor.mentor, status="clarifying", help_request__mentee__name="Alice")

    assert [(turn.kind.value, turn.name) for turn in turns_of(mentor, now=NOW).others] == [("asked_back", "Alice")]


def test_a_proposal_is_not_the_mentors_to_see(mentor):
    MatchFactory(mentor=mentor.mentor)

    turns = turns_of(mentor, now=NOW)

    assert (turns.mine, turns.others) == ([], [])


def test_an_application_waits_for_the_admins_and_its_gaps_for_the_mentor():
    applicant = MentorFactory(status="applied", career=[]).user

    turns = turns_of(applicant, now=NOW)

    assert kinds(turns.others) == ["application"]
    assert [(turn.kind.value, turn.missing) for turn in turns.mine] == [
        ("mentor_profile", ["your career", "when you have time in the week"])
    ]


def test_a_pause_for_silence_waits_for_the_mentor_and_one_by_own_wish_does_not(mentor):
    MentorProfile.objects.update(status="paused", pause_cause="silence")
    assert kinds(turns_of(mentor, now=NOW).mine) == ["paused_for_silence"]

    MentorProfile.objects.update(pause_cause="own_wish")
    assert turns_of(mentor, now=NOW).mine == []


# --- both -------------------------------------------------------------------------------------------------------


def test_a_running_mentorship_runs_for_both(mentee, mentor):
    row = MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor)
    MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor, status="completed", place=2)

    assert [(turn.uuid, turn.name, turn.role) for turn in turns_of(mentee, now=NOW).running] == [
        (row.uuid, "Bob Baker", "mentee")
    ]
    assert [(turn.uuid, turn.name, turn.role) for turn in turns_of(mentor, now=NOW).running] == [
        (row.uuid, "Alice Archer", "mentor")
    ]


def test_a_planned_end_waits_for_both(mentee, mentor):
    GoalScaleFactory(mentorship=MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor, end_asked_at=NOW))

    for person in (mentee, mentor):
        assert kinds(turns_of(person, now=NOW).mine) == ["planned_end"]


def test_records_from_before_wait_for_the_mentee_alone(mentee, mentor):
    PracticeRecordFactory(owner=mentee, created_at=NOW - timedelta(days=1))
    row = MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor)
    GoalScaleFactory(mentorship=row)

    [turn] = turns_of(mentee, now=NOW).mine

    assert (turn.kind, turn.uuid, turn.name) == ("take_along", row.uuid, "Bob Baker")
    assert turns_of(mentor, now=NOW).mine == []


def test_a_mentee_says_at_the_start_what_success_would_be(mentee, mentor):
    row = MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor)

    [turn] = turns_of(mentee, now=NOW).mine
    assert (turn.kind, turn.uuid, turn.name, turn.since_at) == ("outcome_scale", row.uuid, "Bob Baker", NOW)
    assert turns_of(mentor, now=NOW).mine == []

    GoalScaleFactory(mentorship=row)

    assert turns_of(mentee, now=NOW).mine == []


@pytest.mark.parametrize(
    "facts",
    [{"format": "one_off"}, {"status": "paused"}, {"started_at": NOW - timedelta(days=30), "quiet_from_at": NOW}],
)
def test_nobody_is_urged_to_say_what_success_would_be(facts, mentee):
    MentorshipFactory(goal__mentee=mentee, **facts)

    assert turns_of(mentee, now=NOW).mine == []


def test_an_outcome_waits_for_both_until_they_rate(mentee, mentor):
    over = MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor, status="completed")
    OutcomeQuestionFactory(mentorship=over)
    OutcomeRatingFactory(mentorship=over, person=mentee)

    assert "outcome" not in kinds(turns_of(mentee, now=NOW).mine)
    [turn] = turns_of(mentor, now=NOW).mine
    assert (turn.kind, turn.uuid, turn.name, turn.role) == ("outcome", over.uuid, "Alice Archer", "mentor")


def test_a_fit_check_waits_for_the_person_who_was_asked(mentee, mentor):
    row = MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor)
    GoalScaleFactory(mentorship=row)
    FitCheckFactory(mentorship=row)
    FitCheckFactory(mentorship=row, person=mentor, answer="good")

    [turn] = turns_of(mentee, now=NOW).mine

    assert (turn.kind, turn.uuid, turn.since_at) == ("fit_check", row.uuid, NOW)
    assert turns_of(mentor, now=NOW).mine == []


def test_a_silence_waits_for_both(mentee, mentor):
    GoalScaleFactory(mentorship=MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor))

    for person in (mentee, mentor):
        assert kinds(turns_of(person, now=NOW + timedelta(days=6)).mine) == []
        assert kinds(turns_of(person, now=NOW + timedelta(days=7)).mine) == ["quiet"]


def test_a_proposal_to_go_on_waits_for_the_other_side(mentee, mentor):
    proposal = {"ongoing_by": mentee, "ongoing_until_on": NOW.date(), "ongoing_asked_at": NOW}
    MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor, format="one_off", **proposal)

    assert kinds(turns_of(mentor, now=NOW).mine) == ["ongoing"]
    assert kinds(turns_of(mentee, now=NOW).others) == ["ongoing_proposed"]


@pytest.mark.parametrize("keep_apart", [mentee_blocks, mentor_blocks, suspend])
@pytest.mark.parametrize("status", ["asked", "clarifying", "offered"])
def test_two_who_are_kept_apart_wait_for_nothing(keep_apart, status):
    match = MatchFactory(status=status)
    keep_apart(match)

    for person in (match.help_request.mentee, match.mentor.user):
        turns = turns_of(person, now=NOW)
        assert [turn for turn in [*turns.mine, *turns.others] if turn.due_at] == []


def test_times_wait_for_the_side_that_did_not_propose_them(mentee, mentor):
    session = SessionFactory(mentorship__goal__mentee=mentee, mentorship__mentor=mentor.mentor)
    GoalScaleFactory(mentorship=session.mentorship)

    [turn] = turns_of(mentee, now=NOW).mine
    [waits] = turns_of(mentor, now=NOW).others

    assert (turn.kind, turn.uuid, turn.name, turn.since_at) == ("session_times", session.uuid, mentor.name, NOW)
    assert turn.due_at == SESSION_TIMES[0]
    assert (waits.kind, waits.uuid, waits.name) == ("session_proposed", session.uuid, mentee.name)


def test_the_next_session_comes_before_the_mentorships_that_run(mentee):
    later = SessionFactory(mentorship__goal__mentee=mentee, status="confirmed")
    sooner = SessionFactory(
        mentorship=later.mentorship, status="confirmed", starts_at=SESSION_STARTS - timedelta(days=1)
    )

    turns = turns_of(mentee, now=NOW)

    assert kinds(turns.running) == ["next_session", "mentorship"]
    assert (turns.running[0].uuid, turns.running[0].starts_at) == (sooner.uuid, sooner.starts_at)


@pytest.mark.parametrize(("minutes", "found"), [(59, ["next_session", "mentorship"]), (60, ["mentorship"])])
def test_a_session_is_the_next_one_until_it_is_over(minutes, found, mentee):
    SessionFactory(mentorship__goal__mentee=mentee, status="confirmed")

    assert kinds(turns_of(mentee, now=SESSION_STARTS + timedelta(minutes=minutes)).running) == found


def test_a_session_that_is_over_asks_each_of_the_two_how_it_was(mentee, mentor):
    mentorship = MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor)
    GoalScaleFactory(mentorship=mentorship)
    session = SessionFactory(mentorship=mentorship, status="confirmed")

    for person, other in ((mentee, mentor), (mentor, mentee)):
        [turn] = turns_of(person, now=session.ends_at).mine
        assert (turn.kind, turn.uuid, turn.name) == ("session_attendance", session.uuid, other.name)
        assert (turn.since_at, turn.due_at) == (session.ends_at, None)


@pytest.mark.parametrize(
    ("after", "status", "found"),
    [
        (timedelta(minutes=59), "confirmed", []),
        (timedelta(minutes=60), "confirmed", ["session_attendance"]),
        (timedelta(days=2), "held", []),
        (timedelta(days=29), "confirmed", ["session_attendance"]),
        (timedelta(days=30), "confirmed", []),
    ],
)
def test_attendance_is_asked_after_the_end_until_it_is_settled_or_forgotten(after, status, found, mentee):
    now = SESSION_STARTS + after
    # They are not quiet: another row would say so.
    session = SessionFactory(mentorship__goal__mentee=mentee, mentorship__quiet_from_at=now, status=status)
    GoalScaleFactory(mentorship=session.mentorship)

    assert kinds(turns_of(mentee, now=now).mine) == found


def test_an_answer_about_attendance_ends_the_question(mentee, mentor):
    mentorship = MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor)
    GoalScaleFactory(mentorship=mentorship)
    session = SessionFactory(mentorship=mentorship, status="confirmed")
    Attendance.objects.create(session=session, person=mentor, answer="held", answered_at=session.ends_at)

    assert turns_of(mentor, now=session.ends_at).mine == []
    assert kinds(turns_of(mentee, now=session.ends_at).mine) == ["session_attendance"]


def test_nobody_has_to_answer_for_a_session_in_a_pause_or_after_a_block(mentee, mentor):
    for status in ("paused", "active"):
        mentorship = MentorshipFactory(
            goal__mentee=mentee, mentor=mentor.mentor, status=status, place=1 + (status == "active")
        )
        SessionFactory(mentorship=mentorship)
    Block.objects.create(blocker=mentee, blocked=mentor)

    turns = turns_of(mentee, now=NOW)

    assert (turns.mine, turns.others) == ([], [])


@pytest.mark.parametrize("whose", ["mentee", "mentor"])
def test_steps_that_are_due_within_a_week_or_late_wait_for_their_owner(whose, mentee, mentor):
    mentorship = MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor)
    GoalScaleFactory(mentorship=mentorship)
    late, soon, _ = (
        StepFactory(mentorship=mentorship, whose=whose, by_on=NOW.date() + timedelta(days=days)) for days in (-3, 7, 8)
    )
    StepFactory(mentorship=mentorship, whose=whose, by_on=NOW.date(), status="done")
    StepFactory(mentorship=mentorship, whose=whose)
    owner, other = (mentee, mentor) if whose == "mentee" else (mentor, mentee)

    [turn] = turns_of(owner, now=NOW).mine

    assert (turn.kind, turn.role, turn.uuid, turn.name) == ("step_due", whose, mentorship.uuid, other.name)
    assert (turn.about, turn.by_on, turn.count) == (late.what, late.by_on, 2)
    assert turn.due_at == datetime(2026, 11, 21, tzinfo=owner.profile.zone)
    assert turns_of(other, now=NOW).mine == []
    assert soon.by_on == date(2026, 11, 30)


@pytest.mark.parametrize("why", ["paused", "completed", "blocked", "left"])
def test_steps_wait_for_nobody_in_a_pause_or_apart(why, mentee, mentor):
    status = why if why in ("paused", "completed") else "active"
    mentorship = MentorshipFactory(goal__mentee=mentee, mentor=mentor.mentor, status=status)
    StepFactory(mentorship=mentorship, by_on=NOW.date())
    if why == "blocked":
        Block.objects.create(blocker=mentee, blocked=mentor)
    if why == "left":
        mentor.is_active = False
        mentor.save()

    assert "step_due" not in kinds(turns_of(mentee, now=NOW).mine)


def test_nothing_of_others_is_among_my_turns(charlie):
    SessionFactory()
    SessionFactory(status="confirmed")
    for status in ("proposed", "asked", "clarifying", "offered"):
        MatchFactory(status=status)
    HelpRequestFactory(status="draft")
    MentorshipFactory(end_asked_at=NOW)

    turns = turns_of(charlie, now=NOW)

    assert kinds(turns.mine) == ["mentor_profile"]
    assert (turns.others, turns.running) == ([], [])


@pytest.mark.parametrize(("yes_at", "kind"), [(None, "cohort_pair"), (NOW, "cohort_pair_waits")])
def test_a_request_with_a_proposed_pair_has_the_row_of_the_pair_alone(yes_at, kind, mentee):
    CohortPairFactory(help_request__mentee=mentee, mentee_yes_at=yes_at)

    turns = turns_of(mentee, now=NOW)

    assert [one for one in kinds([*turns.mine, *turns.others]) if one.startswith("cohort")] == [kind]


def test_a_request_whose_pair_came_to_nothing_waits_for_the_organisers_again(mentee):
    CohortPairFactory(help_request__mentee=mentee, status="declined")

    assert kinds(turns_of(mentee, now=NOW).others) == ["cohort"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(mentor, rows, django_assert_num_queries):
    mentor.profile.is_mentee = True
    for number in range(rows):
        MatchFactory(mentor=mentor.mentor, status="asked")
        MatchFactory(mentor=mentor.mentor, status="offered")
        of_mentee(mentor, "clarifying")
        of_mentee(mentor, "proposed")
        mentorship = MentorshipFactory(mentor=mentor.mentor, place=number + 1)
        FitCheckFactory(mentorship=mentorship, person=mentor)
        SessionFactory(mentorship=mentorship)
        SessionFactory(mentorship=mentorship, status="confirmed", starts_at=SESSION_STARTS + timedelta(days=number))
        MentorshipFactory(goal__mentee=mentor)
        CohortPairFactory(mentor=mentor.mentor)
        CohortPairFactory(help_request__mentee=mentor)
        OutcomeQuestionFactory(mentorship__mentor=mentor.mentor)
        StepFactory(mentorship=mentorship, whose="mentor", by_on=NOW.date())
        SessionFactory(mentorship=mentorship, status="confirmed", starts_at=NOW - timedelta(days=number + 1))
        CohortMemberFactory(person=mentor)
        request_for(mentee=mentor)

    with django_assert_num_queries(36):
        turns_of(mentor, now=NOW)


def test_the_api_answers_with_the_same_rows(api, mentee):
    match = of_mentee(mentee, "offered")

    answer = api(mentee).get("/api/v1/me/turns/").json()

    assert answer["others"] == answer["running"] == []
    [row] = answer["mine"]
    assert (row["kind"], row["role"], row["uuid"], row["name"]) == (
        "offer",
        "mentee",
        str(match.help_request.uuid),
        "Bob",
    )
    assert row["due_at"].startswith("2026-11-28T12:00:00")
