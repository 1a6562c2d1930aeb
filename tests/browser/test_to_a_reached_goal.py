"""One mentorship from the yes of a mentor to a reached goal, by pages and links of mails alone, and the proof of it.

The mentee has a phone, and the mentor a desk. The clock is moved, and the worker does what is due then.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import Availability, User
from mentorship.models import Goal, Mentorship, Session
from mentorship.tasks import ask_about_ends, ask_about_outcomes, ask_how_it_goes
from tests.browser.conftest import DESK
from tests.factories import NOW, MatchFactory
from tests.moves import ask
from tests.verifier import Rejected, verify

pytestmark = [pytest.mark.django_db(transaction=True)]

STORIES = {
    "The trigger that nobody trusted": "Why did you not ask first?",
    "Two groups and one detector": "Which of the two groups was yours?",
}
HELPED, BETTER = "You asked what I would say next time.", "Write down what we agreed on."


@dataclass
class Side:
    """One of the two: their window, and what they do in it."""

    user: User
    page: Page
    log_in_as: Callable[..., None]

    @property
    def name(self) -> str:
        return self.user.name

    def log_in(self) -> None:
        """Open the home of this person, with a new login: the last one may be too old."""
        self.log_in_as(self.page, self.user)
        self.page.goto("/")

    def follow_mail(self, subject: str) -> None:
        """Open the first link of the newest mail with these words in its subject, without a login."""
        self.page.context.clear_cookies()
        mails = (one for one in reversed(mail.outbox) if self.user.email in one.to and subject in one.subject)
        self.page.goto(re.search(r"http://\S+", str(next(mails).body))[0])

    def open(self, *names: str) -> None:
        """Follow links, one after the other."""
        for name in names:
            with self.page.expect_navigation():
                self.page.get_by_role("link", name=name).first.click()

    def fill(self, **values: str) -> None:
        """Fill fields by the names that their labels begin with, "_" for a space."""
        for label, value in values.items():
            self.page.get_by_role("textbox", name=label.replace("_", " ")).locator("visible=true").first.fill(value)

    def press(self, name: str) -> None:
        """Press a button and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).locator("visible=true").first.click()
        assert self.page.locator("p.problem").all_inner_texts() == []

    def reads(self, *words: str) -> bool:
        shown = self.page.get_by_role("main").inner_text()
        return all(one in shown for one in words)


@dataclass
class Walk:
    """Two people, their clock, and the worker."""

    mentee: Side
    mentor: Side
    clock: time_machine.Coordinates
    work: Callable[[], None]

    @property
    def mentorship(self) -> Mentorship:
        return Mentorship.objects.get()

    def work_at(self, moment: datetime) -> None:
        """Move the clock, and let the worker do what is due."""
        mail.outbox.clear()
        self.clock.move_to(moment)
        for sweep in (ask_how_it_goes, ask_about_ends, ask_about_outcomes):
            sweep()
        self.work()

    def meet(self, kind: str) -> None:
        """Let the mentee propose the first time, the mentor take it, and both say that they met."""
        self.mentee.log_in()
        self.mentee.open("Open the mentorship")
        phone, desk = self.mentee.page, self.mentor.page
        if not phone.locator("#plan").evaluate("details => details.open"):
            phone.get_by_text("Plan a session", exact=True).click()
        phone.get_by_label("Kind of session").select_option(kind)
        phone.locator("[name=times]").first.check()
        self.mentee.press("Propose the session")
        self.work_at(timezone.now())
        self.mentor.follow_mail("proposes times for a session")
        desk.get_by_role("radio").first.check()
        self.mentor.press("Take this time")
        session = Session.objects.order_by("pk").last()
        self.work_at(session.ends_at + timedelta(minutes=1))
        for side in (self.mentee, self.mentor):
            side.follow_mail("Did you meet")
            side.page.get_by_label("We met").check()
            side.press("Send my answer")
        assert self.mentor.reads("Held")


@pytest.fixture
def walk(alice, bob, visitor, log_in_as, work):
    """Alice asked Bob for help. Both live in Berlin and have time on Tuesdays from 17 to 19."""
    for person in (alice, bob):
        Availability.objects.create(profile=person.profile, weekday=2, start_minute=17 * 60, end_minute=19 * 60)
    with time_machine.travel(NOW) as clock:
        ask(MatchFactory(help_request__mentee=alice, mentor=bob.mentor))
        mentee, mentor = Side(alice, visitor(), log_in_as), Side(bob, visitor(viewport=DESK), log_in_as)
        yield Walk(mentee, mentor, clock, work)


def test_two_people_come_from_a_yes_to_a_reached_goal_and_its_proof(walk, visitor, live_server):
    say_yes(walk)
    state_success(walk)
    tell_stories(walk)
    hold_mock_interview(walk)
    plan_steps(walk)
    answer_fit_checks(walk)
    finish_steps(walk)
    hold_debrief(walk)
    walk.meet("cv_review")
    extend(walk)
    reach_goal(walk)
    write_feedback(walk)
    rate_later(walk)
    read_record(walk)
    have_it_signed(walk, visitor(), live_server.url)


def say_yes(walk: Walk) -> None:
    walk.work_at(NOW)
    walk.mentor.follow_mail("asks for your help")
    walk.mentor.press("Yes, I will help Alice Archer")
    walk.work_at(NOW + timedelta(minutes=5))
    assert walk.mentorship.status == "active"


def state_success(walk: Walk) -> None:
    """The mentee says on the phone what success would be, and the mentor reads it."""
    walk.mentee.follow_mail("Bob Baker said yes")
    walk.mentee.open("Say what success would be")
    walk.mentee.fill(
        Where_do_you_stand_now="Ten applications, no interview.",
        What_do_you_hope_for="Three interviews.",
        What_would_be_better="An offer.",
        What_would_be_less="No interview either.",
    )
    walk.mentee.press("Save")
    walk.mentor.log_in()
    walk.mentor.open("Open the mentorship", "Read all of it")
    assert walk.mentor.reads("Ten applications, no interview.", "Three interviews.", "An offer.")


def tell_stories(walk: Walk) -> None:
    """The mentee writes two stories, and shares them with the mentor."""
    mentee = walk.mentee
    for title, question in STORIES.items():
        mentee.log_in()
        mentee.open("Open the mentorship", "Open the practice", "Your practice", ": Story")
        mentee.fill(Title=title, Situation="Two groups, one experiment.", Task="One trigger.")
        mentee.fill(What_you_did="I measured both.", Result="8 % more data.", Questions_that_it_answers=question)
        mentee.press("Save")
    mentee.log_in()
    mentee.open("Open the mentorship", "Open the practice")
    for title in STORIES:
        mentee.page.get_by_label(title).check()
    mentee.press("Share these, and no others")


def hold_mock_interview(walk: Walk) -> None:
    """Both stories answer a question. The mentor writes on each answer, and the mentee reads it."""
    mentee, mentor = walk.mentee, walk.mentor
    walk.meet("mock_interview")
    mentee.log_in()
    mentee.open("Open the mentorship", "A mock interview")
    mentee.open("Write up a mock interview")
    mentee.fill(Title="Rehearsal for the bank")
    mentee.press("Save")
    for title, question in STORIES.items():
        if not mentee.page.get_by_role("button", name="Add", exact=True).is_visible():
            mentee.page.get_by_text("Add an entry").click()
        mentee.fill(Question=question, Situation=title, Result="8 % more data.")
        mentee.press("Add")
    for title in STORIES:
        mentee.open("Your practice", title)
        mentee.page.get_by_text("Change the record").click()
        mentee.page.get_by_label("A mock interview with Bob Baker").check()
        mentee.press("Save")

    mentor.log_in()
    mentor.open("Open the mentorship", "A mock interview")
    assert mentor.reads("Rehearsal for the bank", *STORIES)
    mentor.page.locator("summary", has_text="Rehearsal for the bank").click()
    mentor.open(": Rehearsal for the bank")
    for question in STORIES.values():
        answer = mentor.page.locator("section", has_text=question)
        answer.get_by_label("Your feedback on this answer").fill(f"Say “I”, not “we”, when they ask: {question}")
        with mentor.page.expect_navigation():
            answer.get_by_role("button", name="Save the feedback").click()
    mentee.open("Your practice", "Rehearsal for the bank")
    for question in STORIES.values():
        assert mentee.reads(f"Say “I”, not “we”, when they ask: {question}")


def plan_steps(walk: Walk) -> None:
    """At the end of the session the mentor plans two steps. Later each of the two adds some, towards a milestone."""
    mentee, mentor = walk.mentee, walk.mentor
    mentor.follow_mail("Did you meet")
    agreed = [("Rewrite the first page", "mentee"), ("Name three firms", "mentor")]
    for row, (what, whose) in enumerate(agreed, start=1):
        mentor.page.locator(f"[name=step{row}-what]").fill(what)
        mentor.page.locator(f"[name=step{row}-whose]").select_option(whose)
        mentor.page.locator(f"[name=step{row}-by]").fill(day_in(days=6))
    mentor.press("Add these steps")
    mentee.follow_mail("Did you meet")
    mentee.open("See all steps")
    mentee.fill(Milestone="Three interviews")
    mentee.press("Add the milestone")
    for what in ("Apply to three firms", "Ask Kim about the bank"):
        add_step(mentee, what, whose="mentee")
    mentor.open("See all steps")
    add_step(mentor, "Read the new first page", whose="mentor")
    assert mentor.reads("0 of 5 steps done, 0 of 1 milestone reached")


def add_step(side: Side, what: str, *, whose: str) -> None:
    form = side.page.locator("form", has=side.page.get_by_role("heading", name="Add a step"))
    form.get_by_label("What", exact=False).fill(what)
    form.get_by_label("Who does it").select_option(whose)
    form.get_by_label("Milestone").select_option("Three interviews")
    side.press("Add the step")


def day_in(*, days: int) -> str:
    return (timezone.now() + timedelta(days=days)).date().isoformat()


def answer_fit_checks(walk: Walk) -> None:
    """The first session brings a fit check. Neither learns what the other answers, also not by the link of a mail."""
    walk.work_at(timezone.now() + timedelta(hours=1))
    for side, answer in ((walk.mentee, "Good"), (walk.mentor, "Unsure")):
        side.follow_mail("How is it going with")
        side.press(answer)
        assert "Saved. Thank you for saying it." in side.page.content()
        assert not side.reads("You said")
    for side, answer, other in ((walk.mentee, "good", "unsure"), (walk.mentor, "unsure", "good")):
        side.log_in()
        side.page.goto(f"/mentorships/{walk.mentorship.uuid}/going-on/")
        assert side.reads(f"You said “{answer}”")
        assert not side.reads(f"You said “{other}”")


def finish_steps(walk: Walk) -> None:
    """A reminder leads to the steps that are due. The others are finished from the home."""
    walk.work_at(timezone.now() + timedelta(days=6))
    for side, what in ((walk.mentee, "Rewrite the first page"), (walk.mentor, "Name three firms")):
        side.follow_mail("Your steps with")
        side.press(f"Done: {what}")
    walk.mentor.press("Done: Read the new first page")
    walk.mentee.log_in()
    walk.mentee.open("Open the mentorship", "Open the steps")
    for what in ("Apply to three firms", "Ask Kim about the bank"):
        walk.mentee.press(f"Done: {what}")
    walk.mentee.press("Reached: Three interviews")
    assert walk.mentee.reads("5 of 5 steps done, 1 of 1 milestone reached")


def hold_debrief(walk: Walk) -> None:
    """The mentee writes up a real interview, and the mentor reads it on the page of the session."""
    mentee, mentor = walk.mentee, walk.mentor
    walk.meet("interview_debrief")
    mentee.log_in()
    mentee.open("Open the mentorship", "An interview debrief")
    mentee.open("Write up a debrief")
    mentee.fill(Title="First round at a bank", Where_it_wavered="The question about money.")
    mentee.page.get_by_label("Stage").select_option("technical")
    mentee.press("Save")
    mentee.fill(What_was_asked="What do you want to earn?", What_was_answered="I asked back what they pay.")
    mentee.press("Add")
    mentor.log_in()
    mentor.open("Open the mentorship", "An interview debrief")
    mentor.page.locator("summary", has_text="First round at a bank").click()
    assert mentor.reads("What do you want to earn?", "I asked back what they pay.", "The question about money.")


def extend(walk: Walk) -> None:
    """Both are asked about the planned end. The mentee plans a later one, and it suits the mentor."""
    first_end = walk.mentorship.planned_end_on
    later, in_words = first_end + timedelta(weeks=6), f"{first_end + timedelta(weeks=6):%-d %B %Y}"
    walk.work_at(timezone.now() + (first_end - timezone.now().date()) - timedelta(days=10))
    walk.mentor.follow_mail("what next?")
    walk.mentee.follow_mail("what next?")
    walk.mentee.page.get_by_label("Until").fill(later.isoformat())
    walk.mentee.press("Plan the later end")
    walk.work_at(timezone.now())
    walk.mentor.follow_mail("Alice Archer would like to go on until")
    assert walk.mentor.reads(f"until {in_words} as planned")
    assert walk.mentorship.planned_end_on == later


def reach_goal(walk: Walk) -> None:
    """The mentee says that the goal is reached. Both rate the outcome, by the words that the mentee chose."""
    walk.mentee.log_in()
    walk.mentee.open("Open the mentorship")
    walk.mentee.page.get_by_text("The goal is reached, a later end, or the end").click()
    walk.mentee.press("Yes, it is reached")
    assert (walk.mentorship.status, Goal.objects.get().status) == ("completed", "reached")
    walk.work_at(timezone.now() + timedelta(minutes=5))
    for side, words in ((walk.mentee, "Three interviews."), (walk.mentor, "An offer.")):
        side.follow_mail("is completed")
        side.page.get_by_label(words).check()
        side.press("Send my answer")
    assert walk.mentor.reads("Outcome at the end", "Alice Archer", "As hoped")


def write_feedback(walk: Walk) -> None:
    """Nobody reads the feedback of the other before both have written."""
    mentee, mentor = walk.mentee, walk.mentor
    mentee.follow_mail("is completed")
    mentee.fill(What_helped_you=HELPED, A_sentence_of_thanks="Thank you, Bob.")
    mentee.page.get_by_label("May your mentor show the thanks?").select_option("first_name")
    mentee.press("Save my feedback")
    mentor.follow_mail("is completed")
    assert not mentor.reads(HELPED)
    mentor.fill(What_could_be_better=BETTER)
    mentor.press("Save my feedback")
    assert mentor.reads(HELPED, "Thank you, Bob.")
    walk.work_at(timezone.now() + timedelta(minutes=5))
    mentee.follow_mail("Feedback from Bob Baker is open")
    assert mentee.reads(BETTER)


def rate_later(walk: Walk) -> None:
    """After 90 days both are asked again. Only the mentee answers."""
    walk.work_at(walk.mentorship.ended_at + timedelta(days=90, hours=1))
    walk.mentor.follow_mail("What came of your mentorship")
    walk.mentee.follow_mail("What came of your mentorship")
    walk.mentee.page.get_by_label("An offer.").check()
    walk.mentee.press("Send my answer")


def read_record(walk: Walk) -> None:
    """The record of the mentor has the same counts in JSON and on one sheet. It names no mentee who did not agree."""
    page = walk.mentor.page
    walk.work_at(timezone.now() + timedelta(days=15))
    walk.mentor.log_in()
    record = page.context.request.get("/api/v1/me/mentor/record/").json()
    assert (record["n_people"], record["n_sessions"], record["hours"]) == (1, 3, 2.5)
    one_answer = {"n_asked": 1, "n_answered": 1, "n_silent": 0, "n_success": None}
    assert (record["at_the_end"], record["later"]) == (one_answer, one_answer)
    assert record["thanks"] == [{"text": "Thank you, Bob.", "name": "Alice"}]
    walk.mentor.open("Profile", "You as a mentor", "Your record and credentials")
    assert walk.mentor.reads("1 mentee was asked. Results are shown from 3 answers on. 0 gave no answer that counts")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1


def have_it_signed(walk: Walk, stranger: Page, site: str) -> None:
    """A program of a stranger accepts the credential, and refuses it after one changed byte and after its end."""

    def fetch(address: str):
        answer = stranger.context.request.get(address)
        return answer.json() if answer.ok else None

    def check(text: str) -> dict:
        return verify(text, fetch, issuer=f"{site}/credentials/issuer/", now=timezone.now())

    walk.mentor.press("Have this time signed")
    stranger.goto(walk.mentor.page.get_by_role("link", name="Public page").get_attribute("href"))
    stranger.get_by_text("This credential is valid.").wait_for()
    signed = stranger.context.request.get(stranger.get_by_role("link", name="Signed file").get_attribute("href")).text()
    assert {fact["name"]: fact["narrative"] for fact in check(signed)["evidence"]}["Hours"] == "2.5"
    middle = len(signed) // 2
    changed = signed[:middle] + ("A" if signed[middle] != "A" else "B") + signed[middle + 1 :]
    with pytest.raises((Rejected, KeyError, UnicodeDecodeError)):
        check(changed)
    walk.mentor.page.get_by_text("Revoke it").click()
    walk.mentor.press("Revoke for good")
    stranger.reload()
    stranger.get_by_text("This credential was revoked.").wait_for()
    with pytest.raises(Rejected, match="revoked"):
        check(signed)
