"""Kinds of goals and sessions, and skills, that nobody can choose any more: what uses them keeps them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Skill
from accounts.selectors import skills_named
from matching.pages.request_form import RequestForm
from mentorship.models import GoalKind, SessionKind
from mentorship.pages.goals import GoalForm
from mentorship.pages.offer import OfferForm
from mentorship.selectors.kinds import goal_kind_choices, session_kind_choices
from mentorship.selectors.mentors import mentors_with_offer
from mentorship.selectors.sessions import kinds_to_plan
from tests.factories import GoalFactory, HelpRequestFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def off():
    """Switch a kind of goal and a kind of session off."""
    goal, session = GoalKind.objects.get(code="promotion"), SessionKind.objects.get(code="cv_review")
    for kind in (goal, session):
        kind.is_offered = False
        kind.save()
    return goal, session


def test_new_rows_cannot_choose_it(off, alice, api):
    answer = api(alice).post("/api/v1/goals/", {"kind": off[0].code, "target_role": "Lead"})

    assert answer.status_code == 400
    assert "cannot be chosen any more" in str(answer.json())
    assert off[0].code not in dict(goal_kind_choices())
    assert off[1].code not in dict(session_kind_choices())
    assert off[1] not in kinds_to_plan(MentorshipFactory())
    assert off[1].code not in {kind.code for kind in RequestForm(mentee=alice).kinds}


def test_a_session_of_the_kind_is_not_proposed(off, alice, bob, api):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    body = {"kind": off[1].code, "times": ["2027-01-04T10:00:00Z"]}

    answer = api(alice).post(f"/api/v1/mentorships/{mentorship.uuid}/sessions/", body)

    assert answer.status_code == 400


def test_the_lists_of_the_api_leave_it_out(off, api):
    for path, kind in zip(("goal-kinds", "session-kinds"), off, strict=True):
        found = api().get(f"/api/v1/{path}/").json()
        rows = found["results"] if isinstance(found, dict) else found
        assert rows
        assert kind.code not in {row["code"] for row in rows}


def test_goals_requests_and_offers_keep_it(off, alice, bob, api):
    goal = GoalFactory(mentee=alice, kind=off[0])
    request = HelpRequestFactory(mentee=alice, goal=goal, session_kind=off[1], status="draft")
    bob.mentor.goal_kinds.add(off[0])
    bob.mentor.session_kinds.add(off[1])

    assert off[0].code in dict(GoalForm(instance=goal).fields["kind"].choices)
    assert off[1] in RequestForm(mentee=alice, help_request=request).kinds
    form = OfferForm(instance=mentors_with_offer().get(user=bob))
    assert off[0].code in dict(form.fields["goals"].choices)
    assert off[1].code in dict(form.fields["session_kinds"].choices)
    kept = api(bob).patch("/api/v1/me/mentor/", {"goals": [off[0].code], "session_kinds": [off[1].code]})
    assert kept.status_code == 200


def test_a_mentor_who_does_not_offer_it_cannot_add_it(off, bob, api):
    bob.mentor.goal_kinds.clear()

    assert api(bob).patch("/api/v1/me/mentor/", {"goals": [off[0].code]}).status_code == 400
    assert not bob.mentor.goal_kinds.exists()


def test_a_skill_that_is_switched_off_is_not_suggested(api):
    skill = Skill.objects.filter(aliases__isnull=False).first()
    alias = skill.aliases.first()
    Skill.objects.filter(pk=skill.pk).update(is_offered=False)

    assert skill.name not in {name for name, _stands_for in skills_named(skill.name, most=50)}
    assert skill.name not in {stands_for for _name, stands_for in skills_named(alias.name, most=50)}


def test_the_page_of_a_session_kind_counts_its_requests(admin_client, off):
    HelpRequestFactory.create_batch(2, session_kind=off[1])

    page = admin_client.get(reverse("admin:mentorship_sessionkind_change", args=[off[1].pk])).content.decode()

    assert ">2 help requests</a>" in page
    link = f"{reverse('admin:matching_helprequest_changelist')}?session_kind__id__exact={off[1].pk}"
    assert link in page
    assert admin_client.get(link).context["cl"].result_count == 2


def test_the_last_kind_stays(admin_client):
    last = GoalKind.objects.all()[0]
    GoalKind.objects.exclude(pk=last.pk).update(is_offered=False)
    form = {name: getattr(last, name) for name in ("name", "phrase", "description", "usual_weeks", "position")}

    answer = admin_client.post(reverse("admin:mentorship_goalkind_change", args=[last.pk]), form)

    assert "It is the last one that can be chosen" in answer.content.decode()
    last.refresh_from_db()
    assert last.is_offered
