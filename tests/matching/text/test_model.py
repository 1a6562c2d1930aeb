"""The model that turns texts into vectors."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from matching.text import model as text_models
from matching.text.minilm import SentenceModel
from matching.text.model import CharacterGrams, text_model


def cosine(model, one: str, other: str) -> float:
    vectors = model.encode([one, other])
    return float(vectors[0] @ vectors[1])


def test_texts_of_the_same_meaning_are_closer_than_texts_that_share_a_word():
    model = text_model()

    asked = "I was rejected after the behavioural round and want to rehearse."
    same = cosine(model, asked, "Practising job interviews with people.")
    other = cosine(model, asked, "Second violin, I rehearse with the orchestra on Mondays.")
    assert same > other + 0.05


def test_vectors_are_those_of_the_original_model():
    # The components are those of sentence-transformers for this text, to five decimals.
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


def test_weights_with_another_hash_are_refused(tmp_path):
    save_file({"x": np.zeros(1, np.float32)}, tmp_path / "model.safetensors")

    with pytest.raises(ValueError, match="install the model anew"):
        SentenceModel(tmp_path, name="forged", sha256=hashlib.sha256(b"").hexdigest())


def test_a_setting_names_the_folder_of_another_model(tmp_path, settings, fresh_model):
    source = text_models.find_spec(text_models.PACKAGE).submodule_search_locations[0]
    folder = tmp_path / "other"
    folder.symlink_to(f"{source}/model")
    settings.TEXT_MODEL_DIR = str(folder)

    assert text_model().name == "other"
    assert text_model().dimensions == json.loads((folder / "config.json").read_text())["hidden_size"]


@pytest.mark.django_db
def test_the_health_page_says_if_texts_are_compared_by_meaning(client, monkeypatch):
    assert client.get("/healthy/").json() == {"status": "ok", "texts": "meaning"}

    monkeypatch.setattr(text_models, "SentenceModel", None)

    assert client.get("/healthy/").json()["texts"] == "letters"
