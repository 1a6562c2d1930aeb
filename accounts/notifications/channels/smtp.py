"""The SMTP dialogue in two phases: all of a mail but its last line, then a call to the sender, then the last line.

A server accepts a mail once it has read the line with only a dot. A failure before the dot means "not sent". After
the dot the server's answer decides. Only a missing answer leaves a doubt.
"""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp

# Seconds to wait for the answer to a mail: servers scan it first. Less than the lease of a claim.
ANSWER_S = 60


def nothing() -> None:
    pass


class TwoPhases(smtplib.SMTP):
    """SMTP whose ``data`` calls ``before_final_dot`` just before the dot."""

    before_final_dot: Callable[[], None] = staticmethod(nothing)

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override]
        """Send a mail (bytes with CRLF). Return the answer to its dot, with any 2xx as 250.

        Raises SMTPDataError if the server refuses DATA, and errors of ``before_final_dot``. A failure before the dot
        closes the connection, so that the server drops the mail.
        """
        self.putcmd("data")
        code, answer = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, answer)
        if self.sock:
            # Otherwise Nagle's algorithm holds the dot back until the server's delayed acknowledgement.
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        body = re.sub(rb"(?m)^\.", b"..", msg.encode("ascii") if isinstance(msg, str) else msg)
        try:
            self.send(body if body.endswith(b"\r\n") else body + b"\r\n")
            self.before_final_dot()
        except BaseException:
            self.close()
            raise
        code, answer = self.finish()
        return (250 if 200 <= code < 300 else code), answer

    def finish(self) -> tuple[int, bytes]:
        """Send the dot. Return the answer."""
        if self.sock:
            self.sock.settimeout(ANSWER_S)
        try:
            self.send(b".\r\n")
            return self.getreply()
        finally:
            if self.sock:
                self.sock.settimeout(self.timeout)


class TwoPhasesTLS(TwoPhases, smtplib.SMTP_SSL):
    """SMTP in two phases, over TLS from the start."""


class EmailBackend(smtp.EmailBackend):
    """Django's backend in two phases. It reconnects if the server hung up between two mails."""

    connection: TwoPhases | None

    @property
    def connection_class(self) -> type[TwoPhases]:
        return TwoPhasesTLS if self.use_ssl else TwoPhases

    def open(self) -> bool | None:
        """Connect, unless an open connection answers. Raises SMTPException or OSError."""
        if self.connection and not self._answers(self.connection):
            self.close()
        return super().open()

    def _answers(self, connection: TwoPhases) -> bool:
        with suppress(smtplib.SMTPException, OSError):
            return connection.noop()[0] == 250
        return False

    def close(self) -> None:
        """Send QUIT. A failure is ignored, since it changes no result."""
        with suppress(smtplib.SMTPException, OSError):
            super().close()

    def send_in_two_phases(self, message: EmailMessage, before_final_dot: Callable[[], None]) -> None:
        """Send one mail on the open connection. Raises SMTPException, OSError, and errors of the callback."""
        connection = cast(TwoPhases, self.connection)
        connection.before_final_dot = before_final_dot
        try:
            self._send(message)  # type: ignore[attr-defined]
        finally:
            connection.before_final_dot = nothing
