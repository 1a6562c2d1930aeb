"""People: accounts, profiles, mentors, skills, and messages to them."""

from accounts.models.busy import BusyCalendar, BusyTime
from accounts.models.choice import NotificationChoice
from accounts.models.decision import MentorDecision
from accounts.models.heartbeat import Heartbeat
from accounts.models.mentor import MentorProfile
from accounts.models.notification import Notification
from accounts.models.profile import Absence, Availability, CareerStep, ExtraHours, Language, Profile, Travel
from accounts.models.relations import Block
from accounts.models.rules import CommunityRules, RulesAcceptance
from accounts.models.skill import Skill, SkillAlias
from accounts.models.user import User

__all__ = [
    "Absence",
    "Availability",
    "Block",
    "BusyCalendar",
    "BusyTime",
    "CareerStep",
    "CommunityRules",
    "ExtraHours",
    "Heartbeat",
    "Language",
    "MentorDecision",
    "MentorProfile",
    "Notification",
    "NotificationChoice",
    "Profile",
    "RulesAcceptance",
    "Skill",
    "SkillAlias",
    "Travel",
    "User",
]
