"""Words that name somebody, in questions that are to be shared."""

from __future__ import annotations

import pytest

from mentorship.selectors.nameless import Known, names_around, naming
from tests.factories import MentorshipFactory

KNOWN = Known(["Anna Huber", "José Díaz", "李小龙", "Анна Иванова", "Will Mark"], ["Target", "Deutsche Bank"])


@pytest.mark.parametrize(
    "text",
    [
        "What would Anna's team do?",
        "What would (Anna) do?",
        "Is it true that “Anna” leaves?",
        "What does ANNA want?",
        "Why work with anna  huber?",
        "Why A. Huber?",
        "Who is Dr. Huber?",
        "Why An\u200bna?",
        "Why Anna\u00a0Huber?",
        "Do you know Díaz/Huber?",
        "Do you know Jose?",
        "Do you know Jose\u0301?",
        "你认识李小龙吗",
        "Что спросила Анна?",
        "How did Will lead you?",
        "Why do you want to leave Target?",
        "How does Deutsche Bank hedge?",
        "Write to anna (at) firm (dot) com",
        "Do you know anna[at]firm?",
        "See acme.de",
        "See ACME.COM",
        "See acme.co.uk/jobs",
        "Join t.me/anna",
        "Call 0049 170 1234567",
        "Call ０１７０１２３４５６７",
    ],
)
def test_names_are_found_however_they_are_written(text):
    assert naming(text, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "Will you lead? Will it work?",
        "Mark three mistakes in this query.",
        "How do you mark what will fail?",
        "What is a target variable?",
        "Where is the german bank?",
        "What is ASP.NET, and why Node.js?",
        "How do you store 1,000,000 rows of 2019-2021?",
        "What is the area of a banana?",
        "What does @property do in a class?",
    ],
)
def test_words_that_look_like_names_are_not(text):
    assert naming(text, KNOWN) == ""


@pytest.mark.django_db
def test_the_names_around_somebody_are_those_they_work_with_and_their_employers(alice, bob, charlie):
    MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    for person, employer in ((alice, "Acme"), (bob, "Globex"), (charlie, "Initech")):
        person.profile.employer = employer
        person.profile.save()

    assert names_around(alice) == Known(["Alice Archer", "Bob Baker"], ["Acme", "Globex"])
