"""The columns of a file and those of its kind: a guess by the header, and a check of a choice. Plain values."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence

from matching.imports.columns import Column
from matching.imports.reading import name_key
from matching.imports.values import listed


def key(name: str) -> str:
    """Return the name of a column for comparison: "E-Mail" is "email"."""
    return name_key(name)


def digest(header: Sequence[str]) -> str:
    """Return a digest of the set of names in a header. Their order and their case do not count."""
    return hashlib.sha256(json.dumps(sorted(set(map(key, header)))).encode()).hexdigest()


def guessed(
    header: Sequence[str], columns: Mapping[str, Column], other_names: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return the name of the column that each name of the header means, or "". No column is named twice."""
    known: dict[str, str] = {}
    # A title or a name of one column is never the other name of another one.
    for column in columns.values():
        known.setdefault(key(column.title), column.name)
        known.setdefault(key(column.name), column.name)
    for column in columns.values():
        for other in other_names.get(column.name, ()):
            known.setdefault(key(other), column.name)
    found: list[str] = []
    for name in header:
        meant = known.get(key(name), "")
        found.append("" if meant in found else meant)
    return found


def remembered(header: Sequence[str], chosen: Mapping[str, str], columns: Mapping[str, Column]) -> list[str]:
    """Return the columns that were chosen before for these names. One that is no more is left out."""
    return [chosen.get(key(name), "") if chosen.get(key(name), "") in columns else "" for name in header]


def faults_of(chosen: Sequence[str], columns: Mapping[str, Column]) -> list[str]:
    """Return a sentence for each thing that is wrong with a choice of columns."""
    times = Counter(filter(None, chosen))
    twice = [columns[name].title for name, count in times.items() if count > 1]
    missing = [column.title for column in columns.values() if column.required and column.name not in times]
    found = [f"Two columns of the file fill “{title}”. Choose one of them." for title in twice]
    if missing:
        found.append(f"No column of the file fills {listed(f'“{title}”' for title in missing)}. Choose one for each.")
    if "name" in times and {"first_name", "last_name"} & times.keys():
        found.append("Choose either “Name”, or “First name” and “Last name”.")
    return found
