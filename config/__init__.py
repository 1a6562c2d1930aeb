"""Wiring: settings, URLs, Celery, the error format, and the local services of a machine that has none."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
