"""The model's own books: what was told of each item, bag and unknown code, as the door must have recorded it."""

from dataclasses import dataclass, field
from datetime import date

from tests.model.door import Now, Sender, as_recorded, cause_of_refusal
from tests.model.second_fold import bag_now, second_fold
from tests.model.told import History, Sum, Told

NOBODY: History = {"number": "", "item": [], "bags": []}
"""What is known of a bag or a code as an item: nothing."""


@dataclass
class Target:
    """What was read: an item by its number, else a bag, else a code nobody knows."""

    code: str
    item: str | None = None
    bag: str | None = None
    old_label_since: int | None = None
    is_void: bool = False


@dataclass
class Books:
    items: dict[str, list[Told]] = field(default_factory=dict)
    bags: dict[str, list[Told]] = field(default_factory=dict)
    orphans: dict[str, list[Told]] = field(default_factory=dict)
    closed: set[date] = field(default_factory=set)

    def history(self, number: str) -> History:
        of_bags = [event for events in self.bags.values() for event in events]
        return {"number": number, "item": self.items[number], "bags": of_bags}

    def sum(self, number: str) -> Sum:
        return second_fold(self.history(number))

    def bag_of(self, number: str) -> str | None:
        return bag_now(self.history(number))

    def take(self, event: Told, target: Target, sender: Sender, now: Now) -> str | None:
        """Writes it down, or says why it is refused."""
        history = self.history(target.item) if target.item else NOBODY
        cause = cause_of_refusal(event, sender, now, history)
        if target.is_void and cause is None and self.is_decision(event, sender):
            cause = "label_void"
        if cause is not None:
            return cause
        settled = as_recorded(event, sender, now, history)
        if target.is_void or (target.old_label_since is not None and target.old_label_since <= settled["at"]):
            settled["told"] = [*settled.get("told", []), "old_label_used"]
        self.chain_of(target).append(settled)
        if target.bag is not None:
            settled["chain"] = target.bag
        return None

    def is_decision(self, event: Told, sender: Sender) -> bool:
        by_rule = {"corrected": sender.by.role == "supervisor"}
        return by_rule.get(event["type"], event["type"] in DECISIONS)

    def chain_of(self, target: Target) -> list[Told]:
        if target.item is not None:
            return self.items[target.item]
        if target.bag is not None:
            return self.bags.setdefault(target.bag, [])
        return self.orphans.setdefault(target.code, [])

    def concerned(self, target: Target) -> set[str]:
        """The items that an event of this target may change."""
        if target.item is not None:
            return {target.item}
        return {
            number
            for number, events in self.items.items()
            if target.bag is not None and any(event["details"].get("bag") == target.bag for event in events)
        }


DECISIONS = (
    "cancelled", "invited", "return_started", "hold_expired", "redirected", "forwarded", "recalled", "declared_lost",
    "unclaimed",
)  # fmt: skip
