"""SCIM 2.0 (RFC 7643 and 7644) for the directories of employers. Libraries know the protocol, this file people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ComplexAttribute,
    Context,
    ETag,
    Filter,
    InvalidFilterException,
    InvalidValueException,
    Meta,
    Mutability,
    NotFoundException,
    Patch,
    PatchOp,
    PreconditionFailedException,
    Required,
    Resource,
    ResourceType,
    ScimPolicy,
    ScimProvider,
    SearchRequest,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)
from scim2_models.path import CompareOperator, Comparison, FilterVisitor, LogicalExpr, LogicalOperator, Not
from scim2_server.conditions import Conditions
from scim2_server.service import ScimService
from scim2_server.storage import ScimStorage, SearchPage

from accounts.locks import lock_directory_entry
from accounts.models import DirectoryEntry, User
from accounts.models.addresses import plain_address
from accounts.models.directory import EXTERNAL_ID_MAX
from accounts.services.directory import InDirectory, change_entry, enter_person, remove_entry

PAGE_MAX = 200


class WritablePerson(Resource[Any]):
    """A member of the community, as the directory of an employer writes them."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    display_name: Annotated[str | None, Required.true] = None
    active: Annotated[bool | None, Required.true] = None


class Email(ComplexAttribute):
    """The user name again, for directories that look there."""

    value: Annotated[str | None, Mutability.read_only] = None
    type: Annotated[str | None, Mutability.read_only] = None
    primary: Annotated[bool | None, Mutability.read_only] = None


class Person(WritablePerson):
    """A member of the community. The user name is the e-mail address."""

    emails: Annotated[list[Email] | None, Mutability.read_only] = None


PROVIDER = ScimProvider(
    models=[Person],
    config=ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=PAGE_MAX),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=True),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer",
                description="A token of a service account with the scope people:provision.",
                primary=True,
            )
        ],
    ),
    # Directories send attributes that nothing here needs. They are not stored.
    policy=ScimPolicy(unknown=ScimPolicy.Unknown.ignore),
)


class PeopleService(ScimService):
    """The protocol. A PATCH may name what is read only here: directories send the e-mail with each user name."""

    def read_patch(self, resource_type: ResourceType, body: bytes, content_type: str | None) -> PatchOp[Any]:
        return self.read_body(PatchOp[WritablePerson], body, content_type, Context.RESOURCE_PATCH_REQUEST)

    def apply_patch(
        self, current: Resource[Any], patch_op: PatchOp[Any], conditions: Conditions
    ) -> Resource[Any] | None:
        self.check_preconditions(current, "PATCH", conditions)
        person = WritablePerson(**{name: getattr(current, name) for name in WritablePerson.model_fields})
        return person if patch_op.patch(person) else None


SERVICE = PeopleService(PROVIDER)


class PeopleOf(ScimStorage):
    """The people of one directory. ``locks``: what is read is locked, and stays so until it is written."""

    def __init__(self, directory: User, *, locks: bool) -> None:
        self.directory, self.locks = directory, locks

    @contextmanager
    def operation(self) -> Iterator[None]:
        with transaction.atomic():
            yield

    def get(self, resource_type: ResourceType, resource_id: str, *, response_parameters: Any = None) -> Person:
        return _shown(self._entry(resource_id))

    def search(
        self, resource_types: list[ResourceType], search_request: SearchRequest[Any], *, position: Any = None
    ) -> SearchPage:
        entries = DirectoryEntry.objects.shown_to(self.directory)
        if search_request.filter is not None:
            entries = entries.filter(_Wanted().visit(search_request.filter.ast))
        total, start = entries.count(), search_request.start_index_0 or 0
        if start >= total:
            return SearchPage(total, [])
        count = PAGE_MAX if search_request.count is None else min(search_request.count, PAGE_MAX)
        page = entries.select_related("person").order_by("pk")[start : start + count]
        return SearchPage(total, [_shown(entry) for entry in page])

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Person:
        says = _read(cast(WritablePerson, resource))
        return _shown(enter_person(directory=self.directory, says=says, now=timezone.now()))

    def update(
        self, resource_type: ResourceType, resource: Resource[Any], *, expected_version: str | None = None
    ) -> Person:
        entry = self._entry(cast(str, resource.id), version=expected_version)
        says = _read(cast(WritablePerson, resource))
        return _shown(change_entry(entry=entry, says=says, now=timezone.now()))

    def delete(self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None) -> None:
        remove_entry(entry=self._entry(resource_id, version=expected_version), now=timezone.now())

    def _entry(self, resource_id: str, *, version: str | None = None) -> DirectoryEntry:
        entries = DirectoryEntry.objects.shown_to(self.directory).select_related("person")
        try:
            entry = entries.get(uuid=UUID(resource_id))
            if self.locks:
                lock_directory_entry(entry)
                entry = entries.get(pk=entry.pk)
        except (ValueError, DirectoryEntry.DoesNotExist):
            raise NotFoundException(detail=_("This directory has no such person.")) from None
        if version is not None and version != _version(entry):
            raise PreconditionFailedException
        return entry


def _shown(entry: DirectoryEntry) -> Person:
    return Person(
        id=str(entry.uuid),
        external_id=entry.external_id or None,
        user_name=entry.address,
        display_name=entry.person.name,
        active=entry.person.is_active,
        emails=[Email(value=entry.address, type="work", primary=True)],
        meta=Meta(
            resource_type="User", created=entry.added_at, last_modified=entry.changed_at, version=_version(entry)
        ),
    )


def _version(entry: DirectoryEntry) -> str:
    state = (entry.address, entry.external_id, entry.person.name, entry.person.is_active)
    return f'W/"{hashlib.sha256(repr(state).encode()).hexdigest()[:16]}"'


def _read(person: WritablePerson) -> InDirectory:
    """Return what a directory says of a person. Raises InvalidValueException with a sentence."""
    external_id = person.external_id or ""
    if len(external_id) > EXTERNAL_ID_MAX or not external_id.isprintable():
        raise InvalidValueException(
            detail=_("externalId: at most %(number)s characters, without control characters.")
            % {"number": EXTERNAL_ID_MAX}
        )
    return InDirectory(
        address=_clean("email", "userName", person.user_name),
        name=_clean("name", "displayName", person.display_name),
        external_id=external_id,
        is_active=bool(person.active),
    )


def _clean(field: str, attribute: str, value: str | None) -> str:
    try:
        return cast(str, User._meta.get_field(field).clean(value, None))
    except ValidationError as error:
        raise InvalidValueException(detail=f"{attribute}: {' '.join(error.messages)}") from None


class _Wanted(FilterVisitor[Q]):
    """A filter as a condition of the database. Directories look for one person, or for those who are active."""

    def visit_comparison(self, node: Comparison) -> Q:
        name = ".".join(filter(None, (node.attr_path.attr, node.attr_path.sub_attr))).casefold()
        value = node.value
        if node.op is not CompareOperator.eq or name not in self.FIELDS:
            raise self.refused()
        if name == "active":
            return Q(person__is_active=value is True or str(value).casefold() == "true")
        if not isinstance(value, str) or "\x00" in value:
            raise self.refused()
        if name == "externalid":
            return Q(external_id=value) & ~Q(external_id="")
        return Q(address=plain_address(value))

    def visit_logical_expr(self, node: LogicalExpr) -> Q:
        terms = [self.visit(term) for term in node.terms]
        return Q(*terms, _connector=Q.AND if node.op is LogicalOperator.and_ else Q.OR)

    def visit_not(self, node: Not) -> Q:
        return ~self.visit(node.expr)

    def visit_present(self, node: Any) -> Q:
        raise self.refused()

    visit_value_path = visit_present

    FIELDS = ("username", "emails", "emails.value", "externalid", "active")

    @staticmethod
    def refused() -> InvalidFilterException:
        return InvalidFilterException(detail=_("Filters compare userName, externalId, emails.value and active, by eq."))
