"""Limits of practice records."""

# One person has at most so many records, and one record at most so many items.
RECORDS_MAX = 200
ITEMS_MAX = 30
