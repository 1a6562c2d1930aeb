"""Names of people from many scripts pass, and attacks on the mails that show them do not."""

from __future__ import annotations

import copy
import json

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import User
from accounts.models.names import plain_name, validate_name
from matching.community.schema import BadCommunityFile, parse
from tests.factories import PASSWORD, UserFactory
from tests.matching.community.example import COMMUNITY

REAL = [
    "山田\u3000太郎",
    "علی\u200cرضا محمدی",
    "Jean\u00a0Pierre Dupont",
    "O'Brien-Smith",
    "d’Artagnan",
    "Sukarno",
    "J. R. R. Tolkien",
    "J.R.R. Tolkien",
    "J.Smith",
    "Gal·la Màrius",
    "レオナルド・ディカプリオ",
    "Nguyễn Thị Hoa",
    "Ngô\u0300 A",
    "María-José O’Neill",
    "Martin Luther King, Jr.",
    "Person 3",
    "X Æ",
    "ศรีสุดา",
    "നീ\u200dന",
    "ක්\u200dර",
    "שָׁלוֹם בן־דוד",
    "Kahalu\u02bbu",
    "Anna M.Sc",
    "Dr. Ana",
    "Łukasz Żółć",
    "e",
    "李",
    "Ólafur Ragnar Grímsson",
    "Hans (Hansi) Meier",
    "Björk",
    "अमृत कौर",
    "D'Angelo",
    "செல்வி",
    "Ph.D. X",
    "Ivan the 3rd",
    "Jean-Luc",
    "N'Golo",
    "Ye",
    "Mª José",
    "Mr.Ó",
    "S. Ramírez y Ortega",
    "ʻAnaʻole",
    "Æthelred",
    "Ναταλία",
    "한국인",
    "សុខា",
    "မောင်",
    "‘Abd",
    "J.SMITH",
    "O.Neil",
    "Anna B.Sc",
    "M.Eng. Ana",
    "X.Comte",
    "J.Orgel",
    "J.Li",
    "山.太郎",
    "J. Co",
    "ஆர்.நாராயண்",
    "A.Þór",
]
ATTACKS = [
    "Anna\nBcc: all@example.org",
    "Visit https://evil.example",
    "=?utf-8?q?www=2Eexample=2Eorg?= Anna",
    "evil.example/login",
    "evil.example",
    "www.evil.example",
    "a@b.example",
    "...",
    "123",
    "-",
    "\u202eannA",
    "Anna\u2028B",
    "A\x00",
    "Anna\u200b",
    "\u3164",
    "t.co",
    "Anna bit.ly",
    "evil。com",
    "evil．com",
    "Anna <b>",
    "http:evil",
    "\u0301a",
    "Z" + "\u0301" * 12,
    "\u200c",
    "A \u200c B",
    "Anna\u200d",
    "😀 Anna",
    "Anna\r",
    "a\tb",
    "evil.com:80",
    "＠anna",
    "",
    "  ",
    "\u2066Anna\u2069",
    "EVIL.COM",
    "Hi evil.org now",
    "x_y",
    "xn--evil.com",
    "\ud800A",
    "Anna\x85B",
    "Anna\u00ad",
    "evil‐site.com",
    "evil.co.uk",
    "1.com",
    "X.COM",
    "X.Com",
    "T.CO",
    "T.ME",
    "Anna X.COM",
    "X.COM, Anna",
    "X.CO.UK",
    "J.R.X.ORG",
    "例.中国",
    "例.公司",
    "П.РФ",
    "Ｘ.ＣＯＭ",
    "7.COM",
    "(X.COM)",
    "नी.COM",
    "x\u0304.com",
    "Dr.med. Anna",
]


def test_a_real_name_is_accepted(subtests):
    for name in REAL:
        with subtests.test(ascii(name)):
            validate_name(name)


def test_an_attack_is_refused(subtests):
    for name in ATTACKS:
        with subtests.test(ascii(name)), pytest.raises(ValidationError):
            validate_name(name)


def test_a_name_of_a_megabyte_is_refused_without_a_search_for_links(client, db):
    form = {"email": "a@example.org", "password1": PASSWORD, "roles": "mentee", "timezone": "UTC"}

    answer = client.post("/accounts/signup/", form | {"name": "x" * 900_000})

    assert "at most 100 characters" in str(answer.context["form"].errors["name"])


LONG_WHEN_COMPOSED = "\u0958" * 100  # each letter becomes two


def test_a_name_that_is_too_long_when_composed_is_refused_by_sign_up_and_import(client, db):
    form = {"email": "a@example.org", "password": PASSWORD, "name": LONG_WHEN_COMPOSED, "roles": ["mentee"]}
    community = copy.deepcopy(COMMUNITY)
    community["people"][0]["name"] = LONG_WHEN_COMPOSED

    answer = client.post("/_allauth/app/v1/auth/signup", form | {"accept_rules": True}, content_type="application/json")

    assert [(error["param"], error["message"]) for error in answer.json()["errors"]] == [
        ("name", "A name has at most 100 characters. This one has 200.")
    ]
    with pytest.raises(BadCommunityFile, match=r"people\[0\].name"):
        parse(json.dumps(community))


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("\u5c71\u7530\u3000\u592a\u90ce", "\u5c71\u7530 \u592a\u90ce"),
        ("Jean\u00a0Pierre", "Jean Pierre"),
        ("  Anna \u2009  Lee ", "Anna Lee"),
        ("Jose\u0301", "Jos\u00e9"),
        ("\u0631\u200c\u0645", "\u0631\u200c\u0645"),
    ],
)
@pytest.mark.django_db
def test_a_name_is_stored_with_plain_spaces(written, stored):
    person = UserFactory(name=written)

    person.refresh_from_db()
    assert person.name == plain_name(written) == stored


@pytest.mark.django_db
def test_a_name_on_two_lines_is_never_stored():
    person = UserFactory()

    with pytest.raises(IntegrityError, match="user_name_is_one_line"):
        User.objects.filter(pk=person.pk).update(name="Anna\nBcc: all@example.org")
