"""Cohorts are given to programme managers, and their numbers to readers for a company."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import CohortHasNoCompany, NoProgrammeManager, NotAnOrganiser
from mentorship.locks import lock_cohort
from mentorship.models import Cohort, CohortOrganiser
from mentorship.selectors.cohorts import cohorts_of

CHOOSE_ORGANISERS = "mentorship.add_cohortorganiser"


def must_organise(by: User, cohort: Cohort) -> None:
    """Raise NotAnOrganiser unless ``by`` runs the cohort, as ``cohorts_of`` says."""
    if not cohorts_of(by).filter(pk=cohort.pk).exists():
        raise NotAnOrganiser(_("You do not run this cohort. Ask the organisers of the community."))


@transaction.atomic
def add_organiser(*, cohort_id: int, person: User, part: str, by: User) -> CohortOrganiser:
    """Give a cohort a programme manager, or a reader of its numbers for the company. Twice is no error.

    Raises NotAnOrganiser unless ``by`` is an owner or a community manager, NoProgrammeManager, CohortHasNoCompany.
    """
    _must_choose(by)
    cohort = lock_cohort(cohort_id)
    if part == CohortOrganiser.Part.MANAGER and person.role != User.Role.PROGRAMME:
        raise NoProgrammeManager(_("They are no programme manager yet. An owner gives the role on their page first."))
    if part == CohortOrganiser.Part.EMPLOYER and not cohort.company:
        raise CohortHasNoCompany(_("The cohort belongs to no company. Name the company first."))
    organiser, _is_new = CohortOrganiser.objects.get_or_create(cohort=cohort, person=person, part=part)
    return organiser


@transaction.atomic
def remove_organiser(*, organiser_id: int, by: User) -> None:
    """Take a cohort away from somebody. Twice is no error. Raises NotAnOrganiser as ``add_organiser`` does."""
    _must_choose(by)
    CohortOrganiser.objects.filter(pk=organiser_id).delete()


def _must_choose(by: User) -> None:
    if not by.has_perm(CHOOSE_ORGANISERS):
        raise NotAnOrganiser(_("Owners and community managers choose who runs a cohort. Ask one of them."))
