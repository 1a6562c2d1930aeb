"""Answering a pair of a cohort."""

from __future__ import annotations

import pytest

from accounts.models import Absence, Block
from accounts.notifications.deliver import drain
from matching.exceptions import AlreadyDone, HelpRequestNotOpen, NotYourTurn, PairNotAllowed, PairOver
from matching.models import CohortDecision, CohortPair, Match
from matching.services.cohorts.answer import say_no, say_yes
from matching.services.cohorts.publish import unpublish_pairs
from mentorship.exceptions import MentorAtCapacity
from mentorship.models import CohortMember, Mentorship
from tests.factories import NOW, GoalFactory, MentorshipFactory, UserFactory
from tests.helpers import kinds, race
from tests.matching.pairs import closed_cohort, member, mentor_in, proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
SIDES = ("mentee", "mentor")


def yes(pair, side, now=NOW):
    return say_yes(pair_id=pair.pk, by=pair.person_on(side), now=now)


def no(pair, side, now=NOW, reason=""):
    return say_no(pair_id=pair.pk, by=pair.person_on(side), now=now, reason=reason)


def owner():
    return UserFactory(is_staff=True, role="owner")


@pytest.mark.parametrize(("first", "second"), [SIDES, SIDES[::-1]])
def test_the_second_yes_begins_the_mentorship_in_either_order(first, second):
    pair = proposed_pair(fit=81)

    yes(pair, first)
    assert (Mentorship.objects.count(), kinds(pair.help_request.mentee), kinds(pair.mentor.user)) == (0, [], [])
    yes(pair, second)

    pair.refresh_from_db()
    match = Match.objects.get()
    assert (pair.status, pair.match, pair.help_request.status) == ("confirmed", match, "matched")
    assert (match.status, match.fit, match.reasons, match.ended_at) == ("accepted", 81, pair.reasons, NOW)
    assert (match.engine_version, match.mentor_reasons) == ("7", pair.mentor_reasons)
    assert (match.mentorship.mentor, match.mentorship.mentee) == (pair.mentor, pair.help_request.mentee)
    assert kinds(pair.help_request.mentee) == kinds(pair.mentor.user) == ["match_accepted"]


def test_the_mentorship_is_planned_until_the_mentorships_of_the_cohort_end():
    pair = proposed_pair(help_request__format="ongoing")
    yes(pair, "mentee")
    yes(pair, "mentor")

    assert Mentorship.objects.get().planned_end_on == pair.help_request.cohort.ends_on


def test_one_off_help_of_a_cohort_has_no_planned_end():
    pair = proposed_pair(help_request__format="one_off")
    yes(pair, "mentee")
    yes(pair, "mentor")

    assert Mentorship.objects.get().planned_end_on is None


def test_the_mails_of_the_beginning_are_the_usual_ones(mailoutbox):
    pair = proposed_pair(mentor__user__name="Bob Baker", help_request__mentee__name="Alice Archer")
    yes(pair, "mentee")
    yes(pair, "mentor")

    drain(now=lambda: NOW)

    subjects = {mail.to[0]: mail.subject for mail in mailoutbox}
    assert subjects[pair.help_request.mentee.email] == "Bob Baker said yes"
    assert subjects[pair.mentor.user.email] == "You mentor Alice Archer now"


@pytest.mark.parametrize("side", SIDES)
def test_a_second_yes_of_the_same_side_is_told_that_it_is_done(side):
    pair = proposed_pair()
    yes(pair, side)

    with pytest.raises(AlreadyDone):
        yes(pair, side)

    assert Mentorship.objects.count() == 0


def test_a_yes_to_a_confirmed_pair_is_told_that_it_is_done():
    pair = proposed_pair()
    yes(pair, "mentee")
    yes(pair, "mentor")

    with pytest.raises(AlreadyDone, match="mentorship has begun"):
        yes(pair, "mentee")


def test_somebody_else_cannot_answer():
    pair, charlie = proposed_pair(), UserFactory()

    with pytest.raises(NotYourTurn):
        say_yes(pair_id=pair.pk, by=charlie, now=NOW)
    with pytest.raises(NotYourTurn):
        say_no(pair_id=pair.pk, by=charlie, now=NOW)


@pytest.mark.parametrize("status", ["published", "declined", "expired", "withdrawn"])
@pytest.mark.parametrize("answer", [yes, no])
def test_a_pair_that_does_not_wait_takes_no_answer(answer, status):
    pair = proposed_pair(status=status)

    with pytest.raises(PairOver):
        answer(pair, "mentee")

    pair.refresh_from_db()
    assert pair.status == status


def test_a_block_in_between_refuses_the_yes_and_changes_nothing():
    pair = proposed_pair(mentee_yes_at=NOW)
    Block.objects.create(blocker=pair.help_request.mentee, blocked=pair.mentor.user)

    with pytest.raises(PairNotAllowed):
        yes(pair, "mentor")

    pair.refresh_from_db()
    assert (pair.status, pair.mentor_yes_at, Mentorship.objects.count()) == ("proposed", None, 0)


def test_a_suspended_mentor_cannot_say_yes():
    pair = proposed_pair(mentor__status="suspended")

    with pytest.raises(PairNotAllowed):
        yes(pair, "mentor")


def test_a_closed_account_of_the_other_side_refuses_the_yes():
    pair = proposed_pair(help_request__mentee__is_active=False)

    with pytest.raises(PairNotAllowed):
        yes(pair, "mentor")


def test_a_settled_goal_refuses_the_yes():
    pair = proposed_pair()
    pair.help_request.goal.move_to("dropped", at=NOW)

    with pytest.raises(HelpRequestNotOpen):
        yes(pair, "mentee")


def test_a_full_mentor_cannot_say_yes_and_nothing_changes():
    pair = proposed_pair(mentor__capacity=1)
    MentorshipFactory(mentor=pair.mentor)

    with pytest.raises(MentorAtCapacity):
        yes(pair, "mentor")

    pair.refresh_from_db()
    assert (pair.status, pair.mentor_yes_at) == ("proposed", None)


def test_the_second_yes_of_a_mentee_to_a_full_mentor_changes_nothing():
    pair = proposed_pair(mentor__capacity=1, mentor__user__name="Bob Baker", mentor_yes_at=NOW)
    MentorshipFactory(mentor=pair.mentor)

    with pytest.raises(MentorAtCapacity, match="Bob Baker has no free place any more"):
        yes(pair, "mentee")

    pair.refresh_from_db()
    assert (pair.status, pair.mentee_yes_at, pair.help_request.status) == ("proposed", None, "open")


# --- no -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "other"), [SIDES, SIDES[::-1]])
def test_a_no_tells_the_other_side_and_no_reason(side, other, mailoutbox):
    pair = proposed_pair(mentee_yes_at=NOW)

    no(pair, side, reason="other_fits_better")

    pair.refresh_from_db()
    assert (pair.status, pair.declined_by, pair.decline_reason) == ("declined", side, "other_fits_better")
    assert (kinds(pair.person_on(side)), kinds(pair.person_on(other))) == ([], ["cohort_pair_over"])
    drain(now=lambda: NOW)
    [mail] = mailoutbox
    assert "it does not work out this time" in mail.subject
    assert [words for words in ("fits better", "said no", "declined", "no time") if words in mail.body] == []


def test_a_no_without_a_reason_is_a_no():
    pair = proposed_pair()

    assert no(pair, "mentor").decline_reason == ""


def test_a_yes_that_waits_can_become_a_no():
    pair = proposed_pair(mentee_yes_at=NOW)

    assert no(pair, "mentee").status == "declined"


def test_a_second_no_is_told_that_it_is_done():
    pair = proposed_pair()
    no(pair, "mentor")

    with pytest.raises(AlreadyDone):
        no(pair, "mentor")
    with pytest.raises(PairOver):
        no(pair, "mentee")


@pytest.mark.parametrize("side", SIDES)
def test_a_no_publishes_the_first_alternate_and_keeps_the_second(side):
    cohort = closed_cohort()
    kept = [mentor_in(cohort), mentor_in(cohort)]
    pair = proposed_pair(cohort=cohort, alternates=kept)

    no(pair, side)

    instead = CohortPair.objects.get(instead_of=pair)
    assert (instead.status, instead.mentor, instead.help_request) == ("published", kept[0], pair.help_request)
    assert (instead.alternates, instead.draft_id, instead.published_at) == ([kept[1].pk], pair.draft_id, NOW)


def left(mentor, pair):
    CohortMember.objects.filter(person=mentor.user).update(left_at=NOW)


def forbidden(mentor, pair):
    members = pair.help_request.cohort.members
    CohortDecision.objects.create(
        mentee=members.get(person=pair.help_request.mentee),
        mentor=members.get(person=mentor.user),
        kind="ban",
        decided_at=NOW,
    )


def blocked(mentor, pair):
    Block.objects.create(blocker=mentor.user, blocked=pair.help_request.mentee)


def paused(mentor, pair):
    type(mentor).objects.filter(pk=mentor.pk).update(status="paused", pause_cause="own_wish")


def without_places(mentor, pair):
    proposed_pair(cohort=pair.help_request.cohort, mentor=mentor)
    CohortMember.objects.filter(person=mentor.user).update(places=1)


def promised_elsewhere(mentor, pair):
    type(mentor).objects.filter(pk=mentor.pk).update(capacity=1)
    proposed_pair(mentor=mentor)


def busy(mentor, pair):
    type(mentor).objects.filter(pk=mentor.pk).update(capacity=1)
    MentorshipFactory(mentor=mentor)


@pytest.mark.parametrize(
    "happened", [left, forbidden, blocked, paused, without_places, promised_elsewhere, busy], ids=lambda it: it.__name__
)
def test_an_alternate_who_cannot_any_more_is_passed_over(happened):
    cohort = closed_cohort()
    first, second = mentor_in(cohort), mentor_in(cohort)
    pair = proposed_pair(cohort=cohort, alternates=[first, second])
    happened(first, pair)

    no(pair, "mentor")

    instead = CohortPair.objects.get(instead_of=pair)
    assert (instead.mentor, instead.alternates) == (second, [])


def test_an_alternate_who_is_away_for_some_days_is_proposed():
    cohort = closed_cohort()
    kept = mentor_in(cohort)
    pair = proposed_pair(cohort=cohort, alternates=[kept])
    Absence.objects.create(profile=kept.user.profile, from_on=NOW.date(), until_on=NOW.date())

    no(pair, "mentor")

    assert CohortPair.objects.get(instead_of=pair).mentor == kept


def test_a_mentor_who_was_tried_in_the_cohort_is_not_proposed_again():
    cohort = closed_cohort()
    tried = mentor_in(cohort)
    pair = proposed_pair(cohort=cohort, alternates=[tried])
    proposed_pair(cohort=closed_cohort(), help_request=pair.help_request, mentor=tried, status="declined")

    no(pair, "mentor")

    assert not CohortPair.objects.filter(instead_of=pair).exists()


def test_a_mentee_without_an_alternate_hears_of_the_next_round(mailoutbox):
    pair = proposed_pair()

    no(pair, "mentor")
    drain(now=lambda: NOW)

    [mail] = mailoutbox
    assert "You take part in the next round of the cohort" in " ".join(mail.body.split())


def test_a_mentee_with_an_alternate_hears_of_another_mentor(mailoutbox):
    cohort = closed_cohort()
    pair = proposed_pair(cohort=cohort, alternates=[mentor_in(cohort)])

    no(pair, "mentor")
    drain(now=lambda: NOW)

    [mail] = mailoutbox
    assert "Another mentor is proposed to you instead" in " ".join(mail.body.split())


# --- races --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_yeses_at_once_begin_one_mentorship():
    pair = proposed_pair()

    rival = race(lambda: yes(pair, "mentee"), lambda: yes(pair, "mentor"))

    rival.finish()
    pair.refresh_from_db()
    assert (pair.status, Mentorship.objects.count()) == ("confirmed", 1)


@pytest.mark.django_db(transaction=True)
def test_a_no_comes_before_a_yes_of_the_other_side():
    pair = proposed_pair(mentor_yes_at=NOW)

    rival = race(lambda: no(pair, "mentor"), lambda: yes(pair, "mentee"))

    with pytest.raises(PairOver):
        rival.finish()
    assert Mentorship.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_yes_waits_for_the_pair_to_be_taken_back():
    pair, by = proposed_pair(mentor_yes_at=NOW), owner()

    rival = race(
        lambda: unpublish_pairs(draft_id=pair.draft_id, mentees=None, by=by, now=NOW), lambda: yes(pair, "mentee")
    )

    with pytest.raises(PairOver):
        rival.finish()
    assert Mentorship.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_taking_back_waits_for_the_second_yes():
    pair, by = proposed_pair(mentor_yes_at=NOW), owner()
    other = proposed_pair(draft=pair.draft, cohort=pair.help_request.cohort)

    rival = race(
        lambda: yes(pair, "mentee"), lambda: unpublish_pairs(draft_id=pair.draft_id, mentees=None, by=by, now=NOW)
    )

    assert rival.finish().count == 1
    statuses = dict(CohortPair.objects.values_list("pk", "status"))
    assert statuses == {pair.pk: "confirmed", other.pk: "withdrawn"}


@pytest.mark.django_db(transaction=True)
def test_two_mentees_at_once_take_the_last_place_of_a_mentor_once():
    cohort = closed_cohort()
    mentor = mentor_in(cohort, capacity=1)
    first, second = (proposed_pair(cohort=cohort, mentor=mentor, mentor_yes_at=NOW) for _ in range(2))

    rival = race(lambda: yes(first, "mentee"), lambda: yes(second, "mentee"))

    with pytest.raises(MentorAtCapacity):
        rival.finish()
    second.refresh_from_db()
    assert (second.status, second.mentee_yes_at, Mentorship.objects.count()) == ("proposed", None, 1)


@pytest.mark.django_db(transaction=True)
def test_two_nos_at_once_fill_the_last_place_of_an_alternate_once():
    cohort = closed_cohort()
    kept = mentor_in(cohort, capacity=1)
    first, second = (proposed_pair(cohort=cohort, alternates=[kept]) for _ in range(2))

    race(lambda: no(first, "mentor"), lambda: no(second, "mentor")).finish()

    [instead] = CohortPair.objects.filter(mentor=kept)
    assert instead.instead_of == first


def test_a_request_of_another_goal_does_not_stand_in_the_way():
    pair = proposed_pair()
    MentorshipFactory(mentor=pair.mentor, goal=GoalFactory(mentee=pair.help_request.mentee))
    member(closed_cohort(), pair.help_request.mentee)
    yes(pair, "mentee")

    yes(pair, "mentor")

    assert Mentorship.objects.count() == 2
