"""One bad row does not stop a sweep: the rows after it are done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Model

from accounts.jobs.pauses import end_pauses
from accounts.models import MentorProfile, Profile, User
from matching.jobs.close import close_ended, withdraw_without_goal
from matching.jobs.daily_summary import send_daily_summaries
from matching.jobs.embed import embed_stale
from matching.jobs.expire import expire_unanswered
from matching.jobs.kept_apart import end_kept_apart
from matching.jobs.propose import propose_due_requests
from matching.jobs.remind import remind_unanswered
from matching.jobs.still_looking import ask_still_looking, expire_abandoned
from matching.jobs.undelivered import end_undelivered
from matching.jobs.weekly_mail import send_weekly_requests
from matching.models import Match, MentorTexts
from mentorship.jobs.ask_about_end import ask_about_ends
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory
from tests.matching.helpers import in_snapshot, match_in
from tests.moves import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)
LONG_AGO = NOW - 90 * DAY


def undelivered() -> Match:
    match = ask(MatchFactory(), why_you=f"Word {Match.objects.count()} of your talk stayed with me.")
    User.objects.filter(pk=match.mentor.user_id).update(bouncing_since_at=NOW)
    match.mentor.user.notifications.update(status="skipped")
    return match


def ended() -> Match:
    match = match_in("accepted")
    type(match.mentorship).objects.update(status="completed", ended_at=NOW)
    return match


def wants_weekly_mail() -> MentorProfile:
    return MatchFactory(mentor__weekly_mail=True).mentor


# Each sweep, a row that is due for it, and the check that a row was done.
SWEEPS = {
    "propose": (
        propose_due_requests,
        lambda: HelpRequestFactory(mentors_due_at=NOW),
        lambda request: request.mentors_due_at is None or request.queued_at,
    ),
    "remind": (
        remind_unanswered,
        lambda: MatchFactory(status="asked", waits_since_at=NOW - 3 * DAY, answer_due_at=NOW + DAY),
        lambda match: match.reminders_sent == 1,
    ),
    "expire": (
        expire_unanswered,
        lambda: MatchFactory(status="asked", answer_due_at=NOW),
        lambda match: match.status == "expired",
    ),
    "end what is kept apart": (
        end_kept_apart,
        lambda: MatchFactory(status="asked", mentor__status="suspended"),
        lambda match: match.status == "withdrawn",
    ),
    "end what was not delivered": (end_undelivered, undelivered, lambda match: match.status == "withdrawn"),
    "close": (close_ended, ended, lambda match: match.help_request.status == "closed"),
    "without a goal": (
        withdraw_without_goal,
        lambda: HelpRequestFactory(goal__status="dropped", goal__ended_at=NOW),
        lambda request: request.status == "withdrawn",
    ),
    "still looking": (
        ask_still_looking,
        lambda: HelpRequestFactory(opened_at=LONG_AGO),
        lambda request: request.still_looking_at == NOW,
    ),
    "abandoned": (
        expire_abandoned,
        lambda: HelpRequestFactory(opened_at=LONG_AGO, still_looking_at=NOW - 30 * DAY),
        lambda request: request.status == "expired",
    ),
    "end of a pause": (
        end_pauses,
        lambda: MentorFactory(status="paused", pause_cause="own_wish", paused_until_on=NOW.date()),
        lambda mentor: mentor.status == "approved",
    ),
    "end of a mentorship": (
        ask_about_ends,
        lambda: MentorshipFactory(planned_end_on=NOW.date()),
        lambda mentorship: mentorship.end_asked_at == NOW,
    ),
    "weekly mail": (
        send_weekly_requests,
        wants_weekly_mail,
        lambda mentor: mentor.user.notifications.filter(kind="weekly_requests").exists(),
    ),
    "daily summary": (
        send_daily_summaries,
        lambda: MentorFactory(status="applied", status_since_at=LONG_AGO, user__is_staff=True).user,
        lambda admin: admin.notifications.filter(kind="daily_summary").exists(),
    ),
}


@pytest.mark.parametrize("sweep", SWEEPS)
def test_the_row_after_a_row_without_profiles_is_done(sweep):
    run, make, is_done = SWEEPS[sweep]
    make()
    Profile.objects.all().delete()
    good: Model = make()

    run(now=NOW)

    assert is_done(type(good).objects.get(pk=good.pk))


def test_texts_of_the_others_are_computed_after_a_mentor_without_a_profile(caplog):
    bad, good = MentorFactory.create_batch(2)
    bad.user.profile.delete()

    assert embed_stale() == 1

    assert MentorTexts.objects.get(mentor=good).computed > 0
    assert f"mentor {bad.pk}" in caplog.text


def test_bad_texts_do_not_use_up_the_limit_of_a_run():
    Profile.objects.filter(user__in=[mentor.user for mentor in MentorFactory.create_batch(3)]).delete()
    good = MentorFactory()

    assert embed_stale(limit=1) == 1

    assert MentorTexts.objects.get(mentor=good).computed > 0


def test_a_mentor_with_broken_vectors_is_ranked_without_them():
    bad, good = MentorFactory.create_batch(2)
    embed_stale()
    MentorTexts.objects.filter(mentor=bad).update(whole=b"odd")

    assert [in_snapshot()[mentor.user_id].text is None for mentor in (bad, good)] == [True, False]
