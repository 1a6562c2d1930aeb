"""Drafts of cohorts in the API: for those who run the cohort, and checked without this project."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from matching.models import CohortDecision, CohortDraft
from mentorship.models import CohortMember, CohortOrganiser
from tests.api.problems import problem
from tests.factories import UserFactory
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SCRIPT = Path(__file__).parents[3] / "docs" / "recheck_assignment.py"
DRAFTS = "/api/v1/cohort-drafts/"


@pytest.fixture
def cohort():
    cohort = closed_cohort()
    for name in ("Ann Able", "Bea Best", "Cem Calm"):
        mentee_in(cohort, name)
    mentor_in(cohort, "Max Main")
    mentor_in(cohort, "Moe Most")
    return cohort


@pytest.fixture
def draft(cohort, admin_user):
    return made_draft(cohort, admin_user)


@pytest.fixture
def client_of_owner(api, admin_user):
    return api(admin_user)


def member(name: str) -> str:
    return str(CohortMember.objects.get(person__name=name).uuid)


def test_a_draft_is_asked_for_and_listed(cohort, client_of_owner):
    answer = client_of_owner.post(f"/api/v1/cohorts/{cohort.uuid}/drafts/", {"policy": "total", "seed": 4})

    assert answer.status_code == 201
    found = client_of_owner.get(f"/api/v1/cohorts/{cohort.uuid}/drafts/").json()["results"]
    assert [(row["number"], row["status"], row["policy"], row["seed"]) for row in found] == [(1, "queued", "total", 4)]
    assert found[0]["asked_by"] == "Ada Admin"


def test_a_second_draft_is_refused_while_the_first_is_made(cohort, client_of_owner):
    client_of_owner.post(f"/api/v1/cohorts/{cohort.uuid}/drafts/", {})

    answer = client_of_owner.post(f"/api/v1/cohorts/{cohort.uuid}/drafts/", {})

    assert "Draft 1 is being made" in problem(answer, 409, "draft_in_the_making")["detail"]


def test_a_draft_shows_its_report_and_findings(draft, client_of_owner):
    found = client_of_owner.get(f"{DRAFTS}{draft.uuid}/").json()

    assert found["report"][0] == "2 of 3 mentees have a mentor (67%)."
    assert (found["numbers"]["matched"], found["numbers"]["left_out"]) == (2, 1)
    assert "places_short" in [finding["code"] for finding in found["findings"]]


def test_pairs_come_in_pages(draft, client_of_owner):
    page = client_of_owner.get(f"{DRAFTS}{draft.uuid}/pairs/", {"count": 1}).json()

    assert (page["total"], page["next_start"], len(page["results"])) == (2, 1, 1)
    [row] = page["results"]
    assert row["mentee"]["uuid"] == member(row["mentee"]["name"])
    last = client_of_owner.get(f"{DRAFTS}{draft.uuid}/pairs/", {"count": 1, "start": 1, "order": "fit"}).json()
    assert last["next_start"] is None
    problem(client_of_owner.get(f"{DRAFTS}{draft.uuid}/pairs/", {"count": 101}), 400, "invalid")


def test_a_pair_has_reasons_for_both_sides_and_alternatives(draft, client_of_owner):
    [row, *_] = client_of_owner.get(f"{DRAFTS}{draft.uuid}/pairs/").json()["results"]

    found = client_of_owner.get(f"{DRAFTS}{draft.uuid}/pair/", {"mentee": row["mentee"]["uuid"]}).json()

    assert found["reasons"]
    assert found["mentor_reasons"]
    assert {found["of_mentee"]["mentor"], row["mentor"]["name"]} == {"Max Main", "Moe Most"}
    assert found["of_mentee"]["cost"]["what"].startswith(f"Pinned {row['mentee']['name']} and ")
    assert found["of_mentor"]["mentor"] == row["mentor"]["name"]


def test_a_mentee_who_is_left_out_has_a_sentence(draft, client_of_owner):
    [row] = client_of_owner.get(f"{DRAFTS}{draft.uuid}/left-out/").json()["results"]

    assert row["sentence"].startswith("All mentors who suit them are taken.")


def test_a_cost_stores_nothing_and_an_edit_makes_the_next_draft(draft, client_of_owner):
    [row] = client_of_owner.get(f"{DRAFTS}{draft.uuid}/left-out/").json()["results"]
    edit = {"pin": [{"mentee": row["mentee"]["uuid"], "mentor": member("Max Main")}]}

    cost = client_of_owner.post(f"{DRAFTS}{draft.uuid}/cost/", edit)
    assert cost.status_code == 200
    assert cost.json()["what"] == f"Pinned {row['mentee']['name']} and Max Main."
    assert (CohortDraft.objects.count(), CohortDecision.objects.count()) == (1, 0)

    made = client_of_owner.post(f"{DRAFTS}{draft.uuid}/edit/", edit | {"reason": "Same town."})
    assert made.status_code == 201
    assert (made.json()["number"], made.json()["edits"], made.json()["status"]) == (2, 1, "done")

    late = client_of_owner.post(f"{DRAFTS}{draft.uuid}/edit/", edit)
    assert "Ada Admin made draft 2" in problem(late, 409, "draft_is_old")["detail"]
    moved = client_of_owner.get(f"{DRAFTS}{draft.uuid}/compare/", {"other": made.json()["uuid"]}).json()["moved"]
    assert row["mentee"]["name"] in [one["mentee"] for one in moved]


def test_an_edit_of_somebody_else_is_refused(draft, client_of_owner):
    stranger = mentee_in(closed_cohort(), "Olga Other")

    answer = client_of_owner.post(
        f"{DRAFTS}{draft.uuid}/cost/", {"pin": [{"mentee": str(stranger.uuid), "mentor": member("Max Main")}]}
    )

    problem(answer, 409, "edit_not_possible")


def test_the_two_files_are_checked_without_this_project(draft, client_of_owner, tmp_path):
    audit = client_of_owner.get(f"{DRAFTS}{draft.uuid}/audit/")
    scores = client_of_owner.get(f"{DRAFTS}{draft.uuid}/scores/").getvalue()
    (tmp_path / "audit.json").write_bytes(audit.content)
    (tmp_path / "scores.csv.gz").write_bytes(scores)

    run = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), "audit.json", "scores.csv.gz"],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stdout) == (
        0,
        "Optimal by the policy 'bottleneck': 2 pairs, proven over all eligible pairs.\n",
    )
    assert "attachment" in audit["Content-Disposition"]
    # No names, and no keys of rows.
    assert b"Ann" not in audit.content
    assert member("Ann Able").encode() in audit.content
    assert len(gzip.decompress(scores).splitlines()) == 1 + 3 * 2


def test_a_draft_without_a_result_has_no_files(cohort, client_of_owner):
    queued = client_of_owner.post(f"/api/v1/cohorts/{cohort.uuid}/drafts/", {}).json()

    assert client_of_owner.get(f"{DRAFTS}{queued['uuid']}/audit/").status_code == 404
    problem(client_of_owner.get(f"{DRAFTS}{queued['uuid']}/scores/"), 409, "draft_not_made")
    problem(client_of_owner.get(f"{DRAFTS}{queued['uuid']}/pairs/"), 409, "draft_not_made")


@pytest.mark.parametrize("role", ["matchmaker", "viewer"])
def test_admins_who_do_not_run_the_cohort_find_nothing(draft, cohort, api, role):
    client = api(UserFactory(role=role))

    assert client.get(f"/api/v1/cohorts/{cohort.uuid}/drafts/").status_code == 404
    assert client.get(f"{DRAFTS}{draft.uuid}/").status_code == 404
    assert client.post(f"{DRAFTS}{draft.uuid}/edit/", {}).status_code == 404


def test_members_may_not_read_drafts(draft, cohort, api):
    ann = CohortMember.objects.get(person__name="Ann Able").person
    CohortOrganiser.objects.create(cohort=cohort, person=ann, part="manager")

    assert api(ann).get(f"{DRAFTS}{draft.uuid}/").status_code == 403
    assert api(ann).get(f"/api/v1/cohorts/{cohort.uuid}/drafts/").status_code == 403


def test_a_draft_that_waits_tells_its_progress(cohort, client_of_owner):
    queued = client_of_owner.post(f"/api/v1/cohorts/{cohort.uuid}/drafts/", {}).json()
    CohortDraft.objects.update(status="running", progress=40, started_at=timezone.now(), attempts=1)

    found = client_of_owner.get(f"{DRAFTS}{queued['uuid']}/").json()

    assert (found["status"], found["progress"], found["report"], found["numbers"]) == ("running", 40, [], None)
