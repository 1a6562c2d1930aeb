"""Write the licences of all that runs in production into docs/security.md: `python -m tests.licences`."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs" / "security.md"
PINNED = ("requirements.txt", "requirements-model.txt")

# As the metadata name them: identifiers of SPDX, or the classifiers and words of older packages.
FREE = {
    *"0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 ISC MIT MIT-0 MPL-2.0 PSF-2.0 Zlib".split(),
    "Apache Software License",
    "3-Clause BSD License",
    "BSD 3-Clause",
    "BSD License",
    "MIT License",
    "Mozilla Public License 2.0 (MPL 2.0)",
    "The Unlicense (Unlicense)",
}
# Each name of a package with what its metadata say, and why that is allowed here.
NAMED = {
    "psycopg": ("LGPL-3.0-only", "imported as it is"),
    "psycopg-binary": ("LGPL-3.0-only", "imported as it is"),
    "psycopg-pool": ("LGPL-3.0-only", "imported as it is"),
    "qrcode": ("BSD License AND Other/Proprietary License", "BSD; the second names a trade mark"),
    "recurring-ical-events": ("LGPL-3.0-or-later", "imported as it is"),
    "x-wr-timezone": ("GNU Lesser General Public License v3 or later (LGPLv3+)", "imported as it is"),
}
# Only other systems or Pythons install them, so their metadata may not be here.
ELSEWHERE = {"async-timeout": "Apache-2.0", "colorama": "BSD License"}


def packages() -> dict[str, str]:
    """Return the licence of each package that production installs on some system.

    Raises PackageNotFoundError for one that is needed here and not installed.
    """
    lines = [line for name in PINNED for line in (ROOT / name).read_text().splitlines() if line[:1].isalpha()]
    found = {}
    for requirement in (Requirement(line.removesuffix("\\")) for line in lines):
        try:
            found[requirement.name] = licence(requirement.name)
        except PackageNotFoundError:
            if requirement.marker is None or requirement.marker.evaluate():
                raise
            found[requirement.name] = ELSEWHERE[requirement.name]
    return found


def licence(package: str) -> str:
    """Return what the metadata say: an expression of SPDX, else the classifiers, else a line of words."""
    said = metadata(package)
    classifiers = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier", []) if one.startswith("License ::")]
    return said["License-Expression"] or " AND ".join(classifiers) or (said["License"] or "none").splitlines()[0]


def is_free(licence: str) -> bool:
    """Return whether people may run and change it without opening their own code."""
    return all(any(one in FREE for one in part.split(" OR ")) for part in licence.split(" AND "))


def refused(found: dict[str, str]) -> dict[str, str]:
    """Return the packages with a licence that nobody has allowed."""
    return {
        name: licence
        for name, licence in found.items()
        if not is_free(licence) and NAMED.get(name, ("",))[0] != licence
    }


def table() -> str:
    rows = ["| Package | Licence | Why it is allowed |", "|---|---|---|"]
    for name, said in sorted(packages().items()):
        rows.append(f"| {name} | {said} | {NAMED[name][1] if name in NAMED else 'free'} |")
    return "\n".join(rows)


def main() -> None:
    before, mark, rest = DOCS.read_text().partition("<!-- licences -->\n")
    DOCS.write_text(before + mark + table() + "\n" + rest[rest.index("<!-- end -->") :])


if __name__ == "__main__":
    main()
