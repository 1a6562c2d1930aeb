"""A profile from a file in the format of JSON Resume (jsonresume.org): plain values in, plain values out.

The format has no sector, level or field of work, and countries are free text. A guess is made where one word decides;
the rest stays empty, for the person to fill in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Profile
from accounts.models.profile import WORDS_MAX, YEAR_MAX, YEAR_MIN, CareerLevel, LanguageLevel, Sector
from accounts.models.skill import normalise
from accounts.serializers.people import CAREER_MAX, LANGUAGES_MAX, MeSerializer
from accounts.words import countries_written, languages_written

RESUME_MAX = 200_000  # bytes
TEXT_MAX = 5000

# The first word found in a title decides.
LEVELS = (
    (CareerLevel.EXECUTIVE, "chief ceo cto cfo coo cdo founder president"),
    (CareerLevel.DIRECTOR, "director vp"),
    (CareerLevel.MANAGER, "manager head"),
    (CareerLevel.LEAD, "lead principal staff"),
    (CareerLevel.SENIOR, "senior sr professor"),
    (CareerLevel.JUNIOR, "junior jr trainee"),
    (CareerLevel.STUDENT, "student intern internship phd doctoral"),
)
FLUENCIES = (
    (LanguageLevel.NATIVE, "native mother bilingual c2"),
    (LanguageLevel.FLUENT, "fluent full c1 advanced"),
    (LanguageLevel.WORKING, "limited working professional b2 b1 intermediate conversational good"),
    (LanguageLevel.BASIC, "basic elementary beginner a1 a2"),
)


class NotAResume(ValueError):
    """The file cannot be read. The text says why, for the person who sent it."""


def read_resume(file: bytes) -> dict[str, Any]:
    """Return the parts of a profile that the file has. Raises NotAResume."""
    try:
        resume = json.loads(file.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NotAResume(_("This file is not JSON. Save your résumé in the format of jsonresume.org.")) from None
    return parts_of_profile(resume)


def parts_of_profile(resume: Any) -> dict[str, Any]:
    """Return headline, bio, employer, career, languages and skills as the profile has them. Unknown values are "".

    Raises NotAResume.
    """
    try:
        # Half a character cannot be stored or shown.
        json.dumps(resume, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise NotAResume(_("This file has half a character in it, or is nested too deeply. Save it again.")) from None
    if not isinstance(resume, dict) or not {"basics", "work", "education", "languages", "skills"} & resume.keys():
        raise NotAResume(
            _("This JSON is not a résumé: it has no basics, work, education, languages or skills. See jsonresume.org.")
        )
    basics = resume.get("basics")
    basics = basics if isinstance(basics, dict) else {}
    return {
        "headline": _text(basics, "label"),
        "bio": _text(basics, "summary"),
        "employer": next((_text(job, "name", "company") for job in _objects(resume, "work") if _is_current(job)), ""),
        "career": _career(resume)[:CAREER_MAX],
        "languages": _languages(resume)[:LANGUAGES_MAX],
        "skills": _skills(resume)[:WORDS_MAX],
    }


def written_resume(profile: Profile) -> dict[str, Any]:
    """Return a profile as JSON Resume. Years are dates of one part, as the format has them."""
    user, own = profile.user, MeSerializer(profile).data
    work = [
        {
            "position": step["role"],
            "summary": step["field"],
            "location": step["country"],
            "startDate": str(step["start_year"]),
            **({"endDate": str(step["end_year"])} if step["end_year"] else {}),
        }
        for step in own["career"]
    ]
    return {
        "$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
        "basics": {"name": user.name, "email": user.email, "label": own["headline"], "summary": own["bio"]},
        "work": work,
        "languages": [{"language": row["code"], "fluency": row["level"]} for row in own["languages"]],
        "skills": [{"name": name} for name in own["skills"]],
    }


def filled(profile: Profile, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for the forms of the profile: its own, and those of the résumé where it has none."""
    own = MeSerializer(profile).data
    steps = {(normalise(step["role"]), step["start_year"]) for step in own["career"]}
    spoken = {language["code"] for language in own["languages"]}
    return {
        **{name: own[name] or found[name] for name in ("headline", "bio", "employer")},
        "career": [
            *own["career"],
            *(step for step in found["career"] if (normalise(step["role"]), step["start_year"]) not in steps),
        ],
        "languages": [*own["languages"], *(row for row in found["languages"] if row["code"] not in spoken)],
        "skills": _once([*own["skills"], *found["skills"]]),
    }


def _career(resume: Mapping[str, Any]) -> list[dict[str, Any]]:
    jobs = [
        {
            "role": _text(job, "position"),
            "field": "",
            "sector": Sector.NONPROFIT if part == "volunteer" else "",
            "country": _country(job),
            "level": _first(LEVELS, _text(job, "position")),
            **_years(job),
        }
        for part in ("work", "volunteer")
        for job in _objects(resume, part)
    ]
    studies = [
        {
            "role": _text(study, "studyType") or _("Student"),
            "field": _text(study, "area"),
            "sector": Sector.ACADEMIA,
            "country": _country(study),
            "level": CareerLevel.STUDENT,
            **_years(study),
        }
        for study in _objects(resume, "education")
    ]
    steps = [step for step in (*studies, *jobs) if step["role"]]
    return sorted(steps, key=lambda step: step["start_year"] or YEAR_MAX)


def _years(part: Mapping[str, Any]) -> dict[str, int | str]:
    return {"start_year": _year(part, "startDate"), "end_year": _year(part, "endDate")}


def _year(part: Mapping[str, Any], name: str) -> int | str:
    found = re.match(r"([0-9]{4})(?![0-9])", _text(part, name))
    return int(found[1]) if found and YEAR_MIN <= int(found[1]) <= YEAR_MAX else ""


def _is_current(job: Mapping[str, Any]) -> bool:
    return not _text(job, "endDate")


def _country(part: Mapping[str, Any]) -> str:
    """Return the code of the country that a place ends with: "Berlin, Germany"."""
    place = part.get("location")
    if isinstance(place, dict):
        return countries_written().get(normalise(_text(place, "countryCode", "country")), "")
    return countries_written().get(normalise(_text(part, "location").rpartition(",")[2]), "")


def _languages(resume: Mapping[str, Any]) -> list[dict[str, str]]:
    written = languages_written()
    found: dict[str, dict[str, str]] = {}
    for row in _objects(resume, "languages"):
        code = written.get(normalise(_text(row, "language").partition("(")[0]))
        if code:
            found.setdefault(code, {"code": code, "level": _first(FLUENCIES, _text(row, "fluency"))})
    return list(found.values())


def _skills(resume: Mapping[str, Any]) -> list[str]:
    words: list[str] = []
    for row in _objects(resume, "skills"):
        keywords = row.get("keywords")
        words.append(_text(row, "name"))
        words += [word for word in keywords if isinstance(word, str)] if isinstance(keywords, list) else []
    return _once(words)


def _once(words: list[str]) -> list[str]:
    """Return the words that fit a skill, each once however it is written."""
    found: dict[str, str] = {}
    for word in words:
        plain = " ".join(word.replace("\x00", "").split())
        if plain and len(plain) <= 80:
            found.setdefault(normalise(plain), plain)
    return list(found.values())


def _first(table: Any, text: str) -> str:
    """Return the first value of ``table`` one of whose words is in ``text``. Empty for none."""
    words = set(re.findall(r"\w+", text.casefold()))
    return next((value for value, known in table if words & set(known.split())), "")


def _objects(part: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    rows = part.get(name)
    return (row for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict))


def _text(part: Mapping[str, Any], *names: str) -> str:
    """Return the first text among the values of these names. Anything else is no text."""
    for name in names:
        if isinstance(value := part.get(name), str) and value.strip():
            return value.replace("\x00", "").strip()[:TEXT_MAX]
    return ""
