"""A complete help request to change, and the problems (RFC 9457) that the API answers with."""

from __future__ import annotations

COMPLETE = {
    "situation": "Postdoc in physics.",
    "gap": "Industry words.",
    "ask": "Go through my CV with me.",
    "needs": ["machine learning"],
    "format": "ongoing",
    "session_kind": "cv_review",
    "minutes": 30,
}


def problem(response, status: int, code: str) -> dict:
    """Return the body of a refusal, after checking that it is complete."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:problem-type:mentorship:{code}"
    assert body["title"]
    assert body["detail"]
    return body


def faults(response) -> set[str]:
    """Return the fields and parameters that an answer of 400 names. Dots lead into nested objects."""
    return {place(error) for error in problem(response, 400, "invalid")["errors"]}


def place(error: dict) -> str:
    return error.get("parameter") or error["pointer"].removeprefix("/").replace("/", ".")
