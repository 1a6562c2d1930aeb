"""A replica of PostgreSQL, by two servers and streaming replication: it takes some reads, and nobody misses it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts import replica
from accounts.models import MentorProfile, Skill, User
from accounts.replica import LOOK_EVERY_S, REPLICA, Replica, Router, maybe_stale
from matching.selectors.snapshot import Community, current_community
from tests.factories import BlockFactory, MentorFactory, UserFactory
from tests.matching.helpers import exclude
from tests.standby import Standby

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]


@pytest.fixture(scope="module")
def server(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Standby]:
    here = tmp_path_factory.mktemp("replica")
    with django_db_blocker.unblock():
        standby = Standby(here)
        standby.start()
        connection.close()
    yield standby
    standby.stop()


@pytest.fixture
def standby(server, settings, monkeypatch) -> Iterator[Standby]:
    """Let the site use the replica, which has everything that the primary has."""
    own = connection.settings_dict
    options = own["OPTIONS"] | {"pool": False}
    entry = own | {"HOST": str(server.sockets), "PORT": "5432", "USER": "postgres", "OPTIONS": options}
    monkeypatch.setitem(connections.databases, REPLICA, entry)
    monkeypatch.setitem(settings.DATABASES, REPLICA, entry)
    settings.DATABASE_ROUTERS = ["accounts.replica.Router"]
    monkeypatch.setattr(replica, "_replica", Replica())
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", allowing_the_replica())
    # The server of the tests tells of commits before they are written. A replica would get them later.
    sql("default", "SELECT set_config('synchronous_commit', 'local', false)")
    server.start()
    until_it_has_all()
    look_again()
    yield server
    sql("default", "SELECT set_config('synchronous_commit', 'off', false)")
    if REPLICA in connections:
        connections[REPLICA].close()
        del connections[REPLICA]


def allowing_the_replica():
    """Return ``ensure_connection`` for a test case of Django, which knows the databases of its start only."""
    of_the_test_case = BaseDatabaseWrapper.ensure_connection

    def ensure_connection(wrapper: BaseDatabaseWrapper) -> None:
        if wrapper.alias != REPLICA:
            of_the_test_case(wrapper)
        elif wrapper.connection is None:
            with wrapper.wrap_database_errors:
                wrapper.connect()

    return ensure_connection


def sql(alias: str, query: str) -> object:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def until_it_has_all() -> None:
    end = sql("default", "SELECT pg_current_wal_lsn()::text")
    give_up_at = time.monotonic() + 60
    while not sql(REPLICA, f"SELECT pg_last_wal_replay_lsn() >= '{end}'"):
        assert time.monotonic() < give_up_at, "the replica does not follow"
        time.sleep(0.01)


def look_again() -> None:
    """Let the next read look at the replica, as it does after LOOK_EVERY_S."""
    replica._replica._looked_at -= LOOK_EVERY_S


@contextmanager
def paused() -> Iterator[None]:
    """Stop the replica from applying changes, as one that is behind."""
    until_it_has_all()
    sql(REPLICA, "SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        sql(REPLICA, "SELECT pg_wal_replay_resume()")
        until_it_has_all()


@contextmanager
def another_transaction() -> Iterator[psycopg.Connection]:
    connection.ensure_connection()
    info = connection.connection.info
    login = {"host": info.host, "port": info.port, "user": info.user, "dbname": info.dbname}
    with psycopg.connect(**login) as other:
        yield other


def in_table(community: Community) -> dict[int, int]:
    """Return the capacity of each mentor of a copy, by user id."""
    mentors = map(community.table.mentor, range(len(community.table)))
    return {mentor.id: mentor.capacity for mentor in mentors}


def names(api, member) -> list[str]:
    return [row["name"] for row in api(member).get("/api/v1/mentors/").json()["results"]]


def test_a_list_of_others_is_read_on_the_replica(standby, api, alice):
    MentorFactory(user__name="Ada Old")
    client = api(alice)
    client.get("/api/v1/goals/")
    with paused():
        replica._replica.is_usable()
        User.objects.filter(name="Ada Old").update(name="Ada New")

        seen = client.get("/api/v1/mentors/").json()["results"]

    assert [row["name"] for row in seen] == ["Ada Old"]
    assert names(api, alice) == ["Ada New"]


def test_the_page_of_the_search_is_read_on_the_replica(standby, client, alice):
    mentor = MentorFactory(user__name="Ada Old")
    client.force_login(alice)
    with paused():
        replica._replica.is_usable()
        MentorProfile.objects.filter(pk=mentor.pk).update(is_listed=False)

        page = client.get("/mentors/").content.decode()

    assert "Ada Old" in page
    assert "Ada Old" not in client.get("/mentors/").content.decode()


def test_one_s_own_lists_and_single_things_are_read_on_the_primary(standby, api, alice):
    mentor = MentorFactory(user__name="Ada Old")
    client = api(alice)
    with paused():
        replica._replica.is_usable()
        User.objects.filter(name="Ada Old").update(name="Ada New")
        stated = client.post("/api/v1/goals/", {"kind": "promotion", "target_role": "Lead", "target_field": "physics"})

        goals = client.get("/api/v1/goals/").json()["results"]
        one = client.get(f"/api/v1/mentors/{mentor.uuid}/").json()

    assert stated.status_code == 201
    assert [goal["uuid"] for goal in goals] == [stated.json()["uuid"]]
    assert one["name"] == "Ada New"


def test_somebody_who_was_just_blocked_is_not_in_the_list(standby, api, alice):
    mentor = MentorFactory()
    client = api(alice)
    with paused():
        replica._replica.is_usable()
        BlockFactory(blocker=alice, blocked=mentor.user)

        assert client.get("/api/v1/mentors/").json()["results"] == []


def test_a_transaction_reads_what_it_wrote(standby, alice):
    with paused():
        replica._replica.is_usable()
        with transaction.atomic():
            User.objects.filter(pk=alice.pk).update(name="Alice New")

            assert maybe_stale(lambda: User.objects.get(pk=alice.pk).name) == "Alice New"


def test_a_read_after_a_write_is_on_the_primary(standby, alice):
    def write_and_read() -> str:
        person = User.objects.get(pk=alice.pk)
        person.name = "Alice New"
        person.save()
        return User.objects.get(pk=alice.pk).name

    with paused():
        replica._replica.is_usable()

        assert maybe_stale(write_and_read) == "Alice New"


def test_only_rows_of_the_community_are_read_on_the_replica(standby):
    router = Router()

    found = maybe_stale(lambda: [router.db_for_read(model) for model in (User, MentorProfile, Session)])

    assert found == [REPLICA, REPLICA, "default"]
    assert router.db_for_read(User) == "default"


def test_a_replica_that_is_behind_is_left_out(standby, api, alice, caplog):
    MentorFactory(user__name="Ada Old")
    client = api(alice)
    with paused():
        replica._replica.is_usable()
        User.objects.filter(name="Ada Old").update(name="Ada New")
        for _ in range(2):
            look_again()
            replica._replica.is_usable()

        seen = client.get("/api/v1/mentors/").json()["results"]

    assert [row["name"] for row in seen] == ["Ada New"]
    assert "it is behind the primary" in caplog.text
    look_again()
    assert replica._replica.is_usable()


def test_a_look_of_an_hour_ago_proves_nothing(standby, api, alice):
    MentorFactory(user__name="Ada Old")
    with paused():
        assert replica._replica.is_usable()
        User.objects.filter(name="Ada Old").update(name="Ada New")
        replica._replica._looked_at -= 3600

        assert names(api, alice) == ["Ada New"]


def test_a_replica_that_goes_away_is_not_missed(standby, api, alice, caplog):
    MentorFactory(user__name="Ada Lovelace")
    client = api(alice)
    assert replica._replica.is_usable()
    client.get("/api/v1/goals/")
    standby.stop()

    answers = [client.get("/api/v1/mentors/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [row["name"] for row in answers[0].json()["results"]] == ["Ada Lovelace"]
    assert caplog.text.count("reads are on the primary, not on the replica") == 1


def test_a_query_that_takes_too_long_is_not_repeated_on_the_primary(standby, alice):
    asked = []

    def slow() -> None:
        with replica.connection_of_reads().cursor() as cursor:
            asked.append(cursor.db.alias)
            cursor.execute("SET statement_timeout = 50")
            cursor.execute("SELECT pg_sleep(10)")

    with pytest.raises(OperationalError, match="statement timeout"):
        replica.maybe_stale(slow)

    connections[REPLICA].close()
    assert asked == [REPLICA]
    assert replica._replica.is_usable()


def test_another_primary_is_no_replica(standby, monkeypatch, settings, caplog):
    monkeypatch.setitem(connections.databases, REPLICA, connection.settings_dict | {"OPTIONS": {}})
    connections[REPLICA].close()
    del connections[REPLICA]
    monkeypatch.setattr(replica, "_replica", Replica())

    assert not replica._replica.is_usable()
    assert "is no replica of it" in caplog.text


def test_the_copy_of_the_community_is_read_on_the_replica_and_misses_no_change(standby, now):
    MentorFactory(user__name="Old", capacity=3)
    with paused():
        replica._replica.is_usable()
        new = MentorFactory(user__name="New")
        read = maybe_stale(lambda: Community.load(now=now))
        assert new.user_id not in in_table(read)

        whole = Community.read_all(now=now)

    assert in_table(whole) == in_table(Community.load(now=now))
    assert new.user_id in in_table(whole)


def test_a_copy_without_the_skills_of_today_is_read_on_the_primary(standby, now):
    with paused():
        replica._replica.is_usable()
        skill = Skill.objects.create(name="Beekeeping", field="farming")
        skill.aliases.create(name="Apiculture")

        community = Community.read_all(now=now)

    assert not community.is_outdated(now)
    assert community.skills.resolve("Apiculture") == skill.key


def test_a_change_that_commits_late_is_in_the_copy(standby, now):
    mentor = MentorFactory(capacity=3)
    until_it_has_all()
    with another_transaction() as other:
        other.execute("UPDATE accounts_mentorprofile SET capacity = 5 WHERE id = %s", [mentor.pk])
        MentorFactory()  # a later transaction that ends earlier
        until_it_has_all()
        community = Community.read_all(now=now)
        other.commit()

    community.catch_up(now=now)

    assert in_table(community)[mentor.user_id] == 5


def test_a_proposal_is_checked_on_the_primary(standby, now):
    mentor = MentorFactory()
    mentee = UserFactory(profile__is_mentee=True)
    with paused():
        replica._replica.is_usable()
        exclude(mentee, mentor.user)
        with current_community(now=now) as community:
            can_be_proposed, _changed = community.recheck([mentor.user_id], mentee_id=mentee.pk)

    assert can_be_proposed == set()
