"""The fold a second time, written apart from the product's: slow, plain, every question answered by reading on.

It imports nothing of the product and reads the life cycle from a copy of the table beside it. Nothing is
remembered between two events but the list of lines already written; each question (who holds it? how many
attempts?) is answered by reading that list again.
"""

import csv
from pathlib import Path
from typing import TypedDict

from tests.model.told import Claim, History, Particulars, Sum, Told

MINUTE = 60_000
HOUR = 60 * MINUTE

FINAL = ["delivered", "returned", "cancelled", "lost", "unclaimed"]
OPEN = [
    "registered", "collected", "at_office", "bagged", "in_transit", "with_courier", "held", "damaged", "missing",
]  # fmt: skip
TURNING = ["refused", "return_started", "hold_expired", "recalled"]
OF_A_BAG = ["departed", "loaded", "arrived", "unbagged"]
ENDS = ["delivered", "handed_out"]

with (Path(__file__).parent / "life_cycle.csv").open(encoding="utf-8", newline="") as table:
    LIFE_CYCLE = list(csv.DictReader(table))


class Line(TypedDict):
    """One event of the history and what became of it.

    verdict: `applied`, `claim` (a give), `absorbed`, `repeated` or `kept` (recorded, nothing changed).
    """

    event: Told
    verdict: str
    codes: list[str]
    status: str
    custodian: tuple[str, str | None]
    hand: str
    turns: bool
    clears: bool
    opens: Claim | None


# ---------------------------------------------------------------- the table


def row_of(event: Told) -> dict[str, str]:
    for row in LIFE_CYCLE:
        if row["type"] == event["type"]:
            return row
    raise LookupError(event["type"])


def is_presence(event: Told) -> bool:
    return row_of(event)["presence"] == "yes"


def in_table(event: Told, status: str, direction: str) -> bool:
    where = row_of(event)["from"]
    if where == "any":
        return True
    if where == "any open":
        return status in OPEN
    if where == "any open and not returning":
        return status in OPEN and direction != "returning"
    if where == "at_office and returning":
        return status == "at_office" and direction == "returning"
    if where.startswith("any open but "):
        return status in OPEN and status not in where.removeprefix("any open but ").split()
    return status in where.split("|")


# ---------------------------------------------------------------- order


def sorts_by(event: Told) -> tuple[int, str, int, str]:
    return event["at"], event["device"], event.get("counter", -1), event["id"]


def causes_of(event: Told, everything: list[Told]) -> list[Told]:
    if event["type"] == "registered":
        return []
    named = [event.get("prev")]
    if event["type"] == "corrected":
        named.append(event["details"].get("event"))
    before = device_before(event, everything)
    if before is not None:
        named.append(before["id"])
    return [e for e in everything if e["id"] in named and e["id"] != event["id"]]


def device_before(event: Told, everything: list[Told]) -> Told | None:
    if "counter" not in event:
        return None
    lower = [e for e in everything if e["device"] == event["device"] and e.get("counter", 10**9) < event["counter"]]
    if not lower:
        return None
    highest = max(e["counter"] for e in lower)
    return min((e for e in lower if e["counter"] == highest), key=lambda e: e["id"])


def put_in_order(everything: list[Told]) -> tuple[list[Told], list[str]]:
    """The events in order, and the ids of those whose clocks cannot be right."""
    order: list[Told] = [e for e in sorted(everything, key=sorts_by) if e["type"] == "registered"]
    faulty: list[str] = []
    while len(order) < len(everything):
        waiting = [e for e in everything if e not in order]
        free = [e for e in waiting if all(cause in order for cause in causes_of(e, everything))]
        if not free:
            faulty.append(min(waiting, key=sorts_by)["id"])
        order.append(min(free or waiting, key=sorts_by))
    backwards = [e for e in everything if any(e["at"] < c["at"] - 5 * MINUTE for c in causes_of(e, everything))]
    return order, faulty + [e["id"] for e in backwards]


def without_copies(events: list[Told]) -> list[Told]:
    once: list[Told] = []
    for event in events:
        if event["id"] not in [e["id"] for e in once]:
            once.append(event)
    return once


# ---------------------------------------------------------------- corrections


def judge_corrections(order: list[Told]) -> tuple[list[str], list[str]]:
    """Ids of the void events, and of the corrections that nobody was entitled to.

    An event stands in the first list once for every correction that names it and counts. Where causes run in a
    ring, a correction may undo one that stands later in the order: its target is then named once less.
    """
    void: list[str] = []
    wrong: list[str] = []
    judged: dict[str, str] = {}
    for correction in reversed(order):
        if correction["type"] != "corrected" or correction["id"] in void:
            continue
        named = correction["details"].get("event")
        if named is None or named == correction["id"]:
            wrong.append(correction["id"])
            continue
        targets = [e for e in order if e["id"] == named]
        if not targets:
            continue
        if targets[0]["type"] == "registered" or not may_correct(correction, targets[0], order):
            wrong.append(correction["id"])
            continue
        void.append(named)
        if targets[0]["type"] == "corrected" and targets[0]["id"] in judged:
            void.remove(judged.pop(targets[0]["id"]))
        judged[correction["id"]] = named
    return void, wrong


def may_correct(correction: Told, target: Told, order: list[Told]) -> bool:
    if correction["role"] == "supervisor":
        return True
    places = sorted([order.index(correction), order.index(target)])
    between = [e for e in order[places[0] + 1 : places[1]] if e["type"] != "corrected"]
    quick = abs(correction["at"] - target["at"]) <= 15 * MINUTE
    return quick and not between and correction["device"] == target["device"]


# ---------------------------------------------------------------- bags


def bag_before(past: list[Told], log: list[Line]) -> str | None:
    """The bag the item is in after these events, void ones left out."""
    inside: str | None = None
    for event in past:
        if "chain" in event:
            if event["type"] == "unbagged" and event["chain"] == inside:
                inside = None
        elif event["type"] == "bagged":
            inside = event["details"].get("bag", inside)
        elif event["type"] == "unbagged" or parted(event, log):
            inside = None
    return inside


def bag_counts(event: Told, order: list[Told], log: list[Line], number: str) -> bool:
    """`order` without void events. Is the item inside the bag when this happens to the bag?"""
    if bag_before(order[: order.index(event)], log) != event["chain"]:
        return False
    if event["type"] == "unbagged":
        return not lists_missing(event, number)
    if event["type"] == "arrived":
        later = [e for e in order[order.index(event) + 1 :] if e.get("chain") == event["chain"]]
        return not (later and lists_missing(later[0], number))
    return True


def parted(event: Told, log: list[Line]) -> bool:
    """The event ended the journey, or showed the item with another custodian than the bag's."""
    for place, line in enumerate(log):
        if line["event"] is event and line["verdict"] == "applied":
            elsewhere = is_presence(event) and line["custodian"] != custodian_now(log[:place])
            return elsewhere or line["status"] in FINAL
    return False


def lists_missing(event: Told, number: str) -> bool:
    return event["type"] == "unbagged" and number in event["details"].get("missing", [])


# ---------------------------------------------------------------- what the lines say so far


def status_now(log: list[Line]) -> str:
    return log[-1]["status"] if log else "-"


def custodian_now(log: list[Line]) -> tuple[str, str | None]:
    return log[-1]["custodian"] if log else ("sender", None)


def applied(log: list[Line]) -> list[Line]:
    return [line for line in log if line["verdict"] == "applied"]


def turns(log: list[Line]) -> list[Line]:
    return [line for line in log if line["turns"]]


def direction_now(log: list[Line]) -> str:
    return "returning" if turns(log) else "forward"


def only_refused(log: list[Line]) -> bool:
    """Nothing but the first `refused` has turned it, and no later turning event has been applied either."""
    types = [line["event"]["type"] for line in applied(log)]
    return [kind for kind in types if kind in TURNING] == ["refused"]


def office_now(log: list[Line]) -> str | None:
    offices = [line["custodian"][1] for line in log if line["custodian"][0] == "office" and line["custodian"][1]]
    return offices[-1] if offices else None


def since_turn(log: list[Line], kind: str) -> int:
    count = 0
    for line in log:
        if line["turns"]:
            count = 0
        if line["verdict"] == "applied" and line["event"]["type"] == kind:
            count += 1
    return count


def attempt_open(log: list[Line]) -> bool:
    is_open = False
    for line in log:
        kind = line["event"]["type"]
        if line["verdict"] == "applied" and kind == "attempt_failed":
            is_open = True
        if line["verdict"] == "applied" and kind in ("given_to_courier", "held", "departed"):
            is_open = False
        if line["verdict"] == "claim" and kind == "departed":
            is_open = False
    return is_open


def pending(log: list[Line]) -> Claim | None:
    claim: Claim | None = None
    for line in log:
        if line["clears"]:
            claim = None
        if line["opens"] is not None:
            claim = line["opens"]
    return claim


def verifying(log: list[Line]) -> bool:
    doubt = False
    for line in log:
        if line["verdict"] == "applied" and line["hand"] in ("take", "both"):
            doubt = False
        if "two_holders" in line["codes"]:
            doubt = True
    return doubt


# ---------------------------------------------------------------- what a row does


def end_of(event: Told, leg: str | None, direction: str) -> str:
    receiver = event["details"].get("receiver", "authorised")
    if receiver == "recipient":
        return "delivered"
    if receiver == "sender":
        return "returned"
    if receiver == "agency" and leg is not None:
        return "returned" if leg == "result" else "delivered"
    return "delivered" if direction == "forward" else "returned"


def to_a_citizen(event: Told, leg: str | None, direction: str) -> bool:
    receiver = event["details"].get("receiver", "authorised")
    if leg is None or receiver == "agency":
        return False
    if receiver in ("recipient", "sender"):
        return (receiver == "recipient") == (leg == "result")
    return (direction == "forward") == (leg == "result")


def leads_to(event: Told, log: list[Line], leg: str | None) -> tuple[str, tuple[str, str | None]]:
    """Status and custodian after the row of this event."""
    row = row_of(event)
    status = row["to"]
    if status == "=":
        status = status_now(log)
    if status == "delivered|returned":
        status = end_of(event, leg, direction_now(log))
    if event["type"] == "found":
        status = "with_courier" if event["role"] == "courier" else "at_office"
    holder = row["custodian_after"]
    if holder == "=":
        return status, custodian_now(log)
    if holder == "recipient|sender":
        return status, ("recipient" if status == "delivered" else "sender", None)
    if event["type"] == "found":
        holder = "courier" if event["role"] == "courier" else "office"
    return status, (holder, who(holder, event, log))


def who(holder: str, event: Told, log: list[Line]) -> str | None:
    if holder == "office":
        return event.get("office") or office_now(log)
    if holder == "courier" and event["role"] == "courier":
        return event["actor"]
    if holder == "transport" and event["role"] == "driver":
        return event["actor"]
    if holder in ("courier", "transport"):
        other = event.get("counterparty")
        return other.get("user") if other else None
    return None


def hand_of(event: Told, log: list[Line], leg: str | None) -> str:
    """give, take or both; empty where one hand is enough."""
    two_handed = row_of(event)["two_handed"]
    hand = event.get("hand", "")
    if two_handed == "":
        return ""
    if two_handed == "give":
        return "give"
    if event["type"] in ENDS and leg == "submission" and not to_a_citizen(event, leg, direction_now(log)):
        verified = event.get("counterparty", {"kind": ""}).get("verified", False)
        signed = (hand == "take" and event["role"] == "officer") or (hand == "both" and verified)
        return hand if signed else "give"
    return hand


def claim_of(event: Told, log: list[Line], leg: str | None) -> Claim:
    if "counterparty" in event:
        to = event["counterparty"]["kind"]
        return {"to": to, "since": event["at"], "handover": event["details"].get("handover")}
    to = row_of(event)["receiver"].split("|")[0]
    if to == "far end":
        ends = {"delivered": "recipient", "returned": "sender"}
        citizen = to_a_citizen(event, leg, direction_now(log))
        to = ends[end_of(event, leg, direction_now(log))] if citizen else "office"
    return {"to": to, "since": event["at"], "handover": event["details"].get("handover")}


# ---------------------------------------------------------------- the rules


def near(one: Told, other: Told, span: int) -> bool:
    return abs(one["at"] - other["at"]) <= span


def handover_applied(give: Told, log: list[Line], outside: bool) -> bool:
    mine = give["details"].get("handover")
    for line in applied(log):
        theirs = line["event"]["details"].get("handover")
        if mine is not None and mine == theirs:
            return True
        same_row = line["event"]["type"] == give["type"] and near(line["event"], give, 24 * HOUR)
        if outside and same_row and (mine is None or theirs is None):
            return True
    return False


def common_handover(one: Told, other: Told) -> bool:
    return "handover" in one["details"] and one["details"]["handover"] == other["details"].get("handover")


def decide(event: Told, log: list[Line], leg: str | None) -> tuple[str, list[str]]:
    """The first rule that fits: its verdict and its code."""
    status, direction = status_now(log), direction_now(log)
    outside = not in_table(event, status, direction)
    presence = is_presence(event)
    give = hand_of(event, log, leg) == "give"
    scanned = presence and not give
    last = applied(log)[-1]["event"] if applied(log) else None
    after_own = last is not None and last["type"] == event["type"]
    goal = leads_to(event, log, leg)
    here = (status, custodian_now(log))
    turning = event["type"] in TURNING

    if give and handover_applied(event, log, outside):
        return "absorbed", []
    if scanned and goal == here and event["type"] != "attempt_failed" and (outside or after_own):
        return "repeated", ["repeated"]
    if (
        scanned
        and last is not None
        and after_own
        and goal[1] != here[1]
        and near(last, event, 5 * MINUTE)
        and not common_handover(last, event)
    ):
        return "applied", ["two_holders"]
    if status in FINAL:
        return "kept", ["after_final" if presence else "unexpected_event"]
    if turning and direction == "returning":
        allowed = event["type"] == "hold_expired" or (event["type"] == "return_started" and only_refused(log))
        if not allowed:
            return "kept", ["already_returning"]
        return ("kept", ["unexpected_event"]) if outside else ("applied", [])
    if not outside:
        return ("claim" if give else "applied"), []
    if presence:
        return ("claim" if give else "applied"), ["missed_scan"]
    if event["type"] == "departed" and any(
        line["event"]["type"] in ("loaded", "arrived") and near(line["event"], event, 24 * HOUR)
        for line in applied(log)
    ):
        return "absorbed", []
    return "kept", ["unexpected_event"]


def write_line(event: Told, log: list[Line], registered: Told | None) -> Line:
    leg = registered["details"].get("leg") if registered else None
    verdict, codes = decide(event, log, leg)
    hand = hand_of(event, log, leg)
    status, custodian = status_now(log), custodian_now(log)
    if verdict == "applied":
        status, custodian = leads_to(event, log, leg)
    if verdict == "claim" and event["type"] == "departed":
        status = "in_transit"
    turned = verdict == "applied" and event["type"] in TURNING and direction_now(log) == "forward"
    moved = verdict == "applied" and (hand in ("take", "both") or is_presence(event) or status in FINAL)
    line: Line = {
        "event": event,
        "verdict": verdict,
        "codes": codes,
        "status": status,
        "custodian": custodian,
        "hand": hand,
        "turns": turned,
        "clears": moved or verdict == "repeated",
        "opens": claim_of(event, log, leg) if verdict == "claim" else None,
    }
    line["codes"] = codes + told_flags(line, log, registered)
    return line


# ---------------------------------------------------------------- flags from what is told


def told_flags(line: Line, log: list[Line], registered: Told | None) -> list[str]:
    event = line["event"]
    leg = registered["details"].get("leg") if registered else None
    codes = list(event.get("told", []))
    if lacks_details(event, leg, direction_now(log)):
        codes.append("details_missing")
    if event["type"] == "arrived" and strayed(event, registered, log):
        codes.append("misrouted")
    if line["verdict"] == "applied" and event["type"] == "attempt_failed" and registered is not None:
        allowed = registered["details"].get("policy", {}).get("attempts")
        if allowed is not None and since_turn([*log, line], "attempt_failed") > allowed:
            codes.append("rule_breach")
    if line["verdict"] == "applied" and event["type"] in ENDS and not only_refused(log):
        fits = {"delivered": "forward", "returned": "returning"}
        if fits[line["status"]] != direction_now(log):
            codes.append("direction_mismatch")
    return codes


def lacks_details(event: Told, leg: str | None, direction: str) -> bool:
    details, kind = event["details"], event["type"]
    if kind in ("accepted", "collected"):
        verified = event.get("counterparty", {"kind": ""}).get("verified", False)
        signed = verified or event.get("evidence") or "identity" in details
        if event.get("hand") == "both" and leg in ("submission", "supplement") and not signed:
            return True
        return "counts" not in details or "seal_number" not in details
    if kind in ("bagged", "unbagged"):
        return "chain" not in event and "bag" not in details
    if kind in ("departed", "arrived"):
        return "seal_number" not in details and "seal_ok" not in details
    if kind == "attempt_failed":
        return "action" not in details or "reason" not in event
    if kind == "refused":
        return "reason" not in event
    if kind in ENDS:
        unseen = "identity" not in details and not event.get("evidence")
        if unseen and to_a_citizen(event, leg, direction):
            return True
        return "receiver" not in details or "counts" not in details
    if kind == "corrected":
        return "event" not in details and event["role"] != "supervisor"
    needed = {"held": "until_on", "damaged": "witness", "found": "second_person"}
    return kind in needed and needed[kind] not in details


def correction_codes(event: Told, wrong: list[str]) -> list[str]:
    codes = list(event.get("told", []))
    if event["id"] in wrong:
        codes.append("unexpected_event")
    if lacks_details(event, None, ""):
        codes.append("details_missing")
    return codes


def strayed(event: Told, registered: Told | None, log: list[Line]) -> bool:
    route = registered["details"].get("route", []) if registered else []
    earlier = [line["event"] for line in applied(log)]
    named = [e["details"].get("office") for e in earlier if e["type"] in ("forwarded", "redirected")]
    office = event.get("office")
    return bool(route) and office is not None and office not in route and office not in named


def into_office(place: int, log: list[Line], leg: str | None) -> bool:
    """With this line an office took the submission in."""
    line = log[place]
    ends = line["verdict"] == "applied" and line["event"]["type"] in ENDS
    return ends and leg == "submission" and not to_a_citizen(line["event"], leg, direction_now(log[:place]))


def signed_alone(place: int, log: list[Line], leg: str | None) -> bool:
    line = log[place]
    return into_office(place, log, leg) and line["hand"] == "take" and not given_by_another(line["event"], log)


def given_by_another(take: Told, log: list[Line]) -> bool:
    """A `both` that nobody verified is the giver's word alone, so it is a give."""
    for line in log:
        give = line["event"]
        gives = line["hand"] == "give" and (give.get("hand") != "take" or give["type"] == "departed")
        if gives and give["actor"] != take["actor"] and common_handover(give, take):
            return True
    return False


def legal_submission_at(log: list[Line], leg: str | None) -> int | None:
    for place, line in enumerate(log):
        if into_office(place, log, leg) and not signed_alone(place, log, leg):
            return line["event"]["at"]
    return None


# ---------------------------------------------------------------- all together


class Reading(TypedDict):
    """The history read line by line; `order` is the whole order, void events included."""

    log: list[Line]
    codes: dict[str, list[str]]
    registered: Told | None
    order: list[Told]
    void: list[str]


def read(history: History) -> Reading:
    own = without_copies(history["item"])
    of_bags = without_copies(history["bags"])
    void, wrong = judge_corrections(put_in_order(own)[0])
    named = [e["details"].get("bag") for e in own if e["type"] == "bagged" and e["id"] not in void]
    for bag in sorted({e["chain"] for e in of_bags if e["chain"] in named}):
        void += judge_corrections(put_in_order([e for e in of_bags if e["chain"] == bag])[0])[0]
    riding = [e for e in of_bags if e["type"] in OF_A_BAG and e["chain"] in named]
    whole_order, faulty = put_in_order(own + riding)
    order = [e for e in whole_order if e["id"] not in void]
    first = [e for e in order if e["type"] == "registered"][:1]
    registered = first[0] if first else None

    log: list[Line] = []
    codes: dict[str, list[str]] = {}
    for event in order:
        if event["type"] == "corrected":
            codes[event["id"]] = correction_codes(event, wrong)
        elif "chain" not in event or bag_counts(event, order, log, history["number"]):
            log.append(write_line(event, log, registered))
            codes[event["id"]] = log[-1]["codes"]
    for event in order:
        if event["id"] in faulty and event["id"] in codes:
            codes[event["id"]] = [*codes[event["id"]], "clock_fault"]
    leg = registered["details"].get("leg") if registered else None
    for place, line in enumerate(log):
        if signed_alone(place, log, leg):
            codes[line["event"]["id"]] = [*codes[line["event"]["id"]], "details_missing"]
    return {"log": log, "codes": codes, "registered": registered, "order": whole_order, "void": void}


def second_fold(history: History) -> Sum:
    """What the history adds up to."""
    told = read(history)
    void = [e["id"] for e in told["order"] if e["id"] in told["void"]]
    return add_up(told["log"], told["codes"], told["registered"], void)


def bag_now(history: History) -> str | None:
    told = read(history)
    return bag_before([e for e in told["order"] if e["id"] not in told["void"]], told["log"])


def add_up(log: list[Line], codes: dict[str, list[str]], registered: Told | None, void: list[str]) -> Sum:
    borne = {event_id: sorted(set(of_one)) for event_id, of_one in codes.items() if of_one}
    anomalies = sorted({code for of_one in codes.values() for code in of_one})
    leg = registered["details"].get("leg") if registered else None
    return {
        "status": status_now(log),
        "direction": direction_now(log),
        "custodian": custodian_now(log),
        "office": office_now(log),
        "bound_for": bound_for(log, registered),
        "attempts": since_turn(log, "attempt_failed"),
        "attempt_open": attempt_open(log),
        "invitations": since_turn(log, "invited"),
        "verifying": verifying(log),
        "pending": pending(log),
        "legal_submission_at": legal_submission_at(log, leg),
        "anomalies": anomalies,
        "borne": borne,
        "void": sorted(set(void)),
        "citizen_state": citizen_state(log, leg, anomalies),
    }


def bound_for(log: list[Line], registered: Told | None) -> str | None:
    """Where a turn sends it back to, a later redirection or forwarding overrides."""
    told: Particulars = registered["details"] if registered else {}
    bound = told.get("to_office")
    for line in applied(log):
        if line["turns"]:
            bound = told.get("from_office")
        if line["event"]["type"] in ("forwarded", "redirected"):
            bound = line["event"]["details"].get("office", bound)
    return bound


def citizen_state(log: list[Line], leg: str | None, anomalies: list[str]) -> str:
    status = status_now(log)
    if "after_final" in anomalies:
        return "attention"
    if status == "delivered":
        return "delivered"
    if status in ("returned", "lost", "unclaimed", "cancelled", "damaged", "missing"):
        return "attention"
    if direction_now(log) == "returning" or verifying(log):
        return "attention"
    if status == "registered":
        return "slip_created"
    if status == "held" and leg == "result":
        return "ready_for_pickup"
    if attempt_open(log):
        return "attempt_failed"
    if status == "with_courier":
        return "out_for_delivery"
    return "in_transit"
