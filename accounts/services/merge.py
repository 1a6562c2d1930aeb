"""Making two accounts of one person one, and saying of two people that they are two."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from accounts.exceptions import MergeNotPossible, ReasonMissing
from accounts.merge_registry import Merge, all_rules, endings, lock_both, reasons_against
from accounts.models import AccountMerge, MentorProfile, NotSamePerson, User
from accounts.notifications.write import notify
from accounts.selectors import has_come_in

# One merge at a time: the key of a lock of the database.
MERGES = 7_411_003
GONE_DOMAIN = "merged.invalid"


@transaction.atomic
def merge_accounts(*, gone_id: int, stays_id: int, by: User, reason: str, now: datetime) -> AccountMerge:
    """Merge an account into another one of the same person, and tell them at both addresses.

    What belongs to the one that goes follows, as the rules of each app say. It is closed, and its row stays for the
    record. Its address, if it was confirmed, becomes a second one of the account that stays.

    Raises ReasonMissing, and MergeNotPossible with all that stands against it. Nothing was changed then.
    """
    if not reason.strip():
        raise ReasonMissing("Say in a sentence or two how you know that these are accounts of one person.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MERGES])
    merge = read_merge(gone_id=gone_id, stays_id=stays_id, by=by, reason=reason.strip(), now=now)
    if against := against_accounts(merge):
        raise MergeNotPossible(" ".join(against))
    lock_both(merge)
    # Under the locks everything is read anew: another service may have been at work until now.
    merge = read_merge(gone_id=gone_id, stays_id=stays_id, by=by, reason=reason.strip(), now=now)
    if against := [*against_accounts(merge), *reasons_against(merge)]:
        raise MergeNotPossible(" ".join(against))
    address = merge.gone.email
    is_confirmed = EmailAddress.objects.filter(user=merge.gone, email=address, verified=True).exists()
    _close(merge)
    moved: dict[str, int] = {}
    for rule in all_rules():
        keys = merge.keys(rule.root)
        if keys is not None and (number := rule.act(merge, *keys)):
            moved[rule.label] = number
    for call in merge.afterwards:
        call()
    for ending in endings():
        ending(merge)
    row = AccountMerge.objects.create(
        gone=merge.gone,
        stays=merge.stays,
        by=by,
        reason=merge.reason,
        gone_email=address,
        keeps_address=is_confirmed and merge.came_in,
        moved=moved,
        merged_at=now,
    )
    _tell(row, now)
    return row


def read_merge(*, gone_id: int, stays_id: int, by: User, reason: str, now: datetime) -> Merge:
    """Return the two accounts as they are stored. Raises User.DoesNotExist."""
    people = User.objects.select_related("profile").in_bulk([gone_id, stays_id])
    if gone_id not in people or stays_id not in people:
        raise User.DoesNotExist
    mentors = MentorProfile.objects.select_related("user").in_bulk([gone_id, stays_id], field_name="user_id")
    both = (mentors.get(gone_id), mentors.get(stays_id))
    return Merge(people[gone_id], people[stays_id], both, has_come_in(people[gone_id]), by, reason, now)


def against_accounts(merge: Merge) -> list[str]:
    """Return what stands against a merge in the two accounts alone."""
    gone, stays = merge.gone, merge.stays
    if gone.pk == stays.pk:
        return ["These are not two accounts. Choose another one."]
    against = []
    if merge.by.pk in (gone.pk, stays.pk):
        against.append("One of the two is your own account. Another admin has to merge it.")
    for person in (gone, stays):
        if person.merged_into_id is not None:
            against.append(f"{person.name} ({person.email}) was merged into another account already.")
        elif person.is_staff:
            against.append(f"{person.name} ({person.email}) is an admin. An owner has to take that role away first.")
    if gone.is_active != stays.is_active and gone.merged_into_id is stays.merged_into_id is None:
        locked = stays if gone.is_active else gone
        against.append(
            f"The account {locked.email} is locked, and the other one is not. Before you merge, unlock it, or lock the "
            "other one as well."
        )
    return against


def _close(merge: Merge) -> None:
    """Close the account that goes. Its address is free for the one that stays, also as its first one."""
    gone = merge.gone
    gone.email = f"merged-{gone.uuid.hex}@{GONE_DOMAIN}"
    gone.is_active, gone.merged_into, gone.bouncing_since_at = False, merge.stays, None
    gone.set_unusable_password()
    gone.save(
        update_fields=["email", "is_active", "merged_into", "bouncing_since_at", "password"],
    )


def _tell(row: AccountMerge, now: datetime) -> None:
    """Write to both addresses, in the language of the account that stays."""
    person = row.stays
    notify(recipient=person, kind="accounts_merged", key=str(row.uuid), payload={"merge": str(row.uuid)}, now=now)
    if not row.keeps_address:
        # Nobody has shown that they read mails there.
        return
    with translation.override(person.profile.reads_in):
        context = {
            "recipient": person,
            "merge": row,
            "site_url": settings.SITE_URL,
            "community_name": settings.COMMUNITY_NAME,
        }
        subject = gettext("Your two accounts are one now")
        text = render_to_string("notifications/accounts_merged/body.txt", context, using="text")
    payload = {"to": row.gone_email, "subject": subject, "text": text.strip()}
    notify(recipient=person, kind="account_mail", key=f"merged:{row.uuid}", payload=payload, now=now)


def not_same_person(*, one: User, other: User, by: User, now: datetime) -> NotSamePerson:
    """Say that two people who look alike are two. They are not suggested again. A second call changes nothing."""
    first, second = sorted([one, other], key=lambda person: person.pk)
    pair, _created = NotSamePerson.objects.get_or_create(
        first=first, second=second, defaults={"by": by, "said_at": now}
    )
    return pair


def maybe_same_person(*, one: User, other: User) -> bool:
    """Take back that two people are two. Return whether it was said."""
    first, second = sorted([one.pk, other.pk])
    deleted, _by_model = NotSamePerson.objects.filter(first=first, second=second).delete()
    return bool(deleted)
