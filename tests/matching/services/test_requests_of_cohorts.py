"""A request for a cohort: who may write one, and what nobody does with it one by one."""

from __future__ import annotations

import pytest

from accounts.exceptions import MoveNotAllowed
from matching.exceptions import AnotherQuestion, CohortRequestThere, MatchedInCohort
from matching.models import HelpRequest
from matching.services.ask_again import ask_again
from matching.services.correct import correct_help_request
from matching.services.draft import create_draft, update_draft
from matching.services.look_for_mentors import look_for_mentors, make_search_due
from matching.services.name_mentor import name_mentor
from matching.services.offer import offer_help_with
from matching.services.propose_by_hand import propose_by_hand
from matching.services.renew import renew_help_request
from matching.services.submit import submit_help_request
from matching.services.withdraw import withdraw_help_request
from matching.services.write_of_list import write_of_list
from mentorship.exceptions import NotInCohort
from mentorship.models import Cohort
from mentorship.services.cohorts.run import archive_cohort
from tests.factories import CohortFactory, CohortMemberFactory, HelpRequestFactory, MentorFactory
from tests.matching.helpers import request_for
from tests.moves import NOTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def fields_of(request: HelpRequest, cohort: Cohort | None) -> dict[str, object]:
    """Return the fields of a new draft like ``request``."""
    names = ("goal", "situation", "gap", "ask", "needs", "format", "session_kind")
    return {name: getattr(request, name) for name in names} | {"cohort": cohort}


@pytest.fixture
def ordinary(alice):
    return HelpRequestFactory(mentee=alice)


@pytest.fixture
def place(alice):
    return CohortMemberFactory(person=alice)


# --- drafts and submissions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["open", "closed"])
def test_a_mentee_of_a_cohort_writes_a_request_for_it(status, alice, ordinary, now):
    cohort = CohortFactory(status=status, closed_at=now if status == "closed" else None)
    CohortMemberFactory(cohort=cohort, person=alice)

    draft = create_draft(mentee=alice, fields=fields_of(ordinary, cohort))

    assert (draft.cohort, draft.status) == (cohort, "draft")


def _never(place, now):
    place.delete()


def _left(place, now):
    place.left_at = now
    place.save()


def _mentor(place, now):
    place.side, place.places = "mentor", 1
    place.save()


def _preparing(place, now):
    Cohort.objects.update(status="preparing", opened_at=None)


def _archived(place, now):
    Cohort.objects.update(status="archived", archived_at=now)


@pytest.mark.parametrize("spoil", [_never, _left, _mentor, _preparing, _archived])
def test_nobody_else_drafts_or_submits_one(spoil, alice, place, ordinary, now):
    draft = HelpRequestFactory(mentee=alice, status="draft")
    begun = HelpRequestFactory(mentee=alice, status="draft", cohort=place.cohort)
    cohort = place.cohort
    spoil(place, now)

    with pytest.raises(NotInCohort):
        create_draft(mentee=alice, fields=fields_of(ordinary, cohort))
    with pytest.raises(NotInCohort):
        update_draft(help_request_id=draft.pk, changes={"cohort": cohort})
    with pytest.raises(NotInCohort):
        submit_help_request(help_request_id=begun.pk, now=now)

    assert HelpRequest.objects.filter(cohort=cohort).get().status == "draft"


@pytest.mark.parametrize("status", ["draft", "open", "matched"])
def test_a_mentee_has_one_current_request_for_a_cohort(status, alice, place, ordinary):
    first = HelpRequestFactory(mentee=alice, cohort=place.cohort, status=status)
    draft = HelpRequestFactory(mentee=alice, status="draft")

    with pytest.raises(CohortRequestThere) as refusal:
        create_draft(mentee=alice, fields=fields_of(ordinary, place.cohort))
    with pytest.raises(CohortRequestThere):
        update_draft(help_request_id=draft.pk, changes={"cohort": place.cohort})

    assert refusal.value.members == {"help_request": str(first.uuid)}


def test_after_the_end_of_one_another_is_possible(alice, place, ordinary):
    HelpRequestFactory(mentee=alice, cohort=place.cohort, status="withdrawn")

    assert create_draft(mentee=alice, fields=fields_of(ordinary, place.cohort)).cohort == place.cohort


def test_a_draft_leaves_its_cohort_again(alice, place):
    draft = HelpRequestFactory(mentee=alice, cohort=place.cohort, status="draft")

    assert update_draft(help_request_id=draft.pk, changes={"cohort": None}).cohort is None


def test_a_submission_starts_no_search(alice, place, rung, now):
    draft = HelpRequestFactory(mentee=alice, cohort=place.cohort, status="draft")

    opened = submit_help_request(help_request_id=draft.pk, now=now)

    assert (opened.status, opened.opened_at, opened.mentors_due_at, rung) == ("open", now, None, [])


def test_it_takes_no_place_among_the_open_requests_and_may_ask_for_the_same(alice, place, settings, now):
    first = HelpRequestFactory(mentee=alice)
    HelpRequestFactory.create_batch(settings.OPEN_REQUESTS_MAX - 1, mentee=alice)
    same = {"goal": first.goal, "ask": first.ask}
    draft = HelpRequestFactory(mentee=alice, cohort=place.cohort, status="draft", **same)

    assert submit_help_request(help_request_id=draft.pk, now=now).status == "open"


def test_open_requests_of_cohorts_do_not_count_for_the_whole_community(alice, place, settings, now):
    HelpRequestFactory.create_batch(settings.OPEN_REQUESTS_MAX - 1, mentee=alice)
    HelpRequestFactory(mentee=alice, cohort=place.cohort)
    draft = HelpRequestFactory(mentee=alice, status="draft")

    assert submit_help_request(help_request_id=draft.pk, now=now).status == "open"


# --- corrections and the end ------------------------------------------------------------------------------------


def test_its_mentee_corrects_it_and_no_search_follows(rung, now):
    request = request_for()

    correct_help_request(help_request_id=request.pk, by=request.mentee, changes={"why": "I love it."}, now=now)

    request.refresh_from_db()
    assert (request.why, request.mentors_due_at, rung) == ("I love it.", None, [])


def test_a_correction_does_not_move_it_to_the_whole_community(now):
    request = request_for()

    with pytest.raises(AnotherQuestion, match="the cohort"):
        correct_help_request(help_request_id=request.pk, by=request.mentee, changes={"cohort": None}, now=now)


def test_a_copy_of_a_withdrawn_one_is_for_the_whole_community(now):
    request = request_for()
    withdraw_help_request(help_request_id=request.pk, by=request.mentee, now=now)

    draft = ask_again(help_request_id=request.pk, by=request.mentee, now=now)

    assert (draft.cohort, draft.ask) == (None, request.ask)


def test_a_draft_of_an_archived_cohort_cannot_be_submitted(alice, place, now):
    draft = HelpRequestFactory(mentee=alice, cohort=place.cohort, status="draft")
    Cohort.objects.update(status="closed", closed_at=now)
    archive_cohort(cohort_id=place.cohort.pk, now=now)

    with pytest.raises(NotInCohort, match="over"):
        submit_help_request(help_request_id=draft.pk, now=now)


# --- moves that are refused -------------------------------------------------------------------------------------


def _name(request, mentor, admin, now):
    name_mentor(help_request_id=request.pk, mentor_id=mentor.pk, by=request.mentee, now=now)


def _offer(request, mentor, admin, now):
    offer_help_with(help_request_id=request.pk, by=mentor.user, note=NOTE, now=now)


def _propose(request, mentor, admin, now):
    propose_by_hand(help_request_id=request.pk, mentor_id=mentor.pk, by=admin, now=now)


def _renew(request, mentor, admin, now):
    renew_help_request(help_request_id=request.pk, by=request.mentee, now=now)


def _search(request, mentor, admin, now):
    make_search_due(help_request_id=request.pk, by=admin, now=now)


def _write(request, mentor, admin, now):
    write_of_list(help_request_id=request.pk, by=admin, now=now)


@pytest.mark.parametrize("move", [_name, _offer, _propose, _renew, _search, _write])
def test_nobody_finds_a_mentor_for_it_one_by_one(move, admin, rung, now):
    request, mentor = request_for(), MentorFactory()

    with pytest.raises(MatchedInCohort, match="organisers of a cohort"):
        move(request, mentor, admin, now)

    request.refresh_from_db()
    assert (request.matches.count(), request.mentors_due_at, request.renewed_at, rung) == (0, None, None, [])


def test_a_search_of_many_requests_leaves_it_out(admin, now):
    request, ordinary = request_for(), HelpRequestFactory()

    count = look_for_mentors(help_request_ids=[request.pk, ordinary.pk], by=admin, now=now)

    request.refresh_from_db()
    assert (count, request.mentors_due_at) == (1, None)


def test_a_withdrawn_one_cannot_be_withdrawn_again(now):
    request = request_for(status="withdrawn")

    with pytest.raises(MoveNotAllowed):
        withdraw_help_request(help_request_id=request.pk, by=request.mentee, now=now)
