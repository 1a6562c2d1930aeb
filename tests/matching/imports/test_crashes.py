"""An import that is cut off goes on, two workers share no row, and two admins do not apply one import twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, transaction
from psycopg.errors import LockNotAvailable

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from matching.imports import steps
from matching.jobs.imports import tend_imports, work_on_import
from matching.models import Import, ImportRow
from matching.services.imports import apply_import, undo_import
from tests.factories import NOW, UserFactory
from tests.helpers import Rival, race
from tests.matching.imports.conftest import csv_of

pytestmark = [pytest.mark.django_db(transaction=True)]

PEOPLE = csv_of(("Email", "Name"), *((f"p{i}@example.org", "Person") for i in range(5)))


class Killed(BaseException):
    """Stands for a signal that ends the process: nothing catches it."""


@pytest.fixture(autouse=True)
def two_at_once(monkeypatch):
    monkeypatch.setattr(steps, "ROWS_AT_ONCE", 2)


def imported() -> int:
    return User.objects.filter(email__startswith="p", email__endswith="@example.org", name="Person").count()


def test_a_worker_that_is_killed_while_it_applies_leaves_whole_rows_and_the_sweep_goes_on(upload, admin, monkeypatch):
    one = upload("people", PEOPLE)
    apply_import(import_id=one.pk, by=admin, now=NOW)
    steps.apply_some(import_id=one.pk, now=NOW, at_once=2)
    with monkeypatch.context() as patch:
        # After the people of the next rows were written, before they are noted as done.
        patch.setattr(steps, "_save", lambda rows: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            work_on_import(import_id=one.pk, now=NOW)

    one.refresh_from_db()
    assert (one.status, one.done, imported()) == ("applying", 2, 2)
    assert one.rows.filter(state="done").count() == 2

    assert tend_imports(now=NOW) == 1

    one.refresh_from_db()
    assert (one.status, one.done, one.created, imported()) == ("applied", 5, 5, 5)


def test_an_undo_that_is_cut_off_goes_on(upload, apply, admin):
    one = apply(upload("people", PEOPLE))
    undo_import(import_id=one.pk, by=admin, now=NOW)
    steps.undo_some(import_id=one.pk, now=NOW)
    assert 0 < imported() < 5

    tend_imports(now=NOW)

    one.refresh_from_db()
    assert (one.status, imported()) == ("undone", 0)


def test_a_second_worker_leaves_an_import_to_the_first(upload, admin):
    one = upload("people", PEOPLE)
    apply_import(import_id=one.pk, by=admin, now=NOW)

    with transaction.atomic():
        Import.objects.select_for_update(no_key=True).get(pk=one.pk)
        rival = Rival(lambda: work_on_import(import_id=one.pk, now=NOW))
        assert rival.finish() == 0

    assert imported() == 0


def test_one_of_two_admins_who_apply_an_import_wins(upload, admin):
    one = upload("people", PEOPLE)
    other = UserFactory(is_staff=True)

    rival = race(
        lambda: apply_import(import_id=one.pk, by=admin, now=NOW),
        lambda: apply_import(import_id=one.pk, by=other, now=NOW),
    )

    with pytest.raises(MoveNotAllowed):
        rival.finish()
    one.refresh_from_db()
    assert one.applied_by == admin


def test_one_of_two_admins_who_undo_an_import_wins(upload, apply, admin):
    one = apply(upload("people", PEOPLE))

    rival = race(
        lambda: undo_import(import_id=one.pk, by=admin, now=NOW),
        lambda: undo_import(import_id=one.pk, by=admin, now=NOW),
    )

    with pytest.raises(MoveNotAllowed):
        rival.finish()


def test_a_lock_that_is_not_granted_leaves_the_work_to_the_sweep(upload, admin, monkeypatch):
    one = upload("people", PEOPLE)
    apply_import(import_id=one.pk, by=admin, now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(steps, "_apply", lambda *args, **kwargs: (_ for _ in ()).throw(OperationalError()))
        assert work_on_import(import_id=one.pk, now=NOW) == 0

    one.refresh_from_db()
    assert one.status == "applying"
    assert work_on_import(import_id=one.pk, now=NOW) > 0
    assert imported() == 5


def test_rows_that_are_cut_off_twice_end_their_import_and_no_other(upload, admin, monkeypatch):
    one, other = upload("people", PEOPLE), upload("people", PEOPLE)
    apply_import(import_id=one.pk, by=admin, now=NOW)
    apply_import(import_id=other.pk, by=admin, now=NOW + timedelta(seconds=1))
    real = steps._apply

    def slow(row, *args, **kwargs):
        if row.pk == one.pk:
            raise SoftTimeLimitExceeded
        real(row, *args, **kwargs)

    monkeypatch.setattr(steps, "_apply", slow)
    for _sweep in range(2):
        with pytest.raises(SoftTimeLimitExceeded):
            tend_imports(now=NOW)

    tend_imports(now=NOW)

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, other.status, imported()) == ("failed", "applied", 5)
    assert one.failure.startswith("The server did not get through the next rows, twice.")


def test_waiting_for_a_lock_is_no_attempt(upload, admin, monkeypatch):
    one = upload("people", PEOPLE)
    apply_import(import_id=one.pk, by=admin, now=NOW)
    with monkeypatch.context() as patch:

        def busy(*args, **kwargs):
            raise OperationalError from LockNotAvailable()

        patch.setattr(steps, "_apply", busy)
        for _sweep in range(3):
            tend_imports(now=NOW)

    assert work_on_import(import_id=one.pk, now=NOW) > 0
    assert imported() == 5


def test_an_error_of_ours_stops_the_import_and_what_was_applied_can_be_undone(upload, admin, undo, monkeypatch):
    one = upload("people", PEOPLE)
    apply_import(import_id=one.pk, by=admin, now=NOW)
    steps.apply_some(import_id=one.pk, now=NOW, at_once=2)
    with monkeypatch.context() as patch:
        patch.setattr(steps, "_apply", lambda *args, **kwargs: 1 / 0)
        work_on_import(import_id=one.pk, now=NOW)

    one.refresh_from_db()
    assert (one.status, imported()) == ("failed", 2)
    assert one.failure.startswith("An error of the server stopped it.")

    undo(one)
    assert (one.status, imported()) == ("undone", 0)


def test_an_error_of_ours_stops_an_undo_which_can_be_begun_again(upload, apply, admin, undo, monkeypatch):
    one = apply(upload("people", PEOPLE))
    undo_import(import_id=one.pk, by=admin, now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(steps, "undo_rows", lambda *args, **kwargs: 1 / 0)
        work_on_import(import_id=one.pk, now=NOW)

    one.refresh_from_db()
    assert (one.status, imported()) == ("failed", 5)
    assert one.failure.startswith("An error of the server stopped it.")

    undo(one)
    assert (one.status, imported()) == ("undone", 0)


def test_rows_are_forgotten_after_a_day_and_what_was_never_applied_as_a_whole(upload, apply):
    applied, checked = apply(upload("people", PEOPLE)), upload("people", PEOPLE)

    tend_imports(now=NOW + timedelta(hours=23))
    assert Import.objects.count() == 2
    tend_imports(now=NOW + timedelta(days=1))

    assert list(Import.objects.values_list("pk", "created")) == [(applied.pk, 5)]
    assert not Import.objects.filter(pk=checked.pk).exists()
    assert ImportRow.objects.count() == 0
    applied.refresh_from_db()
    assert applied.header == []
