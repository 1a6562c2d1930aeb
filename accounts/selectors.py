"""Queries about people: rules, admins, applications, blocks, and the taxonomy of skills."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.models import Block, CommunityRules, Language, MentorProfile, Profile, Skill, SkillAlias, User
from accounts.models.profile import LanguageLevel
from accounts.models.skill import normalise


def current_rules() -> CommunityRules:
    """Return the rules in force. The first version comes with the migrations."""
    return CommunityRules.objects.filter(published_at__lte=Now()).order_by("-version")[0]


def admins() -> QuerySet[User]:
    """Return the active admins of the community."""
    return User.objects.filter(is_staff=True, is_active=True).order_by("pk")


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


def applications() -> QuerySet[MentorProfile]:
    """Return the mentors for the admins to decide on, the longest waiting first."""
    return MentorProfile.objects.select_related("user").order_by("status_since_at", "pk")


def names_blocked_with(user_id: int) -> list[str]:
    """Return the names of the people whom ``user_id`` blocked, or who blocked them. One query."""
    theirs = Block.objects.filter(blocked_id=user_id).values("blocker_id")
    mine = Block.objects.filter(blocker_id=user_id).values("blocked_id")
    return list(User.objects.filter(Q(pk__in=theirs) | Q(pk__in=mine)).values_list("name", flat=True))


def skills_named(words: str, *, most: int) -> list[tuple[str, str]]:
    """Return names of skills that contain ``words``, each with the skill that it stands for. Names that begin so first.

    The second is empty for the name of the skill itself.
    """
    key = normalise(words)
    # PostgreSQL has no NUL in its texts, so no name contains it.
    if not key or "\0" in key:
        return []
    names = [(skill.key, skill.name, "") for skill in Skill.objects.filter(key__contains=key)]
    aliases = SkillAlias.objects.filter(key__contains=key).select_related("skill")
    names += [(alias.key, alias.name, alias.skill.name) for alias in aliases]
    names.sort(key=lambda row: (not row[0].startswith(key), len(row[0]), row))
    return [(name, stands_for) for _key, name, stands_for in names[:most]]


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
    canonical = dict(SkillAlias.objects.values_list("key", "skill__key"))
    canonical.update((key, key) for key in Skill.objects.values_list("key", flat=True))
    near: dict[str, set[str]] = {}
    for narrow, broad in Skill.part_of.through.objects.values_list("from_skill__key", "to_skill__key"):
        near.setdefault(narrow, set()).add(broad)
        near.setdefault(broad, set()).add(narrow)
    return Taxonomy(canonical, {key: tuple(sorted(keys)) for key, keys in near.items()})
