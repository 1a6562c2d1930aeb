"""Credentials of mentors."""
