"""A mentor whom a question would not reach is not proposed and not asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import MentorProfile, NotificationChoice, User
from matching.exceptions import MentorNotEligible
from matching.jobs.look_again import look_again
from matching.jobs.propose import propose_matches
from matching.selectors.reach import READS_FOR, unreachable_mentors
from matching.selectors.suggestions import rules_against_asking
from matching.services.accept import accept_match
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorFactory, NotificationFactory
from tests.moves import ask, offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

JUST_NOW, LONG_AGO = NOW - timedelta(days=1), NOW - READS_FOR


def bounce(mentor: MentorProfile) -> None:
    User.objects.filter(pk=mentor.user_id).update(bouncing_since_at=NOW)


def choose(mentor: MentorProfile, email: str, *, in_app: bool = True, group: str = "questions") -> None:
    NotificationChoice.objects.create(user=mentor.user, group=group, email=email, in_app=in_app)


@pytest.mark.parametrize(
    ("bounces", "email", "in_app", "read_at", "is_reached"),
    [
        (False, None, True, None, True),
        (False, "now", True, None, True),
        (False, "digest", False, None, True),
        (False, "off", True, None, False),
        (False, "off", True, JUST_NOW, True),
        (False, "off", True, LONG_AGO, False),
        (False, "off", False, JUST_NOW, False),
        (True, None, True, None, False),
        (True, "now", True, None, False),
        (True, "digest", True, None, False),
        (True, None, True, JUST_NOW, True),
        (True, None, True, LONG_AGO, False),
        (True, "now", False, JUST_NOW, False),
    ],
)
def test_a_question_reaches_a_mentor_by_mail_or_in_the_app(bounces, email, in_app, read_at, is_reached):
    mentor, request = MentorFactory(), HelpRequestFactory()
    NotificationFactory(recipient=mentor.user, read_at=read_at)
    if email:
        choose(mentor, email, in_app=in_app)
    if bounces:
        bounce(mentor)

    rules = rules_against_asking(request, mentor, now=NOW)

    assert rules == (() if is_reached else ("unreachable",))
    assert unreachable_mentors(now=NOW).exists() is not is_reached


@pytest.mark.parametrize("group", ["weekly", "reminders", "suggestions"])
def test_mails_of_other_groups_may_be_off(group):
    mentor = MentorFactory()
    choose(mentor, "off", group=group)

    assert not unreachable_mentors(now=NOW).exists()


def test_an_unreachable_mentor_is_not_proposed_and_leaves_the_place_to_another():
    unreachable, other = MentorFactory.create_batch(2)
    request = HelpRequestFactory(mentors_due_at=NOW)
    bounce(unreachable)

    propose_matches(help_request_id=request.pk, now=NOW)

    assert [match.mentor for match in request.matches.all()] == [other]


def test_an_unreachable_mentor_who_was_proposed_is_not_asked_and_nobody_learns_why():
    match = MatchFactory()
    bounce(match.mentor)

    with pytest.raises(MentorNotEligible, match="Is not available at the moment") as refused:
        ask(match)

    assert "bounce" not in refused.value.detail
    match.help_request.refresh_from_db()
    assert match.help_request.mentors_due_at == NOW


def test_a_request_with_unreachable_mentors_only_is_searched_again():
    match = MatchFactory(help_request__looked_at=NOW)
    bounce(match.mentor)

    assert look_again(now=NOW) == 1


def test_an_unreachable_mentor_may_offer_help_and_be_accepted():
    match = MatchFactory()
    bounce(match.mentor)

    offer(match)

    assert accept_match(match_id=match.pk, by=match.help_request.mentee, now=NOW).mentor == match.mentor
