"""The figure of the mail: how many messages left on time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from accounts.figures.registry import MEDIAN, PERIOD, Behind, Figure, FigureGroup, Part, register
from accounts.figures.row_filters import RowFilter, add_filters, offered
from accounts.figures.sql import MedianAndP90, median_and_p90, within
from accounts.figures.values import Counted, Period, Unit, share
from accounts.models import Concern, Notification
from accounts.selectors import mails_of_concerns

ON_TIME = timedelta(minutes=5)
Status = Notification.Status
IS_SENT = Q(status=Status.SENT)
# The deliveries by code: a label, and the condition. A retry has its own due time, so a message that was tried again is
# not on time.
DELIVERIES = {
    "on_time": ("on time", IS_SENT & Q(attempts__lte=1, sent_at__lte=F("due_at") + ON_TIME)),
    "late": ("late", IS_SENT & (Q(attempts__gt=1) | Q(sent_at__gt=F("due_at") + ON_TIME))),
    "failed": ("not sent", Q(status=Status.DEAD)),
    "uncertain": ("may have arrived or not", Q(status=Status.UNCERTAIN)),
    "waiting": ("waiting", Q(status__in=[Status.PENDING, Status.SENDING, Status.IN_DOUBT])),
}
ANY = "any"


def counted_messages(now: datetime) -> Q:
    """Return the condition on messages that count: they should have been sent ``now``, and not to an endpoint.

    No admin finds a message about a concern about themselves in the outbox, so none of these counts for anybody.
    """
    about_admins = Concern.objects.exclude(about__role="")
    return Q(due_at__lt=now - ON_TIME, endpoint=None) & ~Q(status=Status.SKIPPED) & ~mails_of_concerns(about_admins)


def count_mail(period: Period, now: datetime) -> Counted:
    due = Notification.objects.filter(within("due_at", period, now), counted_messages(now))
    found = due.aggregate(
        n=Count("pk"),
        delay=MedianAndP90(F("sent_at") - F("due_at"), filter=IS_SENT),
        **{code: Count("pk", filter=is_one) for code, (_label, is_one) in DELIVERIES.items()},
    )
    n, median = found.pop("n"), median_and_p90(found.pop("delay"))["median"]
    return Counted(n=n, numbers=found | {"share": share(found["on_time"], n), "median": median})


add_filters(
    RowFilter(
        model=Notification,
        parameter="delivery",
        title="delivery",
        choices=offered({ANY: "any, five minutes ago or earlier"} | {code: one[0] for code, one in DELIVERIES.items()}),
        rows=lambda code, now: counted_messages(now) & (Q() if code == ANY else DELIVERIES[code][1]),
    )
)
register(
    Figure(
        code="mail",
        group=FigureGroup("Mail", 40),
        title="Mail on time",
        definition="Messages that were due in the period, until five minutes ago: mails, and posts on Slack. One that "
        "was sent at the first attempt, within five minutes, is on time. Messages that were not to be sent any more "
        "do not count, nor those that were switched off, nor those on a concern about an admin. The delay is counted "
        "from the last time at which the message was due.",
        of="messages",
        count=count_mail,
        parts=(
            Part(code="share", label="on time", unit=Unit.SHARE),
            MEDIAN,
            *(
                Part(code=code, label=label, in_chart=True, query={"delivery": code, "due": PERIOD})
                for code, (label, _is_one) in DELIVERIES.items()
            ),
        ),
        behind=Behind(
            label="The outbox",
            page="accounts_notification_changelist",
            permission="accounts.view_notification",
            query={"delivery": ANY, "due": PERIOD},
        ),
    ),
)
