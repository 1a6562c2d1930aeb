"""Practice records as text: each part with its label, in the order in which they are read."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from mentorship.models import PracticeItem, PracticeRecord

# The labels of the texts of a record and of its items.
LABELS = {
    "situation": gettext_lazy("Situation"),
    "task": gettext_lazy("Task"),
    "action": gettext_lazy("What you did"),
    "result": gettext_lazy("Result"),
    "answers": gettext_lazy("Questions that it answers"),
    "wavered": gettext_lazy("Where it wavered"),
    "next_time": gettext_lazy("What to say next time"),
    "answer": gettext_lazy("What was answered"),
    "new_words": gettext_lazy("In the words of the industry"),
    "evidence": gettext_lazy("Evidence"),
    "confirmed_by": gettext_lazy("Who can confirm it"),
}
# The label of the item itself, by kind.
ITEM_LABELS = {
    PracticeRecord.Kind.MOCK_INTERVIEW: gettext_lazy("Question"),
    PracticeRecord.Kind.DEBRIEF: gettext_lazy("What was asked"),
    PracticeRecord.Kind.TRANSLATION: gettext_lazy("Line of your CV"),
    PracticeRecord.Kind.PROMOTION_CASE: gettext_lazy("Claim"),
}


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    text: str


def parts_of_record(record: PracticeRecord) -> list[Part]:
    """Return the stated parts of a record, without its items."""
    stated = [
        Part(str(gettext_lazy("Stage")), record.get_stage_display()),
        Part(str(gettext_lazy("Kind of company")), record.get_company_kind_display()),
        *_texts(PracticeRecord.TEXTS[record.kind], record.texts),
        Part(str(gettext_lazy("Skills")), ", ".join(skill.name for skill in record.skills.all())),
    ]
    return [part for part in stated if part.text]


def parts_of_item(item: PracticeItem, kind: str) -> list[Part]:
    """Return the stated parts of an item, beside its text."""
    return [part for part in _texts(PracticeRecord.ITEM_TEXTS[kind], item.texts) if part.text]


def _texts(names: tuple[str, ...], texts: dict[str, str]) -> list[Part]:
    return [Part(str(LABELS[name]), texts.get(name, "")) for name in names]


@dataclass(frozen=True, slots=True)
class RecordText:
    """A record to be read: its parts, and its items with theirs."""

    record: PracticeRecord
    parts: list[Part]
    items: list[tuple[PracticeItem, list[Part]]]


def as_text(record: PracticeRecord) -> RecordText:
    """Return ``record`` to be read. It comes from a selector that loads its parts."""
    items = record.items_shown  # type: ignore[attr-defined]
    return RecordText(record, parts_of_record(record), [(item, parts_of_item(item, record.kind)) for item in items])
