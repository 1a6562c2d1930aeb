"""Races for the last place, the last free request and rows that two people change at once."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import transaction
from django.test import Client

from accounts.exceptions import MoveNotAllowed
from accounts.models import MentorProfile, Notification, Profile, User
from accounts.notifications.claims import claim_next
from accounts.notifications.deliver import drain
from accounts.services.profiles import update_profile
from matching.exceptions import (
    AlreadyDone,
    HelpRequestIncomplete,
    HelpRequestNotOpen,
    MentorNotEligible,
    TooManyOpenHelpRequests,
)
from matching.jobs.embed import embed_stale
from matching.models import HelpRequest, Match
from matching.services.decline import decline_match
from matching.services.draft import update_draft
from matching.services.submit import submit_help_request
from matching.text.encoder import SentenceEncoder
from mentorship.exceptions import MentorAtCapacity
from mentorship.models import Mentorship
from tests.factories import NOW, PASSWORD, HelpRequestFactory, MatchFactory, MentorFactory, NotificationFactory
from tests.helpers import Rival, race
from tests.moves import accept, ask

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]


def test_two_mentees_cannot_take_the_last_place_of_a_mentor():
    mentor = MentorFactory(capacity=1)
    first, second = MatchFactory(mentor=mentor, status="asked"), MatchFactory(mentor=mentor, status="asked")

    rival = race(lambda: accept(first), lambda: accept(second))

    with pytest.raises(MentorAtCapacity):
        rival.finish()
    assert Mentorship.objects.count() == 1
    second.refresh_from_db()
    assert (second.status, second.help_request.status) == ("asked", "open")


def test_two_mentors_cannot_accept_one_request():
    first = MatchFactory(status="asked")
    second = MatchFactory(help_request=first.help_request, status="asked")

    rival = race(lambda: accept(first), lambda: accept(second))

    with pytest.raises(HelpRequestNotOpen):
        rival.finish()
    assert Mentorship.objects.get().mentor == first.mentor


def test_a_double_click_accepts_once():
    match = MatchFactory(status="asked")

    rival = race(lambda: accept(match), lambda: accept(match))

    with pytest.raises(AlreadyDone):
        rival.finish()
    assert Mentorship.objects.count() == 1


def test_an_acceptance_waits_for_a_smaller_capacity_and_is_refused():
    mentor = MentorFactory(capacity=2, active_elsewhere=1)
    match = MatchFactory(mentor=mentor, status="asked")

    with transaction.atomic():
        held = MentorProfile.objects.select_for_update(no_key=True).get(pk=mentor.pk)
        held.capacity = 1
        held.save()
        rival = Rival(lambda: accept(match))
        rival.wait_until_blocked()

    with pytest.raises(MentorAtCapacity):
        rival.finish()
    assert not Mentorship.objects.exists()


def test_an_acceptance_after_a_decline_is_refused():
    match = MatchFactory(status="asked")

    rival = race(
        lambda: decline_match(match_id=match.pk, by=match.mentor.user, reason="no_time", note="", now=NOW),
        lambda: accept(match),
    )

    with pytest.raises(MoveNotAllowed, match="the match is declined"):
        rival.finish()
    assert not Mentorship.objects.exists()


def test_two_questions_cannot_both_take_the_last_room_in_an_inbox():
    mentor = MentorFactory(capacity=1)
    MatchFactory(mentor=mentor, status="asked")
    first, second = MatchFactory(mentor=mentor), MatchFactory(mentor=mentor)

    rival = race(lambda: ask(first), lambda: ask(second))

    with pytest.raises(MentorNotEligible, match="as many unanswered requests as they take"):
        rival.finish()
    assert Match.objects.filter(status="asked").count() == 2


def test_two_submissions_cannot_both_be_the_third():
    open_one = HelpRequestFactory()
    HelpRequestFactory(mentee=open_one.mentee, goal=open_one.goal)
    drafts = HelpRequestFactory.create_batch(2, mentee=open_one.mentee, goal=open_one.goal, status="draft")

    rival = race(
        lambda: submit_help_request(help_request_id=drafts[0].pk, now=NOW),
        lambda: submit_help_request(help_request_id=drafts[1].pk, now=NOW),
    )

    with pytest.raises(TooManyOpenHelpRequests):
        rival.finish()
    assert HelpRequest.objects.filter(status="open").count() == 3


def test_two_saves_of_a_profile_do_not_mix_their_languages(alice):
    french = {"languages": [{"code": "fr", "level": "native"}]}

    race(
        lambda: Profile.objects.select_for_update(no_key=True).get(user=alice),
        lambda: update_profile(profile=Profile.objects.get(user=alice), changes=french, now=NOW),
    ).finish()

    assert [language.code for language in alice.profile.languages.all()] == ["fr"]


def test_two_drains_share_the_work_and_send_nothing_twice(mailoutbox):
    rows = NotificationFactory.create_batch(3)

    with transaction.atomic():
        held = claim_next(now=NOW)
        rival = Rival(lambda: drain(now=lambda: NOW))
        assert rival.finish() == 2  # it passed over the claimed row

    held.refresh_from_db()
    assert held.status == "sending"
    statuses = sorted(Notification.objects.exclude(pk=held.pk).values_list("status", flat=True))
    assert statuses == ["sent"] * (len(rows) - 1)


def test_processes_that_claim_at_once_get_each_row_once():
    rows = NotificationFactory.create_batch(40)

    def claim_all() -> list[Notification]:
        return list(iter(lambda: claim_next(now=NOW), None))

    rivals = [Rival(claim_all) for _ in range(4)]
    claimed = [row for rival in rivals for row in rival.finish()]

    assert sorted(row.pk for row in claimed) == [row.pk for row in rows]
    tokens = dict(Notification.objects.filter(status="sending", attempts=1).values_list("pk", "claim"))
    assert {row.pk: row.claim for row in claimed} == tokens


def test_the_second_of_two_changes_of_a_draft_sees_the_first(alice):
    rate = {"amount": 10, "currency": "EUR", "per": "session"}
    draft = HelpRequestFactory(mentee=alice, status="draft", accepts_paid=True)

    rival = race(
        lambda: update_draft(help_request_id=draft.pk, changes={"max_rate": rate}),
        lambda: update_draft(help_request_id=draft.pk, changes={"accepts_paid": False}),
    )

    with pytest.raises(HelpRequestIncomplete):
        rival.finish()


def test_two_sign_ups_with_one_address_make_one_person():
    form = {"email": "twin@example.org", "password": PASSWORD, "name": "Twin", "roles": ["mentee"]}

    def sign_up() -> int:
        body = form | {"accept_rules": True}
        return Client().post("/_allauth/app/v1/auth/signup", body, content_type="application/json").status_code

    rivals = [Rival(sign_up) for _ in range(4)]
    answers = {rival.finish() for rival in rivals}

    # Somebody who is late is one of those with the address, and three mails a minute go to one address.
    assert {401} <= answers <= {401, 429, 503}
    assert User.objects.filter(email="twin@example.org").count() == 1


def test_saving_a_profile_does_not_wait_for_vectors_to_be_computed(monkeypatch):
    mentor, saved = MentorFactory(), []

    def save_meanwhile(model, texts):
        profile = Profile.objects.get(user=mentor.user)
        saved.append(Rival(lambda: update_profile(profile=profile, changes={"bio": "Changed."}, now=NOW)).finish())
        return np.zeros((len(texts), SentenceEncoder.dimensions), np.float32)

    monkeypatch.setattr(SentenceEncoder, "encode", save_meanwhile)

    embed_stale(limit=1)

    assert saved
