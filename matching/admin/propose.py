"""The page where an admin proposes a mentor for a request by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.admin.base import attempt, needs
from accounts.admin.row_page import row_page
from accounts.models import MentorProfile, User
from accounts.models.decision import REASON_MAX
from accounts.roles import CONTACT, TROUBLE
from accounts.way_back import row_address
from matching.models import HelpRequest
from matching.selectors.by_hand import candidates_of
from matching.selectors.candidates import FOUND_MAX, Candidate, mentors_called
from matching.selectors.words_for_admins import RULES_IN_WORDS, rules_in_words
from matching.services.propose_by_hand import propose_by_hand

PROPOSE = "matching.propose_helprequest"


class MentorSearch(forms.Form):
    """The address of the page: words of a search, and the chosen mentor."""

    q = forms.CharField(max_length=100, required=False)
    mentor = forms.UUIDField(required=False)


class ProposeForm(forms.Form):
    """The rules in the way that an admin may override, each with a box, and one reason."""

    overridden = forms.MultipleChoiceField(
        label="Override",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick each rule that you override, or choose another mentor."},
    )
    reason = forms.CharField(
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is kept with the match, and admins read it.",
        error_messages={"required": "Give a reason in a sentence or two. It is kept with the match."},
    )

    def __init__(self, *args: object, rules: Sequence[str], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        choices = [(rule, RULES_IN_WORDS[rule]) for rule in rules]
        cast(forms.MultipleChoiceField, self.fields["overridden"]).choices = choices
        if not rules:
            # Nothing is overridden, so nothing has to be explained.
            del self.fields["overridden"]
            self.fields["reason"].required = False


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate with the sentences of the rules in the way, as far as the admin may read them."""

    one: Candidate
    forbidding: Sequence[str]
    overridable: Sequence[str]


def propose_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Search a mentor, show how they fit and the rules in the way, and propose them. Not for the reader's request."""
    needs(request, PROPOSE)
    requests = HelpRequest.objects.select_related("mentee__profile", "goal__kind", "session_kind")
    help_request, now = get_object_or_404(requests.filter(not_own(request)), pk=pk), timezone.now()
    search = MentorSearch(request.GET)
    chosen = _chosen(search, help_request)
    rules = chosen.overridable if chosen else ()
    form = ProposeForm(request.POST if request.method == "POST" else None, rules=rules)
    status = 200
    if request.method == "POST":
        status = 400
        if chosen and form.is_valid():
            if _propose(model_admin, request, help_request, chosen, form):
                return redirect(row_address(request, model_admin.opts, help_request.pk))
            status = 409
    by_address = request.user.has_perm(CONTACT)
    words = search.cleaned_data.get("q", "")
    found = candidates_of(help_request, mentors_called(words, by_address=by_address), now=now) if words else []
    context = {
        "title": "Propose a mentor by hand",
        "help_request": help_request,
        "is_open": help_request.status == HelpRequest.Status.OPEN,
        "search": search,
        "words": words,
        "by_address": by_address,
        "found": _lines(request, found),
        "found_max": FOUND_MAX,
        "chosen": _lines(request, [chosen])[0] if chosen else None,
        "form": form,
    }
    template = "admin/matching/helprequest/propose.html"
    return row_page(model_admin, request, help_request, template, context, among=not_own(request), status=status)


def not_own(request: HttpRequest) -> Q:
    """Return the condition on requests of others: nobody decides about their own."""
    return ~Q(mentee=cast(User, request.user))


def _chosen(search: MentorSearch, help_request: HelpRequest) -> Candidate | None:
    """Return the mentor whom the address names. Raises Http404 for one who is none."""
    search.is_valid()
    if "mentor" in search.errors:
        raise Http404
    uuid = search.cleaned_data.get("mentor")
    if uuid is None:
        return None
    mentor = get_object_or_404(MentorProfile.objects.select_related("user__profile"), uuid=uuid)
    [candidate] = candidates_of(help_request, [mentor], now=timezone.now())
    return candidate


def _propose(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    help_request: HelpRequest,
    chosen: Candidate,
    form: ProposeForm,
) -> bool:
    """Return whether the mentor is proposed now. A refusal is shown."""

    def propose() -> str:
        match = propose_by_hand(
            help_request_id=help_request.pk,
            mentor_id=chosen.mentor.pk,
            by=cast(User, request.user),
            now=timezone.now(),
            overridden=form.cleaned_data.get("overridden", ()),
            reason=form.cleaned_data["reason"],
        )
        rules = "".join(f" Overridden: {RULES_IN_WORDS[rule]}" for rule in match.by_hand.rules)
        return f"{chosen.mentor} is proposed. {help_request.mentee} gets a mail.{rules}"

    return attempt(model_admin, request, help_request, propose)


def _lines(request: HttpRequest, candidates: Iterable[Candidate]) -> list[Line]:
    return [_line(one, by_name=names_rules_of(one.mentor, request)) for one in candidates]


def names_rules_of(mentor: MentorProfile, request: HttpRequest) -> bool:
    """Return whether the admin reads the private rules against a mentor by name. None against themselves."""
    return request.user.has_perm(TROUBLE) and mentor.user_id != request.user.pk


def _line(one: Candidate, *, by_name: bool) -> Line:
    return Line(one, rules_in_words(one.forbidding, private=by_name), rules_in_words(one.overridable, private=by_name))
