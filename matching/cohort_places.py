"""Messages to people whom somebody else put into a cohort. Services and imports share them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from accounts.notifications.write import notify_all, skip_unsent
from mentorship.models import Cohort, CohortMember

KINDS = ("cohort_added",)


def tell_added(places: Iterable[CohortMember], *, now: datetime) -> None:
    """Tell people that they are in a cohort now, once for each side. Call it in the transaction that adds them.

    Their places have ``cohort`` and ``person__profile``.
    """
    for (cohort, side), people in _by_side(places).items():
        payload = {"cohort": str(cohort.uuid), "side": side}
        about = f"{cohort.uuid}:{side}:"
        # Somebody who was taken out and comes back is told again, by one message.
        skip_unsent(recipients=people, kinds=KINDS, key_prefix=about, reason="They were taken out, and added again.")
        key = f"{about}{now.isoformat()}"
        notify_all(recipients=people, kind="cohort_added", key=key, payload=payload, now=now)


def skip_added(places: Iterable[CohortMember]) -> None:
    """Skip the unsent messages about places that an import made and its undo removes."""
    for (cohort, side), people in _by_side(places).items():
        about = f"{cohort.uuid}:{side}:"
        skip_unsent(recipients=people, kinds=KINDS, key_prefix=about, reason="The import was undone.")


def _by_side(places: Iterable[CohortMember]) -> dict[tuple[Cohort, str], list[User]]:
    found: dict[tuple[Cohort, str], list[User]] = defaultdict(list)
    for place in places:
        found[place.cohort, place.side].append(place.person)
    return found
