"""The messages to somebody who runs a cohort now, or who reads its numbers for the company."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifications.registry import ACCOUNT, Context, NotificationKind, register
from accounts.samples import SAMPLE_LINK
from matching.links import cohort_admin_link, company_numbers_link
from matching.samples import about_place
from matching.selectors.company_numbers import has_numbers
from mentorship.models import Cohort
from mentorship.selectors.cohorts import cohorts_of, cohorts_read_by


def cohort_given(row: Notification) -> Context | None:
    """Return the cohort, while the person is this organiser of it and has the role that runs it."""
    cohort = cohorts_of(row.person).filter(**_this_organiser(row)).first()
    return {"cohort": cohort, "link": cohort_admin_link(cohort)} if cohort else None


def cohort_numbers(row: Notification) -> Context | None:
    cohort = cohorts_read_by(row.person).filter(**_this_organiser(row)).first()
    if cohort is None:
        return None
    return {"cohort": cohort, "has_numbers": has_numbers(cohort), "link": company_numbers_link(cohort)}


def _this_organiser(row: Notification) -> dict[str, object]:
    return {"organisers__pk": row.payload["organiser"], "organisers__person": row.person}


def _sample_given() -> Context:
    return {"cohort": about_place()["cohort"], "link": SAMPLE_LINK}


def _sample_numbers() -> Context:
    cohort: Cohort = about_place()["cohort"]
    cohort.company = "Example AG"
    return {"cohort": cohort, "has_numbers": False, "link": SAMPLE_LINK}


register(
    NotificationKind(
        "cohort_given",
        ACCOUNT,
        gettext_lazy("you run a cohort now"),
        cohort_given,
        _sample_given,
    ),
    NotificationKind(
        "cohort_numbers",
        ACCOUNT,
        gettext_lazy("you can read the numbers of a cohort for your company"),
        cohort_numbers,
        _sample_numbers,
    ),
)
