"""`make run` checks its port and its lock before it starts, and restarts processes that end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from config.local import run, services

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
SUPERVISOR = """
import sys, time
from pathlib import Path
from config.local.run import Children
with Children(Path(sys.argv[1])) as children:
    children.start("child", [sys.executable, "-c", "import time; time.sleep(60)"])
    print("started", flush=True)
    time.sleep(60)
"""


def recorded(record):
    return [pid for pid, _ in json.loads(record.read_text())]


def wait_for(happened):
    deadline = time.monotonic() + 10
    while not (found := happened()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def test_a_taken_port_is_refused_and_another_one_suggested(taken_port):
    with pytest.raises(services.NotAvailable, match=f"Port {taken_port} is taken.*PORT={taken_port + 1}"):
        run.web_port(str(taken_port))


@pytest.mark.parametrize("port", ["", "web", "0", "65536", "-1"])
def test_an_impossible_port_is_refused(port):
    with pytest.raises(services.NotAvailable, match="PORT must be a number"):
        run.web_port(port)


def test_a_second_run_on_the_same_data_is_refused(tmp_path):
    with run.only_run(tmp_path), pytest.raises(services.NotAvailable, match="already runs"), run.only_run(tmp_path):
        pass

    with run.only_run(tmp_path):
        pass  # the first has ended


def test_the_mail_port_stays_unless_another_program_uses_it(tmp_path, taken_port):
    known = tmp_path / "mail-port"

    known.write_text(str(services.free_port()))
    run.renew_mail_port(tmp_path)
    assert known.exists()

    known.write_text(str(taken_port))
    run.renew_mail_port(tmp_path)
    assert not known.exists()


def test_the_command_prints_one_sentence_and_fails(tmp_path, taken_port):
    environment = os.environ | {"PORT": str(taken_port), "DATA_DIR": str(tmp_path)}

    ended = subprocess.run([sys.executable, "-m", "config.local.run"], env=environment, capture_output=True, text=True)

    assert ended.returncode == 1
    assert ended.stdout.startswith(f"Port {taken_port} is taken")
    assert ended.stdout.count("\n") == 1
    assert ended.stderr == ""


def test_a_process_that_ends_is_restarted(tmp_path, capsys):
    record = tmp_path / "run.json"
    with run.Children(record) as children:
        children.start("worker", SLEEPER)
        [first] = recorded(record)
        os.kill(first, signal.SIGKILL)

        wait_for(lambda: children.restart_ended() or recorded(record) != [first])

        [second] = recorded(record)
        assert second != first
        os.kill(second, 0)
    assert not record.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
    assert "The process 'worker' ended with code -9 and is started again." in capsys.readouterr().out


def test_a_process_that_keeps_ending_stops_the_run(tmp_path, capsys):
    with run.Children(tmp_path / "run.json") as children:
        children.start("web", [sys.executable, "-c", "print('no such module')"])
        children.start("redis", SLEEPER)
        with pytest.raises(services.NotAvailable, match="'web' does not stay up"):
            wait_for(children.restart_ended)

    assert "web    | no such module" in capsys.readouterr().out


def test_a_run_ends_the_processes_of_a_killed_run(tmp_path):
    record = tmp_path / "run.json"
    command = [sys.executable, "-c", SUPERVISOR, str(record)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as supervisor:
        supervisor.stdout.readline()
        supervisor.kill()
    [left] = recorded(record)
    os.kill(left, 0)

    with run.Children(record):
        pass

    assert wait_for(lambda: not services.psutil.pid_exists(left))
