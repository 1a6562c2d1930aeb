"""Filters of lists that are declared beside figures."""

from __future__ import annotations

import pytest
from django.db.models import Q

from accounts.figures.row_filters import RowFilter, add_filters, offered
from accounts.models import User


def test_a_list_has_a_parameter_once():
    twin = RowFilter(
        model=User, parameter="member", title="twin", choices=offered({"a": "b"}), rows=lambda _value, _now: Q()
    )

    with pytest.raises(ValueError, match="has a filter 'member' already"):
        add_filters(twin)
