"""The page of an application: all that a decision needs, and the way to the next one."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from accounts.models import Block, StaffRead
from accounts.services.mentors import approve_mentor, suspend_mentor
from tests.escalations import application_waits, kind_of
from tests.factories import NOW, ConcernFactory, MentorFactory, UserFactory
from tests.helpers import kinds, log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)


def page_of(mentor) -> str:
    return reverse("admin:accounts_mentorprofile_decide", args=[mentor.pk])


def applicant(name: str, *, days: int = 1):
    return MentorFactory(status="applied", status_since_at=NOW - days * DAY, user__name=name)


def text(page) -> str:
    return " ".join(unescape(page.content.decode()).split())


def test_the_page_has_the_whole_application(admin_client, admin_user, alice):
    mentor = applicant("Grace Hopper")
    mentor.user.profile.availability.create(weekday=1, start_minute=18 * 60, end_minute=20 * 60)
    suspend_mentor(mentor_id=mentor.pk, by=admin_user, reason="We spoke on Monday.", now=NOW)
    mentor.refresh_from_db()
    mentor.move_to("applied", at=NOW)
    concern = ConcernFactory(about=mentor.user, topic="money", separation=False)
    Block.objects.create(blocker=alice, blocked=mentor.user, created_at=NOW)

    page = text(admin_client.get(page_of(mentor)))

    for words in (
        *("Somebody helped me once.", "machine learning", "ongoing mentorship", "2 people at once", "for free"),
        *("2018 to now: Data scientist, data science (Industry, Germany, Senior)", "English (fluent)", "Find a job"),
        *("Monday, 18:00 to 20:00", "Berlin, Germany, UTC", "We spoke on Monday.", "Alice Archer blocks Grace Hopper"),
        *(concern.get_topic_display(), mentor.user.email),
    ):
        assert words in page, words
    assert set(StaffRead.objects.filter(person=mentor.user).values_list("what", flat=True)) == {
        *("contact", "profile", "about"),
    }
    assert StaffRead.objects.get(person=concern.raised_by).what == "concerns"


def test_the_applicant_does_not_learn_that_a_matter_of_safety_was_read(admin_client):
    mentor = applicant("Grace Hopper")
    ConcernFactory(about=mentor.user, topic="safety", is_safety=True, separation=False)

    admin_client.get(page_of(mentor))

    assert set(mentor.user.staff_reads.values_list("what", flat=True)) == {"contact", "profile"}


def test_a_matchmaker_reads_the_offer_and_decides_nothing(client, admin_user):
    mentor = applicant("Grace Hopper")
    concern = ConcernFactory(about=mentor.user, topic="money", separation=False)
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))

    page = text(client.get(page_of(mentor)))

    assert "Somebody helped me once." in page
    assert "machine learning" in page
    for words in ("Data scientist", mentor.user.email, concern.get_topic_display(), "Earlier decisions", "Approve"):
        assert words not in page, words
    assert [client.post(page_of(mentor), {"do": do, "reason": "No."}).status_code for do in ("approve", "reject")] == [
        *(403, 403),
    ]
    assert not StaffRead.objects.filter(person=mentor.user).exists()


def test_an_admin_does_not_read_who_blocks_them(admin_client, admin_user, alice):
    mentor = applicant("Grace Hopper")
    Block.objects.create(blocker=mentor.user, blocked=admin_user, created_at=NOW)
    Block.objects.create(blocker=mentor.user, blocked=alice, created_at=NOW)

    page = text(admin_client.get(page_of(mentor)))

    assert "Grace Hopper blocks Alice Archer" in page
    assert "Grace Hopper blocks Ada Admin" not in page


@pytest.mark.parametrize("has_colleague", [True, False])
def test_the_only_admin_finds_buttons_for_their_own_application(has_colleague, admin_client, admin_user):
    own = MentorFactory(status="applied", user=admin_user)
    if has_colleague:
        UserFactory(role="manager")

    page = text(admin_client.get(page_of(own)))
    admin_client.post(page_of(own), {"do": "approve"})
    own.refresh_from_db()

    assert ('value="approve"' in page, 'value="reject"' in page) == (not has_colleague, not has_colleague)
    assert ("it is your own application" in page) == has_colleague
    assert own.status == ("applied" if has_colleague else "approved")


def test_an_approval_leads_to_the_next_application_of_the_list(admin_client):
    first, second, third = (applicant(name) for name in ("Lovelace A", "Lovelace B", "Lovelace C"))
    MentorFactory(user__name="Lovelace D")
    listed = "?_changelist_filters=q%3DLovelace%26o%3D1&_place=2"

    done = admin_client.post(page_of(second) + listed, {"do": "approve"})

    second.refresh_from_db()
    assert second.status == "approved"
    assert "mentor_approved" in kinds(second.user)
    assert done["Location"].startswith(page_of(third))
    page = text(admin_client.get(done["Location"]))
    assert "Lovelace B is approved and gets a mail." in page
    assert "2 of 2" in page
    assert page_of(first) in page


def test_a_rejection_needs_a_reason(admin_client):
    mentor = applicant("Grace Hopper")

    asked = text(admin_client.post(page_of(mentor), {"do": "reject", "reason": " "}))
    mentor.refresh_from_db()
    assert "Give a reason in a sentence or two. They read it in the mail." in asked
    assert mentor.status == "applied"
    admin_client.post(page_of(mentor), {"do": "reject", "reason": "No free place this year."})

    mentor.refresh_from_db()
    assert mentor.status == "rejected"
    assert mentor.decisions.get().reason == "No free place this year."


def test_a_reader_who_comes_from_no_list_decides_the_oldest_first(admin_client):
    newest, oldest, middle = (applicant(f"Person {days}", days=days) for days in (1, 9, 5))

    after_oldest = admin_client.post(page_of(oldest), {"do": "approve"})["Location"]
    assert after_oldest.startswith(page_of(middle))
    after_middle = admin_client.post(after_oldest, {"do": "approve"})["Location"]
    assert after_middle.startswith(page_of(newest))
    last = admin_client.post(after_middle, {"do": "approve"})

    assert last["Location"] == "/admin/accounts/mentorprofile/?status__exact=applied&o=3"


def test_a_decision_that_was_made_meanwhile_is_said(admin_client):
    mentor = applicant("Grace Hopper")
    approve_mentor(mentor_id=mentor.pk, by=None, now=NOW)

    page = text(admin_client.post(page_of(mentor), {"do": "reject", "reason": "No."}, follow=True))

    assert "not possible any more" in page
    assert "There is nothing to decide here." in page


def test_a_button_that_is_not_there_is_400(admin_client):
    assert admin_client.post(page_of(applicant("Grace Hopper")), {"do": "promote"}).status_code == 400


def test_the_home_leads_to_the_page(admin_client):
    mentor = application_waits(NOW)

    assert kind_of("application_waits").url(mentor) == page_of(mentor)
    assert page_of(mentor) in admin_client.get("/admin/").content.decode()


@pytest.mark.parametrize("rows", [1, 4])
def test_the_queries_do_not_grow(rows, admin_client, django_assert_max_num_queries):
    mentor = applicant("Grace Hopper")
    for number in range(rows):
        mentor.goal_kinds.first()
        ConcernFactory(about=mentor.user, separation=False)
        mentor.user.profile.languages.create(code=["de", "fr", "es", "it"][number], level="basic")
        applicant(f"Person {number}")

    with django_assert_max_num_queries(45):
        admin_client.get(page_of(mentor))
