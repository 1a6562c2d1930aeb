"""The pseudo-language as a language of the site."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from tests.languages.pseudo import PSEUDO, Pseudo


@pytest.fixture
def pseudo(settings):
    """Offer the pseudo-language, and speak it in this test."""
    settings.LANGUAGES = [("en", "English"), (PSEUDO, "Ψευδογλώσσα")]
    trans_real._translations[PSEUDO] = Pseudo()
    with translation.override(PSEUDO):
        yield
    del trans_real._translations[PSEUDO]
