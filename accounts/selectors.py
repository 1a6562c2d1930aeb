"""Queries about people: rules, admins, applications, blocks, concerns, and the taxonomy of skills."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Coalesce, Now, Substr

from accounts.models import (
    AccessToken,
    AccountMerge,
    Block,
    CommunityRules,
    Concern,
    DataExport,
    Erasure,
    IdentityProvider,
    Language,
    LegalHold,
    MentorProfile,
    Notification,
    Profile,
    RulesAcceptance,
    Skill,
    SkillAlias,
    StaffRead,
    TrialMode,
    User,
)
from accounts.models.history import UserEvent
from accounts.models.notification import BOUNCED
from accounts.models.profile import LanguageLevel
from accounts.models.skill import normalise
from accounts.roles import roles_that_may

# The kinds whose text holds a secret, such as a code. It is deleted once the message was sent or failed.
FORGOTTEN = ("account_mail",)
CONCERN_MESSAGES = (
    *("concern_received", "concern_raised", "concern_assigned", "concern_handed_on", "concern_closed"),
    *("concern_about_you", "concern_about_you_closed"),
)


def current_rules() -> CommunityRules:
    """Return the rules in force. The first version comes with the migrations."""
    return CommunityRules.objects.filter(published_at__lte=Now()).order_by("-version")[0]


def rules_before(rules: CommunityRules, *, user: User | None = None) -> CommunityRules | None:
    """Return the last earlier version that ``user`` accepted, else the one before ``rules``. None for the first one."""
    earlier = CommunityRules.objects.filter(version__lt=rules.version).order_by("-version")
    accepted = earlier.filter(acceptances__user=user).first() if user is not None else None
    return accepted or earlier.first()


@dataclass(frozen=True, slots=True)
class RulesState:
    """How a member and the rules in force stand."""

    version: int
    accepted_at: datetime | None
    is_asked: bool
    is_required: bool


def rules_state_of(user: User, *, now: datetime) -> RulesState:
    rules = current_rules()
    accepted = RulesAcceptance.objects.filter(user=user, rules=rules).first()
    return RulesState(
        version=rules.version,
        accepted_at=accepted.accepted_at if accepted else None,
        is_asked=CommunityRules.objects.asked_of(user.pk, at=now).exists(),
        is_required=CommunityRules.objects.required_of(user.pk, at=now).exists(),
    )


def members_to_ask(rules: CommunityRules | None = None) -> QuerySet[User]:
    """Return the members who have not accepted ``rules``, or all members to ask about a version that is to come.

    Those who were invited and have not come in accept the rules as they do.
    """
    came_in = Q(last_login__isnull=False) | ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    members = User.objects.filter(came_in, is_active=True)
    if rules is None:
        return members
    return members.exclude(Exists(RulesAcceptance.objects.filter(rules=rules, user=OuterRef("pk"))))


def access_tokens_of(user: User) -> QuerySet[AccessToken]:
    """Return the access tokens of ``user``, the newest first."""
    return AccessToken.objects.filter(user=user).order_by("-created_at", "-pk")


def trial_mode_in_force() -> TrialMode | None:
    """Return trial mode if it is on."""
    return TrialMode.objects.filter(is_on=True).first()


def admins_who_may(*permissions: str) -> QuerySet[User]:
    """Return the active admins whose role has all of ``permissions``."""
    roles = frozenset.intersection(*(roles_that_may(permission) for permission in permissions))
    return User.objects.filter(role__in=roles, is_active=True).order_by("pk")


def staff_reads_of(person: User) -> QuerySet[StaffRead]:
    """Return the reads of private data about ``person`` by admins, the newest first."""
    return StaffRead.objects.filter(person=person).select_related("reader").order_by("-hour_at", "-pk")


def staff_reads_for(reader: User, person: User) -> QuerySet[StaffRead]:
    """Return the reads about ``person`` that an admin may know. No read tells them of a concern about themselves."""
    reads = staff_reads_of(person)
    is_accused = Concern.objects.filter(raised_by=person, about=reader).exists()
    return reads.exclude(what=StaffRead.What.CONCERNS) if is_accused else reads


def merges_of(person: User) -> QuerySet[AccountMerge]:
    """Return the merge of this account, and those of the accounts that it has now, the last one first."""
    theirs = AccountMerge.objects.filter(Q(gone=person) | Q(gone__merged_into=person) | Q(stays=person))
    return theirs.select_related("gone", "stays", "by").order_by("-merged_at", "-pk")


def has_come_in(user: User) -> bool:
    """Return whether somebody has a password, or was logged in. Those whom an admin entered have not, at first."""
    return user.has_usable_password() or user.last_login is not None


def sign_ups_among(emails: Collection[str]) -> set[str]:
    """Return those of ``emails`` that somebody signed up with, and has not confirmed: the account may be anybody's."""
    new = User.objects.filter(email__in=emails, role="", last_login=None)
    return set(new.exclude(emailaddress__verified=True).values_list("email", flat=True))


def profile_in_full(user: User) -> Profile:
    """Return the profile of ``user`` with all its lists."""
    profiles = Profile.objects.select_related("user__mentor")
    return profiles.prefetch_related("languages", "career", "availability", "absences", "extra_hours", "travels").get(
        user=user
    )


def working_languages_of(user: User) -> list[str]:
    """Return the codes of the languages that ``user`` speaks well enough for a meeting, as they were stated."""
    spoken = Language.objects.filter(profile__user=user).exclude(level=LanguageLevel.BASIC)
    return list(spoken.order_by("pk").values_list("code", flat=True))


def mentor_profiles_of(user: User) -> QuerySet[MentorProfile]:
    """Return the mentor profile of ``user``. Empty for somebody who has not applied."""
    return MentorProfile.objects.filter(user=user).select_related("user__profile")


def is_for_another(mentor: MentorProfile, *, by: User, permission: str) -> bool:
    """Return whether an application is that of the admin ``by``, and another active admin has ``permission``."""
    return by.pk == mentor.user_id and admins_who_may(permission).exclude(pk=by.pk).exists()


def applications() -> QuerySet[MentorProfile]:
    """Return the mentors for the admins to decide on, the longest waiting first."""
    return MentorProfile.objects.select_related("user").order_by("status_since_at", "pk")


def names_blocked_with(user_id: int) -> list[str]:
    """Return the names of the people whom ``user_id`` blocked, or who blocked them, with earlier names. One query."""
    theirs = Block.objects.filter(blocked_id=user_id).values("blocker_id")
    mine = Block.objects.filter(blocker_id=user_id).values("blocked_id")
    names = User.objects.filter(Q(pk__in=theirs) | Q(pk__in=mine)).values_list("name", flat=True)
    earlier = UserEvent.objects.filter(Q(pgh_obj__in=theirs) | Q(pgh_obj__in=mine)).values_list("name", flat=True)
    return list(names.union(earlier))


def blocks_of(user: User) -> QuerySet[Block]:
    """Return the people whom ``user`` blocked by their own wish, the last one first."""
    return Block.objects.filter(blocker=user, concern=None).select_related("blocked").order_by("-created_at", "-pk")


def concerns_raised_by(user: User) -> QuerySet[Concern]:
    """Return the concerns that ``user`` raised, the last one first."""
    raised = Concern.objects.filter(raised_by=user).select_related("about", "separation")
    return with_other_separations(raised).order_by("-created_at", "-pk")


def with_other_separations(concerns: QuerySet[Concern]) -> QuerySet[Concern]:
    """Annotate whether anything else of who raised it keeps the two apart, and whether the other side knows of that."""
    others = Block.objects.filter(
        Q(concern=None) | ~Q(concern=OuterRef("pk")), blocker=OuterRef("raised_by"), blocked=OuterRef("about")
    )
    known = others.filter(concern__is_safety=False)
    return concerns.annotate(is_apart_besides=Exists(others), is_known_besides=Exists(known))


def organisers(about: User) -> QuerySet[User]:
    """Return the admins who may decide about a concern about ``about``."""
    return admins_who_may("accounts.change_concern").exclude(pk=about.pk)


def possible_owners(concern: Concern) -> QuerySet[User]:
    """Return the admins who may take care of a concern: neither of the two."""
    return organisers(concern.about).exclude(pk=concern.raised_by_id)


def owner_of(concern: Concern) -> User | None:
    """Return who takes care of a concern. None for somebody who may not decide any more. No query."""
    owner = concern.owner
    return owner if owner is not None and owner.has_perm("accounts.change_concern") else None


def concerns_for(admin: User) -> QuerySet[Concern]:
    """Return the concerns that ``admin`` may read: all but those about themselves."""
    return Concern.objects.exclude(about=admin).select_related("raised_by", "about", "owner", "closed_by")


def earlier_concerns(concern: Concern, *, to: User) -> QuerySet[Concern]:
    """Return the other concerns about the same person that the admin ``to`` may read, the last one first."""
    same = concerns_for(to).filter(about=concern.about_id).exclude(pk=concern.pk)
    return same.order_by("-created_at", "-pk")


def concerns_about(person: User, *, to: User) -> QuerySet[Concern]:
    """Return the concerns about a person that the admin ``to`` may read, the last one first."""
    return concerns_for(to).filter(about=person).order_by("-created_at", "-pk")


def blocks_around(person: User, *, to: User) -> QuerySet[Block]:
    """Return the blocks by and of a person that the admin ``to`` may see, the last one first. None against ``to``."""
    blocks = Block.objects.filter(Q(blocker=person) | Q(blocked=person)).exclude(Q(concern__about=to) | Q(blocked=to))
    return blocks.select_related("blocker", "blocked").order_by("-created_at", "-pk")


def skills_named(words: str, *, most: int) -> list[tuple[str, str]]:
    """Return names of skills that contain ``words``, each with the skill that it stands for. Names that begin so first.

    Skills that cannot be chosen any more are left out. The second is empty for the name of the skill itself.
    """
    key = normalise(words)
    # PostgreSQL has no NUL in its texts, so no name contains it.
    if not key or "\0" in key:
        return []
    names = [(skill.key, skill.name, "") for skill in Skill.objects.filter(key__contains=key, is_offered=True)]
    aliases = SkillAlias.objects.filter(key__contains=key, skill__is_offered=True).select_related("skill")
    names += [(alias.key, alias.name, alias.skill.name) for alias in aliases]
    names.sort(key=lambda row: (not row[0].startswith(key), len(row[0]), row))
    return [(name, stands_for) for _key, name, stands_for in names[:most]]


# A stored word is compared as by ``normalise``, but for rare letters whose case folds to two.
PEOPLE_WHO_NAME = """
SELECT
    (SELECT count(*) FROM accounts_mentorprofile WHERE EXISTS (
        SELECT FROM unnest(teaches || explores) AS word
        WHERE lower(regexp_replace(btrim(normalize(word, NFKC)), '\\s+', ' ', 'g')) = ANY(%(names)s))),
    (SELECT count(*) FROM accounts_profile WHERE EXISTS (
        SELECT FROM unnest(skills) AS word
        WHERE lower(regexp_replace(btrim(normalize(word, NFKC)), '\\s+', ' ', 'g')) = ANY(%(names)s)))
"""


def people_who_name(skill: Skill) -> tuple[int, int]:
    """Return how many mentors help with a skill, and how many profiles have it, by its name or an alias."""
    names = [skill.key, *skill.aliases.values_list("key", flat=True)]
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE_WHO_NAME, {"names": names})
        mentors, people = cursor.fetchone()
    return mentors, people


class Taxonomy:
    """A snapshot of the skills, their aliases and their parts."""

    def __init__(self, canonical: dict[str, str], near: dict[str, tuple[str, ...]]) -> None:
        self._canonical = canonical
        self._near = near

    def resolve(self, words: str) -> str:
        """Return the key of the skill that ``words`` name. Unknown words are a key of their own."""
        key = normalise(words)
        return self._canonical.get(key, key)

    def near(self, key: str) -> tuple[str, ...]:
        """Return the keys of the skills that ``key`` is part of, and of those that are part of it."""
        return self._near.get(key, ())


def taxonomy() -> Taxonomy:
    canonical = dict(SkillAlias.objects.order_by().values_list("key", "skill__key"))
    canonical.update((key, key) for key in Skill.objects.order_by().values_list("key", flat=True))
    near: dict[str, set[str]] = {}
    for narrow, broad in Skill.part_of.through.objects.values_list("from_skill__key", "to_skill__key"):
        near.setdefault(narrow, set()).add(broad)
        near.setdefault(broad, set()).add(narrow)
    return Taxonomy(canonical, {key: tuple(sorted(keys)) for key, keys in near.items()})


def waiting_applications(*, days: int, now: datetime) -> QuerySet[MentorProfile]:
    """Return the applications that have waited for ``days``, with ``since_at``."""
    applied = MentorProfile.objects.filter(status=MentorProfile.Status.APPLIED, user__is_active=True)
    waiting = applied.filter(status_since_at__lte=now - timedelta(days=days))
    return waiting.annotate(since_at=F("status_since_at")).select_related("user")


def open_concerns(*, days: int, now: datetime) -> QuerySet[Concern]:
    """Return the open concerns that were raised ``days`` ago, with ``since_at``."""
    still_open = Concern.objects.filter(status=Concern.Status.OPEN, created_at__lte=now - timedelta(days=days))
    return still_open.annotate(since_at=F("created_at")).select_related("about", "raised_by", "owner")


def concerns_about_admins() -> QuerySet[Concern]:
    return Concern.objects.exclude(about__role="")


def mails_of_concerns(concerns: QuerySet[Concern]) -> Q:
    """Return the condition on messages that they report one of ``concerns``. Their keys begin with its identifier."""
    named = concerns.annotate(name=Cast("uuid", CharField())).filter(name=Substr(OuterRef("key"), 1, 36))
    # In this order: few messages are of these kinds, and only theirs are looked up.
    return Q(kind__in=CONCERN_MESSAGES) & Q(Exists(named))


def mails_in_doubt(*, days: int, now: datetime) -> QuerySet[Notification]:
    """Return the messages that have been uncertain for ``days``, since their last attempt, with ``since_at``."""
    return _stuck(Notification.Status.UNCERTAIN, now - timedelta(days=days))


def failed_mails(*, days: int, now: datetime) -> QuerySet[Notification]:
    """Return the messages that could not be sent, the last time ``days`` ago, with ``since_at``.

    Not those whose text is deleted, since nobody can send them again.
    """
    failed = _stuck(Notification.Status.DEAD, now - timedelta(days=days))
    return failed.exclude(kind__in=FORGOTTEN, payload={})


def _stuck(status: str, until: datetime) -> QuerySet[Notification]:
    # Those of earlier versions do not say when they failed. Deliveries to endpoints have a list of their own.
    stuck = Notification.objects.annotate(since_at=Coalesce("failed_at", "created_at"))
    return stuck.filter(status=status, endpoint=None, since_at__lte=until).select_related("recipient")


def unreached_people(*, days: int, now: datetime) -> QuerySet[User]:
    """Return the people whose address has bounced for ``days`` while mail was or is due there, with ``since_at``."""
    due = Notification.objects.filter(
        Q(status=Notification.Status.PENDING)
        | Q(
            status=Notification.Status.SKIPPED,
            last_error__startswith=BOUNCED,
            due_at__gte=OuterRef("bouncing_since_at"),
        ),
        recipient=OuterRef("pk"),
    )
    bouncing = User.objects.filter(is_active=True, bouncing_since_at__lte=now - timedelta(days=days))
    return bouncing.filter(Exists(due)).annotate(since_at=F("bouncing_since_at"))


def exports_of(person: User) -> QuerySet[DataExport]:
    """Return the exports of a person's own data, the newest first, without their files."""
    return DataExport.objects.filter(person=person).defer("file").order_by("-requested_at", "-pk")


def erasure_of(person: User) -> Erasure | None:
    """Return the erasure of a person that waits or is under way."""
    return Erasure.objects.filter(person=person, status__in=Erasure.OPEN).first()


def is_kept_by_law(person: User) -> bool:
    return LegalHold.objects.filter(person=person, lifted_at=None).exists()


def providers_of(person: User) -> QuerySet[IdentityProvider]:
    """Return the identity providers that are on, and by which ``person`` can log in."""
    connected = person.socialaccount_set.values("provider")  # type: ignore[attr-defined]  # of allauth
    return IdentityProvider.objects.filter(off_at=None, slug__in=connected).order_by("name", "pk")
