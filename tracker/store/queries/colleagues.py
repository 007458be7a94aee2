"""The people of an office and of those below it, as a supervisor's forms offer them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.domain.vocabulary import Role
from tracker.store.models import Account, Office


@dataclass(frozen=True, slots=True)
class Colleague:
    """`name` is the sign-in name, `office` the short name of the office."""

    name: str
    display_name: str
    role: Role
    office: str
    at_service_point: bool
    has_pin: bool


def people_below(session: Session, office_ids: Iterable[int]) -> list[Colleague]:
    """Active accounts of people, by office and name."""
    rows = session.execute(
        select(Account, Office)
        .join(Office, col(Office.id) == col(Account.office_id))
        .where(col(Account.office_id).in_(sorted(office_ids)), col(Account.is_active))
        .where(col(Account.role) != Role.SYSTEM)
        .order_by(col(Office.short_name), col(Account.display_name))
    )
    return [
        Colleague(
            account.name,
            account.display_name,
            Role(account.role),
            office.short_name,
            office.service_point,
            account.pin_hash is not None,
        )
        for account, office in rows
    ]
