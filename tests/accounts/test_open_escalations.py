"""Each kind of escalation appears with its cause and goes with it, the oldest first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.escalations import EscalationKind, all_kinds, register
from accounts.models import Concern, Escalation, EscalationRule, MentorProfile, Notification, User
from accounts.models.notification import BOUNCED
from accounts.notifications.channels.mail import MailChannel
from accounts.notifications.registry import all_kinds as all_messages
from accounts.open_escalations import (
    Owner,
    count_with,
    look,
    notes_for,
    open_counts,
    open_escalation,
    rule_in_force,
    rules_in_force,
)
from accounts.selectors import FORGOTTEN
from accounts.suggested_actions import action_for
from tests.escalations import DAY, MAKERS, cause_of, count_of, kind_of
from tests.factories import NOW, ConcernFactory, NotificationFactory, UserFactory, WebhookEndpointFactory

pytestmark = pytest.mark.django_db


def found(now, **facts) -> list[tuple[str, int]]:
    return [(one.kind.code, one.row.pk) for one in look(rules_in_force(), now=now, start=0, stop=99, **facts).found]


def test_each_kind_has_a_maker_and_one_suggested_action():
    assert {kind.code for kind in all_kinds()} == set(MAKERS)
    assert [code for code in MAKERS if action_for(code) is None] == []


@pytest.mark.parametrize("code", MAKERS)
def test_each_cause_is_found_once_since_its_time(code, now):
    row = MAKERS[code](now)

    assert [pk for kind, pk in found(now) if kind == code] == [row.pk]
    assert count_of(code, now) == 1
    cause = cause_of(code, row, now)
    assert cause.since_at < now


@pytest.mark.parametrize("code", MAKERS)
def test_people_and_words_of_an_escalation_need_no_further_query(code, now):
    row = MAKERS[code](now)
    [one] = [one for one in look(rules_in_force(), now=now, start=0, stop=9).found if one.row.pk == row.pk][:1]

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert isinstance(one.detail, str)
        assert [str(person) for person in one.about] or code == "cohort_waits"

    assert len(queries) == 0


@pytest.mark.parametrize("code", [code for code in MAKERS if not code.startswith("no_shows")])
def test_a_rule_of_more_days_finds_less(code, now):
    MAKERS[code](now)

    assert count_with(kind_of(code), days=300, now=now) == 0


@pytest.mark.parametrize("code", ["no_shows_of_mentee", "no_shows_of_mentor"])
def test_no_shows_are_counted_within_the_days(code, now):
    MAKERS[code](now)

    assert [count_with(kind_of(code), days=days, now=now) for days in (5, 9)] == [0, 1]


def test_the_oldest_cause_is_first_over_all_kinds(now):
    rows = {code: make(now) for code, make in MAKERS.items()}

    times = [one.row.since_at for one in look(rules_in_force(), now=now, start=0, stop=99).found]

    assert len(times) >= len(rows)
    assert times == sorted(times)


def test_pages_follow_each_other(now):
    for make in MAKERS.values():
        make(now)
    everything = found(now)

    parts = [
        (one.kind.code, one.row.pk)
        for start in range(0, len(everything), 4)
        for one in look(rules_in_force(), now=now, start=start, stop=start + 4).found
    ]

    assert parts == everything


def test_counts_and_oldest_are_those_of_the_rows(now):
    for days in (4, 9):
        row = MAKERS["application_waits"](now)
        MentorProfile.objects.filter(pk=row.pk).update(status_since_at=now - timedelta(days=days))

    counts = {one.rule.kind.code: (one.count, one.oldest_at) for one in open_counts(rules_in_force(), now=now)}

    assert counts["application_waits"] == (2, now - timedelta(days=9))
    assert counts["silent_pair"] == (0, None)


@pytest.mark.parametrize("note", [{"snoozed_until_at": timedelta(days=1)}, {"dismissed_reason": "We spoke."}])
def test_a_note_lets_the_cause_rest_and_not_the_next_one(note, now):
    row = MAKERS["application_waits"](now)
    facts = {"snoozed_until_at": now + DAY} if "snoozed_until_at" in note else {**note, "dismissed_at": now}
    Escalation.objects.create(kind="application_waits", subject=row.pk, since_at=row.status_since_at, **facts)
    assert count_of("application_waits", now) == 0

    MentorProfile.objects.update(status_since_at=row.status_since_at + timedelta(hours=1))

    assert count_of("application_waits", now) == 1


def test_a_cause_that_was_put_off_comes_back(now):
    row = MAKERS["application_waits"](now)
    Escalation.objects.create(
        kind="application_waits", subject=row.pk, since_at=row.status_since_at, snoozed_until_at=now + DAY
    )

    assert count_of("application_waits", now + DAY) == 1


def test_a_rule_that_is_off_finds_nothing(now):
    MAKERS["application_waits"](now)
    EscalationRule.objects.create(kind="application_waits", days=1, is_on=False)

    assert found(now) == []
    assert "application_waits" not in [one.rule.kind.code for one in open_counts(rules_in_force(), now=now)]


def test_mine_are_those_assigned_to_me_or_of_my_rules(now, admin, admin_user):
    mine, of_another, free = (MAKERS["application_waits"](now) for _ in range(3))
    mail = MAKERS["mail_failed"](now)
    for row, person in ((mine, admin), (of_another, admin_user)):
        Escalation.objects.create(
            kind="application_waits", subject=row.pk, since_at=row.status_since_at, assigned_to=person
        )
    EscalationRule.objects.create(kind="mail_failed", days=0, owner=admin)

    assert {pk for _, pk in found(now, owner=Owner.MINE, reader=admin)} == {mine.pk, mail.pk}
    assert {pk for _, pk in found(now, owner=Owner.MINE, reader=admin_user)} == {of_another.pk}
    assert {pk for _, pk in found(now, owner=Owner.NOBODY, reader=admin)} == {free.pk}
    EscalationRule.objects.create(kind="application_waits", days=0, owner=admin)
    assert {pk for _, pk in found(now, owner=Owner.MINE, reader=admin)} == {mine.pk, free.pk, mail.pk}


@pytest.mark.parametrize("change", [{"role": "", "is_staff": False}, {"role": "viewer"}, {"is_active": False}])
def test_an_admin_who_may_not_see_it_any_more_takes_care_of_nothing(change, now, admin):
    former = UserFactory(role="manager")
    application, mail, concern = (MAKERS[code](now) for code in ("application_waits", "mail_failed", "concern_open"))
    note = {"kind": "application_waits", "subject": application.pk, "since_at": application.status_since_at}
    Escalation.objects.create(**note, assigned_to=former)
    EscalationRule.objects.create(kind="mail_failed", days=0, owner=former)
    Concern.objects.update(owner=former)
    everything = {application.pk, mail.pk, concern.pk}
    assert {pk for _, pk in found(now, owner=Owner.MINE, reader=former)} == everything

    User.objects.filter(pk=former.pk).update(**change)

    former.refresh_from_db()
    assert found(now, owner=Owner.MINE, reader=former) == []
    assert {pk for _, pk in found(now, owner=Owner.NOBODY, reader=admin)} == everything
    assert {one.owner for one in look(rules_in_force(), now=now, start=0, stop=9).found} == {None}


def test_a_concern_is_of_its_owner(now, admin, admin_user):
    concern, free = MAKERS["concern_open"](now), MAKERS["concern_open"](now)
    Concern.objects.filter(pk=concern.pk).update(owner=admin)

    assert found(now, owner=Owner.MINE, reader=admin) == [("concern_open", concern.pk)]
    assert found(now, owner=Owner.MINE, reader=admin_user) == []
    assert found(now, owner=Owner.NOBODY, reader=admin_user) == [("concern_open", free.pk)]
    EscalationRule.objects.create(kind="concern_open", days=0, owner=admin_user)
    assert found(now, owner=Owner.MINE, reader=admin_user) == [("concern_open", free.pk)]


@pytest.mark.parametrize("code", [code for code in MAKERS if not code.startswith(("mail_", "address_"))])
def test_nobody_sees_what_they_are_a_part_of(code, now, admin):
    row = MAKERS[code](now)
    cause = cause_of(code, row, now)
    kind, rule = kind_of(code), rule_in_force(kind_of(code))
    people = list(open_escalation(cause, rule, reader=None, now=now).about)
    note = Escalation.objects.create(kind=code, subject=cause.subject, since_at=cause.since_at)

    User.objects.filter(pk__in=[person.pk for person in people]).update(role="manager", is_staff=True)

    for person in people:
        assert code not in [of for of, _ in found(now, reader=person)]
        assert count_with(kind, days=rule.days, now=now, reader=person) == 0
        assert open_escalation(cause, rule, reader=person, now=now) is None
        assert note not in notes_for(person, now=now)
    assert (code, row.pk) in found(now, reader=admin)
    assert note in notes_for(admin, now=now)


@pytest.mark.parametrize("role", ["", "manager"])
def test_a_concern_about_an_admin_is_for_the_others_and_not_for_a_channel(role, now, admin):
    concern = ConcernFactory(about__role=role, created_at=now - DAY)
    for kind in ("concern_raised", "concern_received"):
        NotificationFactory(kind=kind, key=str(concern.uuid), status="dead", created_at=now - DAY)

    assert [code for code, _ in found(now, reader=admin)] == ["concern_open", "mail_failed", "mail_failed"]
    counted = sum(one.count for one in open_counts(rules_in_force(), now=now))
    assert counted == (0 if role else 3)
    assert found(now, reader=concern.about) == []


def test_a_code_is_registered_once():
    kind = all_kinds()[0]
    with pytest.raises(ValueError, match="twice"):
        register(EscalationKind(**{name: getattr(kind, name) for name in kind.__slots__}))


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ({"status": "pending"}, 1),
        ({"status": "skipped", "last_error": "The address has bounced since 2026-11-22 12:00 UTC."}, 1),
        ({"status": "skipped", "last_error": "Its recipient wants no such mail."}, 0),
        ({"status": "sent", "sent_at": NOW}, 0),
    ],
)
def test_a_bouncing_address_needs_somebody_while_mail_is_due(facts, count, now):
    NotificationFactory(recipient__bouncing_since_at=now - DAY, **facts)

    assert count_of("address_bounces", now) == count


def test_mail_that_was_skipped_for_an_earlier_bounce_needs_nobody(now):
    facts = {"status": "skipped", "last_error": f"{BOUNCED} 2025-10-01 12:00 UTC.", "due_at": now - 400 * DAY}
    NotificationFactory(recipient__bouncing_since_at=now - DAY, **facts)

    assert count_of("address_bounces", now) == 0


@pytest.mark.parametrize(("code", "status"), [("mail_failed", "dead"), ("mail_uncertain", "uncertain")])
def test_a_dismissed_mail_that_fails_again_needs_somebody_again(code, status, now):
    row = MAKERS[code](now)
    since_at = cause_of(code, row, now).since_at
    facts = {"dismissed_at": now, "dismissed_reason": "We telephoned them."}
    Escalation.objects.create(kind=code, subject=row.pk, since_at=since_at, **facts)
    assert count_of(code, now) == 0

    Notification.objects.filter(pk=row.pk).update(status=status, failed_at=now)

    assert count_of(code, now) == 1
    assert cause_of(code, row, now).since_at == now


def test_a_failed_mail_whose_text_was_a_secret_needs_nobody(now):
    """Nobody can send it again. Its recipient asks for a new code."""
    NotificationFactory(kind="account_mail", status="dead", payload={})
    NotificationFactory(kind="welcome", status="dead", payload={})

    assert count_of("mail_failed", now) == 1


def test_a_delivery_that_failed_is_no_failed_mail(now):
    endpoint = WebhookEndpointFactory()
    NotificationFactory(
        recipient=None, channel="webhook", endpoint=endpoint, kind="event", payload={}, status="dead", created_at=NOW
    )

    assert count_of("mail_failed", now) == 0


def test_the_kinds_with_a_secret_are_those_that_are_forgotten():
    assert {kind.code for kind in all_messages() if kind.secret} == set(FORGOTTEN)


def test_the_channel_skips_with_the_words_that_the_rule_looks_for(now):
    row = NotificationFactory(kind="welcome", recipient__bouncing_since_at=now)

    assert MailChannel().refusal(row).startswith(BOUNCED)


def test_people_who_left_need_nobody(now):
    MAKERS["application_waits"](now)
    MAKERS["address_bounces"](now)
    User.objects.update(is_active=False)

    assert (count_of("application_waits", now), count_of("address_bounces", now)) == (0, 0)
