"""Messages in the API: the inbox and the delivery settings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.fields import ClockField, NumberField, PartMixin, StrictModelSerializer, StrictSerializer, TextField
from accounts.models import Notification, NotificationChoice, Profile
from accounts.models.profile import MINUTES_A_DAY
from accounts.notifications.inbox import title_without
from accounts.notifications.registry import chosen_groups, group_of

QUIET = ("quiet_from_minute", "quiet_until_minute")
GROUPS_MAX = 50


class NotificationSerializer(StrictModelSerializer):
    """A message in the app. The context holds ``hidden_names``: the title was written before a block, perhaps."""

    title = serializers.SerializerMethodField(help_text="It does not name people with a block between you.")

    class Meta:
        model = Notification
        fields = ["uuid", "kind", "title", "payload", "created_at", "read_at"]
        read_only_fields = fields

    def get_title(self, row: Notification) -> str:
        return title_without(self.context["hidden_names"], row)


class UnreadSerializer(StrictSerializer):
    unread = NumberField(read_only=True)


class ChoiceSerializer(PartMixin, StrictModelSerializer):
    """The delivery of one group of messages."""

    group = TextField(max_length=20)
    about = serializers.SerializerMethodField(help_text="Completes “Mails …”.")
    when_off = serializers.SerializerMethodField(help_text="A sentence: what it means to switch these off. Or empty.")
    email = serializers.ChoiceField(choices=NotificationChoice.Email.choices, required=False)

    class Meta:
        model = NotificationChoice
        fields = ["group", "about", "when_off", "email", "in_app"]

    def get_about(self, choice: NotificationChoice) -> str:
        group = group_of(choice.group)
        return str(group.about) if group else ""

    def get_when_off(self, choice: NotificationChoice) -> str:
        group = group_of(choice.group)
        return gettext(group.when_off) if group and group.when_off else ""

    def validate_group(self, code: str) -> str:
        groups = chosen_groups(self.context["request"].user)
        if code not in {group.code for group in groups}:
            raise serializers.ValidationError(
                _(
                    "There is nothing to choose about “%(code)s”. GET lists the groups; mail about your account always "
                    "comes."
                )
                % {"code": code}
            )
        return code


class MyNotificationsSerializer(StrictModelSerializer):
    """The delivery settings of a person. Groups that are not named do not change."""

    quiet_from = ClockField(source="quiet_from_minute", required=False, allow_null=True)
    quiet_until = ClockField(source="quiet_until_minute", required=False, allow_null=True)
    groups = ChoiceSerializer(many=True, required=False, max_length=GROUPS_MAX)

    class Meta:
        model = Profile
        fields = ["quiet_from", "quiet_until", "groups"]

    def validate_groups(self, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({choice["group"] for choice in groups}) != len(groups):
            raise serializers.ValidationError(_("A group is named twice. Name each once."))
        return groups

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # "24:00" is midnight, stored as 0.
        attrs |= {name: attrs[name] % MINUTES_A_DAY for name in QUIET if attrs.get(name) is not None}
        start, end = (attrs.get(name, getattr(self.instance, name)) for name in QUIET)
        if (start is None) != (end is None):
            missing = "quiet_from" if start is None else "quiet_until"
            raise serializers.ValidationError({missing: _("Quiet hours have both ends. Give both, or neither.")})
        if start is not None and start == end:
            raise serializers.ValidationError(
                {"quiet_until": _("The hours end as they begin. To have no mail at all, switch off the groups.")}
            )
        return attrs
