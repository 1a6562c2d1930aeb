"""Hard rules that an admin has overridden for a mentor and a request."""

from __future__ import annotations

from matching.models import HandProposal, HelpRequest, Match


def overridden_rules(request: HelpRequest) -> dict[int, tuple[str, ...]]:
    """Return the overridden rules of the live matches of a request, by the mentor's user id. One query.

    A mentor without any is left out.
    """
    if request.pk is None:
        return {}
    by_hand = HandProposal.objects.filter(match__help_request=request, match__status__in=Match.LIVE).exclude(rules=[])
    return {user: tuple(rules) for user, rules in by_hand.values_list("match__mentor__user_id", "rules")}
