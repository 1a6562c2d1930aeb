"""The page of next steps, their line on other pages, and the short form at the end of a session."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db.models.signals import post_init
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Block
from mentorship.links import session_link, steps_link
from mentorship.models import ActionItem, Milestone
from tests.factories import GoalFactory, MentorshipFactory, MilestoneFactory, SessionFactory, StepFactory
from tests.helpers import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=3)
YESTERDAY = TODAY - timedelta(days=2)


@pytest.fixture(params=["member", "link"])
def door(request, client):
    """Return a function that opens the page of steps: logged in, or by the link of a mail."""

    def open_page(mentorship, person) -> tuple[Client, str]:
        if request.param == "link":
            return Client(), path(steps_link(mentorship, person))
        client.force_login(person)
        return client, f"/mentorships/{mentorship.uuid}/steps/"

    return open_page


def read(door, mentorship, person) -> str:
    client, address = door(mentorship, person)
    answer = client.get(address)
    assert answer.status_code == 200
    return plain(answer)


def plain(answer) -> str:
    return html.unescape(answer.content.decode())


def press(door, mentorship, person, do, **form):
    client, address = door(mentorship, person)
    answer = client.post(address, {"do": do} | form)
    if answer.status_code == 302:
        assert answer["Location"] == address
    return answer


def day(on) -> str:
    return f"{on.day} {on:%B}"


def test_a_step_is_added_with_its_milestone(door, mentorship, bob):
    milestone = MilestoneFactory(goal=mentorship.goal)
    form = {"what": "Update the CV", "whose": "mentee", "by": SOON.isoformat(), "milestone": milestone.uuid}

    assert press(door, mentorship, bob, "add", **form).status_code == 302

    step = mentorship.steps.get()
    assert (step.what, step.whose, step.by_on, step.milestone) == ("Update the CV", "mentee", SOON, milestone)
    assert step.created_by == bob


def test_a_second_click_adds_no_second_step(door, mentorship, alice):
    form = {"what": "Update the CV", "whose": "mentee", "by": ""}
    press(door, mentorship, alice, "add", **form)

    assert press(door, mentorship, alice, "add", **form).status_code == 302
    assert mentorship.steps.count() == 1


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"what": ""}, "This field may not be blank."),
        ({"what": "x" * 201}, "Ensure this field has no more than 200 characters."),
        ({"by": YESTERDAY.isoformat()}, "This day has passed. Name a day to come, or none."),
        ({"by": "9999-12-31"}, "Name a day until"),
        ({"whose": "admin"}, "is not a valid choice"),
        ({"milestone": "nothing"}, "Send a UUID"),
    ],
)
def test_a_mistake_stands_at_its_field(form, sentence, door, mentorship, alice):
    MilestoneFactory(goal=mentorship.goal)
    answer = press(door, mentorship, alice, "add", **{"what": "Write", "whose": "mentee", "by": ""} | form)

    assert answer.status_code == 400
    assert not mentorship.steps.exists()
    assert sentence in plain(answer)


def test_open_steps_come_by_their_day_and_say_whose_they_are(door, mentorship, alice):
    StepFactory(mentorship=mentorship, what="Sometime")
    StepFactory(mentorship=mentorship, what="Late", by_on=YESTERDAY)
    StepFactory(mentorship=mentorship, what="Soon", by_on=SOON, whose="mentor")

    page = read(door, mentorship, alice)

    cards = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert [re.search("<strong>(.*?)</strong>", card)[1] for card in cards] == ["Late", "Soon", "Sometime"]
    assert "the day has passed" in cards[0]
    assert "Bob Baker, by" in cards[1]
    assert ">You<" in cards[2]


@pytest.mark.parametrize(("do", "status"), [("finish", "done"), ("drop", "dropped")])
def test_a_step_is_settled_and_a_second_click_is_no_error(do, status, door, mentorship, alice):
    step = StepFactory(mentorship=mentorship)

    for _ in range(2):
        assert press(door, mentorship, alice, do, step=step.uuid).status_code == 302

    step.refresh_from_db()
    assert step.status == status
    assert "by you" in read(door, mentorship, alice)


def test_a_step_is_opened_again(door, mentorship, alice):
    step = StepFactory(mentorship=mentorship, status="done")

    press(door, mentorship, alice, "reopen", step=step.uuid)

    step.refresh_from_db()
    assert step.status == "open"


def test_a_step_is_changed(door, mentorship, alice):
    step = StepFactory(mentorship=mentorship, by_on=YESTERDAY)
    form = {"what": "Other words", "whose": "mentor", "by": SOON.isoformat()}

    assert press(door, mentorship, alice, "change", step=step.uuid, **form).status_code == 302

    step.refresh_from_db()
    assert (step.what, step.whose, step.by_on) == ("Other words", "mentor", SOON)


def test_a_day_that_has_passed_may_stay(door, mentorship, alice):
    step = StepFactory(mentorship=mentorship, by_on=YESTERDAY)
    form = {"what": "Other words", "whose": "mentee", "by": YESTERDAY.isoformat()}

    assert press(door, mentorship, alice, "change", step=step.uuid, **form).status_code == 302


def test_a_problem_stands_with_the_step_that_it_is_about(door, mentorship, alice):
    step, other = StepFactory(mentorship=mentorship), StepFactory(mentorship=mentorship)

    page = plain(press(door, mentorship, alice, "change", step=step.uuid, what="", whose="mentee", by=""))

    opened, closed = (re.search(rf"<details( open)?>\s*<summary>Change “{one.what}”", page)[1] for one in (step, other))
    assert (opened, closed) == (" open", None)
    assert f'id="problem-{step.uuid}"' in page


@pytest.mark.parametrize("do", ["finish", "drop", "reopen", "change"])
@pytest.mark.parametrize("step", ["", "nothing", "another"])
def test_a_step_of_others_is_not_there(step, do, door, mentorship, alice):
    other = StepFactory()

    answer = press(door, mentorship, alice, do, step=other.uuid if step == "another" else step)

    assert answer.status_code == 409
    assert "This step is not there any more." in plain(answer)


def test_an_unknown_button_changes_nothing(door, mentorship, alice):
    assert press(door, mentorship, alice, "milestone-delete").status_code == 400


def test_after_a_block_neither_reads_the_steps(door, mentorship, alice, bob):
    StepFactory(mentorship=mentorship, what="Update the CV")
    Milestone.objects.create(goal=mentorship.goal, position=1, title="Three interviews", created_at=timezone.now())
    Block.objects.create(blocker=alice, blocked=bob)

    for person in (alice, bob):
        page = read(door, mentorship, person)
        assert "Update the CV" not in page
        assert "Three interviews" not in page
        assert "not in contact" in page
    answer = press(door, mentorship, bob, "add", what="x", whose="mentee", by="")
    assert answer.status_code == 409
    assert not ActionItem.objects.filter(what="x").exists()


def test_after_the_end_the_steps_are_read_only(door, alice, bob):
    over = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, status="completed")
    StepFactory(mentorship=over, what="Update the CV")
    MilestoneFactory(goal=over.goal, title="Three interviews")

    pages = {person: read(door, over, person) for person in (alice, bob)}

    for page in pages.values():
        assert "Update the CV" in page
        assert 'value="finish"' not in page
        assert 'value="add"' not in page
    # The milestones go on with the goal, and perhaps with another mentor.
    assert "Three interviews" in pages[alice]
    assert "Three interviews" not in pages[bob]


def test_the_mentee_orders_milestones_and_the_mentor_reads_and_adds(door, mentorship, alice, bob):
    first, second = (MilestoneFactory(goal=mentorship.goal, title=title) for title in ("First", "Second"))

    press(door, mentorship, alice, "milestone-down", milestone=first.uuid)
    press(door, mentorship, alice, "milestone-reach", milestone=second.uuid)
    press(door, mentorship, bob, "milestone-add", title="Third", by=SOON.isoformat())

    titles = list(mentorship.goal.milestones.values_list("title", flat=True))
    assert titles == ["Second", "First", "Third"]
    page = read(door, mentorship, bob)
    assert 'value="milestone-reach"' not in page
    assert press(door, mentorship, bob, "milestone-remove", milestone=first.uuid).status_code == 409
    assert "reached on" in page


@pytest.mark.parametrize("do", ["up", "down", "reach", "reopen", "change", "remove"])
def test_the_buttons_of_a_milestone_on_the_page_of_the_goal(do, client, alice):
    goal = GoalFactory(mentee=alice)
    rows = [MilestoneFactory(goal=goal, title=title) for title in "ABC"]
    client.force_login(alice)

    answer = client.post(
        reverse("goal", args=[goal.uuid]), {"do": f"milestone-{do}", "milestone": rows[1].uuid, "title": "X", "by": ""}
    )

    assert answer.status_code == 302
    shown = {"up": "BAC", "down": "ACB", "change": "AXC", "remove": "AC"}.get(do, "ABC")
    assert "".join(goal.milestones.values_list("title", flat=True)) == shown
    assert goal.milestones.filter(reached_at__isnull=False).exists() == (do == "reach")


def test_a_mistake_in_a_milestone_is_marked_on_the_page_of_the_goal(client, alice):
    goal = GoalFactory(mentee=alice)
    client.force_login(alice)

    answer = client.post(reverse("goal", args=[goal.uuid]), {"do": "milestone-add", "title": "", "by": ""})

    assert answer.status_code == 400
    assert "This field may not be blank." in plain(answer)


def test_progress_is_one_line_on_the_mentorship_and_the_session(client, mentorship, alice, bob):
    StepFactory(mentorship=mentorship, status="done")
    StepFactory(mentorship=mentorship, status="dropped")
    StepFactory(mentorship=mentorship, what="update CV", by_on=SOON)
    MilestoneFactory(goal=mentorship.goal)
    session = SessionFactory(mentorship=mentorship)

    for person, owner in ((alice, "you"), (bob, "Alice Archer")):
        client.force_login(person)
        line = f"1 of 2 steps done, 0 of 1 milestone reached; next: update CV, by {day(SOON)} ({owner})"
        for page in (f"/mentorships/{mentorship.uuid}/", f"/sessions/{session.uuid}/"):
            text = " ".join(plain(client.get(page)).split())
            assert line in text
            assert f"/mentorships/{mentorship.uuid}/steps/" in text


@pytest.mark.parametrize("steps", [1, 3])
def test_the_page_takes_a_constant_number_of_queries(steps, client, mentorship, alice, django_assert_num_queries):
    for status in ("open", "done"):
        for _ in range(steps):
            milestone = MilestoneFactory(goal=mentorship.goal)
            StepFactory(mentorship=mentorship, status=status, milestone=milestone, by_on=SOON)
    client.force_login(alice)
    client.get(f"/mentorships/{mentorship.uuid}/steps/")

    with django_assert_num_queries(14):
        client.get(f"/mentorships/{mentorship.uuid}/steps/")


# --- The end of a session ---------------------------------------------------------------------------------


@pytest.fixture
def begun(mentorship):
    """Return a session that began some minutes ago."""
    return SessionFactory(mentorship=mentorship, status="confirmed", starts_at=timezone.now() - timedelta(minutes=50))


ROWS = {
    "step1-what": "Update the CV",
    "step1-whose": "mentee",
    "step1-by": SOON.isoformat(),
    "step2-what": "Introduce Ada",
    "step2-whose": "mentor",
    "step2-by": "",
    "step3-what": "",
    "step3-whose": "mentee",
    "step3-by": "",
}


def session_pages(session, person) -> list[str]:
    return [f"/sessions/{session.uuid}/", path(session_link(session, person))]


@pytest.mark.parametrize("page", [0, 1])
def test_a_session_that_has_begun_asks_for_the_next_steps(page, client, begun, alice):
    client.force_login(alice)
    address = session_pages(begun, alice)[page]
    assert "What until next time?</h2>" in plain(client.get(address))

    assert client.post(address, {"do": "steps"} | ROWS).status_code == 302

    found = begun.steps.order_by("pk").values_list("what", "whose", "by_on")
    assert list(found) == [("Update the CV", "mentee", SOON), ("Introduce Ada", "mentor", None)]


def test_a_mistake_in_one_row_adds_none(client, begun, alice):
    client.force_login(alice)

    answer = client.post(f"/sessions/{begun.uuid}/", {"do": "steps"} | ROWS | {"step2-by": YESTERDAY.isoformat()})

    assert answer.status_code == 400
    assert "This day has passed." in plain(answer)
    assert 'value="Update the CV"' in plain(answer)
    assert not begun.steps.exists()


def test_empty_rows_are_a_problem_and_not_marked(client, begun, alice):
    client.force_login(alice)

    answer = client.post(f"/sessions/{begun.uuid}/", {"do": "steps"})

    assert answer.status_code == 400
    assert "Write one step at least." in plain(answer)
    assert "This field" not in plain(answer)


@pytest.mark.parametrize("status", ["proposed", "confirmed", "cancelled", "missed_by_mentee"])
def test_other_sessions_do_not_ask(status, client, mentorship, alice):
    starts_at = {"starts_at": timezone.now() + timedelta(days=2)} if status == "confirmed" else {}
    session = SessionFactory(mentorship=mentorship, status=status, **starts_at)
    client.force_login(alice)

    page = plain(client.get(f"/sessions/{session.uuid}/"))

    assert 'value="steps"' not in page
    assert "At the end: what until next time?" in page


def test_a_button_loads_no_other_step(client, mentorship, alice):
    step, _other = StepFactory.create_batch(2, mentorship=mentorship)
    client.force_login(alice)
    loaded = []

    def note(instance, **_):
        loaded.append(instance.pk)

    post_init.connect(note, sender=ActionItem)
    try:
        client.post(f"/mentorships/{mentorship.uuid}/steps/", {"do": "finish", "step": str(step.uuid)})
    finally:
        post_init.disconnect(note, sender=ActionItem)

    assert set(loaded) == {step.pk}
