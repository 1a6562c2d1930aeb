"""An admin writes to a mentee whose questions had no answer."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.exceptions import MoveNotAllowed, WrittenToday
from accounts.models import Block
from matching.engine import PROPOSALS_MAX
from matching.models import HelpRequest
from matching.services.write_of_list import write_of_list
from tests.escalations import DAY, MAKERS
from tests.factories import MatchFactory
from tests.helpers import kinds, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def request_of_mentee(now):
    return MAKERS["question_unanswered"](now)


def propose(request, count, **facts):
    return [
        MatchFactory(help_request=request, status="proposed", rank=number, **facts) for number in range(1, count + 1)
    ]


def due(request):
    return HelpRequest.objects.get(pk=request.pk).mentors_due_at


def test_a_full_list_is_written_to_its_mentee_and_nobody_is_looked_for(request_of_mentee, admin_user, now):
    [first, *_] = propose(request_of_mentee, PROPOSALS_MAX)
    HelpRequest.objects.update(mentors_due_at=None)

    write_of_list(help_request_id=request_of_mentee.pk, by=admin_user, now=now)
    send(now)

    [text] = mail.outbox
    assert text.to == [request_of_mentee.mentee.email]
    assert text.subject == "You can ask the other mentors on your list"
    assert first.mentor.user.name in text.body
    assert due(request_of_mentee) is None


def test_the_same_mail_goes_out_once_a_day(request_of_mentee, admin_user, now):
    propose(request_of_mentee, PROPOSALS_MAX)
    write_of_list(help_request_id=request_of_mentee.pk, by=admin_user, now=now)

    with pytest.raises(WrittenToday):
        write_of_list(help_request_id=request_of_mentee.pk, by=admin_user, now=now)
    write_of_list(help_request_id=request_of_mentee.pk, by=admin_user, now=now + DAY)

    assert kinds(request_of_mentee.mentee) == ["list_waits", "list_waits"]


@pytest.mark.parametrize("count", [0, 1])
def test_a_list_with_room_leads_to_a_search_as_well(count, request_of_mentee, admin_user, now):
    propose(request_of_mentee, count)

    for _press in range(2):
        write_of_list(help_request_id=request_of_mentee.pk, by=admin_user, now=now)

    assert due(request_of_mentee) == now
    assert kinds(request_of_mentee.mentee) == ["list_waits"] * count


def test_a_mentor_whom_the_mentee_named_takes_no_place(request_of_mentee, admin_user, now):
    propose(request_of_mentee, PROPOSALS_MAX, is_named=True)

    write_of_list(help_request_id=request_of_mentee.pk, by=admin_user, now=now)

    assert due(request_of_mentee) == now


def test_nobody_is_written_of_whom_a_block_keeps_apart(request_of_mentee, admin_user, now):
    [match] = propose(request_of_mentee, 1)
    write_of_list(help_request_id=request_of_mentee.pk, by=admin_user, now=now)
    Block.objects.create(blocker=match.mentor.user, blocked=request_of_mentee.mentee)

    send(now)

    assert mail.outbox == []


def test_a_question_that_was_asked_meanwhile_makes_the_mail_needless(request_of_mentee, admin_user, now):
    propose(request_of_mentee, 1)
    write_of_list(help_request_id=request_of_mentee.pk, by=admin_user, now=now)
    MatchFactory(help_request=request_of_mentee, status="asked")

    send(now)

    assert mail.outbox == []


def test_a_request_that_is_over_gets_no_mail(request_of_mentee, admin_user, now):
    HelpRequest.objects.update(status="withdrawn", closed_at=now)

    with pytest.raises(MoveNotAllowed):
        write_of_list(help_request_id=request_of_mentee.pk, by=admin_user, now=now)
