"""The permissions of each role for the models of this app."""

from accounts.roles import MANAGERS, MATCHMAKERS, OWNERS, VIEWERS, add_rows

WHOLE = {"view": MANAGERS, "add": MANAGERS, "change": MANAGERS, "delete": MANAGERS}

add_rows(
    "accounts",
    {
        "user": {
            "view": MANAGERS,
            "change": MANAGERS,
            "trust_address": MANAGERS,
            "write_to_people": MANAGERS,
            "set_role": OWNERS,
            "pause_asking": MANAGERS,
            "resume_asking": MANAGERS,
            "merge": MANAGERS,
            "erase": MANAGERS,
            "hold": OWNERS,
        },
        "dataexport": {"view": MANAGERS},
        "erasure": {"view": MANAGERS},
        "legalhold": {"view": MANAGERS},
        "concern": {"view": MANAGERS, "change": MANAGERS},
        "escalation": {"view": MATCHMAKERS, "change": MATCHMAKERS},
        "escalationrule": {"view": MANAGERS, "change": MANAGERS},
        "rolechange": {"view": MANAGERS},
        "profile": {"view": MANAGERS, "change": MANAGERS},
        "language": WHOLE,
        "careerstep": WHOLE,
        "availability": WHOLE,
        "absence": WHOLE,
        "extrahours": WHOLE,
        "travel": WHOLE,
        "busycalendar": {"view": MANAGERS},
        "mentorprofile": {
            "view": MATCHMAKERS,
            "change": MANAGERS,
            "approve": MANAGERS,
            "reject": MANAGERS,
            "reopen": MANAGERS,
            "pause": MANAGERS,
            "resume": MANAGERS,
            "suspend": MANAGERS,
            "lift": MANAGERS,
            "write_to_people": MANAGERS,
        },
        "mentordecision": {"view": MANAGERS},
        "skill": WHOLE | {"view": MATCHMAKERS},
        "skillalias": WHOLE | {"view": MATCHMAKERS},
        # A new version asks everybody again.
        "communityrules": {"view": MANAGERS, "add": OWNERS},
        "communitysetting": {"view": MANAGERS, "change": OWNERS},
        "rulesacceptance": {"view": MANAGERS},
        "block": WHOLE,
        "notification": {"view": MANAGERS, "resend": MANAGERS, "cancel": MANAGERS, "note_arrival": MANAGERS},
        # Each reader sees the actions that they could take.
        "bulkaction": {"view": MATCHMAKERS},
        "groupmail": {"view": MANAGERS, "change": MANAGERS, "send": MANAGERS},
        "accesstoken": {"view": MANAGERS, "revoke": MANAGERS},
        "directoryentry": {"view": MANAGERS},
        "serviceaccount": {"view": MANAGERS, "add": OWNERS, "change": OWNERS},
        # It tells another system what happens here.
        "webhookendpoint": {"view": MANAGERS, "add": OWNERS, "change": OWNERS},
        # It lets people in, to accounts that exist as well.
        "identityprovider": {"view": MANAGERS, "add": OWNERS, "change": OWNERS},
        "webhookdelivery": {"view": MANAGERS, "replay": MANAGERS},
        "webhookattempt": {"view": MANAGERS},
        # It stops all mail to members.
        "trialmode": {"view": MANAGERS, "change": OWNERS},
        # No models: kinds of facts, which several pages show.
        "figures": {"view": VIEWERS},
        "record": {"view": MANAGERS},
        "contact": {"view": MANAGERS},
        "trouble": {"view": MANAGERS},
        "letters": {"view": MANAGERS},
    },
)
