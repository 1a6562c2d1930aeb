"""Personal data of this app, and of the apps of others that hold some: what export and erasure do with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from pghistory.models import Context

from accounts.jobs.kept_answers import KEPT_FOR as ANSWERS_KEPT
from accounts.jobs.reads import KEPT_FOR as READS_KEPT
from accounts.models import (
    Absence,
    AccessToken,
    AccountMerge,
    Availability,
    Block,
    BulkAction,
    BulkActionRow,
    BusyCalendar,
    BusyTime,
    CareerStep,
    CommunityRules,
    CommunitySetting,
    Concern,
    DataExport,
    DirectoryEntry,
    Erasure,
    Escalation,
    EscalationRule,
    ExtraHours,
    GroupMail,
    GroupMailRecipient,
    GroupMailText,
    Heartbeat,
    IdentityProvider,
    KeptAnswer,
    Language,
    LegalHold,
    MentorDecision,
    MentorProfile,
    Notification,
    NotificationChoice,
    NotSamePerson,
    Profile,
    RoleChange,
    RulesAcceptance,
    SavedView,
    Skill,
    SkillAlias,
    StaffRead,
    Travel,
    TrialMode,
    User,
    WebhookAttempt,
    WebhookEndpoint,
)
from accounts.models.bulk_action import ROWS_KEPT_FOR
from accounts.models.concern import WORDS_KEPT
from accounts.models.privacy import EXPORT_KEPT, TIME_TO_CHANGE_ONES_MIND
from accounts.notifications.write import skip_all_unsent
from accounts.privacy_registry import Holding, Share, declare, impersonal, register_files, register_parting
from accounts.resume import written_resume
from accounts.retention import keeps
from accounts.services.sessions import end_sessions_of

ACTED = "they say what an admin did, whose account has no name then"


def _end_logins(person: User, now: datetime) -> None:
    """Log the person out everywhere, and send nothing to them any more."""
    end_sessions_of(person)
    skip_all_unsent(Notification.objects.filter(recipient=person), reason="The account is being erased.")


def _resume(person: User, now: datetime) -> Iterator[tuple[str, bytes]]:
    yield "resume.json", json.dumps(written_resume(person.profile), indent=2, ensure_ascii=False).encode()


keeps("The file of an export", EXPORT_KEPT, since="it is ready", sweep="accounts.tasks.make_exports")
keeps(
    "An account that is to be erased",
    TIME_TO_CHANGE_ONES_MIND,
    since="it was asked for",
    sweep="accounts.tasks.erase_people",
)
keeps("Reads of private data by admins", READS_KEPT, since="the read", sweep="accounts.tasks.delete_old_reads")
keeps("Answers of the API", ANSWERS_KEPT, since="the request", sweep="accounts.tasks.delete_kept_answers")
keeps("Words of a concern", WORDS_KEPT, since="it was closed", sweep="accounts.tasks.forget_words_of_concerns")
keeps("Rows of an action on many rows", ROWS_KEPT_FOR, since="its end", sweep="accounts.tasks.work_on_bulk_actions")

register_parting(0, _end_logins)
register_files(_resume)

declare(
    # --- the account ---
    Holding(
        User,
        (Share("", facts=("email", "name")),),
        secret=("password", "name_key", "address_key"),
        acted=("merged_into",),
        says="the row holds together what others keep, as “somebody who left”",
    ),
    Holding(EmailAddress, (Share("user", facts=("email",)),), deletes=True),
    Holding(EmailConfirmation, (Share("email_address__user"),), deletes=True, secret=("key",), exported=False),
    Holding(Authenticator, (Share("user"),), deletes=True, secret=("data",)),
    Holding(SocialAccount, (Share("user", facts=("uid", "extra_data")),), deletes=True, plain=("provider",)),
    Holding(UserSession, (Share("user", facts=("ip", "user_agent")),), deletes=True, secret=("session_key", "data")),
    Holding(User.groups.through, (Share("user"),), deletes=True, exported=False, says="roles are no groups here"),
    Holding(
        User.user_permissions.through,
        (Share("user"),),
        deletes=True,
        exported=False,
        says="roles are no permissions here",
    ),
    Holding(
        AccountMerge,
        (Share("gone", facts=("gone_email",)), Share("stays", reads=("gone_email",))),
        acted=("by",),
        named=("reason",),
        plain=("moved",),
        says="they say that two accounts were one person",
    ),
    Holding(NotSamePerson, (Share("first"), Share("second")), acted=("by",), deletes=True, exported=False),
    Holding(
        DirectoryEntry,
        (Share("person", facts=("address", "external_id")),),
        acted=("directory",),
        deletes=True,
        says="the employer's system finds nobody then",
    ),
    # --- the profile ---
    Holding(
        Profile,
        (
            Share(
                "user",
                facts=(
                    *("headline", "bio", "timezone", "language", "employer", "department", "skills", "is_mentee"),
                    *("quiet_from_minute", "quiet_until_minute", "buffer_minutes"),
                    *("asking_paused_at", "asking_back_at"),
                ),
            ),
        ),
    ),
    Holding(Language, (Share("profile__user", facts=("code",)),), deletes=True),
    Holding(CareerStep, (Share("profile__user", facts=("role", "field")),), deletes=True),
    Holding(Availability, (Share("profile__user"),), deletes=True),
    Holding(Absence, (Share("profile__user"),), deletes=True),
    Holding(ExtraHours, (Share("profile__user"),), deletes=True),
    Holding(Travel, (Share("profile__user", facts=("timezone",)),), deletes=True),
    Holding(
        BusyCalendar,
        (Share("profile__user"),),
        deletes=True,
        secret=("sealed_address",),
        plain=("failure",),
    ),
    Holding(BusyTime, (Share("calendar__profile__user"),), deletes=True),
    Holding(
        MentorProfile,
        (
            Share(
                "user",
                texts=("motivation",),
                facts=("teaches", "explores", "paid", "rate_amount", "rate_currency", "rate_per", "monthly_hours"),
            ),
        ),
        plain=("formats",),
        says="the row holds together the mentorships that mentees keep",
    ),
    Holding(
        MentorDecision,
        (Share("mentor__user", texts=("reason",)),),
        acted=("by",),
        says="that and when it was decided stays",
    ),
    # --- conflicts and rules ---
    Holding(Block, (Share("blocker", reads=("blocked__name",)), Share("blocked", exported=False)), deletes=True),
    Holding(
        Concern,
        (
            Share("raised_by", texts=("words", "more_words"), reads=("answer",)),
            Share("about", exported=False),
        ),
        secret=("answer",),
        hidden=("outcome", "due_at"),
        acted=("owner", "closed_by"),
        plain=("subject_kind", "outcome"),
        says="that there was a concern, and its outcome, stays, without the person",
        kept="words for 365 days after the end",
    ),
    impersonal(CommunityRules, "text", "reason", says="words of the organisers to everybody"),
    Holding(
        RulesAcceptance,
        (Share("user"),),
        says="that a version was accepted, and when, is counted on, without the person",
    ),
    # --- messages ---
    Holding(
        Notification,
        (Share("recipient", facts=("title",)),),
        secret=("payload", "last_error"),
        hidden=("claim", "lease_until_at"),
        plain=("kind", "key", "due_on_clock"),
        says="what waits is skipped; titles of messages to others about the person are replaced",
    ),
    Holding(
        KeptAnswer,
        (Share("person"),),
        deletes=True,
        secret=("key", "request", "sealed_body"),
        exported=False,
        kept="24 hours",
    ),
    Holding(NotificationChoice, (Share("user"),), deletes=True, plain=("group",)),
    Holding(GroupMailRecipient, (Share("person"),), deletes=True),
    Holding(
        GroupMail,
        acted=("created_by", "scheduled_by", "stopped_by"),
        plain=("source",),
        named=("query",),
        exported=False,
        says=ACTED,
    ),
    Holding(GroupMailText, plain=("language",), named=("subject", "words"), exported=False),
    # --- exports, erasures and holds ---
    Holding(
        DataExport, (Share("person"),), deletes=True, secret=("file",), kept="the file for 7 days, then the row alone"
    ),
    Holding(
        Erasure,
        (Share("person", texts=("reason",)),),
        acted=("by",),
        says="the row is the record that it was done",
    ),
    Holding(
        LegalHold,
        (Share("person"),),
        acted=("set_by", "lifted_by"),
        named=("reason", "lifted_reason"),
        exported=False,
        says="the row is the record of the duty",
    ),
    # --- acts of admins ---
    Holding(StaffRead, (Share("person", reads=("reader__name",)),), acted=("reader",), deletes=True, kept="365 days"),
    Holding(RoleChange, (Share("user", texts=("reason",)),), acted=("by",), says=ACTED),
    Holding(SavedView, (Share("owner", facts=("name", "query")),), plain=("model",), deletes=True),
    Holding(
        LogEntry,
        (Share("user"),),
        named=("object_repr", "change_message"),
        plain=("object_id",),
        says=f"{ACTED}; the name of a thing of the person is replaced",
    ),
    Holding(
        BulkAction,
        acted=("by", "stopped_by"),
        plain=("model", "action"),
        named=("label", "answers", "query", "ended_because"),
        exported=False,
        says=ACTED,
        kept="answers for 30 days",
    ),
    Holding(BulkActionRow, named=("seen", "says"), exported=False, kept="30 days"),
    Holding(
        Escalation,
        acted=("assigned_to", "snoozed_by", "dismissed_by", "acted_by"),
        plain=("kind",),
        named=("dismissed_reason", "done"),
        exported=False,
        says=ACTED,
    ),
    Holding(EscalationRule, acted=("owner",), plain=("kind",), exported=False, says=ACTED),
    Holding(CommunitySetting, acted=("set_by",), plain=("code",), named=("reason",), exported=False, says=ACTED),
    Holding(
        TrialMode,
        acted=("changed_by",),
        named=("addresses",),
        exported=False,
        says="an address of the person on the list is replaced",
    ),
    Holding(
        AccessToken,
        (Share("user", texts=("name",)),),
        deletes=True,
        secret=("digest", "ends_with"),
        acted=("created_by", "revoked_by"),
        plain=("scopes",),
    ),
    Holding(
        WebhookEndpoint,
        acted=("created_by",),
        plain=("address", "kinds", "sealed_secret", "sealed_old_secret"),
        named=("name",),
        exported=False,
        says=ACTED,
    ),
    Holding(
        IdentityProvider,
        acted=("created_by",),
        plain=("slug", "issuer", "client_id", "sealed_secret", "domains"),
        named=("name",),
        exported=False,
        says=ACTED,
    ),
    # --- nobody's ---
    impersonal(WebhookAttempt, "answer", says="events have keys and statuses only; kept for 30 days"),
    impersonal(Skill, "name", "key", "field", says="words of the taxonomy"),
    impersonal(SkillAlias, "name", "key", "field", says="words of the taxonomy"),
    impersonal(Skill.part_of.through, says="words of the taxonomy"),
    impersonal(Heartbeat, "name", says="a clock"),
    impersonal(Permission, "name", "codename", says="of the software"),
    impersonal(Group, "name", says="of the software"),
    impersonal(Group.permissions.through, says="of the software"),
    impersonal(ContentType, "app_label", "model", says="of the software"),
    impersonal(
        SocialApp,
        *("provider", "provider_id", "name", "client_id", "secret", "key", "settings"),
        says="not used: identity providers are ours",
    ),
    impersonal(SocialToken, "token", "token_secret", says="not used: no token of a provider is stored"),
    impersonal(Context, "metadata", says="not used: each event has its own context"),
    Holding(
        Session,
        plain=("session_key",),
        named=("session_data",),
        exported=False,
        says="sessions of the person end; their data is gone with them",
        kept="until they expire",
    ),
)
