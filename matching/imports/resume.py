"""A résumé in the format of JSON Resume as rows of an import: one about the person, and one for each position."""

from __future__ import annotations

import json
from typing import Any

from accounts.resume import RESUME_MAX, NotAResume, read_resume
from matching.imports.reading import CannotRead
from matching.models import Import

Kind = Import.Kind
PERSON = ("email", "name", "headline", "bio", "employer", "skills", "languages")
POSITION = ("email", "role", "field", "sector", "country", "level", "start_year", "end_year")


def rows_of(data: bytes, email: str) -> list[tuple[str, list[str]]]:
    """Return the rows of a résumé: the kind of each, and its cells in the order of PERSON or POSITION.

    ``email`` is the address of the person. Without it, that of the résumé counts. Raises CannotRead.
    """
    if len(data) > RESUME_MAX:
        raise CannotRead(f"The file has more than {RESUME_MAX // 1000} kB. A résumé has less.")
    try:
        found = read_resume(data)
    except NotAResume as fault:
        raise CannotRead(str(fault)) from None
    basics = json.loads(data.decode("utf-8-sig")).get("basics")
    basics = basics if isinstance(basics, dict) else {}
    email = email or _text(basics, "email")
    if not email:
        raise CannotRead("The résumé has no address. Write the address of the person below the file.")
    # A language whose level is unknown is left to the person.
    languages = [f"{row['code']}: {row['level']}" for row in found["languages"] if row["level"]]
    person = {
        "email": email,
        "name": _text(basics, "name"),
        "skills": "; ".join(word.replace(";", ",") for word in found["skills"]),
        "languages": "; ".join(languages),
        **{name: found[name] for name in ("headline", "bio", "employer")},
    }
    positions = [{"email": email} | {name: str(step[name]) for name in POSITION[1:]} for step in found["career"]]
    return [
        (Kind.PEOPLE, [person[name] for name in PERSON]),
        *((Kind.CAREERS, [position[name] for name in POSITION]) for position in positions),
    ]


def _text(part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""
