"""The evidence of all criteria for graded requests, from the community files that were graded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from accounts.selectors import taxonomy
from matching.engine import CRITERIA, MentorTable
from matching.engine.criteria.sentences import closeness
from matching.engine.criteria.text import cosines
from matching.evaluation.fitting import Judged
from matching.evaluation.graded import Graded
from matching.evaluation.run import in_community
from matching.models import HelpRequest
from matching.selectors.facts import judged_mentors, read_sentences
from matching.selectors.needs import need_of


def evidence_for(community: Mapping[str, Any], graded: Sequence[Graded], *, now: datetime) -> list[Judged]:
    """Return the evidence for each graded request with two graded mentors or more.

    Raises BadCommunityFile for kinds of goals or sessions that this installation does not know.
    """
    by_ref = {one.request: one for one in graded}
    skills = taxonomy()

    def judge(request: HelpRequest, emails: Mapping[int, str]) -> tuple[list[str], dict[str, Any]]:
        need = need_of(request, skills=skills, now=now)
        table = MentorTable(judged_mentors(skills=skills, now=now, among=list(emails)))
        rows = np.arange(len(table))
        ids = table.ids[:]
        found = {name: criterion.evidence(need, table, rows) for name, criterion in CRITERIA.items()}
        found["text"] = cosines(need.text, table, rows)
        found["sentences"] = np.nan_to_num(closeness(need, ids, read_sentences(ids.tolist())))
        return [emails[id] for id in ids.tolist()], found

    answers = in_community(community, list(by_ref), judge, now=now)
    judged = [_judged(by_ref[ref], mentors, evidence) for ref, (mentors, evidence) in answers.items()]
    return [one for one in judged if one.grades.size > 1]


def _judged(graded: Graded, mentors: Sequence[str], evidence: Mapping[str, Any]) -> Judged:
    rows = [row for row, mentor in enumerate(mentors) if mentor in graded.grades]
    return Judged(
        request=graded.request,
        evidence={name: values[rows].astype(np.float64) for name, values in evidence.items()},
        grades=np.array([graded.grades[mentors[row]] for row in rows]),
        wanted=np.array([mentors[row] in graded.wanted for row in rows]),
    )
