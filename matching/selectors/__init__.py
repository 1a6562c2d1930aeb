"""Queries of matching: no selector writes."""
