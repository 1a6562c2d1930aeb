"""Community files: loaded whole, or refused whole with every fault."""

from __future__ import annotations

import copy
import json

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models import MentorProfile, Notification, User
from matching.community.schema import BadCommunityFile, parse
from matching.models import HelpRequest
from mentorship.models import Exclusion

pytestmark = pytest.mark.django_db

COMMUNITY = {
    "format": 1,
    "people": [
        {
            "email": "Mentor@example.org",
            "name": "Mo",
            "timezone": "Asia/Kolkata",
            "languages": [{"code": "en", "level": "fluent"}],
            "career": [
                {
                    "role": "Engineer",
                    "field": "data science",
                    "sector": "industry",
                    "country": "IN",
                    "level": "senior",
                    "start": 2015,
                    "end": None,
                }
            ],
            "skills": ["python"],
            "availability": [{"weekday": 7, "start": "20:00", "end": "24:00"}],
            "mentor": {
                "status": "approved",
                "motivation": "To pass it on.",
                "goals": ["promotion"],
                "teaches": ["python"],
                "formats": ["ongoing"],
                "session_kinds": ["general"],
                "capacity": 2,
                "active": 1,
                "paid": True,
                "rate": {"amount": 49.5, "currency": "EUR", "per": "session"},
            },
        },
        {
            "email": "mentee@example.org",
            "name": "Me",
            "timezone": "Europe/Paris",
            "languages": [{"code": "fr", "level": "native"}, {"code": "en", "level": "working"}],
        },
    ],
    "exclusions": [{"people": ["mentee@example.org", "mentor@example.org"], "reason": "manager"}],
    "help_requests": [
        {
            "ref": "T1",
            "mentee": "mentee@example.org",
            "goal": {
                "kind": "promotion",
                "target_role": "Lead",
                "target_field": "data science",
                "target_sector": "industry",
                "target_level": "lead",
                "target_country": None,
                "by": "2027-06-30",
            },
            "situation": "I lead without the title.",
            "gap": "How to ask.",
            "ask": "Read my promotion document.",
            "needs": ["promotion case"],
            "format": "ongoing",
            "session_kind": "promotion_case",
            "minutes": 30,
            "accepts_paid": True,
            "max_rate": {"amount": 60, "currency": "EUR", "per": "session"},
        }
    ],
}


@pytest.fixture
def load(tmp_path, capsys):
    """Return a function that loads a community and returns what the command printed."""

    def run(community=COMMUNITY, **options) -> str:
        path = tmp_path / "community.json"
        path.write_text(json.dumps(community))
        call_command("load_community", path, **options)
        return capsys.readouterr().out

    return run


def counts(printed: str) -> dict[str, list[int]]:
    rows = [line.split() for line in printed.splitlines()]
    return {row[0]: [int(cell) for cell in row[1:]] for row in rows if len(row) == 4}


def test_a_community_is_loaded_and_nobody_gets_mail(load):
    created = counts(load())

    assert created == {"people": [2, 0, 0], "mentors": [1, 0, 0], "exclusions": [1, 0, 0], "help_requests": [1, 0, 0]}
    mentor = MentorProfile.objects.get()
    assert (mentor.user.email, mentor.status, mentor.active_elsewhere) == ("mentor@example.org", "approved", 1)
    assert (str(mentor.rate_amount), mentor.rate_currency) == ("49.50", "EUR")
    assert mentor.user.profile.availability.get().end_minute == 1440
    assert mentor.user.emailaddress_set.get().verified
    assert HelpRequest.objects.get().status == "open"
    assert (Notification.objects.count(), mail.outbox) == (0, [])


def test_loading_twice_changes_nothing_the_second_time(load):
    load()

    assert counts(load()) == {
        "people": [0, 0, 2],
        "mentors": [0, 0, 1],
        "exclusions": [0, 0, 1],
        "help_requests": [0, 0, 1],
    }


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda c: c["people"][1].update(name="You"), "people"),
        (lambda c: c["people"][0]["career"].clear(), "people"),
        (lambda c: c["people"][0]["mentor"].update(capacity=3), "mentors"),
        (lambda c: c["people"][0]["mentor"].update(goals=[]), "mentors"),
        (lambda c: c["exclusions"][0].update(reason="conflict"), "exclusions"),
        (lambda c: c["help_requests"][0]["goal"].update(target_country="FR"), "help_requests"),
        (lambda c: c["help_requests"][0].update(ask="Something else."), "help_requests"),
    ],
)
def test_what_changed_is_updated(load, change, kind):
    load()
    changed = copy.deepcopy(COMMUNITY)
    change(changed)

    assert counts(load(changed))[kind][1] == 1
    assert counts(load(changed))[kind][1] == 0


def test_a_dry_run_says_what_would_change_and_changes_nothing(load):
    assert counts(load(dry_run=True))["people"] == [2, 0, 0]
    assert not User.objects.exists()


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


@pytest.mark.parametrize(("break_it", "path"), FAULTS, ids=[path for _, path in FAULTS])
def test_a_bad_file_is_refused_whole_with_path_and_reason(load, break_it, path):
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
def test_what_is_no_community_is_no_traceback(text):
    with pytest.raises(BadCommunityFile):
        parse(text)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_community", tmp_path / "nothing.json")


def test_passwords_for_all_are_for_demos_only(load, settings):
    with pytest.raises(CommandError, match="DEBUG"):
        load(password_for_all="known-to-everybody")

    settings.DEBUG = True
    load(password_for_all="known-to-everybody")
    assert all(user.check_password("known-to-everybody") for user in User.objects.all())


def test_the_two_excluded_people_are_kept_apart_in_one_row(load):
    load()

    exclusion = Exclusion.objects.get()
    assert exclusion.first_id < exclusion.second_id


def test_the_demo_community_is_big_and_broad_enough(settings, capsys):
    settings.DEBUG = True
    call_command("load_demo")
    call_command("load_demo")

    steps = [step for user in User.objects.all() for step in user.profile.career.all()]
    assert User.objects.count() >= 60
    assert len({step.field for step in steps}) >= 10
    assert len({step.country.code for step in steps}) >= 12
    assert "mira.castellano@example.com" in capsys.readouterr().out


def test_a_request_without_a_kind_of_session_is_a_conversation(load):
    community = copy.deepcopy(COMMUNITY)
    del community["help_requests"][0]["session_kind"]

    load(community)

    assert HelpRequest.objects.get().session_kind.code == "general"


def test_one_address_in_two_spellings_is_one_person():
    community = copy.deepcopy(COMMUNITY)
    community["people"][0]["email"] = "me@z\u00fc.example"
    community["people"][1]["email"] = "me@zu\u0308.example"

    with pytest.raises(BadCommunityFile, match="is there twice"):
        parse(json.dumps(community))


def test_an_import_leaves_what_happened_meanwhile(load, now):
    load()
    request = HelpRequest.objects.get()
    HelpRequest.objects.update(status="withdrawn", closed_at=now)
    changed = copy.deepcopy(COMMUNITY)
    changed["help_requests"][0]["gap"] = "Something else."

    load(changed)

    request.refresh_from_db()
    assert (request.status, request.gap) == ("withdrawn", "Something else.")
