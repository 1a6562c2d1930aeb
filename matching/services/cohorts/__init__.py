"""Admins ask for drafts of a cohort, edit and publish them, and members answer."""
