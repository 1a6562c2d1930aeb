"""Messages about pairs of cohorts: proposed, waiting for an answer, and over."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifications.registry import REMINDERS, Context, NotificationKind, register
from matching.links import pair_link
from matching.models import CohortPair, Match
from matching.notification_kinds.questions import QUESTIONS
from matching.notification_kinds.rows import zone_of
from matching.samples import about_pair
from matching.selectors.cohorts.over import is_impossible
from matching.selectors.cohorts.pairs import PairCard, State, card_of, pairs_of_person


def cohort_pair(row: Notification) -> Context | None:
    card = _card(row)
    # Nobody is asked who has answered, or cannot say yes any more.
    if card is None or card.state != State.MINE or is_impossible(card.pair):
        return None
    return _about(row, card) | {"reasons": card.reasons}


def cohort_pair_reminder(row: Notification) -> Context | None:
    context, card = cohort_pair(row), _card(row)
    # A later reminder may have been written after an outage of the mail.
    if context is None or card is None or row.payload.get("number", "1") != str(card.pair.reminders_sent):
        return None
    return dict(context) | {"last": card.pair.reminders_sent > 1}


def cohort_pair_over(row: Notification) -> Context | None:
    card = _card(row)
    if card is None or card.state != State.OVER:
        return None
    return _about(row, card) | {"why": card.why, "another": card.another}


def cohort_next_round(row: Notification) -> Context | None:
    """Return the values of a message about an alternate that was never proposed: it names nobody."""
    pair = CohortPair.objects.select_related("help_request__cohort").filter(uuid=row.payload["cohort_pair"]).first()
    current = (
        CohortPair.objects.filter(help_request=pair.help_request_id, status__in=CohortPair.CURRENT) if pair else None
    )
    if pair is None or current is None or current.exists():
        return None
    return {"cohort": pair.help_request.cohort}


def _card(row: Notification) -> PairCard | None:
    pair = pairs_of_person(row.person).filter(uuid=row.payload["cohort_pair"]).first()
    return card_of(pair, to=row.person) if pair else None


def _about(row: Notification, card: PairCard) -> dict[str, object]:
    return {
        "pair": card.pair,
        "cohort": card.pair.help_request.cohort,
        "to_mentee": card.side == Match.Side.MENTEE,
        "other": card.other,
        "zone": zone_of(row),
        "link": pair_link(card.pair, row.person),
    }


register(
    NotificationKind(
        "cohort_pair",
        QUESTIONS,
        gettext_lazy("the organisers of a cohort propose somebody to you"),
        cohort_pair,
        about_pair(),
        trouble_with="cohort_pair",
    ),
    NotificationKind(
        "cohort_pair_over",
        QUESTIONS,
        gettext_lazy("what the organisers of a cohort proposed to you is over, and what is next"),
        cohort_pair_over,
        about_pair("other"),
    ),
    NotificationKind(
        "cohort_next_round",
        QUESTIONS,
        gettext_lazy("you take part in the next round of a cohort"),
        cohort_next_round,
        about_pair(),
    ),
    NotificationKind(
        "cohort_pair_reminder",
        REMINDERS,
        gettext_lazy("a proposal of a cohort waits for your answer"),
        cohort_pair_reminder,
        about_pair(last=False),
    ),
)
