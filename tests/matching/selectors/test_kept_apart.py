"""Questions between two people of whom a block, an admin or a departure came between."""

from __future__ import annotations

import pytest

from matching.models import Match
from matching.selectors.kept_apart import cannot_be_accepted, with_kept_apart
from tests.factories import MatchFactory
from tests.matching.helpers import exclude, mentee_blocks, mentor_blocks, suspend

pytestmark = pytest.mark.django_db


def nothing(match):
    """Leave the two as they are."""


def mentee_leaves(match):
    match.help_request.mentee.is_active = False
    match.help_request.mentee.save()


def mentor_leaves(match):
    match.mentor.user.is_active = False
    match.mentor.user.save()


def admins_keep_apart(match):
    exclude(match.mentor.user, match.help_request.mentee)


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        (nothing, False),
        (mentee_blocks, True),
        (mentor_blocks, True),
        (suspend, True),
        (admins_keep_apart, True),
        (mentee_leaves, True),
        (mentor_leaves, True),
    ],
)
def test_a_match_that_is_read_says_the_same_as_a_query(happened, expected):
    match = MatchFactory(status="asked")
    MatchFactory(status="asked")

    happened(match)

    read = with_kept_apart(Match.objects.select_related("mentor__user", "help_request__mentee")).get(pk=match.pk)
    assert cannot_be_accepted(read) is cannot_be_accepted(match) is expected
