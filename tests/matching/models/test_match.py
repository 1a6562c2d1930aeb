"""The constraints of matches."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.factories import MatchFactory, MentorshipFactory

pytestmark = pytest.mark.django_db


def test_the_database_refuses_a_second_accepted_match():
    first = MatchFactory(status="accepted", mentorship=MentorshipFactory())

    with pytest.raises(IntegrityError, match="match_one_accepted_per_help_request"), transaction.atomic():
        MatchFactory(help_request=first.help_request, status="accepted", mentorship=MentorshipFactory())


def test_the_database_refuses_an_accepted_match_without_a_mentorship():
    with pytest.raises(IntegrityError, match="match_has_a_mentorship"), transaction.atomic():
        MatchFactory(status="accepted")


@pytest.mark.parametrize("status", ["proposed", "declined"])
def test_the_database_refuses_a_mentorship_on_a_match_that_is_not_accepted(status):
    mentorship = MentorshipFactory()

    with pytest.raises(IntegrityError, match="match_has_a_mentorship_if_and_only_if_accepted"), transaction.atomic():
        MatchFactory(status=status, mentorship=mentorship)
