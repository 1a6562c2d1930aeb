"""The whole ranking as one SQL statement, with pgvector for texts.

It reads flat tables, which triggers could keep up to date: a row and a vector for each mentor with words as bits,
posting lists of skills and words of careers, career steps and transitions by mentor. No sentences are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import Error, connection
from psycopg import Cursor

from accounts.selectors import Taxonomy
from matching.engine import Need, criteria
from matching.engine.common_ground import usable_languages
from matching.engine.fitted import FITTED
from matching.engine.rank import INTEREST_BONUS, MAX_BEHIND, MIN_FIT, STRONG_FIT
from matching.engine.rules import LIVED_COUNTS_AS_OFFERED
from matching.engine.score import NAMES, weights_of
from matching.engine.standing import own_fields
from matching.engine.table import FULL_LOAD_COST
from matching.engine.words import plain
from matching.selectors.facts import SHOWS_PER_PLACE_IN_INBOX
from mentorship.models import GoalKind, SessionKind
from tests.bench.sql_tables import make_tables, rows_of, run

# Words are bits of a big integer. A real community may have more languages and countries than fit.
HIGHEST_BIT = 62
NO_FLOORS: Mapping[str, float] = {}

RANK = """
WITH eligible AS MATERIALIZED (
    SELECT user_id, load, silence_cost, has_terms, goals, sessions
    FROM bench_mentor
    WHERE status = 'approved' AND free > 0 AND waiting < %(inbox)s * free AND shown < %(shows)s * free
    AND CASE WHEN %(one_off)s THEN one_off ELSE ongoing END
    AND working & %(working)s::bigint <> 0
    AND (goals | (lived & %(lived_counts)s::bigint)) & %(kind_bit)s::bigint <> 0
    AND (%(market)s::bigint IS NULL OR worked_in & %(market)s::bigint <> 0)
    AND (price IS NULL OR %(any_price)s OR (price_unit = %(price_unit)s AND price <= %(most)s))
    AND user_id <> ALL (%(not_these)s::int[])
    AND coalesce(15 * bit_count(hours & %(hours)s::bit(672)) >= %(minutes)s, true)
),
covered AS (
    SELECT user_id, sum(most) / %(needs_count)s AS value
    FROM (
        SELECT user_id, need, max(CASE WHEN teaches THEN if_teaches ELSE if_able END) AS most
        FROM unnest(%(needs)s::int[], %(terms)s::text[], %(if_teaches)s::real[], %(if_able)s::real[])
            AS wanted (need, term, if_teaches, if_able)
        JOIN bench_term USING (term) JOIN eligible USING (user_id)
        GROUP BY user_id, need
    ) AS by_need
    GROUP BY user_id
),
interested AS (
    SELECT user_id, %(interest)s * count(*) / %(needs_count)s AS bonus
    FROM bench_interest JOIN eligible USING (user_id)
    WHERE term = ANY (%(keys)s::text[])
    GROUP BY user_id
),
turned AS (
    SELECT user_id, max(
        %(p_kind)s + %(p_recency)s * (1 - least(greatest(%(year)s - year, 0), %(memory)s)::real / %(memory)s)
        + CASE WHEN field = %(field)s THEN %(p_field)s ELSE 0 END
        + CASE WHEN from_field = ANY (%(own_fields)s::text[]) THEN %(p_own)s ELSE 0 END
        + CASE WHEN sector = %(sector)s THEN %(p_sector)s ELSE 0 END
        + CASE WHEN country = %(country)s THEN %(p_market)s ELSE 0 END
    ) / %(p_possible)s AS value
    FROM bench_turn JOIN eligible USING (user_id)
    WHERE kind = %(kind)s
    GROUP BY user_id
),
stood AS (
    SELECT user_id, max(there + CASE WHEN there > 0 AND country = %(country)s THEN %(s_market)s ELSE 0 END) AS standing,
        bool_or(country = %(country)s) AS market, bool_or(sector = %(sector)s) AS sector
    FROM (
        SELECT bench_step.*, CASE WHEN field = %(field)s THEN %(s_field)s ELSE 0 END
            + CASE WHEN role = %(role)s THEN %(s_role)s ELSE 0 END AS there
        FROM bench_step JOIN eligible USING (user_id)
    ) AS steps
    GROUP BY user_id
),
worded AS (
    SELECT user_id, count(*)::real / %(words_count)s AS value
    FROM bench_word JOIN eligible USING (user_id)
    WHERE word = ANY (%(words)s::text[])
    GROUP BY user_id
),
compared AS MATERIALIZED (  -- or whole vectors would be sorted
    SELECT user_id, least(greatest((-(vector <#> %(text)s::vector) - %(lower)s) / %(range)s, 0), 1) AS value
    FROM bench_text JOIN eligible USING (user_id)
    WHERE %(text)s::vector IS NOT NULL
),
judged AS (
    SELECT user_id, coalesce(interested.bonus, 0) - %(load_cost)s * load - silence_cost AS lines,
        CASE WHEN stood.user_id IS NOT NULL AND %(words_count)s > 0 THEN coalesce(worded.value, 0) END AS position,
        compared.value AS text,
        CASE WHEN has_terms AND %(needs_count)s > 0 THEN coalesce(covered.value, 0) END AS needs,
        CASE WHEN stood.user_id IS NOT NULL THEN least(greatest(turned.value, stood.standing), 1) END AS path,
        CASE WHEN %(country)s <> '' THEN stood.market::int END AS market,
        CASE WHEN %(sector)s <> '' THEN stood.sector::int END AS sector,
        CASE WHEN goals & %(kind_bit)s::bigint <> 0 THEN 1 ELSE 0 END AS goal,
        CASE WHEN sessions & %(session_bit)s::bigint <> 0 THEN 1 ELSE 0 END AS session
    FROM eligible LEFT JOIN covered USING (user_id) LEFT JOIN interested USING (user_id)
    LEFT JOIN turned USING (user_id) LEFT JOIN stood USING (user_id) LEFT JOIN worded USING (user_id)
    LEFT JOIN compared USING (user_id)
),
scored AS (
    SELECT user_id, lines, %(w_position)s * greatest(position, %(l_position)s)
        + %(w_text)s * greatest(text, %(l_text)s) + %(w_needs)s * greatest(needs, %(l_needs)s)
        + %(w_path)s * greatest(path, %(l_path)s) + %(w_market)s * greatest(market, %(l_market)s)
        + %(w_sector)s * greatest(sector, %(l_sector)s) + %(w_goal)s * greatest(goal, %(l_goal)s)
        + %(w_session)s * greatest(session, %(l_session)s) + %(w_sentences)s * %(l_sentences)s AS fit
    FROM judged
),
limits AS (
    SELECT least(greatest(%(min_fit)s, max(floor(fit + 0.5)) - %(max_behind)s), %(strong_fit)s) AS least FROM scored
)
SELECT user_id FROM scored CROSS JOIN limits
ORDER BY floor(fit + 0.5) < least, fit + lines DESC, fit DESC, user_id LIMIT %(count)s
"""


class NoVectors(Exception):
    """The server does not have pgvector."""


class FullSql:
    """The flat tables, filled from the current database. Raises NoVectors without pgvector."""

    def __init__(self, *, skills: Taxonomy, now: datetime) -> None:
        try:
            run("CREATE EXTENSION IF NOT EXISTS vector")
        except Error as problem:
            raise NoVectors(f"Full SQL is left out: the server has no pgvector ({str(problem).strip()}).") from None
        make_tables(skills=skills, now=now)
        self._bits = dict(rows_of("SELECT word, bit FROM bench_bit"))
        self._kinds = dict(GoalKind.objects.values_list("code", "pk"))
        self._sessions = dict(SessionKind.objects.values_list("code", "pk"))
        if max(*self._bits.values(), *self._kinds.values(), *self._sessions.values()) > HIGHEST_BIT:
            raise ValueError("There are more languages, countries or kinds than a big integer has bits.")

    def rank(self, need: Need, *, count: int = 20, floors: Mapping[str, float] = NO_FLOORS) -> list[int]:
        """Return the user ids of the first ``count`` mentors, best first.

        ``floors`` has the least value of criteria by name. The others have none.
        """
        connection.ensure_connection()
        parameters = self._parameters(need, floors) | {"count": count}
        # Binds parameters on the server. Django's cursor writes floats into the statement, which reads them as numeric.
        with Cursor(connection.connection) as cursor:
            return [user for (user,) in cursor.execute(RANK, parameters)]

    def _parameters(self, need: Need, floors: Mapping[str, float]) -> dict[str, Any]:
        goal, usable = need.goal, usable_languages(need)
        weights = weights_of(need)
        most, words = need.max_price, sorted(criteria.position.wanted_words(need.goal))
        scale = FITTED.scales["text"]
        return {
            **{f"w_{name}": 0.0 for name in NAMES},
            **{f"w_{name}": points for name, points in zip(weights.names, weights.points, strict=True)},
            **{f"l_{name}": float(floors.get(name, 0.0)) for name in NAMES},
            **_offer_parameters(need),
            **_path_parameters(need),
            "working": self._mask(usable),
            "kind_bit": 1 << self._kinds[goal.kind],
            "session_bit": 1 << self._sessions[need.session_kind] if need.session_kind else 0,
            "lived_counts": sum(1 << pk for code, pk in self._kinds.items() if code in LIVED_COUNTS_AS_OFFERED),
            "market": self._mask([goal.country]) if goal.needs_market and goal.country else None,
            "any_price": need.accepts_paid and most is None,
            "price_unit": most.currency + most.per if need.accepts_paid and most else "",
            "most": most.amount if need.accepts_paid and most else 0.0,
            "hours": None if need.hours is None else f"{need.hours:0672b}",
            "minutes": need.minutes,
            "min_fit": MIN_FIT,
            "max_behind": MAX_BEHIND,
            "strong_fit": STRONG_FIT,
            "not_these": [need.mentee_id, *need.apart_from, *need.declined_by],
            "inbox": settings.INBOX_PER_FREE_PLACE,
            "shows": SHOWS_PER_PLACE_IN_INBOX * settings.INBOX_PER_FREE_PLACE,
            "one_off": need.format == "one_off",
            "text": None if need.text is None else f"[{','.join(map(str, need.text.tolist()))}]",
            "lower": scale.lower,
            "range": scale.upper - scale.lower,
            "words": words,
            "words_count": len(words),
            "load_cost": FULL_LOAD_COST,
        }

    def _mask(self, codes: Iterable[str]) -> int:
        return sum(1 << self._bits[code] for code in codes if code in self._bits)


def _offer_parameters(need: Need) -> dict[str, Any]:
    terms = {term.key: term for term in need.needs}
    wanted = [
        entry
        for number, term in enumerate(terms.values())
        for entry in (
            (number, term.key, criteria.needs.TEACHES, criteria.needs.KNOWS),
            *((number, near, criteria.needs.TEACHES_NEAR, criteria.needs.KNOWS_NEAR) for near in term.near),
        )
    ]
    return {
        "needs_count": len(terms),
        "keys": list(terms),
        "interest": INTEREST_BONUS,
        "needs": [entry[0] for entry in wanted],
        "terms": [entry[1] for entry in wanted],
        "if_teaches": [entry[2] for entry in wanted],
        "if_able": [entry[3] for entry in wanted],
    }


def _path_parameters(need: Need) -> dict[str, Any]:
    goal, own = need.goal, own_fields(need)
    parts = criteria.path.parts_of(need)
    stated = {
        "p_field": parts.target_field * bool(goal.field),
        "p_own": parts.own_field * bool(own),
        "p_sector": parts.sector * bool(goal.sector),
        "p_market": parts.market * bool(goal.country),
    }
    return stated | {
        "p_kind": parts.kind,
        "p_recency": parts.recency,
        "p_possible": parts.kind + parts.recency + sum(stated.values()),
        "memory": criteria.path.MEMORY_YEARS,
        "year": need.year,
        "kind": goal.kind,
        "role": plain(goal.role),
        "field": plain(goal.field),
        "sector": goal.sector,
        "country": goal.country,
        "own_fields": sorted(own),
        "s_field": criteria.path.IN_FIELD / criteria.path.POSITION_WHOLE * bool(goal.field),
        "s_role": criteria.path.IN_ROLE / criteria.path.POSITION_WHOLE * bool(goal.role),
        "s_market": criteria.path.IN_MARKET / criteria.path.POSITION_WHOLE * bool(goal.country),
    }
