"""What an outside system said: written once per change, and never moving custody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.actions.told_dossiers import Intake, Told, note_told
from tracker.domain.actor import SYSTEM_NAME
from tracker.domain.dossier_numbers import compare_key
from tracker.store.models import Claim, Dossier
from tracker.store.queries.claims import (
    ONE_STOP,
    NewestClaim,
    dossiers_by_number,
    newest_claims,
)

BY_POST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSeen:
    """`said_at` is when the source says the status came, `touched_at` when it last changed anything.

    `status` is the national code, None when the word is unknown. `channel` is 1 in person, 2 online, 3 by post.
    `aliases` are other numbers the source knows the dossier by, `mapping` is the table of codes that read the word.
    `intake` is what only the one-stop system itself tells, of every dossier.
    """

    source: str
    number: str
    status: int | None
    word: str
    said_at: datetime | None
    touched_at: datetime | None = None
    due_on: date | None = None
    channel: int | None = None
    aliases: tuple[str, ...] = ()
    mapping: str = ""
    intake: Intake | None = None


@dataclass(frozen=True, slots=True)
class ClaimsTaken:
    """`unknown` counts claims about dossiers nobody registered here; kept are those by post and what follows them."""

    new: int
    unchanged: int
    unknown: int


@dataclass(frozen=True, slots=True)
class _Placed:
    """A claim with the dossier it is about and what the source said of it before."""

    seen: ClaimSeen
    dossier_id: int | None
    before: NewestClaim | None

    @property
    def is_kept(self) -> bool:
        """A stranger's, once kept, is followed: the source may take back that it came by post."""
        return self.dossier_id is not None or self.seen.channel == BY_POST or self.before is not None

    @property
    def is_new(self) -> bool:
        if self.before is None:
            return True
        known = (self.before.status, self.before.word, self.before.channel, self.before.dossier_id)
        return known != (self.seen.status, self.seen.word, self.seen.channel, self.dossier_id)

    @property
    def says_another_status(self) -> bool:
        return self.before is None or (self.before.status, self.before.word) != (self.seen.status, self.seen.word)


def take_claims(session: Session, seen: Sequence[ClaimSeen], *, at: datetime, run_id: int | None = None) -> ClaimsTaken:
    """Appends what is new, mirrors the one-stop system's word on its dossier."""
    placed = _place(session, seen)
    kept = [claim for claim in placed if claim.is_kept]
    new = [claim for claim in kept if claim.is_new]
    if new:
        session.execute(insert(Claim), [_row(claim, at, run_id) for claim in new])
    _mirror(session, [claim for claim in new if claim.seen.source == ONE_STOP], at)
    _take_due_dates(session, placed, at)
    note_told(session, [told for claim in placed if (told := _told(claim))], at=at)
    unknown = sum(claim.dossier_id is None for claim in placed)
    return ClaimsTaken(new=len(new), unchanged=len(kept) - len(new), unknown=unknown)


def news_of(session: Session, seen: Sequence[ClaimSeen]) -> list[ClaimSeen]:
    """Without what its source overtook by a later word that came on another way."""
    return [
        claim.seen
        for claim in _place(session, seen)
        if claim.before is None or claim.seen.said_at is None or claim.seen.said_at >= claim.before.said_at
    ]


def _place(session: Session, seen: Sequence[ClaimSeen]) -> list[_Placed]:
    numbers = {compare_key(number) for claim in seen for number in (claim.number, *claim.aliases)}
    known = hold_dossiers(session, numbers)
    before = _before(session, seen, list(known.values()))
    return [_placed(claim, known, before) for claim in seen]


def hold_dossiers(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """Dossiers by number, held until the transaction ends: who says the same at the same moment waits.

    In the order of their ids, so that two who hold many never wait for each other.
    """
    known = dossiers_by_number(session, numbers)
    held = select(col(Dossier.id)).where(col(Dossier.id).in_(sorted(set(known.values())))).order_by(col(Dossier.id))
    session.execute(held.with_for_update(key_share=True)).all()
    return known


def _before(
    session: Session, seen: Sequence[ClaimSeen], dossier_ids: Sequence[int]
) -> Mapping[tuple[str, int | str], NewestClaim]:
    found: dict[tuple[str, int | str], NewestClaim] = {}
    for source in {claim.source for claim in seen}:
        numbers = [claim.number for claim in seen if claim.source == source]
        for claim in newest_claims(session, source, dossier_ids, numbers):
            found[source, claim.number] = claim
            if claim.dossier_id is not None:
                found[source, claim.dossier_id] = claim
    return found


def _placed(claim: ClaimSeen, known: Mapping[str, int], before: Mapping[tuple[str, int | str], NewestClaim]) -> _Placed:
    numbers = [compare_key(number) for number in (claim.number, *claim.aliases)]
    dossier_id = next((known[number] for number in numbers if number in known), None)
    by_number = before.get((claim.source, claim.number))
    if dossier_id is None:
        return _Placed(claim, None, by_number)
    return _Placed(claim, dossier_id, before.get((claim.source, dossier_id), by_number))


def _said_at(claim: _Placed, at: datetime) -> datetime:
    """The instant the source states, if it can be: not ahead of us, and after what it said before."""
    if claim.before is not None and not claim.says_another_status:
        return claim.before.said_at
    stated = [told for told in (claim.seen.said_at, claim.seen.touched_at) if told is not None and told <= at]
    if claim.before is not None:
        stated = [told for told in stated if told > claim.before.said_at]
    return next(iter(stated), at)


def _row(claim: _Placed, at: datetime, run_id: int | None) -> dict[str, object]:
    return {
        "source": claim.seen.source,
        "dossier_id": claim.dossier_id,
        "number": claim.seen.number,
        "status": claim.seen.status,
        "word": claim.seen.word,
        "channel": claim.seen.channel,
        "said_at": _said_at(claim, at),
        "first_seen_at": at,
        "run_id": run_id,
        "mapping": claim.seen.mapping,
    }


def _mirror(session: Session, new: Sequence[_Placed], at: datetime) -> None:
    for claim in new:
        if claim.dossier_id is None:
            continue
        session.execute(
            update(Dossier)
            .where(col(Dossier.id) == claim.dossier_id)
            .values(one_stop_status=claim.seen.status, one_stop_said_at=_said_at(claim, at))
        )


def _told(claim: _Placed) -> Told | None:
    seen = claim.seen
    if seen.source != ONE_STOP or seen.intake is None:
        return None
    return Told((seen.number, *seen.aliases), claim.dossier_id, seen.intake)


def _take_due_dates(session: Session, placed: Sequence[_Placed], at: datetime) -> None:
    """A date the source leaves empty takes nothing back; one that moves leaves an audit row."""
    told = {claim.dossier_id: claim.seen.due_on for claim in placed if claim.dossier_id and claim.seen.due_on}
    rows = session.execute(
        select(col(Dossier.id), col(Dossier.processing_due_on)).where(col(Dossier.id).in_(list(told)))
    )
    for dossier_id, due_on in rows.all():
        if due_on == told[dossier_id]:
            continue
        session.execute(update(Dossier).where(col(Dossier.id) == dossier_id).values(processing_due_on=told[dossier_id]))
        if due_on is not None:
            moved = f"{due_on.isoformat()} -> {told[dossier_id]}"
            subject = f"dossier:{dossier_id}"
            note_audit(session, Deed("processing due date moved", subject, moved), at=at, actor=SYSTEM_NAME)
