"""No mail and no post has an untranslated string."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import allauth
import pytest
from django.template.loader import render_to_string

from accounts.notifications.registry import all_kinds, kind_of
from accounts.notifications.render import render_sample
from tests.languages.pseudo import in_greek, unmarked, visible

pytestmark = [pytest.mark.usefixtures("pseudo")]

KINDS = [kind.code for kind in all_kinds()]
TEMPLATES = Path(allauth.__file__).parent / "templates"
# allauth's mails for what this site has switched off.
UNUSED = re.compile("login_code|unknown_account")
ACCOUNT_MAILS = sorted(
    str(path.relative_to(TEMPLATES)).removesuffix("_message.txt")
    for path in TEMPLATES.glob("*/email/*_message.txt")
    if path.parts[-3] in ("account", "mfa") and not path.name.startswith("base_") and not UNUSED.search(path.name)
)
# The name of the community is its own.
COMMUNITY = re.compile(r"\bMentorship\b")


@pytest.mark.parametrize("code", KINDS)
def test_a_message_has_no_untranslated_string(code):
    kind = kind_of(code)
    # A text that a member, or allauth, wrote before is not translated here.
    sample = dataclasses.replace(kind, sample=lambda: in_greek(dict(kind.sample())))

    message = render_sample(sample)

    if isinstance(message, str):
        assert unmarked(re.sub(r"<(\S+?)\|", r"", message), allowed=COMMUNITY) == []
    else:
        assert unmarked(in_people(message.subject), allowed=COMMUNITY) == []
        assert unmarked(in_people(message.body), allowed=COMMUNITY) == []
        assert unmarked(in_people(visible(message.alternatives[0].content)), allowed=COMMUNITY) == []


def in_people(text: str) -> str:
    """Return a message without the name of its made-up reader."""
    return text.replace("Sam Okafor", "")


def test_a_label_of_the_catalogue_is_translated():
    told = [str(kind.tells) for kind in all_kinds()] + [str(kind.group.about) for kind in all_kinds()]

    assert [label for label in told if unmarked(label)] == []


@pytest.mark.parametrize("prefix", ACCOUNT_MAILS)
def test_a_mail_about_the_account_has_no_untranslated_string(prefix):
    context = {
        "user": {"name": "Άννα", "email": "anna@example.org"},
        "email": "anna@example.org",
        "code": "ABC-DEF",
        "code_minutes": 15,
        "key": "123",
        "current_site": {"name": "Ομάδα", "domain": "http://testserver"},
        "timestamp": "",
        "ip": "",
        "user_agent": "",
        "from_email": "anna@example.org",
        "to_email": "anna@example.com",
        "deleted_email": "anna@example.org",
    }

    for part in ("subject", "message"):
        text = render_to_string(f"{prefix}_{part}.txt", context, using="text")
        assert unmarked(text.replace("ABC-DEF", "")) == []
