"""Signed links in mails: one purpose, a limited life."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from matching.links import LINK_LIFE, answer_link, choose_link
from tests.factories import NOW, HelpRequestFactory, MatchFactory
from tests.helpers import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_a_link_is_for_one_purpose_and_cannot_be_forged(asked):
    token = path(answer_link(asked)).split("/")[2]
    for address in (f"/choose/{token}/", f"/answer/{token[:-1]}x/", "/answer/nonsense/"):
        assert Client().get(address).status_code == 404


def test_an_answer_link_does_not_end_a_pause():
    match = MatchFactory(status="asked", mentor__status="paused")
    token = path(answer_link(match)).split("/")[2]

    assert Client().post(f"/come-back/{token}/").status_code == 404
    match.mentor.refresh_from_db()
    assert match.mentor.status == "paused"


def test_a_link_ends_after_30_days_and_with_its_account(asked):
    link = path(answer_link(asked))
    with time_machine.travel(NOW.now(NOW.tzinfo) + LINK_LIFE * 1.01, tick=False):
        assert Client().get(link).status_code == 404
    asked.mentor.user.is_active = False
    asked.mentor.user.save()
    assert Client().get(link).status_code == 404


def test_the_link_of_a_request_outlives_the_request(settings):
    link = path(choose_link(HelpRequestFactory()))
    life = settings.STILL_LOOKING_AFTER + settings.STILL_LOOKING_GRACE

    assert life > LINK_LIFE
    with time_machine.travel(NOW.now(NOW.tzinfo) + life, tick=False):
        assert Client().get(link).status_code == 200
    with time_machine.travel(NOW.now(NOW.tzinfo) + life * 1.2, tick=False):
        assert Client().get(link).status_code == 404
