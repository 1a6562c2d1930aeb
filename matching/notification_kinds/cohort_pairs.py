"""Messages about pairs of cohorts: proposed, waiting for an answer, and over."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifications.registry import REMINDERS, Context, NotificationKind, register
from matching.links import cohort_link, pair_link
from matching.models import CohortPair, HelpRequest, Match
from matching.notification_kinds.questions import QUESTIONS
from matching.notification_kinds.rows import zone_of
from matching.samples import about_cohort, about_pair
from matching.selectors.cohorts.over import is_impossible
from matching.selectors.cohorts.pairs import PairCard, State, card_of, may_get_another, pairs_of_person
from mentorship.selectors.cohorts import cohorts_to_ask_in


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
    return _about(row, card) | {"why": card.why, "another": card.another, "may_get_another": may_get_another(card)}


def cohort_next_round(row: Notification) -> Context | None:
    """Return the values of a message to a mentee for whom nobody is found yet. Nothing is said about anybody else."""
    requests = HelpRequest.objects.filter(
        mentee=row.person,
        cohort__uuid=row.payload["cohort"],
        cohort__in=cohorts_to_ask_in(row.person),
        status=HelpRequest.Status.OPEN,
    )
    request = requests.exclude(cohort_pairs__status__in=CohortPair.CURRENT).select_related("cohort").first()
    if request is None or request.cohort is None:
        return None
    return {"cohort": request.cohort, "link": cohort_link(request.cohort)}


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
        about_pair("other", may_get_another=True),
    ),
    NotificationKind(
        "cohort_next_round",
        QUESTIONS,
        gettext_lazy("you take part in the next round of a cohort"),
        cohort_next_round,
        about_cohort,
    ),
    NotificationKind(
        "cohort_pair_reminder",
        REMINDERS,
        gettext_lazy("a proposal of a cohort waits for your answer"),
        cohort_pair_reminder,
        about_pair(last=False),
    ),
)
