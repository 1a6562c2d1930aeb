"""No template has text outside of its tags for translation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from tests.languages.pseudo import visible

ROOT = Path(__file__).resolve().parents[2]
# The admin, and the mailbox of one's own machine, are in English.
ENGLISH = re.compile("/templates/admin/|/templates/mailbox/")
TEMPLATES = sorted(
    str(path.relative_to(ROOT))
    for app in ("accounts", "mentorship", "matching", "config")
    for path in ROOT.glob(f"{app}/templates/**/*.*")
    if not ENGLISH.search(str(path))
)


def outside_of_translations(source: str) -> str:
    """Return the text of a template without what a catalogue translates."""
    kept, inside = [], False
    for token in Lexer(source).tokenize():
        tag = token.split_contents()[0] if token.token_type == TokenType.BLOCK else ""
        if tag in ("blocktranslate", "blocktrans"):
            inside = True
        elif tag in ("endblocktranslate", "endblocktrans"):
            inside = False
        elif inside:
            continue
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
        elif token.token_type == TokenType.VAR:
            kept.append("0")
        elif tag == "translate":
            kept.append("1")
    return "".join(kept)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_no_untranslated_text(name):
    text = outside_of_translations((ROOT / name).read_text())

    if name.endswith(".html"):
        # A block of base.html holds an attribute.
        text = visible(text.replace(' class="wide"', ""))
    assert re.findall(r"[A-Za-z]{2,}(?:[ ,;]+[A-Za-z]+)*", text) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_format_of_a_date_is_translated(name):
    assert re.findall(r"\|(?:date|time):[\"'][^\"']*[\"']", (ROOT / name).read_text()) == []


def test_text_outside_of_the_tags_is_found():
    source = (
        '{% load i18n %}<p title="One">{% translate "Two" %} Three {{ four }}</p>'
        "{% blocktranslate %}Five{% endblocktranslate %}"
    )

    assert re.findall("[A-Z][a-z]+", visible(outside_of_translations(source))) == ["One", "Three"]
