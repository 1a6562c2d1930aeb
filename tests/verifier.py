"""A verifier of Open Badges 3.0 for the tests. It shares no code with the signer.

Its steps are those of the specification, sections "Verify" and "Verification": key, signature, claims, revocation.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

Fetch = Callable[[str], Any]

# The required properties, from the data model of the specification (version 3.0, document version 1.0.13 and later).
REQUIRED = {
    (): {"@context": list, "id": str, "type": list, "issuer": dict, "validFrom": str, "credentialSubject": dict},
    ("issuer",): {"id": str, "type": list},
    ("credentialSubject",): {"type": list, "achievement": dict, "id": str},
    ("credentialSubject", "achievement"): {
        **{"id": str, "type": list, "criteria": dict},
        **{"description": str, "name": str},
    },
    ("credentialSubject", "identifier", 0): {"type": str, "hashed": bool, "identityHash": str, "identityType": str},
    ("credentialStatus",): {"id": str, "type": str},
}
TYPES = {
    (): {"VerifiableCredential", "OpenBadgeCredential"},
    ("issuer",): {"Profile"},
    ("credentialSubject",): {"AchievementSubject"},
    ("credentialSubject", "achievement"): {"Achievement"},
}


class Rejected(Exception):
    """The credential is not valid. The message says which step refused it."""


def verify(text: str, fetch: Fetch, *, issuer: str, now: datetime) -> dict[str, Any]:
    """Return the credential. Raises Rejected unless ``issuer`` signed it, and it is valid ``now``.

    ``fetch`` returns the JSON at an address.
    """
    try:
        first, second, third = text.split(".")
        header, payload = json.loads(_bytes(first)), json.loads(_bytes(second))
        signature = _bytes(third)
    except ValueError as error:
        raise Rejected("form") from error
    if set(header) - {"alg", "kid", "typ"} or header["alg"] != "RS256" or header.get("typ", "JWT") != "JWT":
        raise Rejected("header")
    if not header["kid"].startswith(issuer.rpartition("issuer/")[0]):
        raise Rejected("foreign key")
    key = fetch(header["kid"])
    if key is None or key["kty"] != "RSA" or "d" in key:
        raise Rejected("key")
    numbers = RSAPublicNumbers(*(int.from_bytes(_bytes(key[name])) for name in ("e", "n")))
    try:
        signed = f"{first}.{second}".encode()
        numbers.public_key().verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise Rejected("signature") from error
    _check_claims(payload, issuer, now)
    _check_properties(payload)
    _check_status(payload, fetch)
    return payload


def _check_claims(payload: dict[str, Any], issuer: str, now: datetime) -> None:
    valid_from = datetime.fromisoformat(payload["validFrom"])
    wanted = {
        "iss": payload["issuer"]["id"],
        "sub": payload["credentialSubject"]["id"],
        "jti": payload["id"],
        "nbf": valid_from.astimezone(UTC).timestamp(),
    }
    if {name: payload.get(name) for name in wanted} != wanted or payload["iss"] != issuer or valid_from > now:
        raise Rejected("claims")


def _check_properties(payload: dict[str, Any]) -> None:
    for way, wanted in REQUIRED.items():
        part: Any = payload
        for step in way:
            part = part[step]
        if not all(isinstance(part.get(name), kind) for name, kind in wanted.items()):
            raise Rejected(f"properties of {way}")
        if not TYPES.get(way, set()) <= set(part["type"]):
            raise Rejected(f"type of {way}")
    if payload["@context"][0] != "https://www.w3.org/ns/credentials/v2":
        raise Rejected("context")


def _check_status(payload: dict[str, Any], fetch: Fetch) -> None:
    status = payload["credentialStatus"]
    if status["type"] != "1EdTechRevocationList":
        raise Rejected("status")
    revoked = fetch(status["id"])
    if revoked["issuer"] != payload["iss"]:
        raise Rejected("foreign list")
    if payload["id"] in [one["id"] for one in revoked["revokedCredentials"] if one.get("revoked", True)]:
        raise Rejected("revoked")


def _bytes(part: str) -> bytes:
    """Return what base64url (RFC 4648, without padding) says. Raises ValueError."""
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars="-_", validate=True)
