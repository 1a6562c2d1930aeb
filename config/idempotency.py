"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a POST that is sent twice is done once."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import cast

from django.db import connection
from django.http.request import RawPostDataException
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils import json

from accounts.jobs.kept_answers import KEPT_FOR
from accounts.models import KeptAnswer
from accounts.sealed import CannotOpen, seal, unseal
from config.api import Refused

HEADER = "Idempotency-Key"
KEY_MAX = 255
KEY = re.compile(rf"[ -~]{{1,{KEY_MAX}}}")


class AnsweredBefore(Exception):
    """The same request was answered before. ``response`` is the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def has_key(request: Request) -> bool:
    return request.method == "POST" and HEADER in request.headers and request.user.is_authenticated


def begin(request: Request) -> KeptAnswer:
    """Return the row for the answer, not saved, with the key locked until the end of the transaction.

    Raises AnsweredBefore. Raises Refused if the key is none, belongs to another request, or is being used.
    """
    key = request.headers[HEADER]
    if not KEY.fullmatch(key):
        raise Refused(400, "bad_request", _("The Idempotency-Key has 1 to 255 characters of ASCII."))
    person = cast(int, request.user.pk)
    # A lock of PostgreSQL ends with the transaction, also if the process dies. A row "running" would stay.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"kept_answer {person} {key}"])
        [is_free] = cursor.fetchone()
    if not is_free:
        detail = _("The first request with this Idempotency-Key is under way. Send it again in a moment.")
        raise Refused(status.HTTP_409_CONFLICT, "idempotency_key_in_use", detail)
    asked = _digest(request)
    kept = KeptAnswer.objects.filter(person=person, key=key, answered_at__gt=timezone.now() - KEPT_FOR).first()
    if kept is None:
        return KeptAnswer(person_id=person, key=key, request=asked)
    if kept.request != asked:
        detail = _("This Idempotency-Key was sent with another request. Use a new key for each request.")
        raise Refused(status.HTTP_422_UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)
    raise AnsweredBefore(Response(_body_of(kept), status=kept.status))


def keep(answer: KeptAnswer, response: Response) -> None:
    """Store a rendered answer. Call it in the transaction of what the request did."""
    # An answer of more than a day ago may still be there.
    KeptAnswer.objects.update_or_create(
        person_id=answer.person_id,
        key=answer.key,
        defaults={
            "request": answer.request,
            "status": response.status_code,
            "sealed_body": seal(response.content.decode()),
            "answered_at": timezone.now(),
        },
    )


def _body_of(kept: KeptAnswer) -> object:
    try:
        body = unseal(kept.sealed_body)
    except CannotOpen:
        detail = _("This request was done, but its answer cannot be read any more. Read the thing itself.")
        raise Refused(status.HTTP_409_CONFLICT, "answer_not_kept", detail) from None
    return json.loads(body) if body else None


def _digest(request: Request) -> str:
    try:
        body = request._request.body
    except RawPostDataException:
        # Only the body of a form has been read by now.
        raise UnsupportedMediaType(request.content_type) from None
    start = f"{request.method} {request.get_full_path()}\n"
    return sha256(start.encode() + body).hexdigest()
