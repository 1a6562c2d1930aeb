"""An admin asks for a draft of a cohort, and edits it: pin, forbid, release."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.about_others import must_be_about_others
from accounts.doorbell import ring_after_commit
from accounts.models import User
from matching.exceptions import CohortNotClosed, EditNotPossible
from matching.models import CohortDecision, CohortDraft
from matching.selectors.cohorts.edits import EditCost, cost_of_edit, result_of_edit, standing_of
from matching.selectors.cohorts.kept import Keys
from matching.selectors.cohorts.reading import round_of
from matching.services.cohorts.newest import must_be_newest, must_not_be_in_the_making
from matching.tasks import make_cohort_draft
from mentorship.locks import lock_cohort
from mentorship.models import Cohort, CohortMember
from mentorship.services.cohorts.organise import must_organise

Status, Kind = CohortDraft.Status, CohortDecision.Kind

WHAT_MAX = 200


@transaction.atomic
def ask_for_draft(
    *,
    cohort_id: int,
    by: User,
    now: datetime,
    policy: str | None = None,
    both_sides: bool | None = None,
    seed: int = 0,
) -> CohortDraft:
    """Have the worker read the people of a closed cohort and match them. Pins and bans are kept.

    ``policy`` and ``both_sides`` are those of the cohort unless given.
    Raises NotAnOrganiser, CohortNotClosed, DraftInTheMaking.
    """
    cohort = lock_cohort(cohort_id)
    must_organise(by, cohort)
    newest = _must_be_free(cohort)
    draft = CohortDraft.objects.create(
        cohort=cohort,
        number=newest.number + 1 if newest else 1,
        round=round_of(cohort),
        policy=policy or cohort.policy,
        both_sides=cohort.both_sides if both_sides is None else both_sides,
        seed=seed,
        what="Read all people anew.",
        asked_by=by,
        asked_at=now,
    )
    ring_after_commit(make_cohort_draft, draft.pk)
    return draft


def edit_draft(
    *,
    draft_id: int,
    pin: Iterable[Keys] = (),
    forbid: Iterable[Keys] = (),
    release: Iterable[Keys] = (),
    reason: str,
    by: User,
    now: datetime,
) -> CohortDraft:
    """Decide on pairs, and make the next draft of the fits that are kept. Pairs are keys of members: mentee, mentor.

    ``pin``: together in every draft to come. ``forbid``: in none. ``release``: as if nobody had decided.

    Raises NotAnOrganiser, AboutYourself, CohortNotClosed, DraftInTheMaking, DraftIsOld if a newer one was made
    meanwhile, DraftNotMade, and EditNotPossible with a sentence that names people.
    """
    pin, forbid, release = tuple(pin), tuple(forbid), tuple(release)
    draft = CohortDraft.objects.select_related("cohort", "scores").get(pk=draft_id)
    must_organise(by, draft.cohort)
    _must_be_editable(draft)
    _must_be_about_others(by, pin, forbid, release)
    # Solved without the lock, since it takes seconds for thousands of people.
    cost = cost_of_edit(draft, pin=pin, forbid=forbid, release=release, now=now)
    result = result_of_edit(draft, cost)
    with transaction.atomic():
        cohort = lock_cohort(draft.cohort_id)
        newest = _must_be_editable(draft, cohort)
        if standing_of(draft) != cost.standing:
            raise EditNotPossible("Pairs were published, answered or taken back meanwhile. Look at the draft again.")
        _decide(pin, forbid, release, reason=reason.strip(), by=by, now=now)
        return _next(draft, newest.number + 1, cost, result, by=by, now=now)


@transaction.atomic
def drop_decision(*, mentee: int, mentor: int, by: User) -> bool:
    """Forget what was decided on two members, without a new draft: one of them may be gone. Return whether it was.

    Raises NotAnOrganiser, AboutYourself.
    """
    cohort_id = CohortMember.objects.values_list("cohort", flat=True).get(pk=mentee)
    must_organise(by, lock_cohort(cohort_id))
    _must_be_about_others(by, [(mentee, mentor)])
    gone, _ = CohortDecision.objects.filter(mentee=mentee, mentor=mentor).delete()
    return gone > 0


def _must_be_free(cohort: Cohort) -> CohortDraft | None:
    """Return the newest draft of a closed cohort. Raises CohortNotClosed, DraftInTheMaking."""
    if cohort.status != Cohort.Status.CLOSED:
        raise CohortNotClosed(
            "Close the cohort first, so that nobody joins while it is matched."
            if cohort.status in (Cohort.Status.OPEN, Cohort.Status.PREPARING)
            else "This cohort is archived. Nobody is matched in it any more."
        )
    newest = CohortDraft.objects.filter(cohort=cohort).select_related("asked_by").order_by("-number").first()
    must_not_be_in_the_making(newest)
    return newest


def _must_be_editable(draft: CohortDraft, cohort: Cohort | None = None) -> CohortDraft:
    """Return the draft with the highest number, which may have failed.

    Raises CohortNotClosed, DraftInTheMaking, DraftNotMade, DraftIsOld.
    """
    highest = _must_be_free(cohort or draft.cohort)
    must_be_newest(draft)
    return highest or draft


def _must_be_about_others(by: User, *edits: Collection[Keys]) -> None:
    keys = {key for pairs in edits for pair in pairs for key in pair}
    must_be_about_others(by, *CohortMember.objects.filter(pk__in=keys).values_list("person", flat=True))


def _decide(
    pin: Collection[Keys], forbid: Collection[Keys], release: Collection[Keys], *, reason: str, by: User, now: datetime
) -> None:
    for mentee, mentor in (*release, *forbid, *pin):
        CohortDecision.objects.filter(mentee=mentee, mentor=mentor).delete()
    for kind, pairs in ((Kind.PIN, pin), (Kind.BAN, forbid)):
        for mentee, mentor in pairs:
            CohortDecision.objects.create(
                mentee_id=mentee, mentor_id=mentor, kind=kind, reason=reason, by=by, decided_at=now
            )


def _next(
    draft: CohortDraft, number: int, cost: EditCost, result: dict[str, Any], *, by: User, now: datetime
) -> CohortDraft:
    return CohortDraft.objects.create(
        cohort=draft.cohort,
        number=number,
        round=draft.round,
        status=Status.DONE,
        policy=draft.policy,
        both_sides=draft.both_sides,
        seed=draft.seed,
        edits=draft,
        what=shortened(cost.what),
        progress=100,
        findings=draft.findings,
        scores=draft.scores,
        asked_by=by,
        asked_at=now,
        started_at=now,
        ended_at=now,
        **result,
    )


def shortened(text: str) -> str:
    return text if len(text) <= WHAT_MAX else f"{text[: WHAT_MAX - 1]}…"
