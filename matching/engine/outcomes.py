"""Outcomes of a mentor's past mentorships, as evidence for the next one."""

from __future__ import annotations

from matching.engine.facts import Outcomes

# Fewer people who were asked tell nothing, and each of them could be recognised in the number.
MIN_ASKED = 3

# Prior: nobody of two people reached it. (The mean of a Beta posterior, in the limit of a prior mean of 0.) A mentor
# without outcomes has 0, so outcomes without a success must not count more. The weight is below MIN_ASKED, so that what
# was measured counts more: three of three are .6, ten of ten .83. No number of people counts as much as an offer.
PRIOR_ASKED = 2


def reached_share(outcomes: Outcomes) -> float:
    """Return the smoothed share of people who reached their goal, in [0, 1). 0 below MIN_ASKED.

    Two who are content without a rating count as one who reached it. One alone does not count, so that no score rests
    on a single answer to a fit check. Somebody without any answer counts as one who did not reach it.
    """
    if outcomes.asked < MIN_ASKED:
        return 0.0
    return (outcomes.reached + outcomes.content // 2) / (outcomes.asked + PRIOR_ASKED)
