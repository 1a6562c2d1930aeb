"""The WSGI application that gunicorn serves."""

import os
from importlib import import_module
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class Request(WSGIRequest):
    """A request whose header may name a charset that nobody knows. `config.middleware` answers 400 to it."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except (LookupError, ValueError):
            self._encoding = None
            self.content_type, self.content_params = "", {"charset": "unknown"}


class Handler(WSGIHandler):
    request_class = Request


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)
application = Handler()
# Django would load the URLconf with the first request; config.logs needs it before, to cut the secrets of that one.
import_module("config.urls")
