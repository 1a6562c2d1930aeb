"""A real SMTP server for tests. It fails at the steps it is told to, and keeps the mails it accepted."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from config.local.services import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd logs every line it reads
DROP, HANG = "drop", "hang"
# Maps a step of the dialogue (MAIL, RCPT, DATA, dot) and the recipient so far to an answer, DROP, HANG or None for OK.
Script = Callable[[str, str], str | None]


@dataclass
class Received:
    to: str
    message: EmailMessage


class Sink:
    """The handler of a running server, with the mails that it received."""

    def __init__(self) -> None:
        self.port = free_port()
        self.script: Script = lambda step, to: None
        self.received: list[Received] = []
        self.connections = 0
        self.slowness_s: Callable[[], float] = lambda: 0

    def fails(self, step: str, answer: str, *, to: str = "") -> None:
        """Give this answer at this step from now on, or only in a mail to ``to``."""
        self.script = lambda at, now: answer if at == step and to in ("", now) else None

    def times_by_id(self) -> Counter[str]:
        return Counter(mail.message["Message-ID"].strip("<>").partition("@")[0] for mail in self.received)

    # --- called by aiosmtpd ------------------------------------------------------------------------------

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if (answer := await self.answer(server, "MAIL", "")) is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if (answer := await self.answer(server, "RCPT", address)) is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        [to] = envelope.rcpt_tos
        answer = await self.answer(server, "dot", to, took=envelope.content)
        return answer or "250 OK"

    async def answer(self, server, step: str, to: str, took: bytes = b"") -> str | None:
        answer = self.script(step, to)
        # A server that is silent after the dot has the mail.
        if took and answer in (None, DROP, HANG):
            self.received.append(Received(to, message_from_bytes(took, policy=policy.default)))
            await asyncio.sleep(self.slowness_s())
        if answer == HANG:
            await asyncio.sleep(30)
        if answer == DROP:
            server.transport.abort()
        return answer


class Server(SMTP):
    async def smtp_DATA(self, arg):
        to = self.envelope.rcpt_tos[-1] if self.envelope.rcpt_tos else ""
        answer = await self.event_handler.answer(self, "DATA", to)
        if answer is None:
            await super().smtp_DATA(arg)
        elif answer != DROP:
            await self.push(answer)


class SinkController(Controller):
    def factory(self):
        return Server(self.handler, enable_SMTPUTF8=True)


@contextlib.contextmanager
def running_sink() -> Iterator[Sink]:
    sink = Sink()
    controller = SinkController(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


@contextlib.contextmanager
def greeting(line: bytes) -> Iterator[int]:
    """Yield the port of a server that says ``line`` to every caller, and nothing else."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        callers = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    caller, _ = server.accept()
                    callers.append(caller)
                    caller.sendall(line)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for caller in callers:
            caller.close()
