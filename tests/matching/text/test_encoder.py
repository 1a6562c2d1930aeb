"""The encoder that turns texts into vectors."""

from __future__ import annotations

import numpy as np
import pytest

from matching.text.encoder import SHA256, SentenceEncoder, digest_of, encoder


def cosine(one: str, other: str) -> float:
    vectors = encoder().encode([one, other])
    return float(vectors[0] @ vectors[1])


def test_texts_of_the_same_meaning_are_close_without_a_shared_word():
    asked = "I want to leave the hospital where I treat very sick patients."

    same = cosine(asked, "ICU nurse, emigrated from Manila.")
    other = cosine(asked, "I take intensive courses in pottery and care for old cars.")
    assert same > other + 0.05


@pytest.mark.parametrize(
    "translated",
    [
        "Ich habe die Teilchenphysik verlassen und arbeite jetzt als Datenwissenschaftler.",
        "Dejé la física de partículas y ahora trabajo como científica de datos.",
        "J'ai quitté la physique des particules et je travaille en science des données.",
        "Rzuciłam fizykę cząstek i pracuję teraz jako analityczka danych.",
    ],
)
def test_a_text_is_near_to_its_translation(translated):
    text = "I left particle physics and now work as a data scientist."

    assert cosine(text, translated) > cosine(text, "I bake bread in a small town and sell it on the market.") + 0.2


def test_vectors_are_those_of_the_published_model():
    # The components of this text as the package computed them when the points were fitted.
    vector = encoder().encode(["multivariate analysis of collision events"])[0]

    assert (vector.dtype, vector.shape) == (np.float32, (512,))
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert vector[:3] == pytest.approx([0.06608, 0.04240, 0.00671], abs=1e-4)


def test_the_vector_of_a_text_does_not_depend_on_its_neighbours():
    text = "Supply chain analyst: demand planning, inventory, logistics, ERP."

    alone = encoder().encode([text])[0]

    assert (encoder().encode(["One.", text, "A third text, of some length."])[1] == alone).all()


@pytest.mark.parametrize(
    "text", ["", "   ", "🦉" * 500, "word " * 20_000, "\u200f مرحبا", "e\u0301", "\x00\x01", "\ud800", "同じ" * 9000]
)
def test_any_text_has_a_unit_vector(text):
    vector = encoder().encode([text])[0]

    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


def test_no_texts_have_no_vectors():
    assert encoder().encode([]).shape == (0, 512)


def test_weights_with_another_hash_are_refused(tmp_path):
    for file in SHA256:
        (tmp_path / file).write_bytes(b"forged")

    with pytest.raises(ValueError, match=r"weights\.npz has SHA-256 .* install requirements-model\.txt anew"):
        SentenceEncoder(tmp_path)


def test_texts_that_are_joined_another_way_have_another_digest():
    assert digest_of(["ab", "c"]) != digest_of(["a", "bc"])


@pytest.mark.django_db
def test_the_health_page_says_if_texts_are_compared_by_meaning(client):
    assert client.get("/healthy/").json() == {"status": "ok", "texts": "meaning"}


@pytest.mark.django_db
def test_the_health_page_says_if_mentors_are_ranked_by_facts_alone(client, without_encoder):
    assert client.get("/healthy/").json()["texts"] == "facts"
