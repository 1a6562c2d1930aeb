"""Rank every mentor for one help request."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import MentorProfile, User
from matching.models import HelpRequest
from matching.selectors.suggestions import Everybody, all_mentors, why_not_mentor


class Command(BaseCommand):
    help = "Ranks every mentor for one help request, with reasons, and says which rules exclude the others."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--top", type=int, metavar="N", help="only the first N suggestions")
        parser.add_argument("--why-not", metavar="EMAIL", help="say what keeps this mentor from the first suggestions")

    def handle(self, *args: Any, **options: Any) -> None:
        requests = HelpRequest.objects.select_related("goal__kind", "session_kind", "mentee")
        request = requests.filter(ref=options["ref"]).first()
        if request is None:
            refs = HelpRequest.objects.exclude(ref=None).order_by("ref").values_list("ref", flat=True)[:20]
            raise CommandError(
                f"There is no help request {options['ref']!r}. Known: {', '.join(map(str, refs)) or 'none'}."
            )
        if options["top"] is not None and options["top"] < 1:
            raise CommandError("--top takes a number from 1 on.")
        if options["why_not"]:
            self._explain(request, options["why_not"])
            return
        found = all_mentors(request, now=timezone.now())
        answer = as_dict(options["ref"], found, top=options["top"])
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        else:
            self._print(answer)

    def _explain(self, request: HelpRequest, email: str) -> None:
        mentor = MentorProfile.objects.filter(user__email=User.objects.normalize_email(email)).first()
        answer = mentor and why_not_mentor(request, mentor, now=timezone.now())
        if not answer:
            raise CommandError(f"{email} is nobody who could be suggested: no mentor, rejected or deactivated.")
        for sentence in answer.sentences:
            self.stdout.write(sentence)
        self.stdout.write(f"Fit: {answer.fit} of 100 points. Rules: {', '.join(answer.rules) or 'none'}.")
        for name, points in answer.missing.items():
            self.stdout.write(f"  {name:12} {-points:+6.1f}")

    def _print(self, answer: dict[str, Any]) -> None:
        for suggestion in answer["suggestions"]:
            self.stdout.write(f"{suggestion['rank']:3}. {suggestion['fit']:3} points  {suggestion['mentor']}")
            for reason in suggestion["reasons"]:
                self.stdout.write(f"       {reason}")
        if answer["ineligible"]:
            self.stdout.write("Not suggested:")
        for row in answer["ineligible"]:
            self.stdout.write(f"     {row['mentor']}: {', '.join(row['rules'])}")


def as_dict(ref: str, found: Everybody, *, top: int | None = None) -> dict[str, Any]:
    """Return ``found`` as JSON values, with mentors by e-mail."""
    suggestions = found.ranked[:top]
    ids = [s.mentor_id for s in suggestions] + [s.mentor_id for s in found.ineligible]
    emails = dict(User.objects.filter(pk__in=ids).values_list("pk", "email"))
    return {
        "request": ref,
        "suggestions": [
            {
                "mentor": emails[s.mentor_id],
                "rank": s.rank,
                "fit": s.fit,
                "load_cost": round(s.load_cost, 2),
                "silence_cost": round(s.silence_cost, 2),
                "interest_bonus": round(s.interest_bonus, 2),
                "criteria": {name: asdict(criterion) for name, criterion in s.criteria.items()},
                "reasons": list(s.reasons),
            }
            for s in suggestions
        ],
        "ineligible": [{"mentor": emails[s.mentor_id], "rules": list(s.rules)} for s in found.ineligible],
    }
