"""Who may call: the one table. A role that is not named is answered 403."""

from collections.abc import Mapping
from types import MappingProxyType

from tracker.domain.roles import ROLE_MATRIX
from tracker.domain.vocabulary import Role

Roles = frozenset[Role]

ANYONE: Roles = frozenset(Role)
READERS: Roles = ANYONE - {Role.ADMIN, Role.SYSTEM}
REGISTRARS: Roles = frozenset({Role.CLERK, Role.POSTCLERK, Role.SUPERVISOR})
OWNERS: Roles = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.CLERK, Role.POSTCLERK, Role.OFFICER})
OVERSEERS: Roles = frozenset({Role.SUPERVISOR})
# Evidence belongs to an event, so whoever can make one may bring it.
EVENT_MAKERS: Roles = frozenset(role for role, events in ROLE_MATRIX.items() if events)

CALLERS: Mapping[str, Roles] = MappingProxyType(
    {
        "GET /me": ANYONE,
        "GET /offices": ANYONE,
        "GET /procedures": ANYONE,
        "GET /dossiers": READERS,
        "GET /dossiers/<number>": READERS,
        "POST /dossiers": REGISTRARS,
        "GET /items": READERS,
        "GET /items/<number>": READERS,
        "POST /items": REGISTRARS,
        "POST /labels": REGISTRARS,
        "POST /label-batches": REGISTRARS,
        "GET /label-batches/<id>": REGISTRARS,
        "POST /label-batches/<id>/print": REGISTRARS,
        "GET /label-batches/<id>/lines": REGISTRARS,
        "GET /label-batches/<id>/paper": REGISTRARS,
        # A wrong role is no 403 here: what happened has happened, and its receipt says refused.
        "POST /events": ANYONE,
        "PUT /evidence/<sha256>": EVENT_MAKERS,
        "HEAD /evidence/<sha256>": EVENT_MAKERS,
        "PATCH /evidence/<sha256>": EVENT_MAKERS,
        "GET /discrepancies": OWNERS,
        "POST /discrepancies/<id>/assign": OVERSEERS,
        "POST /discrepancies/<id>/close": OVERSEERS,
        "GET /runs": frozenset({Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR}),
    }
)
