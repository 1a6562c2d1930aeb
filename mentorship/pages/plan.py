"""Planning a session: the form on the home of a mentorship, and that of a session's place and length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, ngettext
from rest_framework.serializers import Serializer

from accounts.exceptions import Refusal
from accounts.forms import ZoneField
from accounts.models import User
from accounts.page_forms import SerializerForm, number, problem_of, text
from accounts.signed import Outcome
from mentorship.models import Mentorship, Session, SessionKind
from mentorship.models.session import is_address
from mentorship.pages.times import TimesForm
from mentorship.selectors.sessions import kinds_to_plan, times_card
from mentorship.serializers.sessions import ChangeSessionSerializer, ProposeSessionSerializer
from mentorship.services.sessions.propose import propose_session


class PlaceForm(SerializerForm):
    """Length and place of a session."""

    serializer_class: type[Serializer] = ChangeSessionSerializer

    minutes = number(ChangeSessionSerializer, "minutes", label=gettext_lazy("Minutes"))
    place = text(
        ChangeSessionSerializer,
        "place",
        rows=1,
        label=gettext_lazy("Place"),
        help_text=gettext_lazy("A link that begins with https://, or an address. Empty: you agree on it by mail."),
    )
    place_zone = ZoneField(
        label=gettext_lazy("Time zone of the address"),
        help_text=gettext_lazy("It does not matter for a link."),
        required=False,
    )

    def body(self) -> dict[str, Any]:
        values = super().body()
        place = " ".join(values["place"].split())
        # The list of zones always has a choice, which counts for an address only.
        return values | {"place": place} | ({} if is_address(place) else {"place_zone": ""})


class PlanForm(PlaceForm, TimesForm):
    """A session to propose."""

    serializer_class = ProposeSessionSerializer

    kind = forms.ChoiceField(label=gettext_lazy("Kind of session"))
    minutes = number(
        ProposeSessionSerializer,
        "minutes",
        label=gettext_lazy("Minutes"),
        help_text=gettext_lazy("Empty: as long as usual."),
        required=False,
    )

    field_order = ["kind", "minutes", "times", "place", "place_zone"]

    def __init__(self, *args: Any, kinds: Sequence[SessionKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["kind"]).choices = [(kind.code, _with_length(kind)) for kind in kinds]

    def body(self) -> dict[str, Any]:
        values = super().body()
        return {name: value for name, value in values.items() if name != "minutes" or value is not None}


def _with_length(kind: SessionKind) -> str:
    words = ngettext("%(kind)s, %(number)d minute", "%(kind)s, %(number)d minutes", kind.minutes)
    return words % {"kind": capfirst(str(kind)), "number": kind.minutes}


def plan_form(mentorship: Mentorship, person: User, *, now: datetime) -> partial[PlanForm]:
    """Return the form of the next session of a mentorship: call it with what was posted."""
    kinds = kinds_to_plan(mentorship)
    return partial(
        PlanForm,
        kinds=kinds,
        card=times_card(mentorship, to=person, minutes=kinds[0].minutes, now=now),
        initial={"place_zone": str(person.profile.zone)},
    )


def plan(request: HttpRequest, mentorship: Mentorship, person: User) -> tuple[Outcome, Session | None]:
    """Propose the posted session. Return the outcome, and the session if it is proposed."""
    form = plan_form(mentorship, person, now=timezone.now())(request.POST)
    if not form.is_valid():
        return (problem_of(form), 400), None
    values = {"minutes": form.checked["kind"].minutes} | form.checked
    try:
        session = propose_session(mentorship_id=mentorship.pk, by=person, now=timezone.now(), **values)
    except Refusal as refusal:
        return (refusal.detail, 409), None
    for sentence in form.notices:
        messages.info(request, sentence)
    return (None, 302), session
