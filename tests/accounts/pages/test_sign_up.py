"""Signing up by page, and the page for the code."""

from __future__ import annotations

import html
import re

import pytest
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.jobs.sign_ups import forget_sign_up
from accounts.models import Notification, User
from accounts.notifications.render import render
from accounts.selectors import current_rules
from tests.factories import PASSWORD, UserFactory
from tests.helpers import code_in, kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

EMAIL = "mina@example.org"
SIGN_UP, CODE = reverse("account_signup"), reverse("account_email_verification_sent")


def form(**answers: object) -> dict:
    rules = {"accept_rules": "on", "rules_version": current_rules().version}
    who = {"name": "Mina Lee", "email": EMAIL, "password1": PASSWORD, "roles": ["mentee"], "timezone": "Asia/Kolkata"}
    return who | rules | answers


def codes() -> list[str]:
    mails = Notification.objects.filter(kind="account_mail", title__startswith="Your code").order_by("pk")
    return [code_in(row.payload["text"]) for row in mails]


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def test_the_page_shows_the_rules_and_zones_in_words(client):
    page = text(client.get(SIGN_UP))

    assert current_rules().text.splitlines()[0] in page
    assert '<option value="Asia/Kolkata" data-also="Asia/Calcutta">Kolkata, India, UTC+5:30</option>' in page
    assert "script>" not in page.replace("></script>", "")  # no inline script


def test_an_error_is_tied_to_its_field_and_the_answers_are_kept(client):
    page = client.post(SIGN_UP, form(roles=["mentor"], motivation=""))

    field = page.context["form"]["motivation"]
    assert 'aria-invalid="true"' in str(field)
    assert f'id="{field.auto_id}_error"' in text(page)
    assert 'value="Mina Lee"' in text(page)
    assert '<option value="Asia/Kolkata" selected' in text(page)


def test_the_code_leads_to_the_first_steps_and_the_welcome_mail_as_well(client):
    client.post(SIGN_UP, form(timezone="Asia/Calcutta"))

    answer = client.post(CODE, {"code": codes()[-1]})

    mina = User.objects.get(email=EMAIL)
    assert answer.headers["Location"] == reverse("start")
    assert render(mina.notifications.get(kind="welcome")).body.count(f"http://testserver{reverse('start')}\n") == 1
    assert mina.profile.timezone == "Asia/Calcutta"
    assert kinds(mina) == ["account_mail", "welcome"]


def test_the_code_leads_back_to_the_page_that_somebody_came_for(client):
    page = reverse("goals")
    assert f'name="next" value="{page}"' in text(client.get(SIGN_UP, {"next": page}))
    client.post(SIGN_UP, form(next=page))

    assert client.post(CODE, {"code": codes()[-1]}).headers["Location"] == page


def test_send_again_sends_a_new_code_and_the_old_one_is_over(client):
    client.post(SIGN_UP, form())

    page = client.post(CODE, {"action": "resend"}, follow=True)

    assert "A new code is on its way." in text(page)
    first, second = codes()
    assert client.post(CODE, {"code": first}).status_code == 200
    assert client.post(CODE, {"code": second}).status_code == 302


def test_codes_are_sent_again_twice_and_no_more(client):
    client.post(SIGN_UP, form())
    cache.clear()

    answers = [client.post(CODE, {"action": "resend"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert len(codes()) == 3
    assert client.session[EMAIL_VERIFICATION_CODE_SESSION_KEY]["failed_attempts"] == 0
    assert "Send again" not in text(client.get(CODE))


def test_the_page_and_the_mail_say_for_how_long_a_code_works(client, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 300
    client.post(SIGN_UP, form())

    assert "works for 5 minutes." in text(client.get(CODE))
    assert "within 5 minutes." in Notification.objects.get(kind="account_mail").payload["text"]


def test_a_form_without_a_code_is_no_wrong_code(client):
    client.post(SIGN_UP, form())

    pages = [client.post(CODE, {"code": " "}) for _ in range(4)]

    assert "required" in pages[-1].context["verify_form"].errors.get_json_data()["code"][0]["code"]
    assert client.post(CODE, {"code": codes()[-1]}).status_code == 302


def test_a_button_that_the_page_does_not_have_is_400(client):
    client.post(SIGN_UP, form())

    answer = client.post(CODE, {"action": "change", "email": "other@example.org", "code": codes()[-1]})

    assert (answer.status_code, "no such button" in text(answer)) == (400, True)
    assert client.post(CODE, {"code": codes()[-1]}).status_code == 302


def test_the_answers_are_removed_when_the_attempts_are_used_up(client):
    client.post(SIGN_UP, form())
    assert client.session["sign_up_answers"]["name"] == "Mina Lee"

    for _ in range(3):
        client.post(CODE, {"code": "WRONG1"})

    assert not {"sign_up_answers", "sign_up_filled_in"} & set(client.session.keys())
    assert client.get(SIGN_UP).context["form"]["name"].value() is None


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_wrong_address_is_corrected_without_writing_the_rest_again(is_taken, client):
    if is_taken:
        UserFactory(email=EMAIL)
    client.post(SIGN_UP, form(roles=["mentee", "mentor"], motivation="Somebody helped me once."))

    page = client.post(CODE, {"action": "start_again"}, follow=True)

    assert page.request["PATH_INFO"] == SIGN_UP
    shown = page.context["form"]
    assert [shown[name].value() for name in ("name", "timezone", "motivation")] == [
        "Mina Lee",
        "Asia/Kolkata",
        "Somebody helped me once.",
    ]
    assert shown["roles"].value() == ["mentee", "mentor"]
    assert PASSWORD not in text(page)
    client.post(SIGN_UP, form(email="mina@example.com"))
    client.post(CODE, {"code": codes()[-1]})
    assert User.objects.get(email="mina@example.com").emailaddress_set.get().verified


def test_a_login_before_the_confirmation_may_correct_the_address_as_well(client):
    Client().post(SIGN_UP, form())
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})

    page = client.post(CODE, {"action": "start_again"}, follow=True)

    assert page.context["form"]["name"].value() == "Mina Lee"


def test_the_page_for_the_code_does_not_tell_that_an_address_is_taken():
    UserFactory(email="taken@example.org")
    pages = []
    for email in ("taken@example.org", "freee@example.org"):
        client = Client()
        client.post(SIGN_UP, form(email=email))
        client.post(CODE, {"action": "resend"})
        pages.append(re.sub(r'value="\w{64}"|"X-CSRFToken": "\w+"', "", text(client.get(CODE)).replace(email, "")))

    assert pages[0] == pages[1]


def test_starting_again_rings_alike_whether_an_address_is_taken(rung, django_capture_on_commit_callbacks):
    UserFactory(email="taken@example.org")
    for email in ("taken@example.org", EMAIL):
        client = Client()
        client.post(SIGN_UP, form(email=email))
        with django_capture_on_commit_callbacks(execute=True):
            client.post(CODE, {"action": "start_again"})

    misspelt = User.objects.get(email__endswith="@given-up.invalid")
    assert rung == [("accounts.tasks.forget_sign_up", 0), ("accounts.tasks.forget_sign_up", misspelt.pk)]


def test_starting_again_takes_as_much_work_whether_an_address_is_taken():
    UserFactory(email="taken@example.org")
    work = []
    for email in ("taken@example.org", EMAIL):
        client = Client()
        client.post(SIGN_UP, form(email=email))
        with CaptureQueriesContext(connection) as captured:
            client.post(CODE, {"action": "start_again"})
        work.append(len(captured))

    assert abs(work[0] - work[1]) <= 3


def test_the_same_address_may_sign_up_again_before_the_worker_deletes_the_first_account(client):
    client.post(SIGN_UP, form())
    first = User.objects.get()
    client.post(CODE, {"action": "start_again"})

    client.post(SIGN_UP, form(name="Mina Li"))
    forget_sign_up(user_id=first.pk)

    assert client.post(CODE, {"code": codes()[-1]}).status_code == 302
    assert User.objects.get(email=EMAIL, emailaddress__verified=True).name == "Mina Li"


def test_a_code_of_a_sign_up_that_was_given_up_confirms_nothing(client):
    elsewhere = Client()
    client.post(SIGN_UP, form())
    elsewhere.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    code = codes()[-1]
    client.post(CODE, {"action": "start_again"})

    page = elsewhere.post(CODE, {"code": code}, follow=True)

    assert "cannot be confirmed here" in text(page)
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_an_account_with_a_misspelt_address_is_forgotten(client):
    client.post(SIGN_UP, form(roles=["mentor"], motivation="Somebody helped me once."))

    assert forget_sign_up(user_id=User.objects.get().pk)
    assert not User.objects.exists()


def test_a_member_is_not_forgotten(alice):
    alice.last_login = None
    alice.save()

    assert not forget_sign_up(user_id=alice.pk)
    assert not forget_sign_up(user_id=0)
