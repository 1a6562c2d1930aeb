"""The message to somebody whom the organisers put into a cohort."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifications.registry import Context, NotificationKind, register
from matching.links import cohort_link, request_page_for
from matching.notification_kinds.questions import QUESTIONS
from matching.samples import about_place
from matching.selectors.cohorts.members import mentees_without_request
from mentorship.models import CohortMember
from mentorship.selectors.cohorts import memberships_of


def cohort_added(row: Notification) -> Context | None:
    places = memberships_of(row.person).filter(side=row.payload["side"])
    place = places.filter(cohort__uuid=row.payload["cohort"]).first()
    if place is None:
        return None
    can_write = mentees_without_request().filter(pk=place.pk).exists()
    return {
        "cohort": place.cohort,
        "place": place,
        "is_mentee": place.side == CohortMember.Side.MENTEE,
        "link": cohort_link(place.cohort),
        "write_link": settings.SITE_URL + request_page_for(place.cohort) if can_write else "",
    }


register(
    NotificationKind(
        "cohort_added",
        QUESTIONS,
        gettext_lazy("the organisers have added you to a cohort"),
        cohort_added,
        about_place,
    )
)
