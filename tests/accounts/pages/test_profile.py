"""The pages of a member's own profile."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence, Availability, Profile
from tests.factories import CareerStepFactory

PARTS = ["about", "career", "languages", "skills", "week", "away", "extra", "travel", "buffer"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

POSTDOC = {
    "career-0-role": "Postdoc",
    "career-0-field": "physics",
    "career-0-sector": "academia",
    "career-0-country": "Switzerland",
    "career-0-level": "mid",
    "career-0-start_year": "2016",
    "career-0-end_year": "",
}


@pytest.fixture
def member(client, alice):
    client.force_login(alice)
    return alice


@pytest.fixture
def part(client, member):
    """Return a function that posts a part of the profile, or reads it."""

    def call(name: str, /, **form: object):
        page = reverse("profile-part", args=[name])
        return client.post(page, {"part": name} | form) if form else client.get(page)

    return call


def text(response) -> str:
    return html.unescape(response.content.decode())


def saved(member) -> Profile:
    return Profile.objects.get(user=member)


def about(**changes: object) -> dict[str, object]:
    return {"name": "Alice A.", "headline": "Physicist", "bio": "", "timezone": "Asia/Kathmandu"} | changes


# --- the whole profile ------------------------------------------------------------------------------------------


def test_the_profile_is_shown_in_words(client, member):
    CareerStepFactory(profile=member.profile, country="CH", end_year=2020)
    Availability.objects.create(profile=member.profile, weekday=2, start_minute=1080, end_minute=1230)

    page = text(client.get(reverse("profile")))

    for words in ("English: Fluent", "Switzerland", "2018 to 2020", "Tuesday: 18:00 – 20:30", "Berlin, Germany"):
        assert words in " ".join(page.split())


def test_an_unknown_part_is_404(part):
    assert part("secrets").status_code == 404


@pytest.mark.parametrize("name", PARTS)
def test_a_part_saved_as_it_is_shown_changes_nothing(name, api, client, member):
    api(member).patch(
        "/api/v1/me/",
        {
            "headline": "Physicist",
            "career": [
                {"role": "A", "field": "b", "sector": "industry", "country": "DE", "level": "mid", "start_year": 2001}
            ],
            "languages": [{"code": "nb", "level": "native"}, {"code": "en", "level": "working"}],
            "skills": ["C++", "ROOT, the framework"],
            "availability": [
                {"weekday": 1, "start": "08:00", "end": "10:00"},
                {"weekday": 7, "start": "20:15", "end": "24:00"},
            ],
            "absences": [{"from_on": "2126-01-01", "until_on": "2126-01-10"}],
            "extra_hours": [{"free_on": "2126-01-02", "start": "22:15", "end": "24:00"}],
            "travels": [{"from_on": "2126-02-01", "until_on": "2126-02-10", "timezone": "Asia/Kolkata"}],
            "buffer_minutes": 15,
        },
    )
    before = api(member).get("/api/v1/me/").json()
    page = reverse("profile-part", args=[name])

    answer = client.post(page, fields_of(client.get(page).content.decode()))

    assert answer.status_code == 302
    assert api(member).get("/api/v1/me/").json() == before


def fields_of(page: str) -> dict[str, list[str]]:
    """Return the values that a browser would send with the first form of the page, by the last button."""
    page = page[page.index("<form") : page.index("</form>")]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        given = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if given.get("type") != "checkbox" or " checked" in tag:
            default = "on" if given.get("type") == "checkbox" else ""
            found.setdefault(given["name"], []).append(given.get("value", default))
    for name, content in re.findall(r'<textarea[^>]* name="([\w-]+)"[^>]*>\s?([^<]*)<', page):
        found[name] = [html.unescape(content)]
    for name, options in re.findall(r'<select[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        found[name] = re.findall(r'<option value="([^"]*)" selected', options)
    return found


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("sent", [{}, {"part": "other"}, {"do": "save"}, {"do": "add-career"}])
def test_a_form_that_lacks_the_part_changes_nothing(name, sent, api, client, member):
    before = api(member).get("/api/v1/me/").json()

    answer = client.post(reverse("profile-part", args=[name]), sent)

    assert (answer.status_code, "did not arrive" in text(answer)) == (400, True)
    assert api(member).get("/api/v1/me/").json() == before


def test_skills_that_did_not_arrive_stay(part, member):
    member.profile.skills = ["python"]
    member.profile.save()

    assert part("skills", do="save").status_code == 400
    assert saved(member).skills == ["python"]


@pytest.mark.parametrize("name", ["about", "career", "skills", "week"])
@pytest.mark.parametrize("do", ["delete", "", "add-", "add-name", "remove-career-x", "tick-", "tick-nights"])
def test_a_button_that_no_part_has_is_400(name, do, part):
    assert part(name, do=do, **about()).status_code == 400


# --- about ------------------------------------------------------------------------------------------------------


def test_name_headline_and_zone_can_be_changed(part, member):
    assert part("about", **about(is_mentee="on")).status_code == 302

    profile = saved(member)
    assert (profile.user.name, profile.headline, profile.timezone) == ("Alice A.", "Physicist", "Asia/Kathmandu")


def test_an_error_is_tied_to_its_field_and_the_rest_is_kept(part, member):
    answer = part("about", **about(name="https://spam.example.org", bio="Long story."))

    page = text(answer)
    assert (answer.status_code, saved(member).headline) == (400, "")
    assert "Long story." in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_name_error"' in page


def test_saving_a_part_leads_back_to_the_page_one_came_from(part):
    assert part("about", **about(next="/start/")).headers["Location"] == "/start/"


@pytest.mark.parametrize("page", ["https://example.org/", "//example.org/", "javascript:1", "goals", "0"])
def test_another_page_than_one_of_this_site_is_not_gone_to(page, part):
    assert part("about", **about(next=page)).headers["Location"] == reverse("profile")


# --- rows -------------------------------------------------------------------------------------------------------


def test_a_position_is_stored_by_the_name_of_its_country(part, member):
    assert part("career", **POSTDOC).status_code == 302

    step = member.profile.career.get()
    assert (step.role, step.country.code, step.start_year, step.end_year) == ("Postdoc", "CH", 2016, None)


def test_hiring_and_the_size_of_the_employer_are_stored_and_shown(client, part, member):
    said = {"career-0-hires": "on", "career-0-employer_size": "11-50"}

    assert part("career", **POSTDOC, **said).status_code == 302

    step = member.profile.career.get()
    assert (step.hires, step.employer_size) == (True, "11-50")
    assert "since 2016, 11 to 50 people, takes part in hiring" in text(client.get(reverse("profile")))
    form = text(part("career"))
    assert '<option value="11-50" selected>11 to 50 people</option>' in form
    assert re.search(r'name="career-0-hires"[^>]* checked', form)


def test_a_button_adds_a_row_and_stores_nothing(part, member):
    page = text(part("career", do="add-career", **POSTDOC))

    assert 'name="career-1-role"' in page
    assert 'value="Switzerland"' in page
    assert not member.profile.career.exists()


def test_a_button_removes_one_row_of_the_form_only(part, member):
    CareerStepFactory(profile=member.profile)
    other = {name.replace("-0-", "-1-"): value for name, value in POSTDOC.items()} | {"career-1-role": "Lecturer"}

    page = text(part("career", do="remove-career-0", **POSTDOC, **other))

    assert "Lecturer" in page
    assert "Postdoc" not in page
    assert "Removed from the form" in page
    assert member.profile.career.count() == 1


def test_an_empty_row_does_not_count(part, member):
    empty = {name.replace("-0-", "-7-"): "" for name in POSTDOC}

    assert part("career", **POSTDOC, **empty).status_code == 302

    assert member.profile.career.count() == 1


def test_a_row_with_gaps_says_which(part, member):
    answer = part("career", **POSTDOC | {"career-0-level": "", "career-0-end_year": "2010"})

    page = text(answer)
    assert (answer.status_code, member.profile.career.count()) == (400, 0)
    assert 'id="id_career-0-level_error"' in page
    assert 'value="Postdoc"' in page


@pytest.mark.parametrize(("country", "code"), [("germany", "DE"), ("USA", "US"), ("kr", "KR")])
def test_a_country_has_several_names(country, code, part, member):
    part("career", **POSTDOC | {"career-0-country": country})

    assert member.profile.career.get().country.code == code


def test_an_unknown_country_is_an_error_of_its_field(part):
    answer = part("career", **POSTDOC | {"career-0-country": "Atlantis"})

    assert answer.status_code == 400
    assert "“Atlantis” is not in the list. Choose a name from it." in text(answer)


def test_too_many_rows_are_refused_with_a_sentence(part, member):
    rows = {name.replace("-0-", f"-{number}-"): value for number in range(31) for name, value in POSTDOC.items()}

    answer = part("career", **rows)

    assert answer.status_code == 400
    assert "This list has 31 elements. Send at most 30." in text(answer)


@pytest.mark.parametrize("name", ["German", "Deutsch", "German (Deutsch)", "de"])
def test_a_language_is_found_by_its_name_and_its_own(name, part, member):
    part("languages", **{"languages-0-code": name, "languages-0-level": "native"})

    assert list(member.profile.languages.values_list("code", "level")) == [("de", "native")]


def test_days_away_are_stored_and_days_that_are_over_are_forgotten(part, member):
    today = timezone.localdate()
    Absence.objects.create(profile=member.profile, from_on="2020-01-01", until_on="2020-01-02")
    first, last = today + timedelta(days=3), today + timedelta(days=5)

    part("away", **{"absences-0-from_on": str(first), "absences-0-until_on": str(last)})

    assert list(member.profile.absences.values_list("from_on", "until_on")) == [(first, last)]


def test_days_away_that_are_over_are_refused_and_stay_as_typed(client, member):
    days = {"absences-0-from_on": "2020-01-01", "absences-0-until_on": "2020-01-02"}

    answer = client.post(reverse("profile-part", args=["away"]), days | {"part": "away", "do": "save"})

    assert (answer.status_code, "These days are over already." in answer.content.decode()) == (409, True)
    assert 'value="2020-01-02"' in answer.content.decode()
    assert not member.profile.absences.exists()


# --- skills -----------------------------------------------------------------------------------------------------


def test_ticked_skills_stay_and_typed_ones_are_added(part, member):
    Profile.objects.update(skills=["ROOT", "Fortran"])

    part("skills", skills=["ROOT"], skills_more="C++,  machine   learning ,")

    assert saved(member).skills == ["ROOT", "C++", "machine learning"]


def test_the_button_shows_a_typed_skill_among_the_others(part, member):
    page = text(part("skills", do="add-skills", skills=["ROOT"], skills_more="C++"))

    assert 'value="C++" checked' in page
    assert saved(member).skills == []


def test_skills_are_found_by_other_names_while_somebody_types(client, member):
    page = client.get(reverse("find-skills"), {"field": "skills_more", "skills_more": "Python, multivar"})

    assert '<option value="Python, multivariate analysis">machine learning</option>' in text(page)


def test_no_skill_has_a_character_that_cannot_be_stored(client, member):
    page = client.get(reverse("find-skills"), {"field": "skills_more", "skills_more": "multi\0var"})

    assert (page.status_code, text(page).strip()) == (200, "")


# --- the week ---------------------------------------------------------------------------------------------------


def windows(member) -> list[tuple[int, int, int]]:
    return list(member.profile.availability.values_list("weekday", "start_minute", "end_minute"))


def test_ticked_hours_become_windows(part, member):
    part("week", hour=["1-18", "1-19", "1-21", "7-23", "9-99"])

    assert windows(member) == [(1, 1080, 1200), (1, 1260, 1320), (7, 1380, 1440)]


def test_hours_and_times_to_the_minute_become_one_window(part, member):
    row = {"availability-0-weekday": "1", "availability-0-start": "19:45", "availability-0-end": "00:00"}

    part("week", hour=["1-18", "1-19"], **row)

    assert windows(member) == [(1, 1080, 1440)]


def test_a_window_that_ends_before_it_starts_is_refused(part, member):
    row = {"availability-3-weekday": "1", "availability-3-start": "19:45", "availability-3-end": "18:00"}

    answer = part("week", hour=["2-8"], **row)

    assert (answer.status_code, windows(member)) == (400, [])
    assert "The window ends before it starts." in text(answer)
    assert 'value="2-8" aria-label="Tuesday, 08:00 to 09:00" checked' in text(answer)


def test_more_windows_than_allowed_are_refused(part, member):
    answer = part("week", hour=[f"{day}-{hour}" for day in range(1, 8) for hour in range(0, 24, 2)])

    assert (answer.status_code, windows(member)) == (400, [])
    assert "This list has 84 elements. Send at most 42." in text(answer)


def test_a_button_ticks_the_evenings_and_keeps_other_hours(part, member):
    page = text(part("week", do="tick-evenings", hour=["7-9"]))

    assert page.count(" checked") == 16
    assert windows(member) == []


# --- a résumé ---------------------------------------------------------------------------------------------------

RESUME = {
    "basics": {"name": "Somebody Else", "label": "Data scientist", "summary": "I moved from physics."},
    "work": [
        {
            "name": "Example GmbH",
            "position": "Senior Data Scientist",
            "startDate": "2021-03",
            "location": "Berlin, Germany",
        }
    ],
    "education": [{"area": "Physics", "studyType": "PhD", "startDate": "2012-10-01", "endDate": "2016"}],
    "languages": [{"language": "Deutsch", "fluency": "Native speaker"}, {"language": "Klingon"}],
    "skills": [{"name": "Statistics", "keywords": ["MCMC", 7]}],
}


def send(client, content: bytes):
    file = SimpleUploadedFile("resume.json", content, "application/json")
    return client.post(reverse("profile-resume"), {"do": "upload", "file": file})


def test_a_resume_fills_the_form_and_stores_nothing(client, member):
    before = saved(member)

    page = send(client, json.dumps(RESUME).encode())

    found = fields_of(page.content.decode())
    said = {name: found[name] for name in ("name", "headline", "employer", "career-0-role", "career-0-end_year")}
    assert said == {
        "name": ["Alice Archer"],
        "headline": ["Data scientist"],
        "employer": ["Example GmbH"],
        "career-0-role": ["PhD"],
        "career-0-end_year": ["2016"],
    }
    assert (found["career-1-country"], found["career-1-level"]) == (["Germany"], ["senior"])
    assert found["languages-1-code"] == ["German (Deutsch)"]
    assert found["skills"] == ["Statistics", "MCMC"]
    assert saved(member).headline == before.headline
    assert not member.profile.career.exists()


def test_a_checked_resume_is_stored(client, member):
    form = fields_of(send(client, json.dumps(RESUME).encode()).content.decode())
    form |= {"career-0-country": "Austria", "career-1-field": "data science", "career-1-sector": "industry"}

    answer = client.post(reverse("profile-resume"), form | {"do": "save"})

    assert answer.status_code == 302
    assert list(member.profile.career.values_list("role", "level")) == [
        ("PhD", "student"),
        ("Senior Data Scientist", "senior"),
    ]
    assert saved(member).skills == ["Statistics", "MCMC"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7", "This file is not JSON."),
        (b"[" * 100_000, "This file is not JSON."),
        (b'{"basics": "\\ud800"}', "This file has half a character in it"),
        (b'["work"]', "This JSON is not a résumé"),
        (b'{"a": 1}', "This JSON is not a résumé"),
        (b"x" * 200_001, "The file has more than 200 kB."),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(content, sentence, client, member):
    answer = send(client, content)

    assert answer.status_code == 400
    assert sentence in text(answer)


@pytest.mark.parametrize(
    "odd",
    [
        {"basics": [], "work": {"a": 1}, "languages": None, "skills": "Python"},
        {"work": [7, {"position": ["x"], "startDate": 2016}, {"position": "Nobody", "startDate": "soon"}]},
        {"skills": [{"name": "x" * 300}, {"name": "a\u0000b"}], "education": [{"studyType": None}]},
    ],
)
def test_odd_values_of_a_resume_are_left_out(odd, client, member):
    assert send(client, json.dumps(odd).encode()).status_code == 200
