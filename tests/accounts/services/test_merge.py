"""Two accounts of one person become one: the account, its profile, its logins and its messages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import authenticate
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.exceptions import MergeNotPossible, ReasonMissing
from accounts.jobs.group_mail import send_group_mail
from accounts.links import STOP_MAILS
from accounts.merge_registry import all_rules, leaves, register, relations
from accounts.models import (
    Absence,
    AccountMerge,
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
    User,
)
from accounts.notifications.registry import all_groups
from accounts.selectors import current_rules
from accounts.services.merge import merge_accounts, not_same_person
from accounts.services.privacy import ask_erasure, set_hold
from tests.factories import (
    NOW,
    PASSWORD,
    BlockFactory,
    CareerStepFactory,
    ConcernFactory,
    GroupMailFactory,
    MentorFactory,
    NotificationFactory,
    UserFactory,
)
from tests.helpers import kinds, path, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

WHY = "She wrote that both are hers."
EARLIER = NOW - timedelta(days=3)


@pytest.fixture
def gone():
    return UserFactory(name="Anna Weber", email="anna.old@example.org", last_login=EARLIER)


@pytest.fixture
def stays():
    return UserFactory(name="Anna Weber", email="anna@example.org")


def merge(gone: User, stays: User, by: User | None = None) -> AccountMerge:
    by = by or UserFactory(role="manager")
    return merge_accounts(gone_id=gone.pk, stays_id=stays.pk, by=by, reason=WHY, now=NOW)


def refusal(gone: User, stays: User, by: User | None = None) -> str:
    """Return the sentences of a refusal. The account that was to go is as it was."""
    before = User.objects.filter(pk=gone.pk).values().get()
    with pytest.raises(MergeNotPossible) as refused:
        merge(gone, stays, by)
    assert User.objects.filter(pk=gone.pk).values().get() == before
    assert not AccountMerge.objects.exists()
    return refused.value.detail


# --- the registry -----------------------------------------------------------------------------------------


def test_each_foreign_key_to_a_person_has_a_rule():
    assert {(rule.model, rule.field) for rule in all_rules()} == set(relations())


def test_a_field_has_one_rule():
    with pytest.raises(ValueError, match="two rules"):
        register(leaves(Block, "blocker", words="stay"))


# --- the account ------------------------------------------------------------------------------------------


def test_the_account_that_goes_is_closed_and_kept_for_the_record(gone, stays):
    row = merge(gone, stays)

    gone.refresh_from_db()
    assert (gone.is_active, gone.merged_into, gone.has_usable_password()) == (False, stays, False)
    assert (row.gone, row.stays, row.gone_email, row.reason) == (gone, stays, "anna.old@example.org", WHY)
    assert gone.email.endswith("@merged.invalid")


def test_a_reason_is_needed(gone, stays, admin):
    with pytest.raises(ReasonMissing):
        merge_accounts(gone_id=gone.pk, stays_id=stays.pk, by=admin, reason=" ", now=NOW)


def test_a_confirmed_address_logs_in_to_the_account_that_stays(gone, stays, rf):
    gone.set_password("another-old-password")
    gone.save()
    stays.set_password(PASSWORD)
    stays.save()

    merge(gone, stays)

    request = rf.post("/")
    assert authenticate(request, email="anna.old@example.org", password=PASSWORD) == stays
    assert authenticate(request, email="anna.old@example.org", password="another-old-password") is None
    stored = EmailAddress.objects.get(email="anna.old@example.org")
    assert (stored.user, stored.verified, stored.primary) == (stays, True, False)


def test_an_address_that_was_not_confirmed_is_free_again(gone, stays):
    EmailAddress.objects.filter(user=gone).update(verified=False)

    merge(gone, stays)

    assert not EmailAddress.objects.filter(email="anna.old@example.org").exists()
    assert not User.objects.filter(email="anna.old@example.org").exists()
    assert kinds(stays) == ["accounts_merged"]


def test_an_address_of_somebody_who_never_came_in_is_free_again(gone, stays):
    gone.last_login = None
    gone.set_unusable_password()
    gone.save()

    row = merge(gone, stays)

    assert not row.keeps_address
    assert list(EmailAddress.objects.filter(user=stays).values_list("email", flat=True)) == ["anna@example.org"]


def test_an_address_to_which_the_person_was_changing_is_kept_once(gone, stays):
    EmailAddress.objects.create(user=stays, email=gone.email, verified=False, primary=False)

    merge(gone, stays)

    assert EmailAddress.objects.get(email="anna.old@example.org").verified


def test_both_addresses_get_a_mail(gone, stays):
    merge(gone, stays)
    send(NOW)

    assert sorted(message.to for message in mail.outbox) == [["anna.old@example.org"], ["anna@example.org"]]
    for message in mail.outbox:
        assert message.subject == "Your two accounts are one now"
        assert "The account of anna.old@example.org is closed." in message.body


def test_the_mail_is_in_the_language_of_the_account_that_stays(gone, stays, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    stays.profile.language = "de"
    stays.profile.save()

    merge(gone, stays)
    send(NOW)

    assert {message.subject for message in mail.outbox} == {"Deine zwei Konten sind jetzt eines"}


def test_sessions_and_second_factors_of_the_account_that_goes_end(gone, stays, client):
    client.force_login(gone)
    client.get(reverse("settings"))
    UserSession.objects.create(
        user=gone, session_key=client.session.session_key, ip="127.0.0.1", user_agent="", data={}
    )
    Authenticator.objects.create(user=gone, type="totp", data={})

    merge(gone, stays)

    assert client.get(reverse("settings")).status_code == 302
    assert not Authenticator.objects.exists()
    assert not UserSession.objects.exists()


def test_a_link_of_an_old_mail_leads_to_the_person_that_stays(gone, stays):
    link = STOP_MAILS.link("reminders", gone)

    merge(gone, stays)

    assert STOP_MAILS.read(path(link).rstrip("/").rpartition("/")[2]) == ("reminders", stays)


def test_a_chain_of_merges_ends_at_the_last_account(gone, stays):
    last = UserFactory()
    User.objects.filter(pk=stays.pk).update(last_login=EARLIER)
    Absence.objects.create(profile=gone.profile, from_on=date(2026, 12, 1), until_on=date(2026, 12, 2))
    merge(gone, stays)

    merge(stays, last)

    assert set(User.objects.filter(merged_into=last)) == {gone, stays}
    assert Absence.objects.get().profile == last.profile
    assert EmailAddress.objects.filter(user=last).count() == 3


# --- refusals ---------------------------------------------------------------------------------------------


def test_an_account_is_not_merged_into_itself(stays):
    assert "not two accounts" in refusal(stays, stays)


@pytest.mark.parametrize("which", [0, 1])
def test_admins_do_not_merge_their_own_account(gone, stays, which):
    me = (gone, stays)[which]

    assert "your own account" in refusal(gone, stays, by=me)


@pytest.mark.parametrize("which", [0, 1])
def test_the_account_of_an_admin_is_not_merged(gone, stays, which):
    person = (gone, stays)[which]
    person.give_role("viewer")
    person.save()

    assert "is an admin" in refusal(gone, stays)


@pytest.mark.parametrize("which", [0, 1])
def test_an_account_is_merged_once(gone, stays, which):
    other = UserFactory()
    merge((gone, stays)[which], other)

    with pytest.raises(MergeNotPossible, match="merged into another account already"):
        merge(gone, stays)


@pytest.mark.parametrize("which", [0, 1])
def test_a_lock_of_one_account_is_decided_before(gone, stays, which):
    User.objects.filter(pk=(gone, stays)[which].pk).update(is_active=False)

    assert "is locked, and the other one is not" in refusal(gone, stays)


def test_two_locked_accounts_become_a_locked_one(gone, stays):
    User.objects.filter(pk__in=[gone.pk, stays.pk]).update(is_active=False)

    merge(gone, stays)

    stays.refresh_from_db()
    assert not stays.is_active


@pytest.mark.parametrize("turned", [False, True])
def test_people_who_block_each_other_are_not_merged(gone, stays, turned):
    one, other = (stays, gone) if turned else (gone, stays)
    BlockFactory(blocker=one, blocked=other)

    assert "block each other" in refusal(gone, stays)


def test_people_with_a_concern_about_each_other_are_not_merged(gone, stays):
    ConcernFactory(raised_by=gone, about=stays, status="closed")

    assert "raised a concern about the other" in refusal(gone, stays)


def test_two_open_concerns_of_one_topic_about_one_person_are_not_merged(gone, stays):
    about = UserFactory()
    ConcernFactory(raised_by=gone, about=about)
    ConcernFactory(raised_by=stays, about=about)

    assert "Two open concerns" in refusal(gone, stays)


def test_a_concern_is_not_decided_by_its_own_person_after_a_merge(gone, stays):
    ConcernFactory(about=gone, status="closed", closed_by=stays)

    assert "took care of a concern" in refusal(gone, stays)


def test_a_refusal_names_all_that_stands_against_it(gone, stays):
    BlockFactory(blocker=gone, blocked=stays)
    ConcernFactory(raised_by=gone, about=stays, status="closed")

    found = refusal(gone, stays)

    assert "block each other" in found
    assert "raised a concern" in found


def test_an_account_that_is_to_be_erased_is_not_merged(gone, stays):
    ask_erasure(person=gone, by=gone, now=NOW)

    assert "is to be erased" in refusal(gone, stays)


def test_an_account_that_a_legal_hold_keeps_is_not_merged(gone, stays, admin):
    set_hold(person=stays, by=admin, reason="A court asked.", now=NOW)

    assert "A legal hold keeps" in refusal(gone, stays)


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
