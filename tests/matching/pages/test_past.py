"""The page of what is over."""

from __future__ import annotations

import pytest

from accounts.models import Block
from tests.factories import HelpRequestFactory, MentorshipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def over(alice, bob):
    return MentorshipFactory(
        goal__mentee=alice, mentor=bob.mentor, status="completed", end_reason="helped_enough", ended_by=alice
    )


def past(client, member) -> str:
    client.force_login(member)
    return client.get("/past/").content.decode()


def test_each_of_the_two_reads_the_mentorship_that_ended(client, over, alice, bob):
    assert "Bob Baker mentored you" in past(client, alice)
    assert "You mentored Alice Archer" in past(client, bob)


def test_after_a_block_the_name_is_left_as_on_the_page_of_the_mentorship(client, over, alice, bob):
    Block.objects.create(blocker=bob, blocked=alice)

    assert "Bob Baker mentored you" in past(client, alice)
    assert "You mentored Alice Archer" in past(client, bob)


def test_a_request_that_is_over_is_there_and_an_open_one_is_not(client, alice):
    over, still_open = (
        HelpRequestFactory(mentee=alice, status=status, goal__target_role=status) for status in ("withdrawn", "open")
    )

    page = past(client, alice)

    assert f"/requests/{over.uuid}/" in page
    assert f"/requests/{still_open.uuid}/" not in page
