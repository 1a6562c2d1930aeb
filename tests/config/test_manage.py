import sys

import pytest
from django.db import connection

import manage


@pytest.mark.django_db
def test_a_command_on_an_empty_database_says_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["manage.py", "suggest", "D01"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO nowhere")

    with pytest.raises(SystemExit, match=r'"matching_helprequest" does not exist\. Run `manage\.py migrate`'):
        manage.main()
