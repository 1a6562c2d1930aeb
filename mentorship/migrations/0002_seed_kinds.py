"""The kinds of goals and sessions that come with the system; admins add more."""

from django.db import migrations

GOAL_KINDS = [
    # code, name, phrase, description, needs the target market
    ("job_search", "Find a job", "find a job", "A new position in your field, in the country you live in.", False),
    ("promotion", "Get promoted", "get promoted", "The next level where you are now.", False),
    (
        "academia_to_industry",
        "Move from academia to industry",
        "move from academia to industry",
        "Leave research and be understood by companies.",
        False,
    ),
    (
        "job_abroad",
        "Find a job in another country",
        "find a job in another country",
        "Applications, visas and customs of one country; mentors have worked there.",
        True,
    ),
    (
        "first_leadership_role",
        "Lead for the first time",
        "lead for the first time",
        "From informal lead to the role, and through its first year.",
        False,
    ),
    ("role_change", "Change role", "change role", "Another kind of work, in your company or outside.", False),
]

SESSION_KINDS = [
    # code, name, minutes, agenda, mentee prepares, mentor prepares
    (
        "intro_call",
        "a first call",
        20,
        "Who we are, the goal, the one thing to solve first, whether and how to go on.",
        "Two minutes on yourself. What have you tried? What would make this call worth it?",
        "Read the request. What in your own road is closest to it?",
    ),
    (
        "mock_interview",
        "a mock interview",
        60,
        "Thirty minutes of interview as it would be, twenty of feedback, ten to plan.",
        "Send the job advert and your CV two days before. Which question do you fear?",
        "Choose four questions that this company would ask. Note the exact words that worked and that did not.",
    ),
    (
        "interview_debrief",
        "an interview debrief",
        45,
        "Go through a real interview question by question: asked, answered, heard, better.",
        "Write down every question within a day of the interview, with what you answered.",
        "Listen for what the interviewer wanted to learn. Companies give no feedback; you do.",
    ),
    (
        "story_practice",
        "a story practice",
        45,
        "Three stories: situation, task, action, result; each told, shortened and told again.",
        "Three stories in four lines each. Where is the number in the result?",
        "Stop at every “we” and ask for the “I”.",
    ),
    (
        "cv_review",
        "a CV review",
        45,
        "Read as a recruiter in one minute, then line by line, then the three changes that matter.",
        "Your CV and one advert you want to answer.",
        "What would you understand of this in a minute? Which words belong to another field?",
    ),
    (
        "promotion_case",
        "a promotion case",
        60,
        "The criteria, the evidence for each, what is missing, who must hear of it and when.",
        "Your company's criteria and your evidence in one line each.",
        "Read it as the committee. What are the three weakest points?",
    ),
    (
        "portfolio_review",
        "a portfolio review",
        45,
        "What it should show, what it shows, what to add and what to drop.",
        "Links, and for whom each piece is meant.",
        "Look at it for two minutes as a hiring manager would.",
    ),
    (
        "general",
        "a conversation",
        30,
        "The one question, what was tried, options, the next step and its date.",
        "Your question in one sentence.",
        "What would you have liked to hear at that point?",
    ),
]


def seed(apps, schema_editor):
    GoalKind = apps.get_model("mentorship", "GoalKind")
    for position, (code, name, phrase, description, needs_market) in enumerate(GOAL_KINDS, start=1):
        GoalKind.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "phrase": phrase,
                "description": description,
                "needs_market": needs_market,
                "position": position * 10,
            },
        )
    SessionKind = apps.get_model("mentorship", "SessionKind")
    for position, (code, name, minutes, agenda, mentee, mentor) in enumerate(SESSION_KINDS, start=1):
        SessionKind.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "minutes": minutes,
                "agenda": agenda,
                "mentee_prepares": mentee,
                "mentor_prepares": mentor,
                "position": position * 10,
            },
        )


def unseed(apps, schema_editor):
    codes = [row[0] for row in GOAL_KINDS]
    apps.get_model("mentorship", "GoalKind").objects.filter(code__in=codes, goals=None).delete()
    codes = [row[0] for row in SESSION_KINDS]
    apps.get_model("mentorship", "SessionKind").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("mentorship", "0001_initial")]
    operations = [migrations.RunPython(seed, unseed)]
