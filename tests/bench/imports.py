"""Measure an import of people: the dry run over a file, its application, and a dry run when everybody is there."""

from __future__ import annotations

import csv
import io
from argparse import Namespace
from random import Random
from time import perf_counter

from django.utils import timezone

from accounts.models import Notification, User
from matching.jobs.imports import work_on_import
from matching.models import Import
from matching.services.imports import apply_import, map_columns, upload_import
from tests.bench.database import bench_database
from tests.bench.figures import NotAsExpected, Report, environment, in_one_line

ROWS = 10_000
# The limit for a dry run and for an application, in seconds.
PROMISED_S = 60
COLUMNS = ("Address", "Name", "Headline", "Employer", "Languages", "Skills")
NAMES = ("Ada", "Boris", "Chloe", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas")
LANGUAGES = ("en: fluent; de: native", "en: native", "es: native; en: working", "fr: native; en: fluent")


def bench(options: Namespace) -> Report:
    """Measure upload, dry run and application of a file of people, then the dry run of the same file again."""
    with bench_database():
        surroundings = environment()
        by = User.objects.create_superuser("admin@example.org", "x", name="Ada Admin")
        data = _people(Random(options.seed))
        one, seconds = _checked(by, data)
        begin = perf_counter()
        apply_import(import_id=one.pk, by=by, now=timezone.now())
        work_on_import(import_id=one.pk, now=timezone.now())
        seconds["application"] = perf_counter() - begin
        invited = Notification.objects.filter(kind="invitation").count()
        one.refresh_from_db()
        again, more = _checked(by, data)
        seconds["dry run of the same file again"] = more["dry run"]
    if (one.created, one.bad, invited, again.unchanged) != (ROWS, 0, ROWS, ROWS):
        raise NotAsExpected(
            f"{one.created} rows created somebody, {one.bad} had a fault, {invited} people were invited, and "
            f"{again.unchanged} were there already. All of {ROWS} should, and none has a fault."
        )
    lines = [in_one_line(surroundings), f"{ROWS:,} rows of people, {len(data):,} bytes"]
    lines += [f"{step:40}{taken:>10.1f} s" for step, taken in seconds.items()]
    if slow := [step for step, taken in seconds.items() if taken > PROMISED_S]:
        raise NotAsExpected("\n".join([*lines, f"Over {PROMISED_S} s: {', '.join(slow)}"]))
    return Report("\n".join(lines), {"environment": surroundings, "rows": ROWS, "seconds": seconds})


def _checked(by: User, data: bytes) -> tuple[Import, dict[str, float]]:
    """Upload a file and check it. Return the import and the seconds of both steps."""
    begin = perf_counter()
    one = upload_import(kind="people", file_name="people.csv", data=data, email="", by=by, now=timezone.now())
    uploaded = perf_counter()
    map_columns(import_id=one.pk, columns=one.columns, overwrite=[], now=timezone.now())
    work_on_import(import_id=one.pk, now=timezone.now())
    checked = perf_counter()
    one.refresh_from_db()
    if one.status != Import.Status.CHECKED:
        raise NotAsExpected(f"The import is {one.status}: {one.failure}")
    return one, {"upload": uploaded - begin, "dry run": checked - uploaded}


def _people(random: Random) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for number in range(ROWS):
        name = f"{random.choice(NAMES)} {random.choice(NAMES)}son {number}"
        headline = f"Works on {random.choice(('batteries', 'bridges', 'crops', 'maps'))}"
        employer, languages = f"Company {random.randrange(200)}", random.choice(LANGUAGES)
        rows.writerow([f"person{number}@example.com", name, headline, employer, languages, "python; statistics"])
    return text.getvalue().encode()
