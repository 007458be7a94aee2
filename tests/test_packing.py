"""The evidence pack of a dossier: all that proves its way, nothing that names a citizen, the same bytes twice."""

import json
import re
from hashlib import sha256

from sqlmodel import Session, col, select

from tests.api.test_evidence import a_photo
from tests.packs import AWAITED, BAG, PRE_PRINTED, Files, a_proven_story, packed, unzipped
from tests.province import Province, tale_of
from tracker.store.models import Evidence, Person
from tracker.store.queries.events import chain_rows


def files_of(session: Session, province: Province) -> Files:
    return unzipped(packed(session, a_proven_story(session, province)).content)


def test_a_pack_holds_every_chain_of_the_dossier_as_it_is_stored(books: Session, province: Province) -> None:
    tale = a_proven_story(books, province)

    files = unzipped(packed(books, tale).content)

    told = [json.loads(content) for name, content in files.items() if name.startswith("chains/")]
    chains = {one["chain"]: [(row["seq"], row["chained"], row["hash"]) for row in one["events"]] for one in told}
    names = [f"bag:{BAG}", f"code:{PRE_PRINTED}", f"item:{tale.item.item_id}"]
    assert list(chains) == names
    assert chains == {name: chain_rows(books, name) for name in names}


def test_the_same_books_give_the_same_bytes(books: Session, province: Province) -> None:
    tale = a_proven_story(books, province)

    assert packed(books, tale).content == packed(books, tale).content


def test_evidence_is_the_stored_image_and_what_has_not_arrived_is_said(books: Session, province: Province) -> None:
    files = files_of(books, province)

    sent = sha256(a_photo()).hexdigest()
    stored = books.exec(select(Evidence).where(col(Evidence.sha256) == sent)).one().stored_sha256
    assert json.loads(files["evidence.json"])["evidence"] == [
        {"sha256": one, "stored_sha256": stored if one == sent else None, "state": "kept" if one == sent else "awaited"}
        for one in sorted((sent, AWAITED))
    ]
    images = {name: content for name, content in files.items() if name.startswith("images/")}
    assert list(images) == [f"images/{stored}.jpg"]
    assert sha256(images[f"images/{stored}.jpg"]).hexdigest() == stored
    assert b"Secret" not in images[f"images/{stored}.jpg"]


def test_the_timeline_tells_who_by_code_and_role(books: Session, province: Province) -> None:
    timeline = json.loads(files_of(books, province)["timeline.json"])

    events = {event["type"]: event for event in timeline["items"][0]["events"]}
    failed = events["attempt_failed"]
    assert failed["actor"] == {"code": "CB-courier", "role": "courier"}
    assert (failed["reason"], failed["evidence"]) == ("absent", [sha256(a_photo()).hexdigest(), AWAITED])
    assert events["accepted"]["chain"] == f"code:{PRE_PRINTED}"
    assert events["departed"]["chain"] == f"bag:{BAG}"
    assert "counts" in events["accepted"]


def test_nothing_in_a_pack_but_its_images_names_a_citizen(books: Session, province: Province) -> None:
    files = files_of(books, province)
    texts = "\n".join(content.decode() for name, content in files.items() if name.endswith((".json", ".txt")))

    people = books.exec(select(Person)).all()

    assert people
    for person in people:
        assert not re.search(rf"{re.escape(person.name)}|{person.phone[-9:]}|{re.escape(person.address_line)}", texts)
    assert "Cán bộ" not in re.sub(r'"[^"]*Bộ phận[^"]*"', "", texts)


def test_a_pack_made_before_any_root_says_that_nothing_is_proven(books: Session, province: Province) -> None:
    made = packed(books, tale_of(books, province).accepted())

    proofs = json.loads(unzipped(made.content)["proofs.json"])
    assert (made.open_count, proofs["roots"], proofs["proofs"]) == (2, [], [])
    assert [(end["first"], end["last"]) for end in proofs["unproven"]] == [(1, 2)]


def test_the_pack_says_in_both_languages_how_to_verify_it(books: Session, province: Province) -> None:
    readme = files_of(books, province)["README.txt"].decode()

    assert readme.index("Cách kiểm tra") < readme.index("How to verify")
    assert "python verify.py" in readme
