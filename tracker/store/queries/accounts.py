"""Accounts as the doors need them."""

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.vocabulary import Role
from tracker.store.models import Account, Office

SYSTEM_DEVICE = "system"
_BY_NAME = select(Account).where(col(Account.name) == bindparam("name"))


def account_by_name(session: Session, name: str) -> Account | None:
    found: Account | None = session.scalar(_BY_NAME, {"name": name})
    return found


def open_accounts_of(session: Session, role: Role) -> list[str]:
    """Their sign-in names."""
    of_role = select(col(Account.name)).where(col(Account.role) == role, col(Account.is_active).is_(True))
    return list(session.scalars(of_role.order_by(col(Account.name))))


def actor_of(session: Session, account_id: int, device: str) -> Actor:
    account, office = session.execute(
        select(Account, Office)
        .join(Office, col(Office.id) == col(Account.office_id))
        .where(col(Account.id) == account_id)
    ).one()
    return Actor(
        account_id=account_id,
        name=account.name,
        display_name=account.display_name,
        staff_code=account.staff_code,
        role=Role(account.role),
        office_id=account.office_id,
        office_code=office.code,
        office_name=office.name,
        device=device,
    )
