"""A calendar is in the language of its reader."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from mentorship.models import SessionKind
from mentorship.services.calendar_address import make_calendar_address
from tests.factories import NOW, SessionFactory
from tests.languages.pseudo import PSEUDO, unmarked
from tests.languages.test_pages import write_in_greek
from tests.mentorship.calendars import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pseudo", "rung")]


def test_a_calendar_has_no_untranslated_string(monkeypatch):
    mentee = SessionFactory(status="confirmed").mentorship.mentee
    Profile.objects.update(language=PSEUDO)
    write_in_greek(User, SessionKind)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)

    # The browser of the program speaks another language.
    address = reverse("calendar-sessions", args=[make_calendar_address(person=mentee, now=NOW)])
    text = Client(headers={"Accept-Language": "en"}).get(address).content.decode()

    parts = read(text).parts
    assert unmarked(parts["summary"] + parts["description"]) == []
    assert re.search("X-WR-CALNAME:⟦", text)
