"""Mails and pages whose sentences the repository has in German and Spanish are wholly in these languages."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils import translation
from django.utils.translation.template import templatize

from accounts.notifications.registry import all_groups

ROOT = Path(__file__).resolve().parents[2]
MAILS = sorted(
    folder
    for pattern in (
        "accounts/templates/notifications/concern_*",
        "accounts/templates/notifications/accounts_merged",
        "accounts/templates/notifications/invitation",
        "accounts/templates/notifications/role_changed",
        "accounts/templates/notifications/rules_changed",
        "accounts/templates/notifications/token_made",
        "matching/templates/notifications/cohort_*",
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
    ROOT / "matching/templates/matching/cohort_pair/over.txt",
    ROOT / "mentorship/templates/mentorship/place.txt",
    ROOT / "mentorship/templates/mentorship/session_time.txt",
]


# Pages of the account, with their mails, and those of everybody.
PAGES = [
    *(ROOT / "accounts/templates/account").rglob("*.*"),
    *(ROOT / "accounts/templates/mfa").rglob("*.*"),
    *(ROOT / "accounts/templates/socialaccount").rglob("*.*"),
    *(ROOT / "accounts/templates/usersessions").rglob("*.*"),
    *(
        ROOT / f"accounts/templates/accounts/{name}.html"
        for name in """
            connections data devices erase form_errors form_field new_password pager providers reads rules
            rules_accepted rules_first rules_to_accept send_again settings to_settings tokens
        """.split()
    ),
    ROOT / "accounts/templates/base.html",
    ROOT / "accounts/templates/accounts/export_readme.txt",
    *(ROOT / "config/templates").glob("*.html"),
    *(ROOT / "matching/templates/matching").glob("cohort*.html"),
    ROOT / "matching/templates/matching/choose/cohort.html",
]
# Modules with the words of these pages, of their forms, and of the errors of the API.
MODULES = [
    *(ROOT / "config").glob("*.py"),
    ROOT / "matching/pages/cohorts.py",
    *(
        ROOT / f"accounts/{name}.py"
        for name in """
            adapter exceptions forms member_pages models/profile page_fields page_forms passkey_forms
            provider_adapter rules_first scopes second_factor
            pages/connections pages/devices pages/privacy pages/provider_login pages/reads pages/second_factor
            pages/settings pages/sign_up pages/tokens services/connections services/privacy services/second_factor
            services/tokens
        """.split()
    ),
]
# Words that are the same in the language.
SAME_WORD = {"de": {"Admin", "Code", "Name", "Passkey %(number)d", "Passkeys", "Senior"}}
IN_CODE = DEFAULT_KEYWORDS | {"gettext_lazy": None, "gettext_noop": None, "ngettext_lazy": (1, 2)}


def sentences(template: Path) -> list[str]:
    """Return the texts that a template has translated. Of a sentence with a plural, that for one."""
    code = io.BytesIO(templatize(template.read_text()).encode())
    found = [message for _line, message, _comments, _context in extract("python", code)]
    return [message if isinstance(message, str) else message[0] for message in found]


def sentences_in_code(module: Path) -> set[str]:
    found = [message for _line, message, _comments, _context in extract("python", module.open("rb"), IN_CODE)]
    return {message if isinstance(message, str) else message[0] for message in found}


@pytest.mark.parametrize("language", ["de", "es"])
def test_pages_of_the_account_and_of_everybody_are_translated(language):
    texts = {text for page in PAGES if page.is_file() for text in sentences(page)}

    assert len(texts) > 100
    assert untranslated(texts, language) == []


@pytest.mark.parametrize("language", ["de", "es"])
@pytest.mark.parametrize("module", [str(module.relative_to(ROOT)) for module in MODULES])
def test_words_of_a_module_are_translated(module, language):
    assert untranslated(sentences_in_code(ROOT / module), language) == []


@pytest.mark.parametrize("language", ["de", "es"])
@pytest.mark.parametrize("name", [str(folder.relative_to(ROOT)) for folder in MAILS])
def test_a_mail_is_translated(name, language):
    texts = {text for template in (ROOT / name).iterdir() for text in sentences(template)}

    assert texts
    assert untranslated(texts, language) == []


@pytest.mark.parametrize("language", ["de", "es"])
def test_a_part_of_mails_is_translated(language):
    assert untranslated({text for part in PARTS for text in sentences(part)}, language) == []


@pytest.mark.parametrize("language", ["de", "es"])
def test_groups_of_messages_are_translated(language):
    assert untranslated({str(text) for group in all_groups() for text in (group.about, group.when_off)}, language) == []


def untranslated(texts: set[str], language: str) -> list[str]:
    worded = {text for text in texts if re.search("[A-Za-z]", PLACEHOLDER.sub("", text))}
    with translation.override(language):
        found = {text for text in worded if translation.gettext(text) == text}
    return sorted(found - SAME_WORD.get(language, set()))
