"""Lists of the admin respect the work of their reader: all rows, the way back, and the next row."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.admin_lists.changelist import PlacedChangeList
from accounts.admin_lists.worked import WorkedList
from accounts.models import Block, Concern, MentorProfile, Skill
from accounts.services.mentors import approve_mentor
from mentorship.models import Exclusion
from tests.factories import NOW, BlockFactory, HelpRequestFactory, MatchFactory, MentorFactory, UserFactory
from tests.helpers import hidden_fields, kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

MENTORS = "/admin/accounts/mentorprofile/"
WAITING = MENTORS + "?status__exact=applied&q=Lovelace&o=1"
MODELS = list(admin.site._registry)


def applicants(count: int) -> list[MentorProfile]:
    return [MentorFactory(status="applied", user__name=f"Lovelace {number:03}") for number in range(count)]


def status_of_all() -> list[str]:
    return list(MentorProfile.objects.order_by("pk").values_list("status", flat=True))


def links(page) -> dict[str, str]:
    """Return the addresses on a page by their words. The first of equal words counts."""
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(?:<[^>]*>)*([^<]*)', page.content.decode())
    return {unescape(words).strip(): unescape(address) for address, words in reversed(found)}


def test_every_list_is_one_of_these():
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, WorkedList), model
        assert issubclass(model_admin.get_changelist(None), PlacedChangeList), model


def test_a_status_is_changed_by_actions_only(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    for model, model_admin in admin.site._registry.items():
        # A concern has a page of its own, which is no form of its fields.
        if model is Concern:
            continue
        if any(field.name == "status" for field in model._meta.fields) and model_admin.has_change_permission(request):
            assert "status" in model_admin.get_readonly_fields(request), model


# --- all rows -------------------------------------------------------------------------------------------------


def choose_all(client, address: str, action: str):
    some = MentorProfile.objects.filter(status="applied").values_list("pk", flat=True)[:2]
    return client.post(address, {"action": action, "index": "0", "_selected_action": list(some), "select_across": "1"})


def test_all_rows_are_confirmed_with_their_number_first(admin_client):
    applicants(3)
    MentorFactory(status="applied", user__name="Somebody else")

    asked = choose_all(admin_client, WAITING, "approve")

    page = asked.content.decode()
    assert "3 applicants are approved, and get a mail." in page
    assert "Lovelace 000" in page
    assert "Somebody else" not in page
    assert set(status_of_all()) == {"applied"}
    assert links(asked)["Change nothing"] == WAITING


def test_all_rows_of_the_filter_are_acted_on_and_no_others(admin_client):
    mentors = applicants(3)
    other = MentorFactory(status="applied", user__name="Somebody else")

    done = admin_client.post(WAITING, hidden_fields(choose_all(admin_client, WAITING, "approve")))

    assert (done.status_code, done["Location"]) == (302, WAITING)
    assert status_of_all() == ["approved"] * 3 + ["applied"]
    assert "mentor_approved" in kinds(mentors[0].user)
    assert kinds(other.user) == []


@pytest.mark.parametrize("change", ["one more", "one less", "another one"])
def test_other_rows_than_those_that_were_counted_are_asked_about_again(change, admin_client):
    mentors = applicants(3)
    asked = choose_all(admin_client, WAITING, "approve")
    if change != "one more":
        approve_mentor(mentor_id=mentors[0].pk, by=None, now=NOW)
    if change != "one less":
        MentorFactory(status="applied", user__name="Lovelace 999")

    again = admin_client.post(WAITING, hidden_fields(asked))

    now = {"one more": 4, "one less": 2, "another one": 3}[change]
    assert (
        f"The rows have changed since you were asked: there were 3, and now they are {now}." in again.content.decode()
    )
    assert status_of_all().count("approved") == (change != "one more")
    assert admin_client.post(WAITING, hidden_fields(again)).status_code == 302
    assert status_of_all().count("applied") == 0


def test_a_reason_that_was_written_is_kept_when_the_rows_have_changed(admin_client):
    applicants(2)
    asked = choose_all(admin_client, WAITING, "reject")
    for_a_reason = admin_client.post(WAITING, hidden_fields(asked))
    MentorFactory(status="applied", user__name="Lovelace 999")

    again = admin_client.post(WAITING, hidden_fields(for_a_reason) | {"reason": "No free place this year."})
    assert set(status_of_all()) == {"applied"}
    admin_client.post(WAITING, hidden_fields(again))

    assert status_of_all() == ["rejected"] * 3
    assert {mentor.decisions.get().reason for mentor in MentorProfile.objects.all()} == {"No free place this year."}


def test_nothing_is_done_if_no_row_is_left(admin_client):
    mentors = applicants(1)
    asked = choose_all(admin_client, WAITING, "approve")
    approve_mentor(mentor_id=mentors[0].pk, by=None, now=NOW)

    done = admin_client.post(WAITING, hidden_fields(asked), follow=True)

    assert "No row is in this list any more." in done.content.decode()


def test_all_rows_are_deleted_after_their_number_was_confirmed(admin_client):
    first = UserFactory()
    pairs = [Exclusion.objects.create(first=first, second=UserFactory(), reason="same_team") for _ in range(3)]
    address = reverse("admin:mentorship_exclusion_changelist") + "?reason__exact=same_team"
    form = {"action": "delete_selected", "_selected_action": pairs[0].pk, "select_across": "1"}

    asked = admin_client.post(address, form)
    assert "“Delete selected exclusions” is done for 3 exclusions." in asked.content.decode()
    listed = admin_client.post(address, hidden_fields(asked))
    assert Exclusion.objects.count() == 3
    done = admin_client.post(address, hidden_fields(listed))

    assert done["Location"] == address
    assert not Exclusion.objects.exists()


def test_many_outcomes_are_counted_and_each_is_logged(admin_client):
    applicants(12)

    done = admin_client.post(WAITING, hidden_fields(choose_all(admin_client, WAITING, "approve")), follow=True)

    assert "Done for 12 rows. Each is approved and gets a mail." in done.content.decode()
    assert LogEntry.objects.filter(change_message__endswith="is approved and gets a mail.").count() == 12


# --- the way back ---------------------------------------------------------------------------------------------


def test_a_reason_is_asked_for_and_given_in_the_list_as_it_was(admin_client):
    first, _second = applicants(2)
    page = admin_client.post(WAITING, {"action": "reject", "_selected_action": [first.pk]})
    assert links(page)["Change nothing"] == links(page)["Mentor profiles"] == WAITING

    done = admin_client.post(WAITING, hidden_fields(page) | {"reason": "No free place this year."})

    assert done["Location"] == WAITING
    assert status_of_all() == ["rejected", "applied"]


def test_a_chosen_row_that_has_left_the_list_is_left_out_with_a_word(admin_client):
    first, second = applicants(2)
    approve_mentor(mentor_id=first.pk, by=None, now=NOW)

    done = admin_client.post(
        WAITING, {"action": "approve", "_selected_action": [first.pk, second.pk]}, follow=True
    ).content.decode()

    assert "Not in this list any more, so nothing was done with them: 1 of the chosen rows." in done
    assert status_of_all() == ["approved", "approved"]


def test_the_last_page_is_shown_when_an_action_has_emptied_it(admin_client, monkeypatch):
    monkeypatch.setattr(admin.site._registry[MentorProfile], "list_per_page", 2)
    mentors = applicants(3)

    page = admin_client.post(WAITING + "&p=2", {"action": "approve", "_selected_action": [mentors[2].pk]}, follow=True)

    cl = page.context["cl"]
    assert [mentor.pk for mentor in cl.result_list] == [mentors[0].pk, mentors[1].pk]
    assert cl.query == "Lovelace"


LEFT = urlencode({"_changelist_filters": "status__exact=applied&all=&q=Lovelace", "_place": "2"})
LIST = MENTORS + "?status__exact=applied&all=&q=Lovelace"


def test_each_page_of_a_row_leads_back_to_the_list_as_it_was(admin_client):
    mentor = applicants(1)[0]
    page = admin_client.get(f"{MENTORS}{mentor.pk}/change/?{LEFT}")
    history = admin_client.get(f"{MENTORS}{mentor.pk}/history/?{LEFT}")

    assert links(page)["Mentor profiles"] == links(history)["Mentor profiles"] == LIST
    assert links(page)["History"] == f"{MENTORS}{mentor.pk}/history/?{LEFT}"
    assert links(history)["Lovelace 000"] == f"{MENTORS}{mentor.pk}/change/?{LEFT}"


def test_saving_leads_back_to_the_list_as_it_was(admin_client):
    mentor = applicants(1)[0]
    address = f"{MENTORS}{mentor.pk}/change/?{LEFT}"
    page = admin_client.get(address)
    form = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    form |= {"decisions-TOTAL_FORMS": 0, "decisions-INITIAL_FORMS": 0}
    form |= {name: ",".join(form[name]) for name in ("teaches", "explores", "formats")}
    action = unescape(re.search(r'<form [^>]*action="(\?[^"]*)"', page.content.decode())[1])

    assert "_place=2" in action
    assert admin_client.post(address, form)["Location"] == LIST
    assert "_place=2" in admin_client.post(address, form | {"_continue": "1"})["Location"]


def test_deleting_leads_back_to_the_list_as_it_was(admin_client):
    block = BlockFactory()
    left = urlencode({"_changelist_filters": "concern__isempty=1"})

    done = admin_client.post(f"/admin/accounts/block/{block.pk}/delete/?{left}", {"post": "yes"})

    assert done["Location"] == "/admin/accounts/block/?concern__isempty=1"
    assert not Block.objects.exists()


def test_a_view_has_a_link_for_colleagues_without_the_page(admin_client):
    applicants(1)

    page = admin_client.get(WAITING + "&p=1")

    shared = "/admin/accounts/mentorprofile/?o=1&q=Lovelace&status__exact=applied"
    assert links(page)[f"http://testserver{shared}"] == shared
    assert admin_client.get(shared).context["cl"].result_count == 1


# --- the next row ---------------------------------------------------------------------------------------------


def names_along(client, address: str, word: str) -> list[str]:
    """Return the names on the pages that one reaches by following ``word``."""
    found = []
    while address:
        page = client.get(address)
        found.append(str(page.context["original"]) + " " + re.search(r"<span>(.*)</span>\n", page.content.decode())[1])
        address = links(page).get(word, "")
    return found


def test_next_and_previous_follow_the_order_and_the_filter_of_the_list(admin_client):
    applicants(3)
    MentorFactory(status="approved", user__name="Lovelace 001")
    first = links(admin_client.get(WAITING))["Lovelace 000"]

    forward = names_along(admin_client, first, "Next")

    assert forward == ["Lovelace 000 1 of 3", "Lovelace 001 2 of 3", "Lovelace 002 3 of 3"]
    last = links(admin_client.get(WAITING))["Lovelace 002"]
    assert names_along(admin_client, last, "Previous") == forward[::-1]


def test_the_row_after_one_that_has_left_the_list_is_the_next(admin_client):
    mentors = applicants(3)
    second = links(admin_client.get(WAITING))["Lovelace 001"]
    approve_mentor(mentor_id=mentors[1].pk, by=None, now=NOW)

    page = admin_client.get(second)

    assert "Not in the list any more. It has 2 rows" in page.content.decode()
    assert names_along(admin_client, links(page)["Next"], "Next") == ["Lovelace 002 2 of 2"]
    assert str(admin_client.get(links(page)["Previous"]).context["original"]) == "Lovelace 000"


def test_a_row_that_moved_in_the_list_is_found_again(admin_client):
    mentors = applicants(3)
    third = links(admin_client.get(WAITING))["Lovelace 002"]
    approve_mentor(mentor_id=mentors[0].pk, by=None, now=NOW)

    page = admin_client.get(third)

    assert "2 of 2" in page.content.decode()
    assert links(page)["Previous"] == links(admin_client.get(WAITING))["Lovelace 001"]


def test_rows_that_a_search_finds_twice_count_once(admin_client):
    for number in range(3):
        skill = Skill.objects.create(name=f"Zymurgy {number}", field="brewing")
        skill.aliases.create(name=f"zymurgical {number}")
        skill.aliases.create(name=f"zymurgist {number}")
    listed = admin_client.get(reverse("admin:accounts_skill_changelist"), {"q": "zymurg"})

    for place, address in (
        (2, links(listed)["Zymurgy 1"]),
        (2, links(listed)["Zymurgy 1"].replace("_place=2", "_place=9")),
    ):
        assert f"{place} of 3" in admin_client.get(address).content.decode()


@pytest.mark.parametrize("rows", [3, 30])
def test_the_queries_of_a_row_do_not_grow_with_the_list(rows, admin_client, django_assert_max_num_queries):
    for _ in range(rows):
        MatchFactory(status="asked")
    for name in ("helprequest", "waitingrequest", "match"):
        listed = admin_client.get(f"/admin/matching/{name}/?o=1")
        row = listed.context["cl"].result_list[1]
        for place in (2, 3):
            with django_assert_max_num_queries(32):
                page = admin_client.get(
                    f"/admin/matching/{name}/{row.pk}/change/?_changelist_filters=o%3D1&_place={place}"
                )
            assert f"2 of {rows}" in page.content.decode(), name


def test_a_page_without_a_list_shows_no_neighbours(admin_client):
    mentor = applicants(2)[0]

    assert admin_client.get(f"{MENTORS}{mentor.pk}/change/").context["neighbours"] is None


ODD_FILTERS = [
    *("garbage", "status__exact=nothing", "nothing=1", "q=%00", "p=99", "e=1", "o=x.-99", "_popup=1", "=&=&&", "%"),
    *("user__password__startswith=a", "status__exact=" + "9" * 400, "q=" + "a " * 900, "_to_field=password", "all="),
    *("status_since_at__year=99999", "paid__exact=x", "_facets=1"),
]


@pytest.mark.parametrize("filters", ODD_FILTERS)
@pytest.mark.parametrize("place", ["1", "0", "-1", "x", "9" * 30, "²"])
def test_odd_filters_and_places_open_the_page_all_the_same(filters, place, admin_client):
    mentor = applicants(1)[0]

    page = admin_client.get(f"{MENTORS}{mentor.pk}/change/", {"_changelist_filters": filters, "_place": place})

    assert page.status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_each_list_leads_to_rows_with_neighbours(model, admin_client, alice, bob):
    HelpRequestFactory(mentee=alice)
    row = model._default_manager.order_by("pk").first()
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    for address in re.findall(
        r'href="([^"]*_place=1)"', admin_client.get(reverse(f"{name}_changelist")).content.decode()
    ):
        page = admin_client.get(unescape(address))
        assert page.status_code == 200
        assert "1 of " in page.content.decode(), row
