"""Publishing rules, accepting them, and moves that wait for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.exceptions import RulesNotAccepted, RulesNotPublished, RulesOutdated
from accounts.models import CommunityRules, User
from accounts.selectors import current_rules, members_to_ask, rules_before
from accounts.services.publish_rules import publish_rules
from accounts.services.rules import accept_rules, must_have_accepted_rules
from tests.factories import UserFactory
from tests.helpers import race
from tests.rules import NEW_TEXT, accept_all, new_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return timezone.now()


def publish(at, **facts):
    wanted = {"text": NEW_TEXT, "published_at": at, "required_at": at + timedelta(days=14), "after": 1, "now": at}
    return publish_rules(**wanted | facts)


def test_a_published_version_is_in_force_and_members_are_asked(at, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        rules = publish(at)

    assert (rules.version, current_rules()) == (2, rules)
    assert rung == [("accounts.tasks.ask_about_rules",)]


def test_a_version_of_next_week_is_not_in_force_yet(at, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        publish(at, published_at=at + timedelta(days=7), required_at=at + timedelta(days=21))

    assert current_rules().version == 1
    assert rung == []


def test_a_version_that_its_writer_has_not_read_is_not_overwritten(at):
    new_rules()

    with pytest.raises(RulesOutdated, match="version 2"):
        publish(at, text="Another text.")


@pytest.mark.parametrize("text", ["", "  \n"])
def test_rules_without_words_are_not_published(text, at):
    with pytest.raises(RulesNotPublished, match="differs"):
        publish(at, text=text)


def test_the_same_text_is_not_published_again(at):
    with pytest.raises(RulesNotPublished, match="differs"):
        publish(at, text=f" {current_rules().text}\n".replace("\n", "\r\n"))


@pytest.mark.parametrize(("published", "required"), [(-1, 14), (3, 2)])
def test_days_in_a_wrong_order_are_refused(published, required, at):
    with pytest.raises(RulesNotPublished, match="now or later"):
        publish(at, published_at=at + timedelta(days=published), required_at=at + timedelta(days=required))


def test_the_database_refuses_a_version_that_is_required_before_it_is_published(at):
    with pytest.raises(IntegrityError, match="are_required"), transaction.atomic():
        CommunityRules.objects.create(version=9, text="No.", published_at=at, required_at=at - timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_one_of_two_owners_who_publish_at_once_reads_that_the_other_did(rung):
    at = timezone.now()
    rival = race(lambda: publish(at, text="The one."), lambda: publish(at, text="The other."))

    with pytest.raises(RulesOutdated):
        rival.finish()
    assert current_rules().text == "The one."


def test_nobody_is_asked_about_the_first_version(alice, at):
    must_have_accepted_rules(alice.pk, now=at + timedelta(days=900))

    assert User.objects.of_requests().get(pk=alice.pk).rules_asked is None


def test_within_the_days_of_grace_a_member_is_asked_and_moves_go_on(alice, at):
    new_rules()
    reader = User.objects.of_requests().get(pk=alice.pk)

    must_have_accepted_rules(alice.pk, now=at)

    assert reader.rules_asked == 2


def test_after_the_days_of_grace_moves_wait(alice, at):
    new_rules(required=True)
    reader = User.objects.of_requests().get(pk=alice.pk)

    with pytest.raises(RulesNotAccepted) as refused:
        must_have_accepted_rules(alice.pk, now=at)

    assert refused.value.code == "rules_not_accepted"
    assert reader.rules_asked == 2


def test_an_acceptance_lets_moves_go_on(alice, bob, at):
    new_rules(required=True)

    accept_rules(user=alice, version=2, now=at)
    accept_rules(user=alice, version=2, now=at)

    must_have_accepted_rules(alice.pk, now=at)
    with pytest.raises(RulesNotAccepted):
        must_have_accepted_rules(bob.pk, now=at)
    reader = User.objects.of_requests().get(pk=alice.pk)
    assert reader.rules_asked is None


def test_a_further_version_gives_no_days_to_those_who_ignored_the_last_one(alice, bob, at):
    new_rules(required=True)
    accept_all(bob, at=at)
    new_rules(text="A third text.")

    must_have_accepted_rules(bob.pk, now=at)
    with pytest.raises(RulesNotAccepted):
        must_have_accepted_rules(alice.pk, now=at)


def test_accepting_the_newest_version_accepts_those_before_it(alice, at):
    new_rules(required=True)
    new_rules(required=True, text="A third text.")

    accept_rules(user=alice, version=3, now=at)

    must_have_accepted_rules(alice.pk, now=at)


def test_a_planned_version_asks_and_requires_nothing_before_its_time(alice, at):
    """Nobody can accept it before. Those who accepted the one before it are asked again at that time."""
    new_rules(required=True)
    next_week = at + timedelta(days=7)
    planned = publish(at, text="A third text.", after=2, published_at=next_week, required_at=next_week)

    with pytest.raises(RulesOutdated, match="version 2"):
        accept_rules(user=alice, version=planned.version, now=at)
    accept_rules(user=alice, version=2, now=at)

    rules = CommunityRules.objects
    states = [(rules.asked_of(alice.pk, at=when), rules.required_of(alice.pk, at=when)) for when in (at, next_week)]
    assert [tuple(map(list, state)) for state in states] == [([], []), ([planned], [planned])]


def test_the_version_before_a_planned_one_is_still_required(alice, at):
    new_rules(required=True)
    next_week = at + timedelta(days=7)
    publish(at, text="A third text.", after=2, published_at=next_week, required_at=next_week + timedelta(days=14))

    with pytest.raises(RulesNotAccepted):
        must_have_accepted_rules(alice.pk, now=at)
    with pytest.raises(RulesNotAccepted):
        must_have_accepted_rules(alice.pk, now=next_week)


def test_somebody_who_joins_before_a_planned_version_is_asked_about_it_then(alice, at):
    next_week = at + timedelta(days=7)
    planned = publish(at, published_at=next_week, required_at=next_week)
    accept_rules(user=alice, version=1, now=at)

    must_have_accepted_rules(alice.pk, now=at)
    assert CommunityRules.objects.required_of(alice.pk, at=next_week).get() == planned


def test_only_the_version_in_force_is_accepted(alice, at):
    new_rules()

    with pytest.raises(RulesOutdated, match="version 2"):
        accept_rules(user=alice, version=1, now=at)


def test_the_check_is_one_query(alice, at, django_assert_num_queries):
    new_rules()

    with django_assert_num_queries(1):
        must_have_accepted_rules(alice.pk, now=at)


def test_changes_are_shown_since_the_version_that_a_member_accepted(alice, bob, at):
    accept_all(alice, at=at)
    new_rules()
    third = new_rules(text="A third text.")

    assert rules_before(third, user=alice).version == 1
    assert rules_before(third, user=bob).version == 2


def test_those_who_left_or_never_came_in_are_not_asked(alice, bob, at):
    rules = new_rules()
    accept_all(bob, at=at)
    UserFactory(is_active=False)
    invited = UserFactory()
    invited.set_unusable_password()
    invited.save()

    assert list(members_to_ask(rules)) == [alice]


@pytest.mark.parametrize("accepted", [0, 1, 2])
@pytest.mark.parametrize("versions", [0, 1, 2])
def test_a_reader_is_asked_about_the_version_that_the_query_set_finds(versions, accepted, alice, bob, at):
    for number in range(versions):
        new_rules(text=f"Text {number}.")
        if number < accepted:
            accept_all(alice, at=at)
    CommunityRules.objects.create(
        version=9, text="To come.", published_at=at + timedelta(days=1), required_at=at + timedelta(days=1)
    )

    for person in (alice, bob):
        found = CommunityRules.objects.asked_of(person.pk, at=at).values_list("version", flat=True).first()
        assert User.objects.of_requests().get(pk=person.pk).rules_asked == found
