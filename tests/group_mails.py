"""Pages of mails to groups in the admin, for tests."""

from __future__ import annotations

from django.urls import reverse


def page_of(mail) -> str:
    return reverse("admin:accounts_groupmail_change", args=[mail.pk])


def recipients_of(mail) -> str:
    return reverse("admin:accounts_groupmail_recipients", args=[mail.pk])


def one_of(mail, person) -> str:
    return reverse("admin:accounts_groupmail_one", args=[mail.pk, mail.recipients.get(person=person).pk])


def people_of(mail) -> set[str]:
    return set(mail.recipients.values_list("person__email", flat=True))


def post(client, address, **form) -> str:
    return client.post(address, form, follow=True).content.decode()
