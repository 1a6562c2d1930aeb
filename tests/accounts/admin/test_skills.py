"""Skills and their other names in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Skill, SkillAlias
from tests.factories import MentorFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def skill():
    skill = Skill.objects.create(name="Beekeeping", field="farming")
    skill.aliases.create(name="Apiculture")
    return skill


def address(skill: Skill, view: str) -> str:
    return reverse(f"admin:accounts_skill_{view}", args=[skill.pk])


def form_of(skill: Skill, **aliases: str) -> dict[str, object]:
    """Return the form of a skill with one new alias."""
    form: dict[str, object] = {"name": skill.name, "field": skill.field}
    counts = {"aliases-TOTAL_FORMS": 1, "aliases-INITIAL_FORMS": 0}
    return form | counts | {f"aliases-0-{name}": value for name, value in aliases.items()}


def test_the_page_says_who_uses_a_skill_by_any_of_its_names(admin_client, skill):
    MentorFactory(teaches=["  APICULTURE "])
    MentorFactory(explores=["beekeeping", "Apiculture"])
    MentorFactory(teaches=["Bees"])
    UserFactory(profile__skills=["Beekeeping"])

    page = admin_client.get(address(skill, "change")).content.decode()

    assert "2 mentors who help with it, 1 profile that names it, 0 skills that are part of it" in page
    assert "All mentors are judged anew, and waiting requests are looked at again." in page


@pytest.mark.parametrize("use", ["mentor", "profile", "part"])
def test_a_skill_in_use_is_not_deleted(use, admin_client, skill):
    match use:
        case "mentor":
            MentorFactory(teaches=["Apiculture"])
        case "profile":
            UserFactory(profile__skills=["beekeeping"])
        case _:
            Skill.objects.create(name="Queen rearing").part_of.add(skill)

    answer = admin_client.post(address(skill, "delete"), {"post": "yes"})

    assert answer.status_code == 409
    assert "Switch it off instead" in answer.content.decode()
    assert Skill.objects.filter(pk=skill.pk).exists()


def test_a_skill_without_a_use_is_deleted(admin_client, skill):
    assert admin_client.post(address(skill, "delete"), {"post": "yes"}).status_code == 302
    assert not Skill.objects.filter(pk=skill.pk).exists()


def test_a_name_that_is_an_alias_elsewhere_is_refused_with_its_place(admin_client, skill):
    other = Skill.objects.create(name="Weaving of willow")

    page = admin_client.post(address(other, "change"), form_of(other, name="apiculture")).content.decode()

    assert "“apiculture” is there already: Apiculture = Beekeeping." in page
    assert not SkillAlias.objects.filter(skill=other).exists()


def test_a_skill_in_use_becomes_an_alias_by_the_way_that_the_page_names(admin_client, skill):
    MentorFactory(teaches=["Beekeeping"])
    other = Skill.objects.create(name="Care of bees")
    skill.aliases.all().delete()

    admin_client.post(address(skill, "change"), form_of(skill) | {"name": "Beekeeping, the old one"})
    admin_client.post(address(other, "change"), form_of(other, name="Beekeeping"))
    deleted = admin_client.post(address(skill, "delete"), {"post": "yes"})

    assert deleted.status_code == 302
    assert not Skill.objects.filter(pk=skill.pk).exists()
    assert other.aliases.get().name == "Beekeeping"
