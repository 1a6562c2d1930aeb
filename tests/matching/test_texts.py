"""Texts by meaning: the model, what is computed when, and what ranking reads."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from django.db.models import F
from safetensors.numpy import save_file

from accounts.models import CareerStep, MentorProfile, Profile
from matching.jobs.embed import embed_request, embed_stale
from matching.models import MentorTexts, RequestText
from matching.selectors import facts
from matching.selectors.suggestions import all_mentors, broken_rules
from matching.text import model as text_models
from matching.text.items import ITEMS_MAX, may_be_english, mentor_items, request_text
from matching.text.minilm import SentenceModel
from matching.text.model import CharacterGrams, text_model
from tests.factories import NOW, CareerStepFactory, HelpRequestFactory, MentorFactory


@pytest.fixture
def fresh_model():
    text_model.cache_clear()
    yield
    text_model.cache_clear()


def cosine(model, one: str, other: str) -> float:
    vectors = model.encode([one, other])
    return float(vectors[0] @ vectors[1])


def test_what_means_the_same_is_close_and_what_only_sounds_so_is_not():
    model = text_model()

    asked = "I was rejected after the behavioural round and want to rehearse."
    same = cosine(model, asked, "Practising job interviews with people.")
    other = cosine(model, asked, "Second violin, I rehearse with the orchestra on Mondays.")
    assert same > other + 0.05


def test_vectors_are_those_of_the_original_model():
    # Components that sentence-transformers gives for this text, to five decimals.
    vector = text_model().encode(["multivariate analysis of collision events"])[0]

    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1)
    assert vector[:3] == pytest.approx([0.09392, -0.03196, 0.02265], abs=1e-4)


@pytest.mark.parametrize("text", ["", "   ", "🦉" * 500, "word " * 20_000, "\u200f مرحبا", "e\u0301"])
def test_any_text_has_a_vector(text):
    for model in (text_model(), CharacterGrams()):
        vector = model.encode([text])[0]
        assert np.isfinite(vector).all()
        assert np.linalg.norm(vector) <= 1.0001


def test_weights_that_are_not_what_they_should_be_are_refused(tmp_path):
    save_file({"x": np.zeros(1, np.float32)}, tmp_path / "model.safetensors")

    with pytest.raises(ValueError, match="install the model anew"):
        SentenceModel(tmp_path, name="forged", sha256=hashlib.sha256(b"").hexdigest())


def test_another_model_is_a_folder_away(tmp_path, settings, fresh_model):
    source = text_models.find_spec(text_models.PACKAGE).submodule_search_locations[0]
    folder = tmp_path / "other"
    folder.symlink_to(f"{source}/model")
    settings.TEXT_MODEL_DIR = str(folder)

    assert text_model().name == "other"
    assert text_model().dimensions == json.loads((folder / "config.json").read_text())["hidden_size"]


@pytest.mark.django_db
def test_without_a_model_everything_works_by_letters(monkeypatch, fresh_model):
    monkeypatch.setattr(text_models, "SentenceModel", None)
    request = HelpRequestFactory(gap="I want to talk about astrophotography and telescopes.")
    near = MentorFactory(teaches=[], user__profile__bio="Astrophotography with telescopes.")
    far = MentorFactory(teaches=[], user__profile__bio="Tax law for bakeries.")
    embed_stale()

    scores = {s.mentor_id: s.criteria["text"].score for s in all_mentors(request, now=NOW).ranked}

    assert scores[near.user_id] > scores[far.user_id]


ODD_TEXTS = {
    "empty": "",
    "spaces": " \t\n ",
    "100 kB": "help " * 20_000,
    "one long word": "x" * 100_000,
    "emoji": "🧪🦉👩🏽‍🔬 " * 50,
    "right to left": "أحتاج إلى مساعدة في كتابة سيرتي الذاتية قبل شهر يونيو من فضلكم",
    "Chinese": "我想请您看一下我的简历并告诉我招聘人员会不明白什么",
    "a mark that turns the direction": "\u202e\u200b\u0301" * 40,
}


@pytest.mark.django_db
@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_no_text_breaks_ranking(text):
    """Stored by other ways than the API, which limits what it takes."""
    profile = MentorFactory().user.profile
    Profile.objects.filter(pk=profile.pk).update(bio=text)
    MentorProfile.objects.update(teaches=[text[:80]])
    request = HelpRequestFactory(situation=text, gap=text, ask=text, needs=[text[:80] or "sql"])
    embed_stale()
    embed_request(request)

    found = all_mentors(request, now=NOW)

    assert len(found.ranked) + len(found.ineligible) == 1


@pytest.mark.django_db
def test_the_health_page_says_how_texts_are_compared(client, monkeypatch):
    assert client.get("/healthy/").json() == {"status": "ok", "texts": "meaning"}

    monkeypatch.setattr(text_models, "SentenceModel", None)

    assert client.get("/healthy/").json()["texts"] == "letters"


@pytest.mark.django_db
def test_a_mentor_who_says_it_in_other_words_comes_first():
    request = HelpRequestFactory(
        needs=["bird ringing"],
        situation="I estimate how many animals live somewhere from the few that I catch twice.",
        gap="I do not know who in a company pays for estimating the size of a population from samples.",
        ask="Tell me where such statistics is needed.",
    )
    close = MentorFactory(teaches=[], user__profile__bio="I estimate the size of populations from small samples.")
    far = MentorFactory(teaches=[], user__profile__bio="I draft contracts for shipping companies.")
    embed_stale()

    ranked = all_mentors(request, now=NOW).ranked

    assert [s.mentor_id for s in ranked] == [close.user_id, far.user_id]
    assert any("“I estimate the size of populations" in reason for reason in ranked[0].reasons)
    assert any("“I estimate the size of populations" in reason for reason in ranked[0].mentor_reasons)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda mentor: Profile.objects.filter(user=mentor.user).update(bio="New."),
        lambda mentor: Profile.objects.filter(user=mentor.user).update(headline="New"),
        lambda mentor: CareerStepFactory(profile=mentor.user.profile),
        lambda mentor: CareerStep.objects.filter(profile__user=mentor.user).update(role="New"),
        lambda mentor: CareerStep.objects.filter(profile__user=mentor.user).delete(),
        lambda mentor: type(mentor).objects.filter(pk=mentor.pk).update(teaches=["new"]),
    ],
    ids=["bio", "headline", "new step", "step", "step gone", "teaches"],
)
def test_a_changed_text_is_noticed_whoever_changed_it(change):
    mentor, other = MentorFactory(), MentorFactory()
    CareerStepFactory(profile=mentor.user.profile)
    embed_stale()

    change(mentor)

    assert list(MentorTexts.objects.exclude(computed=F("changes"))) == [mentor.texts]
    assert embed_stale() == 1
    mentor.texts.refresh_from_db()
    assert mentor.texts.items == mentor_items(type(mentor).objects.get(pk=mentor.pk))
    assert other.pk != mentor.pk


@pytest.mark.django_db
def test_only_texts_that_are_new_are_computed(monkeypatch):
    mentor = MentorFactory(teaches=["sql"], user__profile__bio="One. Two.")
    embed_stale()
    seen = []
    monkeypatch.setattr(
        type(text_model()), "encode", lambda self, texts: seen.extend(texts) or np.zeros((len(texts), 384), np.float32)
    )
    Profile.objects.filter(user=mentor.user).update(bio="One. Three.")

    embed_stale()

    assert seen == ["Three."]


@pytest.mark.django_db
def test_a_text_that_changes_while_it_is_computed_is_computed_again(monkeypatch):
    mentor = MentorFactory(user__profile__bio="Before.")
    encode = type(text_model()).encode

    def change_meanwhile(model, texts):
        Profile.objects.filter(user=mentor.user, bio="Before.").update(bio="After.")
        return encode(model, texts)

    monkeypatch.setattr(type(text_model()), "encode", change_meanwhile)

    embed_stale()

    mentor.texts.refresh_from_db()
    assert "After." in mentor.texts.items
    assert "Before." not in mentor.texts.items


@pytest.mark.django_db
def test_a_request_s_vector_of_another_model_or_text_is_not_used():
    request, mentor = HelpRequestFactory(), MentorFactory()
    embed_stale()
    embed_request(request)
    expected = all_mentors(request, now=NOW).ranked[0].criteria["text"]
    RequestText.objects.update(digest="of another model", vector=np.ones(7, np.float32).tobytes())

    [suggestion] = all_mentors(request, now=NOW).ranked

    assert (suggestion.mentor_id, suggestion.criteria["text"]) == (mentor.user_id, expected)


@pytest.mark.django_db
def test_vectors_of_another_model_are_not_compared(monkeypatch):
    request, mentor = HelpRequestFactory(), MentorFactory()
    embed_stale()
    MentorTexts.objects.update(model="an older one")

    [suggestion] = all_mentors(request, now=NOW).ranked

    assert suggestion.criteria["text"].score is None
    assert embed_stale() == 1
    assert mentor.pk


@pytest.mark.django_db
def test_ranking_computes_nothing_once_the_request_has_its_vector(monkeypatch):
    request, _ = HelpRequestFactory(), MentorFactory()
    embed_stale()
    embed_request(request)
    embed_request(request)
    monkeypatch.setattr(type(text_model()), "encode", lambda self, texts: pytest.fail("computed while ranking"))

    [suggestion] = all_mentors(request, now=NOW).ranked

    assert suggestion.criteria["text"].score is not None
    assert RequestText.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("I left particle physics for industry and had to learn to tell my story again.", True),
        ("Continuous integration", True),
        ("Ich habe die Physik verlassen und musste lernen, meine Geschichte neu zu erzählen.", False),
        ("Je ne sais pas comment présenter mon travail de recherche à une entreprise.", False),
        ("研究から企業へ移りたいのですが、自分の経験をどう伝えればよいか分かりません。", True),
    ],
)
def test_other_languages_than_english_are_told_by_their_small_words(text, english):
    # Japanese is one long word here, too short to judge; its vector is noise, but the same for every mentor.
    assert may_be_english(text) is english


@pytest.mark.django_db
def test_a_request_in_another_language_is_not_compared_by_meaning():
    request = HelpRequestFactory(
        situation="Ich forsche seit sechs Jahren an Teilchen und möchte nun in die Industrie gehen.",
        gap="Ich weiß nicht, wie ich das in meinem Lebenslauf so sagen soll, dass es verstanden wird.",
        ask="Geh bitte meinen Lebenslauf mit mir durch und sag mir, was man nicht versteht.",
    )

    assert request_text(request) == ""


@pytest.mark.django_db
def test_a_long_profile_is_cut():
    mentor = MentorFactory(user__profile__bio=" ".join(f"Sentence number {n}." for n in range(100)))

    items = mentor_items(mentor)

    assert len(items) == ITEMS_MAX
    assert len(set(items)) == ITEMS_MAX


@pytest.mark.django_db
def test_the_hard_rules_need_no_model(monkeypatch):
    """They are checked while a mentor's row is locked, and a model takes its time."""
    mentor, request = MentorFactory(), HelpRequestFactory()
    monkeypatch.setattr(facts, "text_model", None)
    monkeypatch.setattr(facts, "vector_of", None)

    assert broken_rules(request, [mentor.user_id], now=NOW) == {mentor.user_id: ()}
