"""The vectors of profiles and requests: when they are computed, and how ranking reads them."""

from __future__ import annotations

import numpy as np
import pytest
from django.db.models import F

from accounts.models import CareerStep, MentorProfile, Profile
from matching.jobs.embed import embed_request, embed_stale
from matching.models import MentorTexts, RequestText
from matching.selectors import facts
from matching.selectors.suggestions import all_mentors, broken_rules
from matching.text import model as text_models
from matching.text.items import mentor_items
from matching.text.model import text_model
from tests.factories import NOW, CareerStepFactory, HelpRequestFactory, MentorFactory


@pytest.mark.django_db
def test_texts_are_compared_by_letters_without_a_model(monkeypatch, fresh_model):
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
    "a direction mark": "\u202e\u200b\u0301" * 40,
}


@pytest.mark.django_db
@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_no_text_breaks_ranking(text):
    """The texts are stored past the API, which would refuse some of them."""
    profile = MentorFactory().user.profile
    Profile.objects.filter(pk=profile.pk).update(bio=text)
    MentorProfile.objects.update(teaches=[text[:80]])
    request = HelpRequestFactory(situation=text, gap=text, ask=text, needs=[text[:80] or "sql"])
    embed_stale()
    embed_request(request)

    found = all_mentors(request, now=NOW)

    assert len(found.ranked) + len(found.ineligible) == 1


@pytest.mark.django_db
def test_a_mentor_with_the_same_meaning_in_other_words_comes_first():
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
def test_every_change_of_a_text_has_its_vectors_computed_again(change):
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
def test_vectors_are_computed_for_new_texts_only(monkeypatch):
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
def test_a_text_that_changes_during_the_computation_is_computed_again(monkeypatch):
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
def test_a_stored_vector_of_another_model_or_text_is_not_used_for_a_request():
    request, mentor = HelpRequestFactory(), MentorFactory()
    embed_stale()
    embed_request(request)
    expected = all_mentors(request, now=NOW).ranked[0].criteria["text"]
    RequestText.objects.update(digest="of another model", vector=np.ones(7, np.float32).tobytes())

    [suggestion] = all_mentors(request, now=NOW).ranked

    assert (suggestion.mentor_id, suggestion.criteria["text"]) == (mentor.user_id, expected)


@pytest.mark.django_db
def test_mentor_vectors_of_another_model_are_not_compared(monkeypatch):
    request, mentor = HelpRequestFactory(), MentorFactory()
    embed_stale()
    MentorTexts.objects.update(model="an older one")

    [suggestion] = all_mentors(request, now=NOW).ranked

    assert suggestion.criteria["text"].score is None
    assert embed_stale() == 1
    assert mentor.pk


@pytest.mark.django_db
def test_ranking_reads_the_stored_vector_of_a_request(monkeypatch):
    request, _ = HelpRequestFactory(), MentorFactory()
    embed_stale()
    embed_request(request)
    embed_request(request)
    monkeypatch.setattr(type(text_model()), "encode", lambda self, texts: pytest.fail("computed while ranking"))

    [suggestion] = all_mentors(request, now=NOW).ranked

    assert suggestion.criteria["text"].score is not None
    assert RequestText.objects.count() == 1


@pytest.mark.django_db
def test_the_hard_rules_need_no_model(monkeypatch):
    """Rules are checked under a mentor's lock, so they must not call the text model."""
    mentor, request = MentorFactory(), HelpRequestFactory()
    monkeypatch.setattr(facts, "text_model", None)
    monkeypatch.setattr(facts, "vector_of", None)

    assert broken_rules(request, [mentor.user_id], now=NOW) == {mentor.user_id: ()}
