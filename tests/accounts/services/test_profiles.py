"""Changes of a person's own profile."""

from __future__ import annotations

import pytest

from accounts.exceptions import QuietHoursNeedBothEnds
from accounts.services.profiles import update_profile

pytestmark = pytest.mark.django_db


def test_quiet_hours_without_an_end_are_refused(admin, now):
    with pytest.raises(QuietHoursNeedBothEnds):
        update_profile(profile=admin.profile, changes={"quiet_from_minute": 60}, now=now)
