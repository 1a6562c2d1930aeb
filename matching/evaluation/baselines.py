"""Baselines to compare the engine with: TF-IDF word search, and the number of shared skills."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Row = Mapping[str, Any]

WORD = re.compile(r"\w\w+")


class TfIdf:
    """TF-IDF with the usual defaults: word counts times log((1 + texts) / (1 + texts with the word)) + 1, at length 1.

    Words have at least two characters and are case folded. There are no stop words and no stemming.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [_words(text) for text in texts]
        spread = Counter(word for count in counts for word in count)
        self._rarity = {word: math.log((1 + len(texts)) / (1 + among)) + 1 for word, among in spread.items()}
        self._size = len(texts)
        self._columns: dict[str, list[tuple[int, float]]] = {word: [] for word in spread}
        for row, count in enumerate(counts):
            for word, weight in self._weights(count).items():
                self._columns[word].append((row, weight))

    def cosine(self, text: str) -> NDArray[np.float64]:
        """Return the cosine of ``text`` with each of the texts, shape (texts,); 0 without a shared word."""
        found = np.zeros(self._size)
        for word, weight in self._weights(_words(text)).items():
            for row, other in self._columns[word]:
                found[row] += weight * other
        return found

    def _weights(self, count: Counter[str]) -> dict[str, float]:
        weights = {word: times * self._rarity[word] for word, times in count.items() if word in self._rarity}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {word: weight / length for word, weight in weights.items()}


def skills_overlap(request: Row, mentor: Row) -> int:
    """Return the number of needs that the mentor teaches by the same words, case folded."""
    taught = {skill.casefold() for skill in mentor["mentor"].get("teaches", [])}
    return len({need.casefold() for need in request.get("needs", [])} & taught)


def text_of_request(request: Row) -> str:
    goal = request["goal"]
    parts = [request.get(name, "") for name in ("situation", "gap", "ask")] + list(request.get("needs", []))
    return "\n".join([*parts, goal.get("target_role") or "", goal.get("target_field") or ""])


def text_of_mentor(mentor: Row) -> str:
    career = [step[name] for step in mentor.get("career", []) for name in ("role", "field")]
    parts = [mentor.get("headline", ""), mentor.get("bio", ""), *career]
    return "\n".join([*parts, *mentor["mentor"].get("teaches", []), *mentor.get("skills", [])])


class Baselines:
    """The baselines over the ``mentors`` of one community. Mentors with equal scores keep the order of the file."""

    def __init__(self, mentors: Mapping[str, Row]) -> None:
        self._mentors = mentors
        self._index = TfIdf([text_of_mentor(mentor) for mentor in mentors.values()])

    def orders(self, request: Row, eligible: frozenset[str]) -> dict[str, list[str]]:
        """Return ``eligible`` in the order of each baseline, best first."""
        words = self._index.cosine(text_of_request(request))
        shared = np.array([skills_overlap(request, mentor) for mentor in self._mentors.values()])
        return {"tfidf": self._order(words, eligible), "skills overlap": self._order(shared, eligible)}

    def _order(self, scores: NDArray[Any], eligible: frozenset[str]) -> list[str]:
        emails = list(self._mentors)
        # Rounding keeps equal scores equal: floating-point sums depend on the order of additions.
        best_first = np.argsort(-np.round(scores, 12), kind="stable")
        return [emails[row] for row in best_first if emails[row] in eligible]


def _words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text.casefold()))
