"""Wiring: settings, URLs, Celery, the form of errors, and the local services of a machine that has none."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
