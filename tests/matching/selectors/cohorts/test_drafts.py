"""Drafts of cohorts as admins read them: pairs, reasons, what-if, comparison, report, groups."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.selectors import taxonomy
from matching.exceptions import DraftNotMade, EditNotPossible
from matching.models import CohortDecision, CohortDraft, CohortScores
from matching.selectors.cohorts.compare import compare
from matching.selectors.cohorts.drafts import count_of_pairs, newest_number, pair_rows, reasons_of_pair, whole_drafts
from matching.selectors.cohorts.edits import cost_of_edit, swap_of
from matching.selectors.cohorts.reading import circle_of, read_cohort
from matching.selectors.cohorts.report import idle_rows, left_out_rows, report_in_sentences
from matching.selectors.cohorts.what_if import what_if_of
from matching.services.cohorts.drafts import edit_draft
from mentorship.models import Cohort, CohortMember
from tests.factories import NOW
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in, names_in, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LATER = NOW + timedelta(minutes=5)
QUERIES_OF_A_READING = 20


@pytest.fixture
def cohort():
    """Return a closed cohort of two mentees, two mentors, and different fits."""
    cohort = closed_cohort()
    mentee_in(cohort, "Ann Able")
    mentee_in(cohort, "Bea Best", request={"needs": ["statistics"], "goal__target_role": "Statistician"})
    mentor_in(cohort, "Max Main")
    mentor_in(cohort, "Moe Most", teaches=["statistics"], career=[{"role": "Statistician"}])
    return cohort


@pytest.fixture
def draft(cohort, admin_user):
    return made_draft(cohort, admin_user)


def key(name: str) -> int:
    return CohortMember.objects.get(person__name=name).pk


def test_pairs_have_names_fits_pins_and_alternates(draft, admin_user):
    edited = edit_draft(
        draft_id=draft.pk, pin=[(key("Ann Able"), key("Moe Most"))], reason="", by=admin_user, now=LATER
    )

    ann, bea = pair_rows(edited)

    assert (ann.mentee, ann.mentor, ann.is_pinned, ann.alternates) == ("Ann Able", "Moe Most", True, ())
    assert (bea.mentee, bea.mentor, bea.is_pinned, bea.alternates) == ("Bea Best", "Max Main", False, ("Moe Most",))
    assert bea.fit == edited.fits[1] / 100
    assert count_of_pairs(edited) == 2


def test_pairs_come_in_pages_and_orders(draft):
    lowest_first = [row.fit for row in pair_rows(draft, order="fit")]
    assert lowest_first == sorted(lowest_first)
    assert [row.mentee for row in pair_rows(draft, order="name")] == ["Ann Able", "Bea Best"]
    assert [row.mentee for row in pair_rows(draft, start=1, count=1)] == ["Bea Best"]
    assert pair_rows(draft, start=2) == []


@pytest.mark.parametrize("mentees", [1, 4])
def test_a_page_of_pairs_takes_one_query(admin_user, django_assert_num_queries, mentees):
    cohort = closed_cohort()
    for number in range(mentees):
        mentee_in(cohort, f"Mentee {number}x")
    mentor_in(cohort, "Max Main", places=2)
    mentor_in(cohort, "Moe Most", places=2)
    made_draft(cohort, admin_user)

    with django_assert_num_queries(1):
        found = whole_drafts(Cohort.objects.all()).get()
    with django_assert_num_queries(1):
        assert len(pair_rows(found)) == mentees


@pytest.mark.parametrize("people", [1, 4])
def test_a_cohort_is_read_with_a_constant_number_of_queries(django_assert_num_queries, people):
    cohort = closed_cohort(different_department=True)
    for number in range(people):
        mentee_in(cohort, f"Mentee {number}x")
        mentor_in(cohort, f"Mentor {number}y")
    taxonomy()

    with django_assert_num_queries(QUERIES_OF_A_READING):
        reading = read_cohort(cohort, now=NOW)

    assert (len(reading.mentees), len(reading.mentors)) == (people, people)


def test_mentees_who_are_left_out_read_whose_place_would_help(cohort, admin_user):
    mentee_in(cohort, "Cem Calm")

    draft = made_draft(cohort, admin_user)

    [row] = left_out_rows(draft)
    assert row.reason == "mentors_full"
    assert row.sentence.startswith("All mentors who suit them are taken. One more place of one of these is enough: ")
    assert "Max Main" in row.sentence


@pytest.mark.parametrize("decided", [True, False])
def test_mentees_who_are_left_out_by_bans_read_which_of_them_can_be_released(admin_user, decided):
    cohort = closed_cohort()
    ann, max_main = mentee_in(cohort, "Ann Able"), mentor_in(cohort, "Max Main")
    draft = made_draft(cohort, admin_user)
    if decided:
        draft = edit_draft(draft_id=draft.pk, forbid=[(ann.pk, max_main.pk)], reason="", by=admin_user, now=LATER)
    else:
        publish(draft, "Ann Able", "declined")
        draft = made_draft(cohort, admin_user)

    [row] = left_out_rows(draft)

    assert row.sentence == (
        "All mentors who pass the hard rules are forbidden for them. Release one: Max Main."
        if decided
        else "All mentors who pass the hard rules were proposed to them before: Max Main. Open the cohort again, and "
        "invite others."
    )


def test_an_old_draft_says_that_somebody_was_forbidden_who_was_released_meanwhile(admin_user):
    cohort = closed_cohort()
    pair = (mentee_in(cohort, "Ann Able").pk, mentor_in(cohort, "Max Main").pk)
    draft = edit_draft(draft_id=made_draft(cohort, admin_user).pk, forbid=[pair], reason="", by=admin_user, now=LATER)
    CohortDecision.objects.all().delete()

    [row] = left_out_rows(draft)

    assert row.sentence == "All mentors who pass the hard rules were forbidden for them when it was made: Max Main."


def test_idle_mentors_are_named_with_their_places(cohort, admin_user):
    mentor_in(cohort, "Ida Idle", places=3, teaches=["knitting"], career=[{"role": "Knitter", "field": "knitting"}])

    draft = made_draft(cohort, admin_user)

    assert [(row.mentor, row.places) for row in idle_rows(draft)] == [("Ida Idle", 3)]


def test_reasons_of_a_pair_are_for_both_sides(draft):
    found = reasons_of_pair(draft, key("Bea Best"), now=NOW)

    assert found.reasons
    assert found.mentor_reasons
    assert reasons_of_pair(draft, key("Max Main"), now=NOW) is None


def test_the_cost_of_an_edit_is_known_before_it_is_made(draft):
    pair = (key("Ann Able"), key("Moe Most"))

    cost = cost_of_edit(draft, pin=[pair], now=NOW)

    assert cost.what == "Pinned Ann Able and Moe Most."
    assert (cost.matched, cost.moved_count) == (0, 2)
    assert [(row.mentee, row.before, row.after) for row in cost.moved] == [
        ("Ann Able", "Max Main", "Moe Most"),
        ("Bea Best", "Moe Most", "Max Main"),
    ]
    assert cost.total == (cost.after.total - cost.before.total) / 100 < 0
    assert cost.sentence.endswith("Mentees who get another mentor, or none: 2.")
    assert not CohortDecision.objects.exists()
    assert CohortDraft.objects.count() == 1


def test_an_edit_that_changes_nothing_costs_nothing(draft):
    cost = cost_of_edit(draft, pin=[(key("Ann Able"), key("Max Main"))], now=NOW)

    assert cost.sentence == "It costs nothing. Mentees who get another mentor, or none: 0."


@pytest.mark.parametrize("do", ["pin", "forbid", "release"])
def test_somebody_of_another_cohort_is_no_part_of_an_edit_and_is_not_named(draft, do):
    other = closed_cohort()
    mentee, mentor = mentee_in(other, "Olga Other"), mentor_in(other, "Otto Other")

    for pair in ((mentee.pk, key("Max Main")), (key("Ann Able"), mentor.pk)):
        with pytest.raises(
            EditNotPossible, match=r"^Somebody who is not in the cohort is no ment(ee|or) of this draft"
        ):
            cost_of_edit(draft, **{do: [pair]}, now=NOW)


def test_a_swap_with_somebody_of_another_cohort_names_nobody(draft):
    stranger = mentee_in(closed_cohort(), "Olga Other")

    with pytest.raises(EditNotPossible, match=r"^Somebody who is not in the cohort is no mentee of this draft"):
        swap_of(draft, key("Ann Able"), stranger.pk)


def test_the_best_alternatives_of_a_pair_have_costs(draft):
    found = what_if_of(draft, key("Bea Best"))

    assert (found.of_mentee.mentee, found.of_mentee.mentor) == ("Bea Best", "Max Main")
    assert (found.of_mentor.mentee, found.of_mentor.mentor) == ("Ann Able", "Moe Most")
    assert found.of_mentee.cost.total < 0
    with pytest.raises(DraftNotMade):
        what_if_of(draft, key("Max Main"))


def test_two_drafts_are_compared_in_both_directions(draft, cohort, admin_user):
    edited = edit_draft(
        draft_id=draft.pk, pin=[(key("Ann Able"), key("Moe Most"))], reason="", by=admin_user, now=LATER
    )

    found, back = compare(draft, edited), compare(edited, draft)

    assert [(row.mentee, row.before, row.after) for row in found.moved] == [
        ("Ann Able", "Max Main", "Moe Most"),
        ("Bea Best", "Moe Most", "Max Main"),
    ]
    assert [(row.mentee, row.after, row.before) for row in back.moved] == [
        (row.mentee, row.before, row.after) for row in found.moved
    ]
    assert found.values == back.values[::-1]
    assert found.comparable
    assert found.values[0].total > found.values[1].total


def test_drafts_of_other_people_name_those_who_are_in_one_alone(draft, cohort, admin_user):
    mentee_in(cohort, "Cem Calm")
    CohortMember.objects.filter(pk=key("Ann Able")).update(left_at=NOW)

    found = compare(draft, made_draft(cohort, admin_user))

    assert (found.only_in_one, found.only_in_other, found.comparable) == (("Ann Able",), ("Cem Calm",), False)


def test_the_report_is_in_sentences(draft):
    found = report_in_sentences(draft)

    assert found[0] == "2 of 2 mentees have a mentor (100%)."
    assert found[1].endswith("100% of the highest total without pins.")
    assert "No two people would rather have each other." in found


def test_the_newest_draft_is_the_newest_that_was_made(draft, cohort):
    CohortDraft.objects.create(
        cohort=cohort,
        number=2,
        status="failed",
        failure="Not possible.",
        ended_at=LATER,
        policy="total",
        both_sides=False,
    )

    assert newest_number(cohort) == draft.number


def test_a_draft_without_kept_fits_can_be_read_but_not_edited(draft):
    CohortScores.objects.update(data=b"")
    draft = CohortDraft.objects.select_related("cohort", "scores").get()

    assert len(pair_rows(draft)) == 2
    with pytest.raises(DraftNotMade, match="not kept any more"):
        cost_of_edit(draft, pin=[(key("Ann Able"), key("Max Main"))], now=NOW)


@pytest.mark.parametrize("stated", [4, 5])
def test_groups_that_people_stated_are_compared_from_five_on(admin_user, stated):
    cohort = closed_cohort()
    for number in range(6):
        mentee_in(
            cohort, f"Mentee {number}x", group="Parents" if number < stated else "", joined_at=NOW - timedelta(days=8)
        )
    mentor_in(cohort, "Max Main", places=6)

    draft = made_draft(cohort, admin_user)

    sentences = [one for one in report_in_sentences(draft) if one.startswith("Group")]
    mean = 5 * round(draft.fits[0] / 500)
    shown = f"Group “Parents”, 5 mentees who stated it: about 100% matched, a mean fit of about {mean} points"
    assert sentences == ([f"{shown}, about 10 days since they joined."] if stated == 5 else [])


def test_drafts_of_one_reading_have_the_same_lines_about_groups(admin_user):
    cohort = closed_cohort()
    members = [mentee_in(cohort, f"Mentee {number}x", group="Parents" if number < 7 else "") for number in range(9)]
    mentor = mentor_in(cohort, "Max Main", places=7)
    draft = made_draft(cohort, admin_user)
    left_out = members[draft.mentor_of.index(-1)]

    edited = edit_draft(draft_id=draft.pk, pin=[(left_out.pk, mentor.pk)], reason="", by=admin_user, now=LATER)

    assert edited.mentor_of != draft.mentor_of
    [line] = draft.report["groups"]
    assert edited.report["groups"] == [line]
    assert round(100 * line["matched_share"]) % 5 == 0
    assert line["mean"] % 500 == 0


def test_a_group_changes_no_result(admin_user):
    cohort = closed_cohort()
    members = [mentee_in(cohort, f"Mentee {number}x") for number in range(3)]
    mentor_in(cohort, "Max Main", places=2)
    before = made_draft(cohort, admin_user)
    CohortMember.objects.filter(pk=members[0].pk).update(group="Parents")

    after = made_draft(cohort, admin_user)

    assert (before.scores.digest, names_in(before)) == (after.scores.digest, names_in(after))


@pytest.mark.parametrize(
    ("managers_of", "circle"),
    [
        ({}, set()),
        ({1: {2}, 2: {3}}, set()),
        ({1: {2}, 2: {1}}, {1, 2}),
        ({5: {1}, 1: {2}, 2: {3}, 3: {1}, 4: {9}}, {1, 2, 3}),
        ({1: {2}, 3: {2}, 4: {3}}, set()),
        ({1: {2, 3}, 2: {4}, 3: {4}}, set()),
        ({1: {2, 3}, 3: {4}, 4: {1}}, {1, 3, 4}),
    ],
)
def test_a_circle_of_managers_is_found(managers_of, circle):
    assert circle_of(managers_of) == circle
