"""Webhooks: signed as the standard says, to public servers only, again until they are taken or for days."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import Notification, TrialMode, WebhookAttempt, WebhookEndpoint
from accounts.notifications.channels import channel_for, webhook
from accounts.notifications.claims import LEASE, claim_next
from accounts.notifications.deliver import deliver, drain, recover
from accounts.sealed import seal
from accounts.services.webhooks import rotate_secret
from tests.factories import UserFactory, WebhookEndpointFactory
from tests.helpers import Rival

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]

SECRET = "whsec_" + "c2VjcmV0" * 4


@pytest.fixture
def endpoint(feeds):
    address = feeds.serve(b"thanks", path="/hook")
    return WebhookEndpointFactory(address=address, kinds=["member.joined"], sealed_secret=seal(SECRET))


@pytest.fixture
def event(endpoint):
    UserFactory()
    return Notification.objects.get(endpoint=endpoint)


def drained(at=None):
    """Deliver what is due. Return the status of the only delivery."""
    at = at or timezone.now()
    drain(now=lambda: at, webhooks=True)
    return Notification.objects.filter(endpoint__isnull=False).get().status


def failed(row):
    """Return how long after the attempt the delivery is tried again, and the code that was logged."""
    row.refresh_from_db()
    attempt = row.webhook_attempts.last()
    return row.due_at - attempt.tried_at, attempt.status_code


def test_a_delivery_is_verified_by_the_library_of_the_standard(feeds, event):
    assert drained() == "sent"

    [(headers, body)] = feeds.posted
    assert Webhook(SECRET).verify(body, headers) == event.payload
    assert headers["webhook-id"] == event.payload["id"]
    assert headers["Content-Type"] == "application/json"


def test_a_delivery_with_another_secret_is_not_verified(feeds, event):
    drained()

    [(headers, body)] = feeds.posted
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "b3RoZXIx" * 4).verify(body, headers)


def test_for_a_day_both_secrets_verify_a_delivery(feeds, endpoint, event):
    new = rotate_secret(endpoint_id=endpoint.pk, now=timezone.now())

    drained()

    [(headers, body)] = feeds.posted
    assert Webhook(SECRET).verify(body, headers) == Webhook(new).verify(body, headers) == json.loads(body)


def test_after_a_day_only_the_new_secret_verifies(feeds, endpoint, event):
    new = rotate_secret(endpoint_id=endpoint.pk, now=timezone.now() - timedelta(days=1))

    drained()

    [(headers, body)] = feeds.posted
    assert Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers)


def test_the_log_has_the_code_and_the_answer_without_addresses(feeds, event):
    feeds.serve(b"Hello mina@example.org,\r\nthanks", path="/hook", status=202)

    drained()

    [attempt] = WebhookAttempt.objects.all()
    assert (attempt.status_code, attempt.answer) == (202, "Hello ...  thanks")


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503, 301, 307])
def test_every_other_answer_is_tried_again(status, feeds, event):
    feeds.serve(b"", path="/hook", status=status, Location=feeds.address("/elsewhere"))

    assert drained() == "pending"

    wait, code = failed(event)
    assert timedelta(seconds=20) <= wait <= timedelta(seconds=24)
    assert code == status
    assert feeds.asked == ["/hook"]  # a redirect is not followed


def test_waits_last_longer_than_the_time_after_which_an_endpoint_is_given_up():
    assert sum(webhook.WAITS, timedelta()) > webhook.GIVES_UP_AFTER


def test_the_last_attempt_ends_a_delivery(feeds, event):
    feeds.serve(b"", path="/hook", status=500)
    Notification.objects.filter(pk=event.pk).update(attempts=len(webhook.WAITS))

    assert drained() == "dead"


def test_a_number_of_seconds_in_retry_after_is_waited_for(feeds, event):
    feeds.serve(b"", path="/hook", status=503, Retry_After="3600")

    drained()

    assert failed(event) == (timedelta(hours=1), 503)


def test_a_date_in_retry_after_is_waited_for(feeds, event):
    until = (timezone.now() + timedelta(hours=2)).replace(microsecond=0)
    feeds.serve(b"", path="/hook", status=429, Retry_After=format_datetime(until))

    drained()

    event.refresh_from_db()
    assert event.due_at == until


@pytest.mark.parametrize("words", ["-5", "soon", "", "1e9", "999999999999999999999"])
def test_odd_words_in_retry_after_do_no_harm(words, feeds, event):
    feeds.serve(b"", path="/hook", status=503, Retry_After=words)

    drained()

    wait, _code = failed(event)
    assert timedelta(seconds=20) <= wait <= webhook.RETRY_AFTER_MAX


def test_other_events_rest_while_their_endpoint_asks_for_it(feeds, event):
    UserFactory()
    feeds.serve(b"", path="/hook", status=429, Retry_After="3600")
    at = timezone.now()

    drain(now=lambda: at, webhooks=True)
    UserFactory()  # its event is written while the endpoint rests

    assert len(feeds.posted) == 1
    due = Notification.objects.filter(endpoint__isnull=False).values_list("due_at", flat=True)
    assert all(one == at + timedelta(hours=1) for one in due)


def test_410_switches_the_endpoint_off_at_once(feeds, endpoint, event):
    UserFactory()
    feeds.serve(b"", path="/hook", status=410)
    at = timezone.now()

    drain(now=lambda: at, webhooks=True)

    endpoint.refresh_from_db()
    assert (endpoint.off_at, endpoint.off_cause) == (at, "gone")
    statuses = Notification.objects.filter(endpoint=endpoint).order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["dead", "skipped"]


def test_three_days_of_failures_switch_the_endpoint_off(feeds, endpoint, event):
    feeds.serve(b"", path="/hook", status=500)
    at = timezone.now()
    drained(at)

    drained(at + webhook.GIVES_UP_AFTER - timedelta(seconds=1))
    endpoint.refresh_from_db()
    assert endpoint.off_at is None
    Notification.objects.filter(pk=event.pk).update(due_at=at)
    drained(at + webhook.GIVES_UP_AFTER)

    endpoint.refresh_from_db()
    assert endpoint.off_cause == "failing"


def test_a_success_begins_the_count_anew(feeds, endpoint, event):
    WebhookEndpoint.objects.update(failing_since_at=timezone.now() - timedelta(days=2))

    assert drained() == "sent"

    endpoint.refresh_from_db()
    assert endpoint.failing_since_at is None


def test_an_event_while_the_endpoint_is_off_is_kept(endpoint):
    WebhookEndpoint.objects.update(off_at=timezone.now(), off_cause="owner")

    UserFactory()

    assert drained() == "skipped"


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1/hook", "https://10.0.0.1/", "https://169.254.169.254/latest/", "https://localhost/"]
)
def test_a_private_address_is_not_called(address, endpoint, event, feeds, settings):
    settings.FETCH_FROM_THIS_MACHINE = False
    WebhookEndpoint.objects.update(address=address)

    assert drained() == "pending"

    assert event.webhook_attempts.get().answer == webhook.REFUSED_BY_GUARD
    assert feeds.posted == []


def test_a_redirect_to_a_private_address_is_not_followed(feeds, event):
    feeds.serve(b"", path="/hook", status=302, Location="https://169.254.169.254/latest/meta-data/")

    assert drained() == "pending"

    assert event.webhook_attempts.get().status_code == 302


def test_a_name_that_leads_to_a_private_server_is_not_called(endpoint, event, feeds, monkeypatch, settings):
    settings.FETCH_FROM_THIS_MACHINE = False
    WebhookEndpoint.objects.update(address="https://hooks.example.org/")
    rows = [(2, 1, 6, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.1")]
    resolve = webhook.connection_to.__globals__["socket"].getaddrinfo
    monkeypatch.setattr(
        "socket.getaddrinfo",
        lambda host, *args, **kwargs: rows if host == "hooks.example.org" else resolve(host, *args, **kwargs),
    )

    assert drained() == "pending"
    assert event.webhook_attempts.get().answer == webhook.REFUSED_BY_GUARD


def test_a_certificate_that_is_not_trusted_ends_the_attempt(endpoint, event, feeds, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    assert drained() == "pending"
    assert feeds.posted == []


def test_a_server_that_never_answers_is_cut(endpoint, event, feeds, monkeypatch):
    monkeypatch.setattr(webhook, "SECONDS_MAX", 0.5)
    feeds.answers["/hook"] = lambda handler: time.sleep(2)

    assert drained() == "pending"
    assert event.webhook_attempts.get().status_code is None


def test_an_answer_without_an_end_is_cut(endpoint, event, feeds):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b"x" * 100_000)

    feeds.answers["/hook"] = endless

    assert drained() == "sent"
    assert len(event.webhook_attempts.get().answer) == 200


def test_a_sender_that_died_before_the_last_byte_is_followed_by_another_attempt(feeds, event):
    at = timezone.now()
    claim_next(now=at, webhooks=True)

    recover(now=at + LEASE + timedelta(seconds=1))

    assert drained(at + timedelta(hours=1)) == "sent"
    assert len(feeds.posted) == 1


def test_a_sender_that_died_after_the_last_byte_is_followed_by_a_copy_with_the_same_id(feeds, event):
    """The receiver knows it by that. Nothing is lost, and no admin has to decide."""

    class Killed(BaseException):
        pass

    def die(channel, status_code, words):
        raise Killed

    at = timezone.now()
    row = claim_next(now=at, webhooks=True)
    channel = channel_for(row.channel, row.endpoint_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webhook.WebhookChannel, "_succeeded", die)
        with pytest.raises(Killed):
            deliver(row, channel=channel, now=lambda: at)
    row.refresh_from_db()
    assert row.status == "in_doubt"

    later = at + LEASE + timedelta(seconds=1)
    recover(now=later)

    assert drained(later) == "sent"
    assert {headers["webhook-id"] for headers, _body in feeds.posted} == {event.payload["id"]}
    assert len(feeds.posted) == 2


def test_two_drains_deliver_each_event_once(feeds, endpoint):
    UserFactory.create_batch(3)

    with transaction.atomic():
        claim_next(now=timezone.now(), webhooks=True)
        rival = Rival(lambda: drain(now=timezone.now, webhooks=True))
        assert rival.finish() == 2  # it passed over the claimed row

    ids = [headers["webhook-id"] for headers, _body in feeds.posted]
    sent = endpoint.deliveries.filter(status="sent").values_list("payload__id", flat=True)
    assert sorted(ids) == sorted(sent)


def test_mails_do_not_wait_for_webhooks(endpoint, event):
    drain(now=timezone.now)

    event.refresh_from_db()
    assert event.status == "pending"


def test_trial_mode_holds_webhooks(feeds, event):
    TrialMode.objects.create(is_on=True, addresses=["a@example.org"], since_at=timezone.now())

    assert drained() == "skipped"
    assert feeds.posted == []
