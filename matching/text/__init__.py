"""Comparison by meaning: the texts of profiles and requests, their language and their vectors."""
