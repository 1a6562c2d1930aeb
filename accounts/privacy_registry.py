"""Personal data: which rows and columns are about a person, and what export and erasure do with them.

Each app declares its own in a module ``privacy``: every model, with each foreign key to a person and each column that
can hold words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pghistory
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BinaryField,
    CharField,
    Field,
    ForeignKey,
    GenericIPAddressField,
    JSONField,
    Model,
    Q,
    TextField,
)
from django.utils.text import capfirst

from accounts.models import MentorProfile, Profile, User

# A person is one row in each of these.
PERSON = (User, Profile, MentorProfile)
# Stands where a person's words were.
REMOVED = "(removed)"


@dataclass(frozen=True, slots=True)
class Share:
    """The way from a row to a person, and what of the row is theirs.

    - ``path``: from the model to the user, such as "mentorship__mentee". Empty for the user itself.
    - ``texts``: columns with their words. Erasure leaves REMOVED.
    - ``facts``: other columns about them. Erasure leaves the value of an empty row.
    - ``reads``: paths to what they may read of the other side. Exported, and not erased.
    - ``only``: the rows that they may read, if not all on the path. Erasure takes all.
    - ``exported``: False for rows that they must not read.
    """

    path: str
    texts: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    only: Q | None = None
    exported: bool = True

    def rows_of(self, people: Iterable[int]) -> Q:
        """Return the condition for the rows of some people, given by their keys."""
        return Q(**{f"{self.path}__in" if self.path else "pk__in": list(people)})

    def shown_to(self, people: Iterable[int]) -> Q:
        """Return the condition for the rows that they may read."""
        found = self.rows_of(people)
        return found & self.only if self.only is not None else found


@dataclass(frozen=True, slots=True)
class Holding:
    """A table, with the data about people in it.

    - ``deletes``: erasure deletes the rows. Otherwise it empties what the shares name, and ``secret``.
    - ``secret``: personal columns that are not exported: of the other side, of the organisers, or a secret of a login.
      ``hidden``: the same for columns without words, which erasure keeps.
    - ``acted``: foreign keys to who acted. They stay, and lead to an account without a name.
    - ``plain``: columns of words that are not about one person. ``named``: words of others and of the software, in
      which a name may stand. Erasure replaces it.
    - ``says``: why rows stay, or what else there is to know. ``kept``: how long, if not as long as the account.
    """

    model: type[Model]
    shares: tuple[Share, ...] = ()
    deletes: bool = False
    secret: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    acted: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    exported: bool = True
    says: str = ""
    kept: str = ""

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def title(self) -> str:
        return capfirst(str(self.model._meta.verbose_name_plural))

    @property
    def columns(self) -> set[str]:
        """The columns of words that are declared."""
        return {*self.texts, *self.facts, *self.plain, *self.named}

    @property
    def texts(self) -> set[str]:
        """Columns of words of one of the people, and secret ones."""
        fields = self.model._meta
        secret = {name for name in self.secret if isinstance(fields.get_field(name), CharField | TextField)}
        return secret.union(*(share.texts for share in self.shares))

    @property
    def facts(self) -> set[str]:
        return {*self.secret}.union(*(share.facts for share in self.shares)) - self.texts

    @property
    def erasure(self) -> str:
        """The outcome of an erasure, in words."""
        emptied = sorted(self.texts | self.facts)
        done = "rows are deleted" if self.deletes else f"emptied: {', '.join(emptied)}" if emptied else "rows stay"
        return f"{done}; {self.says}" if self.says else done


# A step of an erasure that ends what runs, by services, before rows are emptied.
Parting = Callable[[User, datetime], object]
# A file of an export beside the tables: its name and its content.
Files = Callable[[User, datetime], Iterable[tuple[str, bytes]]]

_holdings: dict[type[Model], Holding] = {}
_partings: list[tuple[int, Parting]] = []
_files: list[Files] = []


def declare(*holdings: Holding) -> None:
    """Add holdings. Raises ValueError for a model that has one."""
    for holding in holdings:
        if holding.model in _holdings:
            raise ValueError(f"{holding.label} is declared twice")
        _holdings[holding.model] = holding


def impersonal(model: type[Model], *columns: str, says: str) -> Holding:
    """Return the holding of a table that is about nobody."""
    return Holding(model, plain=columns, exported=False, says=says)


def register_parting(position: int, parting: Parting) -> None:
    """Add a step before rows are emptied. Those with a lower position come first. A step may be repeated."""
    _partings.append((position, parting))


def register_files(files: Files) -> None:
    """Add files to each export."""
    _files.append(files)


def all_holdings() -> tuple[Holding, ...]:
    return tuple(_holdings.values())


def holding_of(model: type[Model]) -> Holding | None:
    return _holdings.get(model)


def partings() -> list[Parting]:
    return [parting for _position, parting in sorted(_partings, key=lambda one: one[0])]


def files_of(person: User, now: datetime) -> Iterator[tuple[str, bytes]]:
    for files in _files:
        yield from files(person, now)


# --- columns to be declared -------------------------------------------------------------------------------


def tables() -> Iterator[type[Model]]:
    """Yield each model with a table of its own, without the events of the record of changes."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and not issubclass(model, pghistory.models.Event):
            yield model


def keys_to_people(model: type[Model]) -> set[str]:
    return {
        field.name
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and field.related_model in PERSON
    }


def columns_of_words(model: type[Model]) -> set[str]:
    """Return the columns that can hold words or a payload. A column with choices holds none."""
    return {field.name for field in model._meta.local_fields if holds_words(field)}


def holds_words(field: Field) -> bool:
    if isinstance(field, BinaryField | JSONField | ArrayField | GenericIPAddressField):
        return True
    return isinstance(field, CharField | TextField) and not field.choices


def undeclared(model: type[Model]) -> set[str]:
    """Return the foreign keys to people and the columns of words of a model that its holding does not name."""
    holding = holding_of(model)
    if holding is None:
        return keys_to_people(model) | columns_of_words(model) | {"(the table)"}
    named = {share.path.partition("__")[0] for share in holding.shares} | {*holding.acted}
    return (keys_to_people(model) - named) | (columns_of_words(model) - holding.columns)
