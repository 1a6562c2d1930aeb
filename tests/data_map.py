"""Write the data map and the periods into docs/privacy.md: `python -m tests.data_map`."""

from __future__ import annotations

import os
from pathlib import Path

import django

DOCS = Path(__file__).resolve().parents[1] / "docs" / "privacy.md"


def data_map() -> str:
    """Return the table of all tables that hold something about people."""
    from accounts.privacy_registry import all_holdings  # noqa: PLC0415 - Django is set up first

    rows = ["| Table | Whose | In the export | Erasure | Kept |", "|---|---|---|---|---|"]
    for holding in sorted(all_holdings(), key=lambda one: one.label):
        if not (holding.shares or holding.acted or holding.named):
            continue
        whose = ", ".join(share.path or "the person" for share in holding.shares) or "who acted, or named in words"
        kept = holding.kept or ("with the account" if holding.shares else "no end")
        exported = "yes" if holding.exported and holding.shares else "no"
        rows.append(f"| {holding.label} | {whose} | {exported} | {holding.erasure} | {kept} |")
    return "\n".join(rows)


def periods() -> str:
    """Return the table of the periods after which sweeps remove something."""
    from accounts.retention import all_periods  # noqa: PLC0415 - Django is set up first

    rows = ["| What | Days | Since | Sweep |", "|---|---|---|---|"]
    rows += [f"| {one.what} | {one.length.days} | {one.since} | `{one.sweep}` |" for one in all_periods()]
    return "\n".join(rows)


def main() -> None:
    text = DOCS.read_text()
    for name, table in (("data map", data_map()), ("periods", periods())):
        before, mark, rest = text.partition(f"<!-- {name} -->\n")
        text = before + mark + table + "\n" + rest[rest.index("<!-- end -->") :]
    DOCS.write_text(text)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
