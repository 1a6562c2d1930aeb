"""Rating the outcome of a mentorship."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import OutcomeNotAsked, RatingStands
from mentorship.locks import lock_mentorship
from mentorship.models import OutcomeRating
from mentorship.selectors.apart import can_meet
from mentorship.selectors.outcomes import asked_questions, is_rating_open


@transaction.atomic
def rate_outcome(*, mentorship_id: int, by: User, when: str, level: int, now: datetime) -> OutcomeRating:
    """Rate the outcome on the occasion ``when``. It can be changed until the other side may read it.

    Raises NotOneOfTheTwo, OutcomeNotAsked unless ``when`` is the last occasion that was asked about, RatingStands.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    questions = asked_questions(mentorship)
    if not questions or questions[-1].when != when:
        raise OutcomeNotAsked(_("Nobody asks about this outcome now. Load the page again."))
    ratings = mentorship.outcome_ratings.filter(when=when)
    # As in the card: between two who are not in contact, nobody learns that the other one has rated.
    answers = ratings.count() if can_meet(mentorship) else 1
    if ratings.filter(person=by).exists() and is_rating_open(questions[-1], answers, now=now):
        raise RatingStands(_("The other side may read your rating already, so it does not change any more."))
    rating, _is_new = OutcomeRating.objects.update_or_create(
        mentorship=mentorship, person=by, when=when, defaults={"level": level, "rated_at": now}
    )
    return rating
