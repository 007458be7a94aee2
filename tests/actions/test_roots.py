"""A root fixes what was recorded so far; the next one holds it, and only what changed since."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import NOW
from tests.province import Province, Tale, tale_of
from tracker.actions.roots import make_daily_root, make_root
from tracker.domain.merkle import EVIDENCE_CHAIN, Leaf, inclusion, leaf_hash, merkle_root, root_from
from tracker.domain.vocabulary import EventType
from tracker.store.models import Evidence, ItemDossier
from tracker.store.queries.events import chain_head
from tracker.store.queries.roots import StoredRoot, chains_of_dossier, leaves_of, newest_root, newest_roots_of

TODAY = date(2026, 11, 23)
SENT, STORED = "ab" * 32, "cd" * 32


def a_root(session: Session, day: date = TODAY) -> StoredRoot:
    return make_root(session, at=NOW, day=day, actor="system")


def chain_of(tale: Tale) -> str:
    return f"item:{tale.item.item_id}"


def leaf_of(session: Session, chain: str) -> Leaf:
    head = chain_head(session, chain)
    assert head is not None
    return Leaf(chain, head[0], head[1])


def dossier_of(session: Session, tale: Tale) -> int:
    return session.scalars(
        select(col(ItemDossier.dossier_id)).where(col(ItemDossier.item_id) == tale.item.item_id)
    ).one()


def test_a_root_holds_the_head_of_every_chain_that_changed(books: Session, province: Province) -> None:
    first, second = tale_of(books, province), tale_of(books, province).accepted()

    root = a_root(books)

    leaves = list(leaves_of(books, root.number))
    # Other tests may have left chains in the shared books: each is in it too, once.
    assert {leaf_of(books, chain_of(first)), leaf_of(books, chain_of(second))} <= set(leaves)
    assert (root.number, root.previous, root.size) == (1, None, len({leaf.chain for leaf in leaves}))
    assert root.root == merkle_root(None, leaves)
    assert newest_root(books) == root


def test_the_next_root_begins_with_the_one_before_and_holds_only_what_grew(books: Session, province: Province) -> None:
    tale, _ = tale_of(books, province), tale_of(books, province)
    before = a_root(books)
    tale.accepted()

    after = a_root(books)

    leaves = list(leaves_of(books, after.number))
    assert leaves == [leaf_of(books, chain_of(tale))]
    assert (after.number, after.of_day, after.previous) == (2, 2, before.root)
    assert after.root == merkle_root(before.root, leaves)


def test_a_quiet_day_has_a_root_of_its_own(books: Session, province: Province) -> None:
    tale_of(books, province)
    before = a_root(books)

    after = a_root(books, TODAY + timedelta(days=1))

    assert (after.size, after.of_day, after.root) == (0, 1, merkle_root(before.root, []))


def test_a_day_has_one_daily_root_however_often_it_is_asked_for(books: Session, province: Province) -> None:
    tale_of(books, province)

    made = [make_daily_root(books, at=NOW, day=TODAY, actor="system") for _ in range(3)]

    assert [root is not None for root in made] == [True, False, False]
    assert make_daily_root(books, at=NOW, day=TODAY + timedelta(days=1), actor="system") is not None


def test_a_pair_of_evidence_is_a_leaf_once(books: Session, province: Province) -> None:
    uploader = province["postclerk"].account_id
    books.add(Evidence(sha256=SENT, stored_sha256=STORED, uploaded_at=NOW, uploaded_by=uploader))
    books.flush()

    first, second = a_root(books), a_root(books)

    wanted = Leaf(f"{EVIDENCE_CHAIN}{SENT}", 1, STORED)
    assert [leaf for leaf in leaves_of(books, first.number) if leaf.chain == wanted.chain] == [wanted]
    assert second.size == 0


def test_the_chains_of_a_dossier_lead_to_the_last_root_that_holds_them(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    tale.scan("postclerk", EventType.BAGGED, details={"bag": "TUI-CM-1123-07"})
    chains = chains_of_dossier(books, dossier_of(books, tale))
    assert chains == ["bag:TUI-CM-1123-07", chain_of(tale)]
    a_root(books)
    tale.with_courier()
    root = a_root(books)
    tale_of(books, province)
    a_root(books)

    found = newest_roots_of(books, chains)

    assert found == {chain_of(tale): root}
    leaves = list(leaves_of(books, root.number))
    path = inclusion(root.previous, leaves, chain_of(tale))
    assert path is not None
    assert root_from(leaf_hash(leaf_of(books, chain_of(tale))), path) == root.root
