"""Community files with faults are refused whole."""

from __future__ import annotations

import copy
import json

import pytest
from django.core.management import CommandError

from accounts.models import User
from matching.community.schema import BadCommunityFile, parse
from tests.matching.community.example import COMMUNITY

pytestmark = pytest.mark.django_db


FAULTS = [
    (lambda c: c.update(format=2), "$.format"),
    (lambda c: c.pop("people"), "$"),
    (lambda c: c["people"][0].pop("timezone"), "$.people[0]"),
    (lambda c: c["people"][0].update(timezone="Mars/Olympus"), "$.people[0].timezone"),
    (lambda c: c["people"][0].update(languages=[]), "$.people[0].languages"),
    (lambda c: c["people"][0].update(nickname="M"), "$.people[0]"),
    (lambda c: c["people"][0].update(email="nobody"), "$.people[0].email"),
    (lambda c: c["people"][1].update(email="MENTOR@example.org"), "$.people[1].email"),
    (lambda c: c["people"][1].update(bio="\x00"), "$.people[1].bio"),
    (lambda c: c["people"][1].update(name="\ud800"), "$.people[1].name"),
    (lambda c: c["people"][1].update(email="a,b@example.org"), "$.people[1].email"),
    (lambda c: c["people"][0]["mentor"]["rate"].update(amount=0.004), "$.people[0].mentor.rate.amount"),
    (lambda c: c["exclusions"].append(c["exclusions"][0]), "$.exclusions[1].people"),
    (lambda c: c["people"][0]["career"][0].update(level="guru"), "$.people[0].career[0].level"),
    (lambda c: c["people"][0]["career"][0].update(country="XX"), "$.people[0].career[0].country"),
    (lambda c: c["people"][0]["career"][0].update(end=2010), "$.people[0].career[0].end"),
    (lambda c: c["people"][0]["career"][0].update(hires="yes"), "$.people[0].career[0].hires"),
    (lambda c: c["people"][0]["career"][0].update(employer_size="huge"), "$.people[0].career[0].employer_size"),
    (lambda c: c["people"][0].update(hires=True), "$.people[0]"),
    (lambda c: c["people"][0]["availability"][0].update(start="25:00"), "$.people[0].availability[0].start"),
    (lambda c: c["people"][0]["availability"][0].update(end="19:00"), "$.people[0].availability[0].end"),
    (lambda c: c["people"][0]["mentor"].update(capacity=11), "$.people[0].mentor.capacity"),
    (lambda c: c["people"][0]["mentor"].pop("rate"), "$.people[0].mentor"),
    (lambda c: c["people"][0]["mentor"]["rate"].update(currency="EURO"), "$.people[0].mentor.rate.currency"),
    (lambda c: c["people"][0]["mentor"].update(goals=["fame"]), "$.people[0].mentor.goals"),
    (lambda c: c["exclusions"][0]["people"].__setitem__(1, "x@example.org"), "$.exclusions[0].people[1]"),
    (lambda c: c["exclusions"][0].update(people=["mentee@example.org"]), "$.exclusions[0].people"),
    (lambda c: c["help_requests"][0].update(mentee="x@example.org"), "$.help_requests[0].mentee"),
    (lambda c: c["help_requests"][0].update(minutes=14), "$.help_requests[0].minutes"),
    (lambda c: c["help_requests"].append(c["help_requests"][0]), "$.help_requests[1].ref"),
    (lambda c: c["help_requests"][0]["goal"].update(by="soon"), "$.help_requests[0].goal.by"),
    (lambda c: c["help_requests"][0].update(session_kind="seance"), "$.help_requests[0].session_kind"),
]


def test_a_fault_is_named_with_its_path_and_nothing_is_loaded(load, subtests):
    for break_it, path in FAULTS:
        with subtests.test(path):
            broken = copy.deepcopy(COMMUNITY)
            break_it(broken)

            with pytest.raises(CommandError) as refusal:
                load(broken)

            assert f"\n  {path}: " in str(refusal.value)
            assert not User.objects.exists()


def test_every_fault_is_named():
    broken = copy.deepcopy(COMMUNITY)
    broken["people"][0].update(timezone="Mars/Olympus", languages=[])
    broken["help_requests"][0]["minutes"] = "many"

    with pytest.raises(BadCommunityFile) as refusal:
        parse(json.dumps(broken))

    assert len(refusal.value.faults) == 3


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"format": NaN}', b"\xff\xfe", "null", "[]"])
def test_content_that_is_no_community_is_refused(text):
    with pytest.raises(BadCommunityFile):
        parse(text)


def test_one_address_in_two_spellings_is_refused_as_a_repetition():
    community = copy.deepcopy(COMMUNITY)
    community["people"][0]["email"] = "me@z\u00fc.example"
    community["people"][1]["email"] = "me@zu\u0308.example"

    with pytest.raises(BadCommunityFile, match="is there twice"):
        parse(json.dumps(community))


REPEATED = [
    ('"format": 1', '"format": 1, ', "$.format"),
    ('"email": "Mentor@example.org"', '"email": "other@example.org", ', "$.people[0].email"),
    ('"role": "Engineer"', '"role": "Cook", ', "$.people[0].career[0].role"),
    ('"status": "approved"', '"status": "suspended", ', "$.people[0].mentor.status"),
    ('"amount": 49.5', '"amount": 1, ', "$.people[0].mentor.rate.amount"),
    ('"kind": "promotion"', '"kind": "job_search", ', "$.help_requests[0].goal.kind"),
    ('"ref": "T1"', '"ref": "T1", ', "$.help_requests[0].ref"),
]


@pytest.mark.parametrize(("before", "again", "path"), REPEATED, ids=[path for *_, path in REPEATED])
def test_a_key_that_is_there_twice_is_refused_with_its_path(before, again, path):
    text = json.dumps(COMMUNITY).replace(before, again + before)

    with pytest.raises(BadCommunityFile) as refusal:
        parse(text)

    assert path in [fault.path for fault in refusal.value.faults]


def test_a_second_list_of_people_does_not_replace_the_first():
    text = json.dumps(COMMUNITY)[:-1] + ', "people": []}'

    with pytest.raises(BadCommunityFile, match=r"\$\.people: the key is there twice"):
        parse(text)


def test_a_key_in_two_spellings_of_json_is_one_key():
    text = json.dumps(COMMUNITY)[:-1] + ', "p\\u0065ople": []}'

    with pytest.raises(BadCommunityFile, match=r"\$\.people: the key is there twice"):
        parse(text)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda c: c["people"][0]["mentor"].update(capacity=2.0), "$.people[0].mentor.capacity"),
        (lambda c: c["people"][0]["career"][0].update(start=2015.0), "$.people[0].career[0].start"),
        (lambda c: c["help_requests"][0].update(minutes=True), "$.help_requests[0].minutes"),
        (lambda c: c["help_requests"][0].update(accepts_paid="yes"), "$.help_requests[0].accepts_paid"),
    ],
)
def test_numbers_and_switches_are_read_strictly(change, path):
    community = copy.deepcopy(COMMUNITY)
    change(community)

    with pytest.raises(BadCommunityFile) as refusal:
        parse(json.dumps(community))

    assert path in [fault.path for fault in refusal.value.faults]
