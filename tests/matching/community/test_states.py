"""An import moves no status, and rewrites nothing that others read: each state of a mentor and of a request."""

from __future__ import annotations

import copy

import pytest
from django.core.management import CommandError

from accounts.jobs.pauses import pause_mentoring
from accounts.models import MentorProfile, User
from accounts.services.mentors import suspend_mentor
from matching.models import HelpRequest
from mentorship.models import Goal
from tests.factories import GoalFactory, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory, UserFactory
from tests.helpers import race
from tests.matching.community.example import COMMUNITY

pytestmark = pytest.mark.django_db


def changed(change) -> dict:
    """Return a copy of the community with one change."""
    community = copy.deepcopy(COMMUNITY)
    change(community)
    return community


def refusal(load, community) -> str:
    """Load ``community``, which must be refused. Return the words."""
    with pytest.raises(CommandError) as refused:
        load(community)
    return str(refused.value)


def set_status(status: str) -> MentorProfile:
    """Give the only mentor a status, as services would leave it."""
    MentorProfile.objects.update(status=status, pause_cause="silence" if status == "paused" else "")
    return MentorProfile.objects.get()


# --- mentors --------------------------------------------------------------------------------------------------


def test_a_second_load_works_after_a_mentor_paused_until_a_day(load, now):
    load()
    mentor = MentorProfile.objects.get()
    pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=now.date().replace(year=now.year + 1), now=now)
    paused = MentorProfile.objects.values().get()

    printed = load()

    assert MentorProfile.objects.values().get() == paused
    assert "mentor@example.org stays paused. The file says approved" in printed


def test_a_load_does_not_lift_a_suspension(load, admin, now):
    load()
    suspend_mentor(mentor_id=MentorProfile.objects.get().pk, by=admin, reason="No shows.", now=now)

    load(changed(lambda c: c["people"][0]["mentor"].update(capacity=3)))

    mentor = MentorProfile.objects.get()
    assert (mentor.status, mentor.capacity) == ("suspended", 3)


@pytest.mark.parametrize("in_file", MentorProfile.Status.values)
@pytest.mark.parametrize("present", MentorProfile.Status.values)
def test_a_load_leaves_the_status_of_a_mentor(load, present, in_file):
    load()
    before = set_status(present)

    load(changed(lambda c: c["people"][0]["mentor"].update(status=in_file)))

    after = MentorProfile.objects.get()
    assert (after.status, after.pause_cause) == (present, before.pause_cause)
    assert after.status_since_at == before.status_since_at


@pytest.mark.parametrize("status", MentorProfile.Status.values)
def test_a_load_creates_a_mentor_in_the_status_of_the_file(load, status):
    load(changed(lambda c: c["people"][0]["mentor"].update(status=status)))

    assert MentorProfile.objects.get().status == status


# --- help requests --------------------------------------------------------------------------------------------


def loaded_request(load, status: str) -> HelpRequest:
    """Load the community and bring its request to ``status``, where a mentor was asked in every status but draft."""
    load()
    request = HelpRequest.objects.get()
    over = request.opened_at if status in ("closed", "withdrawn", "expired") else None
    opened = None if status == "draft" else request.opened_at
    HelpRequest.objects.update(status=status, closed_at=over, opened_at=opened)
    if status != "draft":
        MatchFactory(help_request=request, status="withdrawn")
    return HelpRequest.objects.get()


READ = ["open", "matched", "closed", "withdrawn", "expired"]
CHANGES = {
    "ask": lambda c: c["help_requests"][0].update(ask="Something else."),
    "why": lambda c: c["help_requests"][0].update(why="Something else."),
    "needs": lambda c: c["help_requests"][0].update(needs=["negotiation"]),
    "minutes": lambda c: c["help_requests"][0].update(minutes=45),
    "max_rate": lambda c: c["help_requests"][0]["max_rate"].update(amount=70),
    "goal.target_role": lambda c: c["help_requests"][0]["goal"].update(target_role="Director"),
    "goal.kind": lambda c: c["help_requests"][0]["goal"].update(kind="job_search"),
}


@pytest.mark.parametrize("status", READ)
@pytest.mark.parametrize("field", CHANGES)
def test_a_request_that_mentors_read_is_not_rewritten(load, status, field):
    loaded_request(load, status)
    before = (HelpRequest.objects.values().get(), Goal.objects.values().get())

    words = refusal(load, changed(CHANGES[field]))

    assert f"$.help_requests[0].{field}: " in words
    assert "another ref" in words
    assert (HelpRequest.objects.values().get(), Goal.objects.values().get()) == before


@pytest.mark.parametrize("status", ["draft", *READ])
def test_the_same_file_changes_no_request(load, status):
    loaded_request(load, status)
    before = (HelpRequest.objects.values().get(), Goal.objects.values().get())

    load()

    assert (HelpRequest.objects.values().get(), Goal.objects.values().get()) == before


@pytest.mark.parametrize("status", READ)
def test_the_date_of_a_goal_may_change_after_mentors_read_it(load, status):
    loaded_request(load, status)

    load(changed(lambda c: c["help_requests"][0]["goal"].update(by="2098-01-01")))

    assert str(Goal.objects.get().by_on) == "2098-01-01"


def test_a_draft_is_rewritten(load):
    loaded_request(load, "draft")

    load(changed(CHANGES["ask"]))

    request = HelpRequest.objects.get()
    assert (request.status, request.ask) == ("draft", "Something else.")


def test_a_request_that_is_matched_is_not_rewritten_even_without_a_match(load):
    load()
    HelpRequest.objects.update(status="matched")

    assert "$.help_requests[0].ask: " in refusal(load, changed(CHANGES["ask"]))


def test_a_goal_that_mentors_read_in_another_request_is_not_rewritten(load):
    load()
    request = HelpRequest.objects.get()
    other = HelpRequestFactory(mentee=request.mentee, goal=request.goal)
    MatchFactory(help_request=other, status="asked")

    words = refusal(load, changed(CHANGES["goal.target_role"]))

    assert "$.help_requests[0].goal.target_role: " in words
    assert Goal.objects.get().target_role == "Lead"


def test_a_goal_of_a_mentorship_is_not_rewritten(load):
    load()
    MentorshipFactory(goal=Goal.objects.get())

    assert "$.help_requests[0].goal.target_role: " in refusal(load, changed(CHANGES["goal.target_role"]))


def second_request(role: str):
    """Return a change that adds a request with another ref, whose goal has this role."""

    def change(community):
        second = copy.deepcopy(community["help_requests"][0])
        second["ref"], second["ask"] = "T2", "Rehearse the talk about it with me."
        second["goal"]["target_role"] = role
        community["help_requests"].append(second)

    return change


def roles() -> dict[str, str]:
    return dict(HelpRequest.objects.values_list("ref", "goal__target_role"))


def test_a_goal_that_would_become_a_twin_is_refused_with_a_sentence(load):
    load(changed(second_request("Director")))

    words = refusal(load, changed(second_request("Lead")))

    assert "$.help_requests[1].goal: " in words
    assert "same kind, role, field and country" in words
    assert roles() == {"T1": "Lead", "T2": "Director"}


def test_a_goal_that_would_become_a_twin_of_one_outside_of_the_file_is_refused(load):
    load()
    GoalFactory(
        mentee=User.objects.get(email="mentee@example.org"), kind=Goal.objects.get().kind, target_role="Director"
    )

    assert "$.help_requests[0].goal: " in refusal(load, changed(CHANGES["goal.target_role"]))


def test_two_requests_that_share_a_goal_change_it_together_or_not_at_all(load):
    load(changed(second_request("Lead")))

    words = refusal(load, changed(second_request("Director")))

    assert "$.help_requests[1].goal: " in words
    assert "“T1”" in words
    assert roles() == {"T1": "Lead", "T2": "Lead"}


def test_two_requests_that_share_a_goal_change_it_together(load):
    load(changed(second_request("Lead")))
    both = changed(second_request("Director"))
    both["help_requests"][0]["goal"]["target_role"] = "Director"

    load(both)

    assert roles() == {"T1": "Director", "T2": "Director"}


def test_a_goal_that_two_requests_share_keeps_the_level_of_the_first(load):
    community = changed(second_request("Lead"))
    community["help_requests"][1]["goal"]["target_level"] = "senior"
    load(community)
    MatchFactory(help_request=HelpRequest.objects.get(ref="T1"))

    load(community)

    assert Goal.objects.get().target_level == "lead"


@pytest.mark.parametrize("first", [0, 1])
def test_a_new_request_does_not_join_a_goal_that_the_same_file_changes(load, first):
    load()
    both = changed(second_request("Lead"))
    both["help_requests"][0]["goal"]["target_role"] = "Director"
    if first:
        both["help_requests"].reverse()

    load(both)

    assert roles() == {"T1": "Director", "T2": "Lead"}


@pytest.mark.parametrize("status", ["draft", *READ])
def test_a_ref_of_another_persons_request_is_refused(load, status):
    closed = {"closed_at": "2026-11-23T12:00Z"} if status in ("closed", "withdrawn", "expired") else {}
    request = HelpRequestFactory(ref="T1", status=status, **closed)
    before = HelpRequest.objects.values().get()

    words = refusal(load, COMMUNITY)

    assert "$.help_requests[0].ref: “T1” names a request of somebody else" in words
    assert HelpRequest.objects.values().get() == before
    assert not User.objects.filter(email="mentee@example.org").exists()
    assert Goal.objects.get() == request.goal


def test_two_people_of_one_file_cannot_exchange_their_refs(load):
    load()

    words = refusal(load, changed(lambda c: c["help_requests"][0].update(mentee="mentor@example.org")))

    assert "$.help_requests[0].ref: " in words
    assert HelpRequest.objects.get().mentee.email == "mentee@example.org"


def test_a_new_request_of_a_deactivated_person_is_refused(load):
    UserFactory(email="mentee@example.org", is_active=False)

    assert "$.help_requests[0].mentee: " in refusal(load, COMMUNITY)


def test_a_reached_goal_stays_reached(load, now):
    load()
    Goal.objects.update(status="reached", ended_at=now)

    load()

    assert Goal.objects.get().status == "reached"


@pytest.mark.parametrize("day", ["1999-01-01", "2026-11-22"])
def test_a_new_goal_dated_in_the_past_is_refused(load, day):
    words = refusal(load, changed(lambda c: c["help_requests"][0]["goal"].update(by=day)))

    assert "$.help_requests[0].goal.by: " in words
    assert not Goal.objects.exists()


def test_a_second_load_accepts_a_date_that_has_passed_since(load):
    load()
    Goal.objects.update(by_on="2020-01-31")

    load(changed(lambda c: c["help_requests"][0]["goal"].update(by="2020-01-31")))

    assert str(Goal.objects.get().by_on) == "2020-01-31"


def test_past_dates_are_kept_on_request(load):
    load(changed(lambda c: c["help_requests"][0]["goal"].update(by="2020-01-31")), past_dates=True)

    assert str(Goal.objects.get().by_on) == "2020-01-31"


# --- people ---------------------------------------------------------------------------------------------------


def test_a_load_leaves_the_rights_and_the_state_of_an_account(load):
    UserFactory(email="mentor@example.org", is_staff=True, is_active=False, password="!kept")

    load(changed(lambda c: c["help_requests"].clear()))

    person = User.objects.get(email="mentor@example.org")
    assert (person.name, person.is_staff, person.is_active, person.password) == ("Mo", True, False, "!kept")


def test_a_load_does_not_confirm_an_address_that_its_owner_has_not_confirmed(load):
    person = UserFactory(email="mentor@example.org")
    person.emailaddress_set.update(verified=False)

    load()

    assert not person.emailaddress_set.get().verified


@pytest.mark.django_db(transaction=True)
def test_a_mentor_who_is_suspended_during_a_load_stays_suspended(load, now, admin):
    load()
    mentor = MentorProfile.objects.get()

    race(
        lambda: suspend_mentor(mentor_id=mentor.pk, by=admin, reason="No shows.", now=now),
        lambda: load(changed(lambda c: c["people"][0]["mentor"].update(capacity=3)), is_tried=False),
    ).finish()

    mentor.refresh_from_db()
    assert (mentor.status, mentor.capacity) == ("suspended", 3)


def test_the_status_of_a_mentor_outside_of_the_file_is_left(load):
    other = MentorFactory(status="paused")
    GoalFactory()

    load()

    other.refresh_from_db()
    assert other.status == "paused"
