"""A small community file that is valid."""

from __future__ import annotations

COMMUNITY = {
    "format": 1,
    "people": [
        {
            "email": "Mentor@example.org",
            "name": "Mo",
            "timezone": "Asia/Kolkata",
            "languages": [{"code": "en", "level": "fluent"}],
            "career": [
                {
                    "role": "Engineer",
                    "field": "data science",
                    "sector": "industry",
                    "country": "IN",
                    "level": "senior",
                    "start": 2015,
                    "end": None,
                }
            ],
            "skills": ["python"],
            "availability": [{"weekday": 7, "start": "20:00", "end": "24:00"}],
            "mentor": {
                "status": "approved",
                "motivation": "To pass it on.",
                "goals": ["promotion"],
                "teaches": ["python"],
                "formats": ["ongoing"],
                "session_kinds": ["general"],
                "capacity": 2,
                "active": 1,
                "paid": True,
                "rate": {"amount": 49.5, "currency": "EUR", "per": "session"},
            },
        },
        {
            "email": "mentee@example.org",
            "name": "Me",
            "timezone": "Europe/Paris",
            "languages": [{"code": "fr", "level": "native"}, {"code": "en", "level": "working"}],
        },
    ],
    "exclusions": [{"people": ["mentee@example.org", "mentor@example.org"], "reason": "manager"}],
    "help_requests": [
        {
            "ref": "T1",
            "mentee": "mentee@example.org",
            "goal": {
                "kind": "promotion",
                "target_role": "Lead",
                "target_field": "data science",
                "target_sector": "industry",
                "target_level": "lead",
                "target_country": None,
                "by": "2099-06-30",
            },
            "situation": "I lead without the title.",
            "gap": "How to ask.",
            "ask": "Read my promotion document.",
            "needs": ["promotion case"],
            "format": "ongoing",
            "session_kind": "promotion_case",
            "minutes": 30,
            "accepts_paid": True,
            "max_rate": {"amount": 60, "currency": "EUR", "per": "session"},
        }
    ],
}
