"""Migrations of data: choices of mail, stored forms of names, sealed second factors, roles, and reads of concerns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import NotificationChoice, StaffRead, User
from accounts.sealed import unseal
from tests.accounts.test_sealed import stored
from tests.factories import NOW

BY_KIND, BY_GROUP = ("accounts", "0011_group_of_a_choice"), ("accounts", "0013_one_choice_for_each_group")
BEFORE_SEALED = ("accounts", "0018_name_is_one_line_and_rates_are_wide")
SEALED = ("accounts", "0019_encrypt_second_factors")
BEFORE_ROLES = ("accounts", "0025_mentors_back_after_misses")
BEFORE_SIDES = ("accounts", "0040_reads_of_concerns")
SECRET = "JBSWY3DPEHPK3PXP"
UNICODE = "a@m\u00fcnchen.example"


@pytest.fixture
def empty_database(transactional_db) -> Iterator[None]:
    """Lead the connection to an empty database: that of the tests would have to go all the way down first."""
    settings = connection.settings_dict
    usual = settings["NAME"]
    early = f"{usual}_early"

    def use(name: str, *statements: str) -> None:
        connection.close()
        connection.close_pool()
        settings["NAME"] = name
        with connection.creation._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    use(early, f"DROP DATABASE IF EXISTS {early}", f"CREATE DATABASE {early}")
    yield
    use(usual, f"DROP DATABASE {early}")


def migrated(*targets: tuple[str, str]) -> Apps:
    """Migrate up or down to ``targets``, or to the end. Return the apps of that version."""
    executor = MigrationExecutor(connection)
    wanted = [*targets] or executor.loader.graph.leaf_nodes()
    executor.migrate(wanted)
    return executor.loader.project_state(wanted).apps


@pytest.mark.usefixtures("empty_database")
def test_rows_of_early_versions_are_carried_over():
    """One pass for all of these, as it takes most of a minute. Two of them also go a step back."""
    logins = [("account", "0009_emailaddress_unique_primary_email"), ("mfa", "0003_authenticator_type_uniq")]
    then = migrated(BY_GROUP, *logins)

    def person(then: Apps, **fields):
        return then.get_model("accounts", "User").objects.create(email=f"{uuid4()}@example.org", **fields)

    stopped, named, digest, mixed, gone, weekly, partly, back = (person(then) for _ in range(8))
    then.get_model("accounts", "NotificationChoice").objects.create(
        user=back, group="mentorships", email="off", in_app=False
    )
    then = migrated(BY_KIND)
    choices = then.get_model("accounts", "NotificationChoice").objects
    assert list(choices.values_list("user", "kind", "email", "in_app")) == [(back.pk, "mentorship_ended", "off", False)]
    for one in (stopped, named):
        then.get_model("accounts", "MailStop").objects.create(user_id=one.pk, group="questions")
    choices.create(user_id=named.pk, kind="match_asked", email="now")
    choices.create(user_id=digest.pk, kind="match_declined", email="digest")
    choices.create(user_id=mixed.pk, kind="match_asked", email="off")
    choices.create(user_id=mixed.pk, kind="match_declined", email="digest")
    choices.create(user_id=gone.pk, kind="mentorship_ended", email="off", in_app=False)
    choices.create(user_id=partly.pk, kind="match_asked", email="off")
    then.get_model("accounts", "MentorProfile").objects.create(
        user_id=weekly.pk, status_since_at=weekly.joined_at, motivation="I was helped.", weekly_requests=True
    )

    then = migrated(BY_GROUP, *logins)
    anna, first, second = person(then, name="Anna\nLee"), person(then), person(then)
    users = then.get_model("accounts", "User").objects
    users.filter(pk=anna.pk).update(email=UNICODE)
    then.get_model("account", "EmailAddress").objects.create(user_id=anna.pk, email=UNICODE)
    users.filter(pk=first.pk).update(email="b@xn--mnchen-3ya.example")
    users.filter(pk=second.pk).update(email="b@m\u00fcnchen.example")

    then = migrated(BEFORE_SEALED, *logins)
    factors = then.get_model("mfa", "Authenticator").objects
    app = factors.create(user_id=anna.pk, type="totp", data={"secret": SECRET})
    codes = factors.create(user_id=anna.pk, type="recovery_codes", data={"seed": "5eed", "used_mask": 3})
    migrated(SEALED)
    app.refresh_from_db()
    codes.refresh_from_db()
    assert unseal(app.data["secret"]) == SECRET
    assert (unseal(codes.data["seed"]), codes.data["used_mask"]) == ("5eed", 3)
    migrated(BEFORE_SEALED)
    assert SECRET in stored()

    then = migrated(BEFORE_ROLES)
    admin = person(then, is_staff=True)

    then = migrated(BEFORE_SIDES)
    raiser, about, in_danger, feared, earlier = (person(then) for _ in range(5))
    concerns = then.get_model("accounts", "Concern").objects
    for raised_by, of, topic, at in (
        (raiser, about, "money", NOW),
        (in_danger, feared, "safety", NOW),
        # The concern that they raised is newer than the read.
        (feared, earlier, "money", NOW + timedelta(days=1)),
    ):
        fields = {"topic": topic, "is_safety": topic == "safety", "words": "Words.", "created_at": at, "due_at": at}
        concerns.create(raised_by_id=raised_by.pk, about_id=of.pk, **fields)
    for one in (raiser, about, in_danger, feared):
        then.get_model("accounts", "StaffRead").objects.create(
            person_id=one.pk, reader_id=admin.pk, what="concerns", hour_at=NOW
        )

    migrated()

    assert set(NotificationChoice.objects.values_list("user", "group", "email", "in_app")) == {
        (back.pk, "mentorships", "off", False),
        (stopped.pk, "questions", "off", True),
        (named.pk, "questions", "off", True),
        (mixed.pk, "questions", "digest", True),
        (digest.pk, "questions", "digest", True),
        (gone.pk, "mentorships", "off", False),
        (weekly.pk, "weekly", "now", True),
    }
    found = User.objects.get(pk=anna.pk)
    address = "a@xn--mnchen-3ya.example"
    assert (found.name, found.email, found.emailaddress_set.get().email) == ("Anna Lee", address, address)
    # Two accounts of one address: admins decide which of them stays.
    assert User.objects.get(pk=second.pk).email == "b@m\u00fcnchen.example"
    assert SECRET not in stored()
    assert dict(User.objects.exclude(role="").values_list("pk", "role")) == {admin.pk: "owner"}
    assert set(StaffRead.objects.values_list("person", "what")) == {
        (raiser.pk, "concerns"),
        (about.pk, "about"),
        (in_danger.pk, "concerns"),
    }
