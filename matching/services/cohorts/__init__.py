"""Moves of drafts and pairs of a cohort."""
