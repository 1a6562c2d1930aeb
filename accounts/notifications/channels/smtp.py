"""SMTP in two phases: all of a mail but its last line, then a word to the caller, then the line that counts.

A server has a mail once it has read the line with only a dot. Whatever fails before was not sent, whatever the
server answers after decides, and only silence after the dot leaves a doubt.
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

# Servers look through a mail before they answer for it; less than the lease of a claim.
ANSWER_S = 60


def nothing() -> None:
    pass


class TwoPhases(smtplib.SMTP):
    """SMTP whose ``data`` calls ``before_final_dot`` when nothing but the dot is missing."""

    before_final_dot: Callable[[], None] = staticmethod(nothing)

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override]
        """Send a mail (bytes with CRLF) and return the answer to its dot; any 2xx is told as 250.

        Raises SMTPDataError if the server wants none of it, and what ``before_final_dot`` raises. Then, as after
        any failure in between, the connection is cut off without the dot: to the server the mail never was.
        """
        self.putcmd("data")
        code, answer = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, answer)
        if self.sock:
            # Or the dot would wait for the server's word that it has the rest, which comes 40 ms late.
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
        """Send the dot, and return the answer."""
        if self.sock:
            self.sock.settimeout(ANSWER_S)
        try:
            self.send(b".\r\n")
            return self.getreply()
        finally:
            if self.sock:
                self.sock.settimeout(self.timeout)


class TwoPhasesTLS(TwoPhases, smtplib.SMTP_SSL):
    """The same over TLS from the start."""


class EmailBackend(smtp.EmailBackend):
    """Django's, in two phases, and never surprised by a server that went away between two mails."""

    connection: TwoPhases | None

    @property
    def connection_class(self) -> type[TwoPhases]:
        return TwoPhasesTLS if self.use_ssl else TwoPhases

    def open(self) -> bool | None:
        """Have a connection that answers. Raises SMTPException or OSError."""
        if self.connection and not self._answers(self.connection):
            self.close()
        return super().open()

    def _answers(self, connection: TwoPhases) -> bool:
        with suppress(smtplib.SMTPException, OSError):
            return connection.noop()[0] == 250
        return False

    def close(self) -> None:
        """Say good-bye, if anybody listens: what was sent is sent, and what failed has failed."""
        with suppress(smtplib.SMTPException, OSError):
            super().close()

    def send_in_two_phases(self, message: EmailMessage, before_final_dot: Callable[[], None]) -> None:
        """Send one mail on the open connection. Raises SMTPException, OSError, or what the callback raises."""
        connection = cast(TwoPhases, self.connection)
        connection.before_final_dot = before_final_dot
        try:
            self._send(message)  # type: ignore[attr-defined]
        finally:
            connection.before_final_dot = nothing
