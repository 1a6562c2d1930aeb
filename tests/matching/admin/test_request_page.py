"""The page of a help request: all that a decision needs."""

from __future__ import annotations

from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.urls import reverse

from accounts.models import Block
from matching.models import HandProposal, HelpRequest
from tests.escalations import kind_of, question_unanswered, request_without_mentor
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorFactory, UserFactory
from tests.helpers import log_in_with_second_factor
from tests.matching.helpers import request_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def page_of(request, model: str = "helprequest") -> str:
    return reverse(f"admin:matching_{model}_decide", args=[request.pk])


def text(page) -> str:
    return " ".join(unescape(page.content.decode()).split())


def test_the_page_has_what_is_asked_and_the_matches_so_far(admin_client):
    request = HelpRequestFactory(why="My contract ends in May.", languages=["de"])
    MatchFactory(
        help_request=request,
        mentor__user__name="Grace Hopper",
        status="declined",
        decline_reason="no_time",
        decline_note="I travel.",
        why_you="You did this before.",
        asked_at=NOW,
        ended_at=NOW,
    )

    page = text(admin_client.get(page_of(request)))

    for words in (
        *("Postdoc in particle physics", "My CV does not say it", request.ask, "My contract ends in May.", "German"),
        *("Grace Hopper: declined, fit ", "because: no time at the moment", "I travel.", "You did this before."),
        *("The turn is ours", "ongoing mentorship"),
    ):
        assert words in page.replace("</a>", ""), words


@pytest.fixture
def by_hand(admin, now):
    """Grace was proposed by hand, asked, and asked back."""

    def propose(**facts):
        match = MatchFactory(status="clarifying", mentor__user__name="Grace Hopper", **facts)
        HandProposal.objects.create(
            match=match, by=admin, proposed_at=now, rules=["no_overlap"], reason="She answers at weekends."
        )
        return match

    return propose


def test_the_page_says_who_proposed_by_hand_and_what_was_asked_back(by_hand, admin, admin_client):
    match = by_hand(clarifications__question="For which advert?")
    match.clarifications.update(answer="For a bank.", answered_at=NOW)

    page = text(admin_client.get(page_of(match.help_request)))

    assert f"Proposed by hand. By {admin}. The mentor and the mentee have too little time" in page
    assert "She answers at weekends." in page
    assert "The mentor asked back: For which advert?" in page
    assert "The mentee answered: For a bank." in page
    assert reverse("admin:matching_match_move_on", args=[match.pk]) in page


def test_the_page_says_that_the_organisers_ended_a_question(admin_client):
    match = MatchFactory(status="withdrawn", withdrawn_by="organisers")

    assert "ended by the organisers" in text(admin_client.get(page_of(match.help_request)))


def test_a_matchmaker_reads_no_question_that_was_asked_back(by_hand, client, admin_user):
    match = by_hand(clarifications__question="For which advert?")
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))

    page = text(client.get(page_of(match.help_request)))

    assert "She answers at weekends." in page
    assert "For which advert?" not in page


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_an_admin_reads_no_words_of_other_admins_about_a_match_of_their_own(side, by_hand, admin_client, admin_user):
    other = by_hand()
    facts = {"help_request__mentee": admin_user} if side == "mentee" else {"mentor": MentorFactory(user=admin_user)}
    own = MatchFactory(status="asked", **facts)
    by_admin = {"by": admin_user, "proposed_at": NOW, "rules": ["no_overlap"]}
    HandProposal.objects.create(match=own, reason="A note for the organisers.", **by_admin)
    LogEntry.objects.log_actions(admin_user.pk, [own], CHANGE, "A note of an admin.", single_object=True)
    LogEntry.objects.log_actions(admin_user.pk, [other], CHANGE, "A note of an admin.", single_object=True)

    def pages(match) -> str:
        addresses = [
            reverse("admin:matching_match_change", args=[match.pk]),
            reverse("admin:matching_match_history", args=[match.pk]),
            reverse("admin:matching_helprequest_change", args=[match.help_request_id]),
            *([page_of(match.help_request)] if side == "mentor" else []),
        ]
        return " ".join(text(admin_client.get(address)) for address in addresses)

    assert "A note for the organisers." not in pages(own)
    record = text(admin_client.get(reverse("admin:accounts_user_record", args=[admin_user.pk])))
    assert "She answers at weekends." in pages(other)
    assert "A note of an admin." in pages(other)
    for shown in (pages(own), record):
        assert "A note for the organisers." not in shown
        assert "A note of an admin." not in shown


def test_the_rule_against_ones_own_request_is_shown_nowhere(admin_client, admin_user, now):
    waits = {"queued_at": now, "mentors_due_at": now, "obstacle": "excluded"}
    own, other = HelpRequestFactory(mentee=admin_user, **waits), HelpRequestFactory(**waits)
    asked = {"obstacle": "excluded"}

    for model in ("helprequest", "waitingrequest"):
        change = admin_client.get(reverse(f"admin:matching_{model}_change", args=[own.pk]), follow=True)
        assert "excluded" not in text(change).lower()
    listed = admin_client.get(reverse("admin:matching_waitingrequest_changelist"), asked)
    assert [row.pk for row in listed.context["cl"].result_list] == [other.pk]
    assert admin_client.get(reverse("admin:matching_helprequest_changelist"), asked).status_code in (302, 400)


def test_the_page_suggests_mentors_with_fit_reasons_and_points(admin_client):
    request = HelpRequestFactory()
    MentorFactory(user__name="Grace Hopper")
    MentorFactory(user__name="Ada Lovelace", status="paused", pause_cause="own_wish")
    MatchFactory(help_request=request, mentor__user__name="Alan Turing", status="asked")

    page = admin_client.get(page_of(request))

    [(candidate, links)] = page.context["candidates"]
    assert candidate.mentor.user.name == "Grace Hopper"
    assert candidate.judged.fit > 0
    assert candidate.judged.reasons[0] in text(page)
    assert sum(points for _, points, _ in candidate.points) == candidate.judged.fit
    propose = reverse("admin:matching_helprequest_propose", args=[request.pk])
    assert [address for _, address in links] == [
        f"{propose}?mentor={candidate.mentor.uuid}",
        reverse("admin:accounts_mentorprofile_change", args=[candidate.mentor.pk]),
    ]
    assert "1: The mentor has paused mentoring." in text(page)


def test_a_proposal_leads_back_to_the_waiting_list(admin_client):
    request = HelpRequestFactory()
    mentor = MentorFactory()
    left = urlencode({"_changelist_filters": "whose_turn=community", "_place": "1"})
    decide = reverse("admin:matching_waitingrequest_decide", args=[request.pk])

    [(_, links)] = admin_client.get(f"{decide}?{left}").context["candidates"]
    page = admin_client.post(dict(links)["Propose"], follow=True)

    assert request.matches.get().mentor == mentor
    assert page.redirect_chain[0][0].startswith(reverse("admin:matching_waitingrequest_change", args=[request.pk]))
    back = reverse("admin:matching_waitingrequest_changelist") + "?whose_turn=community"
    assert f'href="{back}"' in page.content.decode()
    assert admin_client.get(back).status_code == 200


def test_reasons_are_in_the_language_of_the_admin(admin_client):
    request = HelpRequestFactory(mentee__profile__language="de")
    MentorFactory()

    page = text(admin_client.get(page_of(request)))

    assert "Hat " not in page
    assert "Data scientist" in page


def test_a_matchmaker_reads_neither_letters_nor_private_rules(client, alice, bob, admin_user):
    request = HelpRequestFactory(mentee=alice)
    Block.objects.create(blocker=alice, blocked=bob)
    MatchFactory(help_request=request, status="asked", why_you="Because you know my former boss.")
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))

    page = text(client.get(page_of(request)))

    assert "Who cannot be proposed" in page
    assert "kept apart" not in page
    assert "former boss" not in page
    assert alice.email not in page


@pytest.mark.parametrize(("role", "names"), [("matchmaker", False), ("manager", True)])
def test_a_private_rule_that_removes_most_is_named_to_a_manager(role, names, client, admin_user, now):
    waits = {"queued_at": now, "mentors_due_at": now, "obstacle": "excluded"}
    request = HelpRequestFactory(**waits)
    log_in_with_second_factor(client, UserFactory(role=role))

    page = text(client.get(page_of(request)))

    assert "Most mentors are removed by:" in page
    assert ("Most mentors are removed by: The mentor and the mentee are kept apart" in page) == names


@pytest.mark.parametrize("model", ["helprequest", "waitingrequest"])
@pytest.mark.parametrize("page", ["decide", "why_not"])
def test_an_admin_does_not_read_what_is_against_their_own_request(page, model, admin_client, admin_user):
    own, other = HelpRequestFactory(mentee=admin_user), HelpRequestFactory()
    address = f"admin:matching_{model}_{page}"

    assert admin_client.get(reverse(address, args=[own.pk])).status_code == 404
    assert admin_client.get(reverse(address, args=[other.pk])).status_code == 200


def test_the_way_through_the_list_and_the_page_of_a_request_leave_out_the_own(admin_client, admin_user):
    own, other = HelpRequestFactory(mentee=admin_user), HelpRequestFactory()

    page = text(admin_client.get(page_of(other) + "?_changelist_filters=o%3D1&_place=1"))
    change = text(admin_client.get(reverse("admin:matching_helprequest_change", args=[own.pk])))

    assert page_of(own) not in page
    assert page_of(own) not in change


def test_an_admin_has_mentors_looked_for_again(admin_client, rung):
    request = HelpRequestFactory()
    address = page_of(request) + "?_changelist_filters=q%3DPerson&_place=1"

    done = admin_client.post(address, {"do": "look"})

    assert done["Location"] == address
    assert "Mentors are looked for now." in text(admin_client.get(address))
    assert HelpRequest.objects.get().mentors_due_at is not None


def test_nobody_is_looked_for_once_a_request_is_over(admin_client):
    request = HelpRequestFactory(status="withdrawn")

    page = text(admin_client.get(page_of(request)))
    answer = text(admin_client.post(page_of(request), {"do": "look"}, follow=True))

    assert "Nobody is looked for, as the request is not open." in page
    assert "It is not open any more" in answer


def test_a_button_that_is_not_there_is_400(admin_client):
    assert admin_client.post(page_of(HelpRequestFactory()), {"do": "propose"}).status_code == 400


@pytest.mark.parametrize("make", [request_without_mentor, question_unanswered])
def test_the_home_leads_to_the_page(make, admin_client):
    request = make(NOW)

    assert kind_of(make.__name__).url(request) == page_of(request)
    assert page_of(request) in admin_client.get("/admin/").content.decode()


@pytest.mark.parametrize("model", ["helprequest", "waitingrequest"])
def test_each_list_of_requests_leads_through_its_requests(model, admin_client):
    first, second = HelpRequestFactory(), HelpRequestFactory()
    left = "?_changelist_filters=o%3D1&_place=1"

    page = admin_client.get(page_of(first, model) + left)
    other = page.context["neighbours"].before or page.context["neighbours"].after

    assert other.startswith(page_of(second, model))
    assert f"/admin/matching/{model}/?o=1" in text(page)
    why_not = reverse(f"admin:matching_{model}_why_not", args=[first.pk])
    assert f'action="{why_not}"' in text(page)
    back = text(admin_client.get(f"{why_not}{left}&mentor=nobody"))
    assert f"/admin/matching/{model}/?o=1" in back
    assert page_of(first, model) in back


@pytest.mark.parametrize("rows", [1, 5])
def test_the_queries_do_not_grow(rows, admin_client, django_assert_max_num_queries):
    request = HelpRequestFactory()
    for _ in range(rows):
        MentorFactory()
        MatchFactory(help_request=request, status="asked")

    admin_client.get(page_of(request))
    with django_assert_max_num_queries(60):
        admin_client.get(page_of(request))


def test_a_request_of_a_cohort_names_it_and_offers_no_search(admin_client):
    request = request_for()
    MentorFactory()

    page = text(admin_client.get(page_of(request)))

    assert f"{request.cohort}. Its organisers match it, and no mentor is looked for." in page
    assert "The turn is the cohort's organisers'" in page
    assert ("Look for mentors now" in page, "Propose a mentor" in page) == (False, False)


def test_nobody_starts_a_search_for_a_request_of_a_cohort(admin_client):
    request = request_for()

    page = text(admin_client.post(page_of(request), {"do": "look"}, follow=True))

    request.refresh_from_db()
    assert "nobody is looked for" in page
    assert request.mentors_due_at is None


def test_the_page_to_propose_says_who_matches_it(admin_client):
    request = request_for()

    page = text(admin_client.get(reverse("admin:matching_helprequest_propose", args=[request.pk])))

    assert "The organisers of a cohort match this request." in page
