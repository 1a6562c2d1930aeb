"""The walk of docs/api.md does what it says."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from matching.jobs.propose import propose_due_requests
from matching.management.commands.load_demo import FILE, LOGINS, PASSWORD
from mentorship.models import Mentorship, Session

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
[WALK] = re.findall(r"^## A walk\n.*?^```bash\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)


@pytest.fixture
def _mira_and_jonas(tmp_path, settings):
    """Load the two of the demo community who walk."""
    demo = json.loads(FILE.read_text())
    people = [person for person in demo["people"] if person.get("email") in LOGINS.values()]
    file = tmp_path / "two.json"
    file.write_text(json.dumps({"format": demo["format"], "people": people}))
    settings.DEBUG = True
    call_command("load_community", file, password_for_all=PASSWORD)


def walk(site: str) -> str:
    """Paste the walk into a shell, with a worker that proposes meanwhile. Return what it printed."""
    script = f"set -euo pipefail\n{WALK.replace('http://127.0.0.1:8000', site)}"
    pipe = subprocess.PIPE
    shell = subprocess.Popen(["bash"], stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True)
    try:
        shell.stdin.write(script)
        shell.stdin.close()
        while shell.poll() is None:
            propose_due_requests(now=timezone.now())
            time.sleep(0.5)
        return shell.stdout.read()
    finally:
        shell.kill()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_mira_and_jonas", "rung")
def test_the_walk_goes_from_a_goal_over_a_session_to_the_end(live_server):
    said = walk(live_server.url)

    assert '\nconfirmed\nmentee\n2\ntrue\nsession_not_over\ncancelled\n{\n    "uuid"' in said, said
    assert (Session.objects.get().status, Mentorship.objects.get().status) == ("cancelled", "completed")
