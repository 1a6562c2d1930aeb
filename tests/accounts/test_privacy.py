"""The declarations of personal data, the data map, and the periods."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import models

from accounts.jobs.concerns import forget_words
from accounts.jobs.reads import delete_old_reads
from accounts.models import Block, Concern, LegalHold, StaffRead
from accounts.models.concern import WORDS_KEPT
from accounts.privacy_registry import Holding, all_holdings, declare, holds_words, tables, undeclared
from accounts.retention import all_periods
from config.celery import SWEEPS
from tests.data_map import data_map, periods
from tests.factories import NOW, ConcernFactory, UserFactory

DOCS = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"


def test_each_key_to_a_person_and_each_column_of_words_is_declared():
    found = list(tables())

    assert len(found) > 60
    assert {model._meta.label: undeclared(model) for model in found if undeclared(model)} == {}


@pytest.mark.parametrize(
    ("field", "holds"),
    [
        (models.TextField(), True),
        (models.EmailField(), True),
        (models.JSONField(), True),
        (models.GenericIPAddressField(), True),
        (models.BinaryField(), True),
        (models.CharField(choices=[("a", "A")]), False),
        (models.DateField(), False),
    ],
)
def test_a_column_that_can_hold_words_is_found(field, holds):
    assert holds_words(field) is holds


def test_a_declared_column_exists():
    for holding in all_holdings():
        names = {field.name for field in holding.model._meta.local_fields}
        assert {*holding.columns, *holding.acted, *holding.hidden} <= names, holding.label


def test_a_table_is_declared_once():
    with pytest.raises(ValueError, match="declared twice"):
        declare(Holding(Block))


def test_the_data_map_of_the_docs_is_that_of_the_code():
    """`python -m tests.data_map` writes it."""
    text = DOCS.read_text()

    assert data_map() in text
    assert periods() in text


def test_each_period_has_a_sweep_that_runs():
    assert len(all_periods()) >= 7
    assert {period.sweep for period in all_periods()} <= set(SWEEPS)


@pytest.mark.django_db
@pytest.mark.usefixtures("rung")
@pytest.mark.parametrize("side", ["raised_by", "about"])
def test_a_sweep_leaves_what_a_legal_hold_keeps(side):
    late = NOW + WORDS_KEPT
    kept, other = ConcernFactory(status="closed", closed_at=NOW), ConcernFactory(status="closed", closed_at=NOW)
    person, admin = getattr(kept, side), UserFactory(role="owner")
    for one in (person, getattr(other, side)):
        StaffRead.objects.create(person=one, reader=admin, what="contact", hour_at=NOW)
    LegalHold.objects.create(person=person, reason="A court asked.", set_by=admin, set_at=NOW)

    forget_words(now=late)
    delete_old_reads(now=late)

    assert [bool(row.words) for row in Concern.objects.order_by("pk")] == [True, False]
    assert StaffRead.objects.get().person == person
