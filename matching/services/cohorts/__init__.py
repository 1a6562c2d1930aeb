"""Admins ask for drafts of a cohort, and edit them."""
