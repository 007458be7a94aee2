"""The invariants, asked of what the database holds and of what the API tells, against the model's own books."""

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from tests.drills.verdict import StoredRow, broken_chains
from tests.machine.world import Row, World
from tests.model.books import Books
from tests.model.door import instant_of
from tests.model.histories import LIFE_CYCLE
from tests.model.roles import MATRIX
from tests.model.second_fold import FINAL, applied, causes_of, put_in_order, read, turns
from tests.model.told import Sum
from tracker.domain.identifiers import make_s10

SILENT = ("repeated", "already_returning")
OF_THE_FOLD = (
    "missed_scan", "unexpected_event", "after_final", "two_holders", "direction_mismatch", "wrong_office", "misrouted",
    "old_label_used", "details_missing", "rule_breach",
)  # fmt: skip


@dataclass
class Checks:
    world: World
    books: Books
    touched: set[str] = field(default_factory=set)
    dossiers: dict[str, tuple[str, str]] = field(default_factory=dict)
    receipts: dict[str, dict[str, object]] = field(default_factory=dict)
    counters: dict[str, set[int]] = field(default_factory=dict)
    conflicts: set[str] = field(default_factory=set)
    chains: dict[str, str] = field(default_factory=dict)
    final_before: dict[str, str] = field(default_factory=dict)

    # ------------------------------------------------------------ asked by the rules

    def holder_of(self, dossier: str, leg: str) -> str | None:
        """The envelope whose way is not at its end."""
        return next(
            (
                number
                for number, of in self.dossiers.items()
                if of == (dossier, leg) and self.books.sum(number)["status"] not in FINAL
            ),
            None,
        )

    def receipt_tells(self, receipt: dict[str, object], number: str) -> None:
        told, standing = self.books.sum(number), receipt["standing"]
        assert isinstance(standing, dict)
        assert receipt["item"] == number
        said = [standing[key] for key in ("status", "direction", "attempts", "invitations", "anomalies")]
        assert said == [told["status"], told["direction"], told["attempts"], told["invitations"], told["anomalies"]]

    def nothing_new(self) -> None:
        """Nobody is told of an event that the model does not know."""
        assert len(self.rows()) == self.count_of_books()

    def bare(self, number: str) -> dict[str, object]:
        """The standing without what marks a superfluous correction."""
        told = dict(self.books.sum(number))
        return {key: told[key] for key in told if key not in ("anomalies", "borne", "void")}

    def counts_again(self, number: str, event: str) -> bool:
        return event not in self.books.sum(number)["void"]

    def unknown_number(self, serial: int) -> str:
        return make_s10("RR", 10_000_000 + serial).text

    # ------------------------------------------------------------ after each step

    def after_each_step(self) -> None:
        touched, self.touched = sorted(self.touched), set()
        items = self.world.items(sorted(self.books.items))
        self.chains |= {number: f"item:{row['id']}" for number, row in items.items()}
        rows = self.rows()
        self.chains_are_paths(rows)
        for number in touched:
            told = self.books.sum(number)
            self.standing_is_the_models(number, items[number], told)
            self.custody_moves_only_by_what_moves_it(number)
            self.api_tells_the_same(number, told)
            self.findings_are_open(number, items[number], told)
        self.one_open_item_for_each_leg()
        self.bags_hold_what_was_put_in(items)

    def rows(self) -> list[StoredRow]:
        own = [self.chain_of(number) for number in self.books.items]
        bags, codes = [f"bag:{bag}" for bag in self.books.bags], [f"code:{code}" for code in self.codes()]
        return self.world.stored([*own, *bags, *codes])

    def chain_of(self, number: str) -> str:
        if number not in self.chains:
            self.chains[number] = f"item:{self.world.items([number])[number]['id']}"
        return self.chains[number]

    def codes(self) -> list[str]:
        return [*self.books.orphans, *(number for number in self.books.items if number.startswith("RR"))]

    def count_of_books(self) -> int:
        shelves = (self.books.items, self.books.bags, self.books.orphans)
        return sum(len(events) for shelf in shelves for events in shelf.values())

    def chains_are_paths(self, rows: list[StoredRow]) -> None:
        """I2, I3, I8: each acknowledged event once, at its place, under its hash; no chain forks."""
        assert broken_chains(rows) == frozenset()
        assert len(rows) == self.count_of_books()
        places = {row.event_id: (row.seq, row.hash) for row in rows}
        assert len(places) == len(rows)
        for event, receipt in self.receipts.items():
            assert places[event.replace("-", "")] == (receipt["seq"], receipt["hash"])

    def standing_is_the_models(self, number: str, row: Row, told: Sum) -> None:
        """I4, I6, I11, I23: one custodian, the same sum however it arrived."""
        standing = json.loads(str(row["standing"]))
        assert (row["custodian_kind"], row["custodian_ref"]) == told["custodian"]
        said = {key: standing[key] for key in _SAME}
        assert said == {key: dict(told)[key] for key in _SAME}, number
        pending = told["pending"]
        assert (standing["pending"] or {}).get("to") == (pending["to"] if pending else None)
        assert standing["legal_submission_at"] == _instant(told["legal_submission_at"])
        assert row["citizen_state"] == told["citizen_state"]
        assert standing["bag"] == self.books.bag_of(number)

    def custody_moves_only_by_what_moves_it(self, number: str) -> None:
        """I5, I7, I15 in folded order."""
        log = read(self.books.history(number))["log"]
        before: tuple[str, str | None] = ("sender", None)
        for place, line in enumerate(log):
            if line["custodian"] != before:
                assert line["verdict"] == "applied"
                assert LIFE_CYCLE[line["event"]["type"]]["two_handed"] != "yes" or line["hand"] in ("take", "both")
            was_final = place > 0 and log[place - 1]["status"] in FINAL
            assert not was_final or line["verdict"] != "applied"
            before = line["custodian"]
        assert len(turns(log)) <= 1

    def api_tells_the_same(self, number: str, told: Sum) -> None:
        """I1, I2, I4: each event once, with the anomalies it bears, and the same end of it."""
        answer = self.world.get(f"/items/{number}").json or {}
        events = answer["events"]
        log = {line["event"]["id"]: line for line in read(self.books.history(number))["log"]}
        counted = {event_id: line["verdict"] in ("applied", "claim") for event_id, line in log.items()}
        own = {event["id"] for event in self.books.items[number]}
        assert Counter(event["id"] for event in events) == Counter(own | log.keys())
        assert {event["id"]: event["applied"] for event in events if event["id"] in counted} == counted
        assert {event["id"]: event["anomalies"] for event in events if event["anomalies"]} == told["borne"]
        assert sorted(event["id"] for event in events if event["void"]) == sorted(
            set(told["void"]) & own | set(told["void"]) & log.keys()
        )
        assert answer["standing"]["custodian"]["kind"] == told["custodian"][0]

    def findings_are_open(self, number: str, row: Row, told: Sum) -> None:
        """I7, I29: what contradicts stands where a person sees it, and what no longer does has ended."""
        mine = [each for each in self.world.discrepancies() if each["item_id"] == row["id"]]
        open_codes = {str(each["code"]) for each in mine if each["state"] == "open"}
        expected = {code for code in told["anomalies"] if code not in SILENT and code != "clock_fault"}
        ended_otherwise = self.end_changed(number, told)
        if ended_otherwise:
            assert "after_final" in open_codes, f"{number} ended {ended_otherwise}"
            expected.add("after_final")
        assert expected <= open_codes
        assert (open_codes & set(OF_THE_FOLD)) - expected <= {"after_final"}

    def end_changed(self, number: str, told: Sum) -> str | None:
        """Late evidence, no correction, put another final status in the place of the one that stood."""
        before = self.final_before.pop(number, None)
        if told["status"] in FINAL:
            self.final_before[number] = told["status"]
        corrected = any(event["type"] == "corrected" for event in self.books.items[number])
        changed = before is not None and told["status"] in FINAL and told["status"] != before and not corrected
        return f"{before}, then {told['status']}" if changed else None

    def one_open_item_for_each_leg(self) -> None:
        """I9."""
        held = {each for each in self.world.open_legs() if each[2] in self.dossiers}
        by_leg: dict[tuple[str, str], list[str]] = {}
        for number, of in self.dossiers.items():
            if self.books.sum(number)["status"] not in FINAL:
                by_leg.setdefault(of, []).append(number)
        assert {(dossier, leg) for dossier, leg, _ in held} == set(by_leg)
        assert len(held) == len(by_leg)
        assert all(number in by_leg[dossier, leg] for dossier, leg, number in held)
        twice = [of for of, numbers in by_leg.items() if len(numbers) > 1]
        found = [each for each in self.world.discrepancies() if each["code"] == "duplicate_order"]
        assert not twice or found

    def bags_hold_what_was_put_in(self, items: dict[str, Row]) -> None:
        """I16: what still rides in a bag, moved by it last, is held by whoever holds the bag."""
        riders: dict[str, set[tuple[str, str | None]]] = {}
        for number in items:
            log = read(self.books.history(number))["log"]
            moves = [line for line in applied(log) if LIFE_CYCLE[line["event"]["type"]]["custodian_after"] != "="]
            bag = self.books.bag_of(number)
            if bag is not None and moves and moves[-1]["event"].get("chain") == bag:
                riders.setdefault(f"{bag} {moves[-1]['event']['id']}", set()).add(self.books.sum(number)["custodian"])
        assert all(len(holders) == 1 for holders in riders.values())

    # ------------------------------------------------------------ at the end

    def at_the_end(self) -> None:
        self.touched = set(self.books.items)
        self.after_each_step()
        for number in self.books.items:
            self.story_is_whole(number)
        self.gaps_are_named()
        self.contradictions_have_owners()
        self.nobody_did_what_is_not_theirs()

    def story_is_whole(self, number: str) -> None:
        history = self.books.history(number)
        told = read(history)
        log, codes = told["log"], told["codes"]
        kinds = [line["event"]["type"] for line in applied(log)]
        for place, line in enumerate(log):
            event, borne = line["event"], codes[line["event"]["id"]]
            if line["verdict"] == "applied" and line["status"] == "delivered":  # I10
                earlier = [each["event"]["type"] for each in applied(log[:place])]
                begun = {"accepted", "collected"} & set(earlier)
                flagged = {"missed_scan", "details_missing"} & {code for each in codes.values() for code in each}
                assert begun or flagged or "missing" in kinds or "damaged" in kinds
            if event["type"] == "attempt_failed":  # I12
                is_told = "reason" in event and "action" in event["details"]
                assert is_told or "details_missing" in borne
            if line["verdict"] == "applied" and event["type"] in ("declared_lost", "unclaimed"):  # I27
                assert event["details"]["approver"] != event["actor"]
        self.clocks_run_forward_or_are_marked(number)

    def clocks_run_forward_or_are_marked(self, number: str) -> None:
        """I21."""
        own = self.books.items[number]
        order, faulty = put_in_order(own)
        borne = self.books.sum(number)["borne"]
        void = self.books.sum(number)["void"]
        backwards = [
            event["id"]
            for event in order
            if any(event["at"] < cause["at"] - 300_000 for cause in causes_of(event, own)) and event["id"] not in void
        ]
        assert set(backwards) <= set(faulty)
        assert all("clock_fault" in borne[event] for event in backwards)

    def gaps_are_named(self) -> None:
        """I22."""
        opened = {
            str(each["subject"])
            for each in self.world.discrepancies()
            if each["code"] == "counter_gap" and each["state"] == "open"
        }
        for device, counters in self.counters.items():
            used = sorted(counters)
            gaps = {f"device:{device}:{low + 1}" for low, high in pairwise(used) if high > low + 1}
            assert {subject for subject in opened if subject.startswith(f"device:{device}:")} == gaps

    def contradictions_have_owners(self) -> None:
        """I29, and every conflict of I2."""
        found = self.world.discrepancies()
        assert all(each["owner_role"] and each["since_at"] and each["evidence"] for each in found)
        assert all(each["reason"] for each in found if each["state"] == "closed")
        conflicts = {str(each["subject"]) for each in found if each["code"] == "id_conflict"}
        assert {f"event:{event}" for event in self.conflicts} <= conflicts

    def nobody_did_what_is_not_theirs(self) -> None:
        """I24, of what the database holds."""
        for row in self.rows():
            told = json.loads(row.chained)
            assert told["type"] in MATRIX[told["actor_role"]].split()


_SAME = (
    "status", "direction", "office", "bound_for", "attempts", "attempt_open", "invitations", "verifying", "anomalies",
)  # fmt: skip


def _instant(at: int | None) -> str | None:
    return None if at is None else instant_of(at).isoformat()
