"""The roles of admins, and the one table of what each may do. Plain values.

A permission has Django's name: "app.verb_model". Verbs are view, add, change, delete, and the name of each action of an
admin page. Each app adds its rows in ``role_tables``. Owners alone may do what no row names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

OWNER, MANAGER, MATCHMAKER, VIEWER, PROGRAMME = "owner", "manager", "matchmaker", "viewer", "programme"

OWNERS = frozenset({OWNER})
MANAGERS = OWNERS | {MANAGER}
MATCHMAKERS = MANAGERS | {MATCHMAKER}
# Readers of the figures of the whole community.
VIEWERS = MATCHMAKERS | {VIEWER}
# A programme manager has the cohorts that were given to them, and nothing else: which ones, each query says.
PROGRAMMES = MANAGERS | {PROGRAMME}

# E-mail addresses, and other ways to reach a person outside of the site.
CONTACT = "accounts.view_contact"
# The reasons behind a pause or a suspension.
TROUBLE = "accounts.view_trouble"
# To make somebody an admin, and to change the account of one.
SET_ROLE = "accounts.set_role_user"
# To keep what is stored about somebody, whatever they or a sweep would erase.
HOLD = "accounts.hold_user"
# Words that one member wrote to another.
LETTERS = "accounts.view_letters"

_table: dict[str, frozenset[str]] = {}


def add_rows(app: str, rows: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
    """Add the rows of an app: from a model, in lower case, to the roles of each verb. Raises ValueError for twins."""
    for model, verbs in rows.items():
        for verb, roles in verbs.items():
            permission = f"{app}.{verb}_{model}"
            if permission in _table:
                raise ValueError(f"the permission {permission!r} has two rows")
            _table[permission] = frozenset(roles)


def all_permissions() -> dict[str, frozenset[str]]:
    """Return the table: from each permission to the roles that have it."""
    return dict(_table)


def roles_that_may(permission: str) -> frozenset[str]:
    return _table.get(permission, OWNERS)


def may(role: str, permission: str) -> bool:
    return role in roles_that_may(permission)


def may_anything_of(role: str, app: str) -> bool:
    """Return whether the admin has anything of ``app`` for ``role``."""
    return any(name.startswith(f"{app}.") for name, roles in _table.items() if role in roles)
