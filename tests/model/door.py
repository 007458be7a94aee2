"""What the door must say to one event: refused with this cause, or recorded as this. Written apart from the product.

Whoever sends tells an event without what the door settles; `as_recorded` says how it must stand in the record, and
`cause_of_refusal` why it must not stand there at all.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from tests.model.histories import EPOCH, LIFE_CYCLE, MINUTE
from tests.model.roles import OF_AN_OFFICE, SIGNS_AT, Person, may_make
from tests.model.second_fold import (
    ENDS,
    TURNING,
    Reading,
    applied,
    direction_now,
    in_table,
    read,
    second_fold,
    since_turn,
    status_now,
    to_a_citizen,
)
from tests.model.told import History, Told

VIETNAM = timezone(timedelta(hours=7))
OWN_DOORS = ("registered", "label_printed")
INVITATIONS, GAP_WORKING_DAYS = 2, 2


class Now(NamedTuple):
    """The server's instant, the device's own clock at the moment of sending, and the days nobody works."""

    at: int
    device_time: int | None = None
    closed: frozenset[date] = frozenset()


class Sender(NamedTuple):
    """Who sends, for whom a supervisor enters it, and the second person whose PIN is right."""

    by: Person
    stands_for: Person | None = None
    second: Person | None = None


def is_decision(kind: str, role: str) -> bool:
    if kind == "corrected":
        return role == "supervisor"
    return LIFE_CYCLE[kind]["kind"] == "decision"


# ---------------------------------------------------------------- how it must be recorded


def as_recorded(event: Told, sender: Sender, now: Now, history: History) -> Told:
    settled = event.copy()
    decides = is_decision(event["type"], sender.by.role)
    person = sender.by if decides or sender.stands_for is None else sender.stands_for
    settled["device"], settled["actor"], settled["role"] = sender.by.device, person.name, person.role
    settled["at"], is_at_fault = effective(event, now)
    told = list(event.get("told", []))
    own = own_office(sender.by if decides or sender.stands_for is None else sender.stands_for)
    if own is not None and event.get("office", own) != own:
        told.append("wrong_office")
    settled["told"] = [*told, "clock_fault"] if is_at_fault else told
    office = event.get("office") or own_office(sender.stands_for or sender.by)
    if office is not None:
        settled["office"] = office
    if "counterparty" in event:
        settled["counterparty"] = {**event["counterparty"], "verified": sender.second is not None}
    hand = hand_of_door(event, sender.by, history)
    if hand:
        settled["hand"] = hand
    return settled


def own_office(person: Person) -> str | None:
    return person.office if person.role in OF_AN_OFFICE else None


def effective(event: Told, now: Now) -> tuple[int, bool]:
    """`at` of what is sent is the device's clock."""
    offset = event.get("offset")
    if offset is None:
        offset = now.at - now.device_time if now.device_time is not None else 0
    at = event["at"] + offset
    if at > now.at + 5 * MINUTE:
        return now.at, True
    return at, at < now.at - 366 * 24 * 60 * MINUTE


def hand_of_door(event: Told, by: Person, history: History) -> str:
    two_handed = LIFE_CYCLE[event["type"]]["two_handed"]
    if two_handed == "":
        return ""
    if two_handed == "give":
        return "give"
    return event.get("hand") or default_hand(event, by, history)


def default_hand(event: Told, by: Person, history: History) -> str:
    kind = event["type"]
    if receives(event, by, history):
        return "take"
    if (kind, by.role) in (("collected", "courier"), ("given_to_courier", "courier"), ("loaded", "driver")):
        return "take"
    return "both" if meets_a_citizen(event, history) else "give"


def receives(event: Told, by: Person, history: History) -> bool:
    """The caller's own office is the one that receives."""
    kind = event["type"]
    if by.role not in OF_AN_OFFICE or event.get("office", by.office) != by.office:
        return False
    if kind in ENDS:
        told = second_fold(history)
        return not to_a_citizen(event, leg_of(history), told["direction"]) and told["bound_for"] == by.office
    return kind in ("arrived", "back_at_office") or (kind == "accepted" and by.role != "officer")


def meets_a_citizen(event: Told, history: History) -> bool:
    leg = leg_of(history)
    if event["type"] in ENDS:
        return to_a_citizen(event, leg, direction_now(read(history)["log"]))
    return event["type"] in ("accepted", "collected") and leg in ("submission", "supplement")


def leg_of(history: History) -> str | None:
    return next((e["details"].get("leg") for e in history["item"] if e["type"] == "registered"), None)


# ---------------------------------------------------------------- why it must be refused


def cause_of_refusal(event: Told, sender: Sender, now: Now, history: History) -> str | None:
    kind, by, hand = event["type"], sender.by, event.get("hand", "")
    leg = leg_of(history)
    if kind in OWN_DOORS:
        return "wrong_door"
    if sender.stands_for is not None and by.role != "supervisor":
        return "wrong_role"
    if not may_make(by, kind, leg, hand):
        return "wrong_role"
    decides = is_decision(kind, by.role)
    if sender.stands_for is not None and not decides and not may_make(sender.stands_for, kind, leg, hand):
        return "wrong_role"
    if sender.second is not None and not may_sign(kind, by.role, sender.second.role):
        return "second_person_missing"
    return cause_of_hand(event, sender, history) or (
        cause_of_decision(event, sender, now, history) if decides else None
    )


def may_sign(kind: str, role: str, second: str) -> bool:
    row = LIFE_CYCLE[kind]
    if row["two_handed"] == "":
        return True
    givers = [each for end in row["giver"].split("|") for each in SIGNS_AT[end]]
    receivers = [each for end in row["receiver"].split("|") for each in SIGNS_AT[end]]
    if role == "supervisor":
        return second in givers + receivers
    return (role in givers and second in receivers) or (role in receivers and second in givers)


def cause_of_hand(event: Told, sender: Sender, history: History) -> str | None:
    two_handed = LIFE_CYCLE[event["type"]]["two_handed"]
    if two_handed == "":
        return None
    if sender.by.role == "supervisor":
        return None if "hand" in event else "hand_missing"
    alone = event.get("hand") == "both" and sender.second is None and not meets_a_citizen(event, history)
    return "second_person_missing" if alone and two_handed == "yes" else None


def cause_of_decision(event: Told, sender: Sender, now: Now, history: History) -> str | None:
    kind, details, told = event["type"], event["details"], read(history)
    log = told["log"]
    if not in_table(event, status_now(log), direction_now(log)) or has_turned(kind, told):
        return "not_allowed_now"
    if kind in ("declared_lost", "unclaimed") and "approver" not in details:
        return "approver_missing"
    needed = {"invited": "number", "forwarded": "office", "corrected": "event"}
    lacks = kind in needed and needed[kind] not in details
    if lacks or (kind == "redirected" and not {"office", "address_version"} & details.keys()):
        return "details_missing"
    if kind in ("declared_lost", "unclaimed") and details["approver"] == sender.by.name:
        return "approver_is_same"
    return cause_of_numbers(event, now, told)


def has_turned(kind: str, told: Reading) -> bool:
    if kind not in TURNING or direction_now(told["log"]) == "forward" or kind == "hold_expired":
        return False
    before = [line["event"]["type"] for line in applied(told["log"])]
    return kind != "return_started" or any(each in TURNING and each != "refused" for each in before)


def cause_of_numbers(event: Told, now: Now, told: Reading) -> str | None:
    kind, log = event["type"], told["log"]
    at = effective(event, now)[0]
    invitations = since_turn(log, "invited")
    if kind == "invited":
        return cause_of_invitation(event, invitations, told, (at, now.closed))
    if kind == "hold_expired":
        if invitations < INVITATIONS:
            return "invitations_not_used_up"
        holds = [line["event"]["details"].get("until_on") for line in applied(log) if line["event"]["type"] == "held"]
        until_on = holds[-1] if holds else None
        return "hold_not_over" if until_on is not None and local_day(now.at).isoformat() <= until_on else None
    if kind == "return_started":
        grounds = event.get("reason", "invitations_used_up") != "invitations_used_up"
        is_free = direction_now(log) == "returning" or grounds or invitations >= INVITATIONS
        return None if is_free else "invitations_not_used_up"
    if kind == "unclaimed":
        return None if is_unclaimed(at, told) else "unclaimed_too_early"
    if kind == "corrected":
        registered = [e["id"] for e in told["order"] if e["type"] == "registered"]
        return "correction_not_entitled" if event["details"]["event"] in [event["id"], *registered] else None
    return None


def cause_of_invitation(event: Told, invitations: int, told: Reading, when: tuple[int, frozenset[date]]) -> str | None:
    if event["details"]["number"] != invitations + 1:
        return "bad_value"
    if invitations == 0:
        return None
    at, closed = when
    last = max(line["event"]["at"] for line in applied(told["log"]) if line["event"]["type"] == "invited")
    return None if working_days(local_day(last), local_day(at), closed) >= GAP_WORKING_DAYS else "invitation_gap"


def working_days(start: date, end: date, closed: frozenset[date]) -> int:
    days = [start + timedelta(days=each) for each in range(1, (end - start).days + 1)]
    return sum(day.weekday() < 5 and day not in closed for day in days)


def local_day(at: int) -> date:
    return instant_of(at).astimezone(VIETNAM).date()


def instant_of(at: int) -> datetime:
    return (EPOCH + timedelta(milliseconds=at)).astimezone(UTC)


def is_unclaimed(at: int, told: Reading) -> bool:
    """Six months after it was accepted, or refused on the way out and, after it moved again, on the way back."""
    accepted = [
        line["event"]["at"] for line in applied(told["log"]) if line["event"]["type"] in ("accepted", "collected")
    ]
    if accepted and instant_of(at) >= six_months_after(instant_of(accepted[0])):
        return True
    log = told["log"]
    places = [place for place, line in enumerate(log) if line["event"]["type"] == "refused"]
    out = [place for place in places if log[place]["verdict"] == "applied"]
    if not out:
        return False
    moves = [place for place in range(out[0] + 1, len(log)) if log[place]["verdict"] in ("applied", "claim")]
    return bool(moves) and any(place > moves[0] and "already_returning" in log[place]["codes"] for place in places)


def six_months_after(start: datetime) -> datetime:
    year, month = (start.year, start.month + 6) if start.month <= 6 else (start.year + 1, start.month - 6)
    last = 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return start.replace(year=year, month=month, day=min(start.day, last))
