"""`python -m tests.chaos.drainer`: processes that empty the outbox and get killed.

Each runs `manage.py drain_outbox --loop` with short times. It is forked from a process that has loaded Django, so a
killed one is replaced within milliseconds. With ``--die-at`` each kills itself at that point, at random.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import django
from django.core.management import call_command

POINTS = ("after claim", "after render", "before doubt", "before dot", "after dot", "before noting")
SHORT_LEASE = timedelta(seconds=1)
SHORT_BACKOFF = timedelta(seconds=0.1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--die-at", choices=POINTS)
    parser.add_argument(
        "--share", type=float, default=0.1, help="the probability of dying each time the point is passed"
    )
    options = parser.parse_args()
    django.setup()
    shorten_times()
    if options.die_at:
        die_at(options.die_at, options.share)
    supervise(options.processes, drain)


def shorten_times() -> None:
    """Shorten lease and backoff to about a second."""
    from accounts.notifications import claims, deliver  # noqa: PLC0415 - needs Django's setup

    claims.LEASE, deliver.FIRST_BACKOFF = SHORT_LEASE, SHORT_BACKOFF


def die_at(point: str, share: float) -> None:
    """Make this process kill itself at a point of the delivery, with the probability ``share``."""
    from accounts.notifications import claims, deliver  # noqa: PLC0415 - needs Django's setup
    from accounts.notifications.channels import mail, smtp  # noqa: PLC0415

    def maybe_die() -> None:
        if random.random() < share:
            os.kill(os.getpid(), signal.SIGKILL)

    def after(act: Callable) -> Callable:
        def acted(*args, **kwargs):
            result = act(*args, **kwargs)
            if result is not None:
                maybe_die()
            return result

        return acted

    def before(act: Callable) -> Callable:
        def acted(*args, **kwargs):
            maybe_die()
            return act(*args, **kwargs)

        return acted

    def silent_finish(connection: smtp.TwoPhases) -> tuple[int, bytes]:
        connection.send(b".\r\n")
        maybe_die()
        return connection.getreply()

    def send_in_two_phases(backend, message, before_final_dot, *, whole=smtp.EmailBackend.send_in_two_phases):
        return whole(backend, message, before(before_final_dot))

    match point:
        case "after claim":
            claims.claim_next = after(claims.claim_next)
        case "after render":
            mail.MailChannel.compose = after(mail.MailChannel.compose)
        case "before doubt":
            smtp.EmailBackend.send_in_two_phases = send_in_two_phases
        case "before dot":
            smtp.TwoPhases.finish = before(smtp.TwoPhases.finish)
        case "after dot":
            smtp.TwoPhases.finish = silent_finish
        case "before noting":
            deliver._sent = before(deliver._sent)


def supervise(count: int, act: Callable[[], None]) -> None:
    """Keep ``count`` processes at work until SIGTERM, or the end of the test. Then print how many were killed."""
    parent, killed, running = os.getppid(), 0, set()
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    print("ready", flush=True)
    while not stop and os.getppid() == parent:
        while len(running) < count:
            if (pid := os.fork()) == 0:
                work(act)
            running.add(pid)
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            running.discard(ended[0])
            killed += os.WIFSIGNALED(ended[1])
            if not os.WIFSIGNALED(ended[1]):
                print(f"one ended by itself with {ended[1]}", file=sys.stderr, flush=True)
            if not running:
                break
        time.sleep(0.005)
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    for pid in running:
        os.waitpid(pid, 0)
    print(killed, flush=True)


def work(act: Callable[[], None]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    random.seed()
    try:
        act()
    finally:
        os._exit(0)


def drain() -> None:
    call_command("drain_outbox", loop=True, every=0.05)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
