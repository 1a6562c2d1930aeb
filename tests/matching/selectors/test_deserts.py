"""Mentor deserts, from open requests to words."""

from __future__ import annotations

import pytest

from accounts.models import Language
from matching.selectors.deserts import deserts, for_filters
from mentorship.models import GoalKind
from tests.factories import NOW, HelpRequestFactory, MentorFactory, UserFactory

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[object, ...]]:
    return [
        (row.kind, row.field, row.country, row.languages, row.requests, row.mentees, row.places, row.missing)
        for row in deserts(now=NOW).rows
    ]


def request_in(field: str, **facts):
    return HelpRequestFactory(goal__target_field=field, **facts)


def test_requests_for_the_same_are_one_row():
    MentorFactory(capacity=1)
    request_in("Data science")
    request_in("data  Science")
    request_in("Law", goal__target_country="FR", goal__kind=GoalKind.objects.get(code="promotion"))

    assert rows() == [
        ("Find a job", "Data science", "any", "English", 2, 2, 1, 1),
        ("Get promoted", "Law", "France", "English", 1, 1, 0, 1),
    ]


def test_two_requests_of_one_person_are_one_mentee():
    alice = UserFactory()
    request_in("Law", mentee=alice, goal__target_role="Judge")
    request_in("Law", mentee=alice, goal__target_role="Lawyer")

    assert [row[4:6] for row in rows()] == [(2, 1)]


def test_languages_are_those_that_the_mentee_speaks_and_wants():
    wants_german = request_in("Law", languages=["de"])
    for code, level in (("de", "working"), ("fr", "basic"), ("es", "native")):
        Language.objects.create(profile=wants_german.mentee.profile, code=code, level=level)
    speaks = request_in("Law")
    Language.objects.create(profile=speaks.mentee.profile, code="de", level="native")
    request_in("Law", languages=["nl"])

    assert sorted(row[3] for row in rows()) == ["German", "German or English", "none at working level"]


def test_requests_for_which_nobody_is_looked_do_not_count():
    request_in("Law", status="withdrawn")
    request_in("Law", status="draft")
    request_in("Law", mentee__is_active=False)

    assert rows() == []


def test_all_free_places_are_told():
    MentorFactory(capacity=3)
    MentorFactory(capacity=2, active_elsewhere=1)
    MentorFactory(status="paused")

    assert deserts(now=NOW).places == 4


def test_filters_get_the_rows_of_each_combination_in_words():
    baker = MentorFactory(capacity=3, career=[{"field": "bread", "role": "Baker", "country": "FR"}])
    bread, law = request_in("bread"), request_in("Law")
    found = deserts(now=NOW)
    codes = {row.field: row.code for row in found.rows}

    kept = for_filters(found)

    words = "Find a job, {}, any, English".format
    assert kept["combination"] == {codes["Law"]: (words("Law"), [law.pk]), codes["bread"]: (words("bread"), [bread.pk])}
    assert kept["serves"] == {codes["bread"]: (words("bread"), [baker.user_id])}
    assert {state: keys for state, (_words, keys) in kept["places"].items()} == {
        "enough": [bread.pk],
        "short": [],
        "none": [law.pk],
    }


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(number, django_assert_num_queries):
    for _ in range(number):
        request_in("Law")
        MentorFactory()

    with django_assert_num_queries(8):
        deserts(now=NOW)
