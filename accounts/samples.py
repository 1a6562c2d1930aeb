"""Made-up people for sample messages. Nothing here is stored."""

from __future__ import annotations

from accounts.models import MentorProfile, Profile, User

SAMPLE_LINK = "https://mentors.example.org/an-example/"


def sample_reader() -> User:
    return _person("Sam Okafor", "sam@example.org", "Europe/London")


def sample_mentee() -> User:
    return _person("Amina Diallo", "amina@example.org", "Europe/Paris")


def sample_mentor() -> MentorProfile:
    return MentorProfile(
        user=_person("Jonas Weber", "jonas@example.org", "Europe/Berlin"),
        status=MentorProfile.Status.APPROVED,
        motivation="Somebody showed me the way out of the lab.\nNow it is my turn.",
        capacity=2,
    )


def _person(name: str, email: str, timezone: str) -> User:
    user = User(name=name, email=email)
    Profile(user=user, timezone=timezone)
    return user
