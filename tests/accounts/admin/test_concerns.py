"""Concerns and blocks in the admin."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Block, Concern, Notification, User
from accounts.services.concerns import raise_concern
from mentorship.selectors.mentors import kept_apart
from tests.factories import (
    NOW,
    BlockFactory,
    ConcernFactory,
    MatchFactory,
    MentorshipFactory,
    UserFactory,
)
from tests.helpers import kinds, log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LIST = reverse("admin:accounts_concern_changelist")
BLOCK_LIST = reverse("admin:accounts_block_changelist")
END = {"do": "end", "end-outcome": "kept_apart", "end-answer": "We keep you two apart."}


@pytest.fixture
def concern(alice, bob):
    return ConcernFactory(raised_by=alice, about=bob)


def page_of(concern) -> str:
    return reverse("admin:accounts_concern_change", args=[concern.pk])


def text(answer) -> str:
    return " ".join(html.unescape(answer.content.decode()).split())


def test_the_page_has_all_that_a_decision_needs(admin_client, concern, alice, bob):
    MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    MatchFactory(help_request__mentee=alice, mentor=bob.mentor, status="declined")
    earlier = ConcernFactory(about=bob, topic="money", status="closed", outcome="talked_to")
    ConcernFactory(topic="privacy")

    shown = text(admin_client.get(page_of(concern)))

    for words in (
        concern.words,
        "Bob Baker mentors Alice Archer: active",
        "Alice Archer asked Bob Baker: declined",
        f"raised by {earlier.raised_by}, closed: Talked to them",
        "mentor: approved",
        "The two are kept apart by it.",
        "Nobody takes care of it yet.",
    ):
        assert words.lower() in shown.lower(), words
    assert "private matters" not in shown


def test_the_page_shows_the_words_of_further_reports(admin_client, alice, bob):
    concern = ConcernFactory(raised_by=alice, about=bob, more_words="It happened again.")

    assert "It happened again." in text(admin_client.get(page_of(concern)))


def test_a_matter_of_safety_is_marked(admin_client, alice, bob):
    concern = ConcernFactory(raised_by=alice, about=bob, topic="safety")

    assert "Do not mention it to them." in text(admin_client.get(page_of(concern)))


def test_an_admin_takes_it_on_and_sets_a_deadline(admin_client, admin_user, concern):
    due_on = (timezone.localdate() + timedelta(days=9)).isoformat()

    form = {"do": "task", "task-owner": admin_user.pk, "task-due_on": due_on}
    shown = text(admin_client.post(page_of(concern), form, follow=True))

    concern.refresh_from_db()
    assert (concern.owner, timezone.localtime(concern.due_at).date().isoformat()) == (admin_user, due_on)
    assert "Ada Admin takes care of it." in shown


@pytest.mark.parametrize(("day", "status"), [("2020-01-01", 400), ("9999-12-31", 400), ("0001-01-01", 400), ("", 200)])
def test_a_deadline_is_within_a_year(day, status, admin_client, admin_user, concern):
    """A deadline that is over may stay."""
    there = timezone.localtime(concern.due_at).date().isoformat()

    form = {"do": "task", "task-owner": admin_user.pk, "task-due_on": day or there}
    answer = admin_client.post(page_of(concern), form, follow=True)

    assert answer.status_code == status
    assert ("Choose a day between today and a year from now." in text(answer)) == (status == 400)


def test_a_second_admin_does_not_overwrite_the_task(admin_client, concern):
    colleague = UserFactory(is_staff=True, name="Cora Colleague")
    shown = admin_client.get(page_of(concern)).context["task"]
    form = {"do": "task", "task-owner": "", "task-due_on": shown["due_on"].value(), "task-was": ""}
    Concern.objects.update(owner=colleague)

    answer = admin_client.post(page_of(concern), form | {"task-owner": UserFactory(is_staff=True).pk})

    concern.refresh_from_db()
    assert (answer.status_code, concern.owner) == (409, colleague)
    assert "Cora Colleague takes care of it meanwhile" in text(answer)
    assert f'name="task-was" value="{colleague.pk}"' in text(admin_client.get(page_of(concern)))


def test_an_admin_who_raised_it_is_not_offered(admin_client, bob):
    raiser = UserFactory(is_staff=True)
    concern = ConcernFactory(raised_by=raiser, about=bob)

    assert raiser not in admin_client.get(page_of(concern)).context["task"].fields["owner"].queryset


def test_a_concern_of_a_former_admin_is_nobodys(admin_client, concern):
    former = UserFactory(role="manager", name="Former Admin")
    Concern.objects.update(owner=former)
    User.objects.filter(pk=former.pk).update(role="", is_staff=False)

    assert list(admin_client.get(LIST, {"task": "nobody"}).context["cl"].queryset) == [concern]
    assert "Nobody takes care of it yet." in text(admin_client.get(page_of(concern)))
    assert "Former Admin" not in text(admin_client.get(LIST))


def test_an_admin_closes_it(admin_client, admin_user, concern, alice, bob):
    shown = text(admin_client.post(page_of(concern), END, follow=True))

    concern.refresh_from_db()
    assert (concern.status, concern.outcome, concern.closed_by) == ("closed", "kept_apart", admin_user)
    assert "We keep you two apart." in shown
    assert "Close it and tell" not in shown
    assert ("concern_closed" in kinds(alice), kept_apart(alice.pk)) == (True, {bob.pk})
    history = text(admin_client.get(reverse("admin:accounts_concern_history", args=[concern.pk])))
    assert "who raised it gets a mail" in history


def test_a_second_admin_reads_that_it_is_closed(admin_client, concern):
    admin_client.post(page_of(concern), END)

    answer = admin_client.post(page_of(concern), END | {"end-outcome": "no_action"})

    concern.refresh_from_db()
    assert (answer.status_code, concern.outcome) == (409, "kept_apart")
    assert "the concern is closed" in text(answer)


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"end-outcome": ""}, "This field is required"),
        ({"end-outcome": "nonsense"}, "Select a valid choice"),
        ({"end-outcome": "ended_mentorship"}, "Select a valid choice"),
        ({"end-answer": " "}, "This field is required"),
        ({"end-outcome": "suspended"}, "Give a reason in a sentence or two"),
        ({"do": "nonsense"}, "no such button"),
        ({"do": "task", "task-owner": "1"}, "This field is required"),
        ({"do": "task", "task-owner": "x", "task-due_on": "2026-13-01"}, "Enter a valid date"),
    ],
)
def test_a_form_with_a_mistake_changes_nothing(form, problem, admin_client, concern):
    answer = admin_client.post(page_of(concern), END | form)

    concern.refresh_from_db()
    assert (answer.status_code, concern.status) == (400, "open")
    assert problem in text(answer)


def test_a_member_cannot_own_it(admin_client, concern, bob):
    form = {"do": "task", "task-owner": bob.pk, "task-due_on": "2026-12-01"}

    assert admin_client.post(page_of(concern), form).status_code == 400


def test_an_admin_reads_no_concern_about_themselves(admin_client, admin_user):
    concern = ConcernFactory(about=admin_user)

    assert "0 concerns" in text(admin_client.get(LIST))
    assert admin_client.get(page_of(concern)).status_code == 302
    assert admin_client.post(page_of(concern), END).status_code == 302
    assert "0 blocks" in text(admin_client.get(BLOCK_LIST))
    concern.refresh_from_db()
    assert concern.status == "open"


def test_an_admin_does_not_decide_about_their_own_report(admin_client, admin_user):
    concern = ConcernFactory(raised_by=admin_user)

    assert "another admin decides" in text(admin_client.get(page_of(concern)))
    assert admin_client.post(page_of(concern), END).status_code == 409


@pytest.mark.parametrize(("task", "found"), [("mine", {"mine"}), ("nobody", {"free", "late"}), ("late", {"late"})])
def test_the_list_is_filtered_by_task(task, found, admin_client, admin_user):
    today = timezone.now()
    concerns = {
        "mine": ConcernFactory(owner=admin_user, created_at=today),
        "free": ConcernFactory(created_at=today),
        "late": ConcernFactory(created_at=today - timedelta(days=4)),
        "closed": ConcernFactory(status="closed", owner=admin_user),
    }

    rows = admin_client.get(LIST, {"task": task}).context["cl"].queryset

    assert set(rows) == {concerns[name] for name in found}


def test_open_concerns_come_first_by_deadline(admin_client):
    closed = ConcernFactory(status="closed", created_at=NOW - timedelta(days=9))
    later, sooner = (ConcernFactory(created_at=NOW + timedelta(days=days)) for days in (2, 1))

    assert list(admin_client.get(LIST).context["cl"].queryset) == [sooner, later, closed]


def test_the_list_has_a_constant_number_of_queries(admin_client, django_assert_max_num_queries):
    for _number in range(6):
        ConcernFactory(owner=UserFactory(is_staff=True))

    with django_assert_max_num_queries(14):
        admin_client.get(LIST)


def test_an_admin_adds_a_block_for_somebody(admin_client, alice, bob):
    form = {"blocker": alice.pk, "blocked": bob.pk}

    for _click in range(2):
        assert admin_client.post(reverse("admin:accounts_block_add"), form).status_code in (200, 302)

    assert Block.objects.filter(blocker=alice, blocked=bob).count() == 1


def test_an_admin_deletes_a_block_and_not_the_one_of_a_concern(admin_client, concern):
    block = BlockFactory()

    gone = [
        admin_client.post(reverse("admin:accounts_block_delete", args=[row.pk]), {"post": "yes"}).status_code
        for row in (block, concern.separation)
    ]

    assert gone == [302, 403]
    assert list(Block.objects.all()) == [concern.separation]
    assert "delete_selected" not in admin_client.get(BLOCK_LIST).content.decode()


def test_a_block_above_the_limit_is_refused_on_the_page(admin_client, alice, bob, monkeypatch):
    monkeypatch.setattr("accounts.services.blocks.BLOCKS_MAX", 1)
    monkeypatch.setattr("accounts.admin.blocks.BLOCKS_MAX", 1)
    BlockFactory(blocker=alice)

    answer = admin_client.post(reverse("admin:accounts_block_add"), {"blocker": alice.pk, "blocked": bob.pk})

    assert answer.status_code == 200
    assert "Alice Archer blocks 1 people already. Delete one of these blocks first." in text(answer)
    assert not Block.objects.filter(blocked=bob).exists()


def test_nobody_blocks_themselves(admin_client, alice):
    answer = admin_client.post(reverse("admin:accounts_block_add"), {"blocker": alice.pk, "blocked": alice.pk})

    assert answer.status_code == 200
    assert not Block.objects.exists()


def test_an_admin_neither_sees_nor_deletes_a_block_against_themselves(admin_client, admin_user, alice):
    block = BlockFactory(blocker=alice, blocked=admin_user)

    shown = text(admin_client.get(BLOCK_LIST))
    for page in ("change", "delete", "history"):
        admin_client.post(reverse(f"admin:accounts_block_{page}", args=[block.pk]), {"post": "yes"}, follow=True)

    assert "Alice Archer" not in shown
    assert Block.objects.get() == block


@pytest.mark.parametrize("is_closed", [False, True])
def test_an_accused_admin_does_not_find_who_raised_it(is_closed, client, admin_client, alice):
    accused = UserFactory(name="Abe Accused", role="manager")
    now = timezone.now()
    concern = raise_concern(by=alice, about=accused, topic="safety", words="He threatens me.", now=now)
    admin_client.post(page_of(concern), {"do": "task", "task-due_on": timezone.localdate().isoformat()})
    if is_closed:
        admin_client.post(page_of(concern), END | {"end-outcome": "no_action"})
    mails = Notification.objects.filter(key__startswith=str(concern.uuid))
    mails.update(status="dead", last_error="It bounced.")
    client.logout()
    log_in_with_second_factor(client, accused)

    records = [client.get(reverse("admin:accounts_user_record", args=[pk])).context for pk in (accused.pk, alice.pk)]
    outbox = client.get(reverse("admin:accounts_notification_changelist"), {"q": concern.uuid}).context["cl"]
    messages = [client.get(reverse("admin:accounts_notification_change", args=[row.pk])) for row in mails]
    home = text(client.get(reverse("admin:index")))

    for record in records:
        changed = {change.model for change in (*record["to_person"], *record["by_person"])}
        assert not changed & {Block, Concern}
        assert "concerns" not in {read.what for read in record["reads"]}
    assert outbox.result_count == 0
    assert [answer.status_code for answer in messages] == [302] * len(mails)
    assert "Alice Archer" not in home
