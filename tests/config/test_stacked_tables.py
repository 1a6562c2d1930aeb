"""Tables of the admin that stack on a phone name their columns in each cell, and keep their roles."""

from __future__ import annotations

import pytest

from tests.config.test_admin_roles import MODELS, OWN_PAGES, addresses, rows
from tests.factories import UserFactory
from tests.helpers import log_in_with_second_factor
from tests.stacked_tables import stacked

__all__ = ["rows"]  # a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung", "rows")]

FILES = ("_export", "_audit", "_scores")
# Wide tables. That of an import and that of mentors found are in the tests of their pages.
STACKED = {
    "accounts_communitysetting_changelist",
    "accounts_escalation_rules",
    "accounts_groupmail_recipients",
    "matching_helprequest_deserts",
    *(f"mentorship_cohort_{page}" for page in ("draft", "drafts", "members")),
}


def test_cells_of_tables_that_stack_name_their_columns(client, admin_user):
    log_in_with_second_factor(client, UserFactory(role="owner", name="Ruth Reader"))
    pages = [page for model in MODELS for page in addresses(model) if page[0] in STACKED | set(OWN_PAGES)]

    found = {}
    for name, address in pages:
        answer = client.get(address)
        if not name.endswith(FILES) and answer.status_code == 200:
            found[name] = stacked(answer.content.decode())

    assert {name: faults for name, (_count, faults) in found.items() if faults} == {}
    assert {name for name, (count, _faults) in found.items() if count} >= STACKED
