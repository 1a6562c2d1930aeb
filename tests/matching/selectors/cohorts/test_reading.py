"""The people, places, rules and decisions that a draft of a cohort is made from."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from accounts.models import Absence, Block, MentorProfile, NotSamePerson
from matching.engine.assignment import check_certificate
from matching.exceptions import EditNotPossible
from matching.models import CohortDecision
from matching.selectors.cohorts.drafts import reasons_of_pair
from matching.selectors.cohorts.findings import findings_of
from matching.selectors.cohorts.kept import assignment_of
from matching.selectors.cohorts.report import left_out_rows
from matching.services.cohorts.drafts import edit_draft
from mentorship.models import Cohort, CohortMember
from tests.factories import NOW, CohortMemberFactory, MatchFactory, MentorshipFactory, SessionFactory, UserFactory
from tests.matching.cohorts import closed_cohort, codes, made_draft, mentee_in, mentor_in, names_in, publish, sentence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def cohort():
    """Return a closed cohort of two mentees and two mentors."""
    cohort = closed_cohort()
    for name in ("Ann Able", "Bea Best"):
        mentee_in(cohort, name)
    for name in ("Max Main", "Moe Most"):
        mentor_in(cohort, name)
    return cohort


# --- reading ----------------------------------------------------------------------------------------------


def test_the_result_that_is_kept_is_proven_anew(cohort, admin_user):
    draft = made_draft(cohort, admin_user, policy="balanced")

    kept = assignment_of(draft)

    assert check_certificate(kept.certificate, kept.problem) == []
    assert kept.value.matched == 2


@pytest.mark.parametrize("policy", Cohort.Policy.values)
def test_every_policy_and_both_sides_make_a_draft(cohort, admin_user, policy):
    assert made_draft(cohort, admin_user, policy=policy, both_sides=True).status == "done"


def test_people_who_are_not_here_are_not_matched(cohort, admin_user):
    mentee_in(cohort, "Gone Girl", left_at=NOW)
    mentee_in(cohort, "Shy Sam", asks=False)
    gone = mentee_in(cohort, "Deactivated Dan").person
    gone.is_active = False
    gone.save()
    mentor_in(cohort, "Paused Pat", status="paused")
    mentee_in(closed_cohort(), "Other Olga")

    draft = made_draft(cohort, admin_user)

    assert (len(draft.scores.mentees), len(draft.scores.mentors)) == (2, 2)
    assert sentence(draft, "mentees_without_request").startswith(
        "Mentees without a help request for this cohort: 1 (Shy Sam)."
    )
    assert "Paused Pat" in sentence(draft, "mentors_not_available")


def test_questions_of_the_open_community_hold_no_mentor_back(cohort, admin_user, change):
    change("inbox_per_free_place", 1)
    mentor = CohortMember.objects.get(person__name="Max Main").person.mentor
    MatchFactory(mentor=mentor, status="asked")

    assert len(names_in(made_draft(cohort, admin_user))) == 2


def away(mentor: MentorProfile) -> None:
    Absence.objects.create(profile=mentor.user.profile, from_on=NOW.date(), until_on=NOW.date())


def without_hours(mentor: MentorProfile) -> None:
    MentorProfile.objects.filter(pk=mentor.pk).update(monthly_hours=1, capacity=9)
    SessionFactory(mentorship__mentor=mentor, status="held", minutes=60)


@pytest.mark.parametrize("happened", [away, without_hours], ids=lambda it: it.__name__)
def test_mentors_who_have_no_time_for_some_days_are_matched(two, admin_user, happened):
    cohort, _mentee, mentor = two
    happened(mentor.person.mentor)

    draft = made_draft(cohort, admin_user)

    assert names_in(draft) == {"Ann Able": "Max Main"}
    assert reasons_of_pair(draft, draft.scores.mentees[0], now=NOW) is not None


def test_a_cohort_without_people_says_so(admin_user):
    draft = made_draft(closed_cohort(), admin_user)

    assert (draft.status, codes(draft)) == ("failed", {"no_mentees", "no_mentors"})
    assert draft.failure == " ".join(found.sentence for found in findings_of(draft))


def test_a_draft_without_any_eligible_mentor_fails(admin_user):
    cohort = closed_cohort()
    mentee_in(cohort, "Fay French", request={"languages": ["fr"]})
    mentor_in(cohort, "Max Main")

    draft = made_draft(cohort, admin_user)

    assert draft.status == "failed"
    assert "No mentor is eligible for any mentee" in draft.failure


def test_somebody_left_out_reads_which_rule_alone_is_in_the_way(cohort, admin_user):
    mentee_in(cohort, "Fay French", request={"languages": ["fr"]})

    draft = made_draft(cohort, admin_user)

    [row] = left_out_rows(draft)
    assert (row.mentee, row.reason) == ("Fay French", "no_eligible_mentor")
    assert row.sentence.startswith("No mentor of this cohort passes the hard rules. Without one of these,")
    assert "(mentors: 2)" in row.sentence


def test_a_circle_of_managers_stops_it_with_their_names(cohort, admin_user):
    ann, bea = CohortMember.objects.filter(side="mentee").order_by("pk")
    CohortMember.objects.filter(pk=ann.pk).update(manager=bea.person)
    CohortMember.objects.filter(pk=bea.pk).update(manager=ann.person)

    draft = made_draft(cohort, admin_user)

    assert draft.status == "failed"
    assert draft.failure == (
        "Some people manage each other in a circle: Ann Able and Bea Best. Correct their managers."
    )


@pytest.mark.parametrize("left", [["Ann Able"], ["Ann Able", "Bea Best"]])
def test_a_circle_with_somebody_who_left_stops_nothing(left, cohort, admin_user):
    ann, bea = CohortMember.objects.filter(side="mentee").order_by("pk")
    mentee_in(cohort, "Cem Calm")
    CohortMember.objects.filter(pk=ann.pk).update(manager=bea.person)
    CohortMember.objects.filter(pk=bea.pk).update(manager=ann.person)
    CohortMember.objects.filter(person__name__in=left).update(left_at=NOW)

    assert made_draft(cohort, admin_user).status == "done"


# --- rules of the cohort ----------------------------------------------------------------------------------


@pytest.fixture
def two():
    """Return a closed cohort of one mentee and one mentor."""
    cohort = closed_cohort()
    return cohort, mentee_in(cohort, "Ann Able"), mentor_in(cohort, "Max Main")


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_both_managers_of_somebody_on_both_sides_count(side, admin_user):
    cohort = closed_cohort()
    boss = mentor_in(cohort, "Max Main").person
    managers = {"mentee": UserFactory(), "mentor": UserFactory()} | {side: boss}
    both = mentor_in(cohort, "Ann Able", manager=managers["mentor"]).person
    mentee_in(cohort, "Ann Able", person=both, manager=managers["mentee"])

    assert codes(made_draft(cohort, admin_user)) >= {"nobody_eligible"}


def test_two_of_one_department_are_not_matched_whatever_its_spelling(two, admin_user):
    cohort, mentee, mentor = two
    for member, department in ((mentee, "Data  science"), (mentor, " data Science ")):
        member.person.profile.department = department
        member.person.profile.save()
    assert made_draft(cohort, admin_user).status == "done"
    Cohort.objects.update(different_department=True)

    assert codes(made_draft(cohort, admin_user)) >= {"nobody_eligible"}


def test_nobody_is_matched_with_the_manager_of_their_manager(two, admin_user):
    cohort, mentee, mentor = two
    middle = UserFactory()
    CohortMember.objects.filter(pk=mentee.pk).update(manager=middle)
    CohortMemberFactory(cohort=cohort, person=middle, manager=mentor.person, left_at=NOW)

    assert codes(made_draft(cohort, admin_user)) >= {"nobody_eligible"}

    Cohort.objects.update(outside_reporting_line=False)
    assert made_draft(cohort, admin_user).status == "done"


@pytest.mark.parametrize("left_out", ["as mentee", "as mentor"])
def test_both_managers_of_somebody_above_count(two, admin_user, left_out):
    cohort, mentee, mentor = two
    middle = UserFactory()
    CohortMember.objects.filter(pk=mentee.pk).update(manager=middle)
    managers = {"as mentee": mentor.person, "as mentor": UserFactory()}
    if left_out == "as mentor":
        managers = {"as mentee": managers["as mentor"], "as mentor": mentor.person}
    CohortMemberFactory(cohort=cohort, person=middle, manager=managers["as mentee"], left_at=NOW)
    CohortMemberFactory(
        cohort=cohort, person=middle, side="mentor", places=1, manager=managers["as mentor"], left_at=NOW
    )

    assert codes(made_draft(cohort, admin_user)) >= {"nobody_eligible"}

    Cohort.objects.update(outside_reporting_line=False)
    assert made_draft(cohort, admin_user).status == "done"


def test_mentors_without_a_free_place_are_named(two, admin_user):
    cohort, _mentee, _mentor = two
    full = mentor_in(cohort, "Fay Full", places=1, capacity=1)
    MentorshipFactory(mentor=full.person.mentor)

    draft = made_draft(cohort, admin_user)

    assert sentence(draft, "mentors_full") == (
        "Mentors in the cohort without a free place, since their capacity is full: 1 (Fay Full). They get nobody until "
        "it is raised or a mentorship ends."
    )


def test_mentors_who_got_all_their_mentees_here_are_not_named(cohort, admin_user):
    publish(made_draft(cohort, admin_user), "Ann Able")

    assert "mentors_full" not in codes(made_draft(cohort, admin_user))


def test_a_block_of_another_account_of_a_person_keeps_apart(two, admin_user):
    cohort, mentee, mentor = two
    twin = UserFactory(name="Able Ann")
    Block.objects.create(blocker=twin, blocked=mentor.person, created_at=NOW)

    assert codes(made_draft(cohort, admin_user)) >= {"nobody_eligible"}

    NotSamePerson.objects.create(first=mentee.person, second=twin, said_at=NOW)
    assert made_draft(cohort, admin_user).status == "done"


def test_two_accounts_that_may_be_one_person_are_found(cohort, admin_user):
    mentee_in(cohort, "Able Ann")

    draft = made_draft(cohort, admin_user)

    assert sentence(draft, "mentee_twice").startswith("2 mentees may be the same person: Ann Able and Able Ann.")


# --- places, rounds, decisions ----------------------------------------------------------------------------


def test_places_are_counted_once_with_the_open_community(admin_user):
    cohort = closed_cohort()
    mentee_in(cohort, "Ann Able")
    one = mentor_in(cohort, "Max Main", places=3, capacity=4, active_elsewhere=2)
    other = mentor_in(cohort, "Moe Most", places=1, capacity=4)
    MentorshipFactory(mentor=one.person.mentor)

    draft = made_draft(cohort, admin_user)

    assert dict(zip(draft.scores.mentors, draft.scores.places, strict=True)) == {one.pk: 1, other.pk: 1}


def test_a_second_round_is_for_those_who_stayed_free_and_bans_pairs_that_ended(cohort, admin_user):
    draft = made_draft(cohort, admin_user)
    publish(draft, "Ann Able")
    ended = publish(draft, "Bea Best", "declined")
    mentor_in(cohort, "May More")

    again = made_draft(cohort, admin_user)

    assert (again.round, names_in(again)) == (2, {"Bea Best": "May More"})
    assert again.bans == [[again.scores.mentees[0], CohortMember.objects.get(person=ended.mentor.user).pk]]
    # The place of the mentor who waits for Ann is taken.
    assert sorted(again.scores.places) == [0, 1, 1]


def test_a_pair_that_was_taken_back_counts_as_nothing(cohort, admin_user):
    draft = made_draft(cohort, admin_user)
    publish(draft, "Ann Able", "withdrawn")

    again = made_draft(cohort, admin_user)

    assert (again.round, len(names_in(again)), again.bans) == (1, 2, [])


def test_a_published_pair_stays_together_in_an_edit_and_can_not_be_edited(cohort, admin_user):
    draft = made_draft(cohort, admin_user)
    publish(draft, "Ann Able")
    before = names_in(draft)
    people = {member.person.name: member.pk for member in CohortMember.objects.select_related("person")}

    pair = (people["Bea Best"], people[before["Bea Best"]])
    edited = edit_draft(draft_id=draft.pk, forbid=[pair], reason="", by=admin_user, now=LATER)

    assert names_in(edited) == {"Ann Able": before["Ann Able"]}
    pair = (people["Ann Able"], people[before["Ann Able"]])
    with pytest.raises(EditNotPossible, match=f"Ann Able has been proposed to {before['Ann Able']}"):
        edit_draft(draft_id=edited.pk, release=[pair], reason="", by=admin_user, now=LATER)


def test_a_pin_of_somebody_who_left_is_found_and_kept(cohort, admin_user):
    mentee, other = CohortMember.objects.filter(side="mentee").order_by("pk")
    mentor = CohortMember.objects.filter(side="mentor").earliest("pk")
    CohortDecision.objects.create(mentee=mentee, mentor=mentor, kind="pin", by=admin_user, decided_at=NOW)
    mentee.left_at = NOW
    mentee.save()

    draft = made_draft(cohort, admin_user)

    assert (draft.status, draft.scores.mentees) == ("done", [other.pk])
    assert sentence(draft, "pin_left").startswith("Ann Able and Max Main are pinned, but one of the two has left")
    assert CohortDecision.objects.count() == 1


def test_a_pin_against_a_rule_that_may_be_told_names_it_alone(two, admin_user):
    cohort, mentee, mentor = two
    mentor_in(cohort, "Moe Most")
    CohortMember.objects.filter(pk=mentee.pk).update(manager=mentor.person)
    CohortDecision.objects.create(mentee=mentee, mentor=mentor, kind="pin", by=admin_user, decided_at=NOW)
    Block.objects.create(blocker=mentee.person, blocked=mentor.person, created_at=NOW)

    draft = made_draft(cohort, admin_user)

    assert draft.failure == (
        "Ann Able is pinned to Max Main against a rule of the cohort: one of the two manages the other, directly or "
        "through others. Remove the pin, or the rule."
    )


def test_a_pin_of_two_who_are_kept_apart_stops_it_and_does_not_tell(two, admin_user):
    cohort, mentee, mentor = two
    other = mentor_in(cohort, "Moe Most")
    CohortDecision.objects.create(mentee=mentee, mentor=mentor, kind="pin", by=admin_user, decided_at=NOW)
    Block.objects.create(blocker=mentee.person, blocked=mentor.person, created_at=NOW)

    draft = made_draft(cohort, admin_user)

    assert draft.status == "failed"
    assert draft.failure == (
        "Ann Able is pinned to Max Main, who is not eligible; remove the pin, or the rule between them."
    )
    assert "pin_against_rule" not in codes(draft)
    assert other.pk


def test_random_edits_and_runs_lose_no_pin(admin_user):
    cohort = closed_cohort()
    mentees = [mentee_in(cohort, f"Mentee {number}x").pk for number in range(5)]
    mentors = [mentor_in(cohort, f"Mentor {number}y", places=2).pk for number in range(4)]
    chance = np.random.default_rng(7)
    draft = made_draft(cohort, admin_user)
    for _round in range(6):
        pair = (mentees[chance.integers(5)], mentors[chance.integers(4)])
        counts = [mentor for _, mentor in CohortDecision.objects.filter(kind="pin").values_list("mentee", "mentor")]
        if counts.count(pair[1]) < 2:
            others = CohortDecision.objects.filter(mentee=pair[0]).exclude(mentor=pair[1])
            release = list(others.values_list("mentee", "mentor"))
            draft = edit_draft(draft_id=draft.pk, pin=[pair], release=release, reason="", by=admin_user, now=LATER)
        draft = made_draft(cohort, admin_user, seed=int(chance.integers(100)))
        pins = set(CohortDecision.objects.values_list("mentee", "mentor"))
        seats = draft.scores
        found = {(mentee, seats.mentors[mentor]) for mentee, mentor in zip(seats.mentees, draft.mentor_of, strict=True)}
        assert draft.status == "done"
        assert pins <= found
