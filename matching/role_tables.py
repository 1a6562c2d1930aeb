"""The permissions of each role for the models of this app."""

from accounts.roles import MANAGERS, MATCHMAKERS, add_rows

add_rows(
    "matching",
    {
        "helprequest": {
            "view": MATCHMAKERS,
            "find_mentors": MATCHMAKERS,
            "propose": MATCHMAKERS,
            "write_to_people": MANAGERS,
        },
        "waitingrequest": {"view": MATCHMAKERS, "find_mentors": MATCHMAKERS, "write_to_people": MANAGERS},
        # The daily mail of who waits.
        "summary": {"view": MANAGERS},
        "match": {"view": MATCHMAKERS, "move_on": MATCHMAKERS},
        "handproposal": {"view": MATCHMAKERS},
        "clarification": {"view": MANAGERS},
        # A file holds addresses.
        "import": {"view": MANAGERS, "add": MANAGERS},
        # Its cause says who was suspended.
        "handover": {"view": MANAGERS, "start": MANAGERS},
    },
)
