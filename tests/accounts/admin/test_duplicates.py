"""Suggestions of people who have two accounts, and the page on which an admin merges them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.duplicates import NAMESAKES_MAX
from accounts.models import AccountMerge, NotificationChoice, NotSamePerson, StaffRead, User
from accounts.services.merge import merge_accounts
from mentorship.models import CalendarAddress
from tests.factories import (
    NOW,
    BlockFactory,
    ConcernFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    SessionFactory,
    UserFactory,
)
from tests.helpers import log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DUPLICATES = "/admin/accounts/user/duplicates/"


@pytest.fixture
def manager(client):
    user = UserFactory(role="manager", name="Mara Manager")
    log_in_with_second_factor(client, user)
    return user


@pytest.fixture
def two():
    return (
        UserFactory(name="Ana García", email="ana@example.org"),
        UserFactory(name="Garcia, Ana", email="garcia@example.com"),
    )


def suggested(client, query="") -> list[set[User]]:
    rows = client.get(DUPLICATES + query).context["rows"]
    return [set(row.people) for row in rows]


def merge_page(one: User, other: User | str) -> str:
    other = other if isinstance(other, str) else str(other.uuid)
    return reverse("admin:accounts_user_merge", args=[one.pk]) + f"?with={other}"


# --- suggestions ------------------------------------------------------------------------------------------


def test_people_with_one_name_or_one_mailbox_are_suggested(client, manager, two):
    boxes = {UserFactory(email="jo.doe@gmail.com"), UserFactory(email="jodoe+x@googlemail.com")}
    UserFactory(name="Ana Garcias")

    assert suggested(client) == [boxes, set(two)]


def test_a_pair_is_suggested_once_with_both_grounds(client, manager):
    two = [UserFactory(name="Jo Doe", email=address) for address in ("jo.doe@gmail.com", "jodoe@gmail.com")]

    [row] = client.get(DUPLICATES).context["rows"]

    assert (set(row.people), row.same_name, row.same_address) == (set(two), True, True)


def test_a_row_says_that_two_people_are_in_conflict(client, manager, two):
    BlockFactory(blocker=two[0], blocked=two[1])
    others = [UserFactory(name="Jo Doe") for _ in range(2)]
    ConcernFactory(raised_by=others[1], about=others[0])

    page = client.get(DUPLICATES).content.decode()

    assert page.count("One of them blocks the other.") == 1
    assert page.count("One of them raised a concern about the other.") == 1


def test_a_name_of_many_people_suggests_nobody(client, manager):
    for _ in range(NAMESAKES_MAX + 1):
        UserFactory(name="Ana Garcia")

    assert suggested(client) == []


def test_an_admin_reads_no_suggestion_about_themselves(client, manager):
    UserFactory(name="Mara Manager")

    assert suggested(client) == []


def test_a_pair_that_is_none_is_not_suggested_again(client, manager, two):
    form = {"one": two[1].uuid, "other": two[0].uuid}

    client.post(DUPLICATES, form | {"do": "deny"})

    pair = NotSamePerson.objects.get()
    assert ((pair.first, pair.second), pair.by) == (two, manager)
    assert suggested(client) == []
    assert "Ana García" in client.get(DUPLICATES + "?show=denied").content.decode()
    client.post(DUPLICATES, form | {"do": "again"})
    assert suggested(client) == [set(two)]


def test_merged_accounts_are_not_suggested(client, manager, two):
    merge_accounts(gone_id=two[0].pk, stays_id=two[1].pk, by=manager, reason="Both are hers.", now=NOW)

    assert suggested(client) == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?page=0", 200),
        ("?page=-1", 200),
        ("?page=²", 200),
        ("?page=99999999999999999999", 200),
        ("?page=9999", 200),
        ("?page=x&show=denied", 200),
        ("?show=%00", 400),
    ],
)
def test_odd_addresses_of_the_list_are_no_errors(client, manager, two, query, status):
    assert client.get(DUPLICATES + query).status_code == status


@pytest.mark.parametrize("one", ["", "x", "\0", "00000000-0000-0000-0000-000000000000", "me"])
def test_an_odd_pair_is_not_noted(client, manager, two, one):
    one = str(manager.uuid) if one == "me" else one

    answer = client.post(DUPLICATES, {"one": one, "other": two[0].uuid, "do": "deny"})

    assert answer.status_code in (302, 400)
    assert not NotSamePerson.objects.exists()


@pytest.mark.parametrize("pairs", [1, 3])
def test_the_queries_of_the_list_do_not_grow_with_its_rows(client, manager, django_assert_num_queries, pairs):
    for number in range(pairs):
        for _ in range(2):
            UserFactory(name=f"Twin {'abc'[number]}")
    client.get(DUPLICATES)

    with django_assert_num_queries(10):
        client.get(DUPLICATES)


def test_the_list_notes_a_read_of_each_address(client, manager, two):
    client.get(DUPLICATES)

    reads = StaffRead.objects.filter(reader=manager, what="contact").values_list("person", flat=True)
    assert set(reads) == {person.pk for person in two}


# --- the page of a merge ----------------------------------------------------------------------------------


def test_an_admin_merges_two_accounts(client, manager, two):
    HelpRequestFactory(mentee=two[0])
    page = client.get(merge_page(*two))
    assert ("Help request: mentee", 1, 0, "follow") in page.context["rows"]

    answer = client.post(merge_page(*two), {"stays": two[1].uuid, "reason": "She wrote it."}, follow=True)

    row = AccountMerge.objects.get()
    assert (row.gone, row.stays, row.by, row.reason) == (two[0], two[1], manager, "She wrote it.")
    assert answer.redirect_chain == [(reverse("admin:accounts_user_change", args=[two[1].pk]), 302)]
    record = client.get(reverse("admin:accounts_user_record", args=[two[1].pk])).content.decode()
    assert "She wrote it." in record
    assert "1 Help request: mentee" in record


def test_the_page_says_what_becomes_of_each_row_and_so_it_becomes(client, manager, two):
    gone, stays = two
    HelpRequestFactory(mentee=gone)
    SessionFactory(mentorship__goal__mentee=gone, status="confirmed", starts_at=timezone.now() + timedelta(days=3))
    NotificationChoice.objects.create(user=gone, group="news", email="off")
    for number, person in enumerate(two):
        CalendarAddress.objects.create(person=person, digest=str(number) * 64, created_at=NOW)
    page = client.get(merge_page(*two))
    rows = {label: (first, words) for label, first, _second, words in page.context["rows"]}

    client.post(merge_page(*two), {"stays": stays.uuid, "reason": "She wrote it."})

    assert "A merge cannot be undone." in page.content.decode()
    assert rows["Booking: person"] == (1, "follow; both sides of sessions to come get a new invitation")
    kept = rows.pop("Calendar address: person")
    assert kept == (1, "follow if the account that stays has none; otherwise they are deleted")
    assert CalendarAddress.objects.get().person == stays
    moved = AccountMerge.objects.get().moved
    # Languages and reads that both have stay behind.
    kinds = {label: first for label, (first, words) in rows.items() if words.startswith("follow") and first}
    promised = {label: first for label, first in kinds.items() if "as well" not in rows[label][1]}
    assert {label: moved.get(label) for label in promised} == promised


def test_the_page_says_why_two_accounts_cannot_be_merged(client, manager, two):
    MatchFactory(help_request__mentee=two[0], mentor=MentorFactory(user=two[1]), status="asked")

    page = client.get(merge_page(*two)).content.decode()
    answer = client.post(merge_page(*two), {"stays": two[1].uuid, "reason": "She wrote it."})

    assert "One of the two asked the other one for help" in page
    assert answer.status_code == 409
    assert not AccountMerge.objects.exists()


@pytest.mark.parametrize("is_first", [True, False])
def test_an_admin_does_not_read_what_lies_between_them_and_somebody(client, manager, two, is_first):
    BlockFactory(blocker=two[0], blocked=manager)
    ConcernFactory(raised_by=two[0], about=manager)
    pair = (manager, two[0]) if is_first else (two[0], manager)

    answer = client.get(merge_page(*pair), follow=True)

    assert answer.redirect_chain == [(reverse("admin:accounts_user_change", args=[pair[0].pk]), 302)]
    assert "One of the two is your own account." in answer.content.decode()


def test_an_admin_is_not_offered_as_the_second_account(client, manager):
    namesake = UserFactory(name="Mara Manager")
    other = UserFactory(name="Mara Manager")

    page = client.get(merge_page(namesake, ""))

    assert page.context["alike"] == [other]


@pytest.mark.parametrize("form", [{}, {"stays": "x", "reason": "Yes."}, {"stays": "both"}, {"reason": " "}])
def test_an_incomplete_form_merges_nothing(client, manager, two, form):
    assert client.post(merge_page(*two), form).status_code == 400
    assert not AccountMerge.objects.exists()


@pytest.mark.parametrize("other", ["", "x", "00000000-0000-0000-0000-000000000000", "itself"])
def test_without_a_second_account_the_page_offers_some(client, manager, two, other):
    answer = client.get(merge_page(two[0], str(two[0].uuid) if other == "itself" else other))

    assert answer.status_code == 200
    assert answer.context["alike"] == [two[1]]


@pytest.mark.parametrize(
    ("address", "found"), [("GARCIA@example.com", True), ("nobody@example.org", False), ("@@@", False)]
)
def test_the_second_account_is_found_by_its_address(client, manager, two, address, found):
    answer = client.get(reverse("admin:accounts_user_merge", args=[two[0].pk]) + f"?address={address}")

    assert (answer.status_code == 302) == found
    if found:
        assert answer.headers["Location"] == merge_page(*two)


def test_pages_of_an_account_that_was_merged_lead_to_the_one_that_stays(client, manager, two):
    gone, stays = two
    merge_accounts(gone_id=gone.pk, stays_id=stays.pk, by=manager, reason="Both are hers.", now=NOW)

    for name in ("change", "merge"):
        answer = client.get(reverse(f"admin:accounts_user_{name}", args=[gone.pk]))
        assert answer.headers["Location"] == reverse("admin:accounts_user_change", args=[stays.pk])
    assert client.get(reverse("admin:accounts_user_record", args=[gone.pk])).status_code == 200
    found = client.get(reverse("admin:accounts_user_changelist"), {"q": "Garc"}).context["cl"].result_list
    assert [person.pk for person in found] == [stays.pk]


@pytest.mark.parametrize("role", ["matchmaker", "viewer"])
def test_other_roles_merge_nobody(client, two, role):
    log_in_with_second_factor(client, UserFactory(role=role))

    assert client.post(merge_page(*two), {"stays": two[1].uuid, "reason": "Yes."}).status_code == 403
    assert client.post(DUPLICATES, {"one": two[1].uuid, "other": two[0].uuid, "do": "deny"}).status_code == 403
    assert not AccountMerge.objects.exists()
    assert not NotSamePerson.objects.exists()


# --- service accounts -------------------------------------------------------------------------------------


@pytest.fixture
def service():
    return UserFactory(is_service=True, password="!", name="Nightly Reports")


def test_a_service_account_is_not_merged(client, manager, two, service):
    assert client.get(merge_page(service, two[0])).status_code == 404


def test_nobody_is_merged_with_a_service_account(client, manager, two, service):
    page = client.get(merge_page(two[0], service))

    assert "other" not in page.context
    assert "Nightly Reports" not in page.content.decode()


def test_the_address_of_a_service_account_finds_nobody_to_merge_with(client, manager, two, service):
    page = client.get(reverse("admin:accounts_user_merge", args=[two[0].pk]), {"address": service.email})

    assert page.status_code == 200
