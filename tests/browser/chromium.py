"""The browser of the tests: one on this machine, or one that playwright installs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from playwright.sync_api import Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = (
    "The tests of pages need Chromium: install the package `chromium` of your system, run "
    "`.venv/bin/python -m playwright install --with-deps chromium`, or name one in CHROMIUM."
)
# No connection of its own, and no sandbox: root has none, and the tests visit nothing but this machine.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")


def find(playwright: Playwright) -> str:
    """Return the path of a Chromium. One that is missing is installed first. Raises RuntimeError with a sentence."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    own = playwright.chromium.executable_path
    if not found and not Path(own).exists():
        _install()
    found = found or own
    if not Path(found).exists():
        raise RuntimeError(f"{found} is not there. {HOW}")
    return found


@cache
def _install() -> None:
    try:
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], check=True, capture_output=True, timeout=300
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise RuntimeError(HOW) from error
