"""`python -m tests.plain_english`: find docstrings, comments and names of tests that do not begin with their subject.

A sentence that opens with one of ``OPENINGS`` makes its reader wait for the subject. Migrations are left out.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("accounts", "config", "matching", "mentorship", "tests", "manage.py")
OPENINGS = ("what", "who", "whoever", "of", "where")
OPENING = re.compile(rf"\W*({'|'.join(OPENINGS)})\b", re.IGNORECASE)
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def main() -> int:
    found = [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for place in PLACES
        for file in sorted((ROOT / place).rglob("*.py")) or [ROOT / place]
        if "migrations" not in file.parts
        for line, text in faults(file.read_text())
    ]
    print("\n".join(found) or "Plain English: every opening names its subject.")
    return 1 if found else 0


def faults(source: str) -> list[tuple[int, str]]:
    """Return line and text of each docstring, comment and name of a test in ``source`` with such an opening."""
    return sorted(
        (line, text)
        for line, text in [*docstrings(source), *comments(source), *names_of_tests(source)]
        if OPENING.match(text.removeprefix("test_").replace("_", " "))
    )


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and (text := ast.get_docstring(node)):
            yield node.body[0].lineno, text.splitlines()[0]


def comments(source: str) -> Iterator[tuple[int, str]]:
    """Yield the first line of each comment. A comment on the next line continues the sentence."""
    last = -1
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            alone = not token.line[:column].strip()
            if not alone or line != last + 1:
                yield line, token.string.lstrip("#! ")
            last = line if alone else -1


def names_of_tests(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.lineno, node.name


if __name__ == "__main__":
    sys.exit(main())
