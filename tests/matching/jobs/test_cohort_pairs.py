"""Pairs of cohorts and the worker: proposed, reminded of, expired, and ended if they cannot be any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction

from accounts.models import Absence, Block, User
from accounts.notifications.deliver import drain
from matching.jobs.close import withdraw_without_goal
from matching.jobs.cohort_pairs import end_impossible_pairs, expire_pairs, propose_published, remind_of_pairs
from matching.models import CohortPair, HelpRequest
from matching.services.cohorts.answer import say_yes
from matching.services.withdraw import withdraw_help_request
from mentorship.models import CohortMember
from tests.factories import NOW, MentorshipFactory
from tests.helpers import Rival, kinds, race
from tests.matching.pairs import closed_cohort, mentor_in, proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
HOUR = timedelta(hours=1)
DUE = NOW + settings.RESPONSE_WINDOW


def published(**facts):
    return proposed_pair(**{"status": "published", "reasons": [], "mentor_reasons": []} | facts)


def messages(pair):
    return kinds(pair.help_request.mentee), kinds(pair.mentor.user)


def text_to(person, mailoutbox, now=NOW):
    drain(now=lambda: now)
    [body] = [mail.body for mail in mailoutbox if mail.to == [person.email]]
    return " ".join(body.split())


# --- proposing ----------------------------------------------------------------------------------------------------


def test_a_published_pair_is_proposed_to_both_with_the_reasons_of_now():
    pair = published(fit=64, help_request__needs=["python"], mentor__teaches=["python"])

    assert propose_published(now=NOW) == 1

    pair.refresh_from_db()
    assert (pair.status, pair.proposed_at, pair.answer_due_at, pair.fit) == ("proposed", NOW, DUE, 64)
    assert pair.reasons
    assert pair.mentor_reasons
    assert messages(pair) == (["cohort_pair"], ["cohort_pair"])


def test_a_second_run_proposes_nothing_again():
    published()
    propose_published(now=NOW)

    assert propose_published(now=NOW) == 0


def test_both_read_who_is_proposed(mailoutbox):
    pair = published(
        cohort=closed_cohort(name="Spring intake"),
        mentor__user__name="Bob Baker",
        help_request__mentee__name="Alice Archer",
        help_request__ask="Go through my CV.",
    )
    propose_published(now=NOW)

    assert "Bob Baker is proposed as your mentor in the cohort “Spring intake”" in text_to(
        pair.help_request.mentee, mailoutbox
    )
    to_mentor = text_to(pair.mentor.user, mailoutbox)
    assert "Alice Archer is proposed as your mentee in the cohort “Spring intake”" in to_mentor
    assert "The ask: Go through my CV." in to_mentor


def test_a_pair_whose_facts_changed_is_not_proposed_and_its_alternate_is_published():
    cohort = closed_cohort()
    kept = mentor_in(cohort)
    pair = published(cohort=cohort, alternates=[kept], mentor__formats=["one_off"])

    assert propose_published(now=NOW) == 1

    pair.refresh_from_db()
    instead = CohortPair.objects.get(instead_of=pair)
    assert (pair.status, pair.why_withdrawn, messages(pair)[1]) == ("withdrawn", "not_possible", [])
    assert (instead.status, instead.mentor) == ("proposed", kept)


def test_an_alternate_gets_its_fit_when_it_is_proposed():
    pair = published(fit=0, instead_of=proposed_pair(status="declined"))

    propose_published(now=NOW)

    pair.refresh_from_db()
    assert pair.fit > 0


def test_a_mentee_who_waits_for_an_alternate_hears_that_there_is_none(mailoutbox):
    pair = published(instead_of=proposed_pair(status="declined"), mentor__formats=["one_off"])

    propose_published(now=NOW)

    assert messages(pair) == (["cohort_next_round"], [])
    assert "You stay in it with your request" in text_to(pair.help_request.mentee, mailoutbox)


def test_a_mentee_whose_first_pair_fails_before_anybody_reads_of_it_hears_that_nobody_is_found_yet():
    pair = published(mentor__formats=["one_off"])

    propose_published(now=NOW)

    assert messages(pair) == (["cohort_next_round"], [])


def test_somebody_who_is_away_for_some_days_is_proposed():
    pair = published()
    Absence.objects.create(profile=pair.mentor.user.profile, from_on=NOW.date(), until_on=NOW.date())

    assert propose_published(now=NOW) == 1
    pair.refresh_from_db()
    assert pair.status == "proposed"


def test_a_pair_that_fails_leaves_the_others(monkeypatch):
    broken, good = published(), published()
    HelpRequest.objects.filter(pk=broken.help_request_id).update(minutes=15)
    honest = CohortPair.move_to

    def fail(pair, status, *, at):
        if pair.pk == broken.pk:
            raise RuntimeError("a worker dies")
        honest(pair, status, at=at)

    monkeypatch.setattr(CohortPair, "move_to", fail)
    assert propose_published(now=NOW) == 1
    monkeypatch.undo()

    broken.refresh_from_db()
    assert (broken.status, messages(broken)) == ("published", ([], []))
    assert propose_published(now=NOW) == 1
    assert messages(good) == messages(broken) == (["cohort_pair"], ["cohort_pair"])


# --- reminders and the deadline -----------------------------------------------------------------------------------


def test_a_side_that_has_not_answered_is_reminded_twice():
    pair = proposed_pair()
    say_yes(pair_id=pair.pk, by=pair.mentor.user, now=NOW)

    assert [remind_of_pairs(now=NOW + hours * HOUR) for hours in (47, 48, 95, 96, 119)] == [0, 1, 0, 1, 0]

    assert messages(pair) == (["cohort_pair_reminder"] * 2, [])


def test_a_late_sweep_sends_the_last_reminder_only(mailoutbox):
    pair = proposed_pair(mentor_yes_at=NOW)

    remind_of_pairs(now=NOW + 100 * HOUR)

    assert "This is the last reminder." in text_to(pair.help_request.mentee, mailoutbox, now=NOW + 100 * HOUR)


def test_two_who_are_kept_apart_are_not_reminded():
    pair = proposed_pair()
    Block.objects.create(blocker=pair.mentor.user, blocked=pair.help_request.mentee)

    assert remind_of_pairs(now=NOW + 48 * HOUR) == 0


def test_a_pair_expires_with_its_deadline_and_both_are_told(mailoutbox):
    pair = proposed_pair(mentee_yes_at=NOW)

    assert (expire_pairs(now=DUE - HOUR), expire_pairs(now=DUE + HOUR)) == (0, 1)

    pair.refresh_from_db()
    assert (pair.status, pair.ended_at) == ("expired", DUE)
    assert "The time for your answer ran out." in text_to(pair.mentor.user, mailoutbox, now=DUE + HOUR)
    [mentee] = [mail.body for mail in mailoutbox if mail.to == [pair.help_request.mentee.email]]
    assert "It does not work out with the two of you this time." in mentee
    assert "next round" in mentee


@pytest.mark.parametrize(("mentee_yes_at", "alternates"), [(NOW, 1), (None, 0)])
def test_a_silent_mentor_is_replaced_and_a_silent_mentee_waits_for_the_next_round(mentee_yes_at, alternates):
    cohort = closed_cohort()
    pair = proposed_pair(cohort=cohort, alternates=[mentor_in(cohort)], mentee_yes_at=mentee_yes_at)

    expire_pairs(now=DUE)

    assert CohortPair.objects.filter(instead_of=pair).count() == alternates


@pytest.mark.django_db(transaction=True)
def test_an_answer_at_the_deadline_is_left_alone():
    pair = proposed_pair(mentor_yes_at=NOW)

    with transaction.atomic():
        say_yes(pair_id=pair.pk, by=pair.help_request.mentee, now=DUE)
        assert Rival(lambda: expire_pairs(now=DUE)).finish() == 0

    pair.refresh_from_db()
    assert pair.status == "confirmed"


# --- pairs that cannot be -----------------------------------------------------------------------------------------


def mentee_leaves_cohort(pair):
    CohortMember.objects.filter(person=pair.help_request.mentee).update(left_at=NOW)


def mentor_leaves_cohort(pair):
    CohortMember.objects.filter(person=pair.mentor.user).update(left_at=NOW)


def mentee_leaves(pair):
    User.objects.filter(pk=pair.help_request.mentee_id).update(is_active=False)


def mentor_is_suspended(pair):
    type(pair.mentor).objects.filter(pk=pair.mentor_id).update(status="suspended")


def mentee_blocks(pair):
    Block.objects.create(blocker=pair.help_request.mentee, blocked=pair.mentor.user)


def mentor_is_full(pair):
    type(pair.mentor).objects.filter(pk=pair.mentor_id).update(capacity=1)
    MentorshipFactory(mentor=pair.mentor)


OVER = ["cohort_pair_over"]
# The event, and the messages to mentee and mentor.
ENDS = {
    mentee_leaves_cohort: ([], OVER),
    mentor_leaves_cohort: (OVER, []),
    mentee_leaves: ([], OVER),
    mentor_is_suspended: (OVER, OVER),
    mentee_blocks: (OVER, OVER),
    mentor_is_full: (OVER, OVER),
}


@pytest.mark.parametrize(("happened", "told"), ENDS.items(), ids=lambda it: getattr(it, "__name__", ""))
def test_a_pair_that_cannot_be_any_more_ends_and_the_other_side_is_told(happened, told):
    pair = proposed_pair()
    proposed_pair()
    happened(pair)

    assert (expire_pairs(now=DUE - HOUR), end_impossible_pairs(now=NOW)) == (0, 1)

    pair.refresh_from_db()
    assert (pair.status, pair.why_withdrawn) == ("withdrawn", "not_possible")
    assert messages(pair) == told


@pytest.mark.parametrize("happened", [mentee_blocks, mentor_is_suspended, mentor_is_full])
def test_the_message_does_not_say_why(happened, mailoutbox):
    pair = proposed_pair()
    happened(pair)
    end_impossible_pairs(now=NOW)

    assert "It does not work out with the two of you this time." in text_to(pair.help_request.mentee, mailoutbox)


def place_is_promised(pair):
    type(pair.mentor).objects.filter(pk=pair.mentor_id).update(capacity=2)
    proposed_pair(mentor=pair.mentor)
    MentorshipFactory(mentor=pair.mentor)
    Block.objects.create(blocker=pair.help_request.mentee, blocked=pair.mentor.user)


FREE_AGAIN = "Your place is free again"


@pytest.mark.parametrize(
    ("happened", "is_free"),
    [(mentee_leaves_cohort, True), (mentor_is_full, False), (place_is_promised, False)],
    ids=lambda it: getattr(it, "__name__", ""),
)
def test_a_mentor_reads_of_a_free_place_only_if_there_is_one(happened, is_free, mailoutbox):
    pair = proposed_pair()
    happened(pair)
    end_impossible_pairs(now=NOW)

    assert (FREE_AGAIN in text_to(pair.mentor.user, mailoutbox)) == is_free


def test_a_mentee_gets_the_alternate_of_a_mentor_who_left():
    cohort = closed_cohort()
    pair = proposed_pair(cohort=cohort, alternates=[mentor_in(cohort)])
    mentor_leaves_cohort(pair)

    end_impossible_pairs(now=NOW)

    assert CohortPair.objects.get(instead_of=pair).status == "published"


def test_a_mentee_who_left_gets_no_alternate():
    cohort = closed_cohort()
    pair = proposed_pair(cohort=cohort, alternates=[mentor_in(cohort)])
    mentee_leaves_cohort(pair)

    end_impossible_pairs(now=NOW)

    assert not CohortPair.objects.filter(instead_of=pair).exists()


def test_withdrawing_the_request_ends_the_pair_and_tells_the_mentor(mailoutbox):
    pair = proposed_pair()

    withdraw_help_request(help_request_id=pair.help_request_id, by=pair.help_request.mentee, now=NOW)

    pair.refresh_from_db()
    assert (pair.status, pair.why_withdrawn, messages(pair)) == ("withdrawn", "request_over", ([], OVER))
    assert "The mentee does not look for a mentor in this cohort any more." in text_to(pair.mentor.user, mailoutbox)


def test_a_goal_that_was_dropped_ends_the_pair():
    pair = proposed_pair()
    pair.help_request.goal.move_to("dropped", at=NOW)

    assert withdraw_without_goal(now=NOW) == 1

    pair.refresh_from_db()
    assert (pair.status, messages(pair)) == ("withdrawn", ([], OVER))


def test_a_request_that_was_archived_ends_the_pair():
    pair = proposed_pair()
    HelpRequest.objects.update(status="expired", closed_at=NOW)

    assert end_impossible_pairs(now=NOW) == 1

    pair.refresh_from_db()
    assert (pair.why_withdrawn, messages(pair)) == ("request_over", ([], OVER))


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_the_second_yes_wait_for_each_other():
    pair = proposed_pair(mentor_yes_at=NOW)
    mentee = pair.help_request.mentee

    rival = race(
        lambda: withdraw_help_request(help_request_id=pair.help_request_id, by=mentee, now=NOW),
        lambda: say_yes(pair_id=pair.pk, by=mentee, now=NOW),
    )

    with pytest.raises(Exception, match="does not wait for an answer any more"):
        rival.finish()
