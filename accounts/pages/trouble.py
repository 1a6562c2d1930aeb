"""Pages about trouble with another person: report it, block them, and see what one has blocked and reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.community_settings import value_of
from accounts.concern_registry import other_person, subject_kind
from accounts.links import TROUBLE, trouble_link
from accounts.models import Concern, User
from accounts.models.concern import WORDS_KEPT
from accounts.page_forms import SerializerForm, choice, forms_of, problem_of, text, uuid_in
from accounts.selectors import blocks_of, concerns_raised_by
from accounts.serializers.safety import TopicAndWordsSerializer, told
from accounts.services.blocks import block_person, unblock
from accounts.services.concerns import raise_concern, restore_contact
from accounts.signed import DONE, Outcome, attempt, is_logged_in, signed, unknown_button


class ReportForm(SerializerForm):
    serializer_class = TopicAndWordsSerializer

    topic = choice(
        [("", gettext_lazy("Choose a topic")), *((code, capfirst(label)) for code, label in Concern.Topic.choices)],
        label=gettext_lazy("What is it about?"),
    )
    words = text(
        TopicAndWordsSerializer,
        "words",
        rows=6,
        label=gettext_lazy("What happened?"),
        help_text=format_lazy(
            gettext_lazy(
                "The organisers read it, and nobody else: not the other person. It is deleted {days} days after the "
                "organisers have closed the matter."
            ),
            days=WORDS_KEPT.days,
        ),
    )
    is_safety = forms.BooleanField(
        required=False,
        label=gettext_lazy("Somebody's safety is at stake: the other person must not learn of it"),
    )


def page_of(kind: str) -> Callable[[HttpRequest, UUID, User], HttpResponse]:
    """Return the page on which a member reports the other person of a thing of this kind, or blocks them."""

    def trouble(request: HttpRequest, uuid: UUID, member: User) -> HttpResponse:
        """Let a member report or block the other person of a thing, and take both back."""
        return _trouble(request, kind, uuid, member)

    return trouble


@signed(TROUBLE, asks_rules=False)
def trouble_signed(request: HttpRequest, thing: str, person: User) -> HttpResponse:
    """Let the person of a link report or block the other person of a thing.

    The link may be in the hands of that other person. So what was reported or blocked opens by a login only, and is
    taken back there.
    """
    kind, _colon, uuid = thing.partition(":")
    if (found := uuid_in(uuid)) is None:
        raise Http404
    return _trouble(request, kind, found, person)


def trouble_address(request: HttpRequest, kind: str, uuid: object, person: User) -> str:
    """Return the address of that page for ``person``: for members if they are logged in, else the signed link."""
    found = subject_kind(kind)
    is_member = found is not None and is_logged_in(request, person)
    return found.page(str(uuid)) if found and is_member else trouble_link(kind, uuid, person)


def _trouble(request: HttpRequest, kind: str, uuid: UUID, person: User) -> HttpResponse:
    other = other_person(kind, uuid, person)
    if other is None:
        raise Http404
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _act(request, kind, uuid, person, other)
        if problem is None:
            return redirect(request.path)
    is_member = is_logged_in(request, person)
    context = {
        "other": other,
        "is_member": is_member,
        "is_blocked": is_member and blocks_of(person).filter(blocked=other).exists(),
        "concerns": _rows(concerns_raised_by(person).filter(about=other)) if is_member else [],
        "form": forms_of({"report": ReportForm}, request.POST, of=uuid)["report"],
        "days": value_of("concern_days"),
        "of": uuid,
        "problem": problem,
    }
    return render(request, "accounts/trouble.html", context, status=status)


def _act(request: HttpRequest, kind: str, uuid: UUID, person: User, other: User) -> Outcome:
    match request.POST.get("do"):
        case "report":
            form = ReportForm(request.POST)
            if not form.is_valid():
                return problem_of(form), 400
            about = {
                "about": other,
                "subject_kind": kind,
                "subject": uuid,
                "by_link": not is_logged_in(request, person),
            }
            return _done(request, _("The organisers have it."), raise_concern, by=person, **about, **form.checked)
        case "block":
            return _done(request, _("You two are kept apart."), block_person, by=person, person=other)
        case "unblock" if is_logged_in(request, person):
            unblock(by=person, person=other)
            return DONE
        case "contact" if is_logged_in(request, person):
            return _restore(request, person)
    return unknown_button()


def _done(request: HttpRequest, sentence: str, move: Callable[..., object], **arguments: Any) -> Outcome:
    # Each of these moves takes a second click for the first one.
    outcome = attempt(move, is_done=lambda: False, **arguments)
    if outcome == DONE:
        messages.success(request, sentence)
    return outcome


def _restore(request: HttpRequest, person: User) -> Outcome:
    concern = get_object_or_404(concerns_raised_by(person), uuid=uuid_in(request.POST.get("concern", "")))
    return attempt(restore_contact, is_done=lambda: False, concern_id=concern.pk, by=person)


def _rows(concerns: Any) -> list[dict[str, Any]]:
    """Return concerns with what their page says about them."""
    return [
        {
            "concern": concern,
            "told": told(concern),
            "parts": hasattr(concern, "separation"),
            "parts_besides": concern.is_apart_besides,
            "may_restore": concern.raiser_may_lift and hasattr(concern, "separation"),
        }
        for concern in concerns
    ]


def blocks(request: HttpRequest, member: User) -> HttpResponse:
    """Show a member whom they blocked and what they reported, with the ways back."""
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _act_on_list(request, member)
        if problem is None:
            return redirect("blocks")
    context = {
        "blocks": blocks_of(member),
        "concerns": _rows(concerns_raised_by(member)),
        "problem": problem,
    }
    return render(request, "accounts/blocks.html", context, status=status)


def _act_on_list(request: HttpRequest, member: User) -> Outcome:
    match request.POST.get("do"):
        case "unblock":
            uuid = uuid_in(request.POST.get("block", ""))
            block = blocks_of(member).filter(uuid=uuid).first() if uuid else None
            if block is not None:
                unblock(by=member, person=block.blocked)
            # Otherwise a second click: it is gone.
            return DONE
        case "contact":
            return _restore(request, member)
    return unknown_button()
