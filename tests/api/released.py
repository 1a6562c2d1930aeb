"""The schema of the release, docs/openapi.yaml, and what a change of it would break.

`make schema` writes it. A change that breaks programs is written only with a higher version in `config/settings.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from django.core.management import execute_from_command_line

RELEASED = Path(__file__).resolve().parents[2] / "docs/openapi.yaml"
# The components by which a value of a list of words may be empty.
NOTHING = ("/BlankEnum", "/NullEnum")
METHODS = ("get", "post", "put", "patch", "delete")


def breaks(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what a program written for ``old`` would miss in ``new``, or would have to send more."""
    found = []
    for path, operations in old["paths"].items():
        for method in METHODS:
            if method not in operations:
                continue
            now = new["paths"].get(path, {}).get(method)
            name = f"{method.upper()} {path}"
            if now is None:
                found.append(f"{name} is gone")
            else:
                compared = Compared(old, new)
                found += [f"{name}: {fault}" for fault in compared.operation(operations[method], now)]
    return found


def is_raised(old: dict[str, Any], new: dict[str, Any]) -> bool:
    versions = [[int(part) for part in schema["info"]["version"].split(".")] for schema in (old, new)]
    return versions[0] < versions[1]


class Compared:
    """Two schemas, with the pairs of components that were compared already."""

    def __init__(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        self.old, self.new = old, new
        self.seen: set[tuple[str, str, bool]] = set()

    def operation(self, was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
        before, after = ({(one["in"], one["name"]): one for one in part.get("parameters", ())} for part in (was, now))
        for key in before.keys() - after.keys():
            yield f"the parameter {key[1]} is gone"
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield f"the parameter {key[1]} is required"
        sent_before, sent_now = (content(part.get("requestBody", {})) for part in (was, now))
        if now.get("requestBody", {}).get("required") and not was.get("requestBody", {}).get("required"):
            yield "a body is required"
        if sent_before and sent_now:
            yield from self.body(sent_before, sent_now, "the input", is_input=True)
        for code, answer in was["responses"].items():
            if code not in now["responses"]:
                if code.startswith("2"):
                    yield f"the answer {code} is gone"
            elif content(answer) and content(now["responses"][code]):
                yield from self.body(content(answer), content(now["responses"][code]), f"answer {code}")

    def body(self, was: dict[str, Any], now: dict[str, Any], place: str, *, is_input: bool = False) -> Iterator[str]:
        pair = (reference(was), reference(now), is_input)
        if pair[0] and pair in self.seen:
            return
        self.seen.add(pair)
        was, now = resolved(was, self.old), resolved(now, self.new)
        if was.get("type") != now.get("type"):
            yield f"{place} was {was.get('type')}, and is {now.get('type')}"
        if is_input and set(was.get("enum", ())) - set(now.get("enum", was.get("enum", ()))):
            yield f"{place} takes fewer values"
        before, after = was.get("properties", {}), now.get("properties", {})
        for name in before.keys() - after.keys():
            yield f"{place}.{name} is gone"
        needed, given = set(was.get("required", ())), set(now.get("required", ()))
        if is_input:
            for name in given - needed:
                yield f"{place}.{name} is required"
        else:
            for name in (needed - given) & after.keys():
                yield f"{place}.{name} may be missing"
        for name in before.keys() & after.keys():
            yield from self.body(before[name], after[name], f"{place}.{name}", is_input=is_input)
        if "items" in was and "items" in now:
            yield from self.body(was["items"], now["items"], f"{place}[]", is_input=is_input)


def content(part: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a body or an answer. Empty without one."""
    for kind in part.get("content", {}).values():
        return kind["schema"]
    return {}


def reference(part: dict[str, Any]) -> str:
    """Return the component that ``part`` is, or is with another description. Empty if it is none."""
    alone = part.get("allOf") or [one for one in part.get("oneOf", ()) if not one.get("$ref", "").endswith(NOTHING)]
    return part.get("$ref") or (alone[0].get("$ref", "") if len(alone) == 1 else "")


def resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = reference(part)
    return schema["components"]["schemas"][name.rpartition("/")[2]] if name else part


def main() -> int:
    with TemporaryDirectory() as folder:
        written = Path(folder, "openapi.yaml")
        execute_from_command_line(["manage.py", "spectacular", "--file", str(written)])
        text = written.read_text()
    old, new = yaml.safe_load(RELEASED.read_text()), yaml.safe_load(text)
    if (found := breaks(old, new)) and not is_raised(old, new):
        print("This breaks programs. Undo it, or raise VERSION of the API in config/settings.py:", *found, sep="\n  ")
        return 1
    RELEASED.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
