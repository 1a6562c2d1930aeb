"""Asking a mentor, with a reason of one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.exceptions import Refusal
from matching.exceptions import MentorNotEligible, TooManyAsked, WhyYouCopied, WhyYouFitsAnyMentor, WhyYouTooShort
from matching.jobs.propose import propose_matches
from matching.services.ask import ask_mentor
from matching.services.withdraw import withdraw_match
from mentorship.models import Mentorship
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.helpers import kinds
from tests.matching.helpers import mentor_blocks
from tests.moves import WHY, accept, ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_asking_tells_the_mentor(now):
    match = MatchFactory()

    ask(match, now)

    match.refresh_from_db()
    assert (match.status, match.why_you, match.asked_at) == ("asked", WHY, now)
    assert kinds(match.mentor.user) == ["match_asked"]


@pytest.mark.parametrize("why_you", ["", " " * 30, "Please help me now.", ". . . . . . . . . . . . ."])
def test_a_question_without_a_reason_is_refused(why_you, now):
    match = MatchFactory()

    with pytest.raises(WhyYouTooShort):
        ask(match, now, why_you)

    match.refresh_from_db()
    assert match.status == "proposed"


@pytest.mark.parametrize(
    "why_you",
    [
        "You seem to be a great mentor for me.",
        "I think you are the perfect mentor and can help me a lot",
        "Ich glaube, dass Sie der perfekte Mentor für mich sind.",
        "Creo que eres la mentora ideal para mí.",
    ],
)
def test_a_reason_that_fits_any_mentor_is_refused(why_you, now):
    match = MatchFactory()

    with pytest.raises(WhyYouFitsAnyMentor, match="Name one thing"):
        ask(match, now, why_you)

    match.refresh_from_db()
    assert match.status == "proposed"


def test_the_name_of_the_mentor_is_no_reason(now):
    match = MatchFactory(mentor__user__name="Bob Baker")

    with pytest.raises(WhyYouFitsAnyMentor):
        ask(match, now, "Dear Bob Baker, you seem to be a great mentor for me.")


@pytest.mark.parametrize("named", ["headline", "teaches"])
def test_a_word_of_the_profile_is_a_reason_even_if_others_praise_with_it(named, now):
    match = MatchFactory(mentor__teaches=["Career growth"] if named == "teaches" else ["Python"])
    if named == "headline":
        match.mentor.user.profile.headline = "Growth marketing"
        match.mentor.user.profile.save()

    ask(match, now, "I would like to learn about growth from you.")

    match.refresh_from_db()
    assert match.status == "asked"


@pytest.mark.parametrize(
    ("status", "copy"),
    [
        ("asked", WHY),
        ("declined", WHY),
        ("expired", WHY),
        ("withdrawn", WHY),
        ("asked", WHY.upper()),
        ("asked", "  You moved from research\nto industry –\t as I want to!!"),
        ("asked", WHY.replace(" ", "  ")),
    ],
)
def test_a_reason_copied_from_another_question_is_refused(status, copy, alice, now):
    MatchFactory(help_request__mentee=alice, status=status, why_you=WHY)
    match = MatchFactory(help_request__mentee=alice)

    with pytest.raises(WhyYouCopied):
        ask(match, now, copy)

    match.refresh_from_db()
    assert match.status == "proposed"


def test_a_copy_with_another_name_is_refused(alice, now):
    for name in ("Bob Baker", "Chloé Cook"):
        match = MatchFactory(help_request__mentee=alice, mentor__user__name=name)
        if name == "Bob Baker":
            ask(match, now, "Dear Bob Baker, you lead a team as I want to.")

    with pytest.raises(WhyYouCopied):
        ask(match, now, "Dear Chloé Cook, you lead a team as I want to.")


def test_the_words_of_another_mentee_or_to_the_same_mentor_are_no_copy(alice, now):
    mentor = MentorFactory(capacity=5)
    MatchFactory(why_you=WHY, status="asked")
    MatchFactory(help_request__mentee=alice, mentor=mentor, why_you=WHY, status="withdrawn")
    match = MatchFactory(help_request__mentee=alice, mentor=mentor)

    ask(match, now)

    match.refresh_from_db()
    assert match.status == "asked"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"status": "paused"}, "Has paused mentoring."),
        ({"capacity": 1, "active_elsewhere": 1}, "Has no free place"),
        ({"formats": ["one_off"]}, "Does not offer this format."),
    ],
)
def test_a_mentor_who_is_not_eligible_any_more_cannot_be_asked(change, rule, now):
    match = MatchFactory()
    for name, value in change.items():
        setattr(match.mentor, name, value)
    match.mentor.save()

    with pytest.raises(MentorNotEligible) as refusal:
        ask(match, now)

    assert rule in refusal.value.detail
    match.refresh_from_db()
    assert match.status == "proposed"
    assert kinds(match.mentor.user) == []


def test_a_refused_question_makes_the_next_search_due(now):
    match = MatchFactory(mentor__status="paused")

    with pytest.raises(MentorNotEligible):
        ask(match, now)

    match.help_request.refresh_from_db()
    assert match.help_request.mentors_due_at == now


def test_a_refused_question_does_not_reveal_a_block(now):
    match, suspended = MatchFactory(), MatchFactory(mentor__status="suspended")
    mentor_blocks(match)

    sentences = set()
    for each in (match, suspended):
        with pytest.raises(MentorNotEligible) as refusal:
            ask(each, now)
        sentences.add(refusal.value.detail)

    assert len(sentences) == 1


def test_at_most_three_mentors_are_asked_at_a_time(now, settings):
    request = HelpRequestFactory()
    MatchFactory.create_batch(settings.ASKED_MAX, help_request=request, status="asked")

    with pytest.raises(TooManyAsked):
        ask(MatchFactory(help_request=request), now)


def test_offers_count_towards_the_limit(now, settings):
    request = HelpRequestFactory()
    MatchFactory.create_batch(settings.ASKED_MAX, help_request=request, status="offered")

    with pytest.raises(TooManyAsked, match="decline an offer"):
        ask(MatchFactory(help_request=request), now)


def test_a_full_mentor_does_not_block_the_next_question(now):
    request, full, free = HelpRequestFactory(), MentorFactory(capacity=1), MentorFactory()
    blocking = MatchFactory(help_request=request, mentor=full)
    other = MatchFactory(help_request=request, mentor=free, rank=2)
    MentorshipFactory(mentor=full)

    with pytest.raises(Refusal):
        ask_mentor(match_id=blocking.pk, by=request.mentee, why_you=WHY, now=now)
    ask_mentor(match_id=other.pk, by=request.mentee, why_you=WHY, now=now)
    fresh = MentorFactory()
    propose_matches(help_request_id=request.pk, now=now)

    statuses = dict(request.matches.values_list("mentor", "status"))
    assert statuses == {free.pk: "asked", fresh.pk: "proposed"}


def test_a_silent_mentor_does_not_block_the_next_question(now, settings):
    request = HelpRequestFactory()
    long_ago = now - settings.RESPONSE_WINDOW - timedelta(days=1)
    silent = MatchFactory.create_batch(settings.ASKED_MAX, help_request=request, status="asked", asked_at=long_ago)
    willing = MatchFactory(help_request=request)

    withdraw_match(match_id=silent[0].pk, by=request.mentee, now=now)
    ask_mentor(match_id=willing.pk, by=request.mentee, why_you=WHY, now=now)
    willing.refresh_from_db()
    accept(willing, now)

    assert Mentorship.objects.get().mentor == willing.mentor
    assert set(request.matches.exclude(pk=willing.pk).values_list("status", flat=True)) == {"withdrawn", "superseded"}
