"""The admin of cohorts: how they run, their people, and who organises them."""

from matching.admin.cohorts import cohort

__all__ = ["cohort"]
