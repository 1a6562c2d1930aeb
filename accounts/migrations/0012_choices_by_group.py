"""Fold choices by kind, stops of groups, and the switch of the weekly mail into one choice for each group.

A group that was stopped is off, also if one of its kinds was chosen later. Otherwise the wish for more mail wins,
because a question that nobody reads is worse than a mail too many: a group is off only if mail of all its kinds was
off, comes once a day if mail of one of its kinds did, and is out of the app only if all its kinds were.
"""

from collections import defaultdict

from django.db import migrations

GROUPS = {
    "suggestions": ["suggestions_ready", "no_mentor_yet", "help_request_expired"],
    "questions": [
        "match_asked",
        "match_accepted",
        "match_declined",
        "match_offered",
        "offer_declined",
        "match_withdrawn",
        "match_superseded",
        "match_expired",
        "match_expired_mentor",
        "offer_expired",
        "offer_expired_mentee",
        "help_request_expired_mentor",
    ],
    "reminders": [
        "match_reminder",
        "offer_reminder",
        "still_looking",
        "mentor_paused_for_silence",
        "mentor_is_back",
    ],
    "mentorships": ["mentorship_ended"],
    "weekly": ["weekly_requests"],
    "admins": ["mentor_applied", "daily_summary"],
}


def fold(apps, schema_editor):
    Choice = apps.get_model("accounts", "NotificationChoice")
    MailStop = apps.get_model("accounts", "MailStop")
    MentorProfile = apps.get_model("accounts", "MentorProfile")
    by_user = defaultdict(dict)
    for choice in Choice.objects.filter(group=""):
        by_user[choice.user_id][choice.kind] = choice
    stops = set(MailStop.objects.values_list("user_id", "group"))
    weekly = set(MentorProfile.objects.filter(weekly_requests=True).values_list("user_id", flat=True))
    folded = []
    for user_id in {*by_user, *weekly, *(user for user, _ in stops)}:
        chosen = by_user[user_id]
        for group, kinds in GROUPS.items():
            emails = [(chosen[kind].email if kind in chosen else "") or "now" for kind in kinds]
            if (user_id, group) in stops or (group == "weekly" and user_id not in weekly):
                emails = ["off"]
            email = "off" if set(emails) == {"off"} else "digest" if "digest" in emails else "now"
            in_app = any(chosen[kind].in_app if kind in chosen else True for kind in kinds)
            if (email, in_app) != ("off" if group == "weekly" else "now", True):
                folded.append(Choice(user_id=user_id, group=group, email=email, in_app=in_app))
    Choice.objects.filter(group="").delete()
    Choice.objects.bulk_create(folded)


def unfold(apps, schema_editor):
    Choice = apps.get_model("accounts", "NotificationChoice")
    MentorProfile = apps.get_model("accounts", "MentorProfile")
    unfolded = []
    for choice in Choice.objects.exclude(group=""):
        if choice.group == "weekly":
            MentorProfile.objects.filter(user=choice.user_id).update(weekly_requests=choice.email != "off")
        unfolded += [
            Choice(user_id=choice.user_id, kind=kind, email=choice.email, in_app=choice.in_app)
            for kind in GROUPS.get(choice.group, [])
        ]
    Choice.objects.exclude(group="").delete()
    Choice.objects.bulk_create(unfolded)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0011_group_of_a_choice"),
    ]

    operations = [
        migrations.RunPython(fold, unfold),
    ]
