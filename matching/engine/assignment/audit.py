"""The audit file of an assignment, and the file of its scores. Both can be checked without this project.

``docs/recheck_assignment.py`` checks them with Python's standard library alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from matching.engine.assignment.scores import ONE, BadCohort, Scores
from matching.engine.assignment.solve import Assignment

FORMAT = 1
HEADER = b"mentee,mentor,score\n"


def score_lines(scores: Scores) -> Iterator[bytes]:
    """Yield the file of scores in parts: a line for each eligible pair, "mentee,mentor,score", all whole numbers."""
    yield HEADER
    for part in scores.parts():
        columns = (part.mentee.tolist(), part.mentor.tolist(), part.score.tolist())
        yield "".join(f"{mentee},{mentor},{score}\n" for mentee, mentor, score in zip(*columns, strict=True)).encode()


def digest_of(scores: Scores) -> str:
    """Return the SHA-256 of the file of scores, as hexadecimal digits."""
    digest = hashlib.sha256()
    for lines in score_lines(scores):
        digest.update(lines)
    return digest.hexdigest()


def audit_of(
    assignment: Assignment,
    *,
    mentees: Sequence[str],
    mentors: Sequence[str],
    weights: str,
    engine: str,
    scores_digest: str | None = None,
) -> str:
    """Return the audit file, as JSON: the input, the result and its proof.

    ``mentees`` and ``mentors`` name the people by opaque identifiers, in the order of their indexes. ``weights`` and
    ``engine`` are versions. ``scores_digest``: the ``digest_of`` the scores, if it is known already.

    Raises BadCohort if there is not one name for each person.
    """
    problem = assignment.problem
    if (len(mentees), len(mentors)) != problem.scores.shape:
        raise BadCohort("There must be one identifier for each mentee and each mentor; give all of them, in order.")
    content = {
        "format": FORMAT,
        "engine": engine,
        "weights": weights,
        "one": ONE,
        "scores_sha256": scores_digest or digest_of(problem.scores),
        "mentees": list(mentees),
        "mentors": list(mentors),
        **asdict(assignment.certificate),
    }
    # The hash is of the canonical form: sorted keys, no spaces.
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f'{text[:-1]},"sha256":"{digest}"}}\n'
