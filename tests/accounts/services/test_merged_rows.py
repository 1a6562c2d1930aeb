"""Rows of an account follow to the one with which it is merged: profile, mentor, messages, choices of mails."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.jobs.group_mail import send_group_mail
from accounts.models import (
    Block,
    BusyCalendar,
    CareerStep,
    CommunityRules,
    Concern,
    Language,
    MentorDecision,
    MentorProfile,
    Notification,
    NotificationChoice,
    NotSamePerson,
    Profile,
    RulesAcceptance,
    StaffRead,
)
from accounts.notifications.registry import all_groups
from accounts.selectors import current_rules
from accounts.services.merge import not_same_person
from tests.factories import (
    NOW,
    BlockFactory,
    CareerStepFactory,
    ConcernFactory,
    GroupMailFactory,
    MentorFactory,
    NotificationFactory,
    UserFactory,
)
from tests.helpers import kinds, send
from tests.merges import EARLIER, merge, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


# --- rows that follow -------------------------------------------------------------------------------------


def test_blocks_follow_and_twins_become_one(gone, stays):
    both, mine, theirs = UserFactory(), UserFactory(), UserFactory()
    for blocker in (gone, stays):
        BlockFactory(blocker=blocker, blocked=both)
    BlockFactory(blocker=gone, blocked=mine)
    BlockFactory(blocker=theirs, blocked=gone)

    merge(gone, stays)

    pairs = Block.objects.order_by("pk").values_list("blocker", "blocked")
    assert sorted(pairs) == sorted([(stays.pk, both.pk), (stays.pk, mine.pk), (theirs.pk, stays.pk)])


def test_concerns_follow_with_their_separation(gone, stays):
    raised = ConcernFactory(raised_by=gone)
    about = ConcernFactory(about=gone, status="closed")

    merge(gone, stays)

    assert Concern.objects.get(pk=raised.pk).raised_by == stays
    assert Concern.objects.get(pk=about.pk).about == stays
    assert Block.objects.get(concern=raised).blocker == stays


def test_a_concern_goes_to_nobody_else():
    concern, other = ConcernFactory(), UserFactory()

    with pytest.raises(IntegrityError, match="a concern does not change"), transaction.atomic():
        Concern.objects.filter(pk=concern.pk).update(about=other)


def test_the_first_acceptance_of_rules_counts(gone, stays):
    rules = current_rules()
    newer = CommunityRules.objects.create(version=rules.version + 1, text="Be kind.", published_at=EARLIER)
    RulesAcceptance.objects.create(user=gone, rules=rules, accepted_at=EARLIER)
    RulesAcceptance.objects.create(user=stays, rules=rules, accepted_at=NOW)
    RulesAcceptance.objects.create(user=gone, rules=newer, accepted_at=NOW)

    merge(gone, stays)

    theirs = RulesAcceptance.objects.filter(user=stays).values_list("rules", "accepted_at")
    assert sorted(theirs) == [(rules.pk, EARLIER), (newer.pk, NOW)]


def test_an_empty_profile_is_filled_and_a_full_one_is_kept(gone, stays):
    for person, headline, bio in ((gone, "Old headline", "Old bio"), (stays, "New headline", "")):
        person.profile.headline, person.profile.bio = headline, bio
        person.profile.save()
    CareerStepFactory(profile=gone.profile, role="Postdoc")
    Language.objects.create(profile=gone.profile, code="de", level="native")
    Language.objects.filter(profile=gone.profile, code="en").update(level="basic")

    merge(gone, stays)

    stays.profile.refresh_from_db()
    assert (stays.profile.headline, stays.profile.bio) == ("New headline", "Old bio")
    assert CareerStep.objects.get().profile == stays.profile
    assert sorted(stays.profile.languages.values_list("code", "level")) == [("de", "native"), ("en", "fluent")]


def test_a_career_that_is_there_is_kept_alone(gone, stays):
    CareerStepFactory(profile=gone.profile, role="Postdoc")
    CareerStepFactory(profile=stays.profile, role="Data scientist")

    merge(gone, stays)

    assert [step.role for step in stays.profile.career.all()] == ["Data scientist"]


def test_the_calendar_of_the_account_that_goes_is_read_no_more(gone, stays):
    for person in (gone, stays):
        BusyCalendar.objects.create(profile=person.profile, sealed_address=b"sealed")

    merge(gone, stays)

    assert BusyCalendar.objects.get().profile == stays.profile


def test_a_pause_of_asking_follows(gone, stays):
    gone.profile.asking_paused_at = EARLIER
    gone.profile.save()
    stays.profile.asking_back_at = NOW
    stays.profile.save()

    merge(gone, stays)

    stays.profile.refresh_from_db()
    assert (stays.profile.asking_paused_at, stays.profile.asking_back_at) == (EARLIER, None)


def test_messages_that_wait_reach_the_account_that_stays(gone, stays):
    waiting = NotificationFactory(recipient=gone, kind="welcome", key="", payload={})
    twin = NotificationFactory(recipient=gone, kind="welcome", key="again", payload={})
    NotificationFactory(recipient=stays, kind="welcome", key="again", payload={}, status="sent", sent_at=NOW)
    code = NotificationFactory(recipient=gone, kind="account_mail", key="code", payload={"to": gone.email})

    merge(gone, stays)

    rows = {row.pk: (row.recipient, row.status) for row in Notification.objects.all()}
    assert rows[waiting.pk] == (stays, "pending")
    assert rows[twin.pk] == (gone, "skipped")
    assert rows[code.pk] == (stays, "skipped")


def test_reads_of_the_data_follow(gone, stays, admin):
    StaffRead.objects.create(person=gone, reader=admin, what="contact", hour_at=NOW)
    for person in (gone, stays):
        StaffRead.objects.create(person=person, reader=admin, what="profile", hour_at=NOW)

    merge(gone, stays)

    assert sorted(StaffRead.objects.filter(person=stays).values_list("what", flat=True)) == ["contact", "profile"]


def test_a_denied_suggestion_follows(gone, stays, admin):
    other = UserFactory()
    not_same_person(one=gone, other=other, by=admin, now=NOW)
    not_same_person(one=gone, other=stays, by=admin, now=NOW)

    merge(gone, stays)

    assert [{pair.first, pair.second} for pair in NotSamePerson.objects.all()] == [{stays, other}]


# --- mentors ----------------------------------------------------------------------------------------------


def test_the_profile_of_a_mentor_follows_to_somebody_without_one(gone, stays):
    mentor = MentorFactory(user=gone, status="suspended")

    merge(gone, stays)

    mentor.refresh_from_db()
    assert (mentor.user, mentor.status) == (stays, "suspended")


@pytest.mark.parametrize(
    ("gone_status", "stays_status", "after"),
    [
        ("suspended", "approved", "suspended"),
        ("approved", "suspended", "suspended"),
        ("suspended", "rejected", "suspended"),
        ("rejected", "applied", "rejected"),
        ("applied", "rejected", "rejected"),
        ("paused", "approved", "paused"),
        ("approved", "paused", "paused"),
        ("paused", "applied", "paused"),
        ("approved", "applied", "approved"),
        ("applied", "approved", "approved"),
        ("applied", "applied", "applied"),
    ],
)
def test_the_stricter_status_of_two_mentors_is_kept(gone, stays, gone_status, stays_status, after):
    MentorFactory(user=gone, status=gone_status)
    kept = MentorFactory(user=stays, status=stays_status)

    merge(gone, stays)

    kept.refresh_from_db()
    assert kept.status == after
    assert MentorProfile.objects.get() == kept


def test_a_suspension_keeps_its_reason(gone, stays, admin):
    old, kept = MentorFactory(user=gone, status="suspended"), MentorFactory(user=stays)
    MentorDecision.objects.create(
        mentor=old, by=admin, before="approved", after="suspended", reason="You sold a course.", decided_at=EARLIER
    )

    merge(gone, stays)

    reasons = kept.decisions.order_by("decided_at", "pk").values_list("reason", "before")
    assert list(reasons) == [("You sold a course.", "approved"), ("You sold a course.", "approved")]
    assert "mentor_suspended" in kinds(stays)


@pytest.mark.parametrize("statuses", [("rejected", "approved"), ("paused", "rejected")])
def test_a_rejected_and_an_approved_application_are_decided_before(gone, stays, statuses):
    for person, status in zip((gone, stays), statuses, strict=True):
        MentorFactory(user=person, status=status)

    assert "was rejected, and the other one approved" in refusal(gone, stays)


def test_the_offers_of_two_mentors_become_one(gone, stays):
    old = MentorFactory(user=gone, teaches=["python", "sql"], motivation="Old")
    kept = MentorFactory(user=stays, teaches=["sql"], motivation="New", goal_kinds=[])
    number = old.goal_kinds.count()

    merge(gone, stays)

    kept.refresh_from_db()
    assert (kept.teaches, kept.motivation, kept.goal_kinds.count()) == (["sql", "python"], "New", number)


# --- mails that are switched off -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "kept", "after"),
    [
        (("off", True), None, ("off", True)),
        (("digest", True), ("now", True), ("digest", True)),
        (("now", True), ("off", True), ("off", True)),
        (("now", False), ("digest", True), ("digest", False)),
        (None, ("off", False), ("off", False)),
    ],
)
def test_the_stricter_choice_of_mails_follows_the_person(gone, stays, old, kept, after):
    for user, choice in ((gone, old), (stays, kept)):
        if choice:
            NotificationChoice.objects.create(user=user, group="news", email=choice[0], in_app=choice[1])

    merge(gone, stays)

    assert NotificationChoice.objects.values_list("user", "group", "email", "in_app").get() == (
        stays.pk,
        "news",
        *after,
    )


def test_a_choice_that_is_less_strict_than_the_default_does_not_follow(gone, stays):
    group = next(group for group in all_groups() if group.default == "off")
    NotificationChoice.objects.create(user=gone, group=group.code, email="now")

    merge(gone, stays)

    assert not NotificationChoice.objects.exists()


def test_a_group_mail_that_waits_honours_the_choice_of_the_account_that_is_gone(gone, stays):
    NotificationChoice.objects.create(user=gone, group="news", email="off")
    row = GroupMailFactory(status="scheduled", people=[gone, stays])
    send_group_mail(mail_id=row.pk, now=NOW)

    merge(gone, stays)
    send(NOW)

    assert [message.subject for message in mail.outbox if "News" in message.subject] == []


def test_the_quiet_hours_follow_if_the_account_that_stays_has_none(gone, stays):
    Profile.objects.filter(user=gone).update(quiet_from_minute=1320, quiet_until_minute=420, buffer_minutes=30)
    gone.refresh_from_db()

    merge(gone, stays)

    kept = Profile.objects.get(user=stays)
    assert (kept.quiet_from_minute, kept.quiet_until_minute, kept.buffer_minutes) == (1320, 420, 30)
