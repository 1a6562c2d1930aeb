"""Owners switch trial mode, and never past each other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.exceptions import TrialModeChanged, TrialModeNeedsAddress
from accounts.models import TrialMode
from accounts.notifications.trial import held_count, people_to_invite
from accounts.selectors import trial_mode_in_force
from accounts.services.invitations import Invited, invite_people
from accounts.services.trial import set_trial_mode
from tests.factories import PASSWORD, NotificationFactory
from tests.helpers import race, send

pytestmark = pytest.mark.django_db


def switch(by, now, *, is_on=True, addresses=("ada@example.org",), was=None) -> TrialMode:
    return set_trial_mode(is_on=is_on, addresses=addresses, by=by, was=was, now=now)


def test_an_owner_switches_it_on_and_off(admin_user, now):
    trial = switch(admin_user, now, addresses=["Bea@Example.org", "ada@example.org", " "])
    assert (trial.addresses, trial.since_at, trial.changed_by) == (
        ["ada@example.org", "bea@example.org"],
        now,
        admin_user,
    )
    assert trial_mode_in_force() == trial

    later = now + timedelta(hours=1)
    trial = switch(admin_user, later, is_on=False, was=now)
    assert (trial.since_at, trial.changed_at) == (None, later)
    assert trial_mode_in_force() is None


def test_a_change_of_the_list_keeps_the_beginning(admin_user, now):
    switch(admin_user, now)

    trial = switch(admin_user, now + timedelta(hours=1), addresses=["bea@example.org"], was=now)

    assert (trial.since_at, trial.addresses) == (now, ["bea@example.org"])


def test_it_needs_somebody_who_gets_mail(admin_user, now):
    with pytest.raises(TrialModeNeedsAddress):
        switch(admin_user, now, addresses=[" "])


def test_an_owner_with_an_old_form_is_told(admin_user, now):
    switch(admin_user, now)

    with pytest.raises(TrialModeChanged, match="Ada Admin has just changed it"):
        switch(admin_user, now + timedelta(hours=1), is_on=False)
    assert trial_mode_in_force() is not None


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_owners_is_told(admin_user, now):
    switch(admin_user, now, is_on=False)

    def second() -> TrialMode:
        return switch(admin_user, now + timedelta(seconds=2), addresses=["bea@example.org"], was=now)

    rival = race(lambda: switch(admin_user, now + timedelta(seconds=1), was=now), second)

    with pytest.raises(TrialModeChanged):
        rival.finish()
    assert TrialMode.objects.get().addresses == ["ada@example.org"]


# --- invitations ------------------------------------------------------------------------------------------------


@pytest.fixture
def invited(admin_user, now, rung):
    """Return three people who were invited while trial mode was on, so that their invitations were held."""
    switch(admin_user, now)
    entered = [Invited(email=f"{name}@example.com", name=name, joined_at=now) for name in ("mira", "milo", "otto")]
    people = invite_people(entered, now=now)
    send(now)
    assert mail.outbox == []
    return people


def invited_mails() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


def test_invitations_that_it_held_are_sent_when_it_ends(invited, admin_user, now):
    later = now + timedelta(days=3)
    assert people_to_invite(TrialMode.objects.get()).count() == 3

    switch(admin_user, later, is_on=False, was=now)
    send(later)

    assert invited_mails() == ["milo@example.com", "mira@example.com", "otto@example.com"]
    assert "/invitation/" in mail.outbox[0].body


def test_an_address_that_is_listed_gets_its_invitation_and_not_twice(invited, admin_user, now):
    listed, over = now + timedelta(days=1), now + timedelta(days=2)

    switch(admin_user, listed, addresses=["ada@example.org", "milo@example.com"], was=now)
    send(listed)
    assert invited_mails() == ["milo@example.com"]
    switch(admin_user, over, is_on=False, was=listed)
    send(over)

    assert invited_mails() == ["milo@example.com", "mira@example.com", "otto@example.com"]


def test_people_who_came_in_or_are_locked_are_not_invited_when_it_ends(invited, admin_user, now):
    come, locked, _waits = invited
    come.set_password(PASSWORD)
    locked.is_active = False
    come.save()
    locked.save()

    switch(admin_user, now + timedelta(days=1), is_on=False, was=now)
    send(now + timedelta(days=1))

    assert invited_mails() == ["otto@example.com"]


def test_other_messages_that_it_held_are_not_sent_when_it_ends(admin_user, now, rung):
    switch(admin_user, now)
    NotificationFactory()
    send(now)

    switch(admin_user, now + timedelta(days=1), is_on=False, was=now)
    send(now + timedelta(days=1))

    assert mail.outbox == []


def test_a_new_trial_counts_anew(admin_user, now):
    switch(admin_user, now)
    TrialMode.objects.update(held_without_row=4)
    switch(admin_user, now + timedelta(hours=1), is_on=False, was=now)

    trial = switch(admin_user, now + timedelta(hours=2), was=now + timedelta(hours=1))

    assert held_count(trial) == 0


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"id": 2}, "trial_mode_is_one_row"),
        ({"is_on": True, "addresses": ["a@example.org"]}, "trial_mode_has_a_beginning_while_on"),
        ({"is_on": True, "addresses": []}, "trial_mode_lists_somebody_while_on"),
    ],
)
def test_the_row_is_whole(fields, constraint, now):
    since_at = now if fields.get("addresses") == [] else None

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TrialMode.objects.create(**fields, since_at=since_at)
