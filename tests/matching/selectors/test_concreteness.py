"""The draft that the concreteness check reads."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import translation

from matching.concreteness import better
from matching.models import HelpRequest
from matching.selectors.concreteness import COACHED, concreteness_of, draft_of
from mentorship.models import GoalKind, SessionKind
from tests.factories import GoalFactory, HelpRequestFactory
from tests.matching.concreteness.drafts import SESSION_KINDS

pytestmark = pytest.mark.django_db


def test_the_draft_has_the_words_of_the_request():
    goal = GoalFactory(kind=GoalKind.objects.get(code="job_abroad"), target_country="NL", by_on=date(2027, 9, 1))
    request = HelpRequestFactory(goal=goal, mentee=goal.mentee)

    draft = draft_of(request)

    assert (draft.target_country, draft.session_kind) == ("the Netherlands", "cv_review")
    assert (draft.session_phrase, draft.goal_phrase) == (request.session_kind.name, goal.kind.phrase)
    assert (draft.ask, draft.needs, draft.goal_by) == (request.ask, tuple(request.needs), goal.by_on)
    assert (set(draft.languages.values()), draft.answers_in) == ({"en"}, "en")


# --- the language of the answer ---------------------------------------------------------------------------------

GERMAN = {
    "situation": "Ich unterrichte Physik.",
    "gap": "Ich weiß nicht, wie ich meine Erfahrung beschreiben soll.",
    "ask": "Könnten Sie mir bitte weiterhelfen?",
}
SPANISH = {
    "situation": "Soy profesora de física.",
    "gap": "No sé cómo describir mi experiencia a las empresas.",
    "ask": "¿Me podría ayudar, por favor?",
}
FRENCH = {"situation": "Je suis professeure de physique.", "gap": "Je ne sais pas quoi faire.", "ask": "Aidez-moi !"}


def written(texts, **others) -> HelpRequest:
    return HelpRequestFactory(**texts, **others, goal__by_on=None)


@pytest.mark.parametrize(
    ("texts", "language", "problem"),
    [
        (GERMAN, "de", "Die Bitte nennt noch nichts, was ein Mentor in einem Treffen tun könnte."),
        (SPANISH, "es", "La petición aún no nombra nada que un mentor pueda hacer en una reunión."),
    ],
)
def test_the_coach_answers_in_the_language_of_the_text(texts, language, problem):
    found = concreteness_of(written(texts))

    assert found.language == language
    assert problem in [one.problem for one in found.missing]


def test_a_german_text_gets_german_words_for_kind_country_and_day():
    goal = GoalFactory(
        kind=GoalKind.objects.get(code="job_abroad"), target_country="NL", target_role="", by_on=date(2027, 9, 1),
        target_field="",
    )  # fmt: skip
    request = HelpRequestFactory(**GERMAN, goal=goal, mentee=goal.mentee)

    sentences = [one.better for one in concreteness_of(request).missing]

    assert sentences[0] == (
        "Ich möchte eine Stelle in einem anderen Land finden und bis 1. September 2027 als [die Rolle] in "
        "[dem Fachgebiet] arbeiten (Land: Niederlande)."
    )
    assert "meinen Lebenslauf neben einer Anzeige für [die Stelle]" in sentences[-1]


def test_a_text_in_the_language_of_the_answer_is_continued():
    [by_when] = [
        one.better
        for one in concreteness_of(
            written(GERMAN | {"ask": "Meinen Lebenslauf gegen eine Anzeige lesen und kürzen, was niemand versteht."})
        ).missing
        if one.part == "by_when"
    ]

    assert by_when == (
        "Meinen Lebenslauf gegen eine Anzeige lesen und kürzen, was niemand versteht. "
        "Ich brauche das vor dem [Datum], weil [was dann ansteht]."
    )


@pytest.mark.parametrize("texts", [FRENCH, {"situation": "SQL", "gap": "dbt", "ask": "🙏"}])
def test_a_text_in_a_language_without_a_catalogue_gets_that_of_the_reader(texts):
    assert concreteness_of(written(texts)).language == "en"


def test_a_text_that_does_not_tell_follows_the_profile():
    request = written({"situation": "SQL", "gap": "dbt", "ask": "🙏"})
    request.mentee.profile.bio = "Ich unterrichte seit sechs Jahren Physik an einer Gesamtschule."

    draft = draft_of(request)

    assert (draft.answers_in, set(draft.languages.values())) == ("de", {"de"})


@pytest.mark.usefixtures("german_too")
def test_a_text_that_does_not_tell_gets_the_language_of_the_reader():
    with translation.override("de"):
        assert concreteness_of(written({"situation": "SQL", "gap": "dbt", "ask": "🙏"})).language == "de"
        assert concreteness_of(written({})).language == "en"


def test_a_reader_of_a_variant_keeps_it(settings):
    settings.LANGUAGES = [("en", "English"), ("en-gb", "English (GB)")]

    with translation.override("en-gb"):
        assert concreteness_of(written({})).language == "en-gb"


@pytest.mark.parametrize("kind", SESSION_KINDS[:-1])
@pytest.mark.parametrize("texts", [GERMAN, SPANISH])
@pytest.mark.parametrize("needs", [["sql"], ["."]])
def test_a_better_ask_passes_the_check_in_its_language(texts, kind, needs):
    request = written(texts, session_kind=SessionKind.objects.get(code=kind), needs=needs)
    ask = next(one.better for one in concreteness_of(request).missing if one.part == "ask")
    request.ask = ask

    assert "ask" not in [one.part for one in concreteness_of(request).missing]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "\x00\x1f",
        "\ud800",
        "🧪🦉👩🏽‍🔬 " * 50,
        "Bitte hilf mir. " * 7000,
        "\u202eabc",
        "ฉันต้องการความช่วยเหลือ",
        "Hallo! " * 10,
    ],
    ids=["empty", "lines", "control", "half a pair", "emoji", "100 kB", "right to left", "Thai", "ten times"],
)
def test_every_text_gets_sentences_of_a_known_language(text):
    request = written({})
    request.situation = request.gap = request.ask = request.why = text

    found = concreteness_of(request)

    assert found.verdict == "vague"
    assert found.language in COACHED
    assert all(one.problem and one.better for one in found.missing)


# --- the catalogues ---------------------------------------------------------------------------------------------

ROOT = Path(better.__file__).parents[2]
CATALOGUES = sorted(ROOT.glob("*/locale/*/LC_MESSAGES/django.po"))


@pytest.mark.parametrize("language", [code for code in COACHED if code != "en"])
def test_each_sentence_of_the_coach_is_translated(language):
    source = Path(better.__file__).read_text(encoding="utf-8")
    sentences = {
        "".join(re.findall(r'"([^"]*)"', marked)) for marked in re.findall(r'_\(\s*((?:"[^"]*"\s*)+)\)', source)
    }
    with (ROOT / f"matching/locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)

    missing = [sentence for sentence in sentences if not (catalogue.get(sentence) and catalogue[sentence].string)]

    assert len(sentences) > 40
    assert missing == []


def forms(words: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Return the singular and the plurals of a message, or its one form."""
    return (words,) if isinstance(words, str) else tuple(words)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_compiled_catalogue_is_that_of_its_source(path):
    with path.open("rb") as source, path.with_suffix(".mo").open("rb") as compiled:
        told = [
            {forms(row.id): forms(row.string) for row in read(file) if row.id}
            for read, file in ((read_po, source), (read_mo, compiled))
        ]

    assert told[0] == told[1]


def test_a_catalogue_of_the_coach_offers_no_language_of_the_site(client: Client):
    answer = client.get("/", headers={"accept-language": "de"}, follow=True)

    assert answer["Content-Language"] == "en"
    assert '<html lang="en"' in answer.content.decode()
