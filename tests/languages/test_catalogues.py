"""Mails whose sentences the repository has in German and Spanish are wholly in these languages."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from django.utils import translation
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
MAILS = sorted(
    folder
    for pattern in (
        "accounts/templates/notifications/concern_*",
        "accounts/templates/notifications/accounts_merged",
        "accounts/templates/notifications/invitation",
        "accounts/templates/notifications/rules_changed",
        "accounts/templates/notifications/token_made",
        "matching/templates/notifications/handover_*",
        "mentorship/templates/notifications/paused_for_misses",
        "mentorship/templates/notifications/practice_news",
        "mentorship/templates/notifications/session*",
    )
    for folder in ROOT.glob(pattern)
)
PLACEHOLDER = re.compile(r"%\(\w+\)s")
# Templates that these mails include.
PARTS = [
    *(ROOT / "accounts/templates/accounts/concern").glob("*.txt"),
    ROOT / "accounts/templates/notifications/mail.html",
    ROOT / "mentorship/templates/mentorship/place.txt",
    ROOT / "mentorship/templates/mentorship/session_time.txt",
]


def sentences(template: Path) -> list[str]:
    """Return the texts that a template has translated. Of a sentence with a plural, that for one."""
    code = io.BytesIO(templatize(template.read_text()).encode())
    found = [message for _line, message, _comments, _context in extract("python", code)]
    return [message if isinstance(message, str) else message[0] for message in found]


@pytest.mark.parametrize("language", ["de", "es"])
@pytest.mark.parametrize("name", [str(folder.relative_to(ROOT)) for folder in MAILS])
def test_a_mail_is_translated(name, language):
    texts = {text for template in (ROOT / name).iterdir() for text in sentences(template)}

    assert texts
    assert untranslated(texts, language) == []


@pytest.mark.parametrize("language", ["de", "es"])
def test_a_part_of_mails_is_translated(language):
    assert untranslated({text for part in PARTS for text in sentences(part)}, language) == []


def untranslated(texts: set[str], language: str) -> list[str]:
    worded = {text for text in texts if re.search("[A-Za-z]", PLACEHOLDER.sub("", text))}
    with translation.override(language):
        return sorted(text for text in worded if translation.gettext(text) == text)
