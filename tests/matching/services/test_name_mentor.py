"""A mentee names a particular mentor: hard rules are judged and said, the fit is shown whatever its height."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Block
from matching.engine import MIN_FIT
from matching.exceptions import HelpRequestNotOpen, NamedMentorNotEligible, NotYourTurn, TooManyNamed
from matching.jobs.propose import RETRY_AFTER, propose_due_requests
from matching.links import choose_link, fitting_link, share_link
from matching.models import HelpRequest, Match
from matching.selectors.queue import stuck
from matching.services.ask import ask_mentor
from matching.services.name_mentor import NAMED_MAX, name_mentor
from matching.services.withdraw import withdraw_match
from tests.factories import NOW, CareerStepFactory, HelpRequestFactory, MatchFactory, MentorFactory
from tests.helpers import kinds, path, race, send
from tests.matching.helpers import read

pytestmark = pytest.mark.django_db
WHY = "You moved to Lisbon as a teacher, and I want to hear how you found your first school there."


@pytest.fixture
def request_of_alice(alice):
    return HelpRequestFactory(mentee=alice)


def name(request, mentor, by=None):
    return name_mentor(help_request_id=request.pk, mentor_id=mentor.pk, by=by or request.mentee, now=NOW)


def test_a_mentor_far_below_the_least_fit_is_on_the_list_with_their_fit(request_of_alice):
    career = [{"role": "Beekeeper", "field": "beekeeping"}]
    mentor = MentorFactory(user__name="Bea Far", teaches=["beekeeping"], career=career)
    request_of_alice.needs = ["salary negotiation", "works councils"]
    request_of_alice.save()

    named = name(request_of_alice, mentor)

    assert (named.status, named.is_named) == ("proposed", True)
    assert named.fit < MIN_FIT
    assert named.fit == sum(criterion["points"] for criterion in named.criteria.values())
    assert "Bea Far" in read(choose_link(request_of_alice))


def test_the_question_goes_its_usual_way(request_of_alice):
    mentor = MentorFactory()
    named = name(request_of_alice, mentor)

    ask_mentor(match_id=named.pk, by=request_of_alice.mentee, why_you=WHY, now=NOW)

    assert mentor.user.notifications.get().kind == "match_asked"
    assert named.mentor_reasons[0] == "They chose you by name."


def test_naming_tells_nobody(request_of_alice):
    mentor = MentorFactory()

    name(request_of_alice, mentor)

    assert not mentor.user.notifications.exists()


def test_naming_twice_leaves_one_proposal(request_of_alice):
    mentor = MentorFactory()

    assert name(request_of_alice, mentor) == name(request_of_alice, mentor)


def test_a_mentor_who_was_proposed_stays_as_they_were(request_of_alice):
    proposed = MatchFactory(help_request=request_of_alice)

    assert name(request_of_alice, proposed.mentor) == proposed
    assert not Match.objects.get().is_named


@pytest.mark.parametrize(
    ("facts", "sentences"),
    [
        ({"capacity": 1, "active_elsewhere": 1}, "Has no free place at the moment."),
        ({"status": "paused", "pause_cause": "own_wish"}, "Has paused mentoring."),
        ({"status": "suspended"}, "Is not available at the moment."),
        ({"status": "applied"}, "Is not available at the moment."),
        ({"goal_kinds": []}, "Does not help with this kind of goal."),
        (
            {"goal_kinds": [], "capacity": 1, "active_elsewhere": 1},
            "Has no free place at the moment. Does not help with this kind of goal.",
        ),
    ],
)
def test_the_refusal_says_every_broken_rule(facts, sentences, request_of_alice):
    mentor = MentorFactory(**{name: value for name, value in facts.items() if name != "goal_kinds"})
    if "goal_kinds" in facts:
        mentor.goal_kinds.clear()

    with pytest.raises(NamedMentorNotEligible) as refusal:
        name(request_of_alice, mentor)

    assert refusal.value.detail == f"This mentor cannot help with this request. {sentences}"
    assert not Match.objects.exists()


def test_a_block_is_not_revealed(request_of_alice):
    mentor = MentorFactory()
    Block.objects.create(blocker=mentor.user, blocked=request_of_alice.mentee)

    with pytest.raises(NamedMentorNotEligible, match=r"Is not available at the moment\.$"):
        name(request_of_alice, mentor)


def test_a_mentor_whose_question_was_taken_back_is_not_named_again(request_of_alice):
    named = name(request_of_alice, MentorFactory())
    ask_mentor(match_id=named.pk, by=request_of_alice.mentee, why_you=WHY, now=NOW)
    withdraw_match(match_id=named.pk, by=request_of_alice.mentee, now=NOW)

    with pytest.raises(NamedMentorNotEligible, match="Was tried for this goal before"):
        name(request_of_alice, named.mentor)


def test_a_mentor_who_is_shown_to_many_can_be_named(request_of_alice):
    mentor = MentorFactory()
    MatchFactory.create_batch(40, mentor=mentor)

    assert name(request_of_alice, mentor).is_named


def test_only_the_mentee_names_a_mentor(request_of_alice, bob):
    with pytest.raises(NotYourTurn):
        name(request_of_alice, MentorFactory(), by=bob)


def test_only_an_open_request_takes_a_name():
    with pytest.raises(HelpRequestNotOpen):
        name(HelpRequestFactory(status="draft"), MentorFactory())


def test_a_request_takes_so_many_names_only(request_of_alice):
    MatchFactory.create_batch(NAMED_MAX, help_request=request_of_alice, is_named=True)

    with pytest.raises(TooManyNamed):
        name(request_of_alice, MentorFactory())


def test_the_api_answers_with_fit_and_reasons(api, request_of_alice):
    mentor = MentorFactory(is_listed=False)

    answer = api(request_of_alice.mentee).post(
        f"/api/v1/help-requests/{request_of_alice.uuid}/name-mentor/", {"mentor": str(mentor.uuid)}
    )

    assert answer.status_code == 201
    assert answer.json()["mentor"]["uuid"] == str(mentor.uuid)
    assert answer.json()["reasons"][0] == "You chose this mentor yourself."


def test_the_api_does_not_know_a_mentor_who_blocks(api, request_of_alice):
    mentor = MentorFactory()
    Block.objects.create(blocker=mentor.user, blocked=request_of_alice.mentee)

    answer = api(request_of_alice.mentee).post(
        f"/api/v1/help-requests/{request_of_alice.uuid}/name-mentor/", {"mentor": str(mentor.uuid)}
    )

    assert answer.status_code == 404


# --- the link that a mentor shares ------------------------------------------------------------------------------


def test_the_page_with_requests_that_fit_has_the_link_to_share(bob):
    assert share_link(bob.mentor) in read(fitting_link(bob.mentor))


def test_the_link_leads_a_stranger_to_the_login(client, bob):
    answer = client.get(path(share_link(bob.mentor)))

    assert answer.url == f"{reverse('account_login')}?next={path(share_link(bob.mentor))}"


def test_a_member_without_a_request_reads_how_to_ask(client, alice, bob):
    client.force_login(alice)

    assert (
        f"To ask {bob.name}, first submit a help request" in client.get(path(share_link(bob.mentor))).content.decode()
    )


def test_one_click_leads_to_the_list_with_the_mentor(client, request_of_alice):
    mentor = MentorFactory(is_listed=False, user__name="Bea Near")
    client.force_login(request_of_alice.mentee)

    page = client.post(path(share_link(mentor)), {"help_request": request_of_alice.uuid}, follow=True)

    assert page.redirect_chain
    assert "Ask Bea" in page.content.decode()


def test_the_page_says_the_rule_that_stands_against_it(client, request_of_alice):
    mentor = MentorFactory(capacity=1, active_elsewhere=1)
    client.force_login(request_of_alice.mentee)

    page = client.post(path(share_link(mentor)), {"help_request": request_of_alice.uuid})

    assert page.status_code == 409
    assert "Has no free place at the moment." in page.content.decode()


@pytest.mark.parametrize("status", ["applied", "rejected", "suspended"])
def test_the_link_of_a_mentor_who_may_not_mentor_leads_nowhere(status, client, alice):
    mentor = MentorFactory(status=status)
    client.force_login(alice)

    assert client.get(path(share_link(mentor))).status_code == 404


@pytest.mark.parametrize("posted", [{}, {"help_request": "x"}, {"help_request": "\x00"}])
def test_an_odd_form_gets_a_404(posted, client, request_of_alice):
    mentor = MentorFactory()
    client.force_login(request_of_alice.mentee)

    assert client.post(path(share_link(mentor)), posted).status_code == 404


def test_another_members_request_gets_a_404(client, bob, request_of_alice):
    client.force_login(bob)

    assert client.post(path(share_link(MentorFactory())), {"help_request": request_of_alice.uuid}).status_code == 404


def test_the_page_shows_no_address(client, alice):
    mentor = MentorFactory()
    client.force_login(alice)

    assert mentor.user.email not in client.get(path(share_link(mentor))).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_names_at_once_leave_one_proposal(request_of_alice):
    mentor = MentorFactory()

    race(lambda: name(request_of_alice, mentor), lambda: name(request_of_alice, mentor)).finish()

    assert request_of_alice.matches.count() == 1


def test_a_named_mentor_does_not_end_the_search_for_others(request_of_alice, rung):
    name(request_of_alice, MentorFactory(teaches=["beekeeping"]))
    HelpRequest.objects.update(mentors_due_at=NOW, needs=["salary negotiation", "works councils"])

    propose_due_requests(now=NOW)

    request = HelpRequest.objects.get()
    assert (request.queued_at, request.mentors_due_at) == (NOW, NOW + RETRY_AFTER)
    assert kinds(request.mentee) == ["no_mentor_yet"]


def test_a_request_with_nobody_but_a_named_mentor_is_looked_at_again(request_of_alice):
    name(request_of_alice, MentorFactory())

    assert list(stuck(now=NOW)) == [request_of_alice]


def test_named_mentors_take_no_places_of_others_and_are_no_news(request_of_alice, rung):
    named = [name(request_of_alice, MentorFactory(user__name=f"Named {n}")) for n in range(6)]
    fitting = MentorFactory.create_batch(2)
    for mentor in fitting:
        CareerStepFactory(profile=mentor.user.profile)
    HelpRequest.objects.update(mentors_due_at=NOW)

    propose_due_requests(now=NOW)

    found = Match.objects.filter(is_named=False)
    assert {match.mentor for match in found} == set(fitting)
    send(NOW)
    [message] = mail.outbox
    assert message.subject == "2 mentors fit your request"
    assert not any(match.mentor.user.name in message.body for match in named)
