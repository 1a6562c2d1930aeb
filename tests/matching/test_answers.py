"""Asking, accepting and declining."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Block
from matching.exceptions import (
    AlreadyDone,
    HelpRequestNotOpen,
    MentorNotEligible,
    NotYourTurn,
    PairNotAllowed,
    TooManyAsked,
)
from matching.models import Match
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor
from matching.services.decline import decline_match
from mentorship.exceptions import MentorAtCapacity
from mentorship.models import Mentorship
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

WHY = "You moved from research to industry as I want to."


def ask(match, now):
    return ask_mentor(match_id=match.pk, by=match.help_request.mentee, why_you=WHY, now=now)


def accept(match, now):
    return accept_match(match_id=match.pk, by=match.mentor.user, now=now)


def kinds(person):
    return sorted(row.kind for row in person.notifications.all())


def test_asking_tells_the_mentor(now):
    match = MatchFactory()

    ask(match, now)

    match.refresh_from_db()
    assert (match.status, match.why_you, match.asked_at) == ("asked", WHY, now)
    assert kinds(match.mentor.user) == ["match_asked"]


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


def test_three_are_asked_at_a_time(now, settings):
    request = HelpRequestFactory()
    MatchFactory.create_batch(settings.ASKED_MAX, help_request=request, status="asked")

    with pytest.raises(TooManyAsked):
        ask(MatchFactory(help_request=request), now)


def test_accepting_starts_a_mentorship_and_tells_both(now):
    match = MatchFactory(status="asked")

    mentorship = accept(match, now)

    match.refresh_from_db()
    assert (match.status, match.help_request.status) == ("accepted", "matched")
    assert match.mentorship == mentorship == Mentorship.objects.get()
    assert (mentorship.mentor, mentorship.mentee) == (match.mentor, match.help_request.mentee)
    assert kinds(match.mentor.user) == kinds(match.help_request.mentee) == ["match_accepted"]


def test_accepting_a_match_supersedes_its_siblings(now):
    chosen = MatchFactory(status="asked")
    asked = MatchFactory(help_request=chosen.help_request, status="asked")
    proposed = MatchFactory(help_request=chosen.help_request)
    declined = MatchFactory(help_request=chosen.help_request, status="declined")
    elsewhere = MatchFactory(mentor=asked.mentor, status="asked")

    accept(chosen, now)

    statuses = dict(Match.objects.values_list("pk", "status"))
    assert [statuses[match.pk] for match in (asked, proposed, declined, elsewhere)] == [
        "superseded",
        "superseded",
        "declined",
        "asked",
    ]
    assert kinds(asked.mentor.user) == ["match_superseded"]
    assert kinds(proposed.mentor.user) == []


def test_accepting_twice_is_refused_and_changes_nothing(now):
    match = MatchFactory(status="asked")
    accept(match, now)

    with pytest.raises(AlreadyDone):
        accept(match, now)

    assert Mentorship.objects.count() == 1


def test_a_second_mentor_cannot_accept_what_is_matched(now):
    first = MatchFactory(status="asked")
    second = MatchFactory(help_request=first.help_request, status="asked")
    accept(first, now)

    with pytest.raises(HelpRequestNotOpen):
        accept(second, now)

    assert Mentorship.objects.count() == 1


def test_accepting_beyond_capacity_is_refused_and_changes_nothing(now):
    mentor = MentorFactory(capacity=1)
    MentorshipFactory(mentor=mentor)
    match = MatchFactory(mentor=mentor, status="asked")

    with pytest.raises(MentorAtCapacity):
        accept(match, now)

    match.refresh_from_db()
    assert (match.status, match.help_request.status) == ("asked", "open")
    assert kinds(match.help_request.mentee) == []


def test_only_the_mentor_who_was_asked_can_answer(bob, now):
    match = MatchFactory(status="asked")

    for outsider in (bob, match.help_request.mentee):
        with pytest.raises(NotYourTurn):
            accept_match(match_id=match.pk, by=outsider, now=now)
        with pytest.raises(NotYourTurn):
            decline_match(match_id=match.pk, by=outsider, reason="no_time", note="", now=now)


def test_nobody_asks_for_somebody_else(bob, now):
    with pytest.raises(NotYourTurn):
        ask_mentor(match_id=MatchFactory().pk, by=bob, why_you=WHY, now=now)


def test_declining_tells_the_mentee_and_looks_for_the_next(now, rung, django_capture_on_commit_callbacks):
    match = MatchFactory(status="asked")

    with django_capture_on_commit_callbacks(execute=True):
        decline_match(match_id=match.pk, by=match.mentor.user, reason="no_time", note="In spring again.", now=now)

    match.refresh_from_db()
    assert (match.status, match.decline_reason, match.help_request.mentors_due_at) == ("declined", "no_time", now)
    assert kinds(match.help_request.mentee) == ["match_declined"]
    assert ("matching.tasks.propose_matches", match.help_request_id) in rung


def test_after_a_mentor_fell_out_another_one_is_looked_for(now):
    match = MatchFactory(mentor__status="paused")

    with pytest.raises(MentorNotEligible):
        ask(match, now)

    match.help_request.refresh_from_db()
    assert match.help_request.mentors_due_at == now


def suspend(match):
    match.mentor.move_to("suspended", at=match.asked_at)


def block(match):
    Block.objects.create(blocker=match.mentor.user, blocked=match.help_request.mentee)


def close_the_mentees_account(match):
    match.help_request.mentee.is_active = False
    match.help_request.mentee.save()


def close_the_mentors_account(match):
    match.mentor.user.is_active = False
    match.mentor.user.save()


@pytest.mark.parametrize("between", [suspend, block, close_the_mentees_account, close_the_mentors_account])
def test_what_came_between_question_and_answer_forbids_the_pair(between, now):
    match = MatchFactory(status="asked")
    between(match)

    with pytest.raises(PairNotAllowed):
        accept(match, now)

    assert not Mentorship.objects.exists()


def test_a_mentor_who_paused_meanwhile_may_still_say_yes(now):
    match = MatchFactory(status="asked", mentor__status="paused")

    assert accept(match, now).mentor == match.mentor


def test_who_was_blocked_is_not_told(now):
    match, suspended = MatchFactory(), MatchFactory(mentor__status="suspended")
    block(match)

    sentences = set()
    for each in (match, suspended):
        with pytest.raises(MentorNotEligible) as refusal:
            ask(each, now)
        sentences.add(refusal.value.detail)

    assert len(sentences) == 1


def test_the_database_refuses_a_second_accepted_match():
    first = MatchFactory(status="accepted", mentorship=MentorshipFactory())

    with pytest.raises(IntegrityError, match="match_one_accepted_per_help_request"), transaction.atomic():
        MatchFactory(help_request=first.help_request, status="accepted", mentorship=MentorshipFactory())


def test_the_database_refuses_an_accepted_match_without_a_mentorship():
    with pytest.raises(IntegrityError, match="match_has_a_mentorship"), transaction.atomic():
        MatchFactory(status="accepted")
