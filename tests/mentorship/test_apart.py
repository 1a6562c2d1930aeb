"""Two people with a block, an exclusion or a suspension between them, while their mentorship runs and after its end."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Block, MentorProfile
from mentorship.exceptions import KeptApart
from mentorship.jobs.ask_about_end import ask_about_ends
from mentorship.links import ending_link
from mentorship.models import Mentorship
from mentorship.services.extend import extend_mentorship
from tests.factories import NOW, MentorshipFactory
from tests.helpers import kinds, path, send
from tests.matching.helpers import exclude
from tests.moves import end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

MAY = NOW.replace(year=2027, month=5, day=20)
ADDRESSES = {"alice@example.org", "bob@example.org"}


def block(mentorship):
    Block.objects.create(blocker=mentorship.mentee, blocked=mentorship.mentor.user)


def block_back(mentorship):
    Block.objects.create(blocker=mentorship.mentor.user, blocked=mentorship.mentee)


def part(mentorship):
    exclude(mentorship.mentee, mentorship.mentor.user)


def suspend(mentorship):
    MentorProfile.objects.update(status="suspended")


@pytest.fixture(params=[block, block_back, part, suspend])
def parted(request):
    mentorship = MentorshipFactory(
        mentor__user__name="Bob Baker",
        mentor__user__email="bob@example.org",
        goal__mentee__name="Alice Archer",
        goal__mentee__email="alice@example.org",
    )
    request.param(mentorship)
    return mentorship


def both(mentorship):
    return {"mentee": mentorship.mentee, "mentor": mentorship.mentor.user}


@pytest.mark.parametrize("status", ["active", "completed"])
def test_neither_reads_the_address_of_the_other(status, parted, api):
    if status == "completed":
        end(parted, status="completed", reason="helped_enough")

    for side, person in both(parted).items():
        answer = api(person).get(f"/api/v1/mentorships/{parted.uuid}/").json()
        page = Client().get(path(ending_link(parted, person))).content.decode()
        other = "mentor" if side == "mentee" else "mentee"
        assert (answer[other]["email"], answer[other]["timezone"]) == (None, None)
        assert (answer[side]["email"], bool(answer[other]["name"])) == (person.email, True)
        assert not any(address in page for address in ADDRESSES)


def test_an_answer_of_the_mentorship_hides_the_address_too(parted, api):
    answer = api(parted.mentee).post(f"/api/v1/mentorships/{parted.uuid}/pause/").json()

    assert (answer["status"], answer["mentor"]["email"]) == ("paused", None)


def tells_of_planned_end(mentorship):
    ask_about_ends(now=MAY)


def tells_of_end(mentorship):
    end(mentorship, now=MAY)


@pytest.mark.parametrize("tell", [tells_of_planned_end, tells_of_end])
def test_a_mail_has_no_address_and_its_answer_goes_to_the_community(tell, parted, settings):
    tell(parted)

    send(MAY)

    assert len(mail.outbox) == 2
    for message in mail.outbox:
        html = message.alternatives[0].content
        assert not any(address in message.body + html for address in ADDRESSES)
        assert message.reply_to == [settings.CONTACT_EMAIL]


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_neither_plans_a_later_end(side, parted):
    person, later = both(parted)[side], parted.planned_end_on.replace(month=7)

    with pytest.raises(KeptApart):
        extend_mentorship(mentorship_id=parted.pk, by=person, until_on=later, now=NOW)

    assert "Plan the later end" not in Client().get(path(ending_link(parted, person))).content.decode()
    assert kinds(parted.mentee) == kinds(parted.mentor.user) == []


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_either_may_still_end_it(side, parted):
    end(parted, by=both(parted)[side])

    assert Mentorship.objects.get().status == "ended_early"
