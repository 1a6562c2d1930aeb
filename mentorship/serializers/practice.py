"""Practice records in the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import BoundedListField, FlagField, IdentifierField, StrictSerializer, TextField
from accounts.models import Skill
from accounts.selectors import taxonomy
from mentorship.models import Goal, PracticeRecord, Session
from mentorship.selectors.mentorships import goals_of
from mentorship.selectors.practice import sessions_as_mentee
from mentorship.services.practice.limits import RECORDS_MAX

TITLE_MAX = 120  # characters
ITEM_MAX = 500
TEXT_MAX = 4000
LINE_MAX = 500
SKILLS_MAX = 20
SESSIONS_MAX = 50

ALWAYS = {"kind", "title", "session"}
# The parts of a record beside those and its texts, by kind.
PARTS: dict[str, set[str]] = {
    PracticeRecord.Kind.DEBRIEF: {"stage", "company_kind", "shares_questions", "goal"},
    PracticeRecord.Kind.STORY: {"skills", "used_in"},
}


def parts_of(kind: str) -> set[str]:
    """Return the names of the fields that a record of ``kind`` has."""
    return {*ALWAYS, *PARTS.get(kind, ()), *PracticeRecord.TEXTS[kind]}


def text_of(name: str, help_text: str = "") -> TextField:
    return TextField(source=f"texts.{name}", required=False, allow_blank=True, max_length=TEXT_MAX, help_text=help_text)


class SkillNamesField(BoundedListField):
    """Names of the skills of a record."""

    def get_attribute(self, record: PracticeRecord) -> list[str]:
        return [skill.name for skill in record.skills.all()]


class SessionsField(BoundedListField):
    """Identifiers of the sessions in which a story was used, of those that the reader may know."""

    def get_attribute(self, record: PracticeRecord) -> list[UUID]:
        return [session.uuid for session in record.used_in_shown]


class AnswerFeedbackSerializer(StrictSerializer):
    mentor = serializers.CharField(source="mentorship.mentor.user.name", read_only=True)
    text = TextField(
        allow_blank=True, max_length=TEXT_MAX, help_text="Replaces what I wrote before. An empty text takes it back."
    )
    written_at = serializers.DateTimeField(read_only=True)


class PracticeItemSerializer(StrictSerializer):
    """A question with its answer, a line with its translation, or a claim. Each kind of record has its own texts."""

    uuid = serializers.UUIDField(read_only=True)
    text = TextField(max_length=ITEM_MAX, help_text="The question, the line of the CV, or the claim.")
    situation = text_of("situation", help_text="Of a mock interview.")
    task = text_of("task", help_text="Of a mock interview.")
    action = text_of("action", help_text="Of a mock interview.")
    result = text_of("result", help_text="Of a mock interview.")
    next_time = text_of("next_time", help_text="Of a mock interview: what to say next time.")
    answer = text_of("answer", help_text="Of a debrief: what was answered.")
    new_words = text_of("new_words", help_text="Of a translation: the line in the words of the industry.")
    evidence = text_of("evidence", help_text="Of a promotion case.")
    confirmed_by = text_of("confirmed_by", help_text="Of a promotion case: who can confirm it.")
    feedback = AnswerFeedbackSerializer(source="feedback_shown", many=True, read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = self.context["kind"]
        _check_parts({"text", *PracticeRecord.ITEM_TEXTS[kind]}, kind, self)
        return attrs


def _check_parts(names: set[str], kind: str, serializer: serializers.Serializer) -> None:
    """Raise ValidationError for each value that a record of ``kind`` has no place for. Empty ones may be sent back."""
    fields = serializer.fields
    sent = [name for name, value in serializer.initial_data.items() if name in fields and value]
    label = PracticeRecord.Kind(kind).label
    faults = {
        name: _("A record of the kind “%(kind)s” has no such part.") % {"kind": label}
        for name in sent
        if name not in names and not fields[name].read_only
    }
    if faults:
        raise serializers.ValidationError(faults)


class PracticeSerializer(StrictSerializer):
    """A record of practice. It is mine, or its mentee shares it with me."""

    uuid = serializers.UUIDField(read_only=True)
    kind = serializers.ChoiceField(choices=PracticeRecord.Kind.choices, help_text="It stays as it is.")
    title = TextField(max_length=TITLE_MAX)
    session = IdentifierField(
        source="session.uuid",
        required=False,
        allow_null=True,
        help_text="The session in which it was made: its mentor reads the record.",
    )
    stage = serializers.ChoiceField(
        choices=PracticeRecord.Stage.choices, required=False, allow_blank=True, help_text="Of a debrief."
    )
    company_kind = serializers.ChoiceField(
        choices=PracticeRecord.CompanyKind.choices, required=False, allow_blank=True, help_text="Of a debrief."
    )
    wavered = text_of("wavered", help_text="Of a debrief: where it wavered.")
    shares_questions = FlagField(
        required=False, help_text="Of a debrief: its questions may enter the question bank. Default: false."
    )
    goal = IdentifierField(
        source="goal.uuid", required=False, allow_null=True, help_text="Of a debrief: the goal of the interview."
    )
    situation = text_of("situation", help_text="Of a story.")
    task = text_of("task", help_text="Of a story.")
    action = text_of("action", help_text="Of a story.")
    result = text_of("result", help_text="Of a story.")
    answers = text_of("answers", help_text="Of a story: questions that it answers, one a line.")
    skills = SkillNamesField(
        child=TextField(max_length=80),
        required=False,
        max_length=SKILLS_MAX,
        help_text="Of a story: names of the taxonomy.",
    )
    used_in = SessionsField(
        child=IdentifierField(), required=False, max_length=SESSIONS_MAX, help_text="Of a story: my sessions."
    )
    items = PracticeItemSerializer(source="items_shown", many=True, read_only=True)
    shared_with = serializers.SerializerMethodField(help_text="Mentorships whose mentors may read it while these run.")
    is_mine = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)

    def validate_kind(self, kind: str) -> str:
        if self.instance is not None and kind != self.instance.kind:
            raise serializers.ValidationError(_("The kind of a record stays as it is. Write another record."))
        return kind

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = self.instance.kind if self.instance is not None else attrs["kind"]
        _check_parts(parts_of(kind), kind, self)
        mine = self.context["request"].user
        sessions = sessions_as_mentee(mine, record=self.instance)
        if "session" in attrs:
            attrs["session"] = self._one_of(sessions, "session", attrs["session"]["uuid"])
        if "goal" in attrs:
            attrs["goal"] = self._one_of(goals_of(mine), "goal", attrs["goal"]["uuid"])
        if "used_in" in attrs:
            attrs["used_in"] = self._sessions(sessions, attrs["used_in"])
        if "skills" in attrs:
            attrs["skills"] = self._skills(attrs["skills"])
        return attrs

    def to_representation(self, record: PracticeRecord) -> dict[str, Any]:
        shown = super().to_representation(record)
        # The reader of a shared record learns of no other mentorship.
        session = record.session
        if session is not None and not self._is_of_reader(session):
            shown["session"] = None
        return shown

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_shared_with(self, record: PracticeRecord) -> list[str]:
        return [str(share.mentorship.uuid) for share in record.shares_shown]

    def get_is_mine(self, record: PracticeRecord) -> bool:
        return record.owner_id == self.context["request"].user.pk

    def _is_of_reader(self, session: Session) -> bool:
        reader = self.context["request"].user.pk
        return reader in (session.mentorship.mentee_id, session.mentorship.mentor.user_id)

    def _one_of(self, rows: Any, name: str, uuid: Any) -> Session | Goal | None:
        found = rows.filter(uuid=uuid).first() if uuid is not None else None
        if uuid is not None and found is None:
            raise serializers.ValidationError({name: _("This is none of your own.")})
        return found

    def _sessions(self, rows: Any, uuids: list[Any]) -> list[Session]:
        found = list(rows.filter(uuid__in=uuids))
        if len(found) != len(set(uuids)):
            raise serializers.ValidationError({"used_in": _("One of these sessions is not your own.")})
        return found

    def _skills(self, names: list[str]) -> list[Skill]:
        known = taxonomy()
        wanted = {known.resolve(name): name for name in names}
        found = {skill.key: skill for skill in Skill.objects.filter(key__in=wanted)}
        if missing := [name for key, name in wanted.items() if key not in found]:
            raise serializers.ValidationError(
                {"skills": _("“%(name)s” is not in the taxonomy. Choose a name of it.") % {"name": missing[0]}}
            )
        kept = {skill.pk for skill in self.instance.skills.all()} if self.instance else set()
        for skill in found.values():
            if not skill.is_offered and skill.pk not in kept:
                raise serializers.ValidationError(
                    {"skills": _("“%(kind)s” cannot be chosen any more. Choose another one.") % {"kind": skill.name}}
                )
        return list(found.values())


class SharedRecordsSerializer(StrictSerializer):
    records = BoundedListField(
        child=IdentifierField(),
        max_length=RECORDS_MAX,
        help_text="The records that the mentor of this mentorship reads. The list replaces the one before.",
    )


class WrittenFeedbackSerializer(StrictSerializer):
    """My own words on an answer. The answer itself belongs to the mentee."""

    text = serializers.CharField(read_only=True)
    written_at = serializers.DateTimeField(read_only=True)


class PracticeOfMentorshipSerializer(StrictSerializer):
    records = PracticeSerializer(many=True, help_text="Records that are shared here, as far as I may read them.")
    my_feedback = WrittenFeedbackSerializer(many=True, help_text="What I wrote as a mentor, after the end as well.")
    asks_what_to_take_along = FlagField(help_text="I have older records, and did not say which I take along.")


class LineSerializer(StrictSerializer):
    line = TextField(
        max_length=LINE_MAX,
        help_text="A line of a CV.",
        error_messages={"blank": gettext_lazy("Write the line first.")},
    )


class OfferedWordSerializer(StrictSerializer):
    words = TextField(help_text="Words of the line, as the taxonomy has them.")
    skill = TextField(help_text="The name that the industry uses.")
    field = TextField(help_text="The field that uses these words. Empty if it is not known.")
