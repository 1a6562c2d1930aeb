"""Effects of a change of a limit or a deadline of the search for mentors, and that it is in force."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.community_settings import known_kind
from accounts.services.community_settings import change_setting
from matching.exceptions import TooManyAsked, TooManyOpenHelpRequests, TooManyQuestionsBack
from matching.jobs.expire import expire_unanswered
from matching.jobs.still_looking import ask_still_looking, expire_abandoned
from matching.models import HelpRequest
from matching.selectors.snapshot import Community, current_community, limits_in_force
from matching.services.ask_back import ask_back
from matching.services.submit import submit_help_request
from tests.factories import NOW, GoalFactory, HelpRequestFactory, MatchFactory, MentorFactory, UserFactory
from tests.moves import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)


def effects(code: str, new: int) -> list[str]:
    kind = known_kind(code)
    return [effect.words for effect in kind.affects(kind.default(), new, NOW)]


# --- the time to answer ---------------------------------------------------------------------------------------


def test_the_page_counts_what_waits_by_its_kind():
    MatchFactory.create_batch(2, status="asked")
    MatchFactory(status="offered")
    MatchFactory()

    assert effects("response_days", 7) == [
        "2 questions keep their deadlines.",
        "0 questions back keep their deadlines.",
        "1 offer keeps its deadline.",
    ]


def test_new_questions_get_the_new_time_and_those_that_wait_keep_theirs(change, alice):
    earlier, later = MatchFactory(help_request__mentee=alice, status="asked"), MatchFactory(help_request__mentee=alice)
    change("response_days", 7)

    ask(later)

    later.refresh_from_db()
    assert later.answer_due_at == NOW + 7 * DAY
    assert expire_unanswered(now=earlier.answer_due_at) == 1


def test_pages_name_the_new_time(change):
    change("response_days", 7)

    assert "Each has 7 days to answer" in " ".join(Client().get(reverse("home")).content.decode().split())


# --- open requests, and questions at a time ---------------------------------------------------------------------


def test_mentees_at_the_limit_are_counted(alice, bob):
    HelpRequestFactory.create_batch(3, mentee=alice)
    HelpRequestFactory.create_batch(2, mentee=bob)
    HelpRequestFactory(mentee=bob, status="withdrawn")

    more, fewer = effects("open_requests_max", 4), effects("open_requests_max", 2)

    assert more[0].startswith("0 mentees have 4 open or more")
    assert more[1] == "1 mentee at the limit can submit again."
    assert fewer == ["2 mentees have 2 open or more, keep them, and can submit no other until one is over."]


def test_a_mentee_submits_as_many_as_the_setting_says(change, alice):
    change("open_requests_max", 1)
    HelpRequestFactory(mentee=alice)
    draft = HelpRequestFactory(mentee=alice, goal=GoalFactory(mentee=alice, target_role="Baker"), status="draft")

    with pytest.raises(TooManyOpenHelpRequests):
        submit_help_request(help_request_id=draft.pk, now=NOW)


def test_requests_at_the_limit_are_counted():
    request = HelpRequestFactory()
    MatchFactory.create_batch(3, help_request=request, status="asked")
    MatchFactory.create_batch(2, help_request=HelpRequestFactory(), status="offered")

    assert effects("asked_max", 2)[0].startswith("2 requests have 2 or more that wait")
    assert effects("asked_max", 5)[1] == "1 request at the limit can ask again."


def test_as_many_are_asked_as_the_setting_says(change):
    change("asked_max", 1)
    request = HelpRequestFactory()
    MatchFactory(help_request=request, status="asked")

    with pytest.raises(TooManyAsked):
        ask(MatchFactory(help_request=request))


def test_a_mentor_asks_back_as_often_as_the_setting_says(change, bob):
    change("clarifications_max", 1)
    match = MatchFactory(mentor=bob.mentor, status="asked")
    match.clarifications.create(number=1, question="Which country?", asked_at=NOW, answer="Italy.", answered_at=NOW)

    assert effects("clarifications_max", 1)[0].startswith("1 waiting question has as many questions back")
    with pytest.raises(TooManyQuestionsBack, match="asked 1 question"):
        ask_back(match_id=match.pk, by=bob, question="And which city do you have in mind?", now=NOW)


# --- the inbox ------------------------------------------------------------------------------------------------------


def test_mentors_with_a_full_inbox_are_counted():
    full, other = MentorFactory(capacity=1), MentorFactory(capacity=1)
    MatchFactory.create_batch(2, mentor=full, status="asked")
    MatchFactory(mentor=other, status="asked")
    MentorFactory(capacity=1)

    now = "1 mentor has a full inbox now."
    assert effects("inbox_per_free_place", 1)[:2] == [now, "2 mentors would have one."]
    assert effects("inbox_per_free_place", 3)[:2] == [now, "0 mentors would have one."]


@pytest.mark.django_db(transaction=True)
def test_the_copy_of_the_community_is_read_anew_after_a_change(admin_user):
    MentorFactory(capacity=1)
    with current_community(now=NOW) as before:
        assert before.limits == (2, 5)

    for code, value in (("inbox_per_free_place", 3), ("response_days", 7)):
        kind = known_kind(code)
        change_setting(code=code, value=value, was=kind.default(), reason="", by=admin_user, now=NOW)

    with current_community(now=NOW) as after:
        assert isinstance(after, Community)
        assert after is not before
        assert after.limits == limits_in_force() == (3, 7)


# --- silence ----------------------------------------------------------------------------------------------------------


def expired(mentor, count: int) -> None:
    for days in range(count):
        MatchFactory(
            mentor=mentor,
            status="expired",
            asked_at=NOW - 9 * DAY,
            ended_at=NOW - days * DAY,
            reminders_sent=2,
            silent_side="mentor",
        )


def test_mentors_who_are_one_question_from_a_pause_are_counted():
    since = {"status_since_at": NOW - 99 * DAY}
    silent, other = MentorFactory(**since), MentorFactory(**since)
    expired(silent, 2)
    expired(other, 1)
    MentorFactory(**since)
    paused = MentorFactory(status="paused", pause_cause="silence", **since)
    expired(paused, 3)
    answered = MentorFactory(**since)
    expired(answered, 2)
    MatchFactory(mentor=answered, status="declined", asked_at=NOW - 9 * DAY, ended_at=NOW)

    assert effects("silence_max", 4)[0] == "0 mentors are paused if the next question runs out as well."
    assert effects("silence_max", 3)[0] == "1 mentor is paused if the next question runs out as well."
    assert effects("silence_max", 2)[0] == "2 mentors are paused if the next question runs out as well."
    # The next question of each approved mentor is one in a row.
    assert effects("silence_max", 1)[0] == "4 mentors are paused if the next question runs out as well."
    assert effects("silence_max", 0) == [
        "Nobody is paused for silence any more.",
        "1 mentor is paused for silence, and stays so until they come back.",
    ]


def test_a_mentor_is_paused_after_as_many_as_the_setting_says(change):
    mentor = MentorFactory(status_since_at=NOW - 99 * DAY)
    change("silence_max", 1)
    match = MatchFactory(mentor=mentor, status="asked", asked_at=NOW - 6 * DAY, reminders_sent=2)

    expire_unanswered(now=match.answer_due_at)

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause) == ("paused", "silence")


# --- old requests -----------------------------------------------------------------------------------------------------


def test_old_requests_are_counted_and_asked_about(change):
    HelpRequestFactory(opened_at=NOW - 31 * DAY)
    HelpRequestFactory(opened_at=NOW - 29 * DAY)

    assert effects("still_looking_days", 30)[0].startswith("1 open request is 30 days old or older")
    assert ask_still_looking(now=NOW) == 0
    change("still_looking_days", 30)

    assert ask_still_looking(now=NOW) == 1


def test_requests_without_an_answer_are_counted_and_expire(change):
    old = HelpRequestFactory(opened_at=NOW - 90 * DAY, still_looking_at=NOW - 8 * DAY)
    HelpRequestFactory(opened_at=NOW - 90 * DAY, still_looking_at=NOW - 2 * DAY)

    assert effects("still_looking_grace_days", 7)[:2] == [
        "2 requests wait for the answer of a mentee.",
        "1 of them expires within the hour.",
    ]
    change("still_looking_grace_days", 7)

    assert expire_abandoned(now=NOW) == 1
    assert HelpRequest.objects.get(status="expired") == old


@pytest.mark.parametrize("rows", [1, 3])
def test_the_effects_take_a_constant_number_of_queries(rows, django_assert_num_queries):
    for _row in range(rows):
        MatchFactory(help_request__mentee=UserFactory(), status="asked")

    with django_assert_num_queries(14):
        for code in CODES:
            kind = known_kind(code)
            assert all(effect.words for effect in kind.affects(kind.default(), kind.most, NOW))


CODES = [
    *("open_requests_max", "asked_max", "inbox_per_free_place", "clarifications_max"),
    *("response_days", "still_looking_days", "still_looking_grace_days", "silence_max"),
]
