"""Phones that hold scans back: those with holes in their counting, and those of carriers not heard of for hours."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.domain.vocabulary import Party, Role
from tracker.store.models import Account, ApiToken, Device, Discrepancy, Office, WebSession
from tracker.store.queries.catalogue import office_ids_below
from tracker.store.tables import EVENT, ITEM

UNHEARD_AFTER = timedelta(hours=4)
CARRIERS = (Role.COURIER, Role.DRIVER)
CARRYING = (Party.COURIER, Party.TRANSPORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """`missing`: counters that never came; `holding`: what its carrier holds now; `whose` is a staff code."""

    device: str
    whose: str
    role: Role
    office: str
    heard_at: datetime
    missing: int
    holding: int


def unsent_devices(session: Session, reader: Actor, now: datetime) -> list[DeviceLine]:
    """With holes, or the newest device of a carrier who holds something and was not heard of; longest unheard first."""
    missing = _missing_counters(session)
    newest: dict[str, DeviceLine] = {}
    holed: list[DeviceLine] = []
    for line in _devices(session, reader, missing):
        if line.missing:
            holed.append(line)
        elif line.whose not in newest or newest[line.whose].heard_at < line.heard_at:
            newest[line.whose] = line
    unheard = [one for one in newest.values() if one.holding and one.heard_at < now - UNHEARD_AFTER]
    return sorted([*holed, *unheard], key=lambda line: (line.heard_at, line.device))


def _missing_counters(session: Session) -> Mapping[str, int]:
    """By device, of the gaps that are open."""
    rows = session.scalars(
        select(col(Discrepancy.evidence)).where(
            col(Discrepancy.code) == DiscrepancyCode.COUNTER_GAP, col(Discrepancy.state) == DiscrepancyState.OPEN
        )
    )
    missing: dict[str, int] = defaultdict(int)
    for evidence in rows:
        told = json.loads(evidence)["post"]
        missing[told["device"]] += int(told["last"]) - int(told["first"]) + 1
    return missing


def _is_seen(session: Session, reader: Actor) -> ColumnElement[bool]:
    if reader.role is Role.SUPERVISOR:
        return col(Account.office_id).in_(office_ids_below(session, reader.office_id))
    return true()


def _devices(session: Session, reader: Actor, missing: Mapping[str, int]) -> list[DeviceLine]:
    """Of carriers, those still signed on; and whatever has a hole."""
    told_at = select(func.max(EVENT.c.recorded_at)).where(EVENT.c.device == col(Device.id)).scalar_subquery()
    holds = (
        select(func.count())
        .select_from(ITEM)
        .where(ITEM.c.custodian_ref == col(Account.name), ITEM.c.is_final.is_(False))
        .where(ITEM.c.custodian_kind.in_(CARRYING))
        .scalar_subquery()
    )
    tokens = select(col(ApiToken.device_id)).where(col(ApiToken.revoked_at).is_(None))
    signed_on = or_(col(WebSession.device_id).is_not(None), col(Device.id).in_(tokens))
    rows = session.execute(
        select(Device, Account, col(Office.name), col(WebSession.last_seen_at), told_at, holds)
        .join(Account, col(Account.id) == col(Device.account_id))
        .join(Office, col(Office.id) == col(Account.office_id))
        .outerjoin(WebSession, col(WebSession.device_id) == col(Device.id))
        .where(_is_seen(session, reader))
        .where(or_(col(Device.id).in_(list(missing)), col(Account.role).in_(CARRIERS) & signed_on))
    )
    return [
        DeviceLine(
            device=device.id,
            whose=account.staff_code,
            role=Role(account.role),
            office=office,
            heard_at=max(at for at in (seen_at, recorded_at, device.created_at) if at is not None),
            missing=missing.get(device.id, 0),
            holding=holding,
        )
        for device, account, office, seen_at, recorded_at, holding in rows
    ]
