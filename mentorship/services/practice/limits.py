"""Limits of practice records."""

RECORDS_MAX = 200  # of one person
ITEMS_MAX = 30  # of one record
