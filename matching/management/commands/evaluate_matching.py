"""Compare the ranking with the expectations or the grades of people for a community."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from matching.community.schema import BadCommunityFile, parse
from matching.engine import ENGINE_VERSION
from matching.evaluation.expectations import Notes, parse_expectations, parse_notes
from matching.evaluation.figures import Figure
from matching.evaluation.graded import Quality, holds_grades, parse_grades
from matching.evaluation.run import GradedReport, Report, evaluate, evaluate_graded

Parsed = TypeVar("Parsed")

HEADINGS = {
    "first_hit": "first hit",
    "first_hit_jargon": "of jargon",
    "first_hit_text_only": "of text only",
    "top_n": "top n",
    "pairs": "pairs",
    "hard_rules": "hard rules",
}


class Command(BaseCommand):
    help = (
        "Ranks the mentors of a community file for each request of a file of expectations or of grades, and prints "
        "how many expectations hold, or how good the order is, beside simple ways to rank. Nothing stays in the "
        "database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("community", type=Path, metavar="COMMUNITY")
        parser.add_argument("expect", type=Path, metavar="EXPECT", help="a list of expectations, or grades by request")
        parser.add_argument("--notes", type=Path, metavar="FILE", help="marks requests as jargon and text_only")
        parser.add_argument("--without-aliases", action="store_true", help="as if no skill had another name")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--misses", action="store_true", help="a line for each expectation that does not hold")

    def handle(self, *args: Any, **options: Any) -> None:
        community = _parsed(options["community"], parse)
        if _parsed(options["expect"], holds_grades):
            self._handle_grades(community, options)
            return
        expected = _parsed(options["expect"], lambda text: parse_expectations(text, community))
        notes = _parsed(options["notes"], lambda text: parse_notes(text, community)) if options["notes"] else Notes()
        try:
            report = evaluate(
                community, expected, notes=notes, aliases=not options["without_aliases"], now=timezone.now()
            )
        except BadCommunityFile as error:
            raise _refusal(options["community"], error) from None
        if options["json"]:
            self.stdout.write(json.dumps(as_dict(report), ensure_ascii=False, indent=1))
        else:
            self._print(report, misses=options["misses"])

    def _handle_grades(self, community: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        for name in ("notes", "without_aliases", "misses"):
            if options[name]:
                raise CommandError(f"--{name.replace('_', '-')} belongs to expectations; leave it out with grades.")
        graded = _parsed(options["expect"], lambda text: parse_grades(text, community))
        try:
            report = evaluate_graded(community, graded, now=timezone.now())
        except BadCommunityFile as error:
            raise _refusal(options["community"], error) from None
        if options["json"]:
            self.stdout.write(json.dumps({"engine_version": ENGINE_VERSION, **asdict(report)}, indent=1))
        else:
            self._print_grades(report)

    def _print_grades(self, report: GradedReport) -> None:
        self.stdout.write(
            f"{'':16}{'nDCG@5':>9}{'first right':>14}{'proposed':>10}{'good':>7}{'useless':>9}{'missed':>11}"
        )
        for method, found in report.methods.items():
            self.stdout.write(_line(method, found, proposes=method == "engine"))
        self.stdout.write("by the language of the request:")
        for language, found in report.languages.items():
            self.stdout.write(_line(f"engine, {language or 'unknown'}", found, proposes=True))
        self.stdout.write(f"{report.methods['engine'].requests} requests, engine {ENGINE_VERSION}")
        if report.differing:
            self.stdout.write(f"The eligible mentors are not those that were graded: {', '.join(report.differing)}")

    def _print(self, report: Report, *, misses: bool) -> None:
        engine = report.methods["engine"]
        columns = [name for name in HEADINGS if engine[name].total]
        self.stdout.write(" " * 16 + "".join(f"{HEADINGS[name]:>18}" for name in columns))
        for method, figures in report.methods.items():
            self.stdout.write(f"{method:16}" + "".join(f"{_cell(figures[name]):>18}" for name in columns))
        self.stdout.write(
            f"total: {report.total.hits} of {report.total.total} expectations of {report.requests} requests hold, "
            f"engine {ENGINE_VERSION}"
        )
        for miss in report.misses if misses else ():
            self.stdout.write(str(miss))


def _line(name: str, found: Quality, *, proposes: bool) -> str:
    line = f"{name:16}{found.gain:9.3f}{f'{found.first} of {found.requests}':>14}"
    if not proposes:
        return line
    shares = (f"{count / found.proposed:.2f}" if found.proposed else "–" for count in (found.good, found.useless))
    line += "{:10.1f}{:>7}{:>9}".format(found.proposed / found.requests, *shares)
    return line + f"{f'{found.missed} of {found.wanted}':>11}"


def as_dict(report: Report) -> dict[str, Any]:
    """Return ``report`` as JSON values, with all misses of the engine."""
    return {
        "engine_version": ENGINE_VERSION,
        "requests": report.requests,
        "methods": {
            method: {name: _figure(figure) for name, figure in figures.items()}
            for method, figures in report.methods.items()
        },
        "total": _figure(report.total),
        "misses": [{"request": miss.request, "expected": miss.kind, "found": miss.found} for miss in report.misses],
    }


def _figure(figure: Figure) -> Mapping[str, float | int | None]:
    hits = int(figure.hits) if figure.hits.denominator == 1 else float(figure.hits)
    return {"hits": hits, "total": figure.total, "rate": figure.rate}


def _cell(figure: Figure) -> str:
    if figure.rate is None:
        return "–"
    hits = str(figure.hits) if figure.hits.denominator == 1 else f"{float(figure.hits):.1f}"
    return f"{hits}/{figure.total} {100 * figure.rate:5.1f} %"


def _parsed(path: Path, parse: Callable[[bytes], Parsed]) -> Parsed:
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except BadCommunityFile as error:
        raise _refusal(path, error) from None


def _refusal(path: Path, error: BadCommunityFile) -> CommandError:
    faults = "\n".join(f"  {fault}" for fault in error.faults)
    return CommandError(f"{path} is refused. {len(error.faults)} faults:\n{faults}")
