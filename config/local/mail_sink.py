"""`python -m config.local.mail_sink`: a mail server on the port of EMAIL_URL that stores all mail in MAIL_SINK_DIR."""

import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox


def sink(*, port: int, directory: str) -> Controller:
    """Return an SMTP server that only this machine can reach. The caller starts and stops it."""
    for name in ("tmp", "new", "cur"):  # a Maildir creates these only together with itself
        Path(directory, name).mkdir(parents=True, exist_ok=True)
    return Controller(Mailbox(Path(directory)), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)


def main() -> None:
    server = sink(port=urlsplit(os.environ["EMAIL_URL"]).port or 25, directory=os.environ["MAIL_SINK_DIR"])
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # before the thread of the server starts: it inherits this
    server.start()
    signal.sigwait(signals)
    server.stop()


if __name__ == "__main__":
    main()
