"""Pages of cohorts: the request for one, one's cohorts, and one of them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from matching.models import HelpRequest
from mentorship.models import Cohort, CohortMember, CohortOrganiser
from tests.factories import (
    NOW,
    BlockFactory,
    CohortFactory,
    CohortMemberFactory,
    GoalFactory,
    HelpRequestFactory,
    MentorFactory,
    UserFactory,
)
from tests.matching.helpers import request_for, shown
from tests.matching.pages.forms import posted, posted_for
from tests.matching.pairs import proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def page_of(cohort) -> str:
    return reverse("cohort", args=[cohort.uuid])


BEFORE = "Your request has to be there before they match."


@pytest.mark.parametrize(("request_of_alice", "is_missing"), [(None, True), ("draft", True), ("open", False)])
def test_a_mentee_of_an_open_cohort_reads_until_when_their_request_counts(
    request_of_alice, is_missing, member, alice, cohort
):
    CohortMemberFactory(cohort=cohort, person=alice)
    if request_of_alice:
        HelpRequestFactory(cohort=cohort, mentee=alice, status=request_of_alice)
    Cohort.objects.update(joins_until_on="2020-01-01")

    page = shown(member.get(reverse("cohort", args=[cohort.uuid])))

    assert "The mentorships are to begin on Thursday, 8 January 2099." in page
    assert (BEFORE in page) == is_missing
    assert "People can join until" not in page


def test_the_page_of_a_closed_cohort_promises_a_mail_once_somebody_is_proposed(member, alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)
    Cohort.objects.update(status="closed", closed_at=NOW)

    page = shown(member.get(reverse("cohort", args=[cohort.uuid])))

    assert "You get a mail once somebody is proposed to you." in page


# --- the request ------------------------------------------------------------------------------------------------


def test_a_new_request_is_for_the_cohort_of_the_address(member, alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)
    goal = GoalFactory(mentee=alice)
    form = posted(goal, cohort=str(cohort.uuid), do="submit")

    member.post("/requests/new/", form)

    request = HelpRequest.objects.get()
    assert (request.cohort, request.status) == (cohort, "open")


def test_a_request_for_a_cohort_of_others_is_404(member, alice, cohort):
    GoalFactory(mentee=alice)

    assert member.get(f"/requests/new/?cohort={cohort.uuid}").status_code == 404
    assert member.get("/requests/new/?cohort=x").status_code == 404


def test_the_second_visit_leads_to_the_request_that_is_there(member, alice, cohort):
    request = request_for(cohort, mentee=alice)

    answer = member.get(f"/requests/new/?cohort={cohort.uuid}")

    assert answer["Location"] == reverse("request", args=[request.uuid])


def test_its_form_shows_nobody_who_fits(member, alice, cohort):
    MentorFactory()
    draft = request_for(cohort, mentee=alice, status="draft")
    here = reverse("request", args=[draft.uuid])

    assert "Show who fits" not in shown(member.get(here))
    assert "Who would fit" not in shown(member.post(here, posted_for(draft, do="preview")))


def test_its_page_says_who_is_waited_for_and_until_when(member, alice, cohort):
    request = request_for(cohort, mentee=alice)

    page = shown(member.get(reverse("request", args=[request.uuid])))

    assert "It waits for the organisers of “Spring”" in page
    assert "after the last day to join: Thursday, 1 January 2099" in page
    assert "Thursday, 8 January 2099" in page
    assert "Others, who fit less" not in page
    assert "What would change my chances?" not in page


@pytest.mark.parametrize(
    ("yes_at", "words"), [(None, "Paula is proposed as your mentor"), (NOW, "You said yes to Paula")]
)
def test_pages_of_the_request_and_the_cohort_lead_to_a_proposal_that_waits(yes_at, words, member, alice, cohort):
    request = request_for(cohort, mentee=alice)
    pair = proposed_pair(help_request=request, mentor__user__name="Paula", mentee_yes_at=yes_at)

    for page in (shown(member.get(reverse("request", args=[request.uuid]))), shown(member.get(page_of(cohort)))):
        assert words in page
        assert reverse("cohort-pair", args=[pair.uuid]) in page
        assert "waits for the organisers" not in page


def test_its_page_waits_for_the_organisers_again_after_a_proposal_that_came_to_nothing(member, alice, cohort):
    request = request_for(cohort, mentee=alice)
    proposed_pair(help_request=request, status="declined")

    assert "It waits for the organisers of “Spring”" in shown(member.get(reverse("request", args=[request.uuid])))


def test_its_page_has_no_chances_by_the_address_either(member, alice, cohort):
    request = request_for(cohort, mentee=alice)

    answer = member.get(reverse("request", args=[request.uuid]), {"chances": ""})

    assert (answer.status_code, "It waits for the organisers" in shown(answer)) == (200, True)


def test_nobody_is_asked_on_a_page_whether_they_still_look(member, alice, cohort):
    request = request_for(cohort, mentee=alice)

    answer = member.post(reverse("request-still-looking", args=[request.uuid]), {"do": "yes"})

    assert answer["Location"] == reverse("request", args=[request.uuid])


def test_it_is_corrected_and_withdrawn_on_its_page(member, alice, cohort):
    request = request_for(cohort, mentee=alice)
    here = reverse("request", args=[request.uuid])
    correction = posted_for(request, why="I love it.", do="submit", correcting="yes")

    corrected = shown(member.post(here, correction, follow=True))
    member.post(here, {"do": "stop"})

    request.refresh_from_db()
    assert ("Your request is corrected." in corrected, "Suggestions follow" in corrected) == (True, False)
    assert (request.why, request.status) == ("I love it.", "withdrawn")


def test_an_expired_one_is_asked_again_with_the_same_words(member, alice, cohort):
    request = request_for(cohort, mentee=alice, status="expired")
    here = reverse("request", args=[request.uuid])

    page = shown(member.get(here))
    member.post(here, {"do": "again"})

    assert "“Spring” is over, so your request for it is closed." in page
    assert "Ask with the same words" in page
    assert (request.copies.get().cohort, request.copies.get().ask) == (None, request.ask)


def test_a_draft_whose_cohort_is_over_does_not_go_to_everybody_by_a_click_on_an_old_page(member, alice, cohort):
    draft = request_for(cohort, mentee=alice, status="draft")
    here = reverse("request", args=[draft.uuid])
    form = posted_for(draft, do="submit", cohort=str(cohort.uuid))
    HelpRequest.objects.update(cohort=None)

    first = member.post(here, form)
    draft.refresh_from_db()
    status_before = draft.status
    member.post(here, form | {"cohort": ""})
    draft.refresh_from_db()

    assert (first.status_code, status_before, draft.status) == (409, "draft", "open")
    assert "so this is an ordinary draft now" in shown(first)


def test_the_search_does_not_offer_it(member, alice, cohort):
    request_for(cohort, mentee=alice)
    mentor = MentorFactory(is_listed=True)

    assert "Show the fit for" not in shown(member.get("/mentors/"))
    assert member.get(f"/mentors/{mentor.uuid}/").context["requests"] == []


# --- my cohorts -------------------------------------------------------------------------------------------------


def test_the_list_has_the_cohorts_that_somebody_is_in(member, alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)
    CohortMemberFactory(person=alice, left_at=NOW, cohort__name="Left")
    CohortFactory(name="Of others")

    page = shown(member.get("/cohorts/"))

    assert (page_of(cohort) in page, "Left" in page, "Of others" in page) == (True, False, False)
    assert "/cohorts/" in shown(member.get("/"))


def test_a_cohort_of_others_or_one_that_was_left_is_404(member, alice, cohort):
    left = CohortMemberFactory(person=alice, left_at=NOW).cohort

    assert [member.get(page_of(one)).status_code for one in (cohort, left)] == [404, 404]


def test_its_page_leads_to_the_request(member, alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)
    write = f"/requests/new/?cohort={cohort.uuid}"
    assert write in shown(member.get(page_of(cohort)))

    request = HelpRequestFactory(mentee=alice, cohort=cohort)

    page = shown(member.get(page_of(cohort)))
    assert (write in page, reverse("request", args=[request.uuid]) in page) == (False, True)


def test_a_mentee_reads_the_mentors_whom_the_search_would_show(member, alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)
    listed, unlisted, applied, blocker, left = (
        MentorFactory(user__name=name, is_listed=name != "Unlisted", status="applied" if name == "New" else "approved")
        for name in ("Listed", "Unlisted", "New", "Blocker", "Gone")
    )
    for mentor in (listed, unlisted, applied, blocker, left):
        place = CohortMemberFactory(cohort=cohort, person=mentor.user, side="mentor")
    CohortMember.objects.filter(pk=place.pk).update(left_at=NOW)
    BlockFactory(blocker=blocker.user, blocked=alice)
    MentorFactory(user__name="Outside", is_listed=True)

    found = member.get(page_of(cohort)).context["found"]

    assert [mentor.user.name for mentor, _free in found] == ["Listed"]


def test_a_mentor_reads_no_list_of_mentors(client, bob, cohort):
    CohortMemberFactory(cohort=cohort, person=bob, side="mentor")
    other = MentorFactory(is_listed=True)
    CohortMemberFactory(cohort=cohort, person=other.user, side="mentor")
    client.force_login(bob)

    assert client.get(page_of(cohort)).context["found"] == []


@pytest.mark.parametrize("status", ["applied", "approved"])
def test_a_mentor_whose_application_waits_reads_when_they_are_matched(status, client, cohort):
    mentor = MentorFactory(status=status)
    CohortMemberFactory(cohort=cohort, person=mentor.user, side="mentor")
    client.force_login(mentor.user)

    page = shown(client.get(page_of(cohort)))

    assert ("You are matched once the admins have approved you" in page) == (status == "applied")


def test_a_mentor_changes_places(client, bob, cohort):
    place = CohortMemberFactory(cohort=cohort, person=bob, side="mentor")
    client.force_login(bob)

    assert client.post(page_of(cohort), {"do": "places", "places": "4"}).status_code == 302
    assert client.post(page_of(cohort), {"do": "places", "places": "0"}).status_code == 400

    place.refresh_from_db()
    assert place.places == 4


def test_leaving_withdraws_the_request_and_leads_to_the_list(member, alice, cohort):
    request = request_for(cohort, mentee=alice)

    answer = member.post(page_of(cohort), {"do": "leave", "side": "mentee"}, follow=True)

    request.refresh_from_db()
    assert (request.status, answer.redirect_chain[-1][0]) == ("withdrawn", "/cohorts/")
    assert "You have left it." in shown(answer)


def test_a_second_click_on_leaving_leads_to_the_list_too(member, alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)
    form = {"do": "leave", "side": "mentee"}

    answers = [member.post(page_of(cohort), form)["Location"] for _click in range(2)]

    assert answers == ["/cohorts/", "/cohorts/"]


def test_somebody_who_leaves_one_of_two_sides_stays_on_the_page(client, bob, cohort):
    for side in ("mentee", "mentor"):
        CohortMemberFactory(cohort=cohort, person=bob, side=side)
    client.force_login(bob)

    answer = client.post(page_of(cohort), {"do": "leave", "side": "mentee"})

    assert answer["Location"] == page_of(cohort)


@pytest.mark.parametrize("side", ["mentee\0", "x" * 200, "mentor"])
def test_a_side_that_is_none_is_refused(side, member, alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)

    assert member.post(page_of(cohort), {"do": "leave", "side": side}).status_code == 400
    assert CohortMember.objects.get().left_at is None


@pytest.mark.parametrize("form", [{"do": "leave"}, {"do": "leave", "side": "mentor"}, {"do": "places"}, {"do": "x"}])
def test_unknown_buttons_and_sides_are_refused(form, member, alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)

    assert member.post(page_of(cohort), form).status_code == 400
    assert CohortMember.objects.get().left_at is None


def test_an_archived_cohort_is_read_and_not_changed(client, bob, cohort):
    CohortMemberFactory(cohort=cohort, person=bob, side="mentor")
    Cohort.objects.update(status="archived", archived_at=NOW)
    client.force_login(bob)

    page, answer = shown(client.get(page_of(cohort))), client.post(page_of(cohort), {"do": "places", "places": "4"})

    assert "It is over." in page
    assert answer.status_code == 409
    assert CohortMember.objects.get().places == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(rows, member, alice, cohort, django_assert_num_queries):
    for _row in range(rows):
        request = request_for(mentee=alice)
        CohortOrganiser.objects.create(cohort=request.cohort, person=UserFactory(), part="manager")
        mentor = MentorFactory(is_listed=True)
        CohortMemberFactory(cohort=cohort, person=mentor.user, side="mentor")
    CohortMemberFactory(cohort=cohort, person=alice)
    member.get("/cohorts/")

    with django_assert_num_queries(9):
        member.get("/cohorts/")
    with django_assert_num_queries(16):
        member.get(page_of(cohort))


# --- a group, for a check of fairness ---------------------------------------------------------------------------


def test_a_mentee_states_changes_and_removes_a_group(member, alice, cohort):
    place = CohortMemberFactory(cohort=cohort, person=alice)
    assert "It never changes with whom you are matched." in shown(member.get(page_of(cohort)))

    said = []
    for form in ({"do": "group", "group": "Parents"}, {"do": "group", "group": "Part-time"}, {"do": "no_group"}):
        page = shown(member.post(page_of(cohort), form, follow=True))
        place.refresh_from_db()
        said.append((place.group, "Your group is stated." in page, f"You stated: {place.group}" in page))

    assert said == [("Parents", True, True), ("Part-time", True, True), ("", False, False)]
    assert "Your group is removed." in page


def test_an_empty_group_removes_it(member, alice, cohort):
    place = CohortMemberFactory(cohort=cohort, person=alice, group="Parents")

    assert "Your group is removed." in shown(member.post(page_of(cohort), {"do": "group", "group": " "}, follow=True))

    place.refresh_from_db()
    assert place.group == ""


def test_a_group_that_is_too_long_is_refused(member, alice, cohort):
    place = CohortMemberFactory(cohort=cohort, person=alice)

    answer = member.post(page_of(cohort), {"do": "group", "group": "x" * 61})

    assert (answer.status_code, "<details open>" in shown(answer)) == (400, True)
    place.refresh_from_db()
    assert place.group == ""


def test_a_mentor_alone_states_no_group(client, bob, cohort):
    place = CohortMemberFactory(cohort=cohort, person=bob, side="mentor")
    client.force_login(bob)

    assert "check of fairness" not in shown(client.get(page_of(cohort)))
    assert client.post(page_of(cohort), {"do": "group", "group": "Parents"}).status_code == 400
    place.refresh_from_db()
    assert place.group == ""


@pytest.mark.parametrize(("group", "is_there"), [("", False), ("Parents", True)])
def test_a_group_can_be_removed_after_the_end(group, is_there, member, alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice, group=group)
    Cohort.objects.update(status="archived", archived_at=NOW)

    assert ('value="no_group"' in shown(member.get(page_of(cohort)))) is is_there
