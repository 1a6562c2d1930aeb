"""People and skills in the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.figures.people import count_mentors, count_newcomers
from accounts.figures.values import Period
from accounts.models import Profile, User
from accounts.scopes import SCOPES
from accounts.services.tokens import create_token
from tests.escalations import cause_of
from tests.factories import MentorFactory, NotificationFactory, UserFactory
from tests.helpers import log_in_with_second_factor, run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

INNER = ("languages", "career", "availability", "absences")


def test_an_admin_trusts_a_bouncing_address_again(admin_client, now):
    user = UserFactory(bouncing_since_at=now)

    page = run_admin_action(admin_client, "accounts_user", "trust_address", user)

    user.refresh_from_db()
    assert "gets mail again" in page
    assert user.bouncing_since_at is None


def test_a_manager_changes_neither_profile_nor_address_of_an_admin(client, now):
    owner = UserFactory(role="owner", bouncing_since_at=now)
    log_in_with_second_factor(client, UserFactory(role="manager"))

    answer = client.post(reverse("admin:accounts_profile_change", args=[owner.profile.pk]), {"bio": "Changed"})
    run_admin_action(client, "accounts_user", "trust_address", owner)

    owner.refresh_from_db()
    assert (answer.status_code, owner.bouncing_since_at) == (403, now)


@pytest.mark.parametrize("model", ["profile", "mentorprofile"])
def test_an_admin_deletes_no_profile(admin_client, model):
    mentor = MentorFactory()
    row = mentor if model == "mentorprofile" else mentor.user.profile

    answer = admin_client.post(reverse(f"admin:accounts_{model}_delete", args=[row.pk]), {"post": "yes"})
    run_admin_action(admin_client, f"accounts_{model}", "delete_selected", row)

    assert answer.status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_a_language_that_does_not_exist_is_refused(admin_client):
    profile = UserFactory().profile
    address = reverse("admin:accounts_profile_change", args=[profile.pk])
    shown = admin_client.get(address)
    form = {name: value for name, value in shown.context["adminform"].form.initial.items() if value is not None}
    form |= {f"{inner}-{total}_FORMS": 0 for inner in INNER for total in ("TOTAL", "INITIAL")} | {"skills": ""}
    form |= {"languages-TOTAL_FORMS": 1, "languages-0-code": "xx", "languages-0-level": "native"}

    page = admin_client.post(address, form)

    assert "“xx” is not a language code. Use ISO 639-1, such as en or de." in page.content.decode()
    assert not profile.languages.filter(code="xx").exists()


@pytest.mark.parametrize("name", ["Python", "PYTHON", "nlp"])
def test_a_skill_with_a_known_name_or_alias_is_refused(admin_client, name):
    form = {"name": name, "field": "", "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}

    response = admin_client.post(reverse("admin:accounts_skill_add"), form)

    assert "is there already" in response.content.decode()


def test_the_admin_says_why_a_person_cannot_be_deleted(admin_client):
    user = UserFactory()
    change = reverse("admin:accounts_user_change", args=[user.pk])

    form = admin_client.get(change).content.decode()
    answer = admin_client.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"}, follow=True)

    assert answer.redirect_chain == [(change, 302)]
    for page in (form, answer.content.decode()):
        assert "A person is not deleted here" in page
    assert User.objects.filter(pk=user.pk).exists()
    assert "delete_selected" not in admin_client.get(reverse("admin:accounts_user_changelist")).content.decode()


@pytest.mark.parametrize("name", ["Anna\u2028Lee", "evil.example/login", "=?utf-8?q?x?= Anna"])
def test_an_admin_cannot_give_a_bad_name(admin_client, name):
    user = UserFactory()

    page = admin_client.post(reverse("admin:accounts_user_change", args=[user.pk]), {"name": name, "is_active": "on"})

    before = user.name
    user.refresh_from_db()
    assert page.status_code == 200
    assert user.name == before


def test_a_service_account_has_no_record_of_a_person(admin_client):
    service = UserFactory(is_service=True, password="!")

    assert admin_client.get(reverse("admin:accounts_user_record", args=[service.pk])).status_code == 404


@pytest.fixture
def gone(now):
    return MentorFactory(user__name="Somebody who left", user__is_active=False, user__erased_at=now)


@pytest.mark.parametrize("model", ["user", "profile", "mentorprofile"])
@pytest.mark.parametrize(
    ("query", "shown"), [({}, {"Mia"}), ({"erased": "yes"}, {"gone"}), ({"erased": "all"}, {"Mia", "gone"})]
)
def test_a_list_shows_who_was_erased_only_if_asked(model, query, shown, admin_client, admin_user, gone):
    rows = {"Mia": MentorFactory(user__name="Mia"), "gone": gone}

    page = admin_client.get(reverse(f"admin:accounts_{model}_changelist"), query)

    people = {row if model == "user" else row.user for row in page.context["cl"].result_list} - {admin_user}
    assert people == {rows[name].user for name in shown}
    assert "Not erased" in page.content.decode()


@pytest.mark.parametrize(
    ("app_label", "model_name", "field_name"),
    [("accounts", "block", "blocked"), ("mentorship", "exclusion", "first")],
)
def test_a_field_that_completes_itself_offers_nobody_who_was_erased(
    app_label, model_name, field_name, admin_client, gone
):
    there = UserFactory(name="Somebody who left the house")
    field = {"app_label": app_label, "model_name": model_name, "field_name": field_name}

    found = admin_client.get(reverse("admin:autocomplete"), field | {"term": "who left"}).json()["results"]

    assert [one["id"] for one in found] == [str(there.pk)]


def test_the_page_of_somebody_who_was_erased_still_opens(admin_client, gone):
    assert admin_client.get(reverse("admin:accounts_user_change", args=[gone.user.pk])).status_code == 200


def test_somebody_who_was_erased_is_no_newcomer(now):
    UserFactory(joined_at=now, is_active=False, erased_at=now)

    assert count_newcomers(Period.ALL, now).n == 0


def test_somebody_who_was_erased_is_in_no_number_of_mentors(gone, now):
    assert count_mentors(Period.ALL, now).n == 0


def test_a_pause_of_asking_is_ended_by_its_action_alone(admin_client, now):
    user = UserFactory()
    Profile.objects.filter(user=user).update(asking_paused_at=now)
    change = reverse("admin:accounts_profile_change", args=[user.profile.pk])
    assert 'name="asking_paused_at' not in admin_client.get(change).content.decode()

    page = run_admin_action(admin_client, "accounts_user", "resume_asking", user)

    user.profile.refresh_from_db()
    assert "can ask again" in page
    assert (user.profile.asking_paused_at, user.profile.asking_back_at is None) == (None, False)


def test_a_locked_account_has_no_tokens_when_it_is_opened_again(admin_client, now):
    user = UserFactory()
    create_token(user=user, name="Reports", scopes=[*SCOPES][:1], days=30, by=user, now=now)
    change = reverse("admin:accounts_user_change", args=[user.pk])

    for is_active in ({}, {"is_active": "on"}):
        assert admin_client.post(change, {"name": user.name} | is_active).status_code == 302

    user.refresh_from_db()
    assert (user.is_active, user.access_tokens.get().revoked_at is None) == (True, False)


def test_an_erased_person_is_not_unlocked(admin_client, now):
    user = UserFactory(is_active=False, erased_at=now)

    page = admin_client.post(
        reverse("admin:accounts_user_change", args=[user.pk]), {"name": user.name, "is_active": "on"}
    )

    assert "This person was erased" in page.content.decode()


def test_a_manager_does_not_trust_the_address_of_an_admin_from_the_home(client, now):
    owner = UserFactory(role="owner", bouncing_since_at=now - timedelta(days=1))
    NotificationFactory(recipient=owner, status="pending", due_at=now + timedelta(days=1))
    cause = cause_of("address_bounces", owner, now)
    log_in_with_second_factor(client, UserFactory(role="manager"))

    page = client.post(
        reverse("admin:accounts_escalation_one", args=[cause.kind, cause.subject, cause.since]),
        {"do": "act"},
        follow=True,
    )

    owner.refresh_from_db()
    assert "Owners alone decide about the address of an admin." in page.content.decode()
    assert owner.bouncing_since_at is not None


def test_the_page_of_an_erased_person_offers_neither_role_nor_merge(admin_client, now):
    pages = [
        admin_client.get(reverse("admin:accounts_user_change", args=[person.pk])).content.decode()
        for person in (UserFactory(), UserFactory(is_active=False, erased_at=now))
    ]

    assert [(">Role …<" in page, ">Merge …<" in page) for page in pages] == [(True, True), (False, False)]
