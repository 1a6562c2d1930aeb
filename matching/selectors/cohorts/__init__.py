"""How a cohort is read, and its drafts: for the worker, the admin pages and the API."""
