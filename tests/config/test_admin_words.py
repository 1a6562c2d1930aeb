"""Words of the admin for readers who are no programmers: titles of rows, labels of fields, and the way to a page."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.admin.base import in_named_zone
from accounts.models import CommunityRules, Escalation, EscalationRule, MentorDecision
from config.admin_menu import MENU
from matching.models import Match, WaitingRequest
from mentorship.models import Exclusion
from tests.factories import (
    NOW,
    BlockFactory,
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
from tests.helpers import log_in_with_second_factor

pytestmark = pytest.mark.django_db

MODELS = list(admin.site._registry)
# Names of columns, and of things that only programs know.
JARGON = re.compile(r"\b(uuid|ref|pk|key|payload|criteria|engine|minute|ID)\b|\b(at|zone|timezone|by on)$|_")
FINE = {"time zone", "time zone there", "number on the credential", "time zone of the place", "client ID"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


@pytest.fixture
def mira():
    return UserFactory(name="Mira Castellano")


@pytest.fixture
def jonas():
    return MentorFactory(user__name="Jonas Weidling")


# --- titles of rows -------------------------------------------------------------------------------------------------


def test_a_request_is_named_by_its_mentee_and_its_goal(mira):
    request = HelpRequestFactory(mentee=mira, goal__kind__name="Find a job")

    assert str(request) == str(WaitingRequest.objects.get()) == "Request of Mira Castellano: Find a job"


def test_a_match_and_a_handover_are_named_by_the_two(mira, jonas):
    match = MatchFactory(mentor=jonas, help_request__mentee=mira)
    mentorship = MentorshipFactory(mentor=jonas, goal__mentee=mira)

    assert str(match) == "Jonas Weidling for Mira Castellano"
    assert str(HandoverFactory(mentorship=mentorship)) == "Handover: Jonas Weidling and Mira Castellano"


def test_rows_of_one_person_are_named_by_the_person(mira, jonas):
    goal = GoalFactory(mentee=mira, kind__name="Find a job")
    mentorship = MentorshipFactory(mentor=jonas, goal=goal)

    assert str(MilestoneFactory(goal=goal, position=2)) == "Milestone 2 of Mira Castellano: Find a job"
    step = StepFactory(mentorship=mentorship, whose="mentor")
    assert str(step) == "Step of Jonas Weidling: Jonas Weidling and Mira Castellano"
    assert str(PracticeRecordFactory(owner=mira)) == "Practice record of Mira Castellano"
    accepted = mira.accepted_rules.create(rules=CommunityRules.objects.get(version=1), accepted_at=NOW)
    assert str(accepted) == "Mira Castellano accepted version 1"


def test_two_who_are_kept_apart_are_named(mira, jonas):
    first, second = sorted([mira, jonas.user], key=lambda person: person.pk)
    exclusion = Exclusion.objects.create(first=first, second=second, reason="other")

    assert str(exclusion) == f"{first} apart from {second}"
    assert str(BlockFactory(blocker=mira, blocked=jonas.user)) == "Mira Castellano blocks Jonas Weidling"


def test_a_message_is_named_by_its_subject_and_codes_are_words():
    assert str(NotificationFactory(title="A mentor fits your request")) == "A mentor fits your request"
    assert str(Escalation(kind="no_shows", subject=7)) == "No shows, number 7"
    assert str(EscalationRule(kind="silent_pair")) == "Silent pair"
    assert str(MentorDecision(before="applied", after="rejected")) == "Applied → Rejected"


def test_a_message_to_a_channel_has_no_person_and_the_error_names_no_title():
    post = NotificationFactory(recipient=None, channel="admins", title="About Mira Castellano", payload={})

    with pytest.raises(ValueError, match=f"notification {post.uuid} goes to a channel"):
        post.person  # noqa: B018


def test_the_page_of_a_request_names_its_matches(admin_client, mira, jonas):
    match = MatchFactory(mentor=jonas, help_request__mentee=mira)
    address = reverse("admin:matching_helprequest_change", args=[match.help_request_id])

    page = admin_client.get(address).content.decode()

    assert "<title>Request of Mira Castellano: " in page
    assert "Jonas Weidling for Mira Castellano" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_titles_of_matches_cost_no_further_query(rows, admin_client, django_assert_num_queries):
    request = HelpRequestFactory()
    MatchFactory.create_batch(rows, help_request=request)
    address = reverse("admin:matching_helprequest_change", args=[request.pk])
    admin_client.get(address)

    with django_assert_num_queries(11):
        admin_client.get(address)


# --- labels ---------------------------------------------------------------------------------------------------------


def labels(model) -> set[str]:
    """Return the labels of a list and of a form, with those of the rows in it, as an owner reads them."""
    model_admin = admin.site._registry[model]
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(pk=0, role="owner", is_active=True, is_staff=True, has_perm=lambda *_: True)
    row = model()
    found = {label_for_field(name, model, model_admin) for name in model_admin.get_list_display(request)}
    fields = flatten_fieldsets(model_admin.get_fieldsets(request, row))
    found |= {label_for_field(name, model, model_admin) for name in fields}
    for inline in model_admin.get_inline_instances(request, None):
        fields = flatten_fieldsets(inline.get_fieldsets(request, row))
        found |= {label_for_field(name, inline.model, inline) for name in fields}
    return {str(label) for label in found}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_labels_are_words_and_no_names_of_columns(model):
    assert {label for label in labels(model) if JARGON.search(label)} <= FINE


def test_a_match_shows_its_reasons_as_lines(admin_client):
    match = MatchFactory(reasons=["Knows git.", "Lives nearby."], mentor_reasons=["Needs git."])

    page = admin_client.get(reverse("admin:matching_match_change", args=[match.pk])).content.decode()

    assert "Knows git.<br>Lives nearby." in page
    assert "Needs git." in page
    assert not UUID.search(page.partition('id="content"')[2])


def test_messages_are_filtered_by_kinds_in_words(admin_client):
    NotificationFactory(kind="match_asked")

    page = admin_client.get(reverse("admin:accounts_notification_changelist")).content.decode()

    assert ">Match asked</a>" in page
    assert ">match_asked<" not in page


# --- the way to a page ----------------------------------------------------------------------------------------------


def group_of(model) -> str:
    [name] = [name for name, models in MENU.items() if model.__name__ in models]
    return name


@pytest.mark.parametrize("page", ["changelist", "change", "history"])
def test_the_way_to_a_page_follows_the_menu(page, admin_client):
    match = MatchFactory()

    address = reverse(f"admin:matching_match_{page}", args=[] if page == "changelist" else [match.pk])
    way = admin_client.get(address).content.decode().partition('<div class="breadcrumbs">')[2].partition("</div>")[0]

    assert f'<a href="{reverse("admin:index")}#menu-requests-and-matches">{group_of(Match)}</a> › ' in way
    assert f'"{reverse("admin:app_list", args=["matching"])}"' not in way


def test_a_page_of_our_own_has_the_group_as_well(client, admin_user):
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))
    request = HelpRequestFactory()

    page = client.get(reverse("admin:matching_waitingrequest_decide", args=[request.pk])).content.decode()

    way = page.partition('<div class="breadcrumbs">')[2].partition("</div>")[0]
    assert way.count("Requests and matches") == 1


# --- time zones -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["changelist", "change"])
def test_the_time_zone_of_a_person_is_in_words(page, admin_client, mira):
    mira.profile.timezone = "Asia/Kathmandu"
    mira.profile.save()

    address = reverse(f"admin:accounts_profile_{page}", args=[] if page == "changelist" else [mira.profile.pk])

    assert "Kathmandu, Nepal, UTC+5:45" in admin_client.get(address).content.decode()


def test_the_time_zone_of_a_place_is_in_words(admin_client):
    session = SessionFactory(place="Room 4, Main Street 1", place_zone="Asia/Kathmandu")

    page = admin_client.get(reverse("admin:mentorship_session_change", args=[session.pk])).content.decode()

    assert "Kathmandu, Nepal, UTC+5:45" in page
    assert "Asia/Kathmandu" not in page


def test_a_moment_for_other_admins_names_its_zone_in_words():
    with timezone.override("Asia/Kathmandu"):
        assert in_named_zone(datetime(2026, 7, 1, 12, tzinfo=UTC)) == "1 July 2026, 17:45 (Kathmandu, Nepal, UTC+5:45)"
