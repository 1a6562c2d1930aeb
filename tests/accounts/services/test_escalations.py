"""Admins act on escalations, one after the other and at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.escalations import known_kind
from accounts.exceptions import (
    ConcernTaken,
    EscalationGone,
    EscalationOwnerNotAdmin,
    EscalationRuleChanged,
    EscalationTaken,
    MoveNotAllowed,
    ReasonMissing,
)
from accounts.models import Escalation, EscalationRule, MentorProfile, User
from accounts.open_escalations import rule_in_force
from accounts.services.escalations import assign, dismiss, do_suggested, set_rule, snooze
from accounts.services.mentors import approve_mentor
from tests.escalations import DAY, MAKERS, cause_of, count_of
from tests.factories import UserFactory
from tests.helpers import kinds, race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

KIND = "application_waits"


@pytest.fixture
def applicant(now):
    return MAKERS[KIND](now)


@pytest.fixture
def cause(applicant, now):
    return cause_of(KIND, applicant, now)


def in_force(code: str) -> str:
    return rule_in_force(known_kind(code)).values


@pytest.fixture
def colleague(db):
    return UserFactory(name="Cora Colleague", is_staff=True)


def approve(cause, by, now):
    return do_suggested(
        cause=cause,
        act=lambda mentor: approve_mentor(mentor_id=mentor.pk, by=None, now=now),
        done="approved",
        rests_for=DAY,
        by=by,
        now=now,
    )


def test_the_suggested_action_is_done_and_noted(cause, applicant, admin, now):
    note = approve(cause, admin, now)

    applicant.refresh_from_db()
    assert applicant.status == MentorProfile.Status.APPROVED
    assert (note.acted_by, note.acted_at, note.done) == (admin, now, "approved")
    assert count_of(KIND, now) == 0


def test_an_action_that_leaves_its_cause_lets_it_rest(cause, admin, now):
    do_suggested(cause=cause, act=lambda row: None, done="we wrote", rests_for=DAY, by=admin, now=now)

    assert [count_of(KIND, now + days * DAY) for days in (0, 1)] == [0, 1]


def test_a_refused_action_leaves_no_note(cause, applicant, admin, now):
    def refuse(row):
        raise MoveNotAllowed("mentor profile", "paused", "paused")

    with pytest.raises(MoveNotAllowed):
        do_suggested(cause=cause, act=refuse, done="done", rests_for=DAY, by=admin, now=now)

    assert not Escalation.objects.exists()


def test_a_second_admin_reads_what_the_first_did(cause, admin, colleague, now):
    approve(cause, admin, now)

    with pytest.raises(EscalationTaken, match=r"Person \d+ was here on .*: approved"):
        approve(cause, colleague, now)
    with pytest.raises(EscalationTaken):
        snooze(cause=cause, days=1, by=colleague, now=now)


def test_a_cause_that_went_by_itself_is_gone(cause, applicant, admin, now):
    approve_mentor(mentor_id=applicant.pk, by=None, now=now)

    with pytest.raises(EscalationGone):
        dismiss(cause=cause, reason="We spoke.", by=admin, now=now)


def test_one_that_was_put_off_says_by_whom_and_until_when(cause, admin, colleague, now):
    snooze(cause=cause, days=3, by=admin, now=now)

    with pytest.raises(EscalationTaken, match=r"Person \d+ put it off until 26 November 2026"):
        dismiss(cause=cause, reason="We spoke.", by=colleague, now=now)
    dismiss(cause=cause, reason="We spoke.", by=colleague, now=now + 3 * DAY)


def test_a_dismissed_one_stays_away_and_says_why(cause, admin, colleague, now):
    dismiss(cause=cause, reason=" We spoke. ", by=admin, now=now)

    assert count_of(KIND, now + 99 * DAY) == 0
    with pytest.raises(EscalationTaken, match=r"dismissed it on .*: We spoke\."):
        approve(cause, colleague, now)


def test_nothing_is_dismissed_without_a_reason(cause, admin, now):
    with pytest.raises(ReasonMissing):
        dismiss(cause=cause, reason="  ", by=admin, now=now)


def test_assigning_is_refused_after_a_colleague_took_it(cause, admin, colleague, now):
    assign(cause=cause, to=colleague, was=None, by=admin, now=now)

    with pytest.raises(EscalationTaken, match="assigned to Cora Colleague meanwhile"):
        assign(cause=cause, to=admin, was=None, by=admin, now=now)
    assert assign(cause=cause, to=admin, was=colleague.pk, by=admin, now=now).assigned_to == admin
    assert assign(cause=cause, to=None, was=admin.pk, by=admin, now=now).assigned_to is None


@pytest.mark.parametrize("facts", [{}, {"is_staff": True, "is_active": False}])
def test_only_an_active_admin_takes_care(cause, facts, admin, now):
    person = UserFactory(**facts)

    with pytest.raises(EscalationOwnerNotAdmin):
        assign(cause=cause, to=person, was=None, by=admin, now=now)
    with pytest.raises(EscalationOwnerNotAdmin):
        set_rule(kind=known_kind(KIND), days=1, is_on=True, owner=person, was=in_force(KIND))


def test_somebody_who_may_not_see_it_takes_no_care(cause, admin, now):
    matchmaker = UserFactory(role="matchmaker")
    concern = cause_of("concern_open", MAKERS["concern_open"](now), now)

    assign(cause=cause, to=matchmaker, was=None, by=admin, now=now)
    with pytest.raises(EscalationOwnerNotAdmin):
        assign(cause=concern, to=matchmaker, was=None, by=admin, now=now)
    concerns = known_kind("concern_open")
    with pytest.raises(EscalationOwnerNotAdmin):
        set_rule(kind=concerns, days=1, is_on=True, owner=matchmaker, was=in_force("concern_open"))


def test_a_concern_is_assigned_to_its_owner(admin, colleague, now):
    concern = MAKERS["concern_open"](now)
    named = {"cause": cause_of("concern_open", concern, now), "by": admin, "now": now}
    assign(**named, to=colleague, was=None)

    concern.refresh_from_db()
    assert (concern.owner, kinds(colleague)) == (colleague, ["concern_assigned"])
    with pytest.raises(ConcernTaken):
        assign(**named, to=admin, was=None)


def test_one_of_a_former_admin_is_free(cause, admin, colleague, now):
    assign(cause=cause, to=colleague, was=None, by=admin, now=now)
    User.objects.filter(pk=colleague.pk).update(role="", is_staff=False)

    assert assign(cause=cause, to=admin, was=None, by=admin, now=now).assigned_to == admin


def test_nobody_acts_on_what_they_are_a_part_of(cause, applicant, admin, now):
    User.objects.filter(pk=applicant.user.pk).update(role="manager", is_staff=True)
    applicant.user.refresh_from_db()

    for act in (
        lambda: approve(cause, applicant.user, now),
        lambda: snooze(cause=cause, days=1, by=applicant.user, now=now),
        lambda: dismiss(cause=cause, reason="They are good.", by=applicant.user, now=now),
        lambda: assign(cause=cause, to=admin, was=None, by=applicant.user, now=now),
    ):
        with pytest.raises(EscalationGone):
            act()
    with pytest.raises(EscalationOwnerNotAdmin, match="is a part of it"):
        assign(cause=cause, to=applicant.user, was=None, by=admin, now=now)


def test_a_rule_is_changed_in_one_row(admin):
    for days in (5, 6):
        set_rule(kind=known_kind(KIND), days=days, is_on=True, owner=admin, was=in_force(KIND))

    rule = rule_in_force(known_kind(KIND))
    assert (rule.days, rule.owner, EscalationRule.objects.count()) == (6, admin, 1)


def test_the_second_admin_who_changes_a_rule_reads_what_changed(admin):
    was = in_force(KIND)
    set_rule(kind=known_kind(KIND), days=5, is_on=True, owner=admin, was=was)

    with pytest.raises(EscalationRuleChanged, match=rf"It is on, and {admin} takes care of it: .* for 5 days\. Look"):
        set_rule(kind=known_kind(KIND), days=9, is_on=False, owner=None, was=was)

    assert EscalationRule.objects.get().days == 5


@pytest.mark.parametrize(
    "facts",
    [
        {"dismissed_at": timedelta(0)},
        {"dismissed_reason": "We spoke."},
        {"acted_at": timedelta(0)},
        {"done": "approved"},
    ],
)
def test_the_database_keeps_no_half_note(facts, now):
    facts = {name: now if isinstance(value, timedelta) else value for name, value in facts.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.create(kind=KIND, subject=1, since_at=now, **facts)


@pytest.mark.parametrize("days", [366, -1])
def test_the_database_keeps_days_of_a_rule_within_a_year(days):
    with pytest.raises(IntegrityError), transaction.atomic():
        EscalationRule.objects.create(kind=KIND, days=days)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_noted", [False, True])
def test_one_acts_and_the_other_reads_it_if_two_admins_press_at_once(is_noted, cause, applicant, admin, colleague, now):
    if is_noted:
        assign(cause=cause, to=admin, was=None, by=admin, now=now)

    rival = race(lambda: approve(cause, admin, now), lambda: approve(cause, colleague, now))

    with pytest.raises(EscalationTaken, match="was here"):
        rival.finish()
    assert Escalation.objects.get().acted_by == admin


@pytest.mark.django_db(transaction=True)
def test_one_changes_a_rule_that_two_admins_change_at_once_for_the_first_time():
    kind, was = known_kind(KIND), in_force(KIND)

    rival = race(
        lambda: set_rule(kind=kind, days=5, is_on=True, owner=None, was=was),
        lambda: set_rule(kind=kind, days=9, is_on=True, owner=None, was=was),
    )

    with pytest.raises(EscalationRuleChanged):
        rival.finish()
    assert EscalationRule.objects.get().days == 5


@pytest.mark.django_db(transaction=True)
def test_one_has_it_if_two_admins_take_it_at_once(cause, admin, colleague, now):
    rival = race(
        lambda: assign(cause=cause, to=admin, was=None, by=admin, now=now),
        lambda: assign(cause=cause, to=colleague, was=None, by=colleague, now=now),
    )

    with pytest.raises(EscalationTaken, match="assigned to"):
        rival.finish()
    assert Escalation.objects.get().assigned_to == admin
