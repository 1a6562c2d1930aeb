"""The last step of a newcomer who looks for a mentor: a help request."""

from __future__ import annotations

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.first_steps import Role, Step, register
from matching.models import HelpRequest

register(
    Step(
        code="request",
        role=Role.MENTEE,
        position=20,
        title=_("Ask for help"),
        why=_("Where you stand, what is missing, and one thing to do together. Then mentors are looked for."),
        url=partial(reverse, "request-new"),
        is_done=lambda profile: (
            HelpRequest.objects.filter(mentee=profile.user_id).exclude(status=HelpRequest.Status.DRAFT).exists()
        ),
    )
)
