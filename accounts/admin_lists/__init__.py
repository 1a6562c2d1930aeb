"""Lists of the admin that respect the work of their reader."""
