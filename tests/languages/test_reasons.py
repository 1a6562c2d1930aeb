"""Reasons, rules and the coach speak the language of their reader."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation
from hypothesis import HealthCheck, given, settings

from accounts.models import Profile
from matching.concreteness import Draft, check
from matching.engine import RULES, MentorTable, Vocabulary, suggest, why_not
from matching.jobs.propose import propose_matches
from matching.management.commands.load_demo import FILE
from matching.models import HelpRequest, Match
from matching.selectors.concreteness import concreteness_of
from matching.selectors.queue import OBSTACLES
from matching.selectors.words import Words, day_in_words
from tests.factories import NOW, HelpRequestFactory, MentorFactory
from tests.languages.pseudo import PSEUDO, Pseudo, in_greek, unmarked
from tests.matching.engine.strategies import communities, needs

LABELLED = Path(__file__).parents[1] / "matching/concreteness/labelled.json"
# Words of the made-up people of tests/matching/engine/strategies.py, and codes without a name: of languages, too.
DATA = re.compile(
    r"\b(a query language|data science|physics|sales|java|writing|sql|en|fr|[Ee]ngineer|[Aa]nalyst|text|"
    r"(cv|mock) (review|interview)|(job|role|first) \w+( role)?|promotion|academia to industry)\b"
)
CODES_AS_WORDS = Vocabulary(translations=Pseudo())


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(needs, communities())
def test_the_engine_writes_no_sentence_by_itself(request, community):
    table = MentorTable(community)

    for found in suggest(request, table, vocabulary=lambda language: CODES_AS_WORDS).ranked:
        assert unmarked(" ".join((*found.reasons, *found.mentor_reasons)), allowed=DATA) == []
    for mentor in community:
        answer = why_not(request, table, mentor.id, vocabulary=CODES_AS_WORDS)
        assert unmarked(" ".join(answer.sentences), allowed=DATA) == []


@pytest.fixture
def greeks(db, pseudo, tmp_path, rung):
    """Load the demo community. Its people write in Greek, and read in the pseudo-language."""
    community = json.loads(FILE.read_text())
    texts = (
        "name headline bio employer department role field skills teaches explores motivation target_role target_field "
        "situation gap ask why needs"
    ).split()

    def rewritten(part):
        if isinstance(part, list):
            return [rewritten(item) for item in part]
        if isinstance(part, dict):
            return {key: in_greek(item) if key in texts else rewritten(item) for key, item in part.items()}
        return part

    path = tmp_path / "greeks.json"
    path.write_text(json.dumps(rewritten(community)))
    call_command("load_community", path, past_dates=True, verbosity=0)
    Profile.objects.update(language=PSEUDO)


def test_the_proposals_of_the_demo_community_have_no_untranslated_reason(greeks):
    with translation.override("en"):
        HelpRequest.objects.filter(status="open").update(mentors_due_at=NOW)
        for request in HelpRequest.objects.filter(status="open"):
            propose_matches(help_request_id=request.pk, now=NOW)

    matches = Match.objects.all()
    assert len(matches) > 10
    assert [found for match in matches for found in unmarked(" ".join([*match.reasons, *match.mentor_reasons]))] == []


def test_the_coach_has_no_untranslated_sentence(greeks):
    said = [concreteness_of(request) for request in HelpRequest.objects.all()]

    parts = [part for found in said for part in found.missing]
    assert [found for part in parts for found in unmarked(f"{part.problem} {part.better}")] == []


def test_the_coach_repeats_only_words_of_the_draft():
    untranslated = []
    for case in json.loads(LABELLED.read_text())["drafts"]:
        facts = {
            name: case[name] for name in ("situation", "gap", "ask", "session_kind", "target_role") if name in case
        }
        facts |= {"needs": tuple(case.get("needs", ())), "session_phrase": "", "translations": Pseudo()}
        own = " ".join(str(value) for value in case.values()).casefold()
        for part in check(Draft(**facts)).missing:
            assert unmarked(part.problem) == []
            words = re.findall(r"\w+", " ".join(unmarked(part.better)).casefold())
            untranslated += [word for word in words if word not in own]
    assert untranslated == []


def test_rules_and_obstacles_have_no_untranslated_sentence(pseudo):
    catalogue = Pseudo()
    rules = [catalogue.gettext(text) for rule in RULES for text in (rule.sentence, rule.advice)]
    obstacles = [str(text) for found in OBSTACLES.values() for text in (found.sentence, found.advice)]

    assert unmarked(" ".join([*rules, *obstacles])) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("german_too", "rung")
def test_each_side_reads_the_reasons_in_its_own_language(monkeypatch):
    request = HelpRequestFactory(mentee__profile__language="en", mentors_due_at=NOW)
    MentorFactory(user__profile__language="de")

    propose_matches(help_request_id=request.pk, now=NOW)

    match = request.matches.get()
    assert "Speaks English with you." in match.reasons
    assert "Speaks Englisch with you." in match.mentor_reasons


@pytest.mark.django_db
@pytest.mark.usefixtures("german_too")
def test_names_numbers_and_days_follow_the_language():
    words = Words.read()
    german, english = words.of("de"), words.of("en")

    assert (german.country("NL"), english.country("NL")) == ("Niederlande", "the Netherlands")
    assert (german.number(1.5), english.number(1.5)) == ("1,5", "1.5")
    assert (german.month(date(2026, 3, 1)), english.month(date(2026, 3, 1))) == ("März 2026", "March 2026")
    day = date(2027, 3, 5)
    assert (day_in_words(day, "de"), day_in_words(day, "en")) == ("5. März 2027", "5 March 2027")
