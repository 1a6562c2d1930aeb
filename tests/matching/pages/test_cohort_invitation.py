"""The invitation link of a cohort, for visitors and members."""

from __future__ import annotations

import pytest
from django.urls import reverse

from matching.links import join_link
from mentorship.models import Cohort, CohortMember, CohortOrganiser
from mentorship.services.cohorts.run import renew_key
from tests.factories import (
    NOW,
    CohortFactory,
    CohortMemberFactory,
    GoalFactory,
    UserFactory,
)
from tests.helpers import path
from tests.matching.helpers import shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def link(cohort) -> str:
    return path(join_link(cohort))


def test_a_visitor_reads_what_it_is_and_names_nobody(client, cohort):
    Cohort.objects.update(company="Acme")
    CohortOrganiser.objects.create(cohort=cohort, person=UserFactory(name="Olga Orr"), part="manager")
    CohortMemberFactory(cohort=cohort, person__name="Mina Lee")

    answer = client.get(link(cohort))

    page = shown(answer)
    told = ("Join “Spring”", "Twelve weeks.<br>For all.", "1 January 2099", "8 January 2099 to 1 June 2099", "Acme")
    assert [words for words in (*told, "match everybody at once", "You can join now") if words not in page] == []
    assert ("Olga Orr" in page, "Mina Lee" in page, "<button" in page) == (False, False, False)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_visitor_signs_up_or_logs_in_and_comes_back(client, cohort):
    page = shown(client.get(link(cohort)))

    # The first of two is the link at the top of the page.
    for address, words in (("/accounts/signup/", "Sign up and join"), ("/accounts/login/", "Log in")):
        assert page.count(f'href="{address}?next={link(cohort)}"') == 2
        assert f'href="{address}?next={link(cohort)}">{words}</a>' in page
    assert page.index("Sign up and join") < page.rindex("Log in</a>")


def test_a_form_of_a_visitor_leads_to_the_login_and_back(client, cohort):
    answer = client.post(link(cohort), {"do": "mentee"})

    assert (answer["Location"], CohortMember.objects.count()) == (f"/accounts/login/?next={link(cohort)}", 0)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_the_link_knows_no_other_methods(method, client, alice, cohort):
    visitor = getattr(client, method)(link(cohort)).status_code
    client.force_login(alice)

    assert (visitor, getattr(client, method)(link(cohort)).status_code) == (405, 405)


def test_the_link_shows_words_dates_and_organisers(member, cohort):
    CohortOrganiser.objects.create(cohort=cohort, person=UserFactory(name="Olga Orr"), part="manager")
    CohortOrganiser.objects.create(cohort=cohort, person=UserFactory(name="Emil Ems"), part="employer")

    page = shown(member.get(link(cohort)))

    assert all(words in page for words in ("Join “Spring”", "Twelve weeks.<br>For all.", "1 January 2099", "Olga Orr"))
    assert "Emil Ems" not in page


def test_a_mentee_joins_and_is_led_to_a_request(member, alice, cohort):
    GoalFactory(mentee=alice)

    answer = member.post(link(cohort), {"do": "mentee"}, follow=True)

    assert CohortMember.objects.get().side == "mentee"
    assert answer.redirect_chain[0][0] == f"/requests/new/?cohort={cohort.uuid}"
    assert "It is for “Spring”" in shown(answer)


def test_without_a_goal_the_way_back_from_it_leads_to_the_request_of_the_cohort(member, cohort):
    page = shown(member.post(link(cohort), {"do": "mentee"}, follow=True))

    assert f"/goals/new/?next=/requests/new/%3Fcohort%3D{cohort.uuid}" in page


def test_a_mentor_joins_with_places(client, bob, cohort):
    client.force_login(bob)

    answer = client.post(link(cohort), {"do": "mentor", "places": "3"})

    assert (answer["Location"], CohortMember.objects.get().places) == (reverse("cohort", args=[cohort.uuid]), 3)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"do": "mentor", "places": "0"}, 400),
        ({"do": "mentor", "places": "many"}, 400),
        ({"do": "mentor", "places": "99999999999999999999"}, 400),
        ({"do": "mentor"}, 400),
        ({"do": "both"}, 400),
        ({}, 400),
    ],
)
def test_wrong_forms_are_refused(form, status, client, bob, cohort):
    client.force_login(bob)

    answer = client.post(link(cohort), form)

    assert (answer.status_code, 'role="alert"' in shown(answer), CohortMember.objects.count()) == (status, True, 0)


def test_somebody_who_is_no_mentor_cannot_join_as_one(member, cohort):
    answer = member.post(link(cohort), {"do": "mentor", "places": "1"})

    assert (answer.status_code, CohortMember.objects.count()) == (409, 0)


def test_somebody_who_is_no_mentor_applies_and_comes_back_to_join(member, cohort):
    page = shown(member.get(link(cohort)))
    application = f"/mentoring/?next={link(cohort)}"
    assert f'href="{application}">Apply as a mentor</a>' in page

    answer = member.post(application, {"motivation": "Somebody helped me once.", "do": "apply"}, follow=True)

    page = shown(answer)
    assert answer.redirect_chain == [(link(cohort), 302)]
    assert "Your application waits for an admin. You get a mail when it is decided." in page
    assert "You are matched once the admins have approved you as a mentor." in page
    assert 'name="do" value="mentor"' in page


def test_a_suspended_mentor_reads_that_they_cannot(client, bob, cohort):
    bob.mentor.status = "suspended"
    bob.mentor.save()
    client.force_login(bob)

    assert "You cannot join as a mentor:" in shown(client.get(link(cohort)))


@pytest.mark.parametrize("key", ["nobody", "%00", "a%00b", "x" * 200, "%F0%9F%8C%B1"])
def test_an_unknown_key_is_404(key, client, alice):
    visitor = client.get(f"/join/{key}/").status_code
    client.force_login(alice)

    assert (visitor, client.get(f"/join/{key}/").status_code) == (404, 404)


def test_a_renewed_link_and_one_of_an_archived_cohort_are_404(client, alice, cohort):
    old = link(cohort)
    renew_key(cohort_id=cohort.pk)
    archived = CohortFactory(status="archived", archived_at=NOW)

    for _who in ("visitor", "member"):
        for answer in (client.get(old), client.get(link(archived))):
            assert answer.status_code == 404
            assert "Ask its organisers for a new link." in shown(answer)
        client.force_login(alice)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"status": "preparing", "opened_at": None}, "Nobody can join yet"),
        ({"status": "closed", "closed_at": NOW}, "Nobody can join any more"),
        ({"joins_until_on": "2020-01-01"}, "Nobody can join any more"),
    ],
)
def test_a_cohort_that_takes_nobody_says_so(facts, words, member, cohort):
    Cohort.objects.update(**facts)

    page, answer = shown(member.get(link(cohort))), member.post(link(cohort), {"do": "mentee"})

    assert words in page
    assert 'value="mentee"' not in page
    assert (answer.status_code, CohortMember.objects.count()) == (409, 0)
    member.logout()
    page = shown(member.get(link(cohort)))
    assert (words in page, "You can join now" in page, "Sign up and join" in page) == (True, False, False)
    assert page.count(f'href="/accounts/signup/?next={link(cohort)}">Sign up</a>') == 2


def test_the_last_day_to_join_says_when_it_ends(member, cohort):
    assert "Thursday, 1 January 2099 (the day ends at midnight, UTC)" in shown(member.get(link(cohort)))
