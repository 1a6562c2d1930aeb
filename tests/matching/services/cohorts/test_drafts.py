"""Drafts of a cohort: asked for, edited, refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.exceptions import AboutYourself
from accounts.models import Block, User
from matching.engine.assignment import check_certificate
from matching.exceptions import CohortNotClosed, DraftInTheMaking, DraftIsOld, DraftNotMade, EditNotPossible
from matching.jobs.cohort_drafts import make_draft
from matching.models import CohortDecision, CohortDraft
from matching.selectors.cohorts.drafts import pair_rows
from matching.selectors.cohorts.edits import result_of_edit, swap_of
from matching.selectors.cohorts.kept import assignment_of, seats_of
from matching.services.cohorts import drafts
from matching.services.cohorts.drafts import ask_for_draft, drop_decision, edit_draft
from matching.services.cohorts.publish import publish_pairs
from mentorship.exceptions import NotAnOrganiser
from mentorship.models import CohortMember
from tests.factories import NOW, UserFactory
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in, names_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def cohort():
    return closed_cohort()


@pytest.fixture
def people(cohort):
    """Return members by name: two mentees, and two mentors who each take one of them."""
    members = [mentee_in(cohort, "Ann Able"), mentee_in(cohort, "Bea Best")]
    members += [mentor_in(cohort, "Max Main"), mentor_in(cohort, "Moe Most")]
    return {member.person.name.split()[0]: member.pk for member in members}


def other_of(draft, name: str) -> str:
    return ({"Max Main", "Moe Most"} - {names_in(draft)[name]}).pop()


def test_a_draft_waits_for_the_worker_which_is_called(cohort, admin_user, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        draft = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW, seed=3)

    assert (draft.status, draft.number, draft.round, draft.policy, draft.seed) == ("queued", 1, 1, "bottleneck", 3)
    assert rung == [("matching.tasks.make_cohort_draft", draft.pk)]


def test_the_worker_makes_it_with_a_proof(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)

    assert (draft.status, draft.progress, draft.failure) == ("done", 100, "")
    assert set(names_in(draft)) == {"Ann Able", "Bea Best"}
    assert len(set(names_in(draft).values())) == 2
    assert (draft.scores.mentees, draft.scores.places) == ([people["Ann"], people["Bea"]], [1, 1])
    assert draft.alternates == [[1 - draft.mentor_of[0]], [1 - draft.mentor_of[1]]]


@pytest.mark.parametrize("status", ["preparing", "open"])
def test_only_a_closed_cohort_is_matched(admin_user, status):
    cohort = closed_cohort(status=status, closed_at=None)

    with pytest.raises(CohortNotClosed):
        ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW)

    assert not CohortDraft.objects.exists()


def test_nobody_but_its_organisers_asks_for_a_draft(cohort):
    with pytest.raises(NotAnOrganiser):
        ask_for_draft(cohort_id=cohort.pk, by=UserFactory(role="matchmaker"), now=NOW)


def test_a_second_draft_waits_for_the_first(cohort, admin_user):
    ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW)

    with pytest.raises(DraftInTheMaking, match="Draft 1 is being made; Ada Admin asked for it on 23 November 2026"):
        ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=LATER)


def test_a_pin_makes_the_next_draft_at_once(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    other = other_of(draft, "Ann Able")
    pair = (people["Ann"], people[other.split()[0]])

    edited = edit_draft(draft_id=draft.pk, pin=[pair], reason=" Same town. ", by=admin_user, now=LATER)

    edited.refresh_from_db()
    assert (edited.number, edited.status, edited.edits, edited.scores) == (2, "done", draft, draft.scores)
    assert edited.what == f"Pinned Ann Able and {other}."
    assert names_in(edited)["Ann Able"] == other
    assert names_in(edited)["Bea Best"] == names_in(draft)["Ann Able"]
    assert edited.pins == [list(pair)]
    decision = CohortDecision.objects.get()
    assert (decision.kind, decision.reason, decision.by, decision.decided_at) == (
        "pin",
        "Same town.",
        admin_user,
        LATER,
    )


def test_a_pin_is_not_lost_by_a_run_anew(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    other = other_of(draft, "Ann Able")
    edit_draft(draft_id=draft.pk, pin=[(people["Ann"], people[other.split()[0]])], reason="", by=admin_user, now=LATER)

    again = made_draft(cohort, admin_user, policy="total", seed=9)

    assert (again.status, names_in(again)["Ann Able"]) == ("done", other)


def test_a_forbidden_pair_is_in_no_draft_until_it_is_released(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    pairs = [(people["Ann"], people["Max"]), (people["Bea"], people["Max"])]

    edited = edit_draft(draft_id=draft.pk, forbid=pairs, reason="", by=admin_user, now=LATER)
    again = made_draft(cohort, admin_user)

    for each in (edited, again):
        assert set(names_in(each).values()) == {"Moe Most"}
    released = edit_draft(draft_id=again.pk, release=pairs, reason="", by=admin_user, now=LATER)
    assert len(names_in(released)) == 2
    assert not CohortDecision.objects.exists()


def test_a_swap_gives_each_the_mentor_of_the_other(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    before = names_in(draft)

    pins = swap_of(draft, people["Ann"], people["Bea"])
    edited = edit_draft(draft_id=draft.pk, pin=pins, reason="", by=admin_user, now=LATER)

    assert names_in(edited) == {"Ann Able": before["Bea Best"], "Bea Best": before["Ann Able"]}
    assert CohortDecision.objects.filter(kind="pin").count() == 2


def test_a_pin_is_not_lost_to_another_pin(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    first, other = (people["Ann"], people["Max"]), (people["Ann"], people["Moe"])
    draft = edit_draft(draft_id=draft.pk, pin=[first], reason="", by=admin_user, now=LATER)

    with pytest.raises(EditNotPossible) as refused:
        edit_draft(draft_id=draft.pk, pin=[other], reason="", by=admin_user, now=LATER)

    assert refused.value.detail == "Ann Able is pinned to Max Main. Release that first."
    edited = edit_draft(draft_id=draft.pk, pin=[other], release=[first], reason="", by=admin_user, now=LATER)
    assert edited.pins == [list(other)]
    assert CohortDecision.objects.get().mentor_id == people["Moe"]


def test_a_swap_loses_no_pin_of_the_other_mentee(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    pair = (people["Bea"], people[names_in(draft)["Bea Best"].split()[0]])
    draft = edit_draft(draft_id=draft.pk, pin=[pair], reason="", by=admin_user, now=LATER)

    with pytest.raises(EditNotPossible, match=r"^Bea Best is pinned to .*\. Release that first\.$"):
        edit_draft(
            draft_id=draft.pk,
            pin=swap_of(draft, people["Ann"], people["Bea"]),
            reason="",
            by=admin_user,
            now=LATER,
        )


def test_a_pin_to_somebody_who_left_is_released_by_an_edit(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    pair = (people["Ann"], people["Max"])
    edit_draft(draft_id=draft.pk, pin=[pair], reason="", by=admin_user, now=LATER)
    CohortMember.objects.filter(pk=people["Max"]).update(left_at=NOW)
    draft = made_draft(cohort, admin_user)
    other = (people["Ann"], people["Moe"])

    with pytest.raises(EditNotPossible, match="Ann Able is pinned to Max Main"):
        edit_draft(draft_id=draft.pk, pin=[other], reason="", by=admin_user, now=LATER)
    edit_draft(draft_id=draft.pk, pin=[other], release=[pair], reason="", by=admin_user, now=LATER)

    assert CohortDecision.objects.get().mentor_id == people["Moe"]


def test_an_edit_is_refused_if_pairs_were_published_while_it_was_solved(cohort, people, admin_user, monkeypatch):
    draft = made_draft(cohort, admin_user)

    def solve(*args):
        result = result_of_edit(*args)
        publish_pairs(draft_id=draft.pk, mentees=[people["Bea"]], by=admin_user, now=LATER)
        return result

    monkeypatch.setattr(drafts, "result_of_edit", solve)
    with pytest.raises(EditNotPossible, match=r"meanwhile\. Look at the draft again\.$"):
        edit_draft(draft_id=draft.pk, pin=[(people["Ann"], people["Max"])], reason="", by=admin_user, now=LATER)

    assert (CohortDraft.objects.count(), CohortDecision.objects.count()) == (1, 0)


def test_a_published_pair_is_no_decision_of_organisers(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    publish_pairs(draft_id=draft.pk, mentees=[people["Bea"]], by=admin_user, now=LATER)
    held = [people["Bea"], people[names_in(draft)["Bea Best"].split()[0]]]
    pair = [people["Ann"], people[names_in(draft)["Ann Able"].split()[0]]]

    edited = edit_draft(draft_id=draft.pk, pin=[pair], reason="", by=admin_user, now=LATER)

    edited.refresh_from_db()
    assert (edited.pins, edited.held) == ([pair], [held])
    assert [row.is_pinned for row in pair_rows(edited)] == [True, False]
    kept = assignment_of(edited)
    assert {seats_of(edited.scores).keys(one) for one in kept.problem.pins} == {tuple(pair), tuple(held)}
    assert check_certificate(kept.certificate, kept.problem) == []


def test_a_pair_kept_apart_is_refused_without_telling(cohort, people, admin_user):
    twin = UserFactory(name="Able Ann")
    max_main = CohortMember.objects.get(pk=people["Max"]).person
    Block.objects.create(blocker=twin, blocked=max_main, created_at=NOW)
    draft = made_draft(cohort, admin_user)

    with pytest.raises(EditNotPossible) as refused:
        edit_draft(draft_id=draft.pk, pin=[(people["Ann"], people["Max"])], reason="", by=admin_user, now=LATER)

    assert refused.value.detail == (
        "Ann Able cannot be matched with Max Main. The mentor is not available at the moment. Or a rule of the cohort "
        "is in the way: both are of one department, or one of the two manages the other, directly or through others."
    )


def test_an_edit_of_an_old_draft_names_who_made_the_newer_one(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    pair = (people["Ann"], people["Max"])
    edit_draft(draft_id=draft.pk, pin=[pair], reason="", by=admin_user, now=LATER)

    with pytest.raises(DraftIsOld) as refused:
        edit_draft(draft_id=draft.pk, forbid=[pair], reason="", by=UserFactory(role="manager"), now=LATER)

    assert refused.value.detail == (
        "Ada Admin made draft 2 on 23 November 2026, 12:05 UTC: Pinned Ann Able and Max Main. Look at it first."
    )
    assert CohortDraft.objects.count() == 2


def test_a_draft_that_is_being_made_stops_edits(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=LATER)

    with pytest.raises(DraftInTheMaking):
        edit_draft(draft_id=draft.pk, pin=[(people["Ann"], people["Max"])], reason="", by=admin_user, now=LATER)


def test_a_draft_that_is_not_made_is_not_edited(cohort, people, admin_user):
    failed = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW)
    CohortDraft.objects.filter(pk=failed.pk).update(status="failed", failure="It was not possible.", ended_at=NOW)

    with pytest.raises(DraftNotMade, match="Draft 1 is not possible, so it has no pairs"):
        edit_draft(draft_id=failed.pk, pin=[(people["Ann"], people["Max"])], reason="", by=admin_user, now=LATER)


def swap_mentees(draft, people, by):
    pins = swap_of(draft, people["Ann"], people["Bea"])
    edit_draft(draft_id=draft.pk, pin=pins, reason="", by=by, now=LATER)


def drop(draft, people, by):
    drop_decision(mentee=people["Ann"], mentor=people["Max"], by=by)


def edit(verb):
    def act(draft, people, by):
        pairs = {verb: [(people["Ann"], people["Max"])]}
        edit_draft(draft_id=draft.pk, reason="", by=by, now=LATER, **pairs)

    return act


@pytest.mark.parametrize("name", ["Ann", "Max"])
@pytest.mark.parametrize("decide", [edit("pin"), edit("forbid"), edit("release"), swap_mentees, drop])
def test_an_admin_decides_nothing_about_themselves(decide, name, cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    by = User.objects.get(name__startswith=name)
    by.role, by.is_staff = "owner", True
    by.save()

    with pytest.raises(AboutYourself):
        decide(draft, people, by)

    assert (CohortDraft.objects.count(), CohortDecision.objects.count()) == (1, 0)


def test_a_draft_that_failed_is_no_newer_one(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    failed = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=LATER)
    CohortDraft.objects.filter(pk=failed.pk).update(status="failed", failure="It was not possible.", ended_at=LATER)

    edited = edit_draft(draft_id=draft.pk, pin=[(people["Ann"], people["Max"])], reason="", by=admin_user, now=LATER)

    assert edited.number == 3


REFUSED = {
    "nothing": ({}, "Choose at least one pair."),
    "pinned and forbidden": (
        {"pin": [("Ann", "Max")], "forbid": [("Ann", "Max")]},
        "Ann Able and Max Main are named twice. Choose one thing for the two.",
    ),
    "two pins": ({"pin": [("Ann", "Max"), ("Ann", "Moe")]}, "Ann Able is pinned twice. Choose one mentor."),
    "too many pins": (
        {"pin": [("Ann", "Max"), ("Bea", "Max")]},
        "Max Main would have more pins than places: 2 and 1. Pinned: Ann Able and Bea Best. Release one of them.",
    ),
    "the wrong side": (
        {"pin": [("Max", "Ann")]},
        "Max Main is no mentee of this draft. Ask for a new draft.",
    ),
}


@pytest.mark.parametrize(("edit", "sentence"), REFUSED.values(), ids=REFUSED)
def test_an_edit_that_cannot_be_is_refused_with_names(cohort, people, admin_user, edit, sentence):
    draft = made_draft(cohort, admin_user)
    edit = {verb: [(people[one], people[other]) for one, other in pairs] for verb, pairs in edit.items()}

    with pytest.raises(EditNotPossible) as refused:
        edit_draft(draft_id=draft.pk, reason="", by=admin_user, now=LATER, **edit)

    assert refused.value.detail == sentence
    assert (CohortDraft.objects.count(), CohortDecision.objects.count()) == (1, 0)


def test_a_pin_against_a_hard_rule_is_refused_with_the_rule(cohort, people, admin_user):
    french = mentee_in(cohort, "Fay French", request={"languages": ["fr"]})
    draft = made_draft(cohort, admin_user)

    with pytest.raises(EditNotPossible, match=r"^Fay French cannot be matched with Max Main\. .*language"):
        edit_draft(draft_id=draft.pk, pin=[(french.pk, people["Max"])], reason="", by=admin_user, now=LATER)


def test_two_mentees_of_one_mentor_cannot_swap(cohort, admin_user):
    one, other = mentee_in(cohort, "Ann Able"), mentee_in(cohort, "Bea Best")
    mentor_in(cohort, "Max Main", places=2)
    draft = made_draft(cohort, admin_user)

    with pytest.raises(EditNotPossible, match="Ann Able and Bea Best have the same mentor"):
        swap_of(draft, one.pk, other.pk)


def test_a_decision_about_somebody_who_is_gone_can_be_dropped(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)
    edit_draft(draft_id=draft.pk, pin=[(people["Ann"], people["Max"])], reason="", by=admin_user, now=LATER)

    assert drop_decision(mentee=people["Ann"], mentor=people["Max"], by=admin_user)

    assert not CohortDecision.objects.exists()
    assert not drop_decision(mentee=people["Ann"], mentor=people["Max"], by=admin_user)


def test_a_worker_that_comes_twice_makes_one_draft(cohort, people, admin_user):
    draft = made_draft(cohort, admin_user)

    assert not make_draft(draft_id=draft.pk, now=LATER)

    draft.refresh_from_db()
    assert draft.ended_at == NOW
