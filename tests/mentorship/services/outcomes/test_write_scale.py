"""The scale of an outcome: the mentee writes it while the mentorship runs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from mentorship.exceptions import NotOneOfTheTwo, NotYourScale, ScaleStands
from mentorship.models import GoalScale
from mentorship.services.outcomes.write_scale import write_scale
from mentorship.services.pause import pause_mentorship
from tests.factories import NOW, GoalScaleFactory, MentorshipFactory
from tests.moves import end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

WORDS = {"start": "No interview yet.", "less": "None.", "as_hoped": "Three.", "better": "An offer."}


def write(mentorship, by, now=NOW, **words):
    return write_scale(mentorship_id=mentorship.pk, by=by, now=now, **WORDS | words)


def test_a_mentee_says_what_success_would_be(mentorship, alice):
    scale = write(mentorship, alice)

    assert (scale.start, scale.less, scale.as_hoped, scale.better, scale.written_at) == (*WORDS.values(), NOW)


@pytest.mark.parametrize("is_paused", [False, True])
def test_other_words_take_the_place_of_the_first_ones_while_it_runs(is_paused, mentorship, alice):
    write(mentorship, alice)
    if is_paused:
        pause_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW)

    write(mentorship, alice, NOW + timedelta(days=9), as_hoped="Five.")

    scale = GoalScale.objects.get()
    assert (scale.as_hoped, scale.written_at) == ("Five.", NOW + timedelta(days=9))


def test_a_mentor_does_not_write_it(mentorship, bob):
    with pytest.raises(NotYourScale):
        write(mentorship, bob)


def test_somebody_else_does_not_write_it(mentorship, charlie):
    with pytest.raises(NotOneOfTheTwo):
        write(mentorship, charlie)


def test_success_is_not_defined_after_the_end(mentorship, alice):
    write(mentorship, alice)
    end(mentorship)

    with pytest.raises(ScaleStands):
        write(mentorship, alice, as_hoped="What I have.")

    assert GoalScale.objects.get().as_hoped == "Three."


def test_the_database_keeps_the_words_after_the_end(mentorship):
    GoalScaleFactory(mentorship=mentorship)
    end(mentorship)

    for change in (
        lambda: GoalScale.objects.update(as_hoped="What I have."),
        lambda: GoalScaleFactory(mentorship=MentorshipFactory(status="completed")),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_database_refuses_a_scale_without_all_its_words(mentorship):
    with pytest.raises(IntegrityError):
        GoalScaleFactory(mentorship=mentorship, better="")
