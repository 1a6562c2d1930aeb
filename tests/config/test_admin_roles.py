"""Each role at each page and action of the admin. The addresses come from the admin site, so a new one is tried too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import (
    Block,
    BulkAction,
    BusyCalendar,
    CommunityRules,
    CommunitySetting,
    Erasure,
    Escalation,
    EscalationRule,
    MentorProfile,
    RulesAcceptance,
    TrialMode,
    User,
)
from accounts.notifications.registry import chosen_groups, kind_of, register
from accounts.open_escalations import Cause
from accounts.roles import add_rows, all_permissions
from accounts.selectors import current_rules
from accounts.services.mentors import apply_to_mentor
from accounts.services.roles import change_role
from matching.jobs.daily_summary import send_daily_summaries
from matching.models import CohortDraft, Import
from mentorship.models import CalendarAddress, Cohort, Exclusion, Feedback
from tests.escalations import application_waits
from tests.factories import (
    NOW,
    AccessTokenFactory,
    CohortOrganiserFactory,
    ConcernFactory,
    DirectoryEntryFactory,
    GroupMailFactory,
    HelpRequestFactory,
    IdentityProviderFactory,
    MentorFactory,
    NotificationFactory,
    OrganiserNoteFactory,
    UserFactory,
    WebhookEndpointFactory,
)
from tests.helpers import kinds, log_in_with_second_factor, run_admin_action, send
from tests.matching.cohorts import draft_of_cohort
from tests.pages import things_of
from tests.rules import new_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ROLES = ("owner", "manager", "matchmaker", "viewer", "programme")
MODELS = list(admin.site._registry)
# The lists that a matchmaker opens. Owners and managers open every list.
MATCHMAKER_SEES = {
    "accounts.bulkaction",
    "accounts.escalation",
    "accounts.mentorprofile",
    "accounts.skill",
    "matching.helprequest",
    "matching.match",
    "matching.waitingrequest",
    "mentorship.goal",
    "mentorship.goalkind",
    "mentorship.sessionkind",
}
# Rows that managers and owners add and delete.
ADDED = {
    "accounts.block",
    "accounts.skill",
    "matching.import",
    "mentorship.cohort",
    "mentorship.exclusion",
    "mentorship.goalkind",
    "mentorship.sessionkind",
}
DELETED = ADDED - {"matching.import", "mentorship.cohort"} | {"mentorship.calendaraddress", "mentorship.goal"}
ADDED_BY_OWNERS = {
    *("accounts.communityrules", "accounts.identityprovider", "accounts.serviceaccount", "accounts.webhookendpoint")
}
# The only list of a programme manager, with the own rows.
PROGRAMME_SEES = {"mentorship.cohort"}
OWN_LISTS = {"accounts.communitysetting"}
# Pages of our own, and who opens them besides the owner.
# The pages about the drafts of a cohort.
DRAFT_PAGES = (
    "drafts",
    "draft",
    "pair",
    "edit",
    "compare",
    "publish",
    "take_back",
    "audit",
    "scores",
    "answers",
    "decisions",
)
OWN_PAGES = {
    "accounts_escalation_one": {"manager", "matchmaker"},
    "accounts_escalation_rule": {"manager"},
    "accounts_escalation_rules": {"manager"},
    "accounts_communitysetting_one": set(),
    "accounts_communityrules_withdraw": set(),
    "accounts_communityrules_reschedule": set(),
    "accounts_notification_catalogue": {"manager"},
    "accounts_notification_sample": {"manager"},
    "accounts_groupmail_recipients": {"manager"},
    "accounts_groupmail_one": {"manager"},
    "accounts_trialmode_switch": set(),
    "accounts_user_role": set(),
    "accounts_user_record": {"manager"},
    "accounts_user_data": {"manager"},
    "accounts_user_duplicates": {"manager"},
    "accounts_user_merge": {"manager"},
    "accounts_mentorprofile_decide": {"manager", "matchmaker"},
    "matching_helprequest_decide": {"manager", "matchmaker"},
    "matching_waitingrequest_decide": {"manager", "matchmaker"},
    "matching_helprequest_why_not": {"manager", "matchmaker"},
    "matching_waitingrequest_why_not": {"manager", "matchmaker"},
    "matching_helprequest_recruit": {"manager", "matchmaker"},
    "matching_helprequest_propose": {"manager", "matchmaker"},
    "matching_waitingrequest_propose": {"manager", "matchmaker"},
    "matching_match_move_on": {"manager", "matchmaker"},
    "matching_handover_start": {"manager"},
    "matching_helprequest_deserts": {"manager", "matchmaker", "viewer"},
    "matching_import_columns": {"manager"},
    "accounts_user_export": {"manager"},
    "accounts_mentorprofile_export": {"manager", "matchmaker"},
    "matching_helprequest_export": {"manager", "matchmaker"},
    "matching_waitingrequest_export": {"manager", "matchmaker"},
    "matching_match_export": {"manager", "matchmaker"},
    "mentorship_mentorship_export": {"manager"},
    "mentorship_session_export": {"manager"},
    "mentorship_cohort_run": {"manager", "programme"},
    "mentorship_cohort_archive": {"manager", "programme"},
    "mentorship_cohort_members": {"manager", "programme"},
    "mentorship_cohort_member": {"manager", "programme"},
    "mentorship_cohort_take_out": {"manager", "programme"},
    "mentorship_cohort_organisers": {"manager"},
    **{f"mentorship_cohort_{page}": {"manager", "programme"} for page in DRAFT_PAGES},
    "mentorship_mentorship_end": {"manager"},
    "mentorship_mentorship_extend": {"manager"},
    "mentorship_session_settle": {"manager"},
}
# Pages of the site itself: the same answer for each role.
OF_THE_SITE = {
    "index": 200,
    "login": 302,
    "logout": 405,
    "password_change": 302,
    "password_change_done": 200,
    "jsi18n": 200,
    "view_on_site": 404,
}
# The actions, and which of them a matchmaker has. Owners and managers have all.
ACTIONS = {
    "accounts.user": {"trust_address", "resume_asking", "write_to_people"},
    "accounts.mentorprofile": {"approve", "reject", "reopen", "pause", "resume", "suspend", "lift", "write_to_people"},
    "accounts.notification": {"resend", "cancel", "note_arrival"},
    "accounts.accesstoken": {"revoke"},
    "accounts.webhookdelivery": {"replay"},
    "matching.helprequest": {"find_mentors", "write_to_people"},
    "matching.waitingrequest": {"find_mentors", "write_to_people"},
    "mentorship.credential": {"revoke"},
    "mentorship.feedback": {"hide", "keep"},
    "mentorship.organisernote": {"read"},
    "mentorship.mentorship": {"end", "write_to_people"},
    "mentorship.session": {"cancel", "held", "missed_by_mentor", "missed_by_mentee"},
}
MATCHMAKER_DOES = {"matching.helprequest": {"find_mentors"}, "matching.waitingrequest": {"find_mentors"}}


def label(model) -> str:
    return model._meta.label_lower


def opens(role: str, model, view: str) -> bool:
    name = label(model)
    if view == "add":
        return (name in ADDED and role in ("owner", "manager")) or (name in ADDED_BY_OWNERS and role == "owner")
    if view == "delete":
        return name in DELETED and role in ("owner", "manager")
    seen = {"matchmaker": MATCHMAKER_SEES, "programme": PROGRAMME_SEES}
    return role in ("owner", "manager") or name in seen.get(role, ())


@pytest.fixture
def rows(alice, bob, charlie):
    """A row of each model."""
    things_of(alice, bob)
    HelpRequestFactory()
    NotificationFactory()
    ConcernFactory()
    application_waits(NOW)
    Escalation.objects.create(kind="application_waits", subject=1, since_at=NOW)
    EscalationRule.objects.create(kind="application_waits", days=5)
    CommunitySetting.objects.create(code="concern_days", value=5, set_at=NOW)
    TrialMode.objects.create()
    BulkAction.objects.create(
        model="matching.helprequest", action="find_mentors", label="Look for mentors now", status_since_at=NOW, total=1
    )
    GroupMailFactory(people=[alice])
    AccessTokenFactory(user=alice)
    DirectoryEntryFactory()
    UserFactory(is_service=True, password="!", name="A Program")
    WebhookEndpointFactory(kinds=["member.joined"])
    IdentityProviderFactory()
    UserFactory()
    Block.objects.create(blocker=alice, blocked=charlie)
    Exclusion.objects.create(
        **dict(zip(("first", "second"), sorted([alice, charlie], key=lambda u: u.pk), strict=True))
    )
    BusyCalendar.objects.create(profile=alice.profile, sealed_address=b"sealed")
    CalendarAddress.objects.create(person=alice, digest="0" * 64, created_at=NOW)
    RulesAcceptance.objects.create(user=alice, rules=current_rules(), accepted_at=NOW)
    new_rules(at=timezone.now() + timedelta(days=9))
    feedback = Feedback.objects.filter(opened_at__isnull=False).first()
    Feedback.objects.filter(pk=feedback.pk).update(reported_at=NOW, report_reason="It hurts.")
    Import.objects.create(
        kind="people", file_name="people.csv", status_since_at=NOW, header=["Email"], columns=["email"], total=1
    )
    Erasure.objects.create(person=charlie, by=charlie, asked_at=NOW, due_at=NOW)
    OrganiserNoteFactory(author=alice, mentorship=feedback.mentorship)
    # The pages of a cohort are tried with the first one, and those about drafts with one that has a draft.
    drafted = draft_of_cohort().cohort
    for person in User.objects.filter(role="programme"):
        for cohort in (Cohort.objects.earliest("pk"), drafted):
            CohortOrganiserFactory(person=person, cohort=cohort)


@pytest.fixture(params=ROLES)
def role(request):
    return request.param


@pytest.fixture
def browser(client, role, admin_user):
    """A client of an admin with the role. An owner is there as well."""
    log_in_with_second_factor(client, UserFactory(role=role, name="Ruth Reader", email="ruth@example.org"))
    return client


def row_of(model):
    # The reader is one of the two of no row.
    request = SimpleNamespace(user=UserFactory(role="owner"))
    row = admin.site._registry[model].get_queryset(request).order_by("pk").first()
    assert row is not None, f"the test has no {label(model)}"
    return row


CODES = {
    "accounts_notification_sample": {"code": "mentor_applied"},
    "accounts_escalation_rule": {"code": "application_waits"},
    "accounts_communitysetting_one": {"code": "concern_days"},
}


def of_an_escalation() -> dict[str, object]:
    mentor = MentorProfile.objects.get(status="applied")
    cause = Cause(kind="application_waits", subject=mentor.pk, since_at=mentor.status_since_at)
    return {"code": cause.kind, "subject": cause.subject, "since": cause.since}


def of_a_draft(pattern) -> str:
    """Return the address of a page about the draft, with what it asks for."""
    draft = CohortDraft.objects.select_related("scores").latest("pk")
    mentee, mentor = draft.scores.mentees[0], draft.scores.mentors[0]
    known = {"pk": draft.cohort_id, "number": draft.number, "member": mentee}
    query = {"edit": {"do": "forbid", "mentee": mentee, "mentor": mentor}, "compare": {"one": 1, "other": 1}}
    return reverse(
        f"admin:{pattern.name}",
        kwargs={name: known[name] for name in pattern.pattern.converters},
        query=query.get(pattern.name.removeprefix("mentorship_cohort_")),
    )


def addresses(model) -> Iterator[tuple[str, str]]:
    """Yield the name of each page of a model, without its app and model, and an address."""
    row = row_of(model)
    for pattern in admin.site._registry[model].get_urls():
        if pattern.name:
            values = CODES.get(pattern.name, {})
            if pattern.name == "accounts_escalation_one":
                values = of_an_escalation()
            elif pattern.name == "matching_handover_start":
                values = {"pk": row_of(MentorProfile).pk}
            elif pattern.name == "accounts_groupmail_one":
                values = {"pk": row.pk, "recipient": row.recipients.get().pk}
            elif pattern.name in ("mentorship_cohort_member", "mentorship_cohort_take_out"):
                values = {"pk": row.pk, "member": row.members.earliest("pk").pk}
            elif pattern.name.removeprefix("mentorship_cohort_") in DRAFT_PAGES:
                yield pattern.name, of_a_draft(pattern)
                continue
            elif pattern.name in ("accounts_communityrules_withdraw", "accounts_communityrules_reschedule"):
                values = {"pk": CommunityRules.objects.latest("version").pk}
            values = {name: values.get(name) or row.pk for name in pattern.pattern.converters}
            yield pattern.name, reverse(f"admin:{pattern.name}", kwargs=values)


def test_each_page_opens_for_the_roles_that_may_and_none_changes_who_is_logged_in(browser, role, rows):
    """There is no way to act as somebody else."""
    me = browser.session[SESSION_KEY]
    answers, expected = {}, {}
    for model in MODELS:
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        for name, address in addresses(model):
            view = name.removeprefix(prefix)
            if view in ("changelist", "views", "add", "history", "delete", "change"):
                may = opens(role, model, view)
            else:
                may = role == "owner" or role in OWN_PAGES[name]
            # The page that would delete a person leads to the one that says why not.
            leads_on = name == "accounts_user_delete"
            expected[address] = 302 if leads_on else 200 if may else 403
            answers[address] = browser.get(address).status_code
            assert browser.session[SESSION_KEY] == me, address

    assert answers == expected
    assert len(answers) > 5 * len(MODELS)
    # An owner may do what the others may.
    for address in answers if role == "owner" else ():
        browser.post(address)
        assert browser.session[SESSION_KEY] == me, address


def test_each_page_that_belongs_to_no_model_answers_each_role(browser, role, rows):
    apps_seen = {label(model).partition(".")[0] for model in MODELS if opens(role, model, "changelist")}
    for pattern in admin.site.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name in OF_THE_SITE:
            values = dict.fromkeys(pattern.pattern.converters, "1")
            assert browser.get(reverse(f"admin:{pattern.name}", kwargs=values)).status_code == OF_THE_SITE[pattern.name]
        elif isinstance(pattern, URLPattern) and pattern.name not in (None, "autocomplete", "app_list"):
            pytest.fail(f"a new page: {pattern.name}")
    for app in ("accounts", "mentorship", "matching"):
        address = reverse("admin:app_list", args=[app])
        assert browser.get(address).status_code == (200 if app in apps_seen else 404)


def test_the_choices_of_a_field_show_people_to_those_who_see_people(browser, role):
    query = {"app_label": "accounts", "model_name": "block", "field_name": "blocker", "term": "a"}

    answer = browser.get(reverse("admin:autocomplete"), query)

    assert answer.status_code == (200 if role in ("owner", "manager") else 403)


def test_each_list_offers_the_actions_of_the_role(browser, role, rows):
    for model in MODELS:
        if not opens(role, model, "changelist"):
            continue
        changelist = browser.get(reverse(f"admin:{label(model).replace('.', '_')}_changelist"))
        if "cl" not in changelist.context:  # a page of our own
            assert label(model) in OWN_LISTS
            continue
        offered = set(changelist.context["cl"].model_admin.get_actions(changelist.wsgi_request)) - {"delete_selected"}
        every = ACTIONS.get(label(model), set())
        assert offered == (MATCHMAKER_DOES.get(label(model), set()) if role == "matchmaker" else every), model


def test_an_action_that_a_role_has_not_does_nothing(client, admin_user, rows):
    matchmaker = UserFactory(role="matchmaker")
    log_in_with_second_factor(client, matchmaker)
    for model_name, actions in ACTIONS.items():
        model = apps.get_model(model_name)
        for action in actions - MATCHMAKER_DOES.get(model_name, set()):
            before = list(model.objects.order_by("pk").values())
            run_admin_action(client, model_name.replace(".", "_"), action, *model.objects.all())
            assert list(model.objects.order_by("pk").values()) == before, (model_name, action)


def test_nothing_that_acts_as_somebody_else_is_installed(settings):
    words = re.compile(r"impersonat|hijack|loginas|login_as|switch_user|sudo|masquerade", re.IGNORECASE)
    named = [*settings.INSTALLED_APPS, *settings.MIDDLEWARE, *settings.AUTHENTICATION_BACKENDS, *_routes()]
    named += [line for line in (settings.BASE_DIR / "requirements.txt").read_text().splitlines() if line[:1].isalpha()]

    assert [name for name in named if words.search(name)] == []


def test_code_of_our_own_logs_nobody_in(settings):
    """Only allauth opens a session, after a password or a code."""
    opened = re.compile(
        r"\b(?:perform_login|django_login|auth_login|force_login|(?<!\.)login)\(|_auth_user_id|SESSION_KEY\] ?="
    )
    allowed = {"accounts/adapter.py", "config/admin_site.py"}
    found = {
        str(file.relative_to(settings.BASE_DIR))
        for app in ("accounts", "mentorship", "matching", "config")
        for file in (settings.BASE_DIR / app).rglob("*.py")
        if opened.search(file.read_text())
    }

    assert found <= allowed


def _routes(patterns=None) -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        yield str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns)


# --- the table ------------------------------------------------------------------------------------------------


def test_every_model_and_action_of_the_admin_has_a_row_in_the_table():
    listed = set(all_permissions())
    for model, model_admin in admin.site._registry.items():
        app, name = model._meta.app_label, model._meta.model_name
        assert f"{app}.view_{name}" in listed, model
        for inline in model_admin.inlines:
            assert f"{inline.model._meta.app_label}.view_{inline.model._meta.model_name}" in listed, inline
        for action in model_admin.actions or ():
            found = action if isinstance(action, str) else action.__name__
            assert f"{app}.{found}_{name}" in listed, (model, action)


def test_every_row_of_the_table_is_asked_for_by_an_owner_too():
    for permission, roles in all_permissions().items():
        assert "owner" in roles, permission
        assert roles <= set(ROLES), permission


def test_owners_alone_may_do_what_no_row_names():
    may = {role: User(role=role, is_staff=True).has_perm("accounts.invent_thing") for role in ROLES}

    assert may == {role: role == "owner" for role in ROLES}


def test_a_permission_has_one_row():
    with pytest.raises(ValueError, match="two rows"):
        add_rows("accounts", {"user": {"view": {"owner"}}})


@pytest.mark.parametrize("role", ROLES)
def test_a_locked_admin_may_do_nothing(role):
    locked = User(role=role, is_staff=True, is_active=False)

    assert not any(locked.has_perm(permission) for permission in all_permissions())
    assert not locked.has_module_perms("accounts")


# --- the limits of a matchmaker and a viewer ------------------------------------------------------------------


def test_a_matchmaker_reads_no_address_anywhere(client, admin_user, rows):
    log_in_with_second_factor(client, UserFactory(role="matchmaker", email="max@example.org"))
    others = set(User.objects.exclude(email="max@example.org").values_list("email", flat=True))

    pages = {reverse("admin:index"): ""}
    for model in MODELS:
        for _name, address in addresses(model):
            answer = client.get(address)
            if answer.status_code == 200:
                pages[address] = answer.getvalue().decode()

    assert len(pages) > 20
    assert {address for address, page in pages.items() if any(email in page for email in others)} == set()


@pytest.mark.parametrize("model", ["accounts_mentorprofile", "matching_helprequest", "matching_match"])
def test_a_search_tells_a_matchmaker_no_address(model, admin_client, rows):
    matchmaker = Client()
    log_in_with_second_factor(matchmaker, UserFactory(role="matchmaker"))
    address = reverse(f"admin:{model}_changelist")
    searched = "bob@example.org" if model == "accounts_mentorprofile" else "alice@example.org"

    assert admin_client.get(address, {"q": searched}).context["cl"].result_count > 0
    assert matchmaker.get(address, {"q": searched}).context["cl"].result_count == 0


def test_a_matchmaker_reads_neither_trouble_nor_letters(client, admin_user, rows, bob):
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))
    match = bob.mentor.matches.filter(status="asked").first()
    match.why_you = "Because you know my former boss."
    match.save()

    mentor = client.get(reverse("admin:accounts_mentorprofile_change", args=[bob.mentor.pk])).content.decode()
    letter = client.get(reverse("admin:matching_match_change", args=[match.pk])).content.decode()

    assert "Why they want to mentor" in mentor
    assert "Reason of the pause" not in mentor
    assert "decision" not in mentor.lower()
    assert "former boss" not in letter
    assert client.get(reverse("admin:accounts_mentorprofile_changelist"), {"pause_cause": "missed"}).status_code == 400


def test_a_matchmaker_reads_no_private_rule_in_why_not(client, admin_client, alice, bob):
    matchmaker = Client()
    log_in_with_second_factor(matchmaker, UserFactory(role="matchmaker"))
    Block.objects.create(blocker=alice, blocked=bob)
    address = reverse("admin:matching_helprequest_why_not", args=[HelpRequestFactory(mentee=alice).pk])

    named = matchmaker.get(address, {"mentor": "bob baker"}).content.decode()

    assert "kept apart" in admin_client.get(address, {"mentor": "bob@example.org"}).content.decode()
    assert "kept apart" not in named
    assert "Fit: " in named
    assert "nobody who could be suggested" in matchmaker.get(address, {"mentor": "bob@example.org"}).content.decode()


def test_a_viewer_reads_figures_and_no_names(client, admin_user, rows):
    log_in_with_second_factor(client, UserFactory(role="viewer", name="Vera Viewer"))
    names = User.objects.exclude(name="Vera Viewer").values_list("name", flat=True)

    page = client.get(reverse("admin:index")).content.decode()

    assert "Mail now:" in page
    assert "/admin/accounts/" not in page
    assert [name for name in names if name in page] == []


def test_the_first_visit_of_each_role_leads_to_an_authenticator_app(client, role):
    person = UserFactory(role=role)
    client.force_login(person)

    page = client.get(reverse("admin:index"), follow=True)

    assert not Authenticator.objects.filter(user=person).exists()
    assert page.request["PATH_INFO"] in (reverse("mfa_activate_totp"), reverse("account_reauthenticate"))


# --- the API, and mails for admins ----------------------------------------------------------------------------


def test_the_api_lets_those_decide_who_decide_in_the_admin(role, api, admin_user):
    person = UserFactory(role=role)
    decides = role in ("owner", "manager")
    first, second = MentorFactory.create_batch(2, status="applied")
    applications = "/api/v1/mentor-applications/"

    client = api(person)
    answers = [
        client.get(applications),
        client.get(f"{applications}{first.uuid}/"),
        client.post(f"{applications}{first.uuid}/approve/"),
        client.post(f"{applications}{second.uuid}/reject/", {"reason": "Come back in a year."}),
    ]

    assert [answer.status_code for answer in answers] == [200 if decides else 403] * 4
    first.refresh_from_db()
    assert first.status == ("approved" if decides else "applied")


def test_mails_for_admins_go_to_those_who_can_act(role, admin_user, now):
    person = UserFactory(role=role, profile__timezone="UTC")

    apply_to_mentor(user=UserFactory(), motivation="I was helped.", now=now - timedelta(days=4))
    send_daily_summaries(now=now)

    assert kinds(person) == (["daily_summary", "mentor_applied"] if role in ("owner", "manager") else [])


def test_a_mail_for_admins_is_not_sent_to_somebody_whose_role_became_smaller(admin_user, now):
    person = UserFactory(role="manager")
    apply_to_mentor(user=UserFactory(), motivation="I was helped.", now=now)
    change_role(user_id=person.pk, role="viewer", by=admin_user, reason="She asked for it.", now=now)

    send(now)

    assert sorted(sent.subject for sent in mail.outbox if person.email in sent.to) == ["Your role as an admin: Viewer"]


def test_the_settings_offer_mails_for_admins_to_those_who_get_them(role, admin_user):
    groups = {group.code for group in chosen_groups(UserFactory(role=role))}

    assert ("admins" in groups) == (role in ("owner", "manager"))


def test_a_kind_for_admins_names_a_permission():
    kind = kind_of("mentor_applied")

    with pytest.raises(ValueError, match="names no permission"):
        register(replace(kind, code="unheard_of", permission=""))
