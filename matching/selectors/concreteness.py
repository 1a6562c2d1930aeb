"""The concreteness check of a help request: from the row to the values of the check."""

from __future__ import annotations

from functools import partial

from django.conf import settings

from accounts.languages import active_language
from matching.concreteness import Concreteness, Draft, check
from matching.models import HelpRequest
from matching.selectors.words import Words, day_in_words
from matching.text.language import language_of, language_of_all
from matching.text.texts import language_of_request

# The languages whose catalogues in this repository have every sentence of the coach. See docs/languages.md.
COACHED = ("en", "de", "es")


def concreteness_of(request: HelpRequest) -> Concreteness:
    """Return the verdict on ``request`` and its missing parts, in the language in which the request is written.

    Works for an unsaved request.
    """
    return check(draft_of(request))


def draft_of(request: HelpRequest) -> Draft:
    goal = request.goal
    texts = {"situation": request.situation, "gap": request.gap, "ask": request.ask}
    written_in = language_of_request(request) or _profile_language(request)
    language = answer_language(written_in)
    words = Words.read().spoken(language)
    return Draft(
        **texts,
        needs=tuple(request.needs),
        minutes=request.minutes,
        session_kind=request.session_kind.code,
        session_phrase=words.session_kinds[request.session_kind.code],
        goal_phrase=words.goals[goal.kind.code],
        target_role=goal.target_role,
        target_field=goal.target_field,
        target_country=words.countries.get(str(goal.target_country or ""), ""),
        goal_by=goal.by_on,
        languages={part: language_of(text, otherwise=written_in) for part, text in texts.items()},
        answers_in=language,
        translations=words.translations,
        day=partial(day_in_words, language=language),
        small_inside=words.small_inside,
    )


def _profile_language(request: HelpRequest) -> str:
    profile = request.mentee.profile
    return language_of_all([profile.headline, profile.bio])


def answer_language(written_in: str) -> str:
    """Return the language of the coach's answer to a text in ``written_in``, "" if it does not tell.

    It is that of the text, if the site is offered in it or the coach has a catalogue for it. Otherwise it is the
    reader's.
    """
    mine = active_language()
    for language in (mine, *dict(settings.LANGUAGES), *COACHED):
        if language.partition("-")[0] == written_in:
            return language
    return mine
