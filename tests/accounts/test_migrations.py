"""Migrations of data: choices of mail, stored forms of names, sealed second factors, roles, and reads of concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import NotificationChoice, StaffRead, User
from accounts.sealed import unseal
from tests.accounts.test_sealed import stored
from tests.factories import NOW, ConcernFactory, UserFactory

BY_KIND, BY_GROUP = [("accounts", "0011_group_of_a_choice")], [("accounts", "0013_one_choice_for_each_group")]
BEFORE_SEALED = [("accounts", "0018_name_is_one_line_and_rates_are_wide")]
SEALED = [("accounts", "0019_encrypt_second_factors")]
BEFORE_ROLES = [("accounts", "0025_mentors_back_after_misses")]
SECRET = "JBSWY3DPEHPK3PXP"
UNICODE = "a@m\u00fcnchen.example"


def migrate_all():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def migrated(targets):
    """Migrate up or down to ``targets``, and return the apps of that version."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.mark.django_db(transaction=True)
def test_rows_of_early_versions_are_carried_over_and_back():
    """One way down and up again for all of these, as each takes a minute."""
    stopped, named, digest, mixed, gone, weekly, partly = UserFactory.create_batch(7)
    person, first, second = UserFactory.create_batch(3)
    admin, member = UserFactory(role="owner"), UserFactory()
    back = UserFactory()
    NotificationChoice.objects.create(user=back, group="mentorships", email="off", in_app=False)
    old = migrated(BY_KIND)
    try:
        choice = old.get_model("accounts", "NotificationChoice").objects
        choices_by_kind = list(choice.values_list("user", "kind", "email", "in_app"))
        for one in (stopped, named):
            old.get_model("accounts", "MailStop").objects.create(user_id=one.pk, group="questions")
        choice.create(user_id=named.pk, kind="match_asked", email="now")
        choice.create(user_id=digest.pk, kind="match_declined", email="digest")
        choice.create(user_id=mixed.pk, kind="match_asked", email="off")
        choice.create(user_id=mixed.pk, kind="match_declined", email="digest")
        choice.create(user_id=gone.pk, kind="mentorship_ended", email="off", in_app=False)
        choice.create(user_id=partly.pk, kind="match_asked", email="off")
        old.get_model("accounts", "MentorProfile").objects.create(
            user_id=weekly.pk, status_since_at=weekly.joined_at, motivation="I was helped.", weekly_requests=True
        )
        users = migrated(BY_GROUP).get_model("accounts", "User").objects
        users.filter(pk=person.pk).update(name="Anna\nLee", email=UNICODE)
        person.emailaddress_set.update(email=UNICODE)
        users.filter(pk=first.pk).update(email="b@xn--mnchen-3ya.example")
        users.filter(pk=second.pk).update(email="b@m\u00fcnchen.example")
        migrated(BEFORE_SEALED)
        app = Authenticator.objects.create(user=member, type="totp", data={"secret": SECRET})
        codes = Authenticator.objects.create(user=member, type="recovery_codes", data={"seed": "5eed", "used_mask": 3})
        migrated(SEALED)
        app.refresh_from_db()
        codes.refresh_from_db()
        assert unseal(app.data["secret"]) == SECRET
        assert (unseal(codes.data["seed"]), codes.data["used_mask"]) == ("5eed", 3)
        migrated(BEFORE_SEALED)
        assert SECRET in stored()
        before_roles = migrated(BEFORE_ROLES).get_model("accounts", "User").objects
        was_staff = dict(before_roles.filter(pk__in=[admin.pk, member.pk]).values_list("pk", "is_staff"))
    finally:
        migrate_all()

    assert choices_by_kind == [(back.pk, "mentorship_ended", "off", False)]
    found = set(NotificationChoice.objects.values_list("user", "group", "email", "in_app"))
    assert found == {
        (back.pk, "mentorships", "off", False),
        (stopped.pk, "questions", "off", True),
        (named.pk, "questions", "off", True),
        (mixed.pk, "questions", "digest", True),
        (digest.pk, "questions", "digest", True),
        (gone.pk, "mentorships", "off", False),
        (weekly.pk, "weekly", "now", True),
    }
    person.refresh_from_db()
    address = "a@xn--mnchen-3ya.example"
    assert (person.name, person.email, person.emailaddress_set.get().email) == ("Anna Lee", address, address)
    # Two accounts of one address: admins decide which of them stays.
    assert User.objects.get(pk=second.pk).email == "b@m\u00fcnchen.example"
    assert was_staff == {admin.pk: True, member.pk: False}
    assert dict(User.objects.exclude(role="").values_list("pk", "role")) == {admin.pk: "owner"}


@pytest.mark.django_db(transaction=True)
def test_reads_of_concerns_tell_the_subject_of_a_matter_of_safety_nothing():
    raiser, about, in_danger, feared, earlier = UserFactory.create_batch(5)
    reader = UserFactory(role="owner")
    ConcernFactory(raised_by=raiser, about=about, topic="money", created_at=NOW)
    ConcernFactory(raised_by=in_danger, about=feared, topic="safety", created_at=NOW)
    # The concern that they raised is newer than the read.
    ConcernFactory(raised_by=feared, about=earlier, created_at=NOW + timedelta(days=1))
    migrated([("accounts", "0040_reads_of_concerns")])
    try:
        for person in (raiser, about, in_danger, feared):
            StaffRead.objects.create(person=person, reader=reader, what="concerns", hour_at=NOW)
    finally:
        migrate_all()

    found = set(StaffRead.objects.values_list("person", "what"))
    assert found == {(raiser.pk, "concerns"), (about.pk, "about"), (in_danger.pk, "concerns")}
