"""Rules for the profile, the application, the messages and the logins of an account that is merged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.db.models import Exists, F, OuterRef, Q

from accounts.locks import lock_concerns_of, lock_profiles_of, lock_users
from accounts.merge_registry import (
    Merge,
    acts,
    fills,
    leaves,
    move_pairs,
    moves,
    register,
    register_ending,
    register_lock,
    register_refusals,
    removes,
)
from accounts.models import (
    Absence,
    AccessToken,
    AccountMerge,
    Availability,
    Block,
    BulkAction,
    BusyCalendar,
    CareerStep,
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
    StaffRead,
    Travel,
    TrialMode,
    User,
    WebhookEndpoint,
)
from accounts.models.profile import WORDS_MAX
from accounts.models.recording import record_of
from accounts.notifications.registry import all_groups
from accounts.notifications.write import follow_clock, skip_all_unsent
from accounts.services.mentors import approve_mentor, reject_mentor, suspend_mentor

Status = MentorProfile.Status
ACTED = "stay: they say what that account did as an admin"
GONE = "The account was merged into another one of the same person."
# How mails come, the most of them first.
STRICTNESS: list[str] = [NotificationChoice.Email.NOW, NotificationChoice.Email.DIGEST, NotificationChoice.Email.OFF]
# Filled in if the account that stays has nothing there.
FILLED = ("headline", "bio", "employer", "department")


# --- profiles ---------------------------------------------------------------------------------------------


def _one_profile(merge: Merge, _gone: int, _stays: int) -> int:
    """Fill what is empty in the profile that stays. Of limits the stricter one is kept."""
    gone, stays = merge.gone.profile, merge.stays.profile
    for name in FILLED:
        setattr(stays, name, getattr(stays, name) or getattr(gone, name))
    stays.skills = list(dict.fromkeys([*stays.skills, *gone.skills]))[:WORDS_MAX]
    stays.is_mentee = stays.is_mentee or gone.is_mentee
    if stays.quiet_from_minute is None:
        stays.quiet_from_minute, stays.quiet_until_minute = gone.quiet_from_minute, gone.quiet_until_minute
    stays.buffer_minutes = max(stays.buffer_minutes, gone.buffer_minutes)
    paused = [since for since in (gone.asking_paused_at, stays.asking_paused_at) if since]
    stays.asking_paused_at = min(paused, default=None)
    stays.asking_back_at = _earlier_if_both(gone.asking_back_at, stays.asking_back_at)
    stays.save()
    Profile.objects.filter(pk=gone.pk).update(is_mentee=False)
    return 0


def _earlier_if_both(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return since when missed sessions count. All do unless the person had come back in both accounts."""
    return min(one, other) if one and other else None


# --- mentors ----------------------------------------------------------------------------------------------


def _one_mentor(merge: Merge, gone: int, stays: int) -> int:
    """Give the mentor profile to the account that stays, or add to the one that is there already."""
    if merge.mentors[0] is None:
        return 0
    if merge.two_mentors is None:
        return MentorProfile.objects.filter(user=gone).update(user=stays)
    old, kept = merge.two_mentors
    kept.motivation = kept.motivation or old.motivation
    for name in ("teaches", "explores"):
        both = dict.fromkeys([*getattr(kept, name), *getattr(old, name)])
        setattr(kept, name, list(both)[:WORDS_MAX])
    kept.back_after_misses_at = _earlier_if_both(old.back_after_misses_at, kept.back_after_misses_at)
    kept.save(update_fields=["motivation", "teaches", "explores", "back_after_misses_at"])
    return 0


def _one_status(merge: Merge) -> None:
    """Keep the stricter status of two mentor profiles, then delete the one that is empty now."""
    if merge.two_mentors is None:
        return
    old, kept = merge.two_mentors
    if old.status == Status.SUSPENDED and kept.status != Status.SUSPENDED:
        reason = _reason_of(merge, kept, Status.SUSPENDED)
        suspend_mentor(mentor_id=kept.pk, by=merge.by, reason=reason, now=merge.now)
    elif old.status == Status.REJECTED and kept.status == Status.APPLIED:
        reason = _reason_of(merge, kept, Status.REJECTED)
        reject_mentor(mentor_id=kept.pk, by=merge.by, reason=reason, now=merge.now)
    elif old.status in (Status.APPROVED, Status.PAUSED) and kept.status == Status.APPLIED:
        approve_mentor(mentor_id=kept.pk, by=merge.by, now=merge.now)
    kept.refresh_from_db()
    if old.status == Status.PAUSED and kept.status == Status.APPROVED:
        kept.pause_cause, kept.paused_until_on = old.pause_cause, old.paused_until_on
        kept.status, kept.status_since_at = Status.PAUSED, old.status_since_at
        kept.save(update_fields=["pause_cause", "paused_until_on", "status", "status_since_at"])
    events = record_of(MentorProfile).events.objects.filter(pgh_obj=old.pk)  # type: ignore[union-attr]
    old.delete()
    # They lead to nobody any more, so an erasure could not find their words. The merge itself is on record.
    events.delete()


def _reason_of(merge: Merge, mentor: MentorProfile, status: str) -> str:
    """Return the reason of the last decision that led to a status. The mentor knows it. Without one, the merge's."""
    decided = mentor.decisions.filter(after=status).order_by("-decided_at", "-pk").first()
    return decided.reason if decided else merge.reason


def _against_mentors(merge: Merge) -> Iterator[str]:
    statuses = {mentor.status for mentor in merge.two_mentors or ()}
    if Status.REJECTED in statuses and statuses & {Status.APPROVED, Status.PAUSED}:
        yield (
            "One application as a mentor was rejected, and the other one approved. Open the rejected one again, or "
            "suspend the mentor, before you merge."
        )


# --- messages, logins -------------------------------------------------------------------------------------


def _messages(merge: Merge, gone: int, stays: int) -> int:
    """Move messages, so that those that wait reach the person. One with a code of the old login is not sent."""
    theirs = Notification.objects.filter(recipient=gone)
    skip_all_unsent(theirs.filter(kind="account_mail"), reason=GONE)
    same = Notification.objects.filter(recipient=stays, kind=OuterRef("kind"), key=OuterRef("key"))
    # A row that is being sent belongs to its sender.
    free = theirs.exclude(status__in=Notification.HELD).filter(~Exists(same))
    moved = free.update(recipient=stays)
    skip_all_unsent(theirs, reason=GONE)
    follow_clock(merge.stays.profile, now=merge.now)
    return moved


def _choices(merge: Merge, gone: int, stays: int) -> int:
    """Keep the stricter choice of each group of messages: nobody gets a mail that they switched off."""
    defaults = {group.code: group.default for group in all_groups()}
    kept = {choice.group: choice for choice in NotificationChoice.objects.filter(user=stays)}
    followed = 0
    for theirs in NotificationChoice.objects.filter(user=gone).order_by("pk"):
        default = NotificationChoice(
            user_id=stays, group=theirs.group, email=defaults.get(theirs.group, NotificationChoice.Email.NOW)
        )
        own = kept.get(theirs.group, default)
        email, in_app = max(own.email, theirs.email, key=STRICTNESS.index), own.in_app and theirs.in_app
        if (email, in_app) != (own.email, own.in_app):
            own.email, own.in_app = email, in_app
            own.save()
            followed += 1
    NotificationChoice.objects.filter(user=gone).delete()
    return followed


def _lock_group_mails(merge: Merge) -> None:
    """Lock the mails that are being sent to one of the two: the worker would write to an account that is closed."""
    theirs = GroupMailRecipient.objects.filter(person__in=[merge.gone, merge.stays])
    working = GroupMail.objects.filter(status__in=GroupMail.WORKING, pk__in=theirs.values("mail"))
    list(working.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))


def _group_mails(merge: Merge, gone: int, stays: int) -> int:
    """Keep the person once in each mail. Somebody who was written to is not written to again."""
    theirs, own = (GroupMailRecipient.objects.filter(person=person) for person in (gone, stays))
    own.filter(written_at=None, mail__in=theirs.filter(written_at__isnull=False).values("mail")).delete()
    moved = theirs.exclude(mail__in=own.values("mail")).update(person=stays)
    theirs.all().delete()
    return moved


def _addresses(merge: Merge, gone: int, stays: int) -> int:
    """Keep confirmed addresses as further ones of the person, so that nobody else signs up with them.

    The address of somebody whom an admin entered counts as confirmed before they come in. It is not kept: whoever reads
    mails at an address of a person can log in.
    """
    confirmed = EmailAddress.objects.filter(user=gone, verified=True) if merge.came_in else EmailAddress.objects.none()
    # The person may have begun to change to the other address.
    EmailAddress.objects.filter(user=stays, verified=False, email__in=confirmed.values("email")).delete()
    moved = confirmed.update(user=stays, primary=False)
    EmailAddress.objects.filter(user=gone).delete()
    return moved


def _end_sessions(merge: Merge, gone: int, stays: int) -> int:
    for session in UserSession.objects.filter(user=gone):
        session.end()
    return 0


# --- blocks, concerns, rules ------------------------------------------------------------------------------


def _blocks(field: str, merge: Merge, gone: int, stays: int) -> int:
    """Move blocks. One of their own that the person has already goes. Each concern has a row of its own."""
    other = "blocked" if field == "blocker" else "blocker"
    moved = Block.objects.filter(**{field: gone, "concern__isnull": False}).update(**{field: stays})
    same = Block.objects.filter(**{field: stays, other: OuterRef(other), "concern": None})
    theirs = Block.objects.filter(**{field: gone})
    moved += theirs.filter(~Exists(same)).update(**{field: stays})
    theirs.all().delete()
    return moved


def _rules_accepted(merge: Merge, gone: int, stays: int) -> int:
    """Keep the first acceptance of each version."""
    theirs = RulesAcceptance.objects.filter(user=gone)
    for accepted in theirs:
        later = RulesAcceptance.objects.filter(user=stays, rules=accepted.rules_id)
        later.filter(accepted_at__gt=accepted.accepted_at).update(accepted_at=accepted.accepted_at)
    same = RulesAcceptance.objects.filter(user=stays, rules=OuterRef("rules"))
    return theirs.filter(~Exists(same)).update(user=stays)


def _against_conflicts(merge: Merge) -> Iterator[str]:
    one, other = merge.gone.pk, merge.stays.pk
    if Block.objects.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one)).exists():
        yield "The two block each other, or a concern keeps them apart: they are not one person, or not by their word."
    if Concern.objects.filter(Q(raised_by=one, about=other) | Q(raised_by=other, about=one)).exists():
        yield "One of the two raised a concern about the other."
    still_open = Concern.objects.filter(status=Concern.Status.OPEN)
    about_same = still_open.filter(raised_by=other, about=OuterRef("about"), topic=OuterRef("topic"))
    by_same = still_open.filter(about=other, raised_by=OuterRef("raised_by"), topic=OuterRef("topic"))
    twice = still_open.filter(Q(Exists(about_same), raised_by=one) | Q(Exists(by_same), about=one))
    if twice.exists():
        yield "Two open concerns of the same topic would be between the same two people. Close one of them first."
    both = (one, other)
    is_theirs, decided = Q(about__in=both) | Q(raised_by__in=both), Q(owner__in=both) | Q(closed_by__in=both)
    if Concern.objects.filter(is_theirs & decided).exists():
        yield "One of the two, as an admin, took care of a concern that the other one raised, or that is about them."


def _against_erasures(merge: Merge) -> Iterator[str]:
    both = [merge.gone.pk, merge.stays.pk]
    if Erasure.objects.filter(person__in=both, status__in=Erasure.OPEN).exists():
        yield "One of the two is to be erased. Cancel that first, or let it be done."
    if LegalHold.objects.filter(person__in=both, lifted_at=None).exists():
        yield "A legal hold keeps one of the two as it is. An owner has to lift it first."


def _against_directories(merge: Merge) -> Iterator[str]:
    entries = DirectoryEntry.objects.filter(person__in=[merge.gone.pk, merge.stays.pk], removed_at=None)
    if entries.count() > 1:
        yield "Both come from the directory of an employer. It has to delete one of the two first."


def _directory_entry(merge: Merge, gone: int, stays: int) -> int:
    """Move the entry. The account that stays keeps its address, so the directory changes that no more."""
    theirs, own = (DirectoryEntry.objects.filter(person=person) for person in (gone, stays))
    if own.filter(removed_at=None).exists():
        theirs.delete()
    elif theirs.exists():
        own.delete()
    return theirs.update(person=stays)


register_lock(5, _lock_group_mails)
register_lock(10, lambda merge: lock_concerns_of([merge.gone, merge.stays]))
register_lock(40, lambda merge: lock_profiles_of([merge.gone, merge.stays]))
register_lock(60, lambda merge: lock_users([merge.gone, merge.stays]))
register_refusals(_against_mentors)
register_refusals(_against_conflicts)
register_refusals(_against_erasures)
register_refusals(_against_directories)
register_ending(_one_status)

register(
    moves(User, "merged_into"),
    leaves(AccountMerge, "gone", "stays", "by", words="stay: they say what was merged"),
    acts(NotSamePerson, "first", partial(move_pairs, NotSamePerson, "first", "first", "second"), "follow"),
    acts(NotSamePerson, "second", partial(move_pairs, NotSamePerson, "second", "first", "second"), "follow"),
    leaves(NotSamePerson, "by", words=ACTED),
    # The employer's directory finds the person by the same identifier.
    acts(DirectoryEntry, "person", _directory_entry, "follows; of two, one that its directory removed goes"),
    leaves(DirectoryEntry, "directory", words="stays: a program is no person"),
    # Exports, erasures and holds.
    removes(DataExport, "person", "go: the account that stays can ask for a new one"),
    leaves(Erasure, "person", words="stay: they say what was asked for, and taken back"),
    leaves(LegalHold, "person", words="stay: those that were lifted"),
    leaves(Erasure, "by", words=ACTED),
    leaves(LegalHold, "set_by", "lifted_by", words=ACTED),
    # The profile, and its lists.
    acts(Profile, "user", _one_profile, "fills what is empty in the profile that stays"),
    moves(Language, "profile", unless_same=["code"]),
    fills(CareerStep, "profile"),
    fills(Availability, "profile"),
    fills(Absence, "profile"),
    fills(ExtraHours, "profile"),
    fills(Travel, "profile"),
    fills(BusyCalendar, "profile", rest_goes=True),
    # The application as a mentor.
    acts(MentorProfile, "user", _one_mentor, "follows, or adds to the one that stays; the stricter status is kept"),
    moves(MentorDecision, "mentor"),
    leaves(MentorDecision, "by", words=ACTED),
    # Conflicts and refusals.
    acts(Block, "blocker", partial(_blocks, "blocker"), "follow"),
    acts(Block, "blocked", partial(_blocks, "blocked"), "follow"),
    moves(Concern, "raised_by", "about"),
    leaves(Concern, "owner", "closed_by", words=ACTED),
    acts(RulesAcceptance, "user", _rules_accepted, "follow; of two for the same rules the first one counts"),
    # Reads of their data by the other account stay with it.
    moves(StaffRead, "person", unless_same=["reader", "what", "hour_at"], but=Q(reader=F("person__merged_into"))),
    leaves(StaffRead, "reader", words=ACTED),
    moves(RoleChange, "user"),
    leaves(RoleChange, "by", words=ACTED),
    # Messages and logins.
    acts(Notification, "recipient", _messages, "follow; those that wait reach the account that stays"),
    acts(GroupMailRecipient, "person", _group_mails, "follow; of two for the same mail one is kept"),
    acts(NotificationChoice, "user", _choices, "follow: a mail that is switched off in one of the two stays off"),
    acts(EmailAddress, "user", _addresses, "follow, if the person has shown to read mails there"),
    removes(KeptAnswer, "person", "go: programs of that account are logged out"),
    removes(Authenticator, "user", "go: the login that stays has its own"),
    removes(SocialAccount, "user", "go: the login that stays has its own"),
    acts(UserSession, "user", _end_sessions, "end"),
    removes(AccessToken, "user", "are deleted: they were made with the login that goes"),
    # Acts as an admin.
    leaves(Escalation, "assigned_to", "snoozed_by", "dismissed_by", "acted_by", words=ACTED),
    leaves(EscalationRule, "owner", words=ACTED),
    leaves(CommunitySetting, "set_by", words=ACTED),
    leaves(GroupMail, "created_by", "scheduled_by", "stopped_by", words=ACTED),
    leaves(TrialMode, "changed_by", words=ACTED),
    leaves(AccessToken, "created_by", "revoked_by", words=ACTED),
    leaves(WebhookEndpoint, "created_by", words=ACTED),
    leaves(IdentityProvider, "created_by", words=ACTED),
    leaves(BulkAction, "by", "stopped_by", words=ACTED),
    leaves(SavedView, "owner", words=ACTED),
    leaves(LogEntry, "user", words=ACTED),
    leaves(User.groups.through, "user", words="stay: roles are no groups here"),
    leaves(User.user_permissions.through, "user", words="stay: roles are no permissions here"),
)
