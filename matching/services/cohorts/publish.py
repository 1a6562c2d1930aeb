"""Publishing the pairs of a draft, and taking them back within a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.about_others import must_be_about_others
from accounts.doorbell import ring_after_commit
from accounts.locks import lock_mentors_of
from accounts.models import MentorProfile, User
from matching.exceptions import PairsNotPossible, TooLateToTakeBack
from matching.locks import lock_pairs
from matching.models import NOBODY, CohortDraft, CohortPair, CohortScores, HelpRequest
from matching.models.cohort_pair import ALTERNATES_MAX
from matching.pair_moves import BOTH, withdraw_pair
from matching.selectors.cohorts.answers import to_take_back
from matching.selectors.cohorts.places import places_left
from matching.services.cohorts.left_out import tell_left_out
from matching.services.cohorts.newest import must_be_newest
from matching.tasks import propose_pairs
from mentorship.locks import lock_cohort
from mentorship.models import Cohort, CohortMember
from mentorship.selectors.apart import ENDED_BY_ADMINS
from mentorship.services.cohorts.organise import must_organise

# Points of the fit, of a draft's ten-thousandths.
TO_POINTS = 100


@dataclass(slots=True)
class Published:
    """``count`` pairs are new. ``already`` were published before. ``skipped`` says of others why they were not."""

    count: int = 0
    already: int = 0
    skipped: list[str] = field(default_factory=list)


@dataclass(slots=True)
class TakenBack:
    """``count`` pairs are taken back. ``stay``: the number that waits still. ``skipped`` says who they are, and why."""

    count: int = 0
    stay: int = 0
    skipped: list[str] = field(default_factory=list)


@transaction.atomic
def publish_pairs(*, draft_id: int, mentees: Collection[int] | None, by: User, now: datetime) -> Published:
    """Publish all pairs of a draft, or those of some mentees (keys of members). The worker then tells both sides.

    Once all are published, mentees who are left out hear so. Pairs that were published before stay as they are. A pair
    that cannot be published is skipped with a sentence, and so is one of ``by``; if the mentees are named, nothing is
    published then.

    Places are counted under the lock of the mentors, pair by pair.

    Raises NotAnOrganiser, AboutYourself, DraftNotMade, DraftInTheMaking, DraftIsOld, and PairsNotPossible, also for an
    empty list of mentees.
    """
    cohort = lock_cohort(CohortDraft.objects.values_list("cohort_id", flat=True).get(pk=draft_id))
    must_organise(by, cohort)
    draft = CohortDraft.objects.select_related("scores").defer("audit", "scores__data").get(pk=draft_id)
    draft.cohort = cohort
    must_be_newest(draft)
    if cohort.status == Cohort.Status.ARCHIVED:
        raise PairsNotPossible(_("This cohort is archived. Nobody is matched in it any more."))
    _must_choose(mentees)
    published, new = Published(), []
    rows = _rows(draft, mentees)
    _lock_mentors(draft, rows)
    people = _People(draft)
    for row in rows:
        if people.is_published(row):
            published.already += 1
        elif by.pk in people.of(row):
            if mentees is not None:
                must_be_about_others(by, *people.of(row))
            published.skipped.append(_("You are one of a pair. Another admin has to publish it."))
        elif problem := people.problem(row):
            published.skipped.append(problem)
        else:
            new.append(people.pair(row, by=by, now=now))
    if mentees is not None and published.skipped:
        raise PairsNotPossible(" ".join(published.skipped))
    CohortPair.objects.bulk_create(new)
    published.count = len(new)
    if mentees is None:
        tell_left_out(draft, cohort, by=by, now=now)
    ring_after_commit(propose_pairs)
    return published


@transaction.atomic
def unpublish_pairs(*, draft_id: int, mentees: Collection[int] | None, by: User, now: datetime) -> TakenBack:
    """Take the pairs of a draft back that nobody has confirmed, or those of some mentees.

    Unsent messages are skipped, and whoever was told gets one message. Alternates are taken back as well.

    Pairs of ``by`` stay, and are refused by name. Pairs that were published more than a day ago stay.

    Raises NotAnOrganiser, AboutYourself, PairsNotPossible if no pair waits or for an empty list of mentees,
    TooLateToTakeBack if it is for all of them.
    """
    cohort = Cohort.objects.get(drafts=draft_id)
    must_organise(by, cohort)
    _must_choose(mentees)
    pairs = CohortPair.objects.filter(draft=draft_id, status__in=CohortPair.LIVE)
    if mentees is not None:
        people = CohortMember.objects.filter(pk__in=mentees, cohort=cohort, side=CohortMember.Side.MENTEE)
        pairs = pairs.filter(help_request__mentee__in=people.values("person"))
    # No lock of the cohort: somebody who joins locks it after their profile, and requests come before profiles.
    locked = lock_pairs(pairs)
    if not locked:
        raise PairsNotPossible(_("No pair waits for an answer here: there is nothing to take back."))
    of_others = [pair for pair in locked if pair.side_of(by) is None]
    if not of_others or (mentees is not None and len(of_others) < len(locked)):
        must_be_about_others(by, by.pk)
    # They are locked, so this stays true.
    possible = to_take_back(CohortPair.objects.filter(pk__in=[pair.pk for pair in of_others]), by=by, now=now)
    keys = set(possible.values_list("pk", flat=True))
    in_time = [pair for pair in of_others if pair.pk in keys]
    late = [pair for pair in of_others if pair.pk not in keys]
    if not in_time:
        raise TooLateToTakeBack(
            _("Pairs can be taken back for one day after they were published. Write to the people instead.")
        )
    for pair in in_time:
        withdraw_pair(pair, CohortPair.Why.TAKEN_BACK, tell=BOTH, at=now)
    taken = TakenBack(count=len(in_time), stay=len(locked) - len(in_time))
    if late:
        names = ", ".join(sorted(str(pair.help_request.mentee) for pair in late))
        taken.skipped.append(_("Published more than a day ago, so they stay: %(names)s.") % {"names": names})
    if len(of_others) < len(locked):
        taken.skipped.append(_("You are one of a pair. Another admin has to take it back."))
    if mentees is not None and (names := _without_a_pair(people, locked)):
        taken.skipped.append(_("No pair waits for an answer any more: %(names)s.") % {"names": names})
    return taken


def _without_a_pair(people: QuerySet[CohortMember], locked: Collection[CohortPair]) -> str:
    """Return the names of the members whom none of these pairs is about."""
    others = people.exclude(person__in=[pair.help_request.mentee_id for pair in locked])
    return ", ".join(others.order_by("person__name", "pk").values_list("person__name", flat=True))


def _must_choose(mentees: Collection[int] | None) -> None:
    if mentees is not None and not mentees:
        raise PairsNotPossible(_("Choose at least one pair."))


def _rows(draft: CohortDraft, mentees: Collection[int] | None) -> list[int]:
    """Return the rows of a draft to publish: all with a mentor, or those of the named mentees.

    Raises PairsNotPossible if one of the named has no mentor in the draft.
    """
    rows = dict(zip(_scores(draft).mentees, range(len(draft.mentor_of)), strict=True))
    if mentees is None:
        return [row for row in rows.values() if draft.mentor_of[row] != NOBODY]
    alone = [key for key in mentees if key not in rows or draft.mentor_of[rows[key]] == NOBODY]
    if alone:
        members = CohortMember.objects.filter(pk__in=alone, cohort=draft.cohort_id).select_related("person")
        names = ", ".join(str(member.person) for member in members.order_by("person__name", "pk"))
        raise PairsNotPossible(_("Without a mentor in this draft: %(names)s.") % {"names": names or "?"})
    return [rows[key] for key in dict.fromkeys(mentees)]


def _lock_mentors(draft: CohortDraft, rows: Collection[int]) -> None:
    """Lock the mentors of some rows, by ascending key. Whoever gives a place of theirs away meanwhile waits."""
    keys = {_scores(draft).mentors[draft.mentor_of[row]] for row in rows}
    lock_mentors_of(member.person for member in CohortMember.objects.filter(pk__in=keys).select_related("person"))


def _scores(draft: CohortDraft) -> CohortScores:
    # A constraint of drafts that are made.
    assert draft.scores is not None  # noqa: S101
    return draft.scores


class _People:
    """Everybody of a draft as they are now, to publish its pairs. Eight queries."""

    def __init__(self, draft: CohortDraft) -> None:
        self.draft, self.scores = draft, _scores(draft)
        keys = [*self.scores.mentees, *self.scores.mentors]
        self.members = CohortMember.objects.select_related("person").in_bulk(keys)
        people = [member.person_id for member in self.members.values()]
        self.mentors = {mentor.user_id: mentor for mentor in MentorProfile.objects.filter(user__in=people)}
        self.requests = HelpRequest.objects.in_bulk(self.scores.requests)
        pairs = CohortPair.objects.filter(help_request__in=self.requests).select_related("mentor__user")
        current = pairs.filter(status__in=CohortPair.CURRENT)
        self.current = {pair.help_request_id: pair for pair in current}
        tried = pairs.filter(status__in=CohortPair.CAME_TO_NOTHING)
        self.tried = set(tried.values_list("help_request", "mentor"))
        self.left = self._places_left()

    def is_published(self, row: int) -> bool:
        """Return whether the two of a row are a pair that waits for answers, or was confirmed."""
        pair, mentor = self.current.get(self.scores.requests[row]), self._mentor(self.draft.mentor_of[row])
        return pair is not None and mentor is not None and pair.mentor_id == mentor.pk

    def of(self, row: int) -> set[int]:
        """Return the people of a row who are in the community."""
        keys = (self.scores.mentees[row], self.scores.mentors[self.draft.mentor_of[row]])
        return {self.members[key].person_id for key in keys if key in self.members}

    def problem(self, row: int) -> str:
        """Return a sentence why the pair of a row cannot be published, or nothing."""
        mentee = self.members.get(self.scores.mentees[row])
        other = self.members.get(self.scores.mentors[self.draft.mentor_of[row]])
        request = self.requests.get(self.scores.requests[row])
        mentor = self._mentor(self.draft.mentor_of[row])
        if mentee is None or other is None or request is None or mentor is None:
            return _("Somebody of a pair has left the community.")
        names = {"mentee": str(mentee.person), "mentor": str(other.person)}
        if not _is_here(mentee):
            return _("%(mentee)s has left the cohort.") % names
        if not _is_here(other) or mentor.status in ENDED_BY_ADMINS:
            return _("%(mentor)s cannot mentor in the cohort any more; %(mentee)s needs another mentor.") % names
        if (pair := self.current.get(request.pk)) is not None:
            names["now"] = str(pair.mentor)
            return _("%(mentee)s is together with %(now)s already. Take that pair back first.") % names
        if request.status != HelpRequest.Status.OPEN:
            names["status"] = request.get_status_display().lower()
            return _("The help request of %(mentee)s is %(status)s.") % names
        if (request.pk, mentor.pk) in self.tried:
            return _("%(mentee)s and %(mentor)s were proposed to each other before, and it came to nothing.") % names
        if self.left[other.pk] < 1:
            return _("%(mentor)s has no free place any more; %(mentee)s needs another mentor.") % names
        return ""

    def pair(self, row: int, *, by: User, now: datetime) -> CohortPair:
        """Return the unsaved pair of a row. It takes a place."""
        mentor = self._mentor(self.draft.mentor_of[row])
        self.left[self.scores.mentors[self.draft.mentor_of[row]]] -= 1
        return CohortPair(
            draft=self.draft,
            help_request=self.requests[self.scores.requests[row]],
            mentor=mentor,
            fit=round(self.draft.fits[row] / TO_POINTS),
            alternates=self._alternates(row),
            published_by=by,
            published_at=now,
        )

    def _alternates(self, row: int) -> list[int]:
        kept = self.draft.alternates[row] if self.draft.alternates else []
        found = [self._mentor(index) for index in kept]
        return [mentor.pk for mentor in found if mentor is not None][:ALTERNATES_MAX]

    def _places_left(self) -> dict[int, int]:
        """Return the free places of the mentors, by the keys of their memberships."""
        found = [self.members[key] for key in self.scores.mentors if key in self.members]
        mentors = [member for member in found if member.person_id in self.mentors]
        for member in mentors:
            member.person.mentor = self.mentors[member.person_id]
        left, _full = places_left(self.draft.cohort, mentors)
        return {member.pk: free for member, free in zip(mentors, left, strict=True)}

    def _mentor(self, index: int) -> MentorProfile | None:
        member = self.members.get(self.scores.mentors[index])
        return self.mentors.get(member.person_id) if member else None


def _is_here(member: CohortMember) -> bool:
    return member.left_at is None and member.person.is_active
