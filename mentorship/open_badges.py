"""Credentials as Open Badges 3.0: plain values in, signed text out, and back.

The format: 1EdTech, "Open Badges Specification 3.0", with the JSON Web Token proof (VC-JWT, RS256). The public key is
enough to check it. Revocation: 1EdTech, "Revocation List Status Method 1.0". Its list names what is revoked, and the
displayers of Open Badges have to know it. The Bitstring Status List of the W3C would need a second signed credential,
and an index for each one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

ALGORITHM = "RS256"
CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """The community. ``keys`` is the address of its public keys: each is at its thumbprint below."""

    address: str
    name: str
    site: str
    email: str
    keys: str
    revoked: str

    def profile(self) -> dict[str, Any]:
        return {"id": self.address, "type": ["Profile"], "name": self.name, "url": self.site, "email": self.email}


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """The content of a credential. ``evidence`` has a name and a sentence for each fact."""

    address: str
    mentor: str
    name: str
    description: str
    criteria: str
    language: str
    from_on: date
    to_on: date
    evidence: Sequence[tuple[str, str]]


def credential_of(award: Award, issuer: Issuer, *, at: datetime) -> dict[str, Any]:
    """Return the credential, valid from ``at`` on, with the claims that its proof needs."""
    valid_from = at.astimezone(UTC).replace(microsecond=0)
    subject = f"{award.address}#mentor"
    return {
        "@context": CONTEXT,
        "id": award.address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": award.name,
        "issuer": issuer.profile(),
        "validFrom": f"{valid_from:%Y-%m-%dT%H:%M:%SZ}",
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": award.mentor, "identityType": "name"}
            ],
            "activityStartDate": f"{award.from_on}T00:00:00Z",
            "activityEndDate": f"{award.to_on}T23:59:59Z",
            "achievement": {
                "id": f"{issuer.address}#mentoring",
                "type": ["Achievement"],
                "achievementType": "CommunityService",
                "inLanguage": award.language,
                "name": award.name,
                "description": award.description,
                "criteria": {"narrative": award.criteria},
            },
        },
        "evidence": [{"type": ["Evidence"], "name": name, "narrative": words} for name, words in award.evidence],
        "credentialStatus": {"id": issuer.revoked, "type": "1EdTechRevocationList"},
        "iss": issuer.address,
        "jti": award.address,
        "sub": subject,
        "nbf": int(valid_from.timestamp()),
    }


@lru_cache(maxsize=4)
def _keys_of(ders: tuple[bytes, ...], address: str) -> list[RSAKey]:
    """Return the keys. The name of each is the address of its public half."""
    keys = [RSAKey.import_key(der) for der in ders]
    return [RSAKey.import_key(key.as_dict(private=True) | {"kid": f"{address}{key.thumbprint()}/"}) for key in keys]


def signed_text(credential: dict[str, Any], issuer: Issuer, ders: Sequence[bytes]) -> str:
    """Return the credential signed by the first key, in the compact form of RFC 7515."""
    key = _keys_of(tuple(ders), issuer.keys)[0]
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT", "kid": key.kid}, credential, key, algorithms=[ALGORITHM])


def read_signed(text: str, issuer: Issuer, ders: Sequence[bytes]) -> dict[str, Any] | None:
    """Return the credential. None unless one of the keys signed it."""
    try:
        return jwt.decode(text, KeySet(list(_keys_of(tuple(ders), issuer.keys))), algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError):
        return None


def public_keys(issuer: Issuer, ders: Sequence[bytes]) -> dict[str, Any]:
    """Return the public halves of the keys as a key set (RFC 7517), the one that signs first."""
    keys = _keys_of(tuple(ders), issuer.keys)
    return {"keys": [key.as_dict(private=False) | {"alg": ALGORITHM, "use": "sig"} for key in keys]}


def revocation_list(revoked: Iterable[str], issuer: Issuer) -> dict[str, Any]:
    """Return the list with the addresses of the ``revoked`` credentials."""
    return {
        "id": issuer.revoked,
        "issuer": issuer.address,
        "revokedCredentials": [{"id": address, "revoked": True} for address in revoked],
    }
