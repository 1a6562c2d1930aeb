"""Escalations on the home of the admin: lists, buttons and pages."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.escalations import all_kinds
from accounts.figures.store import count_figures
from accounts.models import Concern, Escalation, MentorProfile, Notification, User
from accounts.needs_somebody import ON_A_PAGE
from accounts.services.escalations import assign, dismiss, snooze
from accounts.suggested_actions import action_for
from matching.engine.rules import RULES as MATCHING_RULES
from mentorship.models import Feedback, Session
from tests.escalations import DAY, HOME, MAKERS, address, cause_of, count_of, kinds_shown, rule_page
from tests.factories import ConcernFactory, MentorFactory, NotificationFactory, UserFactory
from tests.helpers import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def now():
    return timezone.now()


def told(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# --- home -----------------------------------------------------------------------------------------------------


def test_the_home_shows_what_whom_since_when_and_the_action(admin_client, now):
    mentorship = MAKERS["silent_pair"](now)

    page = admin_client.get(HOME).content.decode()

    for person in (mentorship.mentee, mentorship.mentor.user):
        assert f'<a href="{reverse("admin:accounts_user_change", args=[person.pk])}">{person}</a>' in page
    assert "Silent pair" in page
    assert "1 month, 1 week" in html.unescape(page).replace("\xa0", " ")
    assert "Write to both" in page
    assert reverse("admin:mentorship_mentorship_change", args=[mentorship.pk]) in page


def test_the_home_has_the_rule_that_removes_most(admin_client, now):
    MAKERS["request_without_mentor"](now)

    page = admin_client.get(HOME).content.decode()
    assert "Most mentors are removed by: The mentor and the mentee share no language at working level." in page


@pytest.mark.parametrize("rule", [rule.name for rule in MATCHING_RULES if rule.private])
def test_the_home_names_no_private_rule(rule, admin_client, now):
    """It may be a block, and a matchmaker sees none."""
    request = MAKERS["request_without_mentor"](now)
    type(request).objects.update(obstacle=rule)

    page = admin_client.get(HOME).content.decode()

    assert "Most mentors are removed by: The mentors who would fit are not available at the moment." in page


def test_no_page_shows_the_note_of_a_fit_check(admin_client, now):
    check = MAKERS["fit_not_good"](now)
    cause = cause_of("fit_not_good", check, now)

    for path in (HOME, address(cause)):
        page = html.unescape(admin_client.get(path).content.decode())
        assert f"{check.person}, the mentee, lets you know." in page
        assert "never listens" not in page


def test_kinds_and_owners_filter_the_list(admin_client, admin_user, now):
    applicant = MAKERS["application_waits"](now)
    MAKERS["mail_failed"](now)
    assign(cause=cause_of("application_waits", applicant, now), to=admin_user, was=None, by=admin_user, now=now)

    assert kinds_shown(admin_client.get(HOME)) == ["application_waits", "mail_failed"]
    assert kinds_shown(admin_client.get(HOME, {"kind": "mail_failed"})) == ["mail_failed"]
    assert kinds_shown(admin_client.get(HOME, {"owner": "mine"})) == ["application_waits"]
    assert kinds_shown(admin_client.get(HOME, {"owner": "nobody"})) == ["mail_failed"]
    page = admin_client.get(HOME).content.decode()
    assert "Application waits (1)" in page
    assert "everything (2)" in page


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "nothing"},
        {"kind": "\x00"},
        {"owner": "theirs"},
        {"owner": ""},
        {"page": "0"},
        {"page": "-1"},
        {"page": "x"},
        {"page": "9" * 30},
        {"page": "²"},
    ],
)
def test_a_filter_that_the_home_does_not_have_is_400(query, admin_client):
    assert admin_client.get(HOME, query).status_code == 400


def test_a_page_has_so_many(admin_client, now):
    MentorFactory.create_batch(ON_A_PAGE + 1, status="applied", status_since_at=now - 9 * DAY, career=[])

    first, second = (admin_client.get(HOME, {"page": page}) for page in ("1", "2"))

    assert (len(kinds_shown(first)), len(kinds_shown(second))) == (ON_A_PAGE, 1)
    assert "Page 1 of 2" in first.content.decode()
    assert len(kinds_shown(admin_client.get(HOME, {"page": "99"}))) == 1


def test_the_number_of_queries_does_not_grow_with_rows(admin_client, now):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert admin_client.get(HOME).status_code == 200
        return len(found)

    count_figures(now=timezone.now())
    for make in MAKERS.values():
        make(now)
    once = queries()
    for make in MAKERS.values():
        make(now)
        make(now)

    # Not all kinds have a place on the first page any more.
    assert queries() <= once


# --- buttons --------------------------------------------------------------------------------------------------

ANSWERS = {
    "mail_uncertain": {"decision": "arrived"},
    "attendance_disputed": {"status": "held"},
    "feedback_reported": {"decision": "keep"},
}


# Done on the page behind the row.
BEHIND = {"application_waits", "cohort_waits"}


def test_some_actions_are_done_on_the_page_behind_the_row():
    assert {code for code in MAKERS if action_for(code).is_behind} == BEHIND


@pytest.mark.parametrize("code", sorted(MAKERS.keys() - BEHIND))
def test_the_suggested_action_of_each_kind_is_done_from_its_row(code, admin_client, admin_user, now):
    cause = cause_of(code, MAKERS[code](now), now)

    response = admin_client.post(address(cause), {"do": "act", "next": HOME} | ANSWERS.get(code, {}), follow=True)

    assert response.redirect_chain == [(HOME, 302)]
    assert action_for(code).done in told(response)
    assert code not in kinds_shown(response)
    note = Escalation.objects.get()
    assert (note.acted_by, note.done) == (admin_user, action_for(code).done)
    assert LogEntry.objects.get().user == admin_user


@pytest.mark.parametrize("code", MAKERS)
def test_each_escalation_has_a_page_and_opens_its_thing(code, admin_client, now):
    row = MAKERS[code](now)
    cause = cause_of(code, row, now)

    page = admin_client.get(address(cause))

    assert page.status_code == 200
    [kind] = [kind for kind in all_kinds() if kind.code == code]
    assert admin_client.get(kind.url(row)).status_code == 200


def test_pages_lead_to_the_escalations_before_and_after_them(admin_client, now):
    mails = [NotificationFactory(status="dead", created_at=now - days * DAY) for days in (5, 4, 3)]
    NotificationFactory(status="uncertain", created_at=now - 4 * DAY)
    first, second, third = (address(cause_of("mail_failed", mail, now)) for mail in mails)
    home = f"{HOME}?kind=mail_failed"

    page = admin_client.get(second, {"next": home}).content.decode()

    back = urlencode({"next": home})
    assert f'href="{first}?{back}">Previous</a>' in page
    assert "2 of 3" in page
    assert f'href="{third}?{back}">Next</a>' in page
    assert "4 of 4" in admin_client.get(third).content.decode()
    assert "Rows of the list" not in admin_client.get(second, {"next": f"{HOME}?kind=nothing"}).content.decode()


def test_the_next_page_of_the_list_has_the_escalation_after_the_last_one(admin_client, now):
    for number in range(ON_A_PAGE + 1):
        NotificationFactory(status="dead", created_at=now - (100 - number) * DAY)
    last = address(cause_of("mail_failed", Notification.objects.order_by("created_at")[ON_A_PAGE - 1], now))

    page = admin_client.get(last, {"next": HOME}).content.decode()

    assert f"{ON_A_PAGE} of {ON_A_PAGE + 1}" in page
    assert urlencode({"next": f"{HOME}?page=2"}) in page


def test_an_escalation_that_rests_stands_between_its_neighbours_of_before(admin_client, admin_user, now):
    mails = [NotificationFactory(status="dead", created_at=now - days * DAY) for days in (5, 4, 3)]
    first, second, third = (cause_of("mail_failed", mail, now) for mail in mails)
    snooze(cause=second, days=1, by=admin_user, now=now)

    page = admin_client.get(address(second)).content.decode()

    assert "Not in the list any more. It has 2 rows" in page
    assert f"{address(first)}?" in page
    assert f"{address(third)}?" in page


@pytest.mark.parametrize("code", ["first_session_missing", "silent_pair"])
def test_both_of_a_pair_get_the_mail(code, admin_client, now):
    mentorship = MAKERS[code](now)

    admin_client.post(address(cause_of(code, mentorship, now)), {"do": "act"})

    kind = {"silent_pair": "mentorship_quiet"}.get(code, code)
    assert kinds(mentorship.mentee) == kinds(mentorship.mentor.user) == [kind]


def test_the_other_side_learns_nothing_of_the_offer_to_change(admin_client, now):
    check = MAKERS["fit_not_good"](now)

    admin_client.post(address(cause_of("fit_not_good", check, now)), {"do": "act"})

    assert kinds(check.person) == ["rematch_offered"]
    assert kinds(check.mentorship.mentor.user) == []


def test_an_application_is_decided_on_its_own_page(admin_client, now):
    applicant = MAKERS["application_waits"](now)
    cause = cause_of("application_waits", applicant, now)
    decide = reverse("admin:accounts_mentorprofile_decide", args=[applicant.pk])

    home = admin_client.get(HOME).content.decode()
    assert f'<a class="button first" href="{decide}">Read and decide</a>' in home
    assert ">Open</a>" not in home
    assert f'href="{decide}">Read and decide</a>' in admin_client.get(address(cause)).content.decode()
    assert admin_client.post(address(cause), {"do": "act", "decision": "approve"}).status_code == 400

    answer = admin_client.post(decide, {"do": "approve"}, follow=True)

    assert answer.redirect_chain == [(HOME, 302)]
    assert "application_waits" not in kinds_shown(answer)


def test_a_note_to_the_organisers_is_read_on_its_page(admin_client, admin_user, now):
    note = MAKERS["note_unread"](now)
    page = address(cause_of("note_unread", note, now))
    assert note.text not in admin_client.get(HOME).content.decode()
    assert note.text in admin_client.get(page).content.decode()

    admin_client.post(page, {"do": "act"})

    note.refresh_from_db()
    assert note.read_by == admin_user


def test_feedback_is_hidden_with_a_reason_only(admin_client, now):
    feedback = MAKERS["feedback_reported"](now)
    page = address(cause_of("feedback_reported", feedback, now))

    refused = admin_client.post(page, {"do": "act", "decision": "hide"})
    assert "Give a reason" in refused.content.decode()
    assert feedback.helped in html.unescape(refused.content.decode())
    admin_client.post(page, {"do": "act", "decision": "hide", "reason": "It is about a person."})

    assert Feedback.objects.get().hidden_reason == "It is about a person."


def test_a_dispute_shows_both_answers_and_is_settled(admin_client, now):
    session = MAKERS["attendance_disputed"](now)
    page = address(cause_of("attendance_disputed", session, now))

    assert "the other side did not come" in admin_client.get(page).content.decode()
    admin_client.post(page, {"do": "act", "status": "missed_by_mentee"})

    assert Session.objects.get().status == "missed_by_mentee"


def test_people_are_paused_and_can_come_back(admin_client, now):
    for code, kind in (
        ("no_shows_of_mentee", "paused_for_misses"),
        ("no_shows_of_mentor", "paused_for_misses"),
        ("mentor_silent", "mentor_paused_for_silence"),
        ("mentor_overloaded", "mentor_relieved"),
    ):
        row = MAKERS[code](now)
        person = row if isinstance(row, User) else row.user
        admin_client.post(address(cause_of(code, row, now)), {"do": "act"})
        assert kinds(person) == [kind], code

    assert User.objects.filter(profile__asking_paused_at__isnull=False).count() == 1
    causes = MentorProfile.objects.filter(status="paused").values_list("pause_cause", flat=True)
    assert sorted(causes) == ["missed", "overload", "silence"]


@pytest.mark.parametrize("days", [1, 3, 7])
def test_a_row_is_put_off(days, admin_client, now):
    cause = cause_of("mail_failed", MAKERS["mail_failed"](now), now)

    response = admin_client.post(address(cause), {"do": f"snooze-{days}"}, follow=True)

    assert "put off for" in told(response)
    assert [count_of("mail_failed", now + at * DAY) for at in (days - 0.1, days + 0.1)] == [0, 1]


def test_a_row_is_taken_assigned_and_dismissed(admin_client, admin_user, admin, now):
    cause = cause_of("mail_failed", MAKERS["mail_failed"](now), now)
    page = address(cause)

    admin_client.post(page, {"do": "take-"})
    assert Escalation.objects.get().assigned_to == admin_user
    admin_client.post(page, {"do": "assign", "to": admin.pk, "was": admin_user.pk})
    assert Escalation.objects.get().assigned_to == admin
    assert f'value="take-{admin.pk}"' in admin_client.get(HOME).content.decode()
    refused = admin_client.post(page, {"do": "take-"}, follow=True)
    assert f"assigned to {admin} meanwhile" in told(refused)
    admin_client.post(page, {"do": f"take-{admin.pk}"})
    assert Escalation.objects.get().assigned_to == admin_user
    assert "This field is required" not in admin_client.get(page).content.decode()
    assert "Give a reason" in admin_client.post(page, {"do": "dismiss"}).content.decode()
    response = admin_client.post(page, {"do": "dismiss", "reason": "An old address."}, follow=True)

    assert kinds_shown(response) == []
    assert Escalation.objects.get().dismissed_reason == "An old address."


def test_the_list_keeps_its_filters_after_an_action(admin_client, now):
    cause = cause_of("mail_failed", MAKERS["mail_failed"](now), now)
    home = f"{HOME}?kind=mail_failed&owner=nobody"
    assert f'value="{html.escape(home)}"' in admin_client.get(home).content.decode()

    assert admin_client.post(address(cause), {"do": "take-", "next": home})["Location"] == home


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_no_button_leads_to_another_site(wanted, admin_client, now):
    cause = cause_of("mail_failed", MAKERS["mail_failed"](now), now)

    assert admin_client.post(address(cause), {"do": "take-", "next": wanted})["Location"] == HOME
    page = admin_client.get(address(cause), {"next": wanted}).content.decode()
    assert "evil" not in page
    assert "javascript" not in re.sub(r'<script src="[^"]*"', "", page)


def test_a_second_press_reads_what_happened(admin_client, now):
    mail = MAKERS["mail_uncertain"](now)
    page = address(cause_of("mail_uncertain", mail, now))
    admin_client.post(page, {"do": "act", "decision": "arrived"})

    pressed = admin_client.post(page, {"do": "act", "decision": "again"}, follow=True)
    opened = admin_client.get(page, follow=True)

    for answer in (pressed, opened):
        assert f"Ada Admin was here: {action_for('mail_uncertain').done}" in told(answer)
    mail.refresh_from_db()
    assert mail.status == "sent"


def test_a_press_on_a_dismissed_row_reads_why(admin_client, admin, now):
    cause = cause_of("mail_failed", MAKERS["mail_failed"](now), now)
    dismiss(cause=cause, reason="An old address.", by=admin, now=now)

    answer = admin_client.post(address(cause), {"do": "act"}, follow=True)

    assert "An old address." in told(answer)
    assert Notification.objects.get().status == "dead"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"do": "nothing"},
        {"do": "snooze-2"},
        {"do": "snooze-x"},
        {"do": "take-x"},
        {"do": "take-" + "9" * 30},
        {"do": "assign", "to": "x"},
        {"do": "\x00"},
    ],
)
def test_a_button_that_a_page_does_not_have_is_400(sent, admin_client, now):
    cause = cause_of("mail_failed", MAKERS["mail_failed"](now), now)

    assert admin_client.post(address(cause), sent).status_code == 400
    assert not Escalation.objects.exists()


def test_those_who_may_not_see_it_are_not_offered(admin_client, now):
    matchmaker, raiser = UserFactory(role="matchmaker"), UserFactory(role="manager")
    concern = ConcernFactory(raised_by=raiser, created_at=now - DAY)
    offered = [
        admin_client.get(address(cause_of(code, row, now))).context["assign"].fields["to"].queryset
        for code, row in (("concern_open", concern), ("application_waits", MAKERS["application_waits"](now)))
    ]

    assert [matchmaker in people for people in offered] == [False, True]
    assert [raiser in people for people in offered] == [False, True]
    rules = [admin_client.get(rule_page(code)).context["form"] for code in ("concern_open", "application_waits")]
    assert [matchmaker in form.fields["owner"].queryset for form in rules] == [False, True]


def test_a_concern_that_was_taken_stays_with_its_owner(admin_client, admin_user, now):
    concern = MAKERS["concern_open"](now)
    page = address(cause_of("concern_open", concern, now))

    admin_client.post(page, {"do": "act"})

    later = Escalation.objects.update(snoozed_until_at=now)
    assert later == 1
    assert "concern_open" in kinds_shown(admin_client.get(f"{HOME}?owner=mine"))
    assert "concern_open" not in kinds_shown(admin_client.get(f"{HOME}?owner=nobody"))
    assert f"{admin_user} takes care of it." in admin_client.get(HOME).content.decode()


def test_taking_care_takes_no_concern_away(admin_client, now):
    concern = MAKERS["concern_open"](now)
    colleague = UserFactory(role="manager", name="Cora Colleague")
    Concern.objects.update(owner=colleague)

    answer = admin_client.post(address(cause_of("concern_open", concern, now)), {"do": "act"}, follow=True)

    concern.refresh_from_db()
    assert concern.owner == colleague
    assert "Cora Colleague takes care of it meanwhile" in told(answer)


def test_a_member_cannot_be_assigned(admin_client, alice, now):
    cause = cause_of("mail_failed", MAKERS["mail_failed"](now), now)

    assert admin_client.post(address(cause), {"do": "assign", "to": alice.pk}).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["nothing/1/1/", "mail_failed/1/999999999999999999999999/", "mail_failed/x/1/", "mail_failed/1/-1/", "rules/x/"],
)
def test_an_odd_address_is_404(path, admin_client):
    assert admin_client.get(f"/admin/accounts/escalation/{path}").status_code in (302, 404)
    assert admin_client.get(f"/admin/accounts/escalation/{path}", follow=True).status_code in (200, 404)


def test_a_key_that_no_row_has_is_no_error(admin_client):
    for subject in (0, 9**30):
        path = reverse("admin:accounts_escalation_one", args=["mail_failed", subject, 1])
        for response in (admin_client.get(path), admin_client.post(path, {"do": "act"})):
            assert (response.status_code, response["Location"]) == (302, HOME)
    assert not Escalation.objects.exists()
