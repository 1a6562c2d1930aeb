"""A member states a group of theirs, for a check of fairness."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import NotInCohort
from mentorship.models import CohortMember
from mentorship.models.cohort import GROUP_MAX


@transaction.atomic
def state_group(*, member_id: int, by: User, group: str) -> CohortMember:
    """State the group of a member, or take it away with "". Words are cut at GROUP_MAX, and spaces are made plain.

    It is their consent to a check of fairness, and is used for nothing else. Raises NotInCohort unless ``by`` is the
    member and has not left.
    """
    members = CohortMember.objects.select_for_update(of=("self",), no_key=True)
    member = members.filter(pk=member_id, person=by, left_at=None).first()
    if member is None:
        raise NotInCohort(_("You are not in this cohort."))
    member.group = " ".join(group.split())[:GROUP_MAX]
    member.save(update_fields=["group"])
    return member
