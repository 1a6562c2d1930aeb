"""Tables of admin pages that stack on a phone: each cell says its column, and each part its role."""

from __future__ import annotations

from html.parser import HTMLParser

# CSS takes the role of a table's part away if it changes how that is laid out.
ROLES = {"table": "table", "tr": "row", "td": "cell", "th": "rowheader"}


class _Tables(HTMLParser):
    """``count`` tables that stack, and what is wrong with them."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.count, self.faults = 0, list[str]()
        self._columns: list[str] = []
        self._is_stacked = self._in_head = False
        self._at, self._label, self._words = 0, "", ""
        self._has_control = False
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._is_stacked, self._columns = "stacks" in about.get("class", "").split(), []
            self.count += self._is_stacked
        if not self._is_stacked:
            return
        self._in_head = tag == "thead" or (self._in_head and tag != "tbody")
        if tag in ROLES and not self._in_head and about.get("role") != ROLES[tag]:
            self.faults.append(f"<{tag}> has no role {ROLES[tag]}")
        if tag == "tr":
            self._at = -1
        elif tag in ("td", "th"):
            self._at += 1
            self._label, self._words = about.get("data-label", ""), ""
            # Some rows have no box to choose them.
            self._has_control = about.get("class") == "choose"
        elif tag in ("input", "select", "button") or "button" in about.get("class", "").split():
            self._has_control = True

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if not self._is_stacked:
            return
        if tag == "th" and self._in_head:
            self._columns.append(self._words.strip())
        elif tag == "td":
            self._check_cell()
        self._is_stacked = tag != "table"

    def _check_cell(self) -> None:
        if self._words and not self._words.strip() and not self._has_control:
            self.faults.append(f"an empty cell of {self._columns[self._at]} has spaces, so it is shown")
        # A control says itself what it does.
        expected = {self._columns[self._at], ""} if self._has_control else {self._columns[self._at]}
        if self._label not in expected:
            self.faults.append(f"a cell of {self._columns[self._at]} is named {self._label!r}")


def stacked(content: str) -> tuple[int, list[str]]:
    """Return the number of tables of a page that stack, and the faults of all."""
    tables = _Tables(content)
    return tables.count, tables.faults
