"""Permissions of every route of the API, for every method and kind of person.

The routes come from the URLconf: a new one fails here until it has a row.
"""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from accounts.models import DataExport, MentorProfile
from tests.factories import (
    AccessTokenFactory,
    BlockFactory,
    CohortMemberFactory,
    CohortOrganiserFactory,
    CohortPairFactory,
    ConcernFactory,
    CredentialFactory,
    GoalFactory,
    HandoverFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    MilestoneFactory,
    NotificationFactory,
    PracticeRecordFactory,
    SessionFactory,
    StepFactory,
    UserFactory,
)
from tests.matching.cohorts import draft_of_cohort
from tests.pages import routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

METHODS = ["get", "post", "put", "patch", "delete"]

# The methods of each route, by the people who may call it. OWN: routes of one thing, for its owner.
PUBLIC = {"rules/": ["get"], "goal-kinds/": ["get"], "session-kinds/": ["get"]}
MEMBER = {
    "me/": ["get", "patch"],
    "me/steps/": ["get"],
    "rules/accept/": ["get", "post"],
    "me/resume/": ["post"],
    "me/calendar/": ["get", "post", "delete"],
    "me/mentor/": ["get", "post", "patch"],
    "me/busy-calendar/": ["get", "post", "put", "delete"],
    "me/turns/": ["get"],
    "me/staff-reads/": ["get"],
    "me/erasure/": ["get", "post", "delete"],
    "exports/": ["get", "post"],
    "me/mentor/how-found/": ["get"],
    "me/mentor/openings/": ["get"],
    "me/mentor/feedback/": ["get"],
    "me/mentor/record/": ["get"],
    "credentials/": ["get", "post"],
    "me/mentor/pause/": ["post"],
    "me/mentor/resume/": ["post"],
    "skills/": ["get"],
    "me/notifications/": ["get", "patch"],
    "tokens/": ["get", "post"],
    "blocks/": ["get", "post"],
    "concerns/": ["get", "post"],
    "notifications/": ["get"],
    "notifications/unread/": ["get"],
    "notifications/read-all/": ["post"],
    "goals/": ["get", "post"],
    "mentorships/": ["get"],
    "help-requests/": ["get", "post"],
    "cohorts/": ["get"],
    "cohorts/look/": ["post"],
    "cohorts/join/": ["post"],
    "help-requests/preview/": ["post"],
    "matches/": ["get"],
    "handovers/": ["get"],
    "cohort-pairs/": ["get"],
    "inbox/": ["get"],
    "company-numbers/": ["get"],
    "requests-for-me/": ["get"],
    "mentors/": ["get"],
    "practice/": ["get", "post"],
    "practice/words/": ["post"],
    "question-bank/": ["get"],
    "mentors/<uuid:uuid>/": ["get"],
}
ADMIN = {"figures/": ["get"], "mentor-applications/": ["get"]}
ADMIN_DETAIL = {
    "mentor-applications/<uuid:uuid>/": ["get"],
    "mentor-applications/<uuid:uuid>/approve/": ["post"],
    "mentor-applications/<uuid:uuid>/reject/": ["post"],
}
# For admins who run the cohort.
ORGANISERS = {
    "cohorts/<uuid:uuid>/drafts/": ["get", "post"],
    "cohort-drafts/<uuid:uuid>/": ["get"],
    "cohort-drafts/<uuid:uuid>/pairs/": ["get"],
    "cohort-drafts/<uuid:uuid>/left-out/": ["get"],
    "cohort-drafts/<uuid:uuid>/pair/": ["get"],
    "cohort-drafts/<uuid:uuid>/cost/": ["post"],
    "cohort-drafts/<uuid:uuid>/edit/": ["post"],
    "cohort-drafts/<uuid:uuid>/compare/": ["get"],
    "cohort-drafts/<uuid:uuid>/audit/": ["get"],
    "cohort-drafts/<uuid:uuid>/scores/": ["get"],
}
OWN = {
    "tokens/<uuid:uuid>/": ["delete"],
    "exports/<uuid:uuid>/": ["get"],
    "exports/<uuid:uuid>/file/": ["get"],
    "blocks/<uuid:uuid>/": ["delete"],
    "concerns/<uuid:uuid>/": ["get"],
    "concerns/<uuid:uuid>/restore-contact/": ["post"],
    "notifications/<uuid:uuid>/": ["get"],
    "notifications/<uuid:uuid>/read/": ["post"],
    "goals/<uuid:uuid>/": ["get", "patch"],
    "goals/<uuid:uuid>/reach/": ["post"],
    "goals/<uuid:uuid>/drop/": ["post"],
    "goals/<uuid:uuid>/take-up/": ["post"],
    "mentorships/<uuid:uuid>/": ["get"],
    "mentorships/<uuid:uuid>/brought-notes/": ["get"],
    "mentorships/<uuid:uuid>/common-hours/": ["get"],
    "mentorships/<uuid:uuid>/suggested-times/": ["get"],
    "mentorships/<uuid:uuid>/extend/": ["post"],
    "mentorships/<uuid:uuid>/sessions/": ["get", "post"],
    "mentorships/<uuid:uuid>/practice/": ["get", "put"],
    "practice/<uuid:uuid>/": ["get", "patch", "delete"],
    "practice/<uuid:uuid>/items/": ["post"],
    "practice/<uuid:uuid>/draw/": ["post"],
    "practice-items/<uuid:uuid>/": ["patch", "delete"],
    "practice-items/<uuid:uuid>/feedback/": ["post"],
    "mentorships/<uuid:uuid>/outcome/": ["get"],
    "mentorships/<uuid:uuid>/outcome/scale/": ["put"],
    "mentorships/<uuid:uuid>/outcome/rate/": ["post"],
    "mentorships/<uuid:uuid>/feedback/": ["get", "put"],
    "mentorships/<uuid:uuid>/feedback/thanks/": ["put"],
    "mentorships/<uuid:uuid>/feedback/report/": ["post"],
    "mentorships/<uuid:uuid>/feedback/organisers/": ["put"],
    "mentorships/<uuid:uuid>/steps/": ["get", "post"],
    "credentials/<uuid:uuid>/": ["get"],
    "credentials/<uuid:uuid>/revoke/": ["post"],
    "steps/<uuid:uuid>/": ["get", "patch"],
    "steps/<uuid:uuid>/finish/": ["post"],
    "steps/<uuid:uuid>/drop/": ["post"],
    "steps/<uuid:uuid>/reopen/": ["post"],
    "goals/<uuid:uuid>/milestones/": ["get", "post"],
    "milestones/<uuid:uuid>/": ["get", "patch", "delete"],
    "milestones/<uuid:uuid>/reach/": ["post"],
    "milestones/<uuid:uuid>/reopen/": ["post"],
    "sessions/<uuid:uuid>/": ["get", "patch"],
    "sessions/<uuid:uuid>/take/": ["post"],
    "sessions/<uuid:uuid>/propose-times/": ["post"],
    "sessions/<uuid:uuid>/keep/": ["post"],
    "sessions/<uuid:uuid>/cancel/": ["post"],
    "sessions/<uuid:uuid>/notes/": ["post"],
    "sessions/<uuid:uuid>/comes/": ["post"],
    "sessions/<uuid:uuid>/attendance/": ["post"],
    "cohorts/<uuid:uuid>/": ["get"],
    "cohorts/<uuid:uuid>/places/": ["post"],
    "cohorts/<uuid:uuid>/group/": ["post"],
    "cohorts/<uuid:uuid>/leave/": ["post"],
    "cohorts/<uuid:uuid>/mentors/": ["get"],
    "help-requests/<uuid:uuid>/": ["get", "patch", "delete"],
    "help-requests/<uuid:uuid>/submit/": ["post"],
    "help-requests/<uuid:uuid>/name-mentor/": ["post"],
    "help-requests/<uuid:uuid>/correct/": ["post"],
    "help-requests/<uuid:uuid>/withdraw/": ["post"],
    "help-requests/<uuid:uuid>/chances/": ["get"],
    "help-requests/<uuid:uuid>/ask-again/": ["post"],
    "mentorships/<uuid:uuid>/end/": ["post"],
    "mentorships/<uuid:uuid>/pause/": ["post"],
    "mentorships/<uuid:uuid>/resume/": ["post"],
    "mentorships/<uuid:uuid>/fit-checks/": ["get", "post"],
    "mentorships/<uuid:uuid>/go-on/": ["post"],
    "mentorships/<uuid:uuid>/propose-ongoing/": ["post"],
    "mentorships/<uuid:uuid>/agree-to-ongoing/": ["post"],
    "mentorships/<uuid:uuid>/refuse-ongoing/": ["post"],
    "help-requests/<uuid:uuid>/change-mentor/": ["post"],
    "help-requests/<uuid:uuid>/why-not/<uuid:mentor>/": ["get"],
    "matches/<uuid:uuid>/": ["get"],
    "matches/<uuid:uuid>/ask/": ["post"],
    "matches/<uuid:uuid>/check-reason/": ["post"],
    "matches/<uuid:uuid>/clarify/": ["post"],
    "matches/<uuid:uuid>/dismiss/": ["post"],
    "matches/<uuid:uuid>/withdraw/": ["post"],
    "matches/<uuid:uuid>/accept/": ["post"],
    "matches/<uuid:uuid>/decline/": ["post"],
    "handovers/<uuid:uuid>/": ["get"],
    "handovers/<uuid:uuid>/successors/": ["get"],
    "handovers/<uuid:uuid>/ask/": ["post"],
    "handovers/<uuid:uuid>/search/": ["post"],
    "handovers/<uuid:uuid>/wait/": ["post"],
    "company-numbers/<uuid:uuid>/": ["get"],
    "cohort-pairs/<uuid:uuid>/": ["get"],
    "cohort-pairs/<uuid:uuid>/yes/": ["post"],
    "cohort-pairs/<uuid:uuid>/no/": ["post"],
    "inbox/<uuid:uuid>/": ["get"],
    "inbox/<uuid:uuid>/ask-back/": ["post"],
    "inbox/<uuid:uuid>/accept/": ["post"],
    "inbox/<uuid:uuid>/decline/": ["post"],
    "inbox/<uuid:uuid>/withdraw/": ["post"],
    "requests-for-me/<uuid:uuid>/": ["get"],
    "requests-for-me/<uuid:uuid>/offer/": ["post"],
}
# Bob, the mentor, owns the things of these routes.
MENTORS_OWN = ("inbox/", "requests-for-me/", "credentials/", "cohort-pairs/")
DOCS = {"schema/", "docs/"}
TABLE = PUBLIC | MEMBER | ADMIN | ADMIN_DETAIL | ORGANISERS | OWN


def test_every_route_has_a_row():
    found = {route.removeprefix("api/v1/") for route in routes() if "api/v1/" in route}

    assert found - DOCS == set(TABLE)


@pytest.fixture
def things(alice, bob):
    """Return the identifier of one thing of each kind: Alice's, with Bob on the other side."""
    goal = GoalFactory(mentee=alice)
    request = HelpRequestFactory(mentee=alice, goal=goal, languages=["ja"])
    match = MatchFactory(help_request=request, mentor=bob.mentor, status="asked")
    mentorship = MentorshipFactory(goal=goal, mentor=bob.mentor)
    practice = PracticeRecordFactory(owner=alice)
    # About a third person: the two of all other things are in contact.
    report = ConcernFactory(raised_by=alice)
    draft = draft_of_cohort()
    cohort = CohortMemberFactory(person=alice).cohort
    CohortMemberFactory(cohort=cohort, person=alice, side="mentor")
    return {
        "notifications": NotificationFactory(
            recipient=alice, kind="mentor_applied", payload={"mentor": str(bob.mentor.uuid)}
        ).uuid,
        "tokens": AccessTokenFactory(user=alice).uuid,
        "exports": DataExport.objects.create(person=alice, requested_at=timezone.now(), status="failed").uuid,
        "blocks": BlockFactory(blocker=alice).uuid,
        "concerns": report.uuid,
        "goals": goal.uuid,
        "cohorts": cohort.uuid,
        "mentorships": mentorship.uuid,
        "practice": practice.uuid,
        "practice-items": practice.items.get().uuid,
        "sessions": SessionFactory(mentorship=mentorship).uuid,
        "steps": StepFactory(mentorship=mentorship).uuid,
        "credentials": CredentialFactory(mentor=bob.mentor).uuid,
        "milestones": MilestoneFactory(goal=goal).uuid,
        "help-requests": request.uuid,
        "matches": match.uuid,
        "handovers": HandoverFactory(mentorship=mentorship).uuid,
        "company-numbers": CohortOrganiserFactory(person=alice, part="employer", cohort__company="Acme").cohort.uuid,
        "cohort-pairs": CohortPairFactory(mentor=bob.mentor, help_request__languages=["ja"]).uuid,
        "inbox": match.uuid,
        "requests-for-me": MatchFactory(mentor=bob.mentor, help_request__languages=["ja"]).help_request.uuid,
        "mentors": bob.mentor.uuid,
        "mentor-applications": MentorFactory(status="applied").uuid,
        "cohort-drafts": draft.uuid,
        "cohorts/<uuid:uuid>/drafts/": draft.cohort.uuid,
    }


def address(route: str, identifier: object) -> str:
    path = route.replace("<uuid:uuid>", str(identifier))
    if "<uuid:mentor>" in path:
        path = path.replace("<uuid:mentor>", str(MentorProfile.objects.earliest("pk").uuid))
    return "/api/v1/" + path


def thing_of(route: str, things: dict) -> object:
    return things.get(route) or things.get(route.split("/")[0])


def call(client, method: str, path: str, **body: str):
    response = getattr(client, method)(path, None if method == "get" else body)
    assert response.status_code < 500, (method, path, response.content)
    return response


# Calls that are refused change nothing, so one test makes all of them.


def test_without_a_login_only_public_routes_answer(api, things):
    for route in TABLE:
        for method in METHODS:
            response = call(api(), method, address(route, thing_of(route, things)))
            if route in PUBLIC:
                assert response.status_code == (200 if method in PUBLIC[route] else 405), (method, route)
            else:
                assert response.status_code == 401, (method, route)
                assert response["WWW-Authenticate"] == "X-Session-Token"


def test_a_method_that_a_route_does_not_have_is_405(api, admin_user, alice, bob, things):
    for route, methods in TABLE.items():
        owner = (
            admin_user
            if route in ADMIN | ADMIN_DETAIL | ORGANISERS
            else bob
            if route.startswith(MENTORS_OWN)
            else alice
        )
        for method in set(METHODS) - set(methods):
            response = call(api(owner), method, address(route, thing_of(route, things)))
            assert response.status_code == 405, (method, route)


def test_another_persons_row_answers_404(api, charlie, things):
    for route, methods in OWN.items():
        for method in methods:
            others = call(api(charlie), method, address(route, thing_of(route, things)))
            missing = call(api(charlie), method, address(route, uuid.uuid4()))
            assert (others.status_code, missing.status_code) == (404, 404), (method, route)
            assert others.json() == missing.json()


def test_an_admin_cannot_act_for_a_member_by_api(api, admin_user, things):
    for route, methods in OWN.items():
        for method in methods:
            response = call(api(admin_user), method, address(route, thing_of(route, things)))
            assert response.status_code == 404, (method, route)


@pytest.mark.parametrize("route", OWN)
def test_an_owner_reaches_their_own_thing(route, api, alice, bob, things):
    owner = bob if route.startswith(MENTORS_OWN) else alice
    for method in OWN[route]:
        response = call(api(owner), method, address(route, thing_of(route, things)))
        found = response.status_code in (200, 201, 204, 400, 409) or response.json()["code"] in (
            "not_your_turn",
            "log_in_again",
        )
        assert found, response.content


@pytest.mark.parametrize("route", ADMIN | ADMIN_DETAIL)
def test_routes_for_admins_are_403_for_members(route, api, alice, bob, admin_user, things):
    for method in TABLE[route]:
        path = address(route, things["mentor-applications"])
        assert call(api(alice), method, path).status_code == 403
        assert call(api(bob), method, path).status_code == 403
        body = {"reason": "Come back in a year."} if path.endswith("/reject/") else {}
        assert call(api(admin_user), method, path, **body).status_code == 200


@pytest.mark.parametrize("route", ORGANISERS)
def test_routes_of_a_cohort_are_for_admins_who_run_it(route, api, alice, bob, admin_user, things):
    path = address(route, thing_of(route, things))
    for method in ORGANISERS[route]:
        assert call(api(alice), method, path).status_code == 403
        assert call(api(bob), method, path).status_code == 403
        assert call(api(UserFactory(role="matchmaker")), method, path).status_code == 404
        assert call(api(admin_user), method, path).status_code in (200, 201, 400, 409)


@pytest.mark.parametrize(
    "route",
    [
        "blocks/",
        "concerns/",
        "goals/",
        "mentorships/",
        "help-requests/",
        "cohorts/",
        "matches/",
        "practice/",
        "exports/",
        "company-numbers/",
        *MENTORS_OWN,
        "notifications/",
    ],
)
def test_a_list_has_nothing_of_others(route, api, alice, bob, charlie, things):
    owner = bob if route in MENTORS_OWN else alice

    def rows(person):
        answer = api(person).get(address(route, "")).json()
        return answer["results"] if isinstance(answer, dict) else answer

    assert rows(charlie) == []
    assert len(rows(owner)) == 1


def test_a_mentor_does_not_read_proposals(api, bob):
    proposed = MatchFactory(mentor=bob.mentor)

    assert api(bob).get("/api/v1/inbox/").json()["results"] == []
    assert api(bob).get(f"/api/v1/inbox/{proposed.uuid}/").status_code == 404
    assert api(bob).get(f"/api/v1/matches/{proposed.uuid}/").status_code == 404


def test_a_deactivated_member_is_401(client, alice):
    client.force_login(alice)
    assert client.get("/api/v1/me/").status_code == 200
    alice.is_active = False
    alice.save()

    assert client.get("/api/v1/me/").status_code == 401


def test_mail_addresses_are_shown_only_after_both_said_yes(api, alice, bob, things):
    assert "bob@example.org" not in api(alice).get("/api/v1/matches/").content.decode()
    assert "alice@example.org" not in api(bob).get("/api/v1/inbox/").content.decode()
    assert "bob@example.org" in api(alice).get("/api/v1/mentorships/").content.decode()
