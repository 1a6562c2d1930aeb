"""The permissions of each role for the models of this app."""

from accounts.roles import MANAGERS, MATCHMAKERS, PROGRAMMES, add_rows

WHOLE = {"view": MANAGERS, "add": MANAGERS, "change": MANAGERS, "delete": MANAGERS}

add_rows(
    "mentorship",
    {
        "goal": {"view": MATCHMAKERS, "delete": MANAGERS},
        "goalkind": WHOLE | {"view": MATCHMAKERS},
        "sessionkind": WHOLE | {"view": MATCHMAKERS},
        "milestone": {"view": MANAGERS},
        "actionitem": {"view": MANAGERS},
        "exclusion": WHOLE,
        # Programme managers have their own ones: `cohorts_of`.
        "cohort": {
            "view": PROGRAMMES,
            "add": MANAGERS,
            "change": PROGRAMMES,
            "open": PROGRAMMES,
            "close": PROGRAMMES,
            "archive": PROGRAMMES,
            # A copy belongs to nobody yet.
            "copy": MANAGERS,
            "renew": PROGRAMMES,
        },
        "cohortmember": {"view": PROGRAMMES, "add": PROGRAMMES, "change": PROGRAMMES, "take_out": PROGRAMMES},
        "cohortorganiser": {"view": MANAGERS, "add": MANAGERS, "delete": MANAGERS},
        "mentorship": {
            "view": MANAGERS,
            "end": MANAGERS,
            "extend": MANAGERS,
            "write_to": MANAGERS,
            "write_to_people": MANAGERS,
        },
        "session": {
            "view": MANAGERS,
            "cancel": MANAGERS,
            "held": MANAGERS,
            "missed_by_mentor": MANAGERS,
            "missed_by_mentee": MANAGERS,
        },
        "sessiontime": {"view": MANAGERS},
        "booking": {"view": MANAGERS},
        "attendance": {"view": MANAGERS},
        "feedback": {"view": MANAGERS, "hide": MANAGERS, "keep": MANAGERS},
        "organisernote": {"view": MANAGERS, "read": MANAGERS},
        "practicerecord": {"view": MANAGERS},
        "calendaraddress": {"view": MANAGERS, "delete": MANAGERS},
        "credential": {"view": MANAGERS, "revoke": MANAGERS},
    },
)
