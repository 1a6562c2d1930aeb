"""The events of this app: decisions about people, and what admins edit. Not of messages, calendars and weekly hours."""

from accounts.models.community_setting import CommunitySetting
from accounts.models.concern import Concern
from accounts.models.directory import DirectoryEntry
from accounts.models.escalation import EscalationRule
from accounts.models.group_mail import GroupMail, GroupMailText
from accounts.models.identity_provider import IdentityProvider
from accounts.models.mentor import MentorProfile
from accounts.models.merge import NotSamePerson
from accounts.models.profile import Profile
from accounts.models.recording import record
from accounts.models.relations import Block
from accounts.models.rules import CommunityRules
from accounts.models.skill import Skill, SkillAlias
from accounts.models.trial import TrialMode
from accounts.models.user import User

UserEvent = record(User, "email", "name", "is_active", "role", "merged_into", people=("pk",))
ProfileEvent = record(
    Profile,
    *("is_mentee", "headline", "bio", "timezone", "language", "employer", "department", "asking_paused_at"),
    people=("user",),
)
MentorProfileEvent = record(
    MentorProfile,
    *("status", "paused_until_on", "pause_cause", "is_listed", "motivation", "teaches", "explores", "formats"),
    *("capacity", "active_elsewhere", "monthly_hours", "paid", "rate_amount", "rate_currency", "rate_per"),
    people=("user",),
)
# No words: these are deleted a year after the end.
ConcernEvent = record(
    Concern,
    *("raised_by", "about", "topic", "is_safety", "status", "owner", "due_at", "outcome", "closed_by"),
    people=("raised_by", "about"),
    kept_from=("about",),
)
DirectoryEntryEvent = record(
    DirectoryEntry,
    *("directory", "person", "address", "external_id", "switched_off_at", "removed_at"),
    people=("person",),
)
EscalationRuleEvent = record(EscalationRule, "kind", "days", "is_on", "owner", inserts=True)
CommunitySettingEvent = record(CommunitySetting, "code", "value", "reason", inserts=True)
GroupMailEvent = record(
    GroupMail, "status", "send_at", "created_by", "scheduled_by", "stopped_by", "query", "chosen", inserts=True
)
GroupMailTextEvent = record(GroupMailText, "mail", "language", "subject", "words", inserts=True)
TrialModeEvent = record(TrialMode, "is_on", "addresses", "since_at", inserts=True)
BlockEvent = record(Block, "blocker", "blocked", people=("blocker", "blocked"), kept_from=("blocked",), inserts=True)
NotSamePersonEvent = record(NotSamePerson, "first", "second", "by", people=("first", "second"), inserts=True)
CommunityRulesEvent = record(
    CommunityRules, "version", "published_at", "required_at", "withdrawn_at", "reason", inserts=True
)
SkillEvent = record(Skill, "name", "field", "is_offered", inserts=True)
SkillAliasEvent = record(SkillAlias, "skill", "name", "field", inserts=True)
# Without the secret.
IdentityProviderEvent = record(
    IdentityProvider, "name", "slug", "issuer", "client_id", "domains", "off_at", inserts=True
)
