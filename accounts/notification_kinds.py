"""The messages of this app."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.concern_kinds import CONCERN_KINDS
from accounts.group_mail_kind import GROUP_MAIL
from accounts.links import come_back_link, invitation_link, rules_link
from accounts.models import (
    AccessToken,
    AccountMerge,
    CommunityRules,
    DataExport,
    Erasure,
    MentorProfile,
    Notification,
    NotificationChoice,
    RoleChange,
    User,
    WebhookEndpoint,
)
from accounts.notifications.inbox import title_without
from accounts.notifications.registry import (
    ACCOUNT,
    ADMINS,
    DIGEST,
    REMINDERS,
    Context,
    NotificationKind,
    email_choice,
    known_kind,
    register,
    true_context,
)
from accounts.readiness import missing
from accounts.samples import SAMPLE_LINK, sample_mentor, sample_reader
from accounts.selectors import has_come_in, names_blocked_with

log = logging.getLogger(__name__)
# The admin page that lists open applications.
APPLICATIONS = "/admin/accounts/mentorprofile/?status__exact=applied"
ADMIN_HOME = "/admin/"
WEBHOOKS = "/admin/accounts/webhookendpoint/"
# The duties of each role, for the mail to its new holder.
DUTIES: dict[str, Promise] = {
    User.Role.OWNER: gettext_lazy(
        "You can do everything that admins do. Only owners give roles, and change rules, settings, trial mode, "
        "service accounts, webhooks and legal holds."
    ),
    User.Role.MANAGER: gettext_lazy(
        "You can do everything that admins do, except for what only owners do: roles, rules, settings, trial mode, "
        "service accounts, webhooks and legal holds."
    ),
    User.Role.MATCHMAKER: gettext_lazy("You see requests, matches and mentors, and help people to find each other."),
    User.Role.VIEWER: gettext_lazy("You see the figures of the community, and nothing about single people."),
    User.Role.PROGRAMME: gettext_lazy("You run the cohorts that were given to you, and see the people in them only."),
}


def _account_mail(row: Notification) -> Context | None:
    return row.payload or None


def _mentor(row: Notification) -> MentorProfile | None:
    return MentorProfile.objects.select_related("user__profile").filter(uuid=row.payload["mentor"]).first()


def _mentor_with(status: str) -> Callable[[Notification], Context | None]:
    def context(row: Notification) -> Context | None:
        mentor = _mentor(row)
        return {"mentor": mentor} if mentor and mentor.status == status else None

    return context


def _decided(*statuses: str) -> Callable[[Notification], Context | None]:
    """Return a context with the latest decision of an admin, while it stands and led to one of ``statuses``."""

    def context(row: Notification) -> Context | None:
        mentor = _mentor(row)
        if mentor is None or mentor.status not in statuses:
            return None
        decision = mentor.decisions.filter(after=mentor.status).order_by("-decided_at", "-pk").first()
        return {"mentor": mentor, "reason": decision.reason if decision else ""}

    return context


def welcome(row: Notification) -> Context:
    return {
        "is_mentee": row.person.profile.is_mentee,
        "is_mentor": MentorProfile.objects.filter(user=row.person, status=MentorProfile.Status.APPLIED).exists(),
        "link": settings.SITE_URL + reverse("start"),
    }


def invitation(row: Notification) -> Context | None:
    if has_come_in(row.person):
        return None
    return {"is_mentor": row.payload["role"] == "mentor", "link": invitation_link(row.person)}


def rules_changed(row: Notification) -> Context | None:
    """Return the version in force, while its reader is asked to accept it, and it is the one that was written about."""
    rules = CommunityRules.objects.asked_of(row.person.pk, at=row.moment).first()
    if rules is None or str(rules.version) != row.payload["version"]:
        return None
    is_required = rules.required_at is not None and rules.required_at <= row.moment
    return {"rules": rules, "is_required": is_required, "link": rules_link(row.person)}


def mentor_applied(row: Notification) -> Context | None:
    applied = _mentor_with(MentorProfile.Status.APPLIED)(row)
    return dict(applied) | {"link": settings.SITE_URL + APPLICATIONS} if applied else None


def webhook_off(row: Notification) -> Context | None:
    endpoint = WebhookEndpoint.objects.filter(uuid=row.payload["endpoint"], off_at__isnull=False).first()
    if endpoint is None or endpoint.off_cause == WebhookEndpoint.OffCause.OWNER:
        return None
    is_gone = endpoint.off_cause == WebhookEndpoint.OffCause.GONE
    return {"name": endpoint.name, "is_gone": is_gone, "link": settings.SITE_URL + WEBHOOKS}


def mentor_approved(row: Notification) -> Context | None:
    mentor = _mentor(row)
    is_approved = mentor is not None and mentor.status == MentorProfile.Status.APPROVED
    return {"mentor": mentor, "missing": missing(mentor)} if mentor and is_approved else None


def mentor_paused(row: Notification) -> Context | None:
    mentor = _mentor(row)
    if mentor is None or mentor.pause_cause != MentorProfile.PauseCause.OWN_WISH:
        return None
    return {"mentor": mentor, "link": come_back_link(mentor)}


def mentor_is_back(row: Notification) -> Context | None:
    mentor = _mentor(row)
    is_back = mentor is not None and mentor.status == MentorProfile.Status.APPROVED
    return {"mentor": mentor, "link": come_back_link(mentor)} if mentor and is_back else None


def role_changed(row: Notification) -> Context | None:
    """Return the change, while it is the latest."""
    change = row.person.role_changes.select_related("by").order_by("-changed_at", "-pk").first()
    if change is None or str(change.uuid) != row.payload["change"]:
        return None
    return {"change": change, "duties": DUTIES.get(change.after, ""), "link": settings.SITE_URL + ADMIN_HOME}


def accounts_merged(row: Notification) -> Context | None:
    merge = AccountMerge.objects.select_related("stays").filter(uuid=row.payload["merge"]).first()
    return {"merge": merge} if merge else None


def export_ready(row: Notification) -> Context | None:
    """Return the export, while its file is there."""
    found = DataExport.objects.filter(uuid=row.payload["export"], status__in=DataExport.FETCHABLE)
    export = found.filter(expires_at__gt=row.moment).defer("file").first()
    return {"export": export, "link": _data_page()} if export else None


def erasure_asked(row: Notification) -> Context | None:
    """Return the erasure, while it waits for its day."""
    erasure = Erasure.objects.filter(uuid=row.payload["erasure"], status=Erasure.Status.ASKED).first()
    if erasure is None:
        return None
    return {"erasure": erasure, "is_own": erasure.by_id == erasure.person_id, "link": _data_page()}


def token_made(row: Notification) -> Context | None:
    """Return the token, also once it was revoked: somebody else may have made it."""
    token = row.person.access_tokens.filter(uuid=row.payload["token"]).first()
    return {"token": token, "link": settings.SITE_URL + reverse("tokens")} if token else None


def _data_page() -> str:
    return settings.SITE_URL + reverse("my-data")


def digest(row: Notification) -> Context | None:
    """Return the gathered messages that are still true, oldest first."""
    gathered = row.gathered.select_related("recipient__profile").order_by("created_at", "pk")
    # A title may have been written before a block.
    hidden = names_blocked_with(row.person.pk) if row.pk else []
    items = [item for one in gathered if (item := _item(one, hidden=hidden, at=row.moment))]
    return {"items": items} if items else None


def _item(gathered: Notification, *, hidden: Collection[str], at: datetime) -> Context | None:
    gathered.true_at = at
    kind = known_kind(gathered.kind)
    if kind is None or email_choice(gathered.person.pk, kind.group) == NotificationChoice.Email.OFF:
        return None
    try:
        context = true_context(gathered)
    except (SoftTimeLimitExceeded, OperationalError, InterfaceError):
        raise
    except Exception:  # one bad row must not lose the others
        log.exception("notification %s of kind %s could not be written into a digest", gathered.uuid, gathered.kind)
        return {"title": title_without(hidden, gathered), "link": ""}
    return None if context is None else {"title": title_without(hidden, gathered), "link": context.get("link", "")}


def _sample_mentor() -> Context:
    return {"mentor": sample_mentor()}


def _sample_decision() -> Context:
    return {"mentor": sample_mentor(), "reason": "We spoke on Monday and agreed on it."}


def _sample_approved() -> Context:
    return {"mentor": sample_mentor(), "missing": ["the languages you speak", "when you have time in the week"]}


def _sample_role() -> Context:
    change = RoleChange(
        by=User(name="Ada Admin"), after=User.Role.MATCHMAKER, reason="Thank you for offering your time."
    )
    return {"change": change, "duties": DUTIES[User.Role.MATCHMAKER], "link": settings.SITE_URL + ADMIN_HOME}


def _sample_export() -> Context:
    return {"export": DataExport(expires_at=datetime(2026, 12, 7, 9, tzinfo=UTC)), "link": SAMPLE_LINK}


def _sample_token() -> Context:
    return {"token": AccessToken(name="Reports", expires_at=datetime(2026, 12, 7, 9, tzinfo=UTC)), "link": SAMPLE_LINK}


def _sample_erasure() -> Context:
    erasure = Erasure(due_at=datetime(2026, 12, 7, 9, tzinfo=UTC))
    return {"erasure": erasure, "is_own": True, "link": SAMPLE_LINK}


def _sample_merge() -> Context:
    merge = AccountMerge(gone_email="sam.okafor@example.com", stays=sample_reader(), keeps_address=True)
    return {"merge": merge}


def _sample_with_link() -> Context:
    return {"mentor": sample_mentor(), "link": SAMPLE_LINK}


def _sample_code() -> Context:
    return {"subject": "Your code", "text": "Your code is ABC-DEF. It works for 15 minutes.", "to": "amina@example.org"}


def _sample_rules() -> Context:
    published_at = datetime(2026, 9, 1, 8, tzinfo=UTC)
    rules = CommunityRules(version=2, published_at=published_at, required_at=published_at + timedelta(days=14))
    return {"rules": rules, "is_required": False, "link": SAMPLE_LINK}


def _sample_digest() -> Context:
    titles = ("Jonas Weber offers you help", "Three mentors for “Data scientist”")
    return {"items": [{"title": title, "link": SAMPLE_LINK} for title in titles]}


register(
    NotificationKind(
        "account_mail",
        ACCOUNT,
        gettext_lazy("there is a code or a link for your account"),
        _account_mail,
        _sample_code,
        secret=True,
        in_spite_of_bounces=True,
        # A lost code locks its owner out. A duplicate does no harm.
        if_in_doubt="resend",
    ),
    NotificationKind(
        "welcome",
        ACCOUNT,
        gettext_lazy("your address is confirmed"),
        welcome,
        lambda: {"is_mentee": True, "is_mentor": True, "link": SAMPLE_LINK},
    ),
    NotificationKind(
        "invitation",
        ACCOUNT,
        gettext_lazy("an admin has entered you"),
        invitation,
        lambda: {"is_mentor": True, "link": SAMPLE_LINK},
    ),
    NotificationKind(
        "rules_changed",
        ACCOUNT,
        gettext_lazy("the community rules have changed"),
        rules_changed,
        _sample_rules,
    ),
    NotificationKind(
        "mentor_applied",
        ADMINS,
        gettext_lazy("somebody has applied as a mentor"),
        mentor_applied,
        lambda: {"mentor": sample_mentor(), "link": settings.SITE_URL + APPLICATIONS},
        permission="accounts.approve_mentorprofile",
    ),
    NotificationKind(
        "webhook_off",
        ADMINS,
        gettext_lazy("a webhook was switched off"),
        webhook_off,
        lambda: {"name": "Reports", "is_gone": False, "link": settings.SITE_URL + WEBHOOKS},
        permission="accounts.change_webhookendpoint",
    ),
    NotificationKind(
        "role_changed",
        ACCOUNT,
        gettext_lazy("your role as an admin has changed"),
        role_changed,
        _sample_role,
    ),
    NotificationKind(
        "accounts_merged",
        ACCOUNT,
        gettext_lazy("your two accounts were made one"),
        accounts_merged,
        _sample_merge,
    ),
    NotificationKind(
        "token_made",
        ACCOUNT,
        gettext_lazy("a program may act for you by a new access token"),
        token_made,
        _sample_token,
    ),
    NotificationKind(
        "export_ready",
        ACCOUNT,
        gettext_lazy("the file with your data is ready"),
        export_ready,
        _sample_export,
    ),
    NotificationKind(
        "erasure_asked",
        ACCOUNT,
        gettext_lazy("your account will be erased, and how to keep it"),
        erasure_asked,
        _sample_erasure,
        in_spite_of_bounces=True,
    ),
    NotificationKind(
        "application_received",
        ACCOUNT,
        gettext_lazy("your application as a mentor has arrived"),
        _mentor_with(MentorProfile.Status.APPLIED),
        _sample_mentor,
    ),
    NotificationKind(
        "mentor_rejected",
        ACCOUNT,
        gettext_lazy("your application was declined"),
        _decided(MentorProfile.Status.REJECTED),
        _sample_decision,
    ),
    NotificationKind(
        "application_reopened",
        ACCOUNT,
        gettext_lazy("your application is open again"),
        _decided(MentorProfile.Status.APPLIED),
        _sample_decision,
    ),
    NotificationKind(
        "mentor_suspended",
        ACCOUNT,
        gettext_lazy("you were suspended as a mentor"),
        _decided(MentorProfile.Status.SUSPENDED),
        _sample_decision,
    ),
    NotificationKind(
        "suspension_lifted",
        ACCOUNT,
        gettext_lazy("your suspension as a mentor is over"),
        _decided(MentorProfile.Status.APPLIED, MentorProfile.Status.APPROVED, MentorProfile.Status.PAUSED),
        _sample_decision,
    ),
    NotificationKind(
        "mentor_approved",
        ACCOUNT,
        gettext_lazy("your application was approved"),
        mentor_approved,
        _sample_approved,
    ),
    NotificationKind(
        "mentor_paused", ACCOUNT, gettext_lazy("mentoring is paused, as you wished"), mentor_paused, _sample_with_link
    ),
    NotificationKind(
        "mentor_is_back", REMINDERS, gettext_lazy("your pause is over"), mentor_is_back, _sample_with_link
    ),
    NotificationKind("digest", DIGEST, gettext_lazy("this and that happened"), digest, _sample_digest),
    *CONCERN_KINDS,
    GROUP_MAIL,
)
