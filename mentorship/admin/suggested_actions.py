"""The suggested actions of the escalations of this app."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django import forms

from accounts.models import MentorProfile, StaffRead, User
from accounts.models.decision import REASON_MAX
from accounts.suggested_actions import Deed, SuggestedAction, register
from mentorship.models import Feedback, FitCheck, Mentorship, OrganiserNote, Session
from mentorship.services.feedback.hide import hide_feedback, keep_feedback
from mentorship.services.feedback.read_note import note_is_read
from mentorship.services.nudge import ask_for_first_session, nudge_the_quiet
from mentorship.services.relieve import pause_after_no_shows, relieve_mentor
from mentorship.services.rematch import offer_rematch
from mentorship.services.sessions.attend import settle_attendance

KEEP, HIDE = "keep", "hide"


class AttendanceForm(forms.Form):
    status = forms.ChoiceField(
        label="How it was",
        choices=[
            (Session.Status.HELD.value, "It was held"),
            (Session.Status.MISSED_BY_MENTOR.value, "The mentor did not come"),
            (Session.Status.MISSED_BY_MENTEE.value, "The mentee did not come"),
            (Session.Status.CANCELLED.value, "They had agreed on another time"),
        ],
        widget=forms.RadioSelect,
    )


class FeedbackForm(forms.Form):
    decision = forms.ChoiceField(
        choices=[(KEEP, "Keep: it stays as it is"), (HIDE, "Hide, and tell its author why")], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        max_length=REASON_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        help_text="For hiding. The author of the feedback reads it, in a mail and on the page.",
    )

    def clean(self) -> dict[str, object] | None:
        checked = super().clean()
        if self.cleaned_data.get("decision") == HIDE and not self.cleaned_data.get("reason"):
            self.add_error("reason", "Give a reason in a sentence or two. The author reads it.")
        return checked


def said_of(session: Session) -> Sequence[tuple[str, str]]:
    return [(str(said.person), str(said.get_answer_display())) for said in session.attendance.select_related("person")]


def _words_of(feedback: Feedback) -> Sequence[tuple[str, str]]:
    return [
        ("What helped", feedback.helped),
        ("What could be better", feedback.better),
        ("Thanks", feedback.thanks),
        ("Why it was reported", feedback.report_reason),
    ]


class ReadForm(forms.Form):
    """Nothing is asked: the page shows the note."""


def _text_of(note: OrganiserNote) -> Sequence[tuple[str, str]]:
    return [("Between", str(note.mentorship)), ("The note", note.text)]


def _read(note: OrganiserNote, deed: Deed) -> None:
    note_is_read(note_id=note.pk, by=deed.by, now=deed.now)


def _ask_for_first_session(mentorship: Mentorship, deed: Deed) -> None:
    ask_for_first_session(mentorship_id=mentorship.pk, by=deed.by, now=deed.now)


def _nudge(mentorship: Mentorship, deed: Deed) -> None:
    nudge_the_quiet(mentorship_id=mentorship.pk, by=deed.by, now=deed.now)


def _offer_rematch(check: FitCheck, deed: Deed) -> None:
    offer_rematch(fit_check_id=check.pk, by=deed.by, now=deed.now)


def _settle(session: Session, deed: Deed) -> None:
    settle_attendance(session_id=session.pk, by=deed.by, status=deed.answers["status"], now=deed.now)


def _pause_asking(person: User, deed: Deed) -> None:
    pause_after_no_shows(person=person, as_mentor=False, by=deed.by, now=deed.now)


def _pause_mentoring(mentor: MentorProfile, deed: Deed) -> None:
    pause_after_no_shows(person=mentor.user, as_mentor=True, by=deed.by, now=deed.now)


def _relieve(mentor: MentorProfile, deed: Deed) -> None:
    relieve_mentor(mentor_id=mentor.pk, by=deed.by, now=deed.now)


def _judge(feedback: Feedback, deed: Deed) -> None:
    if deed.answers["decision"] == KEEP:
        keep_feedback(feedback_id=feedback.pk, by=deed.by, now=deed.now)
    else:
        hide_feedback(feedback_id=feedback.pk, by=deed.by, reason=deed.answers["reason"], now=deed.now)


register(
    SuggestedAction(
        kind="first_session_missing",
        label="Write to both",
        done="both get a mail that asks them to plan their first session",
        permission="mentorship.write_to_mentorship",
        act=_ask_for_first_session,
    ),
    SuggestedAction(
        kind="silent_pair",
        label="Write to both",
        done="both get a mail that asks them to plan a session",
        permission="mentorship.write_to_mentorship",
        act=_nudge,
    ),
    SuggestedAction(
        kind="fit_not_good",
        label="Offer a change",
        done="the person gets a mail with the ways to change or end it",
        permission="mentorship.write_to_mentorship",
        act=_offer_rematch,
        rests_for=timedelta(days=14),
    ),
    SuggestedAction(
        kind="attendance_disputed",
        label="Settle",
        done="settled",
        permission="mentorship.held_session",
        act=_settle,
        form=AttendanceForm,
        facts=said_of,
    ),
    SuggestedAction(
        kind="no_shows_of_mentee",
        label="Pause their asking",
        done="asking is paused, and the mentee gets a mail with the way back",
        permission="accounts.pause_asking_user",
        act=_pause_asking,
    ),
    SuggestedAction(
        kind="no_shows_of_mentor",
        label="Pause mentoring",
        done="the mentor is paused, and gets a mail with the way back",
        permission="accounts.pause_mentorprofile",
        act=_pause_mentoring,
    ),
    SuggestedAction(
        kind="mentor_overloaded",
        label="Pause for two weeks",
        done="the mentor is paused for two weeks, and gets a mail with the way back",
        permission="accounts.pause_mentorprofile",
        act=_relieve,
    ),
    SuggestedAction(
        kind="feedback_reported",
        label="Read and judge",
        done="judged",
        permission="mentorship.hide_feedback",
        act=_judge,
        form=FeedbackForm,
        facts=_words_of,
        reads=StaffRead.What.FEEDBACK,
    ),
    SuggestedAction(
        kind="note_unread",
        label="Read it",
        done="read, as its author sees from now on",
        permission="mentorship.read_organisernote",
        act=_read,
        form=ReadForm,
        facts=_text_of,
        reads=StaffRead.What.NOTE,
    ),
)
