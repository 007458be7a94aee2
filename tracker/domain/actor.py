"""Who acts, and from which device."""

from dataclasses import dataclass

from tracker.domain.vocabulary import Role

SYSTEM_NAME = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person or program; `device` is the token's or the browser session's."""

    account_id: int
    name: str
    display_name: str
    staff_code: str
    role: Role
    office_id: int
    office_code: str
    office_name: str
    device: str
