"""Fixtures for every test. Alice owns, Bob is the other side, Charlie must see nothing."""

from __future__ import annotations

import gc
import math
import socket
from functools import cache

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import caches
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient

from accounts import doorbell
from accounts.community_settings import known_kind, remember
from accounts.services.community_settings import change_setting
from matching.selectors.finding import forget_values
from matching.selectors.snapshot import forget_community
from tests.factories import NOW, MentorFactory, UserFactory
from tests.helpers import log_in_with_second_factor
from tests.migrations_once import quick_changes_of_options, template, test_database_exists

# No test measures seconds: a busy machine draws an example slowly as well.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Tables that migrations fill. Django's own clean-up would empty these too, and write 8,000 rows again. TRUNCATE takes
# 0.4 s for the rest, since it makes new files; DELETE takes milliseconds for the few rows of a test.
SEEDED = {
    "accounts_communityrules",
    "accounts_skill",
    "accounts_skill_part_of",
    "accounts_skillalias",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "mentorship_goalkind",
    "mentorship_sessionkind",
}


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Collect without searches for garbage, and keep modules and tests out of each later search.

    They are there for good, and each search would go through all of them.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000, 10, 10)
        gc.enable()


def _empty_all_except_seeded(test_case) -> None:
    tables = sorted(set(connection.introspection.table_names()) - SEEDED)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger keeps a row
        cursor.execute(";".join(f"DELETE FROM {table}" for table in tables))  # noqa: S608 -- names of tables
        for table, newest in _newest_seeded().items():
            cursor.execute(f"DELETE FROM {table} WHERE id > %s", [newest])  # noqa: S608 -- names of tables


@cache
def _newest_seeded() -> dict[str, int]:
    """Return the highest key of each of our tables with rows of migrations. A test that commits may add rows after it.

    Django's own tables are left out: a test of a migration notes each one anew.
    """
    ours = [table for table in SEEDED if table.startswith(("accounts_", "mentorship_"))]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', max(id) FROM {table}" for table in ours))  # noqa: S608
        return {table: newest or 0 for table, newest in cursor.fetchall()}


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords():
    """Hash passwords in a millisecond. With Django's own costs, each takes 100 MB and a tenth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        for name, cost in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, name, cost)
        yield


@pytest.fixture(autouse=True, scope="session")
def _quick_migrations():
    with quick_changes_of_options():
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings, django_db_keepdb, django_db_createdb, django_db_blocker, _quick_migrations
):
    """Create the test database from a template. One that is kept gets new migrations only, without a template.

    Rolled back rows mislead the planner, so a query of a test may take seconds that it takes nowhere else.
    """
    connection.settings_dict["OPTIONS"]["options"] += " -c statement_timeout=120000"
    with django_db_blocker.unblock():
        if django_db_createdb or not (django_db_keepdb and test_database_exists()):
            connection.settings_dict["TEST"]["TEMPLATE"] = template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Note which rows the migrations wrote, before a test adds some."""
    with django_db_blocker.unblock():
        _newest_seeded()


@pytest.fixture(autouse=True, scope="session")
def _quick_clean_up_after_commits():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty_all_except_seeded)
        yield


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def api():
    """Return a function that makes an API client for a person, or for nobody."""

    def client(user=None) -> APIClient:
        api_client = APIClient()
        if user is not None and user.is_staff:
            log_in_with_second_factor(api_client, user)
        elif user is not None:
            api_client.force_authenticate(user)
        return api_client

    return client


@pytest.fixture(autouse=True)
def _empty_copy_of_the_community():
    forget_community()


@pytest.fixture(autouse=True)
def _no_values_of_a_search():
    forget_values()


@pytest.fixture(autouse=True)
def _no_counted_requests():
    caches["throttle"].clear()


@pytest.fixture(autouse=True)
def _no_changed_settings():
    # Without a look into the table: a test begins with none. One that a test changes is read then.
    remember({}, at=math.inf)


@pytest.fixture
def change(admin_user):
    """Return a function that changes a limit or a deadline from its default."""

    def act(code: str, value: int) -> None:
        was = known_kind(code).default()
        change_setting(code=code, value=value, was=was, reason="", by=admin_user, now=NOW)

    return act


@pytest.fixture(autouse=True)
def _doorbell_is_awake(monkeypatch):
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)


@pytest.fixture
def rung(monkeypatch):
    """Return the list of tasks that the doorbell was rung for. Nothing goes to the broker."""
    calls = []
    monkeypatch.setattr(doorbell, "ring", lambda task, *args: calls.append((task.name, *args)) or True)
    return calls


@pytest.fixture
def taken_port():
    """Return the port of a server that accepts and never answers, as a frozen one does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def admin(db):
    return UserFactory(is_staff=True, email="admin@example.org")


@pytest.fixture
def alice(db):
    return UserFactory(name="Alice Archer", email="alice@example.org")


@pytest.fixture
def bob(db):
    return MentorFactory(user__name="Bob Baker", user__email="bob@example.org").user


@pytest.fixture
def charlie(db):
    return MentorFactory(user__name="Charlie Cook", user__email="charlie@example.org").user


@pytest.fixture
def admin_user(db):
    return UserFactory(name="Ada Admin", email="ada@example.org", role="owner")


@pytest.fixture
def admin_client(client, admin_user):
    log_in_with_second_factor(client, admin_user)
    return client


@pytest.fixture
def german_too(settings):
    """Offer the site in German as well. Django and its packages bring German catalogues."""
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
