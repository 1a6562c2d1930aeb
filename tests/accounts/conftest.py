"""Fixtures of the tests of people."""

from __future__ import annotations

import pytest

from tests.accounts.feeds import feed_server
from tests.accounts.providers import provider_server


@pytest.fixture
def feeds(tmp_path, monkeypatch, settings):
    """Return a server of calendars on this machine, which this test may ask."""
    settings.FETCH_FROM_THIS_MACHINE = True
    with feed_server(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
        yield server


@pytest.fixture
def provider_site(tmp_path, monkeypatch, settings):
    """Return an identity provider on this machine, which this test may ask."""
    settings.FETCH_FROM_THIS_MACHINE = True
    with provider_server(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
        yield server
