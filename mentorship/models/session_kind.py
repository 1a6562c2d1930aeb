"""Kinds of sessions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from accounts.models import MentorProfile


class SessionKind(models.Model):
    """A kind of session, with length, agenda and preparation of both sides. Admins can add kinds."""

    code = models.SlugField("code in files", max_length=40, unique=True)
    name = models.CharField(max_length=80, help_text="With its article: “a mock interview”.")
    minutes = models.PositiveSmallIntegerField()
    agenda = models.TextField()
    mentee_prepares = models.TextField("what the mentee prepares", blank=True)
    mentor_prepares = models.TextField("what the mentor prepares", blank=True)
    position = models.PositiveSmallIntegerField("place in the list", default=100)
    is_offered = models.BooleanField(
        "can be chosen",
        db_default=True,
        default=True,
        help_text="Off: what uses it keeps it, and nobody can choose it any more.",
    )
    offered_by = models.ManyToManyField(MentorProfile, related_name="session_kinds", blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__range=(10, 240)), name="session_kind_minutes_are_sane"),
        ]

    def __str__(self) -> str:
        """Return the name, translated if it is one that came with the system."""
        return gettext(self.name)


# The names of the kinds that come with the system, for the catalogues. Those of a community are in its language.
SEEDED = [
    gettext_noop("a first call"),
    gettext_noop("a mock interview"),
    gettext_noop("an interview debrief"),
    gettext_noop("a story practice"),
    gettext_noop("a CV review"),
    gettext_noop("a promotion case"),
    gettext_noop("a portfolio review"),
    gettext_noop("a conversation"),
]
