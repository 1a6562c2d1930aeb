"""`python -m tests.chaos.cohorts`: a process that makes drafts of cohorts and proposes their pairs, and gets killed.

It is forked from a process that has loaded Django. With ``--die-at`` it kills itself at that point, at random.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import time

import django
from django.utils import timezone

from tests.chaos.drainer import supervise

POINTS = ("between the two messages", "after a proposal")
SHARE = 0.4


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--die-at", choices=POINTS)
    options = parser.parse_args()
    django.setup()
    load()
    if options.die_at:
        die_at(options.die_at)
    supervise(1, tend)


def load() -> None:
    """Load what a proposal needs, so that no child has to: the model of texts, and the addresses of all pages."""
    from django.urls import get_resolver  # noqa: PLC0415 - needs Django's setup

    from matching.text.encoder import encoder  # noqa: PLC0415 - needs Django's setup

    encoder()
    get_resolver().url_patterns  # noqa: B018 - reading it imports them


def die_at(point: str) -> None:
    """Make a child kill itself after a message about a pair, or after its transaction: the first one for sure."""
    from matching.jobs import cohort_pairs  # noqa: PLC0415 - needs Django's setup

    name = "tell_about_pair" if point == POINTS[0] else "propose_pair"
    act = getattr(cohort_pairs, name)
    passes = multiprocessing.Value("i", 0)

    def acted(*args, **kwargs):
        result = act(*args, **kwargs)
        passes.value += 1
        if passes.value == 1 or random.random() < SHARE:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(cohort_pairs, name, acted)


def tend() -> None:
    from matching.jobs.cohort_drafts import tend_drafts  # noqa: PLC0415 - needs Django's setup
    from matching.jobs.cohort_pairs import propose_published  # noqa: PLC0415 - needs Django's setup

    while True:
        tend_drafts(now=timezone.now())
        propose_published(now=timezone.now())
        time.sleep(0.02)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
