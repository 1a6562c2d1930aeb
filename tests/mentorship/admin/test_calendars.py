"""Admins see that a person has a calendar address, and never the address."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mentorship.models import CalendarAddress
from mentorship.services.calendar_address import make_calendar_address
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_an_admin_sees_whether_there_is_an_address(admin_client, alice):
    token = make_calendar_address(person=alice, now=NOW)
    address = CalendarAddress.objects.get()

    for page in ("/admin/mentorship/calendaraddress/", f"/admin/mentorship/calendaraddress/{address.pk}/change/"):
        text = admin_client.get(page).content.decode()
        assert str(alice) in text
        assert token not in text
        assert address.digest not in text


def test_an_admin_revokes_an_address(admin_client, alice):
    token = make_calendar_address(person=alice, now=NOW)

    admin_client.post(f"/admin/mentorship/calendaraddress/{CalendarAddress.objects.get().pk}/delete/", {"post": "yes"})

    assert Client().get(reverse("calendar-sessions", args=[token])).status_code == 404
