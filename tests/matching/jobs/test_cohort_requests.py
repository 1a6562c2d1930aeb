"""Mentees of cohorts without a request are reminded, and requests of cohorts that are over end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from matching.exceptions import PairOver
from matching.jobs.cohort_pairs import end_impossible_pairs, propose_published
from matching.jobs.cohort_requests import (
    REMIND_BEFORE,
    TIME_TO_WRITE,
    expire_of_archived,
    free_drafts,
    remind_of_requests,
    withdraw_of_left,
)
from matching.models import CohortPair, HelpRequest
from matching.services.cohorts.answer import say_yes
from matching.tasks import tend_cohorts
from mentorship.models import Cohort, CohortMember
from mentorship.services.cohorts.run import archive_cohort
from tests.factories import NOW, CohortFactory, CohortMemberFactory, HelpRequestFactory, MentorFactory
from tests.helpers import kinds, send
from tests.matching.helpers import mail_to, press, request_for
from tests.matching.pairs import proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

EARLY = NOW - TIME_TO_WRITE


@pytest.fixture
def closes_soon():
    return CohortFactory(joins_until_on=(NOW + REMIND_BEFORE).date())


def archived(request: HelpRequest) -> HelpRequest:
    Cohort.objects.filter(pk=request.cohort_id).update(status="closed", closed_at=NOW)
    archive_cohort(cohort_id=request.cohort_id, now=NOW)
    return request


# --- reminders --------------------------------------------------------------------------------------------------


def test_a_mentee_without_a_request_is_reminded_once_before_the_last_day(closes_soon):
    place = CohortMemberFactory(cohort=closes_soon, joined_at=EARLY)

    assert [remind_of_requests(now=NOW), remind_of_requests(now=NOW)] == [1, 0]

    place.refresh_from_db()
    assert (place.reminded_at, kinds(place.person)) == (NOW, ["cohort_request_missing"])


def test_somebody_who_has_just_joined_is_reminded_a_day_later(closes_soon):
    CohortMemberFactory(cohort=closes_soon, joined_at=NOW)

    assert remind_of_requests(now=NOW) == 0
    assert remind_of_requests(now=NOW + TIME_TO_WRITE) == 1


def test_nobody_else_is_reminded(closes_soon):
    later = CohortFactory(joins_until_on=(NOW + REMIND_BEFORE).date() + timedelta(days=1))
    CohortMemberFactory(cohort=later, joined_at=EARLY)
    CohortMemberFactory(cohort=closes_soon, joined_at=EARLY, left_at=NOW)
    CohortMemberFactory(cohort=closes_soon, joined_at=EARLY, side="mentor")
    CohortMemberFactory(cohort=closes_soon, joined_at=EARLY, person__is_active=False)
    for status in ("open", "matched"):
        request_for(closes_soon, status=status)
    CohortMember.objects.update(joined_at=EARLY)

    assert remind_of_requests(now=NOW) == 0


def test_a_draft_is_no_request_yet(closes_soon):
    draft = request_for(closes_soon, status="draft")
    CohortMember.objects.update(joined_at=EARLY)

    assert remind_of_requests(now=NOW) == 1
    assert kinds(draft.mentee) == ["cohort_request_missing"]


def test_the_reminder_leads_to_the_cohort_and_is_not_sent_once_a_request_is_there(closes_soon):
    place, other = CohortMemberFactory.create_batch(2, cohort=closes_soon, joined_at=EARLY)
    remind_of_requests(now=NOW)
    HelpRequestFactory(mentee=other.person, cohort=closes_soon)

    send(NOW)

    [message] = mail.outbox
    assert message.to == [place.person.email]
    assert f"Write your request for “{closes_soon}”" in message.subject
    assert f"/cohorts/{closes_soon.uuid}/" in message.body


def test_the_reminder_says_when_mentorships_begin_and_nothing_about_the_last_day_to_join(closes_soon):
    place = CohortMemberFactory(cohort=closes_soon, joined_at=EARLY)
    Cohort.objects.update(joins_until_on="2026-01-05", starts_on="2099-01-08", ends_on="2099-06-01")
    remind_of_requests(now=NOW)

    send(NOW)

    body = mail_to(place.person).body
    assert "the mentorships are to begin on Thursday, 8 January." in body
    assert "Your request has to be there before they match." in body
    assert "5 January" not in body


# --- the end of a cohort ----------------------------------------------------------------------------------------


def test_open_requests_of_an_archived_cohort_expire_and_their_mentees_can_ask_everybody():
    request, other = request_for(), request_for()
    archived(request)

    assert [expire_of_archived(now=NOW), expire_of_archived(now=NOW)] == [1, 0]
    send(NOW)

    request.refresh_from_db()
    other.refresh_from_db()
    assert (request.status, request.closed_at, other.status) == ("expired", NOW, "open")
    message = mail_to(request.mentee)
    assert "is over; you can ask the whole community" in message.subject
    link = next(line for line in message.body.splitlines() if "/choose/" in line)
    again = press(link, do="again")
    draft = request.copies.get()
    assert (again.status_code, draft.cohort, draft.ask, draft.status) == (302, None, request.ask, "draft")


@pytest.mark.parametrize("status", ["matched", "withdrawn", "closed"])
def test_other_requests_of_an_archived_cohort_stay(status):
    request = archived(request_for(status=status))

    assert expire_of_archived(now=NOW) == 0
    request.refresh_from_db()
    assert request.status == status


@pytest.mark.parametrize(("status", "told"), [("proposed", ["cohort_pair_over"]), ("published", [])])
def test_a_pair_that_waits_in_an_archived_cohort_is_taken_back_and_each_side_is_told_once(status, told):
    pair = proposed_pair(status=status, alternates=[MentorFactory()])
    archived(pair.help_request)

    tend_cohorts()

    pair.refresh_from_db()
    assert (pair.status, pair.why_withdrawn, pair.help_request.status) == ("withdrawn", "taken_back", "expired")
    assert (kinds(pair.help_request.mentee), kinds(pair.mentor.user)) == (["cohort_over"], told)
    assert CohortPair.objects.count() == 1


def test_the_mentor_of_a_pair_in_an_archived_cohort_reads_that_it_is_over():
    pair = proposed_pair()
    archived(pair.help_request)
    expire_of_archived(now=NOW)

    send(NOW)

    mail = mail_to(pair.mentor.user)
    assert "The organisers have taken this proposal back." in mail.body
    assert "The cohort is over." in mail.body
    assert "You hear from them" not in mail.body


def test_sweeps_of_pairs_take_those_of_an_archived_cohort_back_as_well():
    proposed, published = proposed_pair(), proposed_pair(status="published")
    for pair in (proposed, published):
        archived(pair.help_request)

    assert (propose_published(now=NOW), end_impossible_pairs(now=NOW)) == (0, 1)

    for pair in (proposed, published):
        pair.refresh_from_db()
        assert (pair.status, pair.why_withdrawn) == ("withdrawn", "taken_back")
    assert kinds(published.mentor.user) == []


def test_nobody_says_yes_in_an_archived_cohort():
    pair = proposed_pair(mentor_yes_at=NOW)
    archived(pair.help_request)

    with pytest.raises(PairOver):
        say_yes(pair_id=pair.pk, by=pair.help_request.mentee, now=NOW)


def test_a_confirmed_pair_of_an_archived_cohort_stays():
    pair = proposed_pair(status="confirmed")
    archived(pair.help_request)

    tend_cohorts()

    pair.refresh_from_db()
    assert pair.status == "confirmed"


def test_drafts_of_an_archived_cohort_become_ordinary_ones():
    draft = archived(request_for(status="draft"))

    assert [free_drafts(now=NOW), free_drafts(now=NOW)] == [1, 0]
    draft.refresh_from_db()
    assert (draft.cohort, draft.status, kinds(draft.mentee)) == (None, "draft", [])


def test_requests_of_those_whose_place_was_removed_end_as_well():
    request, draft = request_for(), request_for(status="draft")
    stays = request_for()
    CohortMember.objects.exclude(person=stays.mentee).delete()

    assert (withdraw_of_left(now=NOW), free_drafts(now=NOW)) == (1, 1)

    for one in (request, draft, stays):
        one.refresh_from_db()
    assert (request.status, draft.cohort, stays.status) == ("withdrawn", None, "open")


def test_the_pair_of_a_mentee_whose_place_was_removed_ends_and_the_mentor_is_told():
    pair = proposed_pair()
    CohortMember.objects.filter(person=pair.help_request.mentee).delete()

    assert withdraw_of_left(now=NOW) == 1

    pair.refresh_from_db()
    assert (pair.status, pair.why_withdrawn, kinds(pair.mentor.user)) == (
        "withdrawn",
        "request_over",
        ["cohort_pair_over"],
    )


def test_one_task_does_all_of_it():
    archived(request_for())

    assert tend_cohorts() == 1


@pytest.mark.parametrize(("language", "words"), [("de", "ganze Community"), ("es", "toda la comunidad")])
def test_the_mail_is_in_the_language_of_its_reader(language, words, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español")]
    request = archived(request_for(mentee__profile__language=language))
    expire_of_archived(now=NOW)
    send(NOW)

    assert words in mail_to(request.mentee).body
