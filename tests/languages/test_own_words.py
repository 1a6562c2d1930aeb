"""A community replaces sentences and words by a catalogue of its own."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.utils import translation
from django.utils.translation import gettext, trans_real

from accounts.notifications.registry import kind_of
from accounts.notifications.render import render_sample


@pytest.fixture
def own_words(settings, tmp_path):
    """Install an English catalogue in the folder that COMMUNITY_LOCALE_DIR names."""
    catalogue = Catalog(locale="en")
    catalogue.add("Welcome as a mentor", "Welcome as a godparent")
    catalogue.add("No mentor for your request yet", "No godparent for your request yet")
    folder = tmp_path / "en/LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    settings.LOCALE_PATHS = [str(tmp_path)]
    before = trans_real._translations.pop("en", None)
    with translation.override("en"):
        yield
    trans_real._translations.pop("en", None)
    if before is not None:
        trans_real._translations["en"] = before


def test_a_community_has_its_own_word_for_a_mentor(own_words):
    assert render_sample(kind_of("mentor_approved")).subject == "Welcome as a godparent"


def test_a_sentence_that_is_not_in_the_catalogue_stays(own_words):
    assert gettext("Your mentoring is suspended") == "Your mentoring is suspended"
