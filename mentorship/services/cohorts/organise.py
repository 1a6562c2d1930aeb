"""The check that an admin runs a cohort, and the refusal for everybody else."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import NotAnOrganiser
from mentorship.models import Cohort
from mentorship.selectors.cohorts import cohorts_of


def must_organise(by: User, cohort: Cohort) -> None:
    """Raise NotAnOrganiser unless ``by`` runs the cohort, as ``cohorts_of`` says."""
    if not cohorts_of(by).filter(pk=cohort.pk).exists():
        raise NotAnOrganiser(_("You do not run this cohort. Ask the organisers of the community."))
