"""The files of the production set-up agree with each other, and Django's deployment checks find nothing."""

import ast
import os
import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings

from config.local.services import LOG_WITHOUT_PEOPLE

ROOT = settings.BASE_DIR
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
APPLICATION = [name for name, service in SERVICES.items() if service["image"] == "mentorship"]
EXAMPLE = (ROOT / ".env.example").read_text()
# A variable of .env.example: its comment, "#" if it is commented out, its name, its value.
ENTRY = re.compile(r"((?:^# .+\n)+)(#?)([A-Z_]+)=(.*)$", re.MULTILINE)
REFERENCE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")

# The image sets these, or they are never set in production.
NOT_PASSED_ON = {"DEBUG", "MAIL_SINK_DIR", "STATIC_ROOT"}
SET_BY_THE_OWNER = {
    "SECRET_KEY": "kV9xq2mB7tYw4LrC1nZp8sHd3fJg6aQe5uXo0iTbRyMvNlWcKjDz",
    "POSTGRES_PASSWORD": "0123456789abcdef",
    "SITE_URL": "https://mentors.example.org",
    "ALLOWED_HOSTS": "mentors.example.org",
    "NUM_PROXIES": "2",
    "EMAIL_URL": "smtp+tls://user:password@smtp.example.org:587",
    "DEFAULT_FROM_EMAIL": "Mentors <mentors@example.org>",
}


def read_by_settings() -> set[str]:
    """Return the environment variables that config/settings.py reads."""
    return {
        call.args[0].value
        for call in ast.walk(ast.parse((ROOT / "config/settings.py").read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and isinstance(call.args[0], ast.Constant)
    }


def read_by_compose() -> set[str]:
    return {name for name, *_ in REFERENCE.findall(COMPOSE)}


def resolved(value: str, env: dict[str, str]) -> str:
    """Return ``value`` with its references replaced, as compose does it."""
    return REFERENCE.sub(lambda found: env.get(found[1]) or found[3], value)


def literal_secrets(environment: dict[str, str | None]) -> list[str]:
    """Return the names of variables whose value holds a secret instead of a reference to one."""
    found = []
    for name, value in environment.items():
        url = urlsplit(REFERENCE.sub("", value or ""))
        if url.password or (re.search("SECRET|PASSWORD|TOKEN|KEY|DSN", name) and REFERENCE.sub("", value or "")):
            found.append(name)
    return found


def test_the_example_explains_exactly_the_variables_that_are_read():
    explained = {name for _, _, name, _ in ENTRY.findall(EXAMPLE)}

    assert "SECRET_KEY" in explained & read_by_settings()
    assert explained == read_by_settings() | read_by_compose()


def test_compose_refuses_to_start_without_the_required_variables():
    must_be_set = {name for _, commented_out, name, _ in ENTRY.findall(EXAMPLE) if not commented_out}
    refused_with = {name: sentence for name, how, sentence in REFERENCE.findall(COMPOSE) if how == "?"}

    assert must_be_set == set(refused_with) == set(SET_BY_THE_OWNER)
    assert [sentence for sentence in refused_with.values() if not sentence.endswith(".")] == []


def test_the_example_holds_no_secret():
    assert {name: value for _, commented_out, name, value in ENTRY.findall(EXAMPLE) if value and not commented_out} == {
        "NUM_PROXIES": "2"
    }


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_carries_a_literal_secret(name):
    assert literal_secrets(SERVICES[name].get("environment", {})) == []


@pytest.mark.parametrize(
    "environment",
    [
        {"SECRET_KEY": "abc"},
        {"POSTGRES_PASSWORD": "${POSTGRES_PASSWORD}1"},
        {"DATABASE_URL": "postgres://mentorship:abc@db/mentorship"},
    ],
)
def test_a_literal_secret_is_found(environment):
    assert literal_secrets(environment) == list(environment)


@pytest.mark.parametrize("name", APPLICATION)
def test_every_variable_of_the_settings_reaches_the_containers(name):
    assert set(SERVICES[name]["environment"]) >= read_by_settings() - NOT_PASSED_ON


def test_the_application_waits_for_its_migrations():
    waiting = {name for name in APPLICATION if "migrate" in SERVICES[name]["depends_on"]}

    assert waiting == {"web", "worker", "beat"}
    assert {SERVICES[name]["depends_on"]["migrate"]["condition"] for name in waiting} == {
        "service_completed_successfully"
    }


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"migrate"}))
def test_every_long_running_service_has_a_health_check_and_restarts(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"db"}))
def test_all_but_the_database_run_on_a_read_only_file_system_without_capabilities(name):
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_the_volume_of_the_database_is_mounted_for_postgresql_18():
    assert SERVICES["db"]["image"] == "postgres:18"
    assert SERVICES["db"]["volumes"] == ["database:/var/lib/postgresql"]


def test_only_the_proxy_can_be_reached_and_only_from_this_machine():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {"proxy": ["127.0.0.1:${HTTP_PORT:-8080}:8080"]}


def test_the_image_runs_without_root_and_without_development_tools():
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    assert [line for line in lines if line.startswith("USER")] == ["USER 10001"]
    assert not any("requirements-dev" in line for line in lines)


def test_the_image_holds_the_apps_and_nothing_else_but_what_they_need():
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    let_in = {rule[1:] for rule in rules if rule[0] == "!"}
    apps = {app.partition(".")[0] for app in settings.INSTALLED_APPS}

    assert rules[0] == "*"
    assert let_in == {app for app in apps if (ROOT / app).is_dir()} | {
        "manage.py",
        "requirements.txt",
        "requirements-model.txt",
    }


def test_the_proxy_and_django_have_the_same_limit_for_a_body():
    """Django does not read a larger body, and gunicorn would close the connection before nginx has the answer."""
    limit = re.search(r"client_max_body_size (\d+);", (ROOT / "config/nginx.conf").read_text())

    assert int(limit[1]) == settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_the_proxy_sets_the_forwarded_headers_and_django_trusts_them():
    """Else anybody could claim https, or every form would be refused."""
    nginx = (ROOT / "config/nginx.conf").read_text()

    assert "proxy_set_header X-Forwarded-Proto $proto;" in nginx
    assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;" in nginx
    assert SERVICES["web"]["environment"]["BEHIND_TLS_PROXY"] == "1"


TRIAL = {"SITE_URL": "http://localhost:8080", "ALLOWED_HOSTS": "localhost", "NUM_PROXIES": "1"}


def checked(**owner: str) -> subprocess.CompletedProcess[str]:
    """Run Django's deployment checks as `migrate` does, in the environment of web."""
    environment = {
        name: resolved(value, SET_BY_THE_OWNER | owner)
        for name, value in SERVICES["web"]["environment"].items()
        if value is not None
    }
    # Variables that are set here are not read from a developer's .env.
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DEBUG": "0", "MAIL_SINK_DIR": ""} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("owner", [{}, TRIAL], ids=["https", "trial"])
def test_the_deployment_checks_find_nothing_in_the_environment_of_web(owner):
    done = checked(**owner)

    assert done.returncode == 0, done.stderr
    assert set(re.findall(r"\((\w+\.[A-Z]\d+)\)", done.stderr)) == set(), done.stderr
    assert "System check identified" in done.stdout + done.stderr


def test_a_site_for_others_needs_tls():
    done = checked(SITE_URL="http://mentors.example.org")

    assert done.returncode == 1
    assert {"security.W012", "security.W016"} <= set(re.findall(r"\((\w+\.[A-Z]\d+)\)", done.stderr))


def test_the_database_logs_no_statement_and_no_detail():
    command = SERVICES["db"]["command"]

    assert LOG_WITHOUT_PEOPLE in command


def test_allauth_and_the_api_count_the_same_proxies(settings):
    assert settings.ALLAUTH_TRUSTED_PROXY_COUNT == settings.REST_FRAMEWORK["NUM_PROXIES"] == settings.NUM_PROXIES


def test_the_dockerfile_sets_enough_to_collect_the_static_files(tmp_path):
    [line] = re.findall(
        r"^RUN (SECRET_KEY=.*?)\s*\\\n\s*python manage.py collectstatic", (ROOT / "Dockerfile").read_text(), re.M
    )
    values = dict(pair.split("=", 1) for pair in line.split())
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--dry-run"]

    done = subprocess.run(
        command, cwd=ROOT, env=keep | values | {"STATIC_ROOT": str(tmp_path)}, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
