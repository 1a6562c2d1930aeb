"""Blocking a person, and taking the block back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import TooManyBlocks
from accounts.locks import lock_beginner, lock_mentors_of
from accounts.models import Block, User
from accounts.models.relations import BLOCKS_MAX


@transaction.atomic
def block_person(*, by: User, person: User, now: datetime) -> Block:
    """Keep two people apart from now on. The other one is not told. A second call returns the first block.

    Sweeps end what waits between the two. Raises TooManyBlocks.
    """
    if (block := block_or_room(by=by, person=person)) is not None:
        return block
    lock_mentors_of([by, person])
    return Block.objects.create(blocker=by, blocked=person, created_at=now)


def block_or_room(*, by: User, person: User) -> Block | None:
    """Return the block that is there. None: there is room for one, until the end of the transaction.

    Raises TooManyBlocks.
    """
    lock_beginner(by.pk)
    blocks = Block.objects.filter(blocker=by, concern=None)
    block = blocks.filter(blocked=person).first()
    if block is None and blocks.count() >= BLOCKS_MAX:
        raise TooManyBlocks(
            _("You block %(number)s people already. Take one of these blocks back first, or write to the organisers.")
            % {"number": BLOCKS_MAX}
        )
    return block


def unblock(*, by: User, person: User) -> bool:
    """Take a block back. Return whether there was one.

    Nothing that it ended comes back. A concern between the two still keeps them apart.
    """
    deleted, _by_model = Block.objects.filter(blocker=by, blocked=person, concern=None).delete()
    return bool(deleted)
