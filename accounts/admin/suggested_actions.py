"""The suggested actions of the escalations of this app."""

from __future__ import annotations

from datetime import timedelta

from django import forms

from accounts.exceptions import NotAnOwner
from accounts.models import Concern, Notification, User
from accounts.notifications.decide import note_arrival, resend, trust_address
from accounts.roles import SET_ROLE
from accounts.services.concern_decisions import assign_concern
from accounts.suggested_actions import Deed, SuggestedAction, register

AGAIN, ARRIVED = "again", "arrived"


class UncertainForm(forms.Form):
    decision = forms.ChoiceField(
        choices=[(AGAIN, "It did not arrive: send it again"), (ARRIVED, "It arrived: note it as sent")],
        widget=forms.RadioSelect,
    )


def _take(concern: Concern, deed: Deed) -> None:
    # It does not take a concern from somebody else: its page does.
    assign_concern(concern_id=concern.pk, by=deed.by, owner=deed.by, was=None, due_at=concern.due_at, now=deed.now)


def _settle_mail(row: Notification, deed: Deed) -> None:
    decide = resend if deed.answers["decision"] == AGAIN else note_arrival
    decide(notification_id=row.pk, now=deed.now)


def _trust(user: User, deed: Deed) -> None:
    if user.role and not deed.by.has_perm(SET_ROLE):
        raise NotAnOwner("Owners alone decide about the address of an admin.")
    trust_address(user=user)


register(
    SuggestedAction(
        kind="application_waits",
        label="Read and decide",
        permission="accounts.approve_mentorprofile",
    ),
    SuggestedAction(
        kind="concern_open",
        label="Take care of it",
        done="it is your task now",
        permission="accounts.change_concern",
        act=_take,
        rests_for=timedelta(days=1),
    ),
    SuggestedAction(
        kind="mail_uncertain",
        label="Settle",
        done="settled",
        permission="accounts.resend_notification",
        act=_settle_mail,
        form=UncertainForm,
    ),
    SuggestedAction(
        kind="mail_failed",
        label="Send again",
        done="sent again",
        permission="accounts.resend_notification",
        act=lambda row, deed: resend(notification_id=row.pk, now=deed.now),
    ),
    SuggestedAction(
        kind="address_bounces",
        label="Trust the address again",
        done="mails go to the address again",
        permission="accounts.trust_address_user",
        act=_trust,
    ),
)
