"""An admin keeps the filters of a list under a name: saves a view, changes it, deletes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.exceptions import SavedViewNotPossible
from accounts.locks import lock_profile
from accounts.models import SavedView, User
from accounts.models.saved_view import VIEWS_MAX


@transaction.atomic
def save_view(*, owner: User, model: str, name: str, query: str, is_shared: bool, now: datetime) -> SavedView:
    """Save a view of the list of ``model``. Raises SavedViewNotPossible for a name that is taken, or too many views."""
    lock_profile(owner.pk)
    if SavedView.objects.filter(owner=owner, model=model).count() >= VIEWS_MAX:
        raise SavedViewNotPossible(f"You have {VIEWS_MAX} views of this list. Delete one first.")
    with _name_is_free(name):
        return SavedView.objects.create(
            owner=owner, model=model, name=name, query=query, is_shared=is_shared, created_at=now
        )


def change_view(*, view: SavedView, name: str, is_shared: bool) -> SavedView:
    """Rename a view, share it, or keep it for oneself.

    Raises SavedViewNotPossible for a name that is taken, or a view that was deleted meanwhile.
    """
    view.name, view.is_shared = name, is_shared
    with _name_is_free(name):
        changed = SavedView.objects.filter(pk=view.pk).update(name=name, is_shared=is_shared)
    if not changed:
        raise SavedViewNotPossible("The view is deleted already. Load the page again.")
    return view


@contextmanager
def _name_is_free(name: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise SavedViewNotPossible(f"You have a view “{name}” of this list already. Choose another name.") from error
