"""People: accounts, profiles, mentors, skills, and messages to them."""

from accounts.models.access_token import AccessToken
from accounts.models.bulk_action import BulkAction, BulkActionRow
from accounts.models.busy import BusyCalendar, BusyTime
from accounts.models.choice import NotificationChoice
from accounts.models.community_setting import CommunitySetting
from accounts.models.concern import Concern
from accounts.models.decision import MentorDecision
from accounts.models.directory import DirectoryEntry
from accounts.models.escalation import Escalation, EscalationRule
from accounts.models.group_mail import GroupMail, GroupMailRecipient, GroupMailText
from accounts.models.heartbeat import Heartbeat
from accounts.models.identity_provider import IdentityProvider
from accounts.models.kept_answer import KeptAnswer
from accounts.models.mentor import MentorProfile
from accounts.models.merge import AccountMerge, NotSamePerson
from accounts.models.notification import Notification
from accounts.models.privacy import DataExport, Erasure, LegalHold
from accounts.models.profile import Absence, Availability, CareerStep, ExtraHours, Language, Profile, Travel
from accounts.models.relations import Block
from accounts.models.role_change import RoleChange
from accounts.models.rules import CommunityRules, RulesAcceptance
from accounts.models.saved_view import SavedView
from accounts.models.skill import Skill, SkillAlias
from accounts.models.staff_read import StaffRead
from accounts.models.trial import TrialMode
from accounts.models.user import ServiceAccount, User
from accounts.models.webhook import WebhookAttempt, WebhookDelivery, WebhookEndpoint

# Last: it declares the events of the models above.
from accounts.models import history  # isort: skip

__all__ = [
    "Absence",
    "AccessToken",
    "AccountMerge",
    "Availability",
    "Block",
    "BulkAction",
    "BulkActionRow",
    "BusyCalendar",
    "BusyTime",
    "CareerStep",
    "CommunityRules",
    "CommunitySetting",
    "Concern",
    "DataExport",
    "DirectoryEntry",
    "Erasure",
    "Escalation",
    "EscalationRule",
    "ExtraHours",
    "GroupMail",
    "GroupMailRecipient",
    "GroupMailText",
    "Heartbeat",
    "IdentityProvider",
    "KeptAnswer",
    "Language",
    "LegalHold",
    "MentorDecision",
    "MentorProfile",
    "NotSamePerson",
    "Notification",
    "NotificationChoice",
    "Profile",
    "RoleChange",
    "RulesAcceptance",
    "SavedView",
    "ServiceAccount",
    "Skill",
    "SkillAlias",
    "StaffRead",
    "Travel",
    "TrialMode",
    "User",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "history",
]
