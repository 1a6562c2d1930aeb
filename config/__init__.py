"""Wiring: settings, urls, the queue, the form of errors, embedded services."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
