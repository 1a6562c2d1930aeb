"""The page of a pair of a cohort, from a mail or logged in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Block
from matching.jobs.cohort_pairs import propose_published
from matching.links import pair_link
from matching.services.cohorts.answer import say_no
from mentorship.models import Cohort, CohortMember, Mentorship
from tests.factories import NOW, MentorshipFactory
from tests.helpers import path, send
from tests.matching.helpers import mail_to, press, press_and_read, read
from tests.matching.pairs import closed_cohort, proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def pair():
    return proposed_pair(
        cohort=closed_cohort(name="Spring <b>intake</b>"),
        mentor__user__name="Bob Baker",
        mentor__motivation="Somebody helped me.",
        help_request__mentee__name="Alice Archer",
        help_request__ask="Go through my CV.",
        answer_due_at=NOW.replace(year=2099),
    )


def link(pair, side):
    return pair_link(pair, pair.person_on(side))


def test_the_mentor_reads_the_request_and_the_reasons(pair):
    page = read(link(pair, "mentor"))

    assert "Alice Archer is proposed as your mentee" in page
    assert "Go through my CV." in page
    assert pair.mentor_reasons[0] in page
    assert "Spring &lt;b&gt;intake&lt;/b&gt;" in page
    assert pair.help_request.mentee.email not in page


def test_the_mentee_reads_the_mentor_and_the_reasons(pair):
    page = read(link(pair, "mentee"))

    assert "Bob Baker is proposed as your mentor" in page
    assert "Somebody helped me." in page
    assert pair.reasons[0] in page
    assert pair.mentor.user.email not in page


def test_two_yeses_without_a_login_begin_the_mentorship(pair):
    assert "You said yes to Bob Baker as your mentor" in press_and_read(link(pair, "mentee"), do="yes")
    page = press_and_read(link(pair, "mentor"), do="yes")

    assert "You mentor Alice Archer" in page
    assert pair.help_request.mentee.email in page
    assert Mentorship.objects.count() == 1


def test_the_page_of_the_request_shows_the_mentor_then(pair, client):
    press(link(pair, "mentee"), do="yes")
    press(link(pair, "mentor"), do="yes")
    client.force_login(pair.help_request.mentee)

    page = client.get(reverse("request", args=[pair.help_request.uuid])).content.decode()

    assert "Bob Baker" in page
    assert pair.mentor.user.email in page


def test_the_page_does_not_change_with_the_answer_of_the_other_side(pair):
    before = read(link(pair, "mentor"))

    press(link(pair, "mentee"), do="yes")

    # The links of a page hold the time.
    assert read(link(pair, "mentor")).count("\n") == before.count("\n")
    assert "said yes" not in read(link(pair, "mentor"))


def test_a_no_with_a_reason_is_kept_from_the_other_side(pair):
    assert "You said no" in press_and_read(link(pair, "mentor"), do="no", reason="not_my_field")

    page = read(link(pair, "mentee"))
    assert "It does not work out with the two of you this time." in page
    assert "next round" in page
    assert "not my field" not in page
    pair.refresh_from_db()
    assert pair.decline_reason == "not_my_field"


def test_a_no_without_a_reason_is_enough(pair):
    assert "You said no" in press_and_read(link(pair, "mentee"), do="no")


def test_a_reason_that_is_none_is_refused(pair):
    answer = press(link(pair, "mentee"), do="no", reason="nonsense")

    assert answer.status_code == 400
    pair.refresh_from_db()
    assert pair.status == "proposed"


def test_a_second_click_is_no_problem(pair):
    press(link(pair, "mentor"), do="yes")

    assert press(link(pair, "mentor"), do="yes").status_code == 302


def test_an_unknown_button_is_refused(pair):
    assert press(link(pair, "mentor"), do="maybe").status_code == 400


def test_a_refusal_is_shown_and_the_page_stays(pair):
    MentorshipFactory.create_batch(1, mentor=pair.mentor)
    type(pair.mentor).objects.filter(pk=pair.mentor_id).update(capacity=1)

    answer = press(link(pair, "mentor"), do="yes")

    assert answer.status_code == 409
    assert "All your places are taken." in answer.content.decode()


def test_a_block_shows_nothing_of_the_other_side(pair):
    Block.objects.create(blocker=pair.help_request.mentee, blocked=pair.mentor.user)

    page = read(link(pair, "mentor"))

    assert "This proposal is over" in page
    assert "Go through my CV." not in page
    assert "Alice Archer" not in page


def test_members_open_it_by_their_login_and_nobody_else_does(pair, client, charlie):
    client.force_login(pair.mentor.user)
    page = client.get(reverse("cohort-pair", args=[pair.uuid]))
    assert "Alice Archer is proposed as your mentee" in page.content.decode()

    client.force_login(charlie)
    assert client.get(reverse("cohort-pair", args=[pair.uuid])).status_code == 404


def test_the_home_page_leads_to_it_and_says_who_waits(pair, client):
    client.force_login(pair.mentor.user)
    address = reverse("cohort-pair", args=[pair.uuid])
    home = client.get("/").content.decode()
    assert "Alice Archer is proposed as your mentee" in home
    assert f'href="{address}"' in home

    client.post(address, {"do": "yes"})

    assert "You said yes to Alice Archer" in client.get("/").content.decode()


def test_the_link_of_the_mail_opens_the_page():
    pair = proposed_pair(status="published", mentor__user__name="Bob Baker")
    propose_published(now=NOW)
    send(NOW)

    body = mail_to(pair.help_request.mentee).body
    address = next(line for line in body.splitlines() if "/pair/" in line)
    assert "Bob Baker is proposed as your mentor" in Client().get(path(address)).content.decode()


NEXT_ROUND = "You take part in the next round of the cohort"
FREE_AGAIN = "Your place is free again"


def test_nobody_who_left_the_cohort_reads_of_its_next_round(pair):
    said_no(pair)
    assert NEXT_ROUND in read(link(pair, "mentee"))

    CohortMember.objects.update(left_at=NOW)

    assert NEXT_ROUND not in read(link(pair, "mentee"))
    assert FREE_AGAIN not in read(link(pair, "mentor"))


def test_the_next_round_of_an_archived_cohort_is_promised_to_nobody(pair):
    said_no(pair)
    assert FREE_AGAIN in read(link(pair, "mentor"))

    Cohort.objects.update(status="archived", archived_at=NOW)

    assert NEXT_ROUND not in read(link(pair, "mentee"))
    assert FREE_AGAIN not in read(link(pair, "mentor"))


def test_a_pair_that_the_sweep_has_not_ended_takes_no_place(pair):
    Block.objects.create(blocker=pair.help_request.mentee, blocked=pair.mentor.user)
    CohortMember.objects.filter(side="mentor").update(places=1)

    assert FREE_AGAIN in read(link(pair, "mentor"))


def said_no(pair):
    say_no(pair_id=pair.pk, by=pair.help_request.mentee, now=NOW)
