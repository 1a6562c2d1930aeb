"""The planned end of a mentorship: set at the start, extended by either, and asked about two weeks before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.exceptions import AboutYourself, MoveNotAllowed
from accounts.models import Block, Notification
from mentorship.exceptions import (
    ExtendedTooOften,
    NoPlannedEnd,
    NotOneOfTheTwo,
    PlannedEndNotLater,
)
from mentorship.jobs.ask_about_end import ask_about_ends
from mentorship.links import ending_link
from mentorship.models import Mentorship
from mentorship.services.extend import EXTENSION_MAX, extend_mentorship
from mentorship.services.start import start_mentorship
from tests.factories import NOW, PLANNED_END, GoalFactory, MentorFactory, MentorshipFactory
from tests.helpers import kinds, path, send

# The defaults of the settings.
ASK_BEFORE = timedelta(days=14)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LATER = PLANNED_END + timedelta(weeks=10)
DUE = NOW + (PLANNED_END - NOW.date()) - ASK_BEFORE


@pytest.fixture
def mentorship():
    return MentorshipFactory(mentor__user__name="Bob Baker", goal__mentee__name="Alice Archer")


def extend(mentorship, by=None, until_on=LATER, now=NOW):
    return extend_mentorship(mentorship_id=mentorship.pk, by=by or mentorship.mentee, until_on=until_on, now=now)


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_an_admin_does_not_extend_their_own_mentorship_as_an_organiser(side, mentorship):
    by = mentorship.mentee if side == "mentee" else mentorship.mentor.user

    with pytest.raises(AboutYourself):
        extend_mentorship(mentorship_id=mentorship.pk, by=by, until_on=LATER, now=NOW, as_admin=True)

    mentorship.refresh_from_db()
    assert mentorship.planned_end_on == PLANNED_END


@pytest.mark.parametrize(("format", "planned"), [("ongoing", True), ("one_off", False)])
def test_an_ongoing_mentorship_has_a_planned_end_by_the_kind_of_goal(format, planned):
    goal = GoalFactory()
    started = start_mentorship(mentor_id=MentorFactory().pk, mentee=goal.mentee, goal=goal, format=format, now=NOW)

    usual = NOW.date() + timedelta(weeks=goal.kind.usual_weeks)
    assert started.planned_end_on == (usual if planned else None)


def test_the_database_refuses_a_planned_end_of_one_off_help():
    with pytest.raises(IntegrityError), transaction.atomic():
        MentorshipFactory(format="one_off", planned_end_on=PLANNED_END)


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_either_may_extend_and_the_other_is_told(side, mentorship):
    sides = {"mentee": mentorship.mentee, "mentor": mentorship.mentor.user}
    other = sides["mentor" if side == "mentee" else "mentee"]

    extend(mentorship, by=sides[side])

    assert Mentorship.objects.get().planned_end_on == LATER
    assert (kinds(sides[side]), kinds(other)) == ([], ["mentorship_extended"])


def test_after_a_block_no_mail_of_the_other_one_leaves(mentorship):
    extend(mentorship, by=mentorship.mentor.user)
    Block.objects.create(blocker=mentorship.mentee, blocked=mentorship.mentor.user)

    send(NOW)

    assert mail.outbox == []


@pytest.mark.parametrize(
    "until_on", [PLANNED_END, PLANNED_END - timedelta(days=1), NOW.date() + EXTENSION_MAX + timedelta(days=1)]
)
def test_a_planned_end_that_is_no_later_end_is_refused_with_the_days_that_are(until_on, mentorship):
    with pytest.raises(PlannedEndNotLater, match="24 May 2027"):
        extend(mentorship, until_on=until_on)

    assert Mentorship.objects.get().planned_end_on == PLANNED_END


def test_a_mentorship_that_is_over_cannot_be_extended():
    with pytest.raises(MoveNotAllowed):
        extend(MentorshipFactory(status="completed"))


def test_one_off_help_cannot_be_extended():
    with pytest.raises(NoPlannedEnd):
        extend(MentorshipFactory(format="one_off"))


def test_an_outsider_extends_nothing(mentorship, charlie):
    with pytest.raises(NotOneOfTheTwo):
        extend(mentorship, by=charlie)


def test_both_are_asked_once_two_weeks_before_the_end(mentorship):
    assert ask_about_ends(now=DUE - timedelta(days=1)) == 0
    assert ask_about_ends(now=DUE) == 1
    assert ask_about_ends(now=DUE + timedelta(days=20)) == 0

    assert kinds(mentorship.mentee) == kinds(mentorship.mentor.user) == ["mentorship_ends_soon"]


def test_both_are_asked_again_before_the_later_end(mentorship):
    ask_about_ends(now=DUE)
    extend(mentorship, now=DUE)

    assert ask_about_ends(now=DUE + timedelta(weeks=10)) == 1


def test_an_unsent_question_about_the_earlier_end_is_not_sent_with_the_next_one(mentorship):
    ask_about_ends(now=DUE)
    extend(mentorship, until_on=PLANNED_END + timedelta(days=5), now=DUE)
    ask_about_ends(now=DUE + timedelta(days=5))

    send(DUE + timedelta(days=5))

    subjects = sorted(message.subject for message in mail.outbox if message.to == [mentorship.mentee.email])
    assert subjects == ["Your mentorship with Bob Baker ends on 29 May: what next?"]


@pytest.mark.parametrize("facts", [{"format": "one_off"}, {"status": "completed"}])
def test_nobody_is_asked_about_an_end_that_is_not_to_come(facts):
    MentorshipFactory(**facts)

    assert ask_about_ends(now=DUE + timedelta(weeks=50)) == 0


def test_the_question_is_not_sent_after_an_extension(mentorship):
    ask_about_ends(now=DUE)
    extend(mentorship, now=DUE)

    send(DUE)

    assert [message.to for message in mail.outbox] == [[mentorship.mentor.user.email]]
    assert "go on until" in mail.outbox[0].subject


@pytest.mark.parametrize(
    ("form", "status", "reason"),
    [
        ({"do": "reached"}, "completed", "goal_reached"),
        ({"do": "end", "reason": "helped_enough"}, "completed", "helped_enough"),
        ({"do": "end", "reason": "no_time"}, "ended_early", "no_time"),
    ],
)
def test_the_page_behind_the_mail_ends_it(form, status, reason, mentorship):
    link = path(ending_link(mentorship, mentorship.mentee))

    page = Client().post(link, form, follow=True).content.decode()

    assert "has ended" in page
    ended = Mentorship.objects.get()
    assert (ended.status, ended.end_reason) == (status, reason)


def test_the_page_behind_the_mail_extends_it_and_a_second_click_is_welcome(mentorship):
    link = path(ending_link(mentorship, mentorship.mentor.user))

    for _ in range(2):
        assert Client().post(link, {"do": "extend", "until_on": LATER.isoformat()}).status_code == 302

    assert Mentorship.objects.get().planned_end_on == LATER


@pytest.mark.parametrize("form", [{}, {"do": "extend"}, {"do": "extend", "until_on": "soon"}, {"do": "end"}])
def test_a_form_that_says_nothing_changes_nothing(form, mentorship):
    assert Client().post(path(ending_link(mentorship, mentorship.mentee)), form).status_code == 400

    assert Mentorship.objects.get().status == "active"


def test_by_the_api_the_end_is_extended(api, mentorship):
    client = api(mentorship.mentee)

    shown = client.post(f"/api/v1/mentorships/{mentorship.uuid}/extend/", {"until_on": "2027-08-01"}).json()

    assert shown["planned_end_on"] == "2027-08-01"
    assert date.fromisoformat(shown["planned_end_on"]) > PLANNED_END


def test_a_loop_of_extensions_sends_few_mails(now):
    mentorship = MentorshipFactory()

    def loop():
        for day in range(1, 20):
            until_on = mentorship.planned_end_on + timedelta(days=day)
            extend_mentorship(mentorship_id=mentorship.pk, by=mentorship.mentee, until_on=until_on, now=now)
            Notification.objects.filter(status="pending").update(status="sent", sent_at=now)

    with pytest.raises(ExtendedTooOften):
        loop()

    assert mentorship.mentor.user.notifications.count() == 3


def test_a_second_extension_replaces_the_mail_that_was_not_sent(now):
    mentorship = MentorshipFactory()
    for day in (1, 2):
        until_on = mentorship.planned_end_on + timedelta(days=day)
        extend_mentorship(mentorship_id=mentorship.pk, by=mentorship.mentee, until_on=until_on, now=now)

    mails = mentorship.mentor.user.notifications.order_by("pk")
    assert list(mails.values_list("status", flat=True)) == ["skipped", "pending"]
