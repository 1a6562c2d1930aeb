"""`python -m config.local.mail_sink`: keeps all mail that is sent to EMAIL_URL in the Maildir at MAIL_SINK_DIR."""

import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox


def sink(*, port: int, directory: str) -> Controller:
    """Return an SMTP server for this machine only, to be started and stopped by the caller."""
    for name in ("tmp", "new", "cur"):  # what a Maildir must have, and only makes itself with its directory
        Path(directory, name).mkdir(parents=True, exist_ok=True)
    return Controller(Mailbox(Path(directory)), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)


def main() -> None:
    server = sink(port=urlsplit(os.environ["EMAIL_URL"]).port or 25, directory=os.environ["MAIL_SINK_DIR"])
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # before the server's thread, which inherits it
    server.start()
    signal.sigwait(signals)
    server.stop()


if __name__ == "__main__":
    main()
