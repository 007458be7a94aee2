"""Stories enter the books through the product's own actions, in the order in which it hears of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import insert
from sqlmodel import Session

from tests.builders import AGENCY, CENTRE, OPEN_PROCEDURE, PIN, POST, POST_AFAR, a_person
from tests.province import Province
from tests.simulation.story import CLAIM, ENROL, PRINT, RESULT, VOIDING, WORD, Act, Key, Story
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.actions.desk import Desk
from tracker.actions.door import Door
from tracker.actions.labels import print_labels
from tracker.actions.people import store_person
from tracker.actions.post import FeeGiven, NewItem, register_item
from tracker.actions.postal_claims import PostalClaimSeen, take_postal_claims
from tracker.actions.record import record
from tracker.config import Config
from tracker.domain.chain import instant
from tracker.domain.vocabulary import Leg, Status
from tracker.store.models import Dossier, DossierDocument, DossierNumberRow
from tracker.store.queries.catalogue import office_by_code, procedure_in_force

_COUNTS = [{"line": 1, "kind": "original", "count": 1}]
# What each kind of scan tells beside what the story says.
_DETAILS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "accepted": {"seal_number": "NP-1", "counts": _COUNTS},
        "collected": {"seal_number": "NP-1", "counts": _COUNTS, "identity": "seen"},
        "bagged": {"bag": "TUI-0001"},
        "unbagged": {"bag": "TUI-0001"},
        "departed": {"seal_ok": True},
        "arrived": {"seal_ok": True},
        "attempt_failed": {"action": "reattempt"},
        "held": {"until_on": "2026-12-31"},
        "handed_out": {"counts": _COUNTS},
        "delivered": {"counts": _COUNTS},
        "damaged": {"witness": "postclerk_b", "counts": _COUNTS},
        "found": {"second_person": "postclerk_b"},
    }
)
_REASONS: Mapping[str, str] = MappingProxyType({"attempt_failed": "absent", "refused": "refused"})
_TOLD_DETAILS = frozenset({"receiver", "identity", "fees_collected", "hand", "handover", "number"})
_TOLD_FIELDS = frozenset({"office", "device_counter"})
_AT_THE_COUNTER = frozenset({"accepted", "collected"})


class RefusedAct(AssertionError):
    """The product did not record what the story tells: the story is wrong, or the product is."""


@dataclass(slots=True)
class Scribe:
    """`numbers` and `item_ids` by (story, place); strangers have no dossier id until they are entered."""

    province: Province
    config: Config
    dossier_ids: dict[str, int] = field(default_factory=dict)
    numbers: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=dict)
    _claims: list[tuple[Story, Act]] = field(default_factory=list)
    _words: list[tuple[Story, Act]] = field(default_factory=list)
    _is_post_heard: bool = False

    def begin(self, session: Session, stories: Sequence[Story]) -> None:
        """Their dossiers, as an import enters them: the register's own door is not the subject here."""
        enrolled = [story for story in stories if story.is_enrolled]
        if enrolled:
            self._enter(session, enrolled, [story.begins_at for story in enrolled])

    def _enter(self, session: Session, stories: Sequence[Story], at: Sequence[datetime]) -> None:
        rows = self._dossier_rows(session, stories, at)
        asked = insert(Dossier).returning(Dossier.id, sort_by_parameter_order=True)  # type: ignore[call-overload]  # a column
        ids = list(session.scalars(asked, rows))
        self.dossier_ids.update((story.name, dossier_id) for story, dossier_id in zip(stories, ids, strict=True))
        numbered = [(dossier_id, story.number) for story, dossier_id in zip(stories, ids, strict=True)]
        session.execute(
            insert(DossierNumberRow),
            [{"compared": text, "dossier_id": at_id, "text": text, "kind": "local"} for at_id, text in numbered],
        )
        paper = {"line": 1, "name": "Tờ khai", "kind": "original", "count": 1}
        session.execute(insert(DossierDocument), [{"dossier_id": at_id, **paper} for at_id, _ in numbered])

    def _dossier_rows(
        self, session: Session, stories: Sequence[Story], at: Sequence[datetime]
    ) -> list[dict[str, object]]:
        near, afar = (store_person(session, a_person(ward_code=ward), "applicant") for ward in ("32002", "31825"))
        office = {code: _id(office_by_code(session, code)) for code in (CENTRE, AGENCY)}
        procedure = procedure_in_force(session, OPEN_PROCEDURE, date(2026, 8, 1))
        return [
            {
                "procedure_id": _id(procedure),
                "receiving_office_id": office[CENTRE],
                "deciding_agency_id": office[AGENCY],
                "return_office_id": office[CENTRE],
                "applicant_id": afar if any(act.told.get("afar") for act in story.acts) else near,
                "result_by_post": story.by_post,
                "created_at": begins_at,
                "created_by": self.province["clerk"].account_id,
            }
            for story, begins_at in zip(stories, at, strict=True)
        ]

    def write(self, session: Session, acts: Iterable[tuple[Story, Act]]) -> None:
        """In the order given. What the one-stop system says is pulled in bulk, as a feed brings it."""
        for story, act in acts:
            if act.what == CLAIM:
                self._hear(session, story, act)
                continue
            if act.what == WORD:
                self._hear_the_post(session, story, act)
                continue
            if act.what == ENROL:
                self.pull(session)
                self._enter(session, [story], [act.at])
            elif act.what == "registered":
                self._register(session, story, act)
            elif act.what == PRINT:
                self._print(session, story, act)
            else:
                self._scan(session, story, act)
        self.pull(session)
        self._pull_the_post(session)

    def _hear_the_post(self, session: Session, story: Story, act: Act) -> None:
        """In bulk, but for its first word: since then it is listened to."""
        self._words.append((story, act))
        if not self._is_post_heard:
            self._pull_the_post(session)
            self._is_post_heard = True

    def _pull_the_post(self, session: Session) -> None:
        if self._words:
            seen = [self._word(story, act) for story, act in self._words]
            take_postal_claims(session, seen, at=max(act.at for _, act in self._words))
            self._words.clear()

    def _word(self, story: Story, act: Act) -> PostalClaimSeen:
        order, status = act.told["order"], act.told["status"]
        number = self.numbers[story.name, order][1] if isinstance(order, int) else f"{story.number}{order}"
        return PostalClaimSeen(
            source="vnpost",
            reference=str(act.id),
            order_number=number,
            item_code=number if isinstance(order, int) else "",
            code="",
            text="",
            mapping="",
            status=Status(str(status)) if status else None,
            place="",
            said_at=act.true_at,
        )

    def _hear(self, session: Session, story: Story, act: Act) -> None:
        """Two words about one dossier are two answers of the feed."""
        if any(known is story for known, _ in self._claims):
            self.pull(session)
        self._claims.append((story, act))

    def pull(self, session: Session) -> None:
        if not self._claims:
            return
        seen = [_claim(story, act) for story, act in self._claims]
        take_claims(session, seen, at=max(act.at for _, act in self._claims))
        self._claims.clear()

    def _register(self, session: Session, story: Story, act: Act) -> None:
        fee = int(str(act.told.get("fee", 0)))
        new = NewItem(
            dossiers=(story.number,),
            leg=Leg(str(act.told["leg"])),
            to_office=POST_AFAR if act.told.get("afar") else POST if act.told["leg"] == RESULT else None,
            fees=(FeeGiven("Lệ phí", fee, "recipient", paid=False),) if fee else (),
            resend=bool(act.told.get("resend")),
        )
        item = register_item(session, new, Desk(self.province[act.who], act.at, self.config))
        self.numbers[story.name, act.item] = (item.item_id, item.number)

    def _print(self, session: Session, story: Story, act: Act) -> None:
        printed = self.labels.setdefault(story.name, [])
        desk = Desk(self.province[act.who], act.at, self.config)
        reason = "nhãn cũ bị rách" if printed else None
        printed += [
            copy.token for copy in print_labels(session, [self.numbers[story.name, act.item][1]], "a6", reason, desk)
        ]

    def _scan(self, session: Session, story: Story, act: Act) -> None:
        told = dict(act.told)
        (receipt,) = record(session, [self._event(story, act)], self._door(act))
        if receipt.outcome != told.get("outcome", "recorded"):
            raise RefusedAct(
                f"{story.name}: {act.what} by {act.who}: {receipt.outcome} {receipt.cause} {receipt.fields}"
            )

    def _door(self, act: Act) -> Door:
        return Door(self.province[act.who], act.at, self.config)

    def _event(self, story: Story, act: Act) -> dict[str, object]:
        told = act.told
        code = told.get("code") or self._code_read(story, act)
        event: dict[str, object] = {
            "id": str(told.get("id") or act.id),
            "code": code,
            "type": act.what,
            "occurred_at": instant(told.get("clock") or act.true_at),  # type: ignore[arg-type]  # an instant
            **{name: told[name] for name in _TOLD_FIELDS & told.keys()},
        }
        if act.what in _REASONS:
            event["reason"] = _REASONS[act.what]
        other = _counterparty(story, act)
        if other is not None:
            event["counterparty"] = other
        details = _details(act)
        return {**event, "details": details} if details else event

    def _code_read(self, story: Story, act: Act) -> str:
        """The item's number, unless an old label was in the way."""
        label = act.told.get("label")
        return self.numbers[story.name, act.item][1] if label is None else self.labels[story.name][int(str(label))]

    def subject_of(self, key: Key) -> tuple[str, str]:
        """(code, subject) as the product's row has them."""
        code, kind, story, rest = key
        subjects = {
            "item": lambda: f"item:{self.numbers[story, int(rest)][0]}",
            "order": lambda: f"order:{self.numbers[story, int(rest)][1]}",
            "leg": lambda: f"leg:{self.dossier_ids[story]}:{rest}",
            "phone": lambda: f"device:{self.province['courier_counting'].device}:{rest}",
            "dossier": lambda: f"dossier:{self.dossier_ids[story]}",
        }
        return code, subjects[kind]() if kind == "phone" or (story and kind in subjects) else f"{kind}:{rest}"


def _id(row: object) -> int:
    found: int = row.id  # type: ignore[attr-defined]  # any row that has one
    return found


def _claim(story: Story, act: Act) -> ClaimSeen:
    told = act.told
    return ClaimSeen(
        source="one_stop",
        number=story.number,
        status=int(str(told["status"])),
        word=f"status {told['status']}",
        said_at=act.true_at,
        due_on=told.get("due_on"),  # type: ignore[arg-type]  # a date
        channel=told.get("channel"),  # type: ignore[arg-type]  # a number
    )


def _counterparty(story: Story, act: Act) -> dict[str, object] | None:
    told = act.told
    if "second" in told:
        return {"kind": "courier", "user": told["second"], "pin": PIN}
    if "to" in told:
        return {"kind": "courier", "user": told["to"]}
    if act.what in _AT_THE_COUNTER:
        is_result = any(a.what == "registered" and a.item == act.item and a.told["leg"] == RESULT for a in story.acts)
        return {"kind": "office"} if is_result else {"kind": "sender"}
    return {"kind": "office"} if act.what == "given_to_courier" else None


def _details(act: Act) -> dict[str, object]:
    if act.what == VOIDING:
        target = act.told["target"]
        assert isinstance(target, Act)
        return {"event": str(target.id)}
    if act.told.get("bare"):
        return {}
    details = dict(_DETAILS.get(act.what, {}))
    if act.what == "accepted":
        details["identity"] = "seen"
    return details | {name: act.told[name] for name in _TOLD_DETAILS & act.told.keys()}
