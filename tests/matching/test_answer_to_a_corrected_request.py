"""A yes or an offer to a request that was corrected: by service, by API, and on the pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from matching.exceptions import CorrectedMeanwhile, NoLongerFits
from matching.links import answer_link
from matching.models import HelpRequest, Match
from matching.services.accept import accept_match
from matching.services.correct import correct_help_request
from matching.services.offer import offer_help
from mentorship.models import Mentorship
from tests.factories import NOW, MatchFactory
from tests.helpers import path, race
from tests.matching.helpers import mentee_blocks
from tests.moves import NOTE, accept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ASK = "Go through my two-page CV and mark what a bank in Berlin would not understand, before 15 January."


def correct(match: Match, now=NOW, **changes) -> None:
    request = match.help_request
    correct_help_request(help_request_id=request.pk, by=request.mentee, changes=changes or {"ask": ASK}, now=now)


def say_yes(match: Match, **more) -> Mentorship:
    return accept_match(match_id=match.pk, by=match.mentor.user, now=NOW, **more)


# --- the correction that was read ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("read", "before"), [(0, "30 minutes"), (1, "45 minutes"), (3, "30 minutes")])
def test_a_yes_to_an_older_text_is_refused_with_what_changed(read, before):
    match = MatchFactory(status="asked")
    correct(match, minutes=45)
    correct(match, minutes=60)

    with pytest.raises(CorrectedMeanwhile, match="was corrected") as refused:
        say_yes(match, correction=read)

    change = {"field": "minutes", "label": "Time wanted", "before": before, "after": "60 minutes"}
    assert refused.value.members == {"correction": 2, "changes": [change]}
    assert say_yes(match, correction=2)


def test_a_correction_that_was_taken_back_stops_nothing():
    match = MatchFactory(status="asked")
    correct(match, minutes=45)
    correct(match, minutes=30)

    assert say_yes(match)


def test_an_offer_for_an_older_text_is_refused():
    match = MatchFactory()
    correct(match)
    offer = {"match_id": match.pk, "by": match.mentor.user, "note": NOTE, "now": NOW}

    with pytest.raises(CorrectedMeanwhile):
        offer_help(**offer)

    assert offer_help(**offer, correction=1).status == "offered"


@pytest.mark.parametrize(
    ("status", "changes"),
    [("proposed", {"why": "I like it."}), ("asked", {"accepts_paid": True})],
)
def test_a_correction_that_the_mentor_may_not_read_stops_nothing(status, changes):
    match = MatchFactory(status=status)
    correct(match, **changes)

    if status == "proposed":
        offer_help(match_id=match.pk, by=match.mentor.user, note=NOTE, now=NOW)
    else:
        say_yes(match)

    match.refresh_from_db()
    assert match.status == ("offered" if status == "proposed" else "accepted")


def test_the_mentee_knows_their_own_correction():
    match = MatchFactory(status="offered")
    correct(match)

    assert accept_match(match_id=match.pk, by=match.help_request.mentee, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_yes_waits_for_a_correction_that_is_being_stored():
    match = MatchFactory(status="asked")

    rival = race(lambda: correct(match), lambda: say_yes(match))

    with pytest.raises(CorrectedMeanwhile):
        rival.finish()
    assert not Mentorship.objects.exists()


def test_the_api_shows_the_number_and_asks_for_it(api):
    match = MatchFactory(status="asked")
    client, address = api(match.mentor.user), f"/api/v1/inbox/{match.uuid}/"
    assert client.get(address).json()["correction"] == 0
    correct(match)

    refused = client.post(f"{address}accept/")

    assert (refused.status_code, refused.json()["code"]) == (409, "corrected_meanwhile")
    assert refused.json()["changes"][0]["after"] == ASK
    read = client.get(address).json()["correction"]
    assert read == refused.json()["correction"] == 1
    assert client.post(f"{address}accept/", {"correction": read}).status_code == 201


def test_two_who_are_kept_apart_read_no_number_of_corrections(api):
    match = MatchFactory(status="asked")
    correct(match)
    mentee_blocks(match)

    shown = api(match.mentor.user).get(f"/api/v1/inbox/{match.uuid}/").json()

    assert (shown["help_request"], shown["correction"]) == (None, 0)


def test_the_api_asks_for_the_number_with_an_offer(api):
    match = MatchFactory()
    correct(match)
    client = api(match.mentor.user)
    [row] = client.get("/api/v1/requests-for-me/").json()
    address = f"/api/v1/requests-for-me/{row['uuid']}/offer/"

    assert client.post(address, {"note": NOTE}).json()["code"] == "corrected_meanwhile"
    assert client.post(address, {"note": NOTE, "correction": row["correction"]}).status_code == 200


@pytest.mark.parametrize("by", ["mail", "member"])
def test_a_yes_on_an_older_page_shows_what_changed_and_one_more_tap_accepts(by):
    match = MatchFactory(status="asked")
    old, client = match.help_request.ask, Client()
    page = path(answer_link(match))
    if by == "member":
        client.force_login(match.mentor.user)
        page = reverse("inbox-match", args=[match.uuid])
    correct(match)

    response = client.post(page, {"do": "accept", "correction": "0"})

    text = response.content.decode()
    assert response.status_code == 409
    assert "was corrected" in text
    assert old in text
    assert text.count(ASK) == 2
    assert 'name="correction" value="1"' in text
    assert client.post(page, {"do": "accept", "correction": "1"}).status_code == 302
    assert Mentorship.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"correction": ""}, {"correction": "x"}, {"correction": "9" * 5000}])
def test_a_page_without_a_readable_number_was_not_read(sent):
    match = MatchFactory(status="asked")
    correct(match)

    response = Client().post(path(answer_link(match)), {"do": "accept"} | sent)

    assert response.status_code in (400, 409)
    assert not Mentorship.objects.exists()


def test_an_offer_on_an_older_page_keeps_the_note_and_shows_what_changed():
    match = MatchFactory()
    old, client = match.help_request.ask, Client()
    client.force_login(match.mentor.user)
    page = reverse("fitting-requests")
    offer = {"do": "offer", "help_request": str(match.help_request.uuid), "note": NOTE}
    correct(match)

    response = client.post(page, offer | {"correction": "0"})

    text = response.content.decode()
    assert response.status_code == 409
    assert old in text
    assert NOTE in text
    assert 'name="correction" value="1"' in text
    assert client.post(page, offer | {"correction": "1"}).status_code == 302
    match.refresh_from_db()
    assert match.status == "offered"


# --- the hard rules -----------------------------------------------------------------------------------------------


def without_shared_language(match: Match) -> dict:
    match.help_request.mentee.profile.languages.create(code="ja", level="native")
    return {"languages": ["ja"]}


def without_shared_time(match: Match) -> dict:
    for person in (match.mentor.user, match.help_request.mentee):
        person.profile.availability.create(weekday=1, start_minute=8 * 60, end_minute=8 * 60 + 30)
    HelpRequest.objects.filter(pk=match.help_request_id).update(minutes=15)
    return {"minutes": 90}


def without_money(match: Match) -> dict:
    request = match.help_request
    HelpRequest.objects.filter(pk=request.pk).update(accepts_paid=True)
    mentor = match.mentor
    mentor.rate = {"amount": 40, "currency": "EUR", "per": "session"}
    mentor.save()
    return {"accepts_paid": False}


@pytest.mark.parametrize("status", ["asked", "offered"])
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (without_shared_language, "language"),
        (without_shared_time, "time in the week in common"),
        (without_money, "price"),
    ],
)
def test_a_correction_by_which_the_two_do_not_fit_any_more_forbids_a_yes(change, says, status):
    match = MatchFactory(status=status)
    correct(match, **change(match))

    with pytest.raises(NoLongerFits, match=says):
        accept_match(
            match_id=match.pk,
            by=match.help_request.mentee if status == "offered" else match.mentor.user,
            correction=1,
            now=NOW,
        )

    assert not Mentorship.objects.exists()


def test_a_mentor_whose_own_price_changed_can_still_say_yes():
    match = MatchFactory(status="asked")
    without_money(match)
    HelpRequest.objects.update(accepts_paid=False)

    assert accept(match)


# --- a question that has ended ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["declined", "expired", "withdrawn"])
def test_a_mentor_whose_question_has_ended_reads_the_text_of_that_time(status, api):
    match = MatchFactory(status="asked")
    correct(match, minutes=45)
    first = match.help_request.ask
    Match.objects.update(
        status=status,
        ended_at=NOW,
        waits_since_at=None,
        answer_due_at=None,
        silent_side="mentor" if status == "expired" else "",
        decline_reason="other" if status == "declined" else "",
    )
    correct(match, ask=ASK, needs=["statistics"])
    correct(match, minutes=60)

    row = api(match.mentor.user).get(f"/api/v1/inbox/{match.uuid}/").json()
    page = Client().get(path(answer_link(match))).content.decode()

    read = row["help_request"]
    assert (read["ask"], read["needs"], read["minutes"]) == (first, ["machine learning"], 45)
    assert row["correction"] == 1
    assert ASK not in page
    assert first in page
    assert "45 minutes" in page
