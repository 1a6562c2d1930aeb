#!/usr/bin/env python
"""Django's command line. Without a DATABASE_URL it uses the embedded database of `make run`."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import ProgrammingError
from psycopg import errors

from config.local import services


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not services.is_set("DATABASE_URL"):
        try:
            services.provide()
        except services.NotAvailable as problem:
            sys.exit(str(problem))
    try:
        execute_from_command_line(sys.argv)
    except ProgrammingError as problem:
        cause = problem.__cause__
        if not isinstance(cause, errors.UndefinedTable | errors.UndefinedColumn):
            raise
        sys.exit(
            f"The database is empty or older than the program: {cause.diag.message_primary}. "
            "Run `manage.py migrate`, or `make run` once, which does."
        )


if __name__ == "__main__":
    main()
