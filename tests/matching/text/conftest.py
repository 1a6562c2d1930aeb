"""The text model, as in a process that has not loaded one."""

from __future__ import annotations

import pytest

from matching.text.model import text_model


@pytest.fixture
def fresh_model():
    text_model.cache_clear()
    yield
    text_model.cache_clear()
