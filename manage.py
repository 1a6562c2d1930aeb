#!/usr/bin/env python
"""Django's command line. Without a DATABASE_URL it works on the embedded database that `make run` uses."""

import os
import sys

from django.core.management import execute_from_command_line

from config import embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not embedded.is_set("DATABASE_URL"):
        try:
            embedded.provide()
        except embedded.NotAvailable as problem:
            sys.exit(str(problem))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
