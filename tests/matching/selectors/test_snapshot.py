"""The process's copy of the community: every change of a mentor is in the next ranking."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.db.models import F

from accounts.models import (
    Availability,
    CareerStep,
    Language,
    MentorProfile,
    NotificationChoice,
    Profile,
    Skill,
    SkillAlias,
    User,
)
from accounts.notifications.inbox import mark_read
from matching.engine import MentorTable
from matching.jobs.embed import embed_stale
from matching.models import Match, MentorTexts
from matching.selectors import snapshot
from matching.selectors.facts import SHOWN_FOR, judged_mentors
from matching.selectors.snapshot import current_community, share_community
from matching.selectors.suggestions import best_mentors
from matching.text.encoder import encoder
from mentorship.models import Goal, GoalKind, Mentorship
from tests.factories import (
    NOW,
    CareerStepFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    NotificationFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
    UserFactory,
)
from tests.helpers import Rival
from tests.matching.helpers import exclude, in_snapshot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mentor():
    mentor = MentorFactory(teaches=["odd words"])
    CareerStepFactory(profile=mentor.user.profile)
    Availability.objects.create(profile=mentor.user.profile, weekday=1, start_minute=600, end_minute=720)
    MatchFactory(mentor=mentor, status="asked")
    MentorshipFactory(mentor=mentor)
    in_snapshot()
    return mentor


def age_a_proposal(mentor):
    proposal = MatchFactory(mentor=mentor, status="proposed", created_at=NOW - SHOWN_FOR)
    assert in_snapshot()[mentor.user_id].shown == 0
    Match.objects.filter(pk=proposal.pk).update(created_at=NOW)


def reach_another_goal(mentor):
    Mentorship.objects.update(status="completed", ended_at=NOW)
    in_snapshot()
    Goal.objects.update(kind=GoalKind.objects.get(code="promotion"))


def switch_questions_off(mentor):
    NotificationChoice.objects.create(user=mentor.user, group="questions", email="off")


def have_questions_again(mentor):
    switch_questions_off(mentor)
    assert not in_snapshot()[mentor.user_id].reachable
    NotificationChoice.objects.all().delete()
    assert in_snapshot()[mentor.user_id].reachable
    switch_questions_off(mentor)


def read_in_the_app(mentor):
    switch_questions_off(mentor)
    message = NotificationFactory(recipient=mentor.user)
    assert not in_snapshot()[mentor.user_id].reachable
    mark_read(message, now=NOW)
    assert in_snapshot()[mentor.user_id].reachable
    NotificationChoice.objects.update(in_app=False)


def rate_an_outcome(mentor):
    ended_at = NOW - timedelta(days=30)
    row = MentorshipFactory(mentor=mentor, place=2, status="completed", started_at=ended_at, ended_at=ended_at)
    OutcomeQuestionFactory(mentorship=row)
    in_snapshot()
    OutcomeRatingFactory(mentorship=row)


CHANGES = {
    "the status": lambda m: MentorProfile.objects.filter(pk=m.pk).update(status="paused"),
    "what is taught": lambda m: MentorProfile.objects.filter(pk=m.pk).update(teaches=["chess"]),
    "the account": lambda m: User.objects.filter(pk=m.user_id).update(is_active=False),
    "a bounce": lambda m: User.objects.filter(pk=m.user_id).update(bouncing_since_at=NOW),
    "no mails with questions": switch_questions_off,
    "mails with questions again": have_questions_again,
    "a message read in the app": read_in_the_app,
    "skills": lambda m: Profile.objects.filter(user=m.user).update(skills=["sql"]),
    "the zone": lambda m: Profile.objects.filter(user=m.user).update(timezone="Asia/Kolkata"),
    "a language": lambda m: Language.objects.create(profile=m.user.profile, code="fr", level="native"),
    "one language less": lambda m: Language.objects.filter(profile=m.user.profile).delete(),
    "a career step": lambda m: CareerStepFactory(profile=m.user.profile),
    "an end of a step": lambda m: CareerStep.objects.filter(profile=m.user.profile).update(end_year=2020),
    "a part in hiring": lambda m: CareerStep.objects.filter(profile=m.user.profile).update(hires=True),
    "the size of an employer": lambda m: CareerStep.objects.filter(profile=m.user.profile).update(employer_size="1-10"),
    "a window": lambda m: Availability.objects.filter(profile=m.user.profile).update(weekday=2),
    "no windows": lambda m: Availability.objects.filter(profile=m.user.profile).delete(),
    "a kind of goal": lambda m: m.goal_kinds.remove(GoalKind.objects.first()),
    "a kind of session": lambda m: m.session_kinds.clear(),
    "a place taken": lambda m: MentorshipFactory(mentor=m, place=2),
    "a place free again": lambda m: Mentorship.objects.update(status="completed", ended_at=NOW),
    "a proposal": lambda m: MatchFactory(mentor=m, status="proposed"),
    "an answer": lambda m: Match.objects.update(
        status="declined", decline_reason="other", ended_at=NOW, waits_since_at=None, answer_due_at=None
    ),
    "an outcome": rate_an_outcome,
    "the code of a kind": lambda m: GoalKind.objects.filter(code="promotion").update(code="rise"),
    "an account of another person": lambda m: MentorProfile.objects.filter(pk=m.pk).update(user=UserFactory()),
    "a step of another person": lambda m: CareerStep.objects.update(profile=MentorFactory().user.profile),
    "a mentorship of another mentor": lambda m: Mentorship.objects.update(mentor=MentorFactory()),
    "the kind of a goal that was reached": reach_another_goal,
    "the age of a proposal": age_a_proposal,
    "emptied tables": lambda m: connection.cursor().execute("TRUNCATE accounts_availability"),
    "the taxonomy": lambda m: SkillAlias.objects.create(skill=Skill.objects.get(key="sql"), name="odd words"),
}


# All mentors are read anew for these. Processes that share a copy serve from the old one until the worker wrote it.
READ_ALL = {"the taxonomy", "the code of a kind", "emptied tables"}


@pytest.fixture(params=["a copy of its own", "a shared copy"])
def copy(request, settings, tmp_path):
    if request.param == "a shared copy":
        settings.SHARED_COPY_DIR = str(tmp_path)


def in_database():
    with current_community(now=NOW) as community:
        return {mentor.id: mentor for mentor in judged_mentors(skills=community.skills, now=NOW)}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_a_mentor_is_in_the_next_ranking(change, copy, mentor):
    before = in_snapshot()

    CHANGES[change](mentor)
    if change in READ_ALL:
        share_community(now=NOW)

    after = in_snapshot()
    assert after == in_database() != before


def test_a_text_is_compared_in_the_ranking_after_its_vector_was_computed(mentor):
    assert in_snapshot()[mentor.user_id].text is None

    embed_stale()

    assert in_snapshot()[mentor.user_id].text.tobytes() == bytes(MentorTexts.objects.get(mentor=mentor).whole)


def test_a_new_mentor_is_added_and_a_deleted_one_removed(mentor):
    new = MentorFactory()
    assert in_snapshot().keys() == {mentor.user_id, new.user_id}

    new.delete()

    assert in_snapshot().keys() == {mentor.user_id}


def test_a_transaction_that_began_early_and_ends_late_is_not_lost(mentor):
    """The early transaction has a lower id than a change already read: a version or a time would miss it."""
    other = MentorFactory()
    in_snapshot()
    with transaction.atomic():
        MentorProfile.objects.filter(pk=mentor.pk).update(teaches=["late"])  # takes its transaction id
        Rival(lambda: MentorProfile.objects.filter(pk=other.pk).update(teaches=["soon"])).finish()
        Rival(in_snapshot).finish()

    found = in_snapshot()

    assert [term.key for term in found[mentor.user_id].teaches] == ["late"]
    assert [term.key for term in found[other.user_id].teaches] == ["soon"]


def test_a_change_that_is_rolled_back_is_forgotten(mentor):
    with transaction.atomic():
        MentorProfile.objects.filter(pk=mentor.pk).update(teaches=["never"])
        assert [term.key for term in in_snapshot()[mentor.user_id].teaches] == ["never"]
        transaction.set_rollback(True)

    assert in_snapshot() == in_database()


def test_a_change_of_everything_is_read_once_while_a_long_transaction_runs(mentor, monkeypatch):
    loads = []
    load = snapshot.Community.load.__func__
    monkeypatch.setattr(
        snapshot.Community, "load", classmethod(lambda cls, **names: loads.append(1) or load(cls, **names))
    )
    with transaction.atomic():
        MentorProfile.objects.filter(pk=mentor.pk).update(teaches=["late"])  # holds the watermark back
        Rival(lambda: SkillAlias.objects.create(skill=Skill.objects.get(key="sql"), name="odd words")).finish()
        for _ in range(3):
            Rival(in_snapshot).finish()

    assert len(loads) == 1


def test_an_interrupted_update_is_reloaded(mentor, monkeypatch):
    """A time limit may interrupt any instruction, and leave a mentor half removed from the table."""
    MentorProfile.objects.filter(pk=mentor.pk).update(teaches=["chess"])

    def stop(*_):
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch:
        patch.setattr(MentorTable, "_write_career", stop)
        with pytest.raises(SoftTimeLimitExceeded):
            in_snapshot()

    assert in_snapshot() == in_database()


def test_a_mentor_with_a_bad_row_is_left_out(mentor):
    mentor.user.profile.career.update(country="xy")
    other = MentorFactory()

    assert in_snapshot().keys() == {other.user_id}


def test_an_unknown_time_zone_counts_as_utc(mentor):
    Profile.objects.filter(user=mentor.user).update(timezone="UTC")
    hours = in_snapshot()[mentor.user_id].hours

    Profile.objects.filter(user=mentor.user).update(timezone="Mars/Olympus")

    assert in_snapshot()[mentor.user_id].hours == hours


def test_vectors_of_another_width_are_left_out(mentor):
    wide = np.ones(9, dtype=np.float32).tobytes()
    MentorTexts.objects.update(whole=wide, model=encoder().name, computed=F("changes"))

    assert in_snapshot()[mentor.user_id].text is None


def test_a_restored_database_is_read_anew(mentor):
    """After a restore from a backup, transaction ids start again at a lower number."""
    MentorProfile.objects.filter(pk=mentor.pk).update(teaches=["chess"])
    snapshot._community.watermark = str(int(snapshot._community.watermark) + 1_000_000)

    assert in_snapshot() == in_database()


def test_a_mentor_who_changes_in_every_round_is_left_out(monkeypatch):
    mentor, request = MentorFactory(), HelpRequestFactory()
    recheck = snapshot.Community.recheck

    def change_before(self, users, *, mentee_id):
        MentorProfile.objects.filter(pk=mentor.pk).update(capacity=F("capacity") + 1)
        return recheck(self, users, mentee_id=mentee_id)

    monkeypatch.setattr(snapshot.Community, "recheck", change_before)

    assert best_mentors(request, now=NOW, count=5).suggestions == ()


def test_a_change_is_read_once(mentor, django_assert_num_queries):
    MentorProfile.objects.filter(pk=mentor.pk).update(teaches=["chess"])
    in_snapshot()

    with django_assert_num_queries(1):  # the log
        in_snapshot()


def test_a_mentor_who_changes_after_the_ranking_is_ranked_anew(mentor, monkeypatch):
    """The change comes between ranking and check. No watermark can see it."""
    request = HelpRequestFactory(needs=["odd words"])
    recheck = snapshot.Community.recheck

    def change_first(self, users, *, mentee_id):
        monkeypatch.setattr(snapshot.Community, "recheck", recheck)
        MentorProfile.objects.filter(pk=mentor.pk).update(status="paused", teaches=["chess"])
        return self.recheck(users, mentee_id=mentee_id)

    monkeypatch.setattr(snapshot.Community, "recheck", change_first)

    found = best_mentors(request, now=NOW, count=5)

    assert found.suggestions == ()
    assert found.removed == {"paused": 1}


def test_people_who_are_kept_apart_meanwhile_are_not_suggested(monkeypatch):
    mentor, request = MentorFactory(), HelpRequestFactory()
    recheck = snapshot.Community.recheck

    def exclude_first(self, users, *, mentee_id):
        exclude(request.mentee, mentor.user)
        return recheck(self, users, mentee_id=mentee_id)

    assert len(best_mentors(request, now=NOW, count=5).suggestions) == 1
    monkeypatch.setattr(snapshot.Community, "recheck", exclude_first)

    assert best_mentors(request, now=NOW, count=5).suggestions == ()


def test_an_old_copy_is_read_anew(mentor, monkeypatch):
    """Rows of the log may be deleted by then."""
    MentorProfile.objects.filter(pk=mentor.pk).update(teaches=["chess"])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_mentorchange")
    monkeypatch.setattr(snapshot, "READ_AT_LEAST", timedelta(0))

    assert in_snapshot() == in_database()


def test_changes_of_people_who_are_no_mentors_are_not_logged(mentor):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_mentorchange")
        user = UserFactory()
        CareerStepFactory(profile=user.profile)
        user.delete()
        cursor.execute("SELECT count(*) FROM matching_mentorchange")
        assert cursor.fetchone() == (0,)


def test_a_new_week_has_its_own_clock_change(mentor):
    """In Europe the clock changes on 2027-03-28. The mentor's Monday morning moves by an hour in UTC."""
    winter = NOW.replace(year=2027, month=3, day=24)
    with current_community(now=winter) as community:
        before = community.table.mentor(0).hours

    with current_community(now=winter + timedelta(days=7)) as community:
        after = community.table.mentor(0).hours

    assert before == after << 4


@pytest.fixture(autouse=True)
def _seeded_rows_stay_as_they_were():
    """Undo changes of seeded tables: these tests commit, and the clean-up skips tables that migrations fill."""
    yield
    GoalKind.objects.filter(code="rise").update(code="promotion")
    SkillAlias.objects.filter(name="odd words").delete()
