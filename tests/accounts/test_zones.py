"""Time zones in words."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template

from accounts.zones import current_name, former_names, zone_choices, zone_in_words

WINTER = datetime(2026, 11, 23, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "now", "words"),
    [
        ("Europe/Berlin", WINTER, "Berlin, Germany, UTC+1"),
        ("Europe/Berlin", SUMMER, "Berlin, Germany, UTC+2"),
        ("Asia/Calcutta", WINTER, "Kolkata, India, UTC+5:30"),
        ("America/Argentina/Buenos_Aires", WINTER, "Buenos Aires, Argentina, UTC−3"),
        ("America/St_Johns", WINTER, "St. John’s, Canada, UTC−3:30"),
        ("UTC", WINTER, "Universal time, UTC"),
        ("Etc/GMT+3", WINTER, "Etc/GMT+3, UTC−3"),
        ("Mars/Base", WINTER, "Mars/Base, UTC"),
    ],
)
def test_a_zone_has_words(name, now, words):
    assert zone_in_words(name, now=now) == words


def test_the_list_has_each_zone_once_under_its_present_name():
    names = [name for name, _words in zone_choices(now=WINTER)]

    assert len(names) == len(set(names)) > 400
    assert {"Asia/Kolkata", "Europe/Kyiv", "UTC"} <= set(names)
    assert not {"Asia/Calcutta", "Europe/Kiev", "EST"} & set(names)


def test_a_former_name_leads_to_the_present_one():
    assert current_name("Europe/Kiev") == current_name("Europe/Kyiv") == "Europe/Kyiv"
    assert "Asia/Calcutta" in former_names("Asia/Kolkata")


def test_templates_say_a_zone_in_words_as_of_the_moment_that_they_show():
    template = Template("{{ zone|zone_in_words:at }}; {{ none|zone_in_words }}")

    assert template.render(Context({"zone": ZoneInfo("Europe/Berlin"), "at": SUMMER})) == "Berlin, Germany, UTC+2; "
