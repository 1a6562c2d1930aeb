"""Languages whose speakers understand each other count as one."""

from __future__ import annotations

from itertools import product

import pytest

from accounts.models import Language, User
from matching.selectors.suggestions import broken_rules
from matching.services.submit import submit_help_request
from tests.factories import HelpRequestFactory, MentorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

GROUPS = [("no", "nb"), ("nb", "nn"), ("nn", "no"), ("sr", "hr"), ("hr", "bs"), ("bs", "sr")]


def speaks(person: User, code: str, level: str = "fluent") -> None:
    """Make ``code`` the only language of a person."""
    person.profile.languages.all().delete()
    Language.objects.create(profile=person.profile, code=code, level=level)


def rules(request, mentor, now) -> tuple[str, ...]:
    return broken_rules(request, [mentor.user_id], now=now)[mentor.user_id]


PAIRS = GROUPS + [pair[::-1] for pair in GROUPS]


def test_two_who_understand_each_other_share_a_language(now, subtests):
    for wanted, (mentee, mentor) in product(["none", "own", "other"], PAIRS):
        with subtests.test(mentee=mentee, mentor=mentor, wanted=wanted):
            request = HelpRequestFactory(languages={"none": [], "own": [mentee], "other": [mentor]}[wanted])
            offered = MentorFactory()
            speaks(request.mentee, mentee)
            speaks(offered.user, mentor)

            assert "no_shared_language" not in rules(request, offered, now)


@pytest.mark.parametrize(
    ("mentee", "mentor", "level"), [("hr", "sl", "native"), ("no", "sv", "native"), ("sr", "hr", "basic")]
)
def test_two_others_do_not(mentee, mentor, level, now):
    request, offered = HelpRequestFactory(), MentorFactory()
    speaks(request.mentee, mentee)
    speaks(offered.user, mentor, level)

    assert "no_shared_language" in rules(request, offered, now)


def test_a_request_in_another_code_of_the_language_is_complete(now):
    draft = HelpRequestFactory(status="draft", languages=["no"])
    speaks(draft.mentee, "nb")

    assert submit_help_request(help_request_id=draft.pk, now=now).status == "open"
