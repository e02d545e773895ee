# Generated from the groups of `HouseholdGraph` by `make docs`; change those instead.

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Unpack

from household_graph.changes.change_history import History
from household_graph.changes.consents import AgentConsent
from household_graph.changes.devices import Device
from household_graph.changes.identities import Username
from household_graph.changes.policies import PolicyInWords, PolicyKeywords
from household_graph.changes.products import SubscribedProduct
from household_graph.changes.request_steps import RequestOutcome
from household_graph.changes.role_queries import (
    RoleHeld,
)
from household_graph.changes.service import (
    AuthorKeywords,
    ChangeKeywords,
    ChangeResult,
)
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import Loaded
from household_graph.engine.decision import Decision
from household_graph.engine.question import Moment
from household_graph.imports.import_run import RecordedRun
from household_graph.imports.pipeline import Export, ImportResult
from household_graph.model.enums import RoleName

class AsyncRoles:
    async def grant(
        self,
        holder: str,
        role: RoleName | str,
        target: str,
        *,
        until: Moment = None,
        identities: Iterable[str] | None = None,
        account: str | None = None,
        guarantor: str | None = None,
        pays: str | None = None,
        share: float | None = None,
        role_name: str | None = None,
        position: int | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def revoke(
        self, holder: str, role: RoleName | str, target: str, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult: ...
    async def list(
        self, whose: str, *, on: str | None = None, at: Moment = None, ended: bool = False
    ) -> tuple[RoleHeld, ...]: ...

class AsyncPolicies:
    async def set(
        self,
        household: str,
        policy: str,
        *,
        until: Moment = None,
        **keywords: Unpack[PolicyKeywords],
    ) -> ChangeResult: ...
    async def end(self, policy: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult: ...
    async def pause(
        self,
        policy: str,
        *,
        until: Moment = None,
        end: bool = False,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def exempt(
        self,
        policy: str,
        person: str | Iterable[str],
        *,
        until: Moment = None,
        only_for: Iterable[str] = (),
        end: bool = False,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def list(
        self, whose: str, *, at: Moment = None, ended: bool = False
    ) -> tuple[PolicyInWords, ...]: ...

class AsyncOrderedProducts:
    async def add(
        self,
        household: str,
        *,
        offering: str,
        account: str | None = None,
        bill: str | None = None,
        payers: Iterable[str] = (),
        admins: Iterable[str] = (),
        choosers: Iterable[str] = (),
        users: Iterable[str] = (),
        local_id: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def change(
        self,
        product: str,
        *,
        name: str | None = None,
        price: float | None = None,
        bill: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def suspend(self, product: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult: ...
    async def resume(self, product: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult: ...
    async def end(self, product: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult: ...
    async def move(
        self,
        product: str,
        account: str,
        *,
        bill: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def list(
        self, whose: str, *, at: Moment = None, ended: bool = False
    ) -> tuple[SubscribedProduct, ...]: ...

class AsyncGraphDevices:
    async def __call__(
        self, party: str, target: str, *, at: Moment = None, include_denied: bool = False
    ) -> list[Decision]: ...
    async def add(
        self,
        household: str,
        local_id: str,
        *,
        kind: str,
        name: str | None = None,
        value: str | None = None,
        users: Iterable[str] = (),
        services: Iterable[str] = (),
        connected_to: Iterable[str] = (),
        place: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def replace(
        self,
        device: str,
        local_id: str,
        *,
        kind: str | None = None,
        name: str | None = None,
        value: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def move(
        self,
        device: str,
        *,
        users: Iterable[str] = (),
        place: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def lock(self, device: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult: ...
    async def unlock(self, device: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult: ...
    async def report_lost(
        self, device: str, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult: ...
    async def report_found(
        self, device: str, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult: ...
    async def make_available(
        self, service: str, device: str, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult: ...
    async def make_unavailable(
        self, service: str, device: str, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult: ...
    async def list(self, whose: str, *, at: Moment = None) -> tuple[Device, ...]: ...

class AsyncIdentities:
    async def add(
        self,
        owner: str,
        username: str,
        *,
        realm: str,
        local_id: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def link(
        self,
        identity: str,
        holder: str | None = None,
        role: RoleName | str | None = None,
        target: str | None = None,
        *,
        to: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def suspend(
        self, identity: str, *, lift: bool = False, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult: ...
    async def list(self, whose: str, *, at: Moment = None) -> tuple[Username, ...]: ...

class AsyncParties:
    async def update(
        self,
        person: str,
        *,
        given_name: str | None = None,
        family_name: str | None = None,
        description: str | None = None,
        birth_date: date | None = None,
        minor: bool | None = None,
        remove: Iterable[str] = (),
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def update_organization(
        self,
        organization: str,
        *,
        name: str | None = None,
        time_zone: str | None = None,
        age_of_majority: int | None = None,
        place: str | None = None,
        street: str | None = None,
        postal_code: str | None = None,
        city: str | None = None,
        country: str | None = None,
        remove: Iterable[str] = (),
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...

class AsyncEvents:
    async def join(
        self,
        person: str,
        *,
        given_name: str | None = None,
        family_name: str | None = None,
        description: str | None = None,
        birth_date: date | None = None,
        minor: bool = False,
        responsible: Iterable[str] = (),
        guest: bool = False,
        uses: Iterable[str] = (),
        account: str | None = None,
        until: Moment = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def leave(
        self,
        person: str,
        *,
        to: str | None = None,
        keep: Iterable[str] = (),
        name: str | None = None,
        successor: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def separate(
        self,
        household: str,
        new: str,
        *,
        move: Iterable[str],
        both: Iterable[str] = (),
        name: str | None = None,
        successors: Iterable[str] = (),
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def merge(
        self,
        household: str,
        *,
        into: str,
        same: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        successor: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def hand_over(
        self,
        role: RoleName | str,
        target: str,
        *,
        giver: str,
        taker: str,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def come_of_age(
        self, person: str, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult: ...
    async def move_home(
        self,
        household: str,
        place: str,
        *,
        street: str | None = None,
        postal_code: str | None = None,
        city: str | None = None,
        country: str | None = None,
        time_zone: str | None = None,
        old: str | None = None,
        left: Iterable[str] = (),
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult: ...
    async def death(
        self, person: str, *, successor: str | None = None, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult: ...

class AsyncDocuments:
    async def load(
        self,
        documents: str | Path | Iterable[HouseholdDocument],
        *,
        party: str | Iterable[str] | None = None,
        operator: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
        atomic: bool = False,
    ) -> list[Loaded]: ...
    async def replace(self, document: str, **keywords: Unpack[AuthorKeywords]) -> ChangeResult: ...
    async def export(self, household: str) -> HouseholdDocument: ...
    async def diff(self, documents: str | Path | Iterable[HouseholdDocument]) -> list[Loaded]: ...

class AsyncChanges:
    async def undo(self, change: str, **keywords: Unpack[AuthorKeywords]) -> ChangeResult: ...
    async def history(
        self, entity_id: str, *, since: Moment = None, until: Moment = None, by: str | None = None
    ) -> History: ...

class AsyncImports:
    async def plan(self, export: Export, folder: Path) -> ImportResult: ...
    async def run(
        self,
        export: Export,
        folder: Path,
        *,
        party: str | None = None,
        operator: str | None = None,
        reason: str | None = None,
    ) -> ImportResult: ...
    async def undo(
        self,
        run_id: str,
        *,
        party: str | None = None,
        operator: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
    ) -> int: ...
    async def status(self, source: str | None = None) -> list[RecordedRun]: ...

class AsyncRequests:
    async def new(
        self,
        method: str,
        arguments: Mapping[str, object] | None = None,
        *,
        party: str | Iterable[str] | None = None,
        operator: str | None = None,
        reason: str | None = None,
        lapses: Moment = None,
        schedule: Moment = None,
        dry_run: bool = False,
    ) -> RequestOutcome: ...
    async def approve(
        self, request: str, *, party: str | Iterable[str], dry_run: bool = False
    ) -> RequestOutcome: ...
    async def refuse(
        self,
        request: str,
        *,
        party: str | Iterable[str],
        reason: str | None = None,
        dry_run: bool = False,
    ) -> RequestOutcome: ...
    async def withdraw(
        self,
        request: str,
        *,
        party: str | Iterable[str] | None = None,
        operator: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
    ) -> RequestOutcome: ...
    async def list(self, whose: str, *, ended: bool = False) -> tuple[RequestOutcome, ...]: ...
    async def show(self, request: str) -> RequestOutcome: ...
    async def due(
        self, household: str | None = None, *, dry_run: bool = False
    ) -> Iterator[RequestOutcome]: ...

class AsyncConsents:
    async def give(
        self,
        item: str,
        agent: str,
        *,
        purpose: str,
        until: datetime | date | str,
        act: bool = False,
        party: str | Iterable[str] | None = None,
        operator: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
    ) -> RequestOutcome: ...
    async def list(
        self, whose: str, *, agent: str | None = None, ended: bool = False
    ) -> tuple[AgentConsent, ...]: ...
    async def check(self, agent: str, item: str, *, act: bool = False) -> AgentConsent | None: ...

class AsyncGroups:
    roles: AsyncRoles
    policies: AsyncPolicies
    products: AsyncOrderedProducts
    devices: AsyncGraphDevices
    identities: AsyncIdentities
    parties: AsyncParties
    events: AsyncEvents
    documents: AsyncDocuments
    changes: AsyncChanges
    imports: AsyncImports
    requests: AsyncRequests
    consents: AsyncConsents
