"""Cohorts in the admin: the list, the form, the buttons, the people and the organisers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry

from mentorship.models import Cohort, CohortMember, CohortOrganiser
from tests.factories import (
    NOW,
    CohortFactory,
    CohortMemberFactory,
    CohortOrganiserFactory,
    HelpRequestFactory,
    MentorFactory,
    UserFactory,
)
from tests.helpers import kinds, queries_of
from tests.matching.cohorts import page_of
from tests.matching.pairs import proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LIST = "/admin/mentorship/cohort/"


@pytest.fixture
def cohort():
    return CohortFactory(name="Spring intake", company="Acme")


def press(client, cohort: Cohort, do: str) -> str:
    return client.post(page_of(cohort, "run"), {"do": do}, follow=True).content.decode()


def form_of(cohort: Cohort, **changed: object) -> dict[str, object]:
    names = ("name", "about", "company", "joins_until_on", "starts_on", "ends_on", "policy")
    return {name: getattr(cohort, name) for name in names} | {"outside_reporting_line": "on"} | changed


# --- the list and the form ------------------------------------------------------------------------------------------


def test_the_list_counts_those_who_are_in_each_cohort(admin_client, cohort):
    CohortMemberFactory.create_batch(2, cohort=cohort)
    CohortMemberFactory(cohort=cohort, side="mentor")
    CohortMemberFactory(cohort=cohort, left_at=NOW)
    CohortFactory()

    rows = {row.pk: (row.mentees, row.mentors) for row in admin_client.get(LIST).context["cl"].result_list}

    assert rows.pop(cohort.pk) == (2, 1)
    assert list(rows.values()) == [(0, 0)]


def test_the_rows_of_one_person_are_found_once_and_counted_in_full(admin_client, cohort):
    person = UserFactory()
    for side in ("mentee", "mentor"):
        CohortMemberFactory(cohort=cohort, person=person, side=side)
    CohortMemberFactory(cohort=cohort)
    CohortFactory()

    [row] = admin_client.get(LIST, {"person": person.pk}).context["cl"].result_list

    assert (row.pk, row.mentees, row.mentors) == (cohort.pk, 2, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_more_rows(rows, admin_client):
    admin_client.get(LIST)
    CohortMemberFactory.create_batch(rows)

    assert queries_of(admin_client, LIST) == 9


def test_a_cohort_is_added(admin_client):
    answer = admin_client.post(f"{LIST}add/", form_of(CohortFactory.build(name="Autumn")))

    assert answer.status_code == 302
    assert Cohort.objects.get().status == Cohort.Status.PREPARING


def test_days_out_of_order_are_refused_in_a_sentence(admin_client, cohort):
    wrong = form_of(cohort, ends_on=cohort.starts_on)

    page = admin_client.post(page_of(cohort, "change"), wrong).content.decode()

    assert "People join first, then mentorships begin, and then they end." in page


def test_a_form_that_is_saved_while_the_cohort_is_closed_leaves_it_closed(rf, cohort):
    admin_of_cohorts = admin.site._registry[Cohort]
    request = rf.post("/")
    request.user = UserFactory(role="owner")
    form = admin_of_cohorts.get_form(request, cohort)(form_of(cohort, name="Summer intake"), instance=cohort)
    assert form.is_valid()
    Cohort.objects.filter(pk=cohort.pk).update(status="closed", closed_at=NOW)

    admin_of_cohorts.save_model(request, form.save(commit=False), form, change=True)

    cohort.refresh_from_db()
    assert (cohort.name, cohort.status) == ("Summer intake", "closed")


def test_a_year_without_its_century_is_refused(admin_client, cohort):
    page = admin_client.post(page_of(cohort, "change"), form_of(cohort, joins_until_on="0026-11-01")).content.decode()

    assert "Write the year with four digits, such as 2027." in page


def test_the_company_stays_while_somebody_reads_its_numbers(admin_client, cohort):
    CohortOrganiserFactory(cohort=cohort, part="employer")

    page = admin_client.post(page_of(cohort, "change"), form_of(cohort, company="")).content.decode()

    assert "Somebody reads its numbers for the company" in page
    cohort.refresh_from_db()
    assert cohort.company == "Acme"


def test_an_archived_cohort_is_not_changed(admin_client):
    cohort = CohortFactory(status="archived", archived_at=NOW)

    assert admin_client.post(page_of(cohort, "change"), form_of(cohort)).status_code == 403


def test_nobody_deletes_a_cohort(admin_client, cohort):
    assert admin_client.post(page_of(cohort, "delete"), {"post": "yes"}).status_code == 403


# --- the buttons ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("preparing", {"open", "renew", "copy", "archive"}),
        ("open", {"close", "renew", "copy"}),
        ("closed", {"open", "renew", "copy", "archive"}),
        ("archived", {"copy"}),
    ],
)
def test_each_status_has_the_buttons_that_lead_on(status, offered, admin_client):
    times = {
        "preparing": {"opened_at": None},
        "closed": {"closed_at": NOW},
        "archived": {"archived_at": NOW},
    }
    cohort = CohortFactory(status=status, **times.get(status, {}))

    context = admin_client.get(page_of(cohort, "run")).context

    found = {name for name, _ in context["buttons"]} | ({"archive"} if context["may_archive"] else set())
    assert found == offered


def test_it_is_opened_closed_and_opened_again(admin_client, now):
    cohort = CohortFactory(
        status="preparing", opened_at=None, joins_until_on="2099-01-01", starts_on="2099-02-01", ends_on="2099-06-01"
    )
    seen = []
    for do in ("open", "close", "open"):
        press(admin_client, cohort, do)
        cohort.refresh_from_db()
        seen.append(cohort.status)

    assert seen == ["open", "closed", "open"]
    assert LogEntry.objects.filter(object_id=cohort.pk).count() == 3


def test_a_refusal_says_what_to_do(admin_client, cohort):
    Cohort.objects.filter(pk=cohort.pk).update(status="preparing", opened_at=None, joins_until_on="2020-01-01")

    assert "The last day to join has passed. Choose a later one first." in press(admin_client, cohort, "open")


def test_a_new_link_is_shown_and_the_old_one_is_not(admin_client, cohort):
    old = cohort.key

    page = press(admin_client, cohort, "renew")

    cohort.refresh_from_db()
    assert f"http://testserver/join/{cohort.key}/" in page
    assert old not in page


def test_a_copy_opens_with_nobody_in_it(admin_client, cohort):
    CohortMemberFactory(cohort=cohort)

    page = admin_client.post(page_of(cohort, "run"), {"do": "copy"}, follow=True)

    copied = page.context["original"]
    assert copied.pk != cohort.pk
    assert (copied.status, copied.members.count()) == ("preparing", 0)


def test_archiving_asks_first(admin_client):
    cohort = CohortFactory(status="closed", closed_at=NOW)

    assert "Archive it for good" in admin_client.get(page_of(cohort, "archive")).content.decode()
    cohort.refresh_from_db()
    assert cohort.status == "closed"
    admin_client.post(page_of(cohort, "archive"))

    cohort.refresh_from_db()
    assert cohort.status == "archived"


def test_the_question_before_archiving_counts_what_ends(admin_client):
    pair = proposed_pair()
    cohort = pair.help_request.cohort

    page = admin_client.get(page_of(cohort, "archive")).content.decode()

    assert "<dt>Open requests</dt><dd>1</dd>" in page
    assert "<dt>Pairs that wait for an answer</dt><dd>1</dd>" in page


def test_archiving_calls_the_sweep_that_ends_what_waits(admin_client, rung, django_capture_on_commit_callbacks):
    cohort = CohortFactory(status="closed", closed_at=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(page_of(cohort, "archive"))

    assert ("matching.tasks.tend_cohorts",) in rung


def test_an_unknown_button_is_refused(admin_client, cohort):
    assert admin_client.post(page_of(cohort, "run"), {"do": "explode"}).status_code == 400


# --- people ---------------------------------------------------------------------------------------------------------


def test_the_people_are_listed_with_what_a_draft_reads(admin_client, cohort):
    boss = UserFactory(name="Berta Boss")
    mentee = CohortMemberFactory(
        cohort=cohort, person__name="Mia Mentee", person__profile__department="Sales", manager=boss
    )
    CohortMemberFactory(cohort=cohort, person=MentorFactory(user__name="Max Mentor").user, side="mentor", places=3)
    HelpRequestFactory(mentee=mentee.person, cohort=cohort, mentors_due_at=None)
    CohortMemberFactory(person__name="Somebody Else")

    page = admin_client.get(page_of(cohort, "members")).content.decode()

    for words in ("Mia Mentee", "Sales", "Berta Boss", "Max Mentor", ">3</td>", ">Open</td>"):
        assert words in page, words
    assert "Somebody Else" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_people_takes_the_same_queries_for_more(rows, admin_client, cohort):
    CohortMemberFactory.create_batch(rows, cohort=cohort)
    admin_client.get(page_of(cohort, "members"))

    assert queries_of(admin_client, page_of(cohort, "members")) == 9


def test_people_are_filtered_by_side_by_name_and_by_who_left(admin_client, cohort):
    CohortMemberFactory(cohort=cohort, person__name="Mia Mentee")
    CohortMemberFactory(cohort=cohort, person__name="Max Mentor", side="mentor")
    CohortMemberFactory(cohort=cohort, person__name="Lea Left", left_at=NOW)

    def names(**query: str) -> list[str]:
        lines = admin_client.get(page_of(cohort, "members"), query).context["lines"]
        return [member.person.name for member, _ in lines]

    assert names() == ["Max Mentor", "Mia Mentee"]
    assert names(shown="mentor") == ["Max Mentor"]
    assert names(shown="left") == ["Lea Left"]
    assert names(q="mia") == ["Mia Mentee"]
    assert admin_client.get(page_of(cohort, "members"), {"shown": "all"}).status_code == 400


def test_a_person_is_added_by_address(admin_client, cohort, alice):
    page = admin_client.post(
        page_of(cohort, "members"), {"address": "Alice@example.org", "side": "mentee"}, follow=True
    )

    assert CohortMember.objects.get(cohort=cohort).person == alice
    assert "is in the cohort (mentee)" in page.content.decode()


@pytest.mark.parametrize("cause", ["unknown", "locked", "not confirmed"])
def test_one_sentence_answers_for_every_address_that_cannot_be_added(cause, admin_client, cohort, alice):
    if cause == "locked":
        type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    if cause == "not confirmed":
        alice.emailaddress_set.update(verified=False)
    address = "nobody@example.org" if cause == "unknown" else alice.email

    answer = admin_client.post(page_of(cohort, "members"), {"address": address, "side": "mentee"})

    assert answer.status_code == 409
    assert "No member with this address can be chosen. Send them the invitation link." in answer.content.decode()
    assert not CohortMember.objects.exists()


def test_a_mentor_is_somebody_who_applied_and_has_places(admin_client, cohort, alice, bob):
    address = page_of(cohort, "members")

    no_mentor = admin_client.post(address, {"address": alice.email, "side": "mentor", "places": 2})
    no_places = admin_client.post(address, {"address": bob.email, "side": "mentor"})

    assert "have not applied as a mentor" in no_mentor.content.decode()
    assert "Choose from 1 to" in no_places.content.decode()
    assert not CohortMember.objects.exists()


def test_places_and_manager_of_a_person_are_changed(admin_client, cohort, alice):
    member = CohortMemberFactory(cohort=cohort, side="mentor")
    address = page_of(cohort, "member", member.pk)

    admin_client.post(address, {"places": 4, "manager": alice.email})
    member.refresh_from_db()
    assert (member.places, member.manager) == (4, alice)

    admin_client.post(address, {"places": 5})
    member.refresh_from_db()
    assert (member.places, member.manager) == (5, alice)

    admin_client.post(address, {"places": 5, "no_manager": "on"})
    member.refresh_from_db()
    assert member.manager is None


def test_the_page_of_a_person_opens_from_a_list_with_several_cohorts(admin_client, cohort):
    member = CohortMemberFactory(cohort=cohort)
    CohortFactory.create_batch(2)

    for page in ("member", "take_out"):
        address = page_of(cohort, page, member.pk)
        assert admin_client.get(address, {"_changelist_filters": "o=1", "_place": "1"}).status_code == 200


def test_nobody_manages_themselves(admin_client, cohort, alice):
    member = CohortMemberFactory(cohort=cohort, person=alice)

    answer = admin_client.post(page_of(cohort, "member", member.pk), {"manager": alice.email})

    assert answer.status_code == 409
    assert "Nobody manages themselves." in answer.content.decode()


def test_somebody_who_left_themselves_is_not_added(admin_client, cohort, alice):
    CohortMemberFactory(cohort=cohort, person=alice, left_at=NOW)

    answer = admin_client.post(page_of(cohort, "members"), {"address": alice.email, "side": "mentee"})

    assert answer.status_code == 409
    assert "They can come back by the invitation link." in answer.content.decode()
    assert CohortMember.objects.get().left_at == NOW


def test_somebody_who_was_taken_out_is_added_again(admin_client, cohort, alice):
    member = CohortMemberFactory(cohort=cohort, person=alice)

    admin_client.post(page_of(cohort, "take_out", member.pk))
    member.refresh_from_db()
    assert (member.left_at is None, member.is_taken_out) == (False, True)

    admin_client.post(page_of(cohort, "members"), {"address": alice.email, "side": "mentee"})
    member.refresh_from_db()
    assert (member.left_at, member.is_taken_out) == (None, False)


def test_taking_out_who_left_themselves_does_not_let_them_be_added(admin_client, cohort, alice):
    member = CohortMemberFactory(cohort=cohort, person=alice, left_at=NOW)

    admin_client.post(page_of(cohort, "take_out", member.pk))

    member.refresh_from_db()
    assert (member.left_at, member.is_taken_out) == (NOW, False)


@pytest.mark.parametrize(("side", "status"), [("mentee", "withdrawn"), ("mentor", "open")])
def test_taking_somebody_out_ends_their_pair_and_request(side, status, admin_client):
    pair = proposed_pair()
    member = CohortMember.objects.get(cohort=pair.help_request.cohort, side=side)

    admin_client.post(page_of(pair.help_request.cohort, "take_out", member.pk))

    pair.refresh_from_db()
    pair.help_request.refresh_from_db()
    assert (pair.status, pair.help_request.status) == ("withdrawn", status)


def test_a_person_is_taken_out_and_comes_back(admin_client, cohort, alice):
    member = CohortMemberFactory(cohort=cohort, person=alice)

    admin_client.post(page_of(cohort, "take_out", member.pk))
    member.refresh_from_db()
    assert member.left_at is not None

    admin_client.post(page_of(cohort, "members"), {"address": alice.email, "side": "mentee"})
    member.refresh_from_db()
    assert member.left_at is None


def test_nothing_is_changed_in_an_archived_cohort(admin_client, alice):
    member = CohortMemberFactory(cohort__status="archived", cohort__archived_at=NOW)

    answers = [
        admin_client.post(page_of(member.cohort, "members"), {"address": alice.email, "side": "mentee"}),
        admin_client.post(page_of(member.cohort, "member", member.pk), {"no_manager": "on"}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert CohortMember.objects.get() == member


def test_the_history_of_a_cohort_tells_what_was_done(admin_client, cohort, alice):
    admin_client.post(page_of(cohort, "members"), {"address": alice.email, "side": "mentee"})
    admin_client.post(page_of(cohort, "change"), form_of(cohort, name="Summer intake"))

    page = admin_client.get(page_of(cohort, "history")).content.decode()

    assert f"{alice} is in the cohort (mentee)." in page
    assert "Summer intake" in page


# --- organisers -----------------------------------------------------------------------------------------------------


def test_a_programme_manager_and_a_reader_of_the_company_are_added_and_removed(admin_client, cohort, alice):
    manager = UserFactory(role="programme")
    address = page_of(cohort, "organisers")

    for person, part in ((manager, "manager"), (alice, "employer")):
        admin_client.post(address, {"do": "add", "address": person.email, "part": part})
    assert set(CohortOrganiser.objects.values_list("person", "part")) == {
        (manager.pk, "manager"),
        (alice.pk, "employer"),
    }
    assert (kinds(manager), kinds(alice)) == (["cohort_given"], ["cohort_numbers"])

    for organiser in CohortOrganiser.objects.all():
        admin_client.post(address, {"do": "remove", "organiser": organiser.pk})
    assert not CohortOrganiser.objects.exists()


@pytest.mark.parametrize(
    ("company", "part", "sentence"),
    [("Acme", "manager", "They are no programme manager yet."), ("", "employer", "The cohort belongs to no company.")],
)
def test_a_person_who_cannot_organise_is_refused(company, part, sentence, admin_client, alice):
    cohort = CohortFactory(company=company)

    answer = admin_client.post(page_of(cohort, "organisers"), {"do": "add", "address": alice.email, "part": part})

    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert not CohortOrganiser.objects.exists()


def test_an_organiser_of_another_cohort_is_not_removed_here(admin_client, cohort):
    other = CohortOrganiserFactory()

    answer = admin_client.post(page_of(cohort, "organisers"), {"do": "remove", "organiser": other.pk})

    assert answer.status_code == 404
    assert CohortOrganiser.objects.filter(pk=other.pk).exists()


def test_the_last_day_to_join_is_said_once_it_has_passed(admin_client, cohort):
    Cohort.objects.filter(pk=cohort.pk).update(joins_until_on=NOW.date() - timedelta(days=3000))

    assert "the last day to join has passed" in admin_client.get(page_of(cohort, "run")).content.decode()
