"""Erasing people: nothing of them is left in a full dump, and the other side keeps a history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import CharField, JSONField, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from accounts.exceptions import KeptByLaw
from accounts.jobs import erasures
from accounts.jobs.erasures import erase_due
from accounts.models import (
    AccountMerge,
    Erasure,
    MentorDecision,
    MentorProfile,
    Notification,
    Profile,
    RulesAcceptance,
    StaffRead,
    User,
)
from accounts.models.privacy import WAIT_AFTER_CLOSING
from accounts.privacy_registry import all_holdings
from accounts.selectors import current_rules
from accounts.services.merge import merge_accounts
from accounts.services.privacy import ask_erasure, cancel_erasure, lift_hold, set_hold
from matching.models import Handover, HelpRequest, Import, ImportRow, Match, WaitingRequest
from mentorship.models import Credential, Mentorship, OrganiserNote
from mentorship.services.credentials.revoke import revoke_credential_as_admin
from tests.dump import tables_with
from tests.factories import (
    NOW,
    CareerStepFactory,
    CohortMemberFactory,
    ConcernFactory,
    GoalFactory,
    GroupMailFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    NotificationFactory,
    UserFactory,
)
from tests.helpers import kinds, send
from tests.pages import things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DUE = NOW + timedelta(days=7)
CLOSED = DUE + WAIT_AFTER_CLOSING
NAME, ADDRESS = "Zenobia Quartermaine", "zenobia.q@example.org"
MARK = "xyzzyplugh"


@pytest.fixture
def zenobia():
    return UserFactory(name=NAME, email=ADDRESS)


def erase(person: User, by: User | None = None) -> None:
    ask_erasure(person=person, by=by or person, reason="" if by is None else "She wrote to us.", now=NOW)
    assert erase_due(now=DUE) == 0
    assert erase_due(now=CLOSED) == 1
    person.refresh_from_db()


def mark_words_of(person: User) -> int:
    """Write MARK into each column of the person's words and facts. Return how many rows there are."""
    marked = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('community.erases', 'yes', true)")
        for holding in all_holdings():
            for share in holding.shares:
                rows = holding.model._base_manager.filter(share.rows_of([person.pk]))
                for name in {*share.texts, *share.facts}:
                    field = holding.model._meta.get_field(name)
                    if holding.model in (User, EmailAddress) or field.choices:
                        continue
                    if isinstance(field, CharField | TextField) and (field.max_length or 99) > 20:
                        words = Concat(Value(MARK), Cast("pk", TextField()))
                        marked += rows.exclude(**{name: ""}).update(**{name: words})
                    elif isinstance(field, JSONField):
                        marked += rows.update(**{name: {"said": MARK}})
                    elif isinstance(field, ArrayField) and (field.base_field.max_length or 0) > 20:
                        marked += rows.update(**{name: [MARK]})
        cursor.execute("SELECT set_config('community.erases', '', true)")
    return marked


def rich(mentee: User, mentor: User, *, marked: User) -> None:
    """Build things of all kinds between two people, with records of changes and words of others about both."""
    things_of(mentee, mentor)
    admin = UserFactory(role="owner", name="Olga Owner")
    for person in (mentee, mentor):
        mark = MARK if person == marked else "harmless"
        profile = person.profile
        profile.bio, profile.headline, profile.employer = f"I am {person.name}.", mark, mark
        profile.save()
        profile.bio = "Other words."
        profile.save()
        CareerStepFactory(profile=profile)
        StaffRead.objects.create(person=person, reader=admin, what="contact", hour_at=NOW)
        Authenticator.objects.create(user=person, type="totp", data={"secret": mark})
        UserSession.objects.create(user=person, session_key=person.email[:8], ip="127.0.0.1", user_agent=mark, data={})
        EmailAddress.objects.create(user=person, email=f"second.{person.email}", verified=False, primary=False)
        RulesAcceptance.objects.create(user=person, rules=current_rules(), accepted_at=NOW)
        LogEntry.objects.log_actions(admin.pk, [person], CHANGE, f"{person.name} was written to at {person.email}.")
        NotificationFactory(
            recipient=admin, kind="gone", key=person.email[:5], title=f"{person.name} wrote", payload={}
        )
        NotificationFactory(recipient=person, kind="account_mail", key="x", payload={"to": person.email, "text": mark})
        row = Import.objects.create(kind="people", file_name="people.csv", total=1, status_since_at=NOW)
        ImportRow.objects.create(
            belongs_to=row, place=1, line=2, kind="people", cells={"bio": mark, "email": person.email.upper()}
        )
        ConcernFactory(about=person, words=f"{person.name} ({person.email}) was late.")
        GroupMailFactory(status="scheduled", people=[person])
        person.rename(person.name + " ")
        User.objects.filter(pk=person.pk).update(name=f"{person.name} once more")
        User.objects.filter(pk=person.pk).update(name=person.name)
    MentorDecision.objects.create(
        mentor=mentor.mentor,
        by=admin,
        before="applied",
        after="approved",
        reason=MARK if mentor == marked else "harmless",
        decided_at=NOW,
    )
    note = OrganiserNote.objects.create(
        mentorship=Mentorship.objects.filter(mentee=mentee, mentor=mentor.mentor).first(),
        author=mentor,
        text=f"{mentee.name} and {mentor.name} do well.",
        written_at=NOW,
    )
    assert note.pk


# --- the dump ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_a_full_dump_has_no_trace_of_an_erased_person(zenobia, side):
    other = UserFactory(name="Olaf Otherwise", email="olaf@example.org")
    mentee, mentor = (zenobia, other) if side == "mentee" else (other, zenobia)
    MentorFactory(user=mentor)
    rich(mentee, mentor, marked=zenobia)
    before = Mentorship.objects.filter(mentee=mentee).count()
    # The second time the record of changes keeps the words of the first.
    assert mark_words_of(zenobia) == mark_words_of(zenobia) > 30
    assert {"accounts_user", "accounts_userevent", "accounts_notification"} <= set(tables_with(NAME))
    assert len(tables_with(MARK)) > 10

    erase(zenobia)

    assert tables_with(NAME) == {}
    assert tables_with("zenobia") == {}
    assert tables_with(ADDRESS) == {}
    assert tables_with(MARK) == {}
    assert Mentorship.objects.filter(mentee=mentee).count() == before
    assert tables_with("Olaf Otherwise").keys() >= {"accounts_user"}


def test_words_of_others_name_somebody_who_left(zenobia, bob):
    ConcernFactory(about=zenobia, words=f"{NAME} ({ADDRESS}) was late. So was jo.{ADDRESS}.")

    erase(zenobia)

    [words] = zenobia.concerns_about.values_list("words", flat=True)
    assert words == f"Somebody who left (Somebody who left) was late. So was jo.{ADDRESS}."


def test_words_that_a_member_took_as_a_name_stay_in_the_words_of_others(zenobia):
    for name in ("of the", "Will May", "Machine Learning", NAME):
        zenobia.name = name
        zenobia.save()
    words = "One of the mentors for Machine Learning asked whether he will may be late."
    ConcernFactory(about=zenobia, words=words)

    erase(zenobia)

    assert zenobia.concerns_about.get().words == words


def test_somebody_who_is_erased_leaves_their_cohorts(zenobia):
    member, other = CohortMemberFactory(person=zenobia), CohortMemberFactory()
    request = HelpRequestFactory(mentee=zenobia, cohort=member.cohort)

    erase(zenobia)

    member.refresh_from_db()
    other.refresh_from_db()
    request.refresh_from_db()
    assert (member.left_at, other.left_at, request.status) == (CLOSED, None, "withdrawn")


@pytest.mark.parametrize("place", ["New York", "Buenos Aires", "NEW YORK", "Costa Rica", "Vereinigte Staaten"])
def test_a_place_that_a_member_took_as_a_name_stays_in_the_words_of_others(place, zenobia):
    zenobia.name = place
    zenobia.save()
    ConcernFactory(about=zenobia, words=f"They met in {place}, and {NAME} came late.")

    erase(zenobia)

    assert zenobia.concerns_about.get().words == f"They met in {place}, and Somebody who left came late."


def test_the_log_of_the_admin_names_nobody(zenobia, admin_user):
    request = HelpRequestFactory(mentee=zenobia)
    for model, pk in ((User, zenobia.pk), (WaitingRequest, request.pk)):
        about = ContentType.objects.get_for_model(model, for_concrete_model=False)
        LogEntry.objects.create(
            user=admin_user, content_type=about, object_id=str(pk), object_repr="Zenobia", action_flag=CHANGE
        )

    erase(zenobia)

    assert set(LogEntry.objects.values_list("object_repr", flat=True)) == {"(removed)"}


def test_the_name_of_a_namesake_stays(zenobia):
    other = UserFactory(name=NAME)
    ConcernFactory(about=other, words=f"{NAME} was late.")

    erase(zenobia)

    other.refresh_from_db()
    assert (other.name, other.concerns_about.get().words) == (NAME, f"{NAME} was late.")


def test_accounts_that_were_merged_are_erased_as_well(zenobia):
    gone = UserFactory(name="Zenobia Q.", email="old.zenobia@example.com")
    merge_accounts(gone_id=gone.pk, stays_id=zenobia.pk, by=UserFactory(role="owner"), reason="Hers.", now=NOW)

    erase(zenobia)

    assert tables_with("zenobia") == {}
    assert AccountMerge.objects.get().gone_email == ""


def test_acceptances_of_rules_are_counted_on(zenobia):
    RulesAcceptance.objects.create(user=zenobia, rules=current_rules(), accepted_at=NOW)

    erase(zenobia)

    assert RulesAcceptance.objects.get(user=zenobia).accepted_at == NOW


def test_an_erased_person_cannot_log_in_and_the_address_is_free(zenobia, client):
    client.force_login(zenobia)

    erase(zenobia)

    assert client.get(reverse("settings")).status_code == 302
    assert (zenobia.is_active, zenobia.name, zenobia.has_usable_password()) == (False, "Somebody who left", False)
    assert UserFactory(email=ADDRESS).pk != zenobia.pk


# --- the other side ---------------------------------------------------------------------------------------


def test_requests_of_a_mentee_are_withdrawn_and_mentors_told(zenobia, bob):
    asked = MatchFactory(help_request__mentee=zenobia, mentor=bob.mentor, status="asked")
    draft = MatchFactory(help_request__mentee=zenobia, help_request__status="draft").help_request

    erase(zenobia)
    send(DUE)

    asked.refresh_from_db()
    assert (asked.status, asked.help_request.status) == (Match.Status.WITHDRAWN, HelpRequest.Status.WITHDRAWN)
    assert not HelpRequest.objects.filter(pk=draft.pk).exists()
    assert kinds(bob) == ["match_withdrawn"]
    assert NAME not in bob.notifications.get().title


def test_mentorships_of_a_mentee_end_and_stay_readable(zenobia, bob, client):
    running = MentorshipFactory(goal__mentee=zenobia, mentor=bob.mentor)

    erase(zenobia)

    running.refresh_from_db()
    assert (running.status, running.ended_by) == (Mentorship.Status.ENDED_EARLY, zenobia)
    client.force_login(bob)
    page = client.get(reverse("mentorship", args=[running.uuid])).content.decode()
    assert "Somebody who left" in page
    assert "mentorship_ended" in kinds(bob)


def test_the_mentees_of_a_mentor_choose_how_to_go_on(zenobia, alice):
    running = MentorshipFactory(goal__mentee=alice, mentor=MentorFactory(user=zenobia))

    erase(zenobia)

    assert Handover.objects.get(mentorship=running).cause == Handover.Cause.LEFT
    assert kinds(alice) == ["handover_opened"]


def test_a_credential_is_revoked_and_its_page_names_nobody(zenobia, alice, client):
    things = things_of(alice, MentorFactory(user=zenobia).user)
    uuid = things.identifiers["credentials/<uuid:uuid>/"][0]
    assert NAME in client.get(reverse("credential", args=[uuid])).content.decode()

    erase(zenobia)

    page = client.get(reverse("credential", args=[uuid])).content.decode()
    assert "This credential was revoked" in page
    assert NAME not in page
    assert Credential.objects.get(uuid=uuid).signed == ""


def test_the_record_of_a_revoked_credential_gives_no_reason(zenobia, alice, admin_user):
    things_of(alice, MentorFactory(user=zenobia).user)
    credential = Credential.objects.filter(mentor__user=zenobia, revoked_at=None)[0]
    revoke_credential_as_admin(credential_id=credential.pk, by=admin_user, reason=MARK, now=credential.issued_at)

    erase(zenobia)

    assert tables_with(MARK) == {}


def test_words_of_a_row_that_is_gone_leave_the_record(zenobia):
    GoalFactory(mentee=zenobia, target_role=MARK).delete()
    assert list(tables_with(MARK)) == ["mentorship_goalevent"]

    erase(zenobia)

    assert tables_with(MARK) == {}


def test_words_of_a_merged_mentor_leave_the_record(zenobia):
    gone = MentorFactory(user__name="Zenobia Q.", motivation=MARK)
    kept = MentorFactory(user=zenobia, motivation="I want to help.")
    MentorProfile.objects.update(capacity=3)
    assert "accounts_mentorprofileevent" in tables_with(MARK)

    merge_accounts(gone_id=gone.user_id, stays_id=kept.user_id, by=UserFactory(role="owner"), reason="Hers.", now=NOW)
    erase(zenobia)

    assert tables_with(MARK) == {}


def test_messages_that_wait_are_skipped_and_emptied(zenobia):
    waiting = NotificationFactory(recipient=zenobia, kind="welcome", key="", title=f"Hello {NAME}")

    erase(zenobia)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.title, waiting.payload) == (Notification.Status.SKIPPED, "", {})


# --- when it is done --------------------------------------------------------------------------------------


def test_nothing_is_erased_before_its_day(zenobia):
    ask_erasure(person=zenobia, by=zenobia, now=NOW)

    assert erase_due(now=DUE - timedelta(seconds=1)) == 0
    zenobia.refresh_from_db()
    assert (zenobia.name, zenobia.is_active) == (NAME, True)


def test_an_account_that_is_kept_is_not_erased(zenobia):
    ask_erasure(person=zenobia, by=zenobia, now=NOW)
    cancel_erasure(person=zenobia, by=zenobia, now=NOW)

    assert erase_due(now=DUE) == 0


def test_a_legal_hold_keeps_a_person_until_it_is_lifted(zenobia):
    owner = UserFactory(role="owner")
    ask_erasure(person=zenobia, by=zenobia, now=NOW)
    set_hold(person=zenobia, by=owner, reason="A court asked.", now=NOW)
    assert erase_due(now=DUE) == 0

    lift_hold(person=zenobia, by=owner, reason="The case is over.", now=DUE)

    erase_due(now=DUE)
    assert erase_due(now=CLOSED) == 1


def test_nobody_is_kept_whose_erasure_has_begun(zenobia):
    ask_erasure(person=zenobia, by=zenobia, now=NOW)
    erase_due(now=DUE)

    with pytest.raises(KeptByLaw):
        set_hold(person=zenobia, by=UserFactory(role="owner"), reason="A court asked.", now=NOW)


def test_an_erasure_is_done_once(zenobia):
    erase(zenobia)

    assert erase_due(now=CLOSED) == 0


def test_a_request_that_was_under_way_leaves_nothing_behind(zenobia):
    ask_erasure(person=zenobia, by=zenobia, now=NOW)
    erase_due(now=DUE)
    assert not User.objects.get(pk=zenobia.pk).is_active
    assert erase_due(now=CLOSED - timedelta(seconds=1)) == 0
    Profile.objects.filter(user=zenobia).update(bio=f"I am {NAME}.")

    assert erase_due(now=CLOSED) == 1
    assert tables_with("zenobia") == {}


@pytest.mark.parametrize("step", ["_empty_titles", "_replace_in_words", "_empty", "_forget_account"])
def test_a_worker_that_dies_in_the_middle_is_made_up_for(zenobia, bob, step, monkeypatch):
    ConcernFactory(about=zenobia, words=f"{NAME} was late.")
    MentorshipFactory(goal__mentee=zenobia, mentor=bob.mentor)
    ask_erasure(person=zenobia, by=zenobia, now=NOW)

    def die(*_args: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(erasures, step, die)
        erase_due(now=DUE)
        assert erase_due(now=CLOSED) == 0
    assert Erasure.objects.get().status == Erasure.Status.ERASING

    assert erase_due(now=CLOSED) == 1
    assert tables_with("zenobia") == {}
