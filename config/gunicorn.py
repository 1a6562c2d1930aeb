"""Gunicorn calls these functions. Its options stand on the command line."""

from __future__ import annotations

from importlib import import_module

from gunicorn.workers.base import Worker


def post_worker_init(worker: Worker) -> None:
    """Warm up while the first requests are served already. /healthy/ answers 503 until that is done."""
    # Models can be imported only now: the application is loaded.
    import_module("config.warm_up").warm_up_in_background()
