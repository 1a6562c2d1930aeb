"""A group for a check of fairness is stated by the member alone."""

import pytest

from mentorship.exceptions import NotInCohort
from mentorship.services.cohorts.group import state_group
from tests.factories import NOW, CohortMemberFactory

pytestmark = pytest.mark.django_db


def test_a_member_states_a_group_and_takes_it_away(alice):
    member = CohortMemberFactory(person=alice)

    assert state_group(member_id=member.pk, by=alice, group=" Working  parents ").group == "Working parents"
    assert state_group(member_id=member.pk, by=alice, group="").group == ""


@pytest.mark.parametrize("left_at", [None, NOW])
def test_nobody_else_states_it_nor_somebody_who_left(alice, bob, left_at):
    member = CohortMemberFactory(person=alice, left_at=left_at)

    with pytest.raises(NotInCohort):
        state_group(member_id=member.pk, by=alice if left_at else bob, group="Parents")

    member.refresh_from_db()
    assert member.group == ""
