"""Two accounts of one person become one: the account, its logins, and what stands against it."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import authenticate
from django.core import mail
from django.urls import reverse

from accounts.exceptions import MergeNotPossible, ReasonMissing
from accounts.links import STOP_MAILS
from accounts.merge_registry import all_rules, leaves, register, relations
from accounts.models import (
    Absence,
    Block,
    User,
)
from accounts.services.merge import merge_accounts
from accounts.services.privacy import ask_erasure, set_hold
from tests.factories import (
    NOW,
    PASSWORD,
    BlockFactory,
    ConcernFactory,
    UserFactory,
)
from tests.helpers import kinds, path, send
from tests.merges import EARLIER, WHY, merge, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


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
