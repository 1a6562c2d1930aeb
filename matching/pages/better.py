"""The changes that would bring more mentors, or more requests, with links to the pages on which they are made."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from accounts.models import MentorProfile
from matching.links import request_page
from matching.models import HelpRequest
from matching.selectors.chances import BetterChance, Place, chances_of
from matching.selectors.openings import MoreRequests, OfferPlace, openings_for


def better_chances(help_request: HelpRequest, *, here: str = "") -> list[tuple[BetterChance, str]]:
    """Return the changes of a request, saved or not, the best first, each with the address where it is made.

    ``here``: the address of the request's page. Empty while it is written: a change in the same form has no address.
    """
    found = chances_of(help_request, now=timezone.now())
    return [(one, _address(one.place, help_request, here)) for one in found.changes]


def _address(place: Place, help_request: HelpRequest, here: str) -> str:
    match place:
        case Place.LANGUAGES | Place.WEEK:
            return reverse("profile-part", args=[place.value])
        case Place.GOAL:
            return reverse("goal", args=[help_request.goal.uuid])
        case Place.NEW_GOAL:
            return reverse("goal-new")
        case Place.NEW_REQUEST:
            return request_page(help_request.goal.uuid)
        case Place.REQUEST:
            return f"{here}?correct" if here else ""


def better_offers(mentor: MentorProfile) -> list[tuple[MoreRequests, str]]:
    """Return the changes of a mentor's offer, the best first, each with the address where it is made."""
    found = openings_for(mentor, now=timezone.now())
    return [(one, _address_of_offer(one.place)) for one in found]


def _address_of_offer(place: OfferPlace) -> str:
    if place == OfferPlace.OFFER:
        return reverse("offer-change")
    return reverse("profile-part", args=[place.value])
