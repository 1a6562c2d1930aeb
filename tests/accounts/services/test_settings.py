"""Choices about messages, by group and channel."""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts.models import NotificationChoice
from accounts.notifications.registry import ADMINS, DIGEST, REMINDERS
from accounts.services.settings import choices_of, choose, is_stopped, send_mails_again, stop_mails
from tests.helpers import Rival

pytestmark = pytest.mark.django_db


def test_stopping_one_group_leaves_the_others(admin):
    stop_mails(user=admin, group=REMINDERS)

    assert {choice.group for choice in choices_of(admin) if choice.email == "off"} == {"reminders", "weekly"}


def test_a_stop_of_mails_keeps_the_choice_for_the_app(admin):
    choose(user=admin, choices=[{"group": "admins", "in_app": False}])

    stop_mails(user=admin, group=ADMINS)
    send_mails_again(user=admin, group=ADMINS)

    choice = NotificationChoice.objects.get(user=admin)
    assert (choice.email, choice.in_app) == ("now", False)


def test_stopping_the_daily_mail_switches_off_the_groups_in_it(admin):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])

    stop_mails(user=admin, group=DIGEST)

    assert NotificationChoice.objects.get(user=admin).email == "off"
    assert is_stopped(user=admin, group=DIGEST)


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_choices_do_not_deadlock(admin):
    """The order in which they name the groups does not matter."""
    with transaction.atomic():
        choose(user=admin, choices=[{"group": "reminders", "email": "off"}])
        rival = Rival(lambda: stop_mails(user=admin, group=ADMINS))
        rival.wait_until_blocked()
        choose(user=admin, choices=[{"group": "questions", "email": "off"}])
    rival.finish()

    assert is_stopped(user=admin, group=ADMINS)
