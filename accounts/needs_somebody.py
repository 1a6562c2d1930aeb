"""The section “what needs somebody” of the admin's home: filters, and a page of escalations with their buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import Concern, User
from accounts.open_escalations import (
    Cause,
    Look,
    OpenCount,
    OpenEscalation,
    Owner,
    RuleInForce,
    beside,
    look,
    rules_in_force,
)
from accounts.services.escalations import SNOOZE_DAYS
from accounts.services.reads import note_reads_of_concerns
from accounts.suggested_actions import SuggestedAction, action_for
from accounts.way_back import Neighbours

ON_A_PAGE = 25
OWNERS = {Owner.ALL: "everybody's", Owner.MINE: "mine", Owner.NOBODY: "nobody's"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter: its label, the number of escalations, its address, and whether it is chosen."""

    label: str
    count: int | None
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """An escalation with the action that the reader may do, and the address of its page."""

    escalation: OpenEscalation
    action: SuggestedAction | None
    page: str


def page_of(cause: Cause) -> str:
    """Return the address of the page of an escalation."""
    return reverse("admin:accounts_escalation_one", args=[cause.kind, cause.subject, cause.since])


def action_of(escalation: OpenEscalation, user: User) -> SuggestedAction | None:
    """Return the suggested action of an escalation, if ``user`` may do it."""
    action = action_for(escalation.kind.code)
    return action if action and user.has_perm(action.permission) else None


def needs_somebody(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the section: a reader without permission for it gets an empty one.

    Raises BadRequest for a filter or page that the section does not offer.
    """
    user, now = cast(User, request.user), timezone.now()
    if not user.has_perm("accounts.view_escalation"):
        return {}
    rules = _rules_for(user)
    owner, kind = _owner(request.GET), _kind(request.GET, rules)

    def page_with(number: int) -> tuple[Page, Look]:
        start = (number - 1) * ON_A_PAGE
        seen = look(rules, now=now, owner=owner, reader=user, kind=kind, start=start, stop=start + ON_A_PAGE)
        total = sum(counted.count for counted in seen.counts if kind in ("", counted.rule.kind.code))
        return Paginator(range(total), ON_A_PAGE).get_page(number), seen

    asked = _number(request.GET)
    page, seen = page_with(asked)
    if page.number != asked:
        # The last page became shorter, or was left.
        page, seen = page_with(page.number)
    concerns = [one.row for one in seen.found if isinstance(one.row, Concern)]
    note_reads_of_concerns(reader=user, concerns=concerns, now=now)
    return {
        "needs": [Line(one, action_of(one, user), page_of(one.cause)) for one in seen.found],
        "needs_kinds": _kinds(seen.counts, kind, owner),
        "needs_owners": [
            Choice(label, None, _url(kind=kind, owner=each), each == owner) for each, label in OWNERS.items()
        ],
        "needs_pages": _pages(page, kind, owner),
        "needs_page": page,
        "needs_next": request.get_full_path(),
        "needs_query": urlencode({"next": request.get_full_path()}),
        "may_note": user.has_perm("accounts.change_escalation"),
        "may_open_people": user.has_perm("accounts.view_user"),
        "may_read_rules": user.has_perm("accounts.view_escalationrule"),
        "snooze_days": SNOOZE_DAYS,
        "now": now,
    }


def neighbours_of_escalation(user: User, cause: Cause, *, home: str) -> Neighbours | None:
    """Return the escalations before and after one in the list of the home, as it is now.

    ``home`` is the address of the home from which the reader came, with its filters. None for filters that it does not
    take. Three queries, and those of the reader's permissions.
    """
    parts = urlsplit(home)
    sent = QueryDict(parts.query if parts.path == reverse("admin:index") else "")
    rules = _rules_for(user)
    try:
        owner, kind = _owner(sent), _kind(sent, rules)
    except BadRequest:
        return None
    chosen = [rule for rule in rules if kind in ("", rule.kind.code)]
    stand = beside(cause, chosen, now=timezone.now(), owner=owner, reader=user)

    def page(other: Cause | None, place: int) -> str | None:
        if other is None:
            return None
        back = _url(kind=kind, owner=owner, page=(place - 1) // ON_A_PAGE + 1)
        return f"{page_of(other)}?{urlencode({'next': back})}"

    after_at = stand.earlier + 1 + bool(stand.place)
    return Neighbours(page(stand.before, stand.earlier), page(stand.after, after_at), stand.place, stand.total)


def _rules_for(user: User) -> list[RuleInForce]:
    """Return the rules of the kinds that ``user`` may see."""
    return [rule for rule in rules_in_force() if user.has_perm(rule.kind.view_permission)]


def _kinds(counts: list[OpenCount], kind: str, owner: Owner) -> list[Choice]:
    everything = Choice("everything", sum(one.count for one in counts), _url(owner=owner), not kind)
    each = [
        Choice(one.rule.kind.title, one.count, _url(kind=one.rule.kind.code, owner=owner), one.rule.kind.code == kind)
        for one in counts
        if one.count or one.rule.kind.code == kind
    ]
    return [everything, *each]


def _pages(page: Page, kind: str, owner: Owner) -> dict[str, str]:
    """Return the addresses of the page before and the page after, as far as there are some."""
    numbers = {
        "before": page.number - 1 if page.has_previous() else 0,
        "after": page.number + 1 if page.has_next() else 0,
    }
    return {name: _url(kind=kind, owner=owner, page=number) for name, number in numbers.items() if number}


def _owner(sent: Mapping[str, str]) -> Owner:
    try:
        return Owner(sent.get("owner", Owner.ALL))
    except ValueError as error:
        raise BadRequest("Escalations are everybody's, mine or nobody's.") from error


def _kind(sent: Mapping[str, str], rules: list[RuleInForce]) -> str:
    kind = sent.get("kind", "")
    if kind and kind not in {rule.kind.code for rule in rules}:
        raise BadRequest("There is no such kind of escalation.")
    return kind


def _number(sent: Mapping[str, str]) -> int:
    number = sent.get("page", "1")
    if not (number.isascii() and number.isdecimal()) or len(number) > 9 or int(number) < 1:
        raise BadRequest("There is no such page.")
    return int(number)


def _url(*, kind: str = "", owner: Owner = Owner.ALL, page: int = 1) -> str:
    said = {"kind": kind, "owner": "" if owner == Owner.ALL else owner.value, "page": "" if page == 1 else str(page)}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{reverse('admin:index')}{'?' if query else ''}{query}"
