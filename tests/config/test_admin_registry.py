"""The admin shows the models of this list and no other: a library's own pages show secrets and change accounts."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session

SHOWN = {
    "accounts.accesstoken",
    "accounts.block",
    "accounts.bulkaction",
    "accounts.busycalendar",
    "accounts.communityrules",
    "accounts.communitysetting",
    "accounts.concern",
    "accounts.dataexport",
    "accounts.directoryentry",
    "accounts.erasure",
    "accounts.escalation",
    "accounts.groupmail",
    "accounts.identityprovider",
    "accounts.mentorprofile",
    "accounts.notification",
    "accounts.profile",
    "accounts.rulesacceptance",
    "accounts.serviceaccount",
    "accounts.skill",
    "accounts.trialmode",
    "accounts.user",
    "accounts.webhookdelivery",
    "accounts.webhookendpoint",
    "matching.handover",
    "matching.helprequest",
    "matching.import",
    "matching.match",
    "matching.waitingrequest",
    "mentorship.actionitem",
    "mentorship.calendaraddress",
    "mentorship.cohort",
    "mentorship.credential",
    "mentorship.exclusion",
    "mentorship.feedback",
    "mentorship.goal",
    "mentorship.goalkind",
    "mentorship.mentorship",
    "mentorship.practicerecord",
    "mentorship.organisernote",
    "mentorship.milestone",
    "mentorship.session",
    "mentorship.sessionkind",
}
# Fields that open an account, or act for somebody.
SECRETS = {"password", "payload", "claim", "digest", "sealed_address", "sealed_secret"}


def test_the_admin_shows_the_listed_models_only():
    assert {model._meta.label_lower for model in admin.site._registry} == SHOWN


@pytest.mark.parametrize("model", [EmailAddress, Authenticator, Group, Session])
def test_a_library_cannot_add_its_models(model):
    admin.site.register(model)

    assert not admin.site.is_registered(model)


def test_no_page_of_a_library_is_served(admin_client):
    for model in apps.get_models():
        if model._meta.label_lower not in SHOWN:
            path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            assert admin_client.get(path).status_code == 404, path


def test_no_form_has_a_field_with_a_secret(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    for model, model_admin in admin.site._registry.items():
        assert SECRETS.isdisjoint(flatten_fieldsets(model_admin.get_fieldsets(request))), model
