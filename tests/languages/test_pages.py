"""No page that a member or a visitor opens has an untranslated string. The list of pages is that of the URLconf."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.links import asking_link, come_back_link, invitation_link, rules_link, stop_mails_link, trouble_link
from accounts.models import CareerStep, CommunityRules, MentorProfile, Notification, Profile, User
from accounts.notifications.render import render_title
from accounts.services.invitations import Invited, invite_people
from config.views import bad_request, csrf_failure, not_allowed, not_found
from matching.links import (
    answer_link,
    choose_link,
    fitting_link,
    handover_link,
    join_link,
    mentorship_link,
    pair_link,
    still_looking_link,
)
from matching.models import HelpRequest, Match
from mentorship.links import ending_link, outcome_link, session_link, steps_link
from mentorship.models import Cohort, Credential, Goal, Mentorship, PracticeItem, SessionKind
from mentorship.services.credentials.issue import issue_credential
from tests.factories import (
    NOW,
    BlockFactory,
    CohortFactory,
    CohortMemberFactory,
    CohortOrganiserFactory,
    CohortPairFactory,
    ConcernFactory,
    FitCheckFactory,
    GoalFactory,
    HandoverFactory,
    HelpRequestFactory,
    IdentityProviderFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    MilestoneFactory,
    PracticeRecordFactory,
    SessionFactory,
    StepFactory,
    held_by_both,
)
from tests.helpers import path
from tests.languages.pseudo import PSEUDO, in_greek, unmarked, visible
from tests.pages import still_open

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pseudo", "rung")]

# For those who run the site, or for programs.
NOT_FOR_MEMBERS = re.compile(
    r"admin/|api/|_allauth/|scim/|favicon|healthy|mail/|calendar/|credentials/(issuer|keys|revoked|<uuid:uuid>[.])"
)
# Files for a password manager, of one's own data and of numbers, and pages that only lead on.
NO_PAGES = {"mfa_download_recovery_codes", "account_confirm_login_code", "company-numbers-file", "my-export"}
COMMUNITY = re.compile(r"\bMentorship\b")


def pages(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the path of every page."""
    for entry in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from pages(entry, whole)
        elif isinstance(entry, URLPattern) and entry.name not in (None, *NO_PAGES) and not NOT_FOR_MEMBERS.match(whole):
            yield entry.name, whole


PAGES = dict(pages())
OPEN = sorted(name for name, where in PAGES.items() if not re.search("[<(]", where))
WITH_PARTS = sorted(name for name, where in PAGES.items() if re.search("[<(]", where))


def write_in_greek(*models: type[Model]) -> None:
    for model in models:
        for row in model.objects.all():
            in_greek(row)
            row.save()


@pytest.fixture
def people():
    """Return two people who write in Greek, each a mentor and a mentee: they asked each other, and work together."""
    anna, boris = (
        MentorFactory(user__profile__is_mentee=True, user__profile__timezone=zone)
        for zone in ("Europe/Rome", "Asia/Kolkata")
    )
    for hours, (mentee, mentor) in enumerate(((anna.user, boris), (boris.user, anna))):
        goal = GoalFactory(mentee=mentee)
        request = HelpRequestFactory(goal=goal, mentee=mentee)
        MatchFactory(help_request=request, mentor=mentor, status="asked")
        CohortPairFactory(
            draft__cohort__name="Δοκιμή",
            help_request__mentee=mentee,
            help_request__goal=goal,
            mentor=mentor,
            reasons=["Δοκιμή"],
            mentor_reasons=["Δοκιμή"],
        )
        mentorship = MentorshipFactory(goal=GoalFactory(mentee=mentee, target_role="Δοκιμή"), mentor=mentor)
        HandoverFactory(mentorship=mentorship)
        PracticeRecordFactory(owner=mentee, title="Δοκιμή", texts={}, questions=["Δοκιμή"], shared_with=mentorship)
        FitCheckFactory(mentorship=mentorship, person=mentor.user)
        for status, side in (("open", "mentee"), ("closed", "mentor")):
            cohort = CohortFactory(name="Δοκιμή", status=status, closed_at=NOW if status == "closed" else None)
            CohortMemberFactory(cohort=cohort, person=mentee, side=side)
            HelpRequestFactory(goal=goal, mentee=mentee, cohort=cohort)
        MilestoneFactory(goal=mentorship.goal, title="Δοκιμή")
        StepFactory(mentorship=mentorship, what="Δοκιμή")
        soon, place = timezone.now() + timedelta(days=2), {"place": "Δοκιμή", "place_zone": "Asia/Tokyo"}
        SessionFactory(mentorship=mentorship, times=[soon], **place)
        SessionFactory(mentorship=mentorship, status="confirmed", starts_at=soon + timedelta(hours=hours), **place)
    BlockFactory(blocker=anna.user)
    for facts in ({}, {"topic": "safety"}, {"status": "closed", "outcome": "talked_to", "answer": "Δοκιμή"}):
        ConcernFactory(raised_by=anna.user, about=boris.user, words="Δοκιμή", **facts)
    PracticeItem.objects.update(texts={})
    Profile.objects.update(language=PSEUDO)
    write_in_greek(User, Profile, CareerStep, MentorProfile, CommunityRules, SessionKind, Goal, HelpRequest, Match)
    return tuple(MentorProfile.objects.select_related("user__profile").order_by("pk"))


def invited_in_greek() -> User:
    profile = {"language": PSEUDO}
    [person] = invite_people([Invited("invited@example.org", "Άννα", NOW, profile=profile)], now=NOW)
    return person


def link_to(name: str, mentor: MentorProfile) -> str:
    """Return the address of a page about a thing of ``mentor``."""
    request = mentor.user.help_requests.first()
    match = mentor.matches.first()
    mentorship = mentor.mentorships.first()
    makers: dict[str, Callable[[], str]] = {
        "stop-mails": lambda: path(stop_mails_link(mentor.user, "reminders")),
        "invitation": lambda: path(invitation_link(invited_in_greek())),
        "rules-signed": lambda: path(rules_link(mentor.user)),
        "asking-signed": lambda: path(asking_link(mentor.user)),
        "come-back": lambda: path(come_back_link(mentor)),
        "mentor-trouble": lambda: reverse(name, args=[MentorProfile.objects.exclude(pk=mentor.pk).first().uuid]),
        "mentorship-trouble": lambda: reverse(name, args=[mentorship.uuid]),
        "session-trouble": lambda: reverse(name, args=[mentorship.sessions.get(status="confirmed").uuid]),
        "cohort": lambda: reverse(name, args=[mentor.user.cohort_memberships.first().cohort.uuid]),
        "cohort-join": lambda: path(join_link(CohortFactory(name="Δοκιμή", about="Δοκιμή"))),
        "match-trouble": lambda: reverse(name, args=[match.uuid]),
        "trouble-signed": lambda: path(trouble_link("mentorship", mentorship.uuid, mentor.user)),
        "outcome": lambda: reverse(name, args=[mentorship.uuid]),
        "outcome-signed": lambda: path(outcome_link(mentorship, mentor.user)),
        "steps": lambda: reverse(name, args=[mentorship.uuid]),
        "steps-signed": lambda: path(steps_link(mentorship, mentor.user)),
        "mentorship-ending": lambda: path(ending_link(mentorship, mentor.user)),
        "match-answer": lambda: path(answer_link(match)),
        "match-choose": lambda: path(choose_link(request)),
        "fitting": lambda: path(fitting_link(mentor)),
        "still-looking": lambda: path(still_looking_link(request)),
        "request": lambda: reverse(name, args=[request.uuid]),
        "request-still-looking": lambda: reverse(name, args=[request.uuid]),
        "inbox-match": lambda: reverse(name, args=[match.uuid]),
        "cohort-pair": lambda: reverse(name, args=[mentor.cohort_pairs.get().uuid]),
        "cohort-pair-signed": lambda: path(pair_link(mentor.cohort_pairs.get(), mentor.user)),
        "pair-trouble": lambda: reverse(name, args=[mentor.cohort_pairs.get().uuid]),
        "named-mentor": lambda: reverse(name, args=[MentorProfile.objects.exclude(pk=mentor.pk).first().uuid]),
        "mentorship": lambda: reverse(name, args=[mentorship.uuid]),
        "mentorship-going-on": lambda: reverse(name, args=[mentorship.uuid]),
        "company-numbers-of": lambda: reverse(name, args=[company_cohort_of(mentor.user).uuid]),
        "credential": lambda: reverse(name, args=[credential_of(mentorship).uuid]),
        "session": lambda: reverse(name, args=[mentorship.sessions.get(status="confirmed").uuid]),
        "session-signed": lambda: path(session_link(mentorship.sessions.get(status="proposed"), mentorship.mentee)),
        "handover": lambda: reverse(name, args=[mentor.user.mentorships_as_mentee.get().uuid]),
        "handover-signed": lambda: path(handover_link(mentorship)),
        "mentorship-signed": lambda: path(mentorship_link(mentorship, mentor.user)),
        "practice-new": lambda: reverse(name, args=["debrief"]),
        "practice-record-page": lambda: reverse(name, args=[mentor.user.practice_records.get().uuid]),
        "mentorship-practice": lambda: reverse(name, args=[mentorship.uuid]),
        "message": lambda: reverse(name, args=[message_to(mentor.user).uuid]),
        "profile-part": lambda: reverse(name, args=["career"]),
        "goal": lambda: reverse(name, args=[request.goal.uuid]),
        "mfa_edit_webauthn": lambda: reverse(name, args=[1]),
        "mfa_remove_webauthn": lambda: reverse(name, args=[1]),
        "openid_connect_login": lambda: reverse(name, args=[IdentityProviderFactory(name="Έργα").slug]),
        "openid_connect_callback": lambda: reverse(name, args=[IdentityProviderFactory(name="Έργα").slug]),
        "prove-again": lambda: reverse(name, args=[IdentityProviderFactory(name="Έργα").slug]),
        "account_reset_password_from_key": lambda: reverse(name, args=["1", "set-password"]),
    }
    return makers[name]()


def company_cohort_of(person: User) -> Cohort:
    """Return a cohort with two departments, whose numbers a person reads for a company."""
    facts = {"name": "Άνοιξη", "company": "Έργα", "status": "closed", "closed_at": NOW}
    cohort = CohortFactory(**facts)
    CohortOrganiserFactory(person=person, part="employer", cohort=cohort)
    for side, department in (("mentee", "Έργα"), ("mentor", "")):
        CohortMemberFactory.create_batch(5, cohort=cohort, side=side, person__profile__department=department)
    return cohort


def credential_of(mentorship: Mentorship) -> Credential:
    """Return a credential, whose words are in the language of the community."""
    began_at = timezone.now() - timedelta(days=20)
    held_by_both(mentorship, starts_at=began_at)
    period = {"from_on": began_at.date() - timedelta(days=1), "to_on": timezone.now().date() - timedelta(days=1)}
    with override_settings(LANGUAGE_CODE=PSEUDO):
        return issue_credential(mentor_id=mentorship.mentor_id, now=timezone.now(), **period)


def message_to(person: User) -> Notification:
    """Return a message in the app, whose title is in the language of its reader."""
    payload = {"mentor": str(person.mentor.uuid)}
    row = Notification(recipient=person, kind="mentor_approved", key="1", payload=payload, due_at=NOW, created_at=NOW)
    row.title = render_title(row)
    row.save()
    return row


def untranslated(client: Client, address: str) -> list[str]:
    """Return the strings of a page that no catalogue translated. A page that only leads on has none."""
    response = client.get(address)
    assert response.status_code in (200, 302, 404)
    return unmarked(visible(response.content.decode()), allowed=COMMUNITY)


def each_alone(names: list[str], look: Callable[[str], list[str]]) -> dict[str, list[str]]:
    """Return what ``look`` finds, by name of a page. The people are made once, and each page begins with them alone."""
    found = {}
    for name in names:
        with transaction.atomic():
            found[name] = look(name)
            transaction.set_rollback(True)
    return {name: strings for name, strings in found.items() if strings}


def member_client(mentor: MentorProfile) -> Client:
    client = Client()
    client.force_login(mentor.user)
    return client


def test_pages_of_a_member_have_no_untranslated_string(people):
    assert each_alone(OPEN, lambda name: untranslated(member_client(people[0]), reverse(name))) == {}


def test_pages_of_a_visitor_have_no_untranslated_string():
    write_in_greek(CommunityRules)

    def look(name: str) -> list[str]:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = PSEUDO
        return untranslated(client, reverse(name))

    assert each_alone(OPEN, look) == {}


@pytest.mark.parametrize("status", ["preparing", "open", "closed"])
def test_an_invitation_of_a_visitor_has_no_untranslated_string(status, client):
    cohort = still_open(name="Δοκιμή", about="Δοκιμή", company="Έργα")
    Cohort.objects.update(status=status, closed_at=NOW if status == "closed" else None)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = PSEUDO

    assert untranslated(client, path(join_link(cohort))) == []


def test_pages_about_one_thing_have_no_untranslated_string(people):
    def look(name: str) -> list[str]:
        # A copy of its own: a person keeps what was read of them.
        mentor = MentorProfile.objects.select_related("user__profile").get(pk=people[0].pk)
        return untranslated(member_client(mentor), link_to(name, mentor))

    assert each_alone(WITH_PARTS, look) == {}


@pytest.mark.parametrize("view", [bad_request, not_allowed, not_found, csrf_failure])
def test_a_page_of_an_error_has_no_untranslated_string(view, rf):
    page = view(rf.get("/"), Exception())

    assert unmarked(visible(page.content.decode()), allowed=COMMUNITY) == []


@pytest.mark.parametrize("name", ["429.html", "500.html"])
def test_a_page_without_a_view_of_ours_has_no_untranslated_string(name, rf):
    assert unmarked(visible(render_to_string(name, request=rf.get("/"))), allowed=COMMUNITY) == []


@pytest.mark.parametrize(
    "form",
    [{}, {"do": "pause", "until_on": "soon"}, {"do": "pause", "until_on": NOW.date().isoformat()}, {"do": "away"}],
)
def test_a_page_says_what_is_wrong_without_an_untranslated_string(form, people, client):
    response = client.post(path(come_back_link(people[0])), form)

    assert unmarked(visible(response.content.decode()), allowed=COMMUNITY) == []
