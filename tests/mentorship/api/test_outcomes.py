"""Outcomes and feedback by API."""

from __future__ import annotations

import pytest
from django.utils import timezone

from mentorship.models import OrganiserNote
from tests.api.problems import faults, problem
from tests.factories import FeedbackFactory, MentorshipFactory
from tests.moves import end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SCALE = {"start": "Ten applications.", "less": "None.", "as_hoped": "Three.", "better": "An offer."}


@pytest.fixture
def running(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


@pytest.fixture
def mentorship(running):
    return end(running, now=timezone.now())


def get(api, person, mentorship, part):
    return api(person).get(f"/api/v1/mentorships/{mentorship.uuid}/{part}/").json()


def send(api, person, mentorship, part, method="put", **body):
    return getattr(api(person), method)(f"/api/v1/mentorships/{mentorship.uuid}/{part}/", body)


def test_a_mentee_writes_the_scale_and_both_read_it(api, alice, bob, running):
    answer = send(api, alice, running, "outcome/scale", **SCALE)

    assert (answer.status_code, answer.json()["may_write_scale"]) == (200, True)
    read = get(api, bob, running, "outcome")
    assert {name: read["scale"][name] for name in SCALE} == SCALE
    assert read["may_write_scale"] is False
    problem(send(api, bob, running, "outcome/scale", **SCALE), 403, "not_your_scale")


def test_a_scale_needs_all_its_words(api, alice, running):
    answer = send(api, alice, running, "outcome/scale", **SCALE | {"less": " "})

    assert faults(answer) == {"less"}


def test_ratings_are_read_once_both_have_rated(api, alice, bob, mentorship):
    answer = send(api, alice, mentorship, "outcome/rate", "post", when="end", level=1)
    [rating] = answer.json()["ratings"]
    assert (rating["when"], rating["mine"]["level"], rating["theirs"], rating["may_rate"]) == ("end", 1, None, True)
    [rating] = get(api, bob, mentorship, "outcome")["ratings"]
    assert (rating["mine"], rating["theirs"]) == (None, None)

    send(api, bob, mentorship, "outcome/rate", "post", when="end", level=-2)

    [rating] = get(api, alice, mentorship, "outcome")["ratings"]
    assert (rating["theirs"]["level"], rating["may_rate"]) == (-2, False)
    problem(send(api, alice, mentorship, "outcome/rate", "post", when="end", level=0), 409, "rating_stands")


@pytest.mark.parametrize("level", [3, -3, "1", None, 0.5])
def test_a_level_is_a_number_from_minus_2_to_2(level, api, alice, mentorship):
    assert faults(send(api, alice, mentorship, "outcome/rate", "post", when="end", level=level)) == {"level"}


def test_feedback_is_sealed_until_both_wrote(api, alice, bob, mentorship):
    nothing = get(api, bob, mentorship, "feedback")
    written = send(api, alice, mentorship, "feedback", helped="The interviews.").json()
    assert (written["mine"]["helped"], written["mine"]["opened_at"]) == ("The interviews.", None)
    assert get(api, bob, mentorship, "feedback") == nothing

    opened = send(api, bob, mentorship, "feedback", better="Shorter.").json()

    assert (opened["theirs"]["helped"], opened["may_write"]) == ("The interviews.", False)
    problem(send(api, bob, mentorship, "feedback", better="Longer."), 409, "feedback_stands")


def test_thanks_to_be_shown_have_words(api, alice, mentorship):
    assert faults(send(api, alice, mentorship, "feedback", helped="Much.", thanks_shown="no_name")) == {"thanks"}


def test_a_note_goes_to_the_organisers_alone(api, alice, bob, mentorship):
    answer = send(api, alice, mentorship, "feedback/organisers", text="Look at this.").json()

    assert answer["note"] == OrganiserNote.objects.get().text == "Look at this."
    assert answer["note_read_at"] is None
    assert get(api, bob, mentorship, "feedback")["note"] == ""
    OrganiserNote.objects.update(read_at=timezone.now())
    assert get(api, alice, mentorship, "feedback")["note_read_at"] is not None
    assert get(api, bob, mentorship, "feedback")["note_read_at"] is None


def test_open_feedback_is_reported_by_its_reader(api, alice, bob, mentorship):
    FeedbackFactory(mentorship=mentorship, opened_at=timezone.now())

    answer = send(api, bob, mentorship, "feedback/report", "post", reason="It hurts.").json()

    assert answer["theirs"]["reported_at"] is not None
    assert "report_reason" not in get(api, alice, mentorship, "feedback")["mine"]
    problem(send(api, alice, mentorship, "feedback/report", "post", reason="No."), 409, "feedback_not_open")


def test_thanks_are_shown_or_not_also_once_they_are_open(api, alice, mentorship):
    FeedbackFactory(mentorship=mentorship, opened_at=timezone.now())

    shown = send(api, alice, mentorship, "feedback/thanks", thanks_shown="first_name").json()

    assert shown["mine"]["thanks_shown"] == "first_name"


def test_a_mentor_reads_a_summary_and_a_mentee_has_none(api, alice, bob):
    assert api(alice).get("/api/v1/me/mentor/feedback/").status_code == 404

    answer = api(bob).get("/api/v1/me/mentor/feedback/").json()

    none = {"n_asked": 0, "n_answered": 0, "n_silent": 0, "n_success": None}
    assert answer == {
        "n_asked": 0,
        "n_wrote": 0,
        "n_silent": 0,
        "helped": [],
        "better": [],
        "thanks": [],
        "at_the_end": none,
        "later": none,
    }
