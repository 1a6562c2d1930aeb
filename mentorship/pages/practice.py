"""Pages of practice: one's own records, one of them, and those that are shared in a mentorship.

They open by a login only, also for a reader who comes from a mail: a mail that is passed on must not open them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import Refusal
from accounts.models import User
from accounts.page_forms import SerializerForm, forms_of, problem_of, text, uuid_in
from accounts.signed import DONE, Outcome, unknown_button
from mentorship.exceptions import PracticeGone
from mentorship.models import Mentorship, PracticeItem, PracticeRecord, Session
from mentorship.pages.steps import MentorshipPage
from mentorship.selectors.mentorships import goals_of, mentorships_visible_to
from mentorship.selectors.practice import (
    asks_what_to_take_along,
    feedback_by,
    industry_words,
    may_give_feedback,
    records_visible_to,
    sessions_as_mentee,
    sessions_named_by,
    titles_in,
    titles_of,
)
from mentorship.selectors.practice_text import ITEM_LABELS, LABELS, as_text
from mentorship.selectors.shown import mentorship_card
from mentorship.serializers.practice import AnswerFeedbackSerializer, PracticeItemSerializer, PracticeSerializer
from mentorship.services.practice.feedback import give_feedback
from mentorship.services.practice.items import add_items, change_item, remove_item
from mentorship.services.practice.share import share_records
from mentorship.services.practice.write import change_record, delete_record, write_record

# Returns the address of the question bank, or that of it for a mock interview. Another app has that page, and passes
# it in.
BankPage = Callable[..., str]

Kind = PracticeRecord.Kind
SESSIONS_SHOWN = 20


def _or_none(options: Any) -> list[tuple[str, str]]:
    return [("", _("Not stated")), *((value, capfirst(label)) for value, label in options.choices)]


def _select(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, **more)


def _named(session: Session) -> str:
    day = date_format(timezone.localtime(session.starts_at), "j F Y") if session.starts_at else _("no time yet")
    return _("%(kind)s with %(name)s, %(day)s") % {
        "kind": capfirst(str(session.kind)),
        "name": session.mentorship.mentor.user.name,
        "day": day,
    }


class RecordForm(SerializerForm):
    """The fields of a record of one kind. Its questions, lines and claims have forms of their own."""

    serializer_class = PracticeSerializer

    title = text(PracticeSerializer, "title", rows=1, label=gettext_lazy("Title"))

    def __init__(self, *args: Any, kind: str, owner: User, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        newest = sessions_as_mentee(owner)[:SESSIONS_SHOWN]
        # A session that the record names stays, however old it is.
        named = sessions_named_by(self.instance) if self.instance is not None else []
        sessions = [(str(row.uuid), _named(row)) for row in dict.fromkeys([*newest, *named])]
        if kind == Kind.DEBRIEF:
            self._add_fields_of_debrief(owner)
        for name in PracticeRecord.TEXTS[kind]:
            self.fields[name] = text(PracticeSerializer, name, label=LABELS[name])
        if kind == Kind.STORY:
            self.fields["answers"].help_text = _("One a line.")
            self.fields["skills"] = forms.CharField(
                label=_("Skills that it shows"),
                help_text=_("Names from the list of skills, one a line."),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            if sessions:
                self.fields["used_in"] = forms.MultipleChoiceField(
                    label=_("Used in"), choices=sessions, required=False, widget=forms.CheckboxSelectMultiple
                )
        if sessions:
            self.fields["session"] = _select(
                _("Made in the session"),
                [("", _("None")), *sessions],
                help_text=_("Its mentor then reads this record, until you stop sharing it."),
            )

    def _add_fields_of_debrief(self, owner: User) -> None:
        self.fields["stage"] = _select(_("Stage"), _or_none(PracticeRecord.Stage))
        self.fields["company_kind"] = _select(
            _("Kind of company"), _or_none(PracticeRecord.CompanyKind), help_text=_("Never write its name.")
        )
        goals = [(str(goal.uuid), str(goal)) for goal in goals_of(owner)]
        if goals:
            self.fields["goal"] = _select(_("For the goal"), [("", _("None")), *goals])
        self.fields["shares_questions"] = forms.BooleanField(
            label=_("Share the questions with the question bank"),
            required=False,
            help_text=_(
                "Others read a question once three people were asked something alike and agreed. Nobody learns who. We "
                "refuse addresses, links, numbers and names that we know. Leave out other names of people and firms "
                "yourself: we cannot find them all."
            ),
        )

    def body(self) -> dict[str, Any]:
        body = dict(self.cleaned_data)
        if "skills" in body:
            body["skills"] = [line.strip() for line in body["skills"].splitlines() if line.strip()]
        for name in {"session", "goal"} & set(body):
            body[name] = body[name] or None
        return body if self.instance is not None else body | {"kind": self.kind}


class ItemForm(SerializerForm):
    """A question, a line or a claim, with its other texts."""

    serializer_class = PracticeItemSerializer

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, context={"kind": kind}, **kwargs)
        self.fields["text"] = text(PracticeItemSerializer, "text", rows=2, label=ITEM_LABELS[Kind(kind)])
        for name in PracticeRecord.ITEM_TEXTS[kind]:
            self.fields[name] = text(PracticeItemSerializer, name, label=LABELS[name])


class FeedbackForm(SerializerForm):
    serializer_class = AnswerFeedbackSerializer

    text = text(
        AnswerFeedbackSerializer,
        "text",
        label=gettext_lazy("Your feedback on this answer"),
        help_text=gettext_lazy(
            "The mentee reads it, and nobody else. It is kept until you empty the field, or until the mentee deletes "
            "the record."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["text"].widget.attrs["required"]


def practice(request: HttpRequest, bank_page: BankPage, member: User) -> HttpResponse:
    """Show the member's own records by kind, with the ways to write another, and a link to the question bank."""
    rows = list(titles_of(member))
    kinds = [(kind, capfirst(kind.label), [row for row in rows if row.kind == kind]) for kind in Kind]
    return render(request, "mentorship/practice/list.html", {"kinds": kinds, "bank_link": bank_page()})


def new_record(request: HttpRequest, kind: str, member: User) -> HttpResponse:
    """Write a record of one kind."""
    if kind not in Kind:
        raise Http404
    initial = {"session": request.GET.get("session", "")}
    form = RecordForm(request.POST or None, kind=kind, owner=member, initial=initial, context={"request": request})
    problem, status = None, 200
    if request.method == "POST":
        if form.is_valid():
            fields = dict(form.checked)
            fields.pop("kind")
            try:
                record = write_record(owner=member, kind=kind, fields=fields, now=timezone.now())
            except Refusal as refusal:
                problem, status = refusal.detail, 409
            else:
                return redirect(record_url(record))
        else:
            status = 400
    has_items = bool(PracticeRecord.ITEM_TEXTS[kind])
    context = {"form": form, "label": Kind(kind).label, "has_items": has_items, "problem": problem}
    return render(request, "mentorship/practice/new.html", context, status=status)


def record_url(record: PracticeRecord) -> str:
    return reverse("practice-record-page", args=[record.uuid])


def record_of(bank_page: BankPage) -> Callable[[HttpRequest, UUID, User], HttpResponse]:
    """Return the page of a record, with a link from mock interviews to the question bank."""

    def record(request: HttpRequest, uuid: UUID, member: User) -> HttpResponse:
        """Show a record. Its owner changes it, and the mentor of its session writes on the answers."""
        row = get_object_or_404(records_visible_to(member), uuid=uuid)
        problem, status = None, 200
        if request.method == "POST":
            problem, status = _act(request, row, member)
            if problem is None:
                return redirect("practice" if request.POST.get("do") == "delete" else request.path)
            row = get_object_or_404(records_visible_to(member), uuid=uuid)
        context = _record_context(request, row, member) | {"problem": problem}
        if context["is_mine"] and row.kind == Kind.MOCK_INTERVIEW:
            context["bank_link"] = bank_page(row)
        return render(request, "mentorship/practice/record.html", context, status=status)

    return record


def _record_context(request: HttpRequest, row: PracticeRecord, member: User) -> dict[str, Any]:
    is_mine = row.owner_id == member.pk
    built = forms_of(_forms(request, row, member), request.POST, of=row.uuid)
    shown = as_text(row)
    lines = [item.text for item, _parts in shown.items] if is_mine and row.kind == Kind.TRANSLATION else []
    words = industry_words(lines) if lines else [[]] * len(shown.items)
    return {
        "record": row,
        "shown": shown,
        "is_mine": is_mine,
        # A mentor learns of no session with another mentor.
        "of_session": row.session is not None and member in (row.owner, row.session.mentorship.mentor.user),
        "form": built.get("save"),
        "new_item": built.get("add"),
        "items": [
            (
                item,
                parts,
                built.get(f"item-{item.uuid}") or built.get(f"feedback-{item.uuid}"),
                offered,
            )
            for (item, parts), offered in zip(shown.items, words, strict=True)
        ],
        "posted": request.POST,
    }


def _forms(request: HttpRequest, row: PracticeRecord, member: User) -> dict[str, Callable[..., SerializerForm]]:
    items = row.items_shown  # type: ignore[attr-defined]
    if row.owner_id != member.pk:
        if not may_give_feedback(row, member):
            return {}
        return {f"feedback-{item.uuid}": partial(FeedbackForm, initial={"text": _written(item)}) for item in items}
    found: dict[str, Callable[..., SerializerForm]] = {"save": _record_form(request, row, member)}
    if row.has_items:
        found["add"] = partial(ItemForm, kind=row.kind)
        found |= {f"item-{item.uuid}": _item_form(item, row.kind) for item in items}
    return found


def _record_form(request: HttpRequest, row: PracticeRecord, member: User) -> Callable[..., SerializerForm]:
    initial = PracticeSerializer(row, context={"request": request}).data
    initial["skills"] = "\n".join(initial["skills"])
    return partial(RecordForm, kind=row.kind, owner=member, initial=initial, instance=row, context={"request": request})


def _item_form(item: PracticeItem, kind: str) -> Callable[..., SerializerForm]:
    return partial(ItemForm, kind=kind, initial={"text": item.text} | item.texts, instance=item)


def _written(item: PracticeItem) -> str:
    # The selector loads the reader's own feedback only.
    return next((feedback.text for feedback in item.feedback_shown), "")  # type: ignore[attr-defined]


def _act(request: HttpRequest, row: PracticeRecord, member: User) -> Outcome:
    do, now = request.POST.get("do", ""), timezone.now()
    this = {"record_id": row.pk, "by": member}
    verb, _dash, uuid = do.partition("-")
    wanted = uuid_in(uuid)
    item = row.items.filter(uuid=wanted).first() if wanted else None
    if do == "delete":
        return _tried(delete_record, **this)
    if wanted and item is None:
        # As after a second click.
        return DONE if verb == "remove" else (PracticeGone().detail, 409)
    if verb == "remove" and item is not None:
        return _tried(remove_item, item_id=item.pk, by=member, now=now)
    form_class = _forms(request, row, member).get(do)
    if form_class is None:
        return unknown_button()
    form = form_class(request.POST)
    if not form.is_valid():
        return problem_of(form), 400
    match verb:
        case "save":
            outcome = _tried(change_record, fields=form.checked, now=now, **this)
        case "add":
            outcome = _tried(add_items, items=[form.checked], now=now, **this)
        case "item":
            outcome = _tried(change_item, item_id=item.pk if item else 0, by=member, fields=form.checked, now=now)
        case _:
            outcome = _tried(give_feedback, item_id=item.pk if item else 0, by=member, now=now, **form.checked)
    if outcome == DONE:
        messages.success(request, _("Saved."))
    return outcome


def _tried(move: Callable[..., object], **values: Any) -> Outcome:
    try:
        move(**values)
    except Refusal as refusal:
        return refusal.detail, 409
    return DONE


def shared_of(mentorship_page: MentorshipPage) -> Callable[[HttpRequest, UUID, User], HttpResponse]:
    """Return the page of the records that are shared in a mentorship, with a link to that mentorship."""

    def shared(request: HttpRequest, uuid: UUID, member: User) -> HttpResponse:
        """Show the records of a mentorship. The mentee chooses them; the mentor reads them."""
        row = get_object_or_404(mentorships_visible_to(member), uuid=uuid)
        problem, status = None, 200
        if request.method == "POST":
            problem, status = _share(request, row, member)
            if problem is None:
                messages.success(request, _("Saved."))
                return redirect(request.path)
        context = _shared_context(row, member)
        context |= {"problem": problem, "mentorship_link": mentorship_page(request, row, member)}
        return render(request, "mentorship/practice/shared.html", context, status=status)

    return shared


def _shared_context(row: Mentorship, member: User) -> dict[str, object]:
    card = mentorship_card(row, to=member)
    records = list(titles_in(row, to=member))
    here = {record.pk for record in records}
    return {
        "mentorship": row,
        "other": card.other,
        "is_mentee": card.to_mentee,
        "is_running": row.status in Mentorship.RUNNING,
        "records": records,
        "choices": [(record, record.pk in here) for record in titles_of(member)] if card.to_mentee else [],
        "asks": card.to_mentee and asks_what_to_take_along(row),
        "written": feedback_by(member, row),
    }


def _share(request: HttpRequest, row: Mentorship, member: User) -> Outcome:
    if request.POST.get("do") != "share":
        return unknown_button()
    chosen = [uuid for one in request.POST.getlist("records") if (uuid := uuid_in(one))]
    if len(chosen) != len(request.POST.getlist("records")):
        return _("One of these records is not yours, or was deleted. Reload the page."), 400
    return _tried(share_records, mentorship_id=row.pk, by=member, records=chosen, now=timezone.now())
