"""Limits of practice records."""

# One person has at most so many records, and one record at most so many items.
RECORDS_MAX = 100
ITEMS_MAX = 30
