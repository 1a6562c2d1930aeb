"""Criterion ``sentences``: what is missing and asked for, beside the closest sentences of the mentor.

It needs the vectors of all sentences, so it is read for the first mentors of a ranking only.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from matching.engine.columns import Floats, Integers
from matching.engine.criteria.text import scaled
from matching.engine.facts import Need, Sentences
from matching.engine.fitted import FITTED

COUNTED = 3


def evidence(need: Need, ids: Integers, sentences: Mapping[int, Sentences]) -> Floats:
    """Return ``closeness``, from the lower to the upper end of its scale as 0 to 1, shape (n,).

    ``ids``: those of n mentors. NaN for a mentor without sentences, and for everybody if the request asks nothing.
    """
    return scaled(closeness(need, ids, sentences), FITTED.scales["sentences"])


def closeness(need: Need, ids: Integers, sentences: Mapping[int, Sentences]) -> Floats:
    """Return the mean cosine of the mentor's three closest sentences, where missing ones count 0. NaN as above."""
    found = np.full(ids.size, np.nan, dtype=np.float32)
    if need.question is None or not sentences:
        return found
    for place, id in enumerate(ids.tolist()):
        if (theirs := sentences.get(id)) is not None and len(theirs.texts):
            best = np.sort(np.vecdot(theirs.vectors, need.question))[::-1][:COUNTED]
            found[place] = np.maximum(best, 0).sum() / COUNTED
    return found
