"""People in the admin."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone

from accounts.admin.acting import on_rows
from accounts.admin.base import NotAddedHere, needs
from accounts.admin.duplicates import duplicates_page, merge_page
from accounts.admin.export import ExportColumn
from accounts.admin.privacy import data_page
from accounts.admin.reads import ReadsOnRecord, note_read
from accounts.admin.roles import role_page
from accounts.admin.row_page import row_page
from accounts.admin.rules import RulesAnswer
from accounts.admin.worded_filters import is_there
from accounts.admin.write_to_people import WritesToPeople
from accounts.exceptions import LastOwner
from accounts.figures.row_filters import in_period
from accounts.history import SHOWN_MAX, changes_by, changes_to
from accounts.locks import lock_owners
from accounts.models import (
    AccountMerge,
    StaffRead,
    User,
)
from accounts.notifications.decide import trust_address
from accounts.of_person import listed_about
from accounts.roles import CONTACT, SET_ROLE
from accounts.row_actions import RowAction
from accounts.selectors import merges_of, staff_reads_for
from accounts.services.asking import resume_asking
from accounts.services.lock_out import close_account, organisers_decided
from accounts.services.roles import must_keep_an_owner
from accounts.way_back import row_address

NOT_DELETED = (
    "A person is not deleted here: mails, requests and mentorships would lose their other side. Their page “Data” "
    "erases them, and keeps what others need. To lock somebody out, take away “active”: the login ends, and what is "
    "stored stays."
)
VIEW_USER = "accounts.view_user"


def _bouncing(people: QuerySet[User], by: User) -> QuerySet[User]:
    """Return the people whose address bounces. Only those who give roles decide about admins."""
    bouncing = people.filter(bouncing_since_at__isnull=False)
    return bouncing if by.has_perm(SET_ROLE) else bouncing.filter(role="")


TRUST = RowAction(
    name="trust_address",
    label="Send to this address again (it bounced)",
    act=lambda person, deed: trust_address(user=person),
    done="gets mail again",
    watched=("bouncing_since_at", "role"),
    narrow=_bouncing,
)

RESUME_ASKING = RowAction(
    name="resume_asking",
    label="Let them ask again (they missed sessions)",
    act=lambda person, deed: resume_asking(user_id=person.pk, now=deed.now),
    done="can ask again",
    watched=("profile__asking_paused_at",),
    narrow=lambda people, by: people.filter(profile__asking_paused_at__isnull=False),
)


class PersonForm(forms.ModelForm):
    def clean_is_active(self) -> bool:
        if self.cleaned_data["is_active"] and self.instance.erased_at:
            raise forms.ValidationError("This person was erased: nobody can log in to the account any more.")
        if not self.cleaned_data["is_active"]:
            locked = lock_owners(self.instance.pk)
            try:
                must_keep_an_owner(locked[self.instance.pk], locked)
            except LastOwner as refusal:
                raise forms.ValidationError(refusal.detail, code=refusal.code) from refusal
        return self.cleaned_data["is_active"]


@admin.register(User)
class UserAdmin(WritesToPeople, ReadsOnRecord, NotAddedHere):
    read_what = StaffRead.What.CONTACT
    list_is_read = True
    list_display = ["email", "name", "is_active", "role", "joined_at", "bouncing_since_at"]
    list_filter = [
        "is_active",
        "role",
        RulesAnswer,
        is_there("bouncing_since_at", "address", yes="bounces", no="gets mail"),
        in_period("joined_at", title="joined in", parameter="joined"),
    ]
    search_fields = ["email", "name"]
    ordering = ["-joined_at", "-pk"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "email",
                    "name",
                    "is_active",
                    "role",
                    "joined_at",
                    "last_login",
                    "bouncing_since_at",
                ],
                "description": NOT_DELETED,
            },
        )
    ]
    # The account pages change the address, since they confirm it. A page of its own changes the role.
    readonly_fields = ["email", "role", "joined_at", "last_login", "bouncing_since_at"]
    actions = ["write_to_people", *on_rows(User, TRUST, RESUME_ASKING)]
    export_people = ("pk",)
    export_columns = (
        ExportColumn("Name", VIEW_USER, lambda person: person.name),
        ExportColumn("Address", CONTACT, lambda person: person.email),
        ExportColumn("Active", VIEW_USER, lambda person: person.is_active),
        ExportColumn("Role", VIEW_USER, lambda person: person.role),
        ExportColumn("Member since", VIEW_USER, lambda person: person.joined_at),
        ExportColumn("Last login", VIEW_USER, lambda person: person.last_login),
        ExportColumn("Address bounces since", VIEW_USER, lambda person: person.bouncing_since_at),
    )
    form = PersonForm
    change_form_template = "admin/accounts/user/change_form.html"
    change_list_template = "admin/accounts/user/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("duplicates/", view(self.duplicates_page), name="accounts_user_duplicates"),
            path("<int:pk>/merge/", view(self.merge_page), name="accounts_user_merge"),
            path("<int:pk>/role/", view(self.role_page), name="accounts_user_role"),
            path("<int:pk>/data/", view(self.data_page), name="accounts_user_data"),
            path("<int:pk>/record/", view(self.record_page), name="accounts_user_record"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return the people, without accounts that were merged. The record of the one that stays leads to them."""
        return super().get_queryset(request).filter(merged_into=None, is_service=False)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Lead from an account that was merged to the one that stays."""
        merged = AccountMerge.objects.filter(gone=int(object_id)).first() if object_id.isdecimal() else None
        if merged is not None and self.has_view_permission(request):
            self.message_user(request, f"The account of {merged.gone_email} was merged into this one.")
            return redirect(row_address(request, self.opts, merged.gone.merged_into_id))
        return super().change_view(request, object_id, form_url, extra_context)

    def people_of(self, row: User) -> list[int]:
        return [row.pk]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> User | None:
        """Return the person. A form locks the row and the owners before it checks: a save writes all fields."""
        person = super().get_object(request, object_id, from_field)
        if person is not None and request.method == "POST":
            person = lock_owners(person.pk)[person.pk]
        return person

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if (person := kwargs.get("obj")) is not None:
            context["listed"] = list(listed_about(self.admin_site, request, person))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data:
            organisers_decided(obj)
            if not obj.is_active:
                close_account(obj, now=timezone.now())

    def data_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        return data_page(self, request, pk)

    def record_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what was done to a person, and what the person did."""
        needs(request, "accounts.view_record")
        person = get_object_or_404(User, pk=pk)
        note_read(request, person, StaffRead.What.RECORD)
        reader = cast(User, request.user)
        context = {
            "title": f"Record of {person}",
            "crumb": "Record",
            "person": person,
            "to_person": changes_to(person, reader=reader),
            "by_person": changes_by(person, reader=reader),
            "reads": staff_reads_for(reader, person)[:SHOWN_MAX],
            "merges": merges_of(person),
            "shown_max": SHOWN_MAX,
        }
        return row_page(self, request, person, "admin/accounts/user/record.html", context)

    def duplicates_page(self, request: HttpRequest) -> HttpResponse:
        return duplicates_page(self, request)

    def merge_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        return merge_page(self, request, pk)

    def role_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        return role_page(self, request, pk)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only those who give roles change the account of an admin: to lock it takes the role away."""
        if obj is not None and obj.role and not request.user.has_perm(SET_ROLE):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Say why a person stays, instead of "no permission"."""
        self.message_user(request, NOT_DELETED, messages.WARNING)
        return redirect(row_address(request, self.opts, object_id))
