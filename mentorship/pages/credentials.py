"""Public pages and files about credentials: what each says, whether it is valid, and what a program needs to check it.

The files are for programs on other sites, so each site may read them.
"""

from __future__ import annotations

from uuid import UUID

from allauth.decorators import rate_limit
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mentorship.links import credential_issuer, credential_link
from mentorship.open_badges import public_keys, revocation_list
from mentorship.selectors.credentials import PublicCredential, public_credential, revoked_credentials

TEXT = "text/plain;charset=utf-8"
limited = rate_limit(action="see_credential", limit_get=True)


@limited
@require_safe
def credential(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show anybody whether a credential is valid, and what it says."""
    issuer = credential_issuer()
    context = {"credential": _found(uuid), "issuer": issuer, "address": credential_link(uuid)}
    return render(request, "mentorship/credential.html", context)


@limited
@require_safe
def signed_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Return the signed text, with the type of section 5.2 of Open Badges 3.0. 404 once it is revoked."""
    text = _found(uuid).signed
    if not text:
        raise Http404
    return _open_to_all(HttpResponse(text, content_type=TEXT))


@limited
@require_safe
def json_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Return what the signed text says, to read. 404 once it is revoked."""
    content = _found(uuid).content
    if content is None:
        raise Http404
    return _json(content)


@limited
@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    return _json(credential_issuer().profile())


@limited
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Return all public keys, the one that signs now first."""
    return _json(public_keys(credential_issuer(), settings.CREDENTIAL_KEYS))


@limited
@require_safe
def key(request: HttpRequest, thumbprint: str) -> HttpResponse:
    """Return one public key, by the address that signed texts name."""
    issuer = credential_issuer()
    for one in public_keys(issuer, settings.CREDENTIAL_KEYS)["keys"]:
        if one["kid"] == f"{issuer.keys}{thumbprint}/":
            return _json(one)
    raise Http404


@limited
@require_safe
def revoked(request: HttpRequest) -> HttpResponse:
    rows = revoked_credentials().values_list("uuid", flat=True)
    return _json(revocation_list(map(credential_link, rows), credential_issuer()))


def _found(uuid: UUID) -> PublicCredential:
    found = public_credential(uuid, credential_issuer())
    if found is None:
        raise Http404
    return found


def _json(content: object) -> HttpResponse:
    return _open_to_all(JsonResponse(content))


def _open_to_all(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    return response
