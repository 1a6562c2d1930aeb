"""Findings of a draft in sentences, with the names of people. For admins, in English."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.engine.assignment.preflight import SENTENCES
from matching.models import CohortDraft
from mentorship.models import CohortMember

# People who are named in one sentence.
NAMED = 5

# Findings of the reading, and those of the engine whose sentences have indexes. %(mentees)s and %(mentors)s are names.
OWN: Mapping[str, str] = {
    "no_mentees": "No mentee has an open help request for this cohort, or all have a pair. Ask the mentees to write "
    "one.",
    "no_mentors": "No approved mentor is in this cohort. Invite mentors.",
    "mentees_without_request": "Mentees without a help request for this cohort: %(count)d (%(mentees)s). They are not "
    "matched until they write one.",
    "mentors_not_available": "Mentors who are not approved now, or pause: %(count)d (%(mentors)s). They are not "
    "matched.",
    "mentors_full": "Mentors in the cohort without a free place, since their capacity is full: %(count)d "
    "(%(mentors)s). They get nobody until it is raised or a mentorship ends.",
    "manager_circle": "Some people manage each other in a circle: %(people)s. Correct their managers.",
    "pin_left": "%(mentees)s and %(mentors)s are pinned, but one of the two has left, has no help request, or is not "
    "available. The pin is kept and has no effect; drop it, or bring the person back.",
    "pin_said_no": "%(mentees)s and %(mentors)s are pinned, but one of the two said no or did not answer. The pin has "
    "no effect; drop it.",
    "pinned_and_forbidden": "%(mentees)s and %(mentors)s are pinned and forbidden; remove one of the two.",
    "pinned_twice": "%(mentees)s is pinned to %(count)d mentors (%(mentors)s); keep one of the pins.",
    "too_many_pins": "%(mentors)s has more pins than places: %(count)d and %(places)d. Pinned: %(mentees)s. Remove "
    "pins or add places.",
    "pin_not_eligible": "%(mentees)s is pinned to %(mentors)s, who is not eligible; remove the pin, or the rule "
    "between them.",
    "pin_against_rule": "%(mentees)s is pinned to %(mentors)s against a rule of the cohort: %(rule)s. Remove the pin, "
    "or the rule.",
    "mentee_twice": "%(count)d mentees may be the same person: %(mentees)s. Merge the accounts, or say that they are "
    "two people.",
    "mentor_twice": "%(count)d mentors may be the same person: %(mentors)s. Merge the accounts, or say that they are "
    "two people.",
}
# Sentences that end with those whom they are about.
WITH_NAMES: Mapping[str, str] = {
    "mentees_without_mentor": "mentees",
    "mentors_without_mentee": "mentors",
    "cannot_all_be_matched": "mentors",
    "both_roles": "mentees",
    "missing_data": "mentees",
}
# The rules of a cohort that may be told. That two are kept apart may be a block, which organisers do not read of.
RULES_IN_WORDS: Mapping[str, str] = {
    "same_department": "both are of one department",
    "reporting_line": "one of the two manages the other, directly or through others",
}
# Fields of a mentee that may be empty.
FIELDS_IN_WORDS: Mapping[str, str] = {
    "target_role": "the role that they want",
    "target_field": "the field that they want to work in",
    "target_sector": "the sector that they want to work in",
    "target_country": "the country that they want to work in",
    "skills": "the skills that they ask for",
    "career": "their career",
    "hours": "the hours in which they are free",
}


@dataclass(frozen=True, slots=True)
class FindingInWords:
    """``mentees`` and ``mentors``: keys of all members whom it is about."""

    code: str
    sentence: str
    stops: bool
    mentees: tuple[int, ...] = ()
    mentors: tuple[int, ...] = ()


def findings_of(draft: CohortDraft) -> list[FindingInWords]:
    """Return the findings of a draft, what stops it first. One query."""
    sentences = sentences_of(draft.findings)
    return [
        FindingInWords(found["code"], sentence, bool(found["stops"]), tuple(found["mentees"]), tuple(found["mentors"]))
        for found, sentence in zip(draft.findings, sentences, strict=True)
    ]


def sentences_of(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the sentence of each finding, as a draft keeps them. One query."""
    named = {key for found in findings for side in ("mentees", "mentors") for key in found[side][: NAMED + 1]}
    names = names_of(named)
    return [_sentence(found, names) for found in findings]


def names_of(members: Collection[int], *, cohort_id: int | None = None) -> dict[int, str]:
    """Return the names of members by key. One query. Those who are gone are left out.

    Keys that come from a reader need ``cohort_id``: people of other cohorts are left out as well.
    """
    if not members:
        return {}
    found = CohortMember.objects.filter(pk__in=members)
    if cohort_id is not None:
        found = found.filter(cohort=cohort_id)
    return dict(found.values_list("pk", "person__name"))


def listed(members: Sequence[int], names: Mapping[int, str]) -> str:
    """Return up to NAMED names, and how many more there are."""
    found = [names.get(key, "somebody who is gone") for key in members[:NAMED]]
    if more := len(members) - len(found):
        return f"{', '.join(found)} and {more} more"
    return joined(found)


def joined(names: Iterable[str]) -> str:
    """Return names as in a sentence: "Ann, Bob and Cem"."""
    *first, last = [*names] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _sentence(found: Mapping[str, Any], names: Mapping[int, str]) -> str:
    code, values = found["code"], dict(found["values"])
    if "field" in values:
        values["field"] = FIELDS_IN_WORDS.get(values["field"], values["field"])
    if "rule" in values:
        values["rule"] = joined(RULES_IN_WORDS.get(rule, rule) for rule in values["rule"].split(", "))
    if code in OWN:
        sides = {side: listed(found[side], names) for side in ("mentees", "mentors")}
        # A person on both sides is named once.
        people = listed(list({names.get(key): key for key in [*found["mentees"], *found["mentors"]]}.values()), names)
        return OWN[code] % {**values, **sides, "people": people}
    sentence = SENTENCES[code] % values
    side = WITH_NAMES.get(code)
    return f"{sentence} Names: {listed(found[side], names)}." if side else sentence
