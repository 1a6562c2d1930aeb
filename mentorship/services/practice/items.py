"""Questions, lines and claims of a record: adding, changing and removing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from mentorship.exceptions import NoSuchPart, TooManyItems
from mentorship.locks import lock_practice, lock_practice_of
from mentorship.models import PracticeItem, PracticeRecord
from mentorship.services.practice.limits import ITEMS_MAX
from mentorship.services.practice.write import check_questions


@transaction.atomic
def add_items(*, record_id: int, by: User, items: Sequence[Mapping[str, Any]], now: datetime) -> list[PracticeItem]:
    """Add items to the end of a record: each with ``text``, and ``texts`` by name.

    Raises PracticeGone, NotYourRecord, NoSuchPart for a story, TooManyItems at the limit, QuestionNamesSomebody if they
    are shared.
    """
    record = lock_practice(record_id, by=by)
    if not record.has_items:
        raise NoSuchPart(_("A story has no questions of its own. Say in it which questions it answers."))
    if record.items.count() + len(items) > ITEMS_MAX:
        raise TooManyItems(
            ngettext(
                "One record has at most %(number)s entry. Begin another record.",
                "One record has at most %(number)s entries. Begin another record.",
                ITEMS_MAX,
            )
            % {"number": ITEMS_MAX}
        )
    blank = dict.fromkeys(PracticeRecord.ITEM_TEXTS[record.kind], "")
    rows = [PracticeItem(record=record, text=item["text"], texts=blank | item.get("texts", {})) for item in items]
    PracticeItem.objects.bulk_create(rows)
    _changed(record, now)
    return rows


@transaction.atomic
def change_item(*, item_id: int, by: User, fields: Mapping[str, Any], now: datetime) -> PracticeItem:
    """Write the texts named in ``fields``.

    Raises PracticeGone, NotYourRecord, QuestionNamesSomebody if the questions are shared.
    """
    record, item = lock_practice_of(item_id, by=by)
    item.text = fields.get("text", item.text)
    item.texts = item.texts | fields.get("texts", {})
    item.save()
    _changed(record, now)
    return item


@transaction.atomic
def remove_item(*, item_id: int, by: User, now: datetime) -> None:
    """Remove an item, with the feedback on it. Raises PracticeGone, NotYourRecord."""
    record, item = lock_practice_of(item_id, by=by)
    item.delete()
    _changed(record, now)


def _changed(record: PracticeRecord, now: datetime) -> None:
    check_questions(record)
    record.changed_at = now
    record.save(update_fields=["changed_at"])
