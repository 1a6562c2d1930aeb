"""Blocking a person, and taking the block back."""

from __future__ import annotations

import pytest

from accounts.exceptions import TooManyBlocks
from accounts.models import Block, Notification
from accounts.services import blocks
from accounts.services.blocks import block_person, unblock
from mentorship.selectors.mentors import kept_apart
from tests.factories import NOW, BlockFactory, ConcernFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_a_block_keeps_two_people_apart_and_tells_nobody(alice, bob):
    block_person(by=alice, person=bob, now=NOW)

    assert (kept_apart(alice.pk), kept_apart(bob.pk)) == ({bob.pk}, {alice.pk})
    assert not Notification.objects.exists()


def test_a_second_block_is_the_first_one(alice, bob):
    first = block_person(by=alice, person=bob, now=NOW)

    assert block_person(by=alice, person=bob, now=NOW) == first
    assert Block.objects.count() == 1


def test_each_side_has_a_block_of_its_own(alice, bob):
    block_person(by=alice, person=bob, now=NOW)
    block_person(by=bob, person=alice, now=NOW)

    unblock(by=alice, person=bob)

    assert kept_apart(alice.pk) == {bob.pk}


def test_a_block_is_taken_back_once(alice, bob):
    block_person(by=alice, person=bob, now=NOW)

    assert [unblock(by=alice, person=bob), unblock(by=alice, person=bob)] == [True, False]
    assert kept_apart(alice.pk) == frozenset()


def test_a_block_that_is_taken_back_leaves_the_concern(alice, bob):
    ConcernFactory(raised_by=alice, about=bob)
    block_person(by=alice, person=bob, now=NOW)

    assert unblock(by=alice, person=bob)

    assert kept_apart(alice.pk) == {bob.pk}
    assert not unblock(by=alice, person=bob)


def test_blocks_have_a_limit(alice, bob, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCKS_MAX", 2)
    known = BlockFactory.create_batch(2, blocker=alice)

    with pytest.raises(TooManyBlocks, match="You block 2 people already"):
        block_person(by=alice, person=bob, now=NOW)

    assert block_person(by=alice, person=known[0].blocked, now=NOW) == known[0]
