"""A BERT-shaped sentence-transformers model, in NumPy: from texts to unit vectors.

The architecture is that of Devlin et al. (2019), post-layer-norm, with mean pooling over tokens and normalisation as
sentence-transformers does it (Reimers and Gurevych, 2019). Equal to the original to about 1e-6.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load
from tokenizers import Tokenizer

Floats = NDArray[np.float32]


class SentenceModel:
    """Weights and tokenizer of one folder. ``encode`` may be called from several threads."""

    def __init__(self, folder: Path, *, name: str, sha256: str | None = None) -> None:
        """Load the model.

        Raises ValueError if the weights do not have the hash ``sha256``, OSError if files are missing.
        """
        self.name = name
        raw = (folder / "model.safetensors").read_bytes()
        digest = hashlib.sha256(raw).hexdigest()
        if sha256 is not None and digest != sha256:
            raise ValueError(f"{folder.name}: the weights have SHA-256 {digest}, not {sha256}; install the model anew.")
        config = json.loads((folder / "config.json").read_text())
        self.dimensions: int = config["hidden_size"]
        self._heads: int = config["num_attention_heads"]
        self._layers: int = config["num_hidden_layers"]
        self._epsilon: float = config["layer_norm_eps"]
        weights = load(raw)
        prefix = "bert." if "bert.embeddings.word_embeddings.weight" in weights else ""
        self._weights: dict[str, Floats] = {
            name.removeprefix(prefix): array.astype(np.float32, copy=False)
            for name, array in weights.items()
            if array.dtype.kind == "f"
        }
        limit = 256
        if (sentence := folder / "sentence_bert_config.json").exists():
            limit = json.loads(sentence.read_text()).get("max_seq_length", limit)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(limit)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one unit vector for each text, shape (len(texts), dimensions)."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._encode(self._tokenizer.encode(text).ids)
        return vectors

    def _encode(self, ids: Sequence[int]) -> Floats:
        # One text at a time needs no padding and no mask. On a CPU a batch is hardly faster.
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][list(ids)]
        x = x + w["embeddings.position_embeddings.weight"][: len(ids)] + w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(self._layers):
            at = f"encoder.layer.{layer}"
            x = self._norm(
                x + self._linear(self._attend(x, at), f"{at}.attention.output.dense"),
                f"{at}.attention.output.LayerNorm",
            )
            inner = _gelu(self._linear(x, f"{at}.intermediate.dense"))
            x = self._norm(x + self._linear(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
        mean = x.mean(axis=0)
        return mean / max(float(np.linalg.norm(mean)), 1e-12)

    def _attend(self, x: Floats, at: str) -> Floats:
        tokens, size = x.shape[0], self.dimensions // self._heads
        q, k, v = (
            self._linear(x, f"{at}.attention.self.{name}").reshape(tokens, self._heads, size).transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / np.float32(math.sqrt(size))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return (scores @ v).transpose(1, 0, 2).reshape(tokens, self.dimensions)

    def _linear(self, x: Floats, name: str) -> Floats:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(self._epsilon))
        return centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _gelu(x: Floats) -> Floats:
    # The exact form, as the model was trained with; erf by Abramowitz and Stegun (1964), 7.1.26, error below 1.5e-7.
    z = x / np.float32(math.sqrt(2))
    a = np.abs(z)
    t = 1 / (1 + np.float32(0.3275911) * a)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * np.float32(1.061405429)))))
    erf = np.sign(z) * (1 - poly * np.exp(-a * a))
    return np.float32(0.5) * x * (1 + erf)
