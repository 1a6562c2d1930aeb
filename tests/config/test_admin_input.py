"""Odd input to any admin page: never an error on our side, and no list that ignores a filter."""

from __future__ import annotations

from itertools import product
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import (
    Block,
    CommunityRules,
    CommunitySetting,
    IdentityProvider,
    MentorProfile,
    Notification,
    ServiceAccount,
    Skill,
    WebhookEndpoint,
)
from config.admin_input import StrictChangeList, StrictModelAdmin
from matching.models import HelpRequest, WaitingRequest
from mentorship.models import Exclusion
from tests.factories import (
    ConcernFactory,
    HelpRequestFactory,
    IdentityProviderFactory,
    MatchFactory,
    MentorshipFactory,
    NotificationFactory,
    SessionFactory,
    UserFactory,
    WebhookEndpointFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

HUGE = "9" * 30
ODD = ["\x00", "abc", HUGE, "-1", "("]
LOOKUPS = ["regex", "in", "isnull", "gt", "year", "contains", "date", "nonsense", "pk__pk"]
MODELS = list(admin.site._registry)
OWN_ADD_PAGES = (CommunityRules, IdentityProvider, ServiceAccount, WebhookEndpoint)
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
# The page of the settings has all that there are, with no filter, search or action.
LISTS = [model for model in MODELS if model is not CommunitySetting]
each_list = pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label_lower)


@pytest.fixture(autouse=True)
def rows(admin_user):
    """A row of most models."""
    match = MatchFactory(status="asked")
    SessionFactory(mentorship=MentorshipFactory(mentor=match.mentor, goal=match.help_request.goal))
    NotificationFactory()
    HelpRequestFactory()
    IdentityProviderFactory()
    pair = sorted([match.mentor.user, match.help_request.mentee], key=lambda user: user.pk)
    Exclusion.objects.create(first=pair[0], second=pair[1], reason="conflict")
    Block.objects.create(blocker=pair[0], blocked=pair[1])
    ConcernFactory(raised_by=pair[0], about=pair[1])


@pytest.fixture
def browser(admin_client):
    """Return the client of an admin, which answers an error on our side instead of raising it."""
    admin_client.raise_request_exception = False
    return admin_client


def page(model, view: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


def fields_of(model) -> list[str]:
    return [field.name for field in model._meta.get_fields() if field.concrete] + ["pk"]


def offered(model, browser) -> set[str]:
    """Return the parameters of the filters and dates that the list of ``model`` shows."""
    changelist = browser.get(page(model, "changelist")).context["cl"]
    found = {name for spec in changelist.filter_specs for name in spec.expected_parameters()}
    if changelist.date_hierarchy:
        found |= {f"{changelist.date_hierarchy}__{part}" for part in ("year", "month", "day")}
    return found


def answers(browser, address: str, queries: list[dict]) -> dict[str, int]:
    """Return the status of each query, after checking that none is an error on our side."""
    found = {str(query): browser.get(address, query).status_code for query in queries}
    assert {query: status for query, status in found.items() if status >= 500} == {}
    return found


def test_every_list_is_strict():
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, StrictModelAdmin), model
        assert model_admin.get_changelist(None) is StrictChangeList, model


@each_list
def test_a_lookup_that_a_list_does_not_offer_is_400(model, browser):
    known = offered(model, browser)
    asked = {f"{name}__range" for name in fields_of(model)}
    asked |= {f"pk__{lookup}" for lookup in LOOKUPS} | set(fields_of(model))

    found = answers(browser, page(model, "changelist"), [{name: "1"} for name in sorted(asked - known)])

    assert set(found.values()) == {400}


@each_list
def test_a_list_answers_odd_values_of_its_own_parameters(model, browser):
    names = sorted(offered(model, browser) | {"o"})
    queries = [{name: value} for name in names for value in ("\x00", "abc", HUGE)] + [{"q": value} for value in ODD]

    found = answers(browser, page(model, "changelist"), queries)

    assert {status for query, status in found.items() if "\\x00" in query} == {400}


def test_a_list_answers_odd_values_of_what_all_lists_take(browser):
    names = ("p", "all", "e", "_popup", "_facets", "_to_field", "_changelist_filters")

    found = answers(browser, page(Notification, "changelist"), [{name: value} for name in names for value in ODD])

    assert {status for query, status in found.items() if "\\x00" in query} == {400}


def test_dates_at_the_edge_of_the_calendar_are_no_error(browser, subtests):
    dated = {model: name for model in MODELS if (name := admin.site._registry[model].date_hierarchy)}
    assert dated
    for model, name in dated.items():
        with subtests.test(model._meta.label_lower):
            dates = [
                ("9999",),
                ("10000",),
                ("0",),
                ("1",),
                ("9999", "12"),
                ("9999", "12", "31"),
                ("1", "1", "1"),
                ("2026", "13"),
            ]
            dates += [("2026", "2", "30"), ("2026", "", ""), ("x", "1"), (HUGE,), ("2026", "1", HUGE)]
            queries = [
                {f"{name}__{part}": value for part, value in zip(("year", "month", "day"), date, strict=False)}
                for date in dates
            ]
            queries += [{f"{name}__month": "1"}, {f"{name}__day": "1"}, {f"{name}__year": "2026", f"{name}__day": "1"}]
            queries += [{f"{name}__year": "2026", f"{name}__gte": "x"}, {f"{name}__gte": "2026-01-01T00:00Z"}]

            answers(browser, page(model, "changelist"), queries)


@each_list
def test_an_action_on_no_row_is_400(model, browser):
    address = page(model, "changelist")
    actions = [
        *browser.get(address).context["cl"].model_admin.get_actions(browser.get(address).wsgi_request),
        "nothing",
    ]
    for action in actions:
        for value in ("\x00", "abc", HUGE):
            response = browser.post(address, {"action": action, "_selected_action": value})
            assert response.status_code in (200, 302, 400), (action, value)
            if action != "nothing" and value in ("abc", HUGE):
                assert response.status_code == 400, (action, value)


def test_an_action_with_odd_fields_is_no_error(browser):
    address = page(Notification, "changelist")
    for more in ({"index": "x"}, {"index": "-7"}, {"index": HUGE}, {"select_across": "x"}, {"select_across": "\x00"}):
        for action in ("nothing", *browser.get(address).context["cl"].model_admin.actions):
            name = action if isinstance(action, str) else action.__name__
            response = browser.post(address, {"action": name, "_selected_action": "0"} | more)
            assert response.status_code in (200, 302, 400), (name, more)


def test_a_page_of_no_row_is_no_error(browser, subtests):
    for model, view in product(MODELS, ["change", "delete", "history"]):
        with subtests.test(model._meta.label_lower, view=view):
            for value in ["\x00", "abc", HUGE, "_00", "1/2"]:
                if value.strip():
                    address = page(model, view, "ODD").replace("ODD", urlencode({"": value})[1:].replace("+", "%20"))
                    for method in (browser.get, browser.post):
                        assert method(address).status_code in (301, 302, 400, 403, 404), (address, method)


def test_the_page_that_adds_a_row_takes_no_values_from_the_address(browser, subtests):
    for model in MODELS:
        with subtests.test(model._meta.label_lower):
            address = page(model, "add")
            if browser.get(address).status_code == 403:
                continue
            queries = [{name: "abc"} for name in fields_of(model)]
            # Pages of ours read no field from their address.
            assert set(answers(browser, address, queries).values()) == {200 if model in OWN_ADD_PAGES else 400}
            assert browser.get(address, {"_popup": "1", "_to_field": "id"}).status_code == 200
            answers(
                browser,
                address,
                [{name: HUGE} for name in ("_popup", "_to_field", "_changelist_filters")],
            )


def sent_by(form_page) -> dict[str, str]:
    """Return what a browser sends of the forms on a page: the first values of all fields."""
    context = form_page.context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            sent[bound.html_name] = "" if value is None else value
    return sent


@each_model
def test_a_tampered_form_is_no_error(model, browser):
    row = model._default_manager.first()
    pages = [page(model, "add")] + ([page(model, "change", row.pk)] if row else [])
    for address in pages:
        shown = browser.get(address)
        if shown.status_code != 200 or not shown.context.get("adminform"):
            continue
        sent = sent_by(shown)
        of_rows = {name for name in sent if name.endswith("_FORMS")}
        tampered = [dict.fromkeys(sent.keys() - of_rows, value) for value in ("\x00", "abc", HUGE)]
        # Alone, a wrong field is met by rules that read several.
        tampered += [{name: HUGE} for name in sent]
        for fields in tampered:
            response = browser.post(address, sent | fields | {"_continue": "1"})
            assert response.status_code in (200, 302, 400, 403), (address, fields)


@pytest.mark.parametrize(
    "model", [model for model in admin.site._registry if admin.site._registry[model].inlines], ids=str
)
def test_inner_rows_of_another_page_are_400(model, browser, admin_user, rf):
    WebhookEndpointFactory(kinds=["member.joined"])
    UserFactory()
    request = rf.get("/")
    request.user = admin_user
    row = admin.site._registry[model].get_queryset(request).first()
    if row is None or not (shown := browser.get(page(model, "change", row.pk))).context.get("adminform"):
        pytest.fail("the test has no row")
    sent = sent_by(shown)
    for inline in shown.context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        counts = [("3", "3"), ("0", "1"), ("1", "0"), (HUGE, "0"), ("-1", "-1"), ("x", "")]
        for key, (total, initial) in [*product(("7", HUGE, "abc"), [("1", "1")]), *product(["7"], counts)]:
            tampered = {
                f"{prefix}-TOTAL_FORMS": total,
                f"{prefix}-INITIAL_FORMS": initial,
                f"{prefix}-0-id": key,
                f"{prefix}-0-DELETE": "on",
            }
            response = browser.post(page(model, "change", row.pk), sent | tampered)
            assert response.status_code in (200, 302, 400, 403), tampered


def test_the_pages_of_no_model_are_no_error(browser):
    other = [pattern for pattern in get_resolver().url_patterns if isinstance(pattern, URLResolver)]
    assert other
    addresses = ["", "autocomplete/", "jsi18n/", "password_change/", "accounts/", "nothing/", "r/1/1/", "login/"]
    for address in addresses:
        for name in ("term", "app_label", "model_name", "field_name", "page", "next", "object_id", "q"):
            answers(browser, f"/admin/{address}", [{name: value} for value in ODD])
    for value in ["%00", "abc", HUGE, "_00"]:
        for address in (
            f"r/{value}/1/",
            f"r/1/{value}/",
            f"{value}/",
            f"accounts/{value}/",
            f"accounts/user/{value}/x/",
        ):
            assert browser.get(f"/admin/{address}").status_code < 500, address


def test_autocomplete_takes_odd_terms(browser):
    known = {"app_label": "accounts", "model_name": "block", "field_name": "blocker"}
    assert browser.get("/admin/autocomplete/", known | {"term": "a"}).status_code == 200
    answers(browser, "/admin/autocomplete/", [known | {"term": value} for value in ODD])
    answers(browser, "/admin/autocomplete/", [known | {"page": value} for value in ODD])


def own_pages(patterns, prefix: str = "/") -> list[str]:
    found = []
    for pattern in patterns:
        below = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += own_pages(pattern.url_patterns, below)
        elif isinstance(pattern, URLPattern) and below.startswith("/admin/"):
            found.append(below)
    return found


def test_pages_that_this_project_adds_answer_odd_addresses(browser):
    request = HelpRequest.objects.first()
    assert any("why-not" in found for found in own_pages(get_resolver().url_patterns))
    for number in (request.pk, 0, HUGE):
        address = f"/admin/matching/helprequest/{number}/why-not/"
        answers(browser, address, [{"mentor": value} for value in [*ODD, "a@b", "@", "é@é.example", "a@" + "b" * 300]])
    assert browser.get(f"/admin/matching/helprequest/{request.pk}/why-not/?mentor=%00").status_code == 400
    lists = [{"_changelist_filters": value, "_place": place} for value in [*ODD, "q=%00"] for place in ("1", *ODD)]
    for model in ("matching/helprequest", "matching/waitingrequest", "accounts/mentorprofile"):
        for number in (request.pk, 0, HUGE, "abc"):
            address = f"/admin/{model}/{number}/decide/"
            answers(browser, address, lists)
            assert browser.post(address, {"do": "\x00"}).status_code in (302, 400, 404)
    for code in ("nothing", "_00", "%00", HUGE):
        assert browser.get(f"/admin/accounts/notification/catalogue/{code}/").status_code in (302, 400, 404)


@pytest.mark.parametrize(
    ("model", "query"),
    [
        (MentorProfile, "status__exact=applied"),
        (MentorProfile, "paid__exact=1"),
        (Notification, "look=dead&status__exact=dead"),
        (Notification, "created_at__year=2026&created_at__month=11&created_at__day=23"),
        (WaitingRequest, "whose_turn=community&queued_at__isempty=0"),
        (HelpRequest, "goal__kind__id__exact=1&q=a+b&o=-3.1&p=1&all="),
        (Skill, "q=python&field=software"),
    ],
)
def test_a_filter_that_a_list_offers_is_taken(model, query, browser):
    assert browser.get(f"{page(model, 'changelist')}?{query}").status_code == 200


def test_an_unknown_value_of_a_filter_is_not_the_whole_list(browser):
    assert browser.get(page(Notification, "changelist"), {"look": "nothing"}).status_code == 400


@pytest.mark.parametrize(("asked", "shown"), [("99", 2), (HUGE, 2), ("0", 1), ("-7", 1), ("abc", 1)])
def test_a_page_that_is_not_there_is_the_nearest_one(asked, shown, browser):
    NotificationFactory.create_batch(101)

    response = browser.get(page(Notification, "changelist"), {"p": asked, "status__exact": "pending"})

    assert response.context["cl"].page_num == shown


def test_a_search_of_many_words_is_400(browser):
    for model in (Skill, MentorProfile, HelpRequest):
        assert browser.get(page(model, "changelist"), {"q": "a " * 1500}).status_code == 400
