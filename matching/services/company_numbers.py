"""The numbers of a cohort that its company reads: counted once a month, when they are first read."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from matching.company_numbers import Report, next_report
from matching.models import CohortReport
from matching.selectors.company_numbers import has_numbers, parts_of
from mentorship.locks import lock_cohort


def report_of(row: CohortReport) -> Report:
    """Return the stored numbers as plain values."""
    return Report(row.groups, row.counts)


@transaction.atomic
def numbers_of_month(*, cohort_id: int, now: datetime) -> CohortReport | None:
    """Return the report of this month (UTC). The first reader has it counted. None before the cohort was first closed.

    The same report is read by everybody until the month is over, whatever changes meanwhile.
    """
    cohort = lock_cohort(cohort_id)
    today = now.astimezone(UTC).date()
    if not has_numbers(cohort):
        return None
    last = CohortReport.objects.filter(cohort=cohort).order_by("-month_on").first()
    # A clock that was set back gives no second report.
    if last is not None and last.month_on >= today.replace(day=1):
        return last
    report = next_report(parts_of(cohort), report_of(last) if last else Report(), today=today)
    return CohortReport.objects.create(
        cohort=cohort, month_on=today.replace(day=1), counted_at=now, groups=report.groups, counts=report.counts
    )
