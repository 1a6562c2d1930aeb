"""Fill an empty database with a synthetic community."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from django.core.management.color import no_style
from django.db import connection, transaction

from accounts.models import Availability, Block, CareerStep, Language, MentorProfile, Profile, Skill, User
from matching.engine import ENGINE_VERSION
from matching.models import HelpRequest, Match, RequestText
from matching.text.encoder import digest_of, encoder_name
from matching.text.texts import request_texts
from mentorship.models import Exclusion, Goal, GoalKind, Mentorship, OutcomeQuestion, OutcomeRating, SessionKind
from tests.bench.database import Rows, copy_binary
from tests.bench.draw import AS_OF, Ask, Community, Offer, Person, Price
from tests.bench.figures import tell

BATCH = 5_000
THIN_SHARE = 0.05
FEWEST_MENTEES, FEWEST_REQUESTS = 400, 1_200
STATES = ("proposed", "asked", "offered", "declined", "expired", "dismissed", "withdrawn")


def populate(mentors: int, *, seed: int) -> None:
    """Write mentors, a twentieth as many mentees (at least 400), requests, mentorships and matches.

    The database is migrated and has no people yet. The same seed gives the same rows.
    """
    Population(mentors, seed=seed).write()


class Population:
    """The rows of a community. Mentors have the first primary keys of people.

    ``as_of`` is its present. All people have the same ``password``, a hash; without one they cannot log in.
    """

    def __init__(
        self,
        mentors: int,
        *,
        seed: int,
        mentees: int | None = None,
        requests: int | None = None,
        as_of: datetime = AS_OF,
        password: str = "",
    ) -> None:
        skills: dict[str, list[tuple[str, ...]]] = {}
        for skill in Skill.objects.prefetch_related("aliases").order_by("key"):
            names = (skill.name, *sorted(alias.name for alias in skill.aliases.all()))
            skills.setdefault(skill.field, []).append(names)
        self._kinds = dict(GoalKind.objects.values_list("code", "pk"))
        self._sessions = list(SessionKind.objects.order_by("code").values_list("pk", flat=True))
        self._draw = Community(seed, skills=skills, sessions=len(self._sessions), as_of=as_of)
        self._chance = self._draw.chance
        self._mentors = mentors
        self._mentees = mentees or max(FEWEST_MENTEES, mentors // 20)
        self._requests = requests or max(FEWEST_REQUESTS, self._mentees)
        self._password = password
        # As the sequences of an empty database, these start from 1.
        self._user, self._mentor, self._goal, self._request, self._mentorship = (count(1) for _ in range(5))
        self._open_to: list[int] = []
        self._running: list[tuple[int, int]] = []  # (mentor, place)
        self._done: list[int] = []
        self._asking: list[tuple[int, Person]] = []

    def write(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE bench_texts (mentor_id bigint, items text[], vectors bytea, whole bytea)"
            )
            cursor.execute(
                "ALTER TABLE bench_texts ALTER vectors SET STORAGE EXTERNAL, ALTER whole SET STORAGE EXTERNAL"
            )
        for first, size in _batches(self._mentors):
            self._write_mentors(size)
            tell(f"mentors {first + size:,} of {self._mentors:,}")
        for _, size in _batches(self._mentees):
            self._write_mentees(size)
        tell(f"mentees {self._mentees:,}")
        self._write_open_requests(self._requests)
        self._write_mentorships()
        self._write_pairs_apart()
        tell("statistics")
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_texts")
            numbered = [User, Profile, MentorProfile, Goal, HelpRequest, Mentorship]
            for statement in connection.ops.sequence_reset_sql(no_style(), numbered):
                cursor.execute(statement)
            # No process has a copy of the community yet that these changes would have to reach.
            cursor.execute("TRUNCATE matching_mentorchange")
            cursor.execute("VACUUM (ANALYZE)")

    # --- people -------------------------------------------------------------------------------------------

    @transaction.atomic
    def _write_mentors(self, size: int) -> None:
        people = PeopleRows(self._password)
        profiles = Rows(
            MentorProfile,
            *("id", "uuid", "user_id", "status", "status_since_at", "motivation", "teaches", "explores", "formats"),
            *("capacity", "active_elsewhere", "paid", "rate_amount", "rate_currency", "rate_per"),
        )
        kinds = Rows(GoalKind.offered_by.through, "goalkind_id", "mentorprofile_id")
        sessions = Rows(SessionKind.offered_by.through, "sessionkind_id", "mentorprofile_id")
        texts: list[tuple[int, list[str]]] = []
        topics: list[int] = []
        for _ in range(size):
            person = self._draw.person(steps=5, windows=(2, 5), thin=self._chance.random() < THIN_SHARE)
            offer = self._draw.offer(person)
            user, pk = next(self._user), next(self._mentor)
            people.add(user, person, draw=self._draw, is_mentee=False)
            profiles.add(
                *(pk, self._draw.uuid(), user, offer.status, self._draw.as_of - timedelta(days=90), "To give back."),
                *(offer.teaches, offer.explores, offer.formats, offer.capacity, offer.elsewhere),
                *(offer.price is not None, *_price_columns(offer.price)),
            )
            for code in offer.kinds:
                kinds.add(self._kinds[code], pk)
            for session in offer.sessions:
                sessions.add(self._sessions[session], pk)
            self._keep(pk, offer)
            texts.append((pk, offer.items))
            topics += [self._draw.topic(person.field) for _ in ("whole", *offer.items)]
        # Careers come before mentors: a new step of a mentor would count as a change of the mentor's texts.
        people.write()
        for rows in (profiles, kinds, sessions):
            rows.write()
        self._write_texts(texts, topics)

    def _keep(self, pk: int, offer: Offer) -> None:
        if offer.status == "approved":
            self._open_to.append(pk)
        self._running += [(pk, place) for place in range(1, offer.here + 1)]
        self._done += [pk] * offer.done

    def _write_texts(self, texts: list[tuple[int, list[str]]], topics: list[int]) -> None:
        vectors, first = self._draw.vectors(topics), 0
        rows = []
        for pk, items in texts:
            whole, *said = vectors[first : first + 1 + len(items)]
            rows.append((pk, items, b"".join(vector.tobytes() for vector in said), whole.tobytes()))
            first += 1 + len(items)
        copy_binary("bench_texts", ["int8", "text[]", "bytea", "bytea"], rows)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE matching_mentortexts AS texts SET items = new.items, quotable = cardinality(new.items),"
                " languages = array_fill('en'::varchar, ARRAY[cardinality(new.items)]),"
                " vectors = new.vectors, whole = new.whole, model = %s, computed = texts.changes"
                " FROM bench_texts AS new WHERE texts.mentor_id = new.mentor_id",
                [encoder_name()],
            )
            cursor.execute("TRUNCATE bench_texts")

    @transaction.atomic
    def _write_mentees(self, size: int) -> None:
        people = PeopleRows(self._password)
        for _ in range(size):
            person = self._draw.person(steps=3, windows=(3, 7))
            user = next(self._user)
            people.add(user, person, draw=self._draw, is_mentee=True)
            self._asking.append((user, person))
        people.write()

    # --- requests, matches and mentorships ----------------------------------------------------------------

    @transaction.atomic
    def _write_open_requests(self, number: int) -> None:
        rows = RequestRows(self._kinds, self._sessions)
        matches = MatchRows()
        texts: list[tuple[int, str]] = []
        topics: list[int] = []
        for index in range(number):
            # Mentees take turns, so nobody has more open requests than the limit.
            mentee, person = self._asking[index % len(self._asking)]
            ask = self._draw.ask(person)
            request = next(self._request)
            written = rows.add(request, next(self._goal), mentee, ask, draw=self._draw, status="open")
            texts.append((request, digest_of(written.values())))
            topics += [self._draw.topic(ask.field)] * len(written)
            if self._chance.random() < 0.5:
                chosen = self._chance.sample(self._open_to, min(len(self._open_to), 5))
                for rank, mentor in enumerate(chosen, start=1):
                    matches.add(self._draw, request, mentor, self._chance.choice(STATES), rank=rank)
        rows.write()
        matches.write()
        stored = Rows(RequestText, "help_request_id", "digest", "vectors")
        vectors = self._draw.vectors(topics).reshape(len(texts), -1)
        for (request, digest), row in zip(texts, vectors, strict=True):
            stored.add(request, digest, row.tobytes())
        stored.write()
        tell(f"open help requests {number:,}")

    @transaction.atomic
    def _write_mentorships(self) -> None:
        """Write running and completed mentorships, each with its help request."""
        rows = RequestRows(self._kinds, self._sessions)
        matches = MatchRows()
        mentorships = Rows(
            Mentorship,
            *("id", "uuid", "mentor_id", "mentee_id", "goal_id", "format", "status", "place", "started_at", "ended_at"),
            *("planned_end_on", "silence_due_at", "paused_at"),
        )
        questions = Rows(OutcomeQuestion, "mentorship_id", "when", "asks_at", "asked_at")
        ratings = Rows(OutcomeRating, "mentorship_id", "person_id", "when", "level", "rated_at")
        running = [(mentor, place, self._chance.choice(Mentorship.RUNNING), None) for mentor, place in self._running]
        done = [
            (mentor, 1, Mentorship.Status.COMPLETED, self._draw.as_of - timedelta(days=20)) for mentor in self._done
        ]
        for mentor, place, status, ended_at in [*running, *done]:
            mentee, person = self._chance.choice(self._asking)
            ask = self._draw.ask(person)
            request, goal, pk = next(self._request), next(self._goal), next(self._mentorship)
            rows.add(request, goal, mentee, ask, draw=self._draw, status="closed" if ended_at else "matched")
            started_at = self._draw.as_of - timedelta(days=60)
            mentorships.add(
                *(pk, self._draw.uuid(), mentor, mentee, goal, ask.format, status, place, started_at, ended_at),
                (self._draw.as_of + timedelta(days=120)).date() if ask.format == "ongoing" else None,
                *(
                    self._draw.as_of,
                    self._draw.as_of - timedelta(days=10) if status == Mentorship.Status.PAUSED else None,
                ),
            )
            if ended_at:
                questions.add(pk, "end", ended_at, ended_at)
                if pk % 2:
                    # Without a success, so that the methods that read no outcomes find the same fit.
                    ratings.add(pk, mentee, "end", OutcomeRating.Level.LESS.value, ended_at)
            matches.add(self._draw, request, mentor, "accepted", mentorship=pk)
        rows.write()
        mentorships.write()
        questions.write()
        ratings.write()
        matches.write()
        tell(f"mentorships {len(running):,} running, {len(done):,} completed")

    @transaction.atomic
    def _write_pairs_apart(self) -> None:
        exclusions = Rows(Exclusion, "first_id", "second_id", "reason", "created_at")
        blocks = Rows(Block, "blocker_id", "blocked_id", "created_at")
        for mentee, _ in self._asking:
            # Mentors were written first, so their keys are 1 to the number of mentors.
            if self._chance.random() < 0.1:
                exclusions.add(self._chance.randint(1, self._mentors), mentee, "conflict", self._draw.as_of)
            if self._chance.random() < 0.1:
                blocks.add(mentee, self._chance.randint(1, self._mentors), self._draw.as_of)
        exclusions.write()
        blocks.write()


class PeopleRows:
    """Users, their profiles and the rows below a profile. A profile has the key of its user."""

    def __init__(self, password: str) -> None:
        self._password = password
        self._users = Rows(User, "id", "uuid", "email", "name", "joined_at", "password")
        self._profiles = Rows(Profile, "id", "user_id", "is_mentee", "headline", "timezone", "skills")
        self._languages = Rows(Language, "profile_id", "code", "level")
        self._career = Rows(
            CareerStep, "profile_id", "role", "field", "sector", "country", "level", "start_year", "end_year"
        )
        self._windows = Rows(Availability, "profile_id", "weekday", "start_minute", "end_minute")

    def add(self, pk: int, person: Person, *, draw: Community, is_mentee: bool) -> None:
        joined_at = draw.as_of - timedelta(days=120)
        self._users.add(pk, draw.uuid(), f"person-{pk}@example.org", f"Person {pk}", joined_at, self._password)
        self._profiles.add(pk, pk, is_mentee, person.headline, person.zone, person.skills)
        for code, level in person.languages.items():
            self._languages.add(pk, code, level.name.lower())
        for s in person.career:
            self._career.add(pk, s.role, s.field, s.sector, s.country, s.level.name.lower(), s.start, s.end)
        for window in person.windows:
            self._windows.add(pk, *window)

    def write(self) -> None:
        for rows in (self._users, self._profiles, self._languages, self._career, self._windows):
            rows.write()


class RequestRows:
    """Help requests and their goals."""

    def __init__(self, kinds: dict[str, int], sessions: list[int]) -> None:
        self._kinds, self._sessions = kinds, sessions
        self._goals = Rows(
            Goal,
            *("id", "uuid", "mentee_id", "kind_id", "target_role", "target_field", "target_sector", "target_level"),
            *("target_country", "created_at", "twin_key"),
        )
        self._requests = Rows(
            HelpRequest,
            *("id", "uuid", "mentee_id", "goal_id", "situation", "gap", "ask", "needs", "format", "session_kind_id"),
            *("minutes", "languages", "accepts_paid", "max_rate_amount", "max_rate_currency", "max_rate_per"),
            *("status", "created_at", "opened_at", "closed_at"),
        )

    def add(self, pk: int, goal: int, mentee: int, ask: Ask, *, draw: Community, status: str) -> dict[str, str]:
        """Add a request with its goal. Return its texts."""
        created_at = draw.as_of - timedelta(days=70)
        prose = (
            f"I have worked in {ask.field} for some years and want to be a {ask.role}.",
            f"What I miss is {', '.join(ask.needs)}, and I do not know where to start.",
            "Would you look at my plan with me and say what is missing?",
        )
        self._goals.add(
            *(goal, draw.uuid(), mentee, self._kinds[ask.kind], ask.role, ask.field, ask.sector, ask.level),
            *(ask.country, created_at, str(goal)),  # drawn goals of one mentee may be twins
        )
        self._requests.add(
            *(pk, draw.uuid(), mentee, goal, *prose, ask.needs, ask.format, self._sessions[ask.session]),
            *(ask.minutes, ask.languages, ask.accepts_paid, *_price_columns(ask.max_price)),
            *(status, created_at, created_at, draw.as_of if status == "closed" else None),
        )
        situation, gap, plea = prose
        wanted = Goal(target_role=ask.role, target_field=ask.field)
        return request_texts(HelpRequest(goal=wanted, situation=situation, gap=gap, ask=plea, needs=ask.needs))

    def write(self) -> None:
        self._goals.write()
        self._requests.write()


class MatchRows:
    """Matches in any state."""

    def __init__(self) -> None:
        self._rows = Rows(
            Match,
            *("uuid", "help_request_id", "mentor_id", "status", "rank", "fit", "criteria", "reasons", "mentor_reasons"),
            *("engine_version", "why_you", "offer_note", "decline_reason", "dismiss_reason", "mentorship_id"),
            *("created_at", "asked_at", "offered_at", "waits_since_at", "answer_due_at", "ended_at", "silent_side"),
        )

    def add(
        self, draw: Community, request: int, mentor: int, status: str, *, rank: int = 1, mentorship: int | None = None
    ) -> None:
        created_at = draw.as_of - timedelta(days=3)
        asked = status in ("asked", "accepted", "declined", "expired", "withdrawn")
        offered = status == "offered"
        self._rows.add(
            *(draw.uuid(), request, mentor, status, rank, draw.chance.randint(40, 95), "{}", "[]", "[]"),
            *(
                ENGINE_VERSION,
                "You made this transition." if asked else "",
                "I made this transition." if offered else "",
            ),
            *("no_time" if status == "declined" else "", "too_far" if status == "dismissed" else "", mentorship),
            *(created_at, created_at if asked else None, created_at if offered else None),
            *((created_at, draw.as_of + timedelta(days=2)) if status in Match.WAITING else (None, None)),
            *(None if status in Match.LIVE else draw.as_of, "mentor" if status == "expired" else ""),
        )

    def write(self) -> None:
        self._rows.write()


def _price_columns(price: Price | None) -> tuple[int | None, str, str]:
    return price or (None, "", "")


def _batches(total: int) -> Iterator[tuple[int, int]]:
    """Yield (first, size) of the batches that make up ``total``."""
    for first in range(0, total, BATCH):
        yield first, min(BATCH, total - first)
