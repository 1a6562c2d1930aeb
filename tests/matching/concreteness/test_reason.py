"""Reasons for asking a mentor: praise alone fits any mentor, one thing named does not."""

from __future__ import annotations

import pytest

from matching.concreteness.reason import fits_any_mentor, names_one_of
from matching.concreteness.structure import words_of

PRAISE = [
    "You seem to be a great mentor for me.",
    "I think you are the perfect mentor and can help me a lot",
    "You look like a very nice and experienced person!",
    "I would love to learn from you and your experience.",
    "You're amazing, please be my mentor.",
    "Your profile is really impressive and interesting to me.",
    "I believe that you could help me to grow in my career.",
    "I admire you so much, and I hope you have time for me",
    "You are exactly the right person to guide me",
    "I need your advice, you sound like an expert",
    "YOU SEEM TO BE THE BEST MATCH FOR ME AND MY GOALS!!!",
    "Ich glaube, dass Sie der perfekte Mentor für mich sind.",
    "Du scheinst eine tolle Mentorin zu sein und kannst mir sicher helfen.",
    "Sie haben viel Erfahrung und können mich auf meinem Weg unterstützen.",
    "Ihr Profil hat mich sehr beeindruckt, ich wuerde gerne von Ihnen lernen",
    "Ich suche Hilfe, und du passt am besten zu mir",
    "Creo que eres la mentora ideal para mí y puedes ayudarme mucho.",
    "Me parece que usted es un gran mentor para mi.",
    "Tu perfil es muy interesante y me gustaría aprender de ti",
    "Admiro tu experiencia y necesito tus consejos",
    "You would be a fantastic mentor to me, I am sure",
    "I think we would be a good match and I can learn a lot from you",
    "Your experience and knowledge could help me reach my goals",
    "You are very inspiring and I want you as my mentor",
    "I feel you understand me and can support me",
    "Please help me, I really need a mentor like you",
    "Because you are the best mentor here",
    "I chose you because you are experienced",
    "Sie wirken sehr nett und kompetent auf mich",
    "Ich möchte Sie gerne als Mentorin haben",
    "Du bist genau der Richtige für mich und meine Ziele",
    "Bitte helfen Sie mir, ich brauche einen guten Mentor",
    "Usted parece una persona muy amable y con mucha experiencia",
    "Quiero que seas mi mentor por favor",
    "Eres exactamente la persona que necesito para crecer",
    "I like your profile and would be happy to get to know you",
    "You have the skills and experience that I am looking for",
    "You are a professional and successful person",
]


def test_praise_and_asking_alone_fit_any_mentor(subtests):
    for why_you in PRAISE:
        with subtests.test(why_you):
            assert fits_any_mentor(words_of(why_you))


ONE_THING = [
    "You moved from physics to industry as I want to.",
    "You lead a team as I want to.",
    "You have walked the same road.",
    "You seem to be a great mentor for nurses.",
    "You are the perfect mentor for me, because you live in Lisbon.",
    "You know both the lab and the bank, as I should.",
    "You have a son like me",
    "I want to learn Python from you",
    "Your talk stayed with me.",
    "You went from teacher to developer",
    "You were a mother when you began, like me.",
    "You have done this for 12 years",
    "I like how you explain statistics",
    "You worked in an NGO, and so do I",
    "Sie haben als Ärztin in Schweden gearbeitet, das möchte ich auch.",
    "Du bist eine tolle Mentorin für Quereinsteiger",
    "Sie kennen die Anerkennung in Bayern, und ich brauche dabei Hilfe.",
    "Du hast wie ich in Graz studiert",
    "Trabajaste en Berlín como enfermera, y yo quiero lo mismo.",
    "Eres una gran mentora para ingenieras",
    "Quiero aprender de ti cómo negociar contratos",
    "You teach system design",
    "You left nursing too",
    "Your bio mentions Kenya",
    "You changed career at forty",
    "You have interviewed for Google",
    "We both come from Peru",
    "You are an expert in tax law",
    "You returned after parental leave",
    "You know what it is like to be the first in the family to study",
    "You got promoted without a degree",
    "You write about burnout",
    "You are a woman in construction",
    "Du kommst auch aus dem Einzelhandel",
    "Sie leiten eine Kita",
    "Du hast nach der Elternzeit gewechselt",
    "Sie haben selbst gekündigt und neu angefangen",
    "Dejaste la banca por la docencia",
    "También eres madre y trabajas de noche",
    "Conoces el sector público",
    "You are patient with beginners",
    "You are deaf like me",
    "You too started over late",
    "Vous êtes un mentor parfait pour moi",
    "你是我最好的导师，我想向你学习。",
]


def test_one_thing_named_does_not_fit_any_mentor(subtests):
    for why_you in ONE_THING:
        with subtests.test(why_you):
            assert not fits_any_mentor(words_of(why_you))


@pytest.mark.parametrize(
    ("why_you", "text", "named"),
    [
        ("I want to learn about growth from you", "Growth marketing", True),
        ("Ich möchte von deinem Erfolg lernen", "Leiterin Kundenerfolg, Erfolg im Team", True),
        ("You seem to be a great mentor for me", "Mentor for you and for me", False),
        ("You can help me a lot", "Helping people with a lot of heart", False),
        ("Ich brauche deine Hilfe", "Hilfe für Gründerinnen", False),
    ],
)
def test_a_word_of_the_profile_counts_unless_every_profile_has_it(why_you, text, named):
    assert names_one_of(words_of(why_you), [text]) is named
