"""The form of a help request, its coach and its preview. A draft, a new request and a correction share them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import MentorProfile, User
from accounts.page_fields import WordsField
from accounts.page_forms import number, text
from accounts.page_rates import RateForm
from accounts.selectors import working_languages_of
from accounts.words import language_name
from matching.concreteness import Missing, Verdict
from matching.concreteness.take import with_sentence
from matching.models import HelpRequest
from matching.models.help_request import MINUTES
from matching.pages.better import better_chances
from matching.selectors.concreteness import concreteness_of
from matching.selectors.preview import preview_of
from matching.serializers.help_requests import HelpRequestSerializer
from matching.services.submit import absent_parts
from mentorship.models import Cohort, Goal, SessionKind
from mentorship.selectors.kinds import session_kinds
from mentorship.selectors.mentorships import goals_of

# The field that takes the better sentence for a part.
FIELD_OF_PART = {"situation": "situation", "gap": "gap", "ask": "ask", "by_when": "ask"}
TEXTS = ("situation", "gap", "ask", "why")
FORMATS = [
    (MentorProfile.Format.ONE_OFF.value, gettext_lazy("Once: one meeting or two for this question")),
    (MentorProfile.Format.ONGOING.value, gettext_lazy("For longer: regular meetings until the goal is near")),
]


def _text(name: str, label: Any, help_text: Any, rows: int = 4) -> forms.CharField:
    return text(HelpRequestSerializer, name, rows=rows, label=label, help_text=help_text)


def _choice(label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, error_messages={"required": gettext_lazy("Choose one.")}, **more)


class RequestForm(RateForm):
    """A help request in parts. ``help_request`` is None for a new one, which may be for a ``cohort``."""

    serializer_class = HelpRequestSerializer
    rate, prefix_of_rate, amount_label = "max_rate", "max_rate_", gettext_lazy("At most")

    goal = _choice(gettext_lazy("The goal"))
    situation = _text(
        "situation",
        gettext_lazy("Your situation"),
        gettext_lazy("Where you stand: your work so far, what you have tried, what came of it."),
    )
    gap = _text(
        "gap", gettext_lazy("What is missing"), gettext_lazy("The point at which you are stuck, with an example.")
    )
    ask = _text(
        "ask",
        gettext_lazy("The ask"),
        gettext_lazy("One thing that a mentor can do with you in a meeting, and by when you need it."),
    )
    needs = WordsField(
        label=gettext_lazy("Skills you want help with"),
        help_text=gettext_lazy("In your own words, with commas between them. At least one."),
        required=False,
    )
    session_kind = _choice(gettext_lazy("Kind of session"))
    minutes = number(
        HelpRequestSerializer,
        "minutes",
        label=gettext_lazy("Minutes"),
        help_text=gettext_lazy("Empty: the usual length."),
        required=False,
    )
    format = _choice(gettext_lazy("How long you want help"), choices=FORMATS, widget=forms.RadioSelect)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages for this"),
        help_text=gettext_lazy("None ticked: any language that you and the mentor share."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    accepts_paid = forms.BooleanField(
        label=gettext_lazy("A mentor who is paid is fine, too"),
        help_text=gettext_lazy("You pay outside of this community. Most mentors help for free."),
        required=False,
    )
    why = _text(
        "why",
        gettext_lazy("Why it matters to you"),
        gettext_lazy("Only mentors whom you ask read it, as with your situation."),
        rows=3,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        mentee: User,
        help_request: HelpRequest | None = None,
        cohort: Cohort | None = None,
        **more: Any,
    ) -> None:
        self.mentee = mentee
        # A request keeps the cohort for which it was begun.
        self.cohort = help_request.cohort if help_request else cohort
        self.goals = _goals_for(mentee, help_request)
        self.kinds = list(session_kinds([help_request.session_kind.code] if help_request else ()))
        initial = _initial(help_request, self.goals, self.kinds) | more.pop("initial", {})
        context = {"mentee": mentee}
        super().__init__(data, instance=help_request, context=context, initial=initial, **more)
        choices = {
            "goal": _goal_choices(self.goals),
            "session_kind": [(kind.code, _kind_in_words(kind)) for kind in self.kinds],
            "languages": _language_choices(mentee, help_request),
        }
        for name in choices.keys() & self.fields.keys():
            self.fields[name].choices = choices[name]  # type: ignore[attr-defined]

    def body(self) -> dict[str, Any]:
        body = super().body()
        # The period is chosen from the start: without an amount there is no rate.
        rate = body["max_rate"] if "amount" in body["max_rate"] else None
        return body | {"minutes": body["minutes"] or self._usual_minutes(), "max_rate": rate}

    def typed(self) -> dict[str, Any]:
        """Return the posted values, as initial values of a form that does not judge them yet."""
        return {name: self[name].data for name in self.fields}

    def as_typed(self) -> HelpRequest | None:
        """Return the values as an unsaved request for the coach, whether they are valid or not. None without a goal."""
        goal, kind = self._goal(), self._kind()
        if goal is None or kind is None:
            return None
        longest = {name: self.fields[name].widget.attrs["maxlength"] for name in TEXTS}
        texts = {name: str(self[name].value() or "")[: longest[name]] for name in TEXTS}
        needs = list(self["needs"].value() or ())
        return HelpRequest(
            mentee=self.mentee, goal=goal, session_kind=kind, needs=needs, minutes=self._minutes(), **texts
        )

    def _minutes(self) -> int:
        """Return the minutes as typed, and the usual ones for anything else: the field shows its own error."""
        typed = str(self["minutes"].value() or "")
        # Python reads no number of thousands of digits.
        in_range = typed.isdecimal() and len(typed) < 10 and MINUTES[0] <= int(typed) <= MINUTES[1]
        return int(typed) if in_range else self._usual_minutes()

    def _usual_minutes(self) -> int:
        kind = self._kind()
        return min(max(kind.minutes if kind else 30, MINUTES[0]), MINUTES[1])

    def _goal(self) -> Goal | None:
        chosen = str(self["goal"].value() or "")
        return next((goal for goal in self.goals if str(goal.uuid) == chosen), None)

    def _kind(self) -> SessionKind | None:
        chosen = self["session_kind"].value()
        return next((kind for kind in self.kinds if kind.code == chosen), None)


class CorrectionForm(RequestForm):
    """An open request. A change of its goal, kind of session or format would make another question of it."""

    goal = session_kind = format = None  # type: ignore[assignment]

    def _goal(self) -> Goal | None:
        return self.instance.goal

    def _kind(self) -> SessionKind | None:
        return self.instance.session_kind


@dataclass(frozen=True, slots=True)
class Advice:
    """A missing part for the page. ``field`` takes the better sentence; empty if it belongs to the goal."""

    missing: Missing
    field: str


@dataclass(frozen=True, slots=True)
class Coach:
    """The result of the concreteness check. ``verdict`` is empty as long as nothing is typed, or no goal is chosen.

    ``absent``: the parts without words, for a sentence. A submission needs them. ``language``: that of the advice.
    """

    verdict: Verdict | str
    advice: Sequence[Advice]
    absent: str = ""
    language: str = ""


def coach_of(form: RequestForm) -> Coach:
    request = form.as_typed()
    if request is None or not any(getattr(request, name).strip() for name in TEXTS):
        return Coach("", ())
    found = concreteness_of(request)
    advice = [Advice(part, FIELD_OF_PART.get(part.part, "")) for part in found.missing]
    return Coach(found.verdict, advice, absent=", ".join(absent_parts(request)), language=found.language)


def take_sentence(form: RequestForm, part: str) -> dict[str, Any]:
    """Return the posted values, with the coach's sentence for ``part`` in its field."""
    values = form.typed()
    for advice in coach_of(form).advice:
        if advice.missing.part == part and advice.field:
            values[advice.field] = with_sentence(str(values[advice.field] or ""), advice.missing.better)
            form.fields[advice.field].widget.attrs["autofocus"] = True
    return values


def as_written(form: RequestForm) -> HelpRequest:
    """Return the request of a valid form. It is not saved."""
    request = HelpRequest(mentee=form.mentee, cohort=form.cohort)
    if form.instance is not None:
        for name in ("pk", "goal", "session_kind", "format", "status"):
            setattr(request, name, getattr(form.instance, name))
    for name, value in form.checked.items():
        setattr(request, name, value)
    return request


def form_page(
    request: HttpRequest,
    template: str,
    form: RequestForm,
    *,
    here: str,
    status: int = 200,
    problem: str | None = None,
    preview: dict[str, Any] | None = None,
    **more: Any,
) -> HttpResponse:
    """Return the page with the form and its coach. ``more`` is for the ``template``."""
    context = {"form": form, "here": here, "coach": coach_of(form), "problem": problem, "preview": preview}
    return render(request, template, context | more, status=status)


def help_while_writing(
    request: HttpRequest, form: RequestForm, page: Callable[..., HttpResponse], *, here: str
) -> HttpResponse | None:
    """Answer the buttons that store nothing: the coach, its sentences, the preview. None for any other button.

    ``page`` draws the whole page with a form. Scripts get the part that changed alone.
    """
    by_script = request.htmx  # type: ignore[attr-defined]
    if part := request.POST.get("take"):
        return page(_unjudged(form, take_sentence(form, part)))
    match request.POST.get("do"):
        case "check" if by_script:
            return render(request, "matching/request/coach_by_script.html", {"coach": coach_of(form), "here": here})
        case "check" | "add-needs":
            return page(_unjudged(form, form.typed()))
        case "preview" | "chances" as do if form.cohort is None:
            return _judged(request, form, page, do=do, here=here)
    return None


def _judged(
    request: HttpRequest, form: RequestForm, page: Callable[..., HttpResponse], *, do: str, here: str
) -> HttpResponse:
    """Answer with the mentors who fit, or with "chances", what would bring more."""
    by_script = request.htmx  # type: ignore[attr-defined]
    written = as_written(form) if form.is_valid() else None
    better = better_chances(written) if written and do == "chances" else None
    if by_script and better is not None:
        return render(request, "matching/chances.html", {"better": better})
    preview = preview_of(written, now=timezone.now()) if written else None
    if by_script:
        return render(request, "matching/request/preview.html", {"preview": preview, "form": form, "here": here})
    if preview is None:
        return page(form, problem=_("To see who fits, correct what is marked first."), status=400)
    return page(_unjudged(form, form.typed()), preview=preview, better=better)


def _unjudged(form: RequestForm, values: dict[str, Any]) -> RequestForm:
    """Return the form with ``values`` and without errors: nothing is submitted yet."""
    again = type(form)(mentee=form.mentee, help_request=form.instance, cohort=form.cohort, initial=values)
    for name, field in form.fields.items():
        again.fields[name].widget.attrs = field.widget.attrs
    return again


def _goals_for(mentee: User, help_request: HelpRequest | None) -> list[Goal]:
    goals = list(goals_of(mentee).filter(status=Goal.Status.ACTIVE))
    if help_request is not None and help_request.goal not in goals:
        goals.insert(0, help_request.goal)
    return goals


def _initial(help_request: HelpRequest | None, goals: list[Goal], kinds: list[SessionKind]) -> dict[str, Any]:
    if help_request is None:
        return {
            "goal": str(goals[0].uuid) if len(goals) == 1 else "",
            "session_kind": kinds[0].code if kinds else "",
            "format": MentorProfile.Format.ONE_OFF.value,
        }
    return {
        **{name: getattr(help_request, name) for name in (*TEXTS, "minutes", "format", "languages", "accepts_paid")},
        "goal": str(help_request.goal.uuid),
        "session_kind": help_request.session_kind.code,
        "needs": help_request.needs,
        **RequestForm.initial_rate(help_request.max_rate),
    }


def _goal_choices(goals: list[Goal]) -> list[tuple[str, str]]:
    choices = [(str(goal.uuid), str(goal)) for goal in goals]
    return choices if len(choices) == 1 else [("", _("Choose a goal")), *choices]


def _kind_in_words(kind: SessionKind) -> str:
    usual = ngettext("usually %(count)d minute", "usually %(count)d minutes", kind.minutes) % {"count": kind.minutes}
    return f"{capfirst(str(kind))} ({usual})"


def _language_choices(mentee: User, help_request: HelpRequest | None) -> list[tuple[str, str]]:
    """Return the languages that the mentee speaks well enough for a meeting, and those of the request."""
    codes = dict.fromkeys([*working_languages_of(mentee), *(help_request.languages if help_request else ())])
    return [(code, language_name(code)) for code in codes]
