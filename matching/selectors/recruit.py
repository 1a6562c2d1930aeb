"""The mentors to recruit: profiles that would free most requests that wait, in words for the admins."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.languages import active_language
from accounts.models import MentorProfile
from accounts.models.profile import Sector
from accounts.selectors import taxonomy
from accounts.words import language_name
from matching.engine import MentorTable, Vocabulary
from matching.engine.recruit import Wanted, recruits
from matching.models import HelpRequest, Match
from matching.selectors.needs import judgeable_requests, needs_of
from matching.selectors.snapshot import current_community
from matching.selectors.words import Words
from mentorship.models import GoalKind

# The longest waiting ones, so that the search takes seconds at most.
WAITING_MAX = 500
RECRUITS_MAX = 10


@dataclass(frozen=True, slots=True)
class ToRecruit:
    """``sentence`` says whom to look for. ``frees``: the requests that no earlier one frees, longest waiting first.

    ``code`` names the profile in an address.
    """

    code: str
    sentence: str
    frees: list[HelpRequest]


def whom_to_recruit(*, now: datetime, count: int = RECRUITS_MAX) -> list[ToRecruit]:
    """Return up to ``count`` profiles of mentors that would free most of the WAITING_MAX longest waiting requests.

    The first is the best one. Each further one frees most of what is left.
    """
    requests = list(requests_without_mentors()[:WAITING_MAX])
    needs = needs_of(requests, skills=taxonomy(), now=now)
    with current_community(now=now) as community:
        # Only the population means are read, which are those of the sample. No ranking waits meanwhile.
        table = community.table
        sample = MentorTable(table.mentor(row) for row in table.sample.tolist())
    found = recruits(needs, sample, count=count)
    kinds, words = {kind.code: kind for kind in GoalKind.objects.all()}, Words.read().of(active_language())
    return [
        ToRecruit(
            hashlib.blake2s(repr(astuple(one.wanted)).encode(), digest_size=6).hexdigest(),
            _sentence(one.wanted, str(kinds[one.wanted.kind]), words, len(one.frees)),
            [requests[index] for index in one.frees],
        )
        for one in found
    ]


def requests_without_mentors() -> QuerySet[HelpRequest]:
    """Return the open requests that were looked at and have nobody on their list, the longest waiting first.

    A mentor whom the mentee named, and did not ask, counts as nobody.
    """
    live = Match.objects.filter(help_request=OuterRef("pk"), status__in=Match.LIVE)
    live = live.exclude(status=Match.Status.PROPOSED, is_named=True)
    requests = judgeable_requests().filter(~Exists(live), looked_at__isnull=False)
    return requests.select_related("mentee", "goal__kind", "session_kind").order_by("opened_at", "pk")


def _sentence(wanted: Wanted, kind: str, words: Vocabulary, frees: int) -> str:
    work = wanted.role
    sector = words.inside(str(Sector(wanted.sector).label)) if wanted.sector else ""
    if details := ", ".join(filter(None, (wanted.field, sector))):
        work = _("%(role)s (%(details)s)") % {"role": work, "details": details}
    if wanted.country:
        work = _("%(role)s in %(country)s") % {"role": work, "country": words.country(wanted.country)}
    if wanted.format == MentorProfile.Format.ONE_OFF:
        sentence = ngettext(
            "A mentor who works as %(work)s, speaks %(language)s and helps once with “%(kind)s”: frees %(count)d "
            "waiting request.",
            "A mentor who works as %(work)s, speaks %(language)s and helps once with “%(kind)s”: frees %(count)d "
            "waiting requests.",
            frees,
        )
    else:
        sentence = ngettext(
            "A mentor who works as %(work)s, speaks %(language)s and helps for longer with “%(kind)s”: frees %(count)d "
            "waiting request.",
            "A mentor who works as %(work)s, speaks %(language)s and helps for longer with “%(kind)s”: frees %(count)d "
            "waiting requests.",
            frees,
        )
    return sentence % {"work": work, "language": language_name(wanted.language), "kind": kind, "count": frees}
