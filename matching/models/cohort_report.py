"""The numbers of a cohort that its company has read. They are kept, so that the next ones do not differ by few."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mentorship.models import Cohort


class CohortReport(models.Model):
    """One report of a month, the same for all its readers. It never changes, whoever joins, leaves or is erased.

    - ``month_on``: the first day of the month in which it was first read.
    - ``groups``, ``counts``: those of ``company_numbers.Report``. They hold counts, and nobody.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="reports")
    month_on = models.DateField()
    counted_at = models.DateTimeField()
    groups = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "month_on"], name="cohort_report_once_a_month"),
            models.CheckConstraint(condition=Q(month_on__day=1), name="cohort_report_month_is_a_first_day"),
        ]

    def __str__(self) -> str:
        return f"numbers of cohort {self.cohort_id} for its company, {self.month_on:%Y-%m}"
