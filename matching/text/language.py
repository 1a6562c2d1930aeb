"""The one detector of languages: which language a text is in, or that it does not tell.

It is py3langid, naive Bayes over byte n-grams (Lui and Baldwin, 2012; BSD), with the model in its package. It has
neither a network nor a thread of its own, and `language_of` may be called from several threads.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# The languages that can be found, by ISO 639-1: those that the encoder compares, and their larger neighbours, so that
# Danish is not taken for Dutch. The model knows 139. With few to choose from, a short text tells more often.
LANGUAGES = frozenset(
    "ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru sk sl sq sr sv sw ta "
    "te th tl tr uk ur vi zh".split()
)

# A text tells its language from this probability on. In the graded sets, texts above it whose language differs from
# that of the person's other texts are nearly all of a person who writes in two.
TOLD = 0.7
# In characters. More of a text is not read, so that no text takes long.
READ_MAX = 6000
# So much of each text is read when several are judged together.
OPENING = 1500


def language_of(text: str, otherwise: str = "") -> str:
    """Return the code of the language of ``text``, of LANGUAGES; ``otherwise`` if a few words do not tell."""
    language, probability = _detector().classify(text[:READ_MAX])
    return language if probability >= TOLD else otherwise


def language_of_all(texts: Iterable[str]) -> str:
    """Return the language of all the texts together, "" if they do not tell."""
    return language_of("\n".join(text[:OPENING] for text in texts if text))


@cache
def _detector() -> LanguageIdentifier:
    """Return the detector of this process. It is read at the first text, which takes half a second."""
    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    whole.set_languages(LANGUAGES)
    # A copy, since the first one keeps all languages in memory.
    return LanguageIdentifier(
        whole.nb_ptc,
        whole.nb_pc,
        whole.nb_classes,
        whole.tk_nextmove,
        whole.tk_output,
        norm_probs=True,
        tk_row=whole.tk_row,
    )
