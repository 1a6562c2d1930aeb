"""What admins do with drafts of a cohort."""
