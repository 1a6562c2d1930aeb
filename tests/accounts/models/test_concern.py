"""Constraints and triggers of concerns."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.exceptions import MoveNotAllowed
from accounts.models import Concern
from tests.factories import NOW, BlockFactory, ConcernFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(name: str):
    return pytest.raises(IntegrityError, match=name)


@pytest.fixture
def concern():
    return ConcernFactory()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"topic": "weather"}, "concern_topic_is_known"),
        ({"topic": "safety", "is_safety": False}, "concern_about_safety_is_marked"),
        ({"subject_kind": "session"}, "concern_subject_has_a_kind"),
        ({"words": ""}, "concern_has_words_while_it_is_open"),
        ({"outcome": "no_action"}, "concern_has_an_outcome_if_and_only_if_closed"),
        ({"status": "closed", "outcome": ""}, "concern_has_an_outcome_if_and_only_if_closed"),
    ],
)
def test_a_concern_is_whole(fields, constraint):
    with refused(constraint), transaction.atomic():
        ConcernFactory(**fields)


def test_nobody_raises_a_concern_about_themselves():
    person = UserFactory()

    with refused("concern_not_about_oneself"), transaction.atomic():
        ConcernFactory(raised_by=person, about=person, separation=False)


@pytest.mark.parametrize(("role", "side"), [("owner", "about"), ("closed_by", "about"), ("closed_by", "raised_by")])
def test_none_of_the_two_decides(role, side):
    one, other = UserFactory(), UserFactory()
    status = "closed" if role == "closed_by" else "open"

    with refused("concern_is_not_decided_by_one_of_the_two"), transaction.atomic():
        ConcernFactory(raised_by=one, about=other, status=status, **{role: {"raised_by": one, "about": other}[side]})


def test_one_concern_of_a_topic_is_open_about_a_person(concern):
    pair = {"raised_by": concern.raised_by, "about": concern.about}
    ConcernFactory(**pair, topic="money")
    ConcernFactory(**pair, status="closed")

    with refused("concern_open_once_for_a_topic"), transaction.atomic():
        ConcernFactory(**pair)


@pytest.mark.parametrize(
    "changes",
    [{"words": "Other words."}, {"topic": "money"}, {"subject_kind": "x", "subject": "0" * 32}],
)
def test_the_words_of_a_report_stand(changes, concern):
    with refused("a concern does not change"), transaction.atomic():
        Concern.objects.filter(pk=concern.pk).update(**changes)


def test_an_open_concern_may_become_a_matter_of_safety_and_stays_one(concern):
    Concern.objects.filter(pk=concern.pk).update(is_safety=True)

    with refused("a concern does not change"), transaction.atomic():
        Concern.objects.filter(pk=concern.pk).update(is_safety=False)


def test_a_closed_concern_becomes_no_matter_of_safety():
    closed = ConcernFactory(status="closed")

    with refused("a concern does not change"), transaction.atomic():
        Concern.objects.filter(pk=closed.pk).update(is_safety=True)


def test_no_concern_is_the_task_of_who_raised_it(admin):
    with refused("concern_is_no_task_of_who_raised_it"), transaction.atomic():
        ConcernFactory(raised_by=admin, owner=admin)


@pytest.mark.parametrize(
    "changes", [{"outcome": "kept_apart"}, {"answer": "Other words."}, {"status": "open", "outcome": ""}]
)
def test_an_outcome_stands(changes):
    closed = ConcernFactory(status="closed", answer="We spoke with both.")
    changes |= {"closed_at": None, "closed_by": None} if "status" in changes else {}

    with refused("a concern does not change"), transaction.atomic():
        Concern.objects.filter(pk=closed.pk).update(**changes)


def test_a_concern_is_closed_once(concern, admin):
    concern.close("no_action", answer="Nothing.", by=admin, at=NOW)

    with pytest.raises(MoveNotAllowed):
        concern.close("kept_apart", answer="Nothing.", by=admin, at=NOW)


def test_a_block_of_ones_own_and_a_concern_stand_beside_each_other(concern):
    pair = {"blocker": concern.raised_by, "blocked": concern.about}
    BlockFactory(**pair)

    with refused("block_once"), transaction.atomic():
        BlockFactory(**pair)
    with refused("concern_id"), transaction.atomic():
        BlockFactory(**pair, concern=concern)
