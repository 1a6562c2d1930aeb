"""Publishing the pairs of a draft, and taking them back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.exceptions import AboutYourself
from accounts.notifications.deliver import drain
from matching.exceptions import DraftInTheMaking, DraftIsOld, DraftNotMade, PairsNotPossible, TooLateToTakeBack
from matching.jobs.cohort_pairs import propose_published
from matching.models import NOBODY, CohortPair, HelpRequest
from matching.services.cohorts.answer import say_no, say_yes
from matching.services.cohorts.publish import publish_pairs, unpublish_pairs
from mentorship.exceptions import NotAnOrganiser
from mentorship.models import Cohort, CohortMember
from tests.factories import NOW, CohortDraftFactory, UserFactory
from tests.helpers import kinds, race
from tests.matching.pairs import closed_cohort, draft_of, member, mentor_in, proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
A_DAY = timedelta(days=1)


@pytest.fixture
def owner():
    return UserFactory(is_staff=True, role="owner", name="Olga Owner")


@pytest.fixture
def draft():
    """Two mentees with one mentor each, who is the alternate of the other, and one without a mentor."""
    cohort = closed_cohort()
    return draft_of(cohort, [mentor_in(cohort), mentor_in(cohort)], [0, 1, NOBODY], alternates=[[1], [0], []])


def publish(draft, by, mentees=None, now=NOW):
    return publish_pairs(draft_id=draft.pk, mentees=mentees, by=by, now=now)


def unpublish(draft, by, mentees=None, now=NOW):
    return unpublish_pairs(draft_id=draft.pk, mentees=mentees, by=by, now=now)


def test_all_pairs_of_a_draft_are_published_with_their_alternates(draft, owner):
    published = publish(draft, owner)

    assert (published.count, published.already, published.skipped) == (2, 0, [])
    first, second = CohortPair.objects.order_by("pk")
    assert [pair.help_request_id for pair in (first, second)] == draft.scores.requests[:2]
    assert (first.status, first.fit, first.published_by, first.published_at) == ("published", 80, owner, NOW)
    assert (first.alternates, second.alternates) == ([second.mentor_id], [first.mentor_id])


def test_some_pairs_are_published_and_the_others_later(draft, owner):
    assert publish(draft, owner, draft.scores.mentees[:1]).count == 1

    published = publish(draft, owner)

    assert (published.count, published.already, CohortPair.objects.count()) == (1, 1, 2)


def test_publishing_and_taking_back_nobody_is_refused(draft, owner):
    with pytest.raises(PairsNotPossible, match="Choose at least one pair"):
        publish(draft, owner, [])
    publish(draft, owner)

    with pytest.raises(PairsNotPossible, match="Choose at least one pair"):
        unpublish(draft, owner, [])

    assert set(CohortPair.objects.values_list("status", flat=True)) == {"published"}


def test_a_mentee_without_a_mentor_is_refused_by_name(draft, owner):
    alone = CohortMember.objects.get(pk=draft.scores.mentees[2])

    with pytest.raises(PairsNotPossible, match=f"Without a mentor in this draft: {alone.person.name}"):
        publish(draft, owner, [alone.pk])


LEFT_OUT = ["cohort_next_round"]


def told(draft):
    """Return the kinds of the messages to each mentee of a draft."""
    return [kinds(CohortMember.objects.get(pk=key).person) for key in draft.scores.mentees]


def test_a_mentee_who_is_left_out_of_all_pairs_hears_so_once_in_a_round(draft, owner):
    publish(draft, owner)
    publish(draft, owner)

    assert told(draft) == [[], [], LEFT_OUT]


def test_nobody_is_left_out_while_some_pairs_are_published(draft, owner):
    publish(draft, owner, draft.scores.mentees[:1])

    assert told(draft) == [[], [], []]


def test_a_mentee_who_is_left_out_of_the_next_round_hears_so_again(draft, owner):
    publish(draft, owner)
    later = CohortDraftFactory(
        cohort=draft.cohort, number=2, round=2, scores=draft.scores, mentor_of=[NOBODY] * 3, fits=[0] * 3
    )

    publish(later, owner)

    assert told(draft) == [[], [], LEFT_OUT * 2]


def test_a_mentee_who_is_left_out_reads_what_they_can_do_meanwhile(draft, owner, mailoutbox):
    publish(draft, owner)
    drain(now=lambda: NOW)

    person = CohortMember.objects.get(pk=draft.scores.mentees[2]).person
    [mail] = [mail for mail in mailoutbox if mail.to == [person.email]]
    assert f"{draft.cohort}: you take part in the next round" in mail.subject
    assert "You stay in it with your request" in mail.body
    assert f"/cohorts/{draft.cohort.uuid}/" in mail.body


def test_a_mentee_whose_pair_cannot_be_published_is_left_out(draft, owner):
    mentor_leaves(draft, None)

    publish(draft, owner)

    assert told(draft) == [LEFT_OUT, [], LEFT_OUT]


def test_a_mentee_who_left_is_told_nothing(draft, owner):
    leaves_cohort(draft, CohortMember.objects.get(pk=draft.scores.mentees[2]))

    publish(draft, owner)

    assert told(draft) == [[], [], []]


def test_a_mentee_whose_pair_another_admin_has_to_publish_is_not_left_out(draft):
    mentor = CohortMember.objects.get(pk=draft.scores.mentors[0]).person
    mentor.is_staff, mentor.role = True, "owner"
    mentor.save()

    publish(draft, mentor)

    assert told(draft) == [[], [], LEFT_OUT]


def test_a_mentee_whose_pair_was_taken_back_hears_that_they_are_left_out_after_it(draft, owner):
    publish(draft, owner)
    propose_published(now=NOW)
    unpublish(draft, owner, draft.scores.mentees[:1])
    edited = CohortDraftFactory(
        cohort=draft.cohort, number=2, scores=draft.scores, mentor_of=[NOBODY, 1, NOBODY], fits=[0, 8_049, 0]
    )

    publish(edited, owner)

    assert told(draft)[0] == ["cohort_next_round", "cohort_pair", "cohort_pair_over"]


def leaves_cohort(draft, member):
    CohortMember.objects.filter(pk=member.pk).update(left_at=NOW)


def mentor_leaves(draft, member):
    CohortMember.objects.filter(pk=draft.scores.mentors[0]).update(left_at=NOW)


def account_closes(draft, member):
    type(member.person).objects.filter(pk=member.person_id).update(is_active=False)


def request_is_withdrawn(draft, member):
    HelpRequest.objects.filter(mentee=member.person).update(status="withdrawn", closed_at=NOW)


def said_no(draft, member):
    proposed_pair(
        draft=draft,
        help_request=HelpRequest.objects.get(mentee=member.person),
        mentor=CohortMember.objects.get(pk=draft.scores.mentors[0]).person.mentor,
        status="declined",
    )


def has_another(draft, member):
    proposed_pair(draft=draft, help_request=HelpRequest.objects.get(mentee=member.person))


HAPPENED = {
    leaves_cohort: "{mentee} has left the cohort.",
    account_closes: "{mentee} has left the cohort.",
    mentor_leaves: "{mentor} cannot mentor in the cohort any more; {mentee} needs another mentor.",
    request_is_withdrawn: "The help request of {mentee} is withdrawn.",
    said_no: "{mentee} and {mentor} were proposed to each other before, and it came to nothing.",
    has_another: "{mentee} is together with",
}


@pytest.mark.parametrize(("happened", "sentence"), HAPPENED.items(), ids=lambda it: getattr(it, "__name__", ""))
def test_a_pair_that_cannot_be_is_skipped_with_a_sentence_and_refused_by_name(happened, sentence, draft, owner):
    mentee, mentor = (CohortMember.objects.get(pk=keys[0]) for keys in (draft.scores.mentees, draft.scores.mentors))
    happened(draft, mentee)
    names = {"mentee": mentee.person.name, "mentor": mentor.person.name}
    before = CohortPair.objects.count()

    with pytest.raises(PairsNotPossible) as refusal:
        publish(draft, owner, draft.scores.mentees[:2])
    assert (sentence.format(**names) in refusal.value.detail, CohortPair.objects.count()) == (True, before)

    published = publish(draft, owner)
    [skipped] = published.skipped
    assert (skipped.startswith(sentence.format(**names)), published.count) == (True, 1)


def test_an_older_draft_is_refused_and_says_who_made_the_newer_one(draft, owner):
    CohortDraftFactory(cohort=draft.cohort, asked_by=owner, what="Ana and Ben stay together")

    with pytest.raises(DraftIsOld, match="Olga Owner made draft 2 on 23 November 2026, 12:00 UTC: Ana and Ben stay"):
        publish(draft, owner)


def test_no_pair_is_published_while_a_newer_draft_is_made(draft, owner):
    CohortDraftFactory(cohort=draft.cohort, asked_by=owner, status="queued")

    with pytest.raises(DraftInTheMaking, match="Draft 2 is being made; Olga Owner asked for it"):
        publish(draft, owner)


def test_a_newer_draft_that_failed_does_not_count(draft, owner):
    CohortDraftFactory(cohort=draft.cohort, status="failed")

    assert publish(draft, owner).count == 2


@pytest.mark.parametrize("status", ["queued", "running", "failed"])
def test_a_draft_that_is_not_made_has_no_pairs(status, owner):
    with pytest.raises(DraftNotMade, match="so it has no pairs"):
        publish(CohortDraftFactory(status=status), owner)


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_an_admin_does_not_publish_the_own_pair(side, draft, owner):
    keys = draft.scores.mentees if side == "mentee" else draft.scores.mentors
    by = CohortMember.objects.get(pk=keys[0]).person
    type(by).objects.filter(pk=by.pk).update(is_staff=True, role="owner")
    by.refresh_from_db()

    with pytest.raises(AboutYourself):
        publish(draft, by, draft.scores.mentees[:2])
    assert not CohortPair.objects.exists()

    published = publish(draft, by)
    assert (published.count, published.skipped) == (1, ["You are one of a pair. Another admin has to publish it."])
    assert publish(draft, owner, draft.scores.mentees[:1]).count == 1


def test_an_archived_cohort_publishes_nothing(draft, owner):
    Cohort.objects.update(status="archived", archived_at=NOW)

    with pytest.raises(PairsNotPossible):
        publish(draft, owner)


@pytest.mark.parametrize("role", ["programme", "viewer", ""])
def test_an_admin_who_does_not_run_the_cohort_is_refused(role, draft):
    by = UserFactory(is_staff=bool(role), role=role)

    for act in (publish, unpublish):
        with pytest.raises(NotAnOrganiser):
            act(draft, by)


@pytest.mark.parametrize("mentees", [3, 30])
def test_publishing_needs_a_constant_number_of_queries(mentees, owner, django_assert_num_queries):
    cohort = closed_cohort()
    draft = draft_of(cohort, [mentor_in(cohort) for _index in range(mentees)], list(range(mentees)))

    with django_assert_num_queries(20):
        publish(draft, owner)


# --- places -------------------------------------------------------------------------------------------------------


def one_place(cohort, mentor):
    """Leave the mentor one place in the cohort."""
    CohortMember.objects.filter(cohort=cohort, person=mentor.user, side="mentor").update(places=1)


def test_a_place_that_was_lowered_after_the_draft_is_not_taken(owner):
    cohort = closed_cohort()
    mentor = mentor_in(cohort)
    draft = draft_of(cohort, [mentor], [0, 0])
    one_place(cohort, mentor)

    published = publish(draft, owner)

    assert (published.count, CohortPair.objects.count()) == (1, 1)
    [skipped] = published.skipped
    assert skipped.startswith(f"{mentor.user.name} has no free place any more")
    with pytest.raises(PairsNotPossible, match="no free place"):
        publish(draft, owner, draft.scores.mentees[1:])


def test_the_capacity_of_a_mentor_in_two_cohorts_is_given_once(owner):
    cohort, other = closed_cohort(), closed_cohort()
    mentor = mentor_in(cohort, capacity=1)
    member(other, mentor.user, side="mentor")
    drafts = [draft_of(one, [mentor], [0]) for one in (cohort, other)]

    assert [publish(draft, owner).count for draft in drafts] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_cohorts_that_are_published_at_once_take_the_last_place_once(owner):
    cohort, other = closed_cohort(), closed_cohort()
    mentor = mentor_in(cohort, capacity=1)
    member(other, mentor.user, side="mentor")
    one, two = (draft_of(each, [mentor], [0]) for each in (cohort, other))

    rival = race(lambda: publish(one, owner), lambda: publish(two, owner))

    assert (rival.finish().count, CohortPair.objects.count()) == (0, 1)


def test_an_alternate_does_not_take_the_place_of_somebody_whose_pair_waits_to_be_published(owner):
    cohort = closed_cohort()
    first, second = mentor_in(cohort), mentor_in(cohort)
    one_place(cohort, second)
    draft = draft_of(cohort, [first, second], [0, 1], alternates=[[1], []])
    publish(draft, owner, draft.scores.mentees[:1])
    propose_published(now=NOW)
    pair = CohortPair.objects.get()

    say_no(pair_id=pair.pk, by=first.user, now=NOW)

    assert CohortPair.objects.count() == 1
    assert publish(draft, owner, draft.scores.mentees[1:]).count == 1


def test_an_alternate_takes_a_place_that_the_draft_had_for_a_pair_that_came_to_nothing(owner):
    cohort = closed_cohort()
    first, second = mentor_in(cohort), mentor_in(cohort)
    one_place(cohort, second)
    draft = draft_of(cohort, [first, second], [0, 1], alternates=[[1], []])
    publish(draft, owner)
    propose_published(now=NOW)
    for pair in CohortPair.objects.order_by("-pk"):
        say_no(pair_id=pair.pk, by=pair.help_request.mentee, now=NOW)

    assert CohortPair.objects.filter(instead_of__isnull=False).get().mentor == second


def test_the_own_row_of_the_newest_draft_keeps_no_alternate_away(owner):
    cohort = closed_cohort()
    first, second = mentor_in(cohort), mentor_in(cohort)
    one_place(cohort, second)
    draft = draft_of(cohort, [first, second], [0], alternates=[[1]])
    publish(draft, owner)
    propose_published(now=NOW)
    pair = CohortPair.objects.get()
    CohortDraftFactory(cohort=cohort, scores=draft.scores, mentor_of=[1], fits=[8_000])

    say_no(pair_id=pair.pk, by=first.user, now=NOW)

    assert CohortPair.objects.filter(instead_of=pair).get().mentor == second


@pytest.mark.django_db(transaction=True)
def test_an_alternate_and_a_published_pair_take_the_last_place_once(owner):
    cohort, other = closed_cohort(), closed_cohort()
    first, last = mentor_in(cohort), mentor_in(cohort, capacity=1)
    member(other, last.user, side="mentor")
    pair = proposed_pair(cohort=cohort, mentor=first, alternates=[last])
    draft = draft_of(other, [last], [0])

    rival = race(lambda: say_no(pair_id=pair.pk, by=first.user, now=NOW), lambda: publish(draft, owner))

    assert (rival.finish().count, CohortPair.objects.filter(mentor=last).count()) == (0, 1)


# --- taking back --------------------------------------------------------------------------------------------------


def test_pairs_that_nobody_was_told_of_are_taken_back_in_silence(draft, owner):
    publish(draft, owner)

    assert unpublish(draft, owner, now=NOW + A_DAY - timedelta(seconds=1)).count == 2

    assert set(CohortPair.objects.values_list("status", "why_withdrawn")) == {("withdrawn", "taken_back")}
    assert [kinds(pair.mentor.user) for pair in CohortPair.objects.all()] == [[], []]


def test_people_who_were_told_get_one_message_and_unsent_ones_are_skipped(owner, mailoutbox):
    cohort = closed_cohort(name="Spring intake")
    draft = draft_of(cohort, [mentor_in(cohort)], [0])
    publish(draft, owner)
    CohortPair.objects.update(status="proposed", proposed_at=NOW, answer_due_at=NOW + 5 * A_DAY)
    pair = CohortPair.objects.get()

    unpublish(draft, owner)

    drain(now=lambda: NOW)
    assert {mail.to[0]: mail.subject for mail in mailoutbox} == dict.fromkeys(
        [pair.mentor.user.email, pair.help_request.mentee.email], "Spring intake: a proposal was taken back"
    )


def test_pairs_of_some_are_taken_back(draft, owner):
    publish(draft, owner)

    assert unpublish(draft, owner, draft.scores.mentees[1:2]).count == 1

    assert list(CohortPair.objects.order_by("pk").values_list("status", flat=True)) == ["published", "withdrawn"]


def test_those_of_the_named_whose_pair_does_not_wait_any_more_are_named(draft, owner):
    publish(draft, owner)
    first = CohortPair.objects.order_by("pk")[0]
    CohortPair.objects.filter(pk=first.pk).update(status="withdrawn", ended_at=NOW)

    taken = unpublish(draft, owner, draft.scores.mentees[:2])

    assert (taken.count, taken.skipped) == (1, [f"No pair waits for an answer any more: {first.help_request.mentee}."])


def test_pairs_taken_back_can_be_published_again(draft, owner):
    publish(draft, owner)
    unpublish(draft, owner)

    assert publish(draft, owner).count == 2


def test_an_admin_does_not_take_the_own_pair_back(draft, owner):
    publish(draft, owner)
    by = CohortMember.objects.get(pk=draft.scores.mentees[0]).person
    type(by).objects.filter(pk=by.pk).update(is_staff=True, role="owner")
    by.refresh_from_db()

    with pytest.raises(AboutYourself):
        unpublish(draft, by, draft.scores.mentees[:2])

    taken = unpublish(draft, by)
    assert (taken.count, taken.stay, taken.skipped) == (
        1,
        1,
        ["You are one of a pair. Another admin has to take it back."],
    )
    assert list(CohortPair.objects.order_by("pk").values_list("status", flat=True)) == ["published", "withdrawn"]
    with pytest.raises(AboutYourself):
        unpublish(draft, by)


def test_after_a_day_it_is_too_late(draft, owner):
    publish(draft, owner)

    with pytest.raises(TooLateToTakeBack):
        unpublish(draft, owner, now=NOW + A_DAY)

    assert set(CohortPair.objects.values_list("status", flat=True)) == {"published"}


def test_pairs_that_are_too_late_stay_and_are_named(draft, owner):
    publish(draft, owner, draft.scores.mentees[:1])
    publish(draft, owner, now=NOW + timedelta(hours=2))
    first, second = CohortPair.objects.order_by("pk")

    taken = unpublish(draft, owner, now=NOW + A_DAY + timedelta(hours=1))

    assert (taken.count, taken.stay) == (1, 1)
    assert taken.skipped == [f"Published more than a day ago, so they stay: {first.help_request.mentee.name}."]
    second.refresh_from_db()
    assert second.status == "withdrawn"


def test_an_alternate_counts_from_the_day_of_the_first_pair(owner):
    cohort = closed_cohort()
    pair = proposed_pair(cohort=cohort, alternates=[mentor_in(cohort)])
    say_no(pair_id=pair.pk, by=pair.mentor.user, now=NOW + A_DAY - timedelta(hours=1))

    with pytest.raises(TooLateToTakeBack):
        unpublish(pair.draft, owner, now=NOW + A_DAY)


def test_confirmed_pairs_stay(owner):
    pair = proposed_pair(mentor_yes_at=NOW)
    say_yes(pair_id=pair.pk, by=pair.help_request.mentee, now=NOW)

    with pytest.raises(PairsNotPossible, match="nothing to take back"):
        unpublish(pair.draft, owner)


@pytest.mark.django_db(transaction=True)
def test_two_admins_publish_the_pairs_of_a_draft_once(draft, owner):
    rival = race(lambda: publish(draft, owner), lambda: publish(draft, owner))

    published = rival.finish()
    assert (published.count, published.already, CohortPair.objects.count()) == (0, 2, 2)


def test_a_pair_that_the_worker_proposed_is_not_published_again(owner):
    cohort = closed_cohort()
    draft = draft_of(cohort, [mentor_in(cohort)], [0])
    publish(draft, owner)
    propose_published(now=NOW)

    assert publish(draft, owner).already == 1
