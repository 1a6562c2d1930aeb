"""The texts of profiles and requests that are compared by meaning."""

from __future__ import annotations

import pytest

from matching.text.texts import SENTENCES_MAX, request_texts, sentences, whole_profile
from tests.factories import HelpRequestFactory, MentorFactory


@pytest.mark.django_db
def test_the_whole_profile_holds_everything_that_the_mentor_wrote():
    mentor = MentorFactory(
        teaches=["sql", "cv reviews"],
        motivation="Somebody helped me.",
        career=[{"role": "Data analyst", "field": "retail"}],
        user__profile__headline="Analyst",
        user__profile__bio="Left physics. Found data.",
    )

    assert whole_profile(mentor) == (
        "Analyst\nLeft physics. Found data.\nData analyst, retail\nsql, cv reviews\nSomebody helped me."
    )


@pytest.mark.django_db
def test_the_motivation_is_compared_and_not_quoted():
    mentor = MentorFactory(
        career=[], teaches=["sql"], motivation="Somebody helped me.", user__profile__bio="Left physics."
    )

    texts, quotable = sentences(mentor)

    assert (texts[:quotable], texts[quotable:]) == (["Left physics.", "sql"], ["Somebody helped me."])


@pytest.mark.django_db
def test_a_profile_without_words_has_no_text():
    mentor = MentorFactory(career=[], teaches=[], motivation="", user__profile__bio=" ", user__profile__headline="")

    assert (whole_profile(mentor), sentences(mentor)) == ("", ([], 0))


@pytest.mark.django_db
def test_a_long_profile_is_cut_into_different_sentences():
    mentor = MentorFactory(user__profile__bio=" ".join(f"Sentence number {n}. Again." for n in range(100)))

    texts, quotable = sentences(mentor)

    assert len(texts) == len(set(texts)) == quotable == SENTENCES_MAX


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("bio", "parts"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Since 3.5 years at A.B. Ltd", ["Since 3.5 years at A.B.", "Ltd"]),
        ("一つ。二つ。", ["一つ。", "二つ。"]),
        ("first line\nsecond line", ["first line", "second line"]),
    ],
)
def test_a_bio_is_cut_after_its_sentences(bio, parts):
    mentor = MentorFactory(career=[], teaches=[], motivation="", user__profile__headline="", user__profile__bio=bio)

    assert sentences(mentor) == (parts, len(parts))


@pytest.mark.django_db
def test_a_request_is_compared_whole_and_by_its_question():
    request = HelpRequestFactory(
        situation="Six years of physics.",
        gap="No interviews.",
        ask="Read my CV.",
        why="You did it.",
        needs=["cv", "sql"],
        goal__target_role="Data scientist",
        goal__target_field="retail",
    )

    assert request_texts(request) == {
        "text": "Data scientist, retail\nSix years of physics.\nNo interviews.\nRead my CV.\nYou did it.\ncv, sql",
        "question": "No interviews.\nRead my CV.",
    }
