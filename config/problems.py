"""The registry of problems (RFC 9457): the code, status and meaning of each error that the API can answer with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rest_framework import status

# These modules define all refusals.
from accounts import exceptions as of_accounts
from accounts.exceptions import Refusal
from matching import exceptions as of_matching
from mentorship import exceptions as of_mentorship

MODULES = (of_accounts, of_mentorship, of_matching)

# Every other refusal is a 409: it conflicts with the present state.
REFUSAL_STATUS: dict[str, int] = {
    "not_your_turn": status.HTTP_403_FORBIDDEN,
    "not_one_of_the_two": status.HTTP_403_FORBIDDEN,
    "not_your_goal": status.HTTP_403_FORBIDDEN,
    "not_your_answer": status.HTTP_403_FORBIDDEN,
    "not_your_record": status.HTTP_403_FORBIDDEN,
    "not_an_owner": status.HTTP_403_FORBIDDEN,
    "not_for_directory": status.HTTP_403_FORBIDDEN,
    "not_their_mentor": status.HTTP_403_FORBIDDEN,
    "log_in_again": status.HTTP_403_FORBIDDEN,
    "not_in_cohort": status.HTTP_403_FORBIDDEN,
    "cohort_not_yours": status.HTTP_403_FORBIDDEN,
    "not_your_scale": status.HTTP_403_FORBIDDEN,
}


@dataclass(frozen=True, slots=True)
class ProblemKind:
    code: str
    status: int
    meaning: str


# Errors of no rule of the community.
GENERAL = [
    ProblemKind("invalid", 400, "The input is wrong: `errors` says where."),
    ProblemKind("parse_error", 400, "The body is no JSON, or has a field twice."),
    ProblemKind("bad_request", 400, "The request cannot be read."),
    ProblemKind("not_authenticated", 401, "The route needs a login."),
    ProblemKind("authentication_failed", 401, "The login is wrong or over."),
    ProblemKind("token_not_valid", 401, "The access token is unknown, expired or revoked, or its account is locked."),
    ProblemKind("not_by_token", 403, "No access token may do this."),
    ProblemKind("scope_missing", 403, "The access token lacks the scope."),
    ProblemKind("permission_denied", 403, "The person may not do this."),
    ProblemKind("second_factor_required", 403, "The session of an admin has no second factor."),
    ProblemKind("csrf_failed", 403, "The request has cookies, but no CSRF token, or another site made it."),
    ProblemKind("https_only", 403, "The request came by plain HTTP. What it carried may have been read."),
    ProblemKind("not_found", 404, "It does not exist, or belongs to somebody else."),
    ProblemKind("method_not_allowed", 405, "The route does not have this method."),
    ProblemKind("not_acceptable", 406, "The route answers with JSON only."),
    ProblemKind("idempotency_key_in_use", 409, "The first request with the same Idempotency-Key is under way."),
    ProblemKind("answer_not_kept", 409, "The request was done before, but its answer cannot be read any more."),
    ProblemKind("changed_since_read", 412, "The thing is not in the version that `If-Match` names."),
    ProblemKind("too_large", 413, "The body is larger than 1 MB."),
    ProblemKind("unsupported_media_type", 415, "The route reads JSON only."),
    ProblemKind("idempotency_key_reused", 422, "The Idempotency-Key was sent with another request."),
    ProblemKind("throttled", 429, "Too many requests: `Retry-After` says for how long."),
    ProblemKind("error", 500, "An error on our side. It has been noted."),
    ProblemKind("busy", 503, "Somebody else is changing the same thing. Nothing was changed: try again."),
]


def type_of(code: str) -> str:
    """Return the stable `type` of a problem. It is a name: there is nothing to fetch."""
    return f"urn:problem-type:mentorship:{code}"


def refusals() -> Iterator[type[Refusal]]:
    """Yield each refusal that an app defines."""
    for module in MODULES:
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, Refusal) and found is not Refusal:
                yield found


def registry() -> dict[str, ProblemKind]:
    """Return all problems by code. Of two refusals with one code, the first describes both."""
    kinds = {kind.code: kind for kind in GENERAL}
    for refusal in refusals():
        code, meaning = refusal.code, _first_sentence(refusal)
        kinds.setdefault(code, ProblemKind(code, REFUSAL_STATUS.get(code, status.HTTP_409_CONFLICT), meaning))
    return kinds


def _first_sentence(refusal: type[Refusal]) -> str:
    return (refusal.__doc__ or "").partition(". ")[0].partition("\n")[0].removesuffix(".") + "."
