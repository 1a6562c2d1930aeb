"""Goals, mentorships and sessions follow a person whose two accounts become one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from accounts.exceptions import MergeNotPossible
from accounts.models import MentorProfile
from accounts.services.merge import merge_accounts
from mentorship.models import (
    Attendance,
    Booking,
    CalendarAddress,
    CohortMember,
    Credential,
    Exclusion,
    Feedback,
    Goal,
    Mentorship,
    PracticeRecord,
)
from mentorship.services.sessions.take import take_time
from tests.factories import (
    NOW,
    SESSION_STARTS,
    CohortMemberFactory,
    CredentialFactory,
    FeedbackFactory,
    GoalFactory,
    HelpRequestFactory,
    MentorFactory,
    MentorshipFactory,
    MilestoneFactory,
    PracticeRecordFactory,
    SessionFactory,
    StepFactory,
    UserFactory,
    held_by_both,
)
from tests.helpers import send
from tests.mentorship.calendars import Read, calendar_of, parsed, parts_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ROLE = {"target_role": "Data scientist", "target_field": "data science"}


@pytest.fixture
def gone():
    return UserFactory(name="Anna Weber", email="anna.old@example.org")


@pytest.fixture
def stays():
    return UserFactory(name="Anna Weber", email="anna@example.org")


def merge(gone, stays):
    """Merge the two, and check what the database checks at the end of a transaction."""
    by = UserFactory(role="manager")
    row = merge_accounts(gone_id=gone.pk, stays_id=stays.pk, by=by, reason="Both are hers.", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return row


def refusal(gone, stays) -> str:
    with pytest.raises(MergeNotPossible) as refused:
        merge(gone, stays)
    gone.refresh_from_db()
    assert gone.merged_into is None
    return refused.value.detail


# --- as a mentee ------------------------------------------------------------------------------------------


def test_a_mentorship_follows_its_mentee_with_all_that_the_two_did(gone, stays):
    mentorship = MentorshipFactory(goal__mentee=gone)
    held = held_by_both(mentorship, starts_at=NOW - timedelta(days=2))
    planned = SessionFactory(mentorship=mentorship, status="confirmed")
    proposed = SessionFactory(mentorship=mentorship, proposed_by=gone)
    step = StepFactory(mentorship=mentorship, created_by=gone)
    feedback = FeedbackFactory(mentorship=mentorship, opened_at=NOW)
    practice = PracticeRecordFactory(owner=gone)

    merge(gone, stays)

    mentorship.refresh_from_db()
    assert (mentorship.mentee, mentorship.goal.mentee) == (stays, stays)
    assert set(Booking.objects.filter(person=stays).values_list("session", flat=True)) == {held.pk, planned.pk}
    assert Attendance.objects.filter(session=held, person=stays).exists()
    proposed.refresh_from_db()
    step.refresh_from_db()
    assert (proposed.proposed_by, step.created_by) == (stays, stays)
    assert Feedback.objects.get(pk=feedback.pk).author == stays
    assert PracticeRecord.objects.get(pk=practice.pk).owner == stays


def test_an_active_goal_of_both_becomes_one(gone, stays):
    old, kept = GoalFactory(mentee=gone, **ROLE), GoalFactory(mentee=stays, **ROLE)
    Goal.objects.filter(pk=old.pk).update(settled_at=NOW)
    request, mentorship = HelpRequestFactory(goal=old, mentee=gone), MentorshipFactory(goal=old)
    milestone = MilestoneFactory(goal=old)

    merge(gone, stays)

    for row in (request, mentorship, milestone, old, kept):
        row.refresh_from_db()
    assert {request.goal, mentorship.goal, milestone.goal} == {kept}
    assert (old.mentee, old.status, kept.status, kept.settled_at) == (stays, "dropped", "active", NOW)


def test_milestones_of_both_goals_stay_where_they_are(gone, stays):
    old, kept = GoalFactory(mentee=gone, **ROLE), GoalFactory(mentee=stays, **ROLE)
    milestone = MilestoneFactory(goal=old)
    MilestoneFactory(goal=kept)

    merge(gone, stays)

    milestone.refresh_from_db()
    assert milestone.goal == old


def test_people_who_had_a_mentorship_with_each_other_are_not_merged(gone, stays):
    MentorshipFactory(goal__mentee=gone, mentor=MentorFactory(user=stays), status="completed")

    assert "mentorship with each other" in refusal(gone, stays)


def test_sessions_at_one_time_are_moved_before(gone, stays):
    for person in (gone, stays):
        SessionFactory(mentorship__goal__mentee=person, status="confirmed")

    assert f"around {SESSION_STARTS:%Y-%m-%d %H:%M}." in refusal(gone, stays)


def test_two_running_mentorships_of_two_people_about_one_goal_are_ended_before(gone, stays):
    mentor = MentorFactory()
    for place, person in enumerate((gone, stays), start=1):
        MentorshipFactory(goal=GoalFactory(mentee=person, **ROLE), mentor=mentor, place=place)

    assert "two running mentorships about one goal" in refusal(gone, stays)


@pytest.mark.parametrize("turned", [False, True])
def test_people_whom_an_admin_keeps_apart_are_not_merged(gone, stays, turned):
    one, other = (stays, gone) if turned else (gone, stays)
    first, second = sorted([one, other], key=lambda person: person.pk)
    Exclusion.objects.create(first=first, second=second, reason="manager")

    assert "keeps the two apart" in refusal(one, other)


def test_exclusions_follow_and_twins_become_one(gone, stays):
    before, after = UserFactory(), UserFactory()
    for person in (gone, stays):
        first, second = sorted([person, before], key=lambda one: one.pk)
        Exclusion.objects.create(first=first, second=second, reason="manager")
    Exclusion.objects.create(first=gone, second=after, reason="same_team")

    merge(gone, stays)

    pairs = [{row.first, row.second} for row in Exclusion.objects.order_by("pk")]
    assert sorted(pairs, key=len) == [{stays, before}, {stays, after}]


def test_the_calendar_address_that_stays_is_kept(gone, stays):
    CalendarAddress.objects.create(person=gone, digest="0" * 64, created_at=NOW)

    merge(gone, stays)

    assert CalendarAddress.objects.get().person == stays


# --- calendars --------------------------------------------------------------------------------------------


def invited_after_merge(gone, stays) -> dict[str, Read]:
    """Merge the two, and return the events that are sent then, by the address of their reader."""
    merge(gone, stays)
    send(NOW)
    found = [parsed(message) for message in mail.outbox]
    mail.outbox.clear()
    return {message["To"]: calendar_of(message) for message in found if parts_of(message, "text/calendar")}


@pytest.mark.parametrize("both_mentor", [False, True])
@pytest.mark.parametrize("as_mentor", [False, True])
def test_sessions_to_come_are_in_both_calendars_with_the_address_that_stays(gone, stays, bob, as_mentor, both_mentor):
    people = {"goal__mentee": bob, "mentor": MentorFactory(user=gone)}
    mentorship = MentorshipFactory(**people if as_mentor else {"goal__mentee": gone, "mentor": bob.mentor})
    if both_mentor:
        MentorFactory(user=stays)
    session = SessionFactory(mentorship=mentorship)
    take_time(session_id=session.pk, by=mentorship.mentee, starts_at=SESSION_STARTS, now=NOW)
    send(NOW)
    first = {message.to[0]: calendar_of(parsed(message)) for message in mail.outbox}
    mail.outbox.clear()

    after = invited_after_merge(gone, stays)

    assert set(first) == {gone.email, bob.email}
    assert set(after) == {stays.email, bob.email}
    for event in after.values():
        assert (event.method, event.parts["uid"], event.parts["status"]) == ("REQUEST", str(session.uuid), "CONFIRMED")
        assert (event.parts["sequence"], event.starts_at) == ("1", SESSION_STARTS)
        assert set(event.people) == {stays.email, bob.email}
    assert {event.parts["sequence"] for event in first.values()} == {"0"}


def test_a_mail_about_a_new_address_says_that_the_time_stays(gone, stays, bob):
    mentorship = MentorshipFactory(goal__mentee=gone, mentor=bob.mentor)
    SessionFactory(mentorship=mentorship, status="confirmed", version=1)

    merge(gone, stays)
    send(NOW)

    [told] = [message for message in mail.outbox if message.to == [bob.email]]
    assert told.subject == "A new invitation for your session with Anna Weber"
    assert "Time and place stay the same." in told.body
    assert "Time and place stay the same." in told.alternatives[0][0]


def test_both_are_reminded_once_of_a_session_that_followed(gone, stays, bob):
    mentorship = MentorshipFactory(goal__mentee=gone, mentor=bob.mentor)
    session = SessionFactory(mentorship=mentorship)
    take_time(session_id=session.pk, by=gone, starts_at=SESSION_STARTS, now=NOW)
    merge(gone, stays)
    send(NOW)
    mail.outbox.clear()

    send(SESSION_STARTS - timedelta(hours=24))

    assert sorted(message.to[0] for message in mail.outbox) == sorted([stays.email, bob.email])


@pytest.mark.parametrize("status", ["proposed", "cancelled", "over", "of the account that stays"])
def test_other_sessions_give_no_invitation(gone, stays, bob, status):
    person = stays if status == "of the account that stays" else gone
    is_over = status == "over"
    mentorship = MentorshipFactory(goal__mentee=person, mentor=bob.mentor)
    facts = {"starts_at": NOW - timedelta(days=1)} if is_over else {}
    stored = status if status in ("proposed", "cancelled") else "confirmed"
    session = SessionFactory(mentorship=mentorship, status=stored, version=1, **facts)

    assert invited_after_merge(gone, stays) == {}

    session.refresh_from_db()
    assert session.version == 1


# --- as a mentor ------------------------------------------------------------------------------------------


def test_mentorships_of_two_mentors_get_places_of_their_own(gone, stays):
    old, kept = MentorFactory(user=gone), MentorFactory(user=stays)
    rows = [
        MentorshipFactory(mentor=old, place=1),
        MentorshipFactory(mentor=old, place=2),
        MentorshipFactory(mentor=kept, place=2),
        MentorshipFactory(mentor=old, place=2, status="completed"),
    ]

    merge(gone, stays)

    found = Mentorship.objects.filter(mentor=kept).values_list("pk", "place")
    assert dict(found) == {rows[0].pk: 1, rows[1].pk: 3, rows[2].pk: 2, rows[3].pk: 2}
    assert not MentorProfile.objects.filter(pk=old.pk).exists()


def test_a_session_of_a_mentor_follows_with_its_booking(gone, stays):
    MentorFactory(user=stays)
    session = SessionFactory(mentorship__mentor=MentorFactory(user=gone), status="confirmed")

    merge(gone, stays)

    assert Booking.objects.filter(session=session, person=stays).exists()


def test_more_mentorships_than_places_are_ended_before(gone, stays):
    for person, number in ((gone, 5), (stays, 6)):
        mentor = MentorFactory(user=person)
        for place in range(1, number + 1):
            MentorshipFactory(mentor=mentor, place=place)

    assert "more than 10 mentorships" in refusal(gone, stays)


def test_credentials_follow_as_they_were_issued(gone, stays):
    kept = MentorFactory(user=stays)
    credential = CredentialFactory(mentor=MentorFactory(user=gone), revoked_at=NOW, revoked_by=gone)

    merge(gone, stays)

    stored = Credential.objects.get(pk=credential.pk)
    assert (stored.mentor, stored.signed, stored.revoked_by) == (kept, credential.signed, stays)


def test_two_valid_credentials_for_one_period_are_decided_before(gone, stays):
    for person in (gone, stays):
        CredentialFactory(mentor=MentorFactory(user=person), to_on=date(2026, 6, 30))

    assert "credential for the same period" in refusal(gone, stays)


def test_a_credential_goes_to_no_other_mentor():
    credential, other = CredentialFactory(), MentorFactory()

    with pytest.raises(IntegrityError, match="credential"), transaction.atomic():
        Credential.objects.filter(pk=credential.pk).update(mentor=other)


# --- in cohorts -------------------------------------------------------------------------------------------


def test_a_place_in_a_cohort_follows(gone, stays):
    member = CohortMemberFactory(person=gone)

    merge(gone, stays)

    member.refresh_from_db()
    assert member.person == stays


def test_two_places_on_one_side_of_a_cohort_become_one(gone, stays):
    kept = CohortMemberFactory(person=stays)
    CohortMemberFactory(person=gone, cohort=kept.cohort)

    merge(gone, stays)

    assert list(CohortMember.objects.filter(cohort=kept.cohort)) == [kept]


def test_a_place_that_was_not_left_is_the_one_that_is_kept(gone, stays):
    left = CohortMemberFactory(person=stays, left_at=NOW)
    kept = CohortMemberFactory(person=gone, cohort=left.cohort)

    merge(gone, stays)

    assert list(CohortMember.objects.filter(cohort=left.cohort).values_list("pk", "person")) == [(kept.pk, stays.pk)]


def test_managed_members_follow_their_manager(gone, stays):
    member = CohortMemberFactory(manager=gone)

    merge(gone, stays)

    member.refresh_from_db()
    assert member.manager == stays


@pytest.mark.parametrize("managed", ["gone", "stays"])
def test_nobody_manages_themselves_after_a_merge(managed, gone, stays):
    person, manager = (gone, stays) if managed == "gone" else (stays, gone)
    member = CohortMemberFactory(person=person, manager=manager)

    merge(gone, stays)

    member.refresh_from_db()
    assert (member.person, member.manager) == (stays, None)
