"""A price: one value in code, three columns with a common prefix in the database."""

from __future__ import annotations

from decimal import Decimal
from typing import TypedDict

from django.db import models

# A month costs tens of millions in some currencies.
RATE_DIGITS = 12


class Rate(TypedDict):
    """A price in ``currency`` (ISO 4217). ``per`` is "session" or "month"."""

    amount: Decimal
    currency: str
    per: str


def read_rate(row: models.Model, prefix: str) -> Rate | None:
    amount = getattr(row, f"{prefix}_amount")
    if amount is None:
        return None
    return Rate(amount=amount, currency=getattr(row, f"{prefix}_currency"), per=getattr(row, f"{prefix}_per"))


def write_rate(row: models.Model, prefix: str, rate: Rate | None) -> None:
    setattr(row, f"{prefix}_amount", rate["amount"] if rate else None)
    setattr(row, f"{prefix}_currency", rate["currency"] if rate else "")
    setattr(row, f"{prefix}_per", rate["per"] if rate else "")
