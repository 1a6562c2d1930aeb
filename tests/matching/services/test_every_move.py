"""Every state with every move, by either side and by outsiders. The tables are written by hand."""

from __future__ import annotations

import pytest

from accounts.exceptions import Refusal
from accounts.models import Notification
from matching.exceptions import HelpRequestNotOpen, NotYourTurn
from matching.models import HelpRequest, Match
from matching.selectors.visibility import help_requests_of
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor
from matching.services.ask_again import ask_again
from matching.services.ask_back import ask_back
from matching.services.clarify import clarify_match
from matching.services.correct import correct_help_request
from matching.services.decline import decline_match
from matching.services.dismiss import dismiss_match
from matching.services.draft import delete_draft, update_draft
from matching.services.offer import offer_help
from matching.services.renew import renew_help_request
from matching.services.submit import submit_help_request
from matching.services.withdraw import withdraw_help_request, withdraw_match
from mentorship.models import Mentorship
from tests.factories import HelpRequestFactory, MatchFactory, MentorshipFactory
from tests.matching.helpers import match_in, table
from tests.moves import NOTE, WHY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

MOVES = {
    "asks": lambda **who: ask_mentor(why_you=WHY, **who),
    "dismisses": lambda **who: dismiss_match(reason="other", **who),
    "offers": lambda **who: offer_help(note=NOTE, **who),
    "withdraws": withdraw_match,
    "accepts": accept_match,
    "asks_back": lambda **who: ask_back(question="Is the CV for one advert?", **who),
    "clarifies": lambda **who: clarify_match(answer="For one, at a bank in Berlin.", **who),
    "declines": lambda **who: decline_match(reason="other", note="", **who),
}
REFUSALS = {
    "no": "move_not_allowed",
    "turn": "not_your_turn",
    "done": "already_done",  # a second click of the same person
    "shut": "help_request_not_open",
}
# The status after each move, or the refusal. In the columns of ended matches the mentee had asked.
# In the column withdrawn, the mentee took the question back.
MATCH_MOVES = table("""
                 proposed  asked      clarifying offered   accepted declined expired withdrawn dismissed superseded
mentee asks      asked     done       no         no        shut     no       no      no        no        no
mentee dismisses dismissed no         no         no        shut     no       no      no        done      no
mentee offers    turn      turn       turn       turn      turn     turn     turn    turn      turn      turn
mentee withdraws no        withdrawn  withdrawn  turn      no       no       no      done      no        no
mentee accepts   no        turn       turn       accepted  shut     no       no      no        no        no
mentee declines  no        turn       turn       declined  no       no       no      no        no        no
mentee asks_back turn      turn       turn       turn      turn     turn     turn    turn      turn      turn
mentee clarifies no        no         asked      no        shut     no       no      no        no        no
mentor asks      turn      turn       turn       turn      turn     turn     turn    turn      turn      turn
mentor dismisses turn      turn       turn       turn      turn     turn     turn    turn      turn      turn
mentor offers    offered   no         no         done      shut     no       no      no        no        no
mentor withdraws no        turn       turn       withdrawn no       no       no      no        no        no
mentor accepts   no        accepted   accepted   turn      done     no       no      no        no        no
mentor declines  no        declined   declined   turn      no       done     no      no        no        no
mentor asks_back no        clarifying done       no        shut     no       no      no        no        no
mentor clarifies turn      turn       turn       turn      turn     turn     turn    turn      turn      turn
""")
ALLOWED = [(move, status) for (move, status), cell in MATCH_MOVES.items() if cell not in REFUSALS]


def make(move, match, now):
    side, verb = move.split()
    person = match.help_request.mentee if side == "mentee" else match.mentor.user
    return MOVES[verb](match_id=match.pk, by=person, now=now)


def rows():
    return Match.objects.values().get(), HelpRequest.objects.values().get(), Mentorship.objects.count()


@pytest.mark.parametrize(("move", "status"), ALLOWED)
def test_an_allowed_move_changes_the_status(move, status, now):
    match = match_in(status)

    make(move, match, now)

    match.refresh_from_db()
    assert match.status == MATCH_MOVES[move, status]


@pytest.mark.parametrize("status", Match.Status.values)
def test_every_other_move_is_refused_and_changes_nothing(status, now):
    match, codes = match_in(status), {}
    before = rows()
    refused = {move: cell for (move, of), cell in MATCH_MOVES.items() if of == status and cell in REFUSALS}

    for move in refused:
        with pytest.raises(Refusal) as refusal:
            make(move, match, now)
        codes[move] = refusal.value.code

    assert codes == {move: REFUSALS[cell] for move, cell in refused.items()}
    assert rows() == before
    assert not Notification.objects.exists()


@pytest.mark.parametrize(("move", "status"), ALLOWED)
def test_an_outsider_cannot_move_a_match(move, status, charlie, now):
    match = MatchFactory(status=status)

    with pytest.raises(NotYourTurn):
        MOVES[move.split()[1]](match_id=match.pk, by=charlie, now=now)

    match.refresh_from_db()
    assert match.status == status


@pytest.mark.parametrize("status", sorted(set(HelpRequest.Status.values) - {"open"}))
def test_only_an_open_request_finds_a_mentor(status, now):
    request = HelpRequestFactory(status=status)
    proposed, asked, offered = (
        MatchFactory(help_request=request, status=was) for was in ("proposed", "asked", "offered")
    )

    for move, match in [
        ("mentee asks", proposed),
        ("mentee dismisses", proposed),
        ("mentor offers", proposed),
        ("mentor accepts", asked),
        ("mentee accepts", offered),
    ]:
        with pytest.raises(HelpRequestNotOpen):
            make(move, match, now)


@pytest.mark.parametrize(
    ("status", "move"),
    [
        ("asked", "mentor declines"),
        ("asked", "mentee withdraws"),
        ("offered", "mentor withdraws"),
        ("proposed", "mentee dismisses"),
        ("asked", "mentee withdraws the request"),
    ],
)
def test_a_cancelled_match_is_not_shown_as_matched(status, move, api, now):
    match = MatchFactory(status=status)
    mentee = match.help_request.mentee

    if move == "mentee withdraws the request":
        withdraw_help_request(help_request_id=match.help_request_id, by=mentee, now=now)
    else:
        make(move, match, now)

    shown = api(mentee).get(f"/api/v1/matches/{match.uuid}/").json()
    assert shown["status"] in {"declined", "withdrawn", "dismissed"}
    assert (shown["mentorship"], shown["whose_turn"], shown["answer_due_at"]) == (None, None, None)
    assert help_requests_of(mentee).get().status in {"open", "withdrawn"}
    assert not Mentorship.objects.exists()


# --- help requests --------------------------------------------------------------------------------------------


REQUEST_MOVES = {
    "submit": lambda request, **when: submit_help_request(help_request_id=request.pk, **when),
    "change": lambda request, **_: update_draft(help_request_id=request.pk, changes={"why": "For my family."}),
    "correct": lambda request, **when: correct_help_request(
        help_request_id=request.pk, by=request.mentee, changes={"why": "For my family."}, **when
    ),
    "delete": lambda request, **_: delete_draft(help_request_id=request.pk, by=request.mentee),
    "renew": lambda request, **when: renew_help_request(help_request_id=request.pk, by=request.mentee, **when),
    "withdraw": lambda request, **when: withdraw_help_request(help_request_id=request.pk, by=request.mentee, **when),
    "ask again": lambda request, **when: ask_again(help_request_id=request.pk, by=request.mentee, **when),
}
# The status of the request after each move; None if it is deleted.
REQUEST_ALLOWED = {
    ("draft", "submit"): "open",
    ("draft", "change"): "draft",
    ("draft", "delete"): None,
    ("open", "correct"): "open",
    ("open", "renew"): "open",
    ("open", "withdraw"): "withdrawn",
    ("closed", "ask again"): "closed",
    ("withdrawn", "ask again"): "withdrawn",
    ("expired", "ask again"): "expired",
}


@pytest.mark.parametrize(("status", "move"), REQUEST_ALLOWED)
def test_an_allowed_move_changes_the_request(status, move, now):
    request = HelpRequestFactory(status=status)
    uuid = request.uuid

    REQUEST_MOVES[move](request, now=now)

    left = HelpRequest.objects.filter(uuid=uuid).values_list("status", flat=True).first()
    assert left == REQUEST_ALLOWED[status, move]


@pytest.mark.parametrize("status", HelpRequest.Status.values)
def test_every_other_move_of_a_request_is_refused_and_changes_nothing(status, now):
    request = HelpRequestFactory(status=status)
    if status == "matched":
        MatchFactory(help_request=request, status="accepted", mentorship=MentorshipFactory(goal=request.goal))
    before = HelpRequest.objects.values().get()

    for move in REQUEST_MOVES:
        if (status, move) not in REQUEST_ALLOWED:
            with pytest.raises(Refusal):
                REQUEST_MOVES[move](request, now=now)

    assert HelpRequest.objects.values().get() == before


@pytest.mark.parametrize("act", [withdraw_help_request, renew_help_request])
def test_an_outsider_cannot_move_an_open_request(act, bob, now):
    request = HelpRequestFactory()

    with pytest.raises(NotYourTurn):
        act(help_request_id=request.pk, by=bob, now=now)


def test_an_outsider_cannot_ask_again(bob, now):
    request = HelpRequestFactory(status="withdrawn")

    with pytest.raises(NotYourTurn):
        ask_again(help_request_id=request.pk, by=bob, now=now)


def test_an_outsider_cannot_delete_a_draft(bob):
    draft = HelpRequestFactory(status="draft")

    with pytest.raises(NotYourTurn):
        delete_draft(help_request_id=draft.pk, by=bob)

    assert HelpRequest.objects.exists()
