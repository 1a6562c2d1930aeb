"""Grades by readers, compared with a ranking and with what it would propose."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.community.schema import BadCommunityFile, Fault
from matching.evaluation.expectations import email_of, shaped, unknown_mentors, unknown_requests
from matching.evaluation.figures import Answer

GRADE_MAX = 5
EMAILS = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
GRADES = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["grades", "send"],
        "additionalProperties": False,
        "properties": {
            "grades": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {
                    "type": "array",
                    "items": {"type": "number", "minimum": 0, "maximum": GRADE_MAX},
                    "minItems": 1,
                },
            },
            "send": {"type": "array", "items": EMAILS, "minItems": 1},
            "notes": {"type": "array", "items": {"type": "string"}},
        },
    },
}

# The order is judged by its first five mentors, as many as are proposed at a time.
FIRST = 5
# Readers differ by one grade at most, so their means differ by half a grade.
EQUAL = 0.5
GOOD, USELESS = 3.0, 1.5


@dataclass(frozen=True, slots=True)
class Graded:
    """One request. ``grades``: the mean grade of its eligible mentors, 0 useless to 5 the one to hope for.

    ``wanted``: the mentors whom every reader would send.
    """

    request: str
    grades: Mapping[str, float]
    wanted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures over n requests. ``gain``: mean nDCG of the first five (Järvelin and Kekäläinen, 2002; gain 2^grade - 1).

    ``first``: requests whose first mentor is within half a grade of the best. Of the ``proposed``, ``good`` have
    a mean grade of 3 or more, ``useless`` one below 1.5. Of the ``wanted`` mentors, ``missed`` were not proposed.
    """

    requests: int
    gain: float
    first: int
    proposed: int
    good: int
    useless: int
    wanted: int
    missed: int


def holds_grades(text: str | bytes) -> bool:
    """Return whether ``text`` is a file of grades, an object by request. Expectations are a list."""
    return text.lstrip()[:1] in ("{", b"{")


def parse_grades(text: str | bytes, community: Mapping[str, Any]) -> list[Graded]:
    """Return the grades in ``text``, checked against ``community``. Raises BadCommunityFile with all faults."""
    data = shaped(text, GRADES)
    faults = list(unknown_requests([(f"$[{ref!r}]", ref) for ref in data], community))
    for ref, row in data.items():
        named = [(f"$[{ref!r}].grades[{email!r}]", email) for email in row["grades"]]
        sent = [(f"$[{ref!r}].send[{i}]", email) for i, emails in enumerate(row["send"]) for email in emails]
        faults += unknown_mentors([*named, *sent], community)
        judged = set(map(email_of, row["grades"]))
        faults += [Fault(path, f"{email!r} has no grade") for path, email in sent if email_of(email) not in judged]
    if faults:
        raise BadCommunityFile(faults)
    return [
        Graded(
            request=ref,
            grades={email_of(email): sum(given) / len(given) for email, given in row["grades"].items()},
            wanted=frozenset.intersection(*(frozenset(map(email_of, emails)) for emails in row["send"])),
        )
        for ref, row in data.items()
    ]


def quality(graded: Collection[Graded], answers: Mapping[str, Answer]) -> Quality:
    """Return the figures of ``answers`` by request. Mentors without a grade are left out of the order."""
    gain = 0.0
    first = proposed = good = useless = wanted = missed = 0
    for one in graded:
        answer = answers[one.request]
        order = [mentor for mentor in answer.ranked if mentor in one.grades]
        shown = [mentor for mentor in answer.proposed if mentor in one.grades]
        gain += normalised_gain([one.grades[mentor] for mentor in order], one.grades.values())
        first += bool(order) and one.grades[order[0]] >= max(one.grades.values()) - EQUAL
        proposed += len(shown)
        good += sum(one.grades[mentor] >= GOOD for mentor in shown)
        useless += sum(one.grades[mentor] < USELESS for mentor in shown)
        wanted += len(one.wanted)
        missed += len(one.wanted - set(shown))
    return Quality(len(graded), gain / max(1, len(graded)), first, proposed, good, useless, wanted, missed)


def normalised_gain(order: Sequence[float], grades: Collection[float]) -> float:
    """Return the nDCG of the first five grades of ``order``, in [0, 1]. 1: no order of ``grades`` gains more."""
    best = _gain(sorted(grades, reverse=True))
    return _gain(order) / best if best else 1.0


def _gain(grades: Sequence[float]) -> float:
    return sum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:FIRST]))
