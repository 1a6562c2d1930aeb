"""The cohort of the demo: an intake that was matched at once, and whose pairs wait for answers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts.models import User
from matching.jobs.cohort_drafts import make_draft
from matching.jobs.cohort_pairs import propose_published
from matching.models import CohortPair, CohortScores
from matching.services.cohorts.answer import say_no, say_yes
from matching.services.cohorts.drafts import ask_for_draft
from matching.services.cohorts.organisers import add_organiser_and_tell
from matching.services.cohorts.publish import publish_pairs
from matching.services.draft import create_draft
from matching.services.submit import submit_help_request
from mentorship.models import Cohort, CohortOrganiser, GoalKind, SessionKind
from mentorship.services.cohorts.join import join_cohort
from mentorship.services.cohorts.run import close_cohort, open_cohort
from mentorship.services.goals import state_goal

ABOUT = (
    "Six months, one mentor, one change of career. You write one request, and the organisers match everybody on the "
    "same day. Join only if you can meet twice a month until summer."
)
PROGRAMME_MANAGER = "programme@example.com"
# Each takes one mentee here.
MENTORS = (
    "sipho.ndlovu@example.com",
    "ximena.orozco@example.com",
    "marit.solheim@example.com",
    "federica.lunardi@example.com",
    "rohan.kulkarni@example.com",
    "quan.tran@example.com",
    "etienne.marchessault@example.com",
    "bronwyn.tarrant@example.com",
    "lucia.arrizabalaga@example.com",
    "nikolaos.vergis@example.com",
    "amadou.diarrassouba@example.com",
)


def run_cohort(by: User, *, now: datetime) -> None:
    """Run an intake up to the answers: five pairs are published, one is confirmed, one mentor said no."""

    def ago(*, days: int = 0, hours: int = 0) -> datetime:
        return now - timedelta(days=days, hours=hours)

    today = now.date()
    cohort = Cohort.objects.create(
        name="From research to industry, winter intake",
        about=ABOUT,
        joins_until_on=today + timedelta(days=3),
        starts_on=today + timedelta(days=14),
        ends_on=today + timedelta(days=190),
        created_at=ago(days=30),
    )
    paula = _person(PROGRAMME_MANAGER)
    manager = CohortOrganiser.Part.MANAGER
    add_organiser_and_tell(cohort_id=cohort.pk, person=paula, part=manager, by=by, now=ago(days=29))
    cohort = open_cohort(cohort_id=cohort.pk, now=ago(days=28))
    for email in MENTORS:
        join_cohort(key=cohort.key, by=_person(email), side="mentor", places=1, now=ago(days=20))
    for email, (goal, words) in MENTEES.items():
        mentee = _person(email)
        join_cohort(key=cohort.key, by=mentee, side="mentee", places=None, now=ago(days=15))
        _submit(mentee, cohort, goal, words, at=ago(days=14))
    close_cohort(cohort_id=cohort.pk, now=ago(days=3))
    draft = ask_for_draft(cohort_id=cohort.pk, by=by, now=ago(days=2))
    made_at = ago(days=2)
    make_draft(draft_id=draft.pk, now=made_at, clock=lambda: made_at)
    first_five = CohortScores.objects.get(drafts=draft).mentees[:5]
    publish_pairs(draft_id=draft.pk, mentees=first_five, by=by, now=ago(hours=30))
    propose_published(now=ago(hours=30))
    first, second, third, *_ = CohortPair.objects.filter(draft=draft).order_by("-fit", "pk")
    say_yes(pair_id=first.pk, by=first.help_request.mentee, now=ago(hours=20))
    say_yes(pair_id=first.pk, by=first.mentor.user, now=ago(hours=9))
    say_yes(pair_id=second.pk, by=second.help_request.mentee, now=ago(hours=8))
    say_no(pair_id=third.pk, by=third.mentor.user, reason="no_time", now=ago(hours=7))
    propose_published(now=ago(hours=7))


def _person(email: str) -> User:
    return User.objects.get(email=email)


def _submit(mentee: User, cohort: Cohort, goal: dict[str, object], words: dict[str, object], *, at: datetime) -> None:
    kind = GoalKind.objects.get(code=goal["kind"])
    stated = state_goal(mentee=mentee, fields=goal | {"kind": kind, "by_on": date(2027, 12, 31), "created_at": at})
    session_kind = SessionKind.objects.get(code=words["session_kind"])
    fields = words | {"goal": stated, "session_kind": session_kind, "cohort": cohort, "created_at": at}
    draft = create_draft(mentee=mentee, fields=fields | {"format": "ongoing", "minutes": 45, "languages": ["en"]})
    submit_help_request(help_request_id=draft.pk, now=at)


MENTEES: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "wenqing.li@example.com": (
        {
            "kind": "academia_to_industry",
            "target_role": "Data scientist",
            "target_field": "data science",
            "target_country": "CH",
        },
        {
            "session_kind": "cv_review",
            "situation": (
                "I am in the third year of a postdoc in Basel. For eight months I have predicted the yield of "
                "reactions with models in Python, and two groups use my notebooks."
            ),
            "gap": (
                "My CV lists eleven papers and no result that a company would pay for. Nine applications brought one "
                "call, which ended when I was asked what my model changed."
            ),
            "ask": (
                "Go through my CV with me line by line, and tell me which three results to keep and how to put a "
                "number on each."
            ),
            "needs": ["CV writing", "data science"],
        },
    ),
    "jakub.havlicek@example.com": (
        {
            "kind": "promotion",
            "target_role": "Senior process engineer",
            "target_field": "materials science",
        },
        {
            "session_kind": "promotion_case",
            "situation": (
                "I have been a process engineer for two years, straight from a PhD on thin films. In spring I cut the "
                "scrap of one coating line from 9 to 4 percent with a designed experiment."
            ),
            "gap": (
                "My manager says that I am not visible enough for the next level. I do not know who decides, and I "
                "present numbers where others present a story."
            ),
            "ask": (
                "Read two pages in which I make my case for the senior level, and tell me what you would ask as "
                "somebody who decides."
            ),
            "needs": ["promotion case", "communication"],
        },
    ),
    "birgit.sandholm@example.com": (
        {
            "kind": "role_change",
            "target_role": "Drug safety data analyst",
            "target_field": "data science",
            "target_country": "DK",
        },
        {
            "session_kind": "portfolio_review",
            "situation": (
                "I have been a head pharmacist for eight years and study epidemiology in the evenings. I analysed "
                "1,200 reports of side effects from an open database in R."
            ),
            "gap": (
                "I have never shown an analysis to anybody who does this for a living, and I do not know whether it "
                "is a portfolio or homework."
            ),
            "ask": "Look at my analysis for 45 minutes, and mark the first thing that would make you stop reading.",
            "needs": ["statistics", "portfolio"],
        },
    ),
    "kofi.mensahdarko@example.com": (
        {
            "kind": "job_search",
            "target_role": "Backend developer",
            "target_field": "backend engineering",
        },
        {
            "session_kind": "mock_interview",
            "situation": (
                "I have built Django services for eighteen months in a team of two. I applied for fourteen remote jobs "
                "since June, and came to three technical interviews."
            ),
            "gap": (
                "All three ended after the system design part. I start with tables, and I am told that I should "
                "start with questions."
            ),
            "ask": (
                "Hold one system design interview of 45 minutes with me, and stop me each time I answer before I have "
                "asked."
            ),
            "needs": ["system design", "mock interviews"],
        },
    ),
    "tugba.aksoylu@example.com": (
        {
            "kind": "role_change",
            "target_role": "UX researcher",
            "target_field": "UX design",
        },
        {
            "session_kind": "story_practice",
            "situation": (
                "I was a reporter for eleven years and have written documentation for a software company for ten "
                "months. I interviewed nine of its users on my own account."
            ),
            "gap": (
                "In interviews for research roles I tell what I found and not how I decided whom to ask. Two companies "
                "wrote that they missed the method."
            ),
            "ask": (
                "Practise with me how I tell one of these nine interviews in five minutes as research and not as a "
                "story for a newspaper."
            ),
            "needs": ["user research", "interviewing"],
        },
    ),
    "lwazi.mthembu@example.com": (
        {
            "kind": "job_search",
            "target_role": "Junior data analyst",
            "target_field": "data science",
        },
        {
            "session_kind": "cv_review",
            "situation": (
                "I graduated in civil engineering in Durban, and modelled the water network of two suburbs as an "
                "intern, with Python scripts that the office still runs."
            ),
            "gap": (
                "I have sent thirty applications with one CV for engineering and for data jobs. The two replies were "
                "for neither: they asked for a driving licence."
            ),
            "ask": "Tell me which half of my CV to drop for data jobs, and help me to rewrite the first ten lines.",
            "needs": ["CV writing", "Python"],
        },
    ),
    "leilani.kealohareyes@example.com": (
        {
            "kind": "role_change",
            "target_role": "Learning designer",
            "target_field": "learning and development",
        },
        {
            "session_kind": "general",
            "situation": (
                "I have taught science for nine years, and designed four field trips that six schools now run without "
                "me. I write the grants for them."
            ),
            "gap": (
                "I do not know what learning designers outside of schools do in their first year, or which of my four "
                "trips would count as work."
            ),
            "ask": "Tell me about your first six months after school, and choose with me the trip to show first.",
            "needs": ["career change", "portfolio"],
        },
    ),
}
