"""Every sentence in the code is marked for the catalogues, or is for developers and those who run the site."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from accounts.exceptions import THINGS_AND_STATUSES
from accounts.models.moves import Moves

ROOT = Path(__file__).resolve().parents[2]
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# Whole folders and files whose sentences are in English: commands, imports and the admin are for those who run the
# site; so are the reasons in the outbox. Samples are made-up texts of people.
ENGLISH = re.compile(
    r"/admin/|/migrations/|/management/|/community/|/imports/|/imports\.py$|/evaluation/|/samples\.py$|config/local/|config/(admin_input|admin_menu|admin_site|"
    r"settings|openapi|celery|logs|apps)\.py$|notifications/(claims|deliver|failures|holds|decide|figures|heartbeat|channels/)|"
    r"/(sealed|doorbell|sweep|cohort_draft)\.py$|/(open_)?escalations\.py$|/(publish_rules|community_settings)\.py$|accounts/(suggested_actions|needs_somebody|affected)\.py$|matching/text/|apps\.py$|"
    # Meanings of problems, which docs/api.md lists, and of numbers in the schema of the API.
    r"config/problems\.py$|serializers/company_numbers\.py$|"
    # Sentences about a mail that came in: `manage.py receive_mail` prints them.
    r"services/(bounces|receive|sessions/answer)\.py$|/calendar_answers\.py$|"
    # Outcomes of concerns and what two people had with each other: admins read these.
    r"^(accounts|mentorship|matching)/concerns\.py$|"
    # Admins alone merge accounts, and read what stands against it.
    r"/merging\.py$|accounts/(merge_registry|duplicates|services/merge)\.py$|"
    # Words on what export and erasure do with each table: admins, and readers of the docs.
    r"^(accounts|mentorship|matching)/privacy\.py$|accounts/(privacy_registry|retention)\.py$|"
    # Lists of the admin, and actions on their rows.
    r"accounts/admin_lists/|/(row_actions|bulk_actions?|saved_views?)\.py$|"
    # The assignment of a cohort, and why a pair was withdrawn: admins read it.
    r"matching/engine/assignment/|/(cohort_drafts|organised_cohorts)\.py$|matching/models/cohort_pair\.py$|"
    r"matching/(selectors|services)/cohorts/(compare|drafts|edits|findings|kept|newest|packing|reading|report|steps|what_if)\.py$|"
    # Mails to groups, trial mode, providers, figures and matching by hand: admins read these.
    r"/(group_mail|trial|audience|event_kinds|webhooks?|identity_providers)\.py$|/figures(/\w+)?\.py$|/(by_hand|deserts|move_on|words_for_admins)\.py$"
)
# Arguments that developers or admins read, or nobody: errors of the program, logs, SQL, the schema of the API.
CALLS = {
    "AssertionError", "CheckConstraint", "CommandError", "ConnectionError", "ImproperlyConfigured", "Index", "KeyError",
    "LookupError",
    "RunSQL", "TypeError", "UniqueConstraint", "ValueError", "compile", "critical", "debug", "error", "exception",
    "execute", "extend_schema", "extend_schema_field", "extend_schema_view", "info", "search", "split", "warning",
    "MoveNotAllowed", "OpenApiParameter", "skip_unsent", "zone_named",
}  # fmt: skip
KEYWORDS = {"help_text", "verbose_name", "verbose_name_plural", "description", "related_name", "sep", "autocomplete"}
NOT_SENTENCES = {
    # SQL.
    "matching/selectors/facts.py", "matching/selectors/needs.py", "matching/selectors/profile_facts.py",
    "matching/selectors/snapshot.py", "matching/selectors/reach.py",
    "accounts/jobs/erasures.py", "accounts/replica.py",
    "matching/jobs/changes.py", "mentorship/selectors/suggested_times.py", "accounts/selectors.py",
    "accounts/models/rules.py",
    # Faults of the program: which mentor cannot be judged, or which file cannot be read, and why.
    "matching/engine/checks.py", "matching/engine/fitted.py", "matching/selectors/shared_file.py",
    # Names of browsers and systems, and words of a JSON Resume.
    "accounts/pages/devices.py", "accounts/resume.py",
    # A reason in the outbox.
    "accounts/models/notification.py",
    # The English article of a country.
    "matching/selectors/words.py",
}  # fmt: skip
SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z“%{]")
FILES = sorted(
    str(path.relative_to(ROOT))
    for app in ("accounts", "mentorship", "matching", "config")
    for path in ROOT.glob(f"{app}/**/*.py")
    if not ENGLISH.search(str(path.relative_to(ROOT)))
)


def name_of(call: ast.expr) -> str:
    return call.id if isinstance(call, ast.Name) else call.attr if isinstance(call, ast.Attribute) else ""


def unmarked_sentences(tree: ast.AST) -> Iterator[str]:
    """Yield the literals that read like sentences and are in no call that marks them."""
    if isinstance(tree, ast.Call):
        name = name_of(tree.func)
        if name in MARKS | CALLS or name.endswith(("Warning", "Filter")):
            return
        if name.endswith("Field") or name in ("ForeignKey", "OneToOneField"):
            # The first argument of a model's field is its name in the admin.
            for part in (tree.func, *tree.args[1:], *tree.keywords):
                yield from unmarked_sentences(part)
            return
    if isinstance(tree, ast.keyword) and tree.arg in KEYWORDS:
        return
    if isinstance(tree, ast.FunctionDef) and (tree.name in ("__str__", "__repr__") or tree.name.startswith("_sample")):
        return
    if isinstance(tree, ast.ClassDef) and tree.name == "Meta":
        return
    if isinstance(tree, ast.Constant | ast.JoinedStr):
        text = _text_of(tree)
        if SENTENCE.search(text):
            yield text
        return
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):  # a docstring
            yield from unmarked_sentences(child)


def _text_of(literal: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(literal, ast.Constant):
        return literal.value if isinstance(literal.value, str) else ""
    return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in literal.values)


@pytest.mark.parametrize("name", [name for name in FILES if name not in NOT_SENTENCES])
def test_a_file_has_no_sentence_that_is_not_marked(name):
    assert list(unmarked_sentences(ast.parse((ROOT / name).read_text()))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise Refusal("Do it again.")', ["Do it again."]),
        ('raise Refusal(_("Do it again."))', []),
        ('raise Refusal(f"Do {this} again.")', ["Do {} again."]),
        ('def f():\n    """Do it again."""', []),
        ('log.info("it was done again")', []),
        ('CharField(help_text="Do it again.", error_messages={"blank": "Say it again."})', ["Say it again."]),
    ],
)
def test_a_sentence_without_a_mark_is_found(source, found):
    assert list(unmarked_sentences(ast.parse(source))) == found


def test_no_sentence_is_marked_inside_of_another_string():
    """The tool that collects sentences for the catalogues does not look into them."""
    found = []
    for file in FILES:
        strings = [node for node in ast.walk(ast.parse((ROOT / file).read_text())) if isinstance(node, ast.JoinedStr)]
        calls = [node for string in strings for node in ast.walk(string) if isinstance(node, ast.Call)]
        found += [file for call in calls if name_of(call.func) in MARKS]
    assert found == []


WITH_MOVES = [model for model in apps.get_models() if issubclass(model, Moves) and not model._meta.proxy]


@pytest.mark.parametrize("model", WITH_MOVES)
def test_a_refused_move_has_its_words_in_the_catalogues(model):
    words = {str(model._meta.verbose_name)} | {status.replace("_", " ") for status in model.MOVES}

    assert words - set(THINGS_AND_STATUSES) == set()
