"""A better sentence, put into the mentee's own text. No word of the text is lost."""

from __future__ import annotations

import re

from matching.concreteness.better import quoted

# The place of a text in another language.
PLACEHOLDER = re.compile(r"^\[[^\]]*\]\s+")


def with_sentence(own: str, better: str) -> str:
    """Return ``own`` with the sentence ``better`` at its end. A beginning that repeats ``own`` is left out of it."""
    own = own.rstrip()
    if not own:
        return better
    beginning = quoted(own)
    if better.startswith(beginning):
        rest, joint = better.removeprefix(beginning).strip(), " "
        own = own if own.endswith((".", "!", "?", "…")) else f"{own.rstrip(',;:')}."
    else:
        rest, joint = PLACEHOLDER.sub("", better), "\n"
    return own if rest in own else f"{own}{joint}{rest}"
