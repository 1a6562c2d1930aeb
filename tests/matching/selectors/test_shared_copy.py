"""The copy of the community that the processes of a machine share: who writes it, and who serves from it."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from django.test import RequestFactory

from accounts.models import MentorProfile, Skill, SkillAlias
from config import warm_up
from config.views import healthy
from matching.selectors import shared_file, snapshot
from matching.selectors.snapshot import current_community, forget_community, share_community, shared_path
from matching.tasks import share_community as share_task
from tests.factories import NOW, MentorFactory
from tests.helpers import Rival
from tests.matching.helpers import in_snapshot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _shared(settings, tmp_path):
    settings.SHARED_COPY_DIR = str(tmp_path)
    yield
    SkillAlias.objects.filter(name="odd words").delete()


@pytest.fixture
def loads(monkeypatch):
    """Return a list that grows by one each time that all mentors are read."""
    found = []
    load = snapshot.Community.load.__func__
    monkeypatch.setattr(
        snapshot.Community, "load", classmethod(lambda cls, **names: found.append(1) or load(cls, **names))
    )
    return found


@pytest.fixture
def mentor():
    mentor = MentorFactory(teaches=["odd words"])
    in_snapshot()
    return mentor


def taught(mentor) -> list[str]:
    return [term.key for term in in_snapshot()[mentor.user_id].teaches]


def start_anew() -> None:
    """Do what another process would do: it has nothing yet."""
    forget_community()


def fill_the_disk(monkeypatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)


def change_taxonomy() -> None:
    SkillAlias.objects.create(skill=Skill.objects.get(key="sql"), name="odd words")


def test_the_first_process_writes_the_copy_and_the_next_one_maps_it(mentor, loads):
    start_anew()

    assert in_snapshot().keys() == {mentor.user_id}
    assert loads == []


def test_a_change_since_the_copy_was_written_is_seen(mentor, loads):
    MentorProfile.objects.filter(pk=mentor.pk).update(teaches=["chess"])
    start_anew()

    assert taught(mentor) == ["chess"]
    assert loads == []


def test_a_process_serves_from_the_old_copy_after_a_change_of_the_taxonomy(mentor, loads):
    change_taxonomy()

    assert taught(mentor) == ["odd words"]
    assert loads == []


def test_the_copy_with_the_new_taxonomy_is_mapped_once_it_is_there(mentor):
    change_taxonomy()

    assert share_community(now=NOW)

    assert taught(mentor) == ["sql"]


def test_the_next_week_is_served_from_the_old_copy_until_the_new_one_is_there(mentor, loads):
    later = NOW + timedelta(days=7)
    with current_community(now=later) as community:
        assert community.day == NOW.date()
    assert loads == []

    assert share_community(now=later)

    with current_community(now=later) as community:
        assert community.day == later.date()


def test_a_copy_that_is_not_behind_is_not_written_again(mentor):
    before = shared_file.version_of(shared_path())

    assert not share_community(now=NOW)
    assert shared_file.version_of(shared_path()) == before


def test_a_copy_of_which_many_have_changed_is_written_again(mentor, loads):
    MentorProfile.objects.filter(pk=mentor.pk).update(teaches=["chess"])

    assert share_community(now=NOW)
    assert not share_community(now=NOW)
    assert loads == []


def test_an_old_copy_is_written_again(mentor, monkeypatch):
    monkeypatch.setattr(snapshot, "SHARED_FOR", timedelta(0))

    assert share_community(now=NOW)


def test_a_new_day_is_in_the_next_copy(mentor):
    tomorrow = NOW + timedelta(days=1)

    assert share_community(now=tomorrow)
    assert not share_community(now=tomorrow)


def test_a_copy_beyond_the_reach_of_the_log_is_not_used(mentor, monkeypatch, loads):
    monkeypatch.setattr(snapshot, "READ_AT_LEAST", timedelta(0))
    start_anew()

    assert in_snapshot().keys() == {mentor.user_id}
    assert loads == [1]


def test_nobody_else_writes_while_one_writes(mentor):
    change_taxonomy()

    with shared_file.locked(shared_path(), wait=True):
        assert not share_community(now=NOW)


def test_two_processes_that_start_at_once_read_all_mentors_once(mentor, loads):
    shared_path().unlink()
    start_anew()

    with shared_file.locked(shared_path(), wait=True):
        rival = Rival(in_snapshot)
        # The process that holds the lock does this.
        snapshot._write_shared(snapshot.Community.load(now=NOW), shared_path())
    rival.finish()

    assert loads == [1]


def test_a_damaged_copy_is_written_anew(mentor, loads, caplog):
    shared_path().write_bytes(b"nonsense that is long enough to have a head")
    start_anew()

    assert in_snapshot().keys() == {mentor.user_id}
    assert loads == [1]
    assert "is left out" in caplog.text
    assert shared_file.read(shared_path()).table.ids[:].tolist() == [mentor.user_id]


def test_a_process_serves_from_its_own_copy_if_the_disk_refuses(mentor, monkeypatch, caplog):
    shared_path().unlink()
    start_anew()

    fill_the_disk(monkeypatch)

    assert in_snapshot().keys() == {mentor.user_id}
    assert "No space left" in caplog.text


def test_an_unusable_copy_that_cannot_be_replaced_is_not_served(mentor, monkeypatch):
    later = MentorFactory()
    # As after a restore of an older database: the copy is ahead of the log.
    copy = shared_file.read(shared_path())
    copy.watermark = str(int(copy.watermark) + 1_000_000)
    shared_file.write(copy, shared_path())
    start_anew()
    fill_the_disk(monkeypatch)

    assert in_snapshot().keys() == {mentor.user_id, later.user_id}


def test_an_own_copy_for_want_of_disk_has_the_new_taxonomy(mentor, monkeypatch):
    shared_path().unlink()
    start_anew()
    fill_the_disk(monkeypatch)
    in_snapshot()

    change_taxonomy()

    assert taught(mentor) == ["sql"]


def test_a_process_serves_from_its_own_copy_without_a_usable_folder(settings, mentor, tmp_path, caplog):
    (tmp_path / "file").touch()
    settings.SHARED_COPY_DIR = str(tmp_path / "file")
    start_anew()

    assert in_snapshot().keys() == {mentor.user_id}
    assert "cannot be used" in caplog.text
    caplog.clear()
    assert not share_task()
    assert "cannot be used" in caplog.text


def test_a_mapped_copy_that_nobody_renews_is_read_anew_after_some_hours(mentor, monkeypatch):
    change_taxonomy()
    assert taught(mentor) == ["odd words"]
    copy = shared_file.read(shared_path())
    copy.shared_at -= snapshot.READ_AT_LEAST.total_seconds()
    shared_file.write(copy, shared_path())

    assert taught(mentor) == ["sql"]


def test_copies_of_other_versions_are_removed_after_a_day(mentor):
    old, young = shared_path().with_name(f"{'a' * 32}.mentors"), shared_path().with_name(f"{'b' * 32}.mentors")
    old.touch()
    young.touch()
    os.utime(old, times=(time.time() - 100_000,) * 2)
    change_taxonomy()

    share_community(now=NOW)

    assert not old.exists()
    assert young.exists()


def test_files_of_others_in_the_same_folder_stay(mentor):
    other = shared_path().with_name("keep.txt")
    other.touch()
    os.utime(other, times=(time.time() - 100_000,) * 2)
    change_taxonomy()

    share_community(now=NOW)

    assert other.exists()


def test_the_file_of_a_writer_that_was_killed_is_removed(mentor):
    left = shared_path().with_name(f"{shared_path().name}.abcdefgh")
    left.touch()
    change_taxonomy()

    assert share_community(now=NOW)

    assert not left.exists()


def test_the_lock_of_a_version_in_use_stays(mentor):
    lock = shared_path().with_name(f"{'a' * 32}.mentors.lock")
    lock.touch()
    os.utime(lock, times=(time.time() - 100_000,) * 2)
    with shared_file.locked(lock.with_suffix(""), wait=True):
        change_taxonomy()

        share_community(now=NOW)

    assert lock.exists()


def test_each_user_of_the_machine_has_a_copy_of_their_own(mentor, monkeypatch):
    mine = shared_path()
    snapshot._identity.cache_clear()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)

    assert shared_path() != mine
    snapshot._identity.cache_clear()


def test_the_worker_writes_the_copy(mentor):
    change_taxonomy()

    assert share_task()

    assert taught(mentor) == ["sql"]


def test_nothing_is_written_if_each_process_has_a_copy_of_its_own(settings, mentor):
    settings.SHARED_COPY_DIR = ""

    assert not share_community(now=NOW)


def test_a_mentor_who_joins_is_added_to_a_mapped_table(mentor):
    start_anew()
    new = [MentorFactory() for _ in range(3)]

    assert in_snapshot().keys() == {mentor.user_id, *(one.user_id for one in new)}


# --- warming up -----------------------------------------------------------------------------------------------


def test_warming_up_maps_the_community(mentor, loads):
    start_anew()

    warm_up.warm_up()
    in_snapshot()

    assert loads == []


def test_a_process_is_healthy_once_it_has_warmed_up(mentor, monkeypatch):
    monkeypatch.setattr(warm_up, "_thread", None)
    start_anew()

    with shared_file.locked(shared_path(), wait=True):
        shared_path().unlink()  # now the thread waits for who writes
        warm_up.warm_up_in_background()
        starting = healthy(RequestFactory().get("/healthy/"))
    warm_up._thread.join(60)

    assert starting.status_code == 503
    assert healthy(RequestFactory().get("/healthy/")).status_code == 200
