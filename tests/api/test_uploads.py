"""An image in parts: it goes on where it stopped, and comes in by the same door as one sent whole."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from tests.api.test_evidence import HIDDEN, LARGEST_BYTES, a_photo, a_png, sha256, stored_image
from tests.applications import an_app
from tests.builders import NOW, a_scan
from tests.callers import Api, faults
from tracker.actions.uploads import ABANDONED_AFTER
from tracker.domain.vocabulary import EventType
from tracker.store.models import EvidencePart

PARTIAL = "application/partial-upload"


def patch(
    api: Api, image: bytes, start: int, end: int | None = None, *, who: str = "courier", **headers: str
) -> TestResponse:
    """The part from `start` on, the last one unless it ends before the image does."""
    end = len(image) if end is None else end
    told = {
        "Upload-Offset": str(start),
        "Upload-Complete": "?1" if end >= len(image) else "?0",
        "Content-Type": PARTIAL,
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.client.patch(
        f"/api/v1/evidence/{sha256(image)}", data=image[start:end], headers=api.headers(who) | told | named
    )


def progress(api: Api, image: bytes, who: str = "courier") -> tuple[str | None, str | None]:
    answer = api.client.head(f"/api/v1/evidence/{sha256(image)}", headers=api.headers(who))
    assert (answer.status_code, answer.data) == (204, b"")
    return answer.headers.get("Upload-Offset"), answer.headers.get("Upload-Complete")


def waiting(session: Session) -> list[str]:
    return [part.sha256 for part in session.exec(select(EvidencePart)).all()]


def test_an_image_in_parts_is_stored_like_one_sent_whole(api: Api) -> None:
    photo, whole = a_photo(), a_photo("PNG")

    before = progress(api, photo)
    first = patch(api, photo, 0, 100)
    between = progress(api, photo)
    second = patch(api, photo, 100, 300)
    last = patch(api, photo, 300)

    api.put(f"/evidence/{sha256(whole)}", whole)
    with api.session() as session:
        kept = stored_image(session, photo)
        assert waiting(session) == []
    assert (before, between) == (("0", "?0"), ("100", "?0"))
    assert [(answer.status_code, answer.headers["Upload-Offset"]) for answer in (first, second, last)] == [
        (204, "100"),
        (204, "300"),
        (201, str(len(photo))),
    ]
    assert last.json == {"sha256": sha256(photo), "stored_sha256": sha256(kept)}
    assert b"Secret" not in kept
    assert progress(api, photo) == (str(len(photo)), "?1")
    assert progress(api, whole) == (str(len(whole)), "?1")


@pytest.mark.parametrize("by_our_server", [True, False])
def test_what_a_broken_connection_brought_is_kept(api: Api, by_our_server: bool) -> None:
    photo = a_photo()
    told = api.headers("courier") | {"Upload-Offset": "0", "Upload-Complete": "?1", "Content-Type": PARTIAL}
    promised = {"CONTENT_LENGTH": str(len(photo)), "wsgi.input_terminated": by_our_server}

    api.client.patch(
        f"/api/v1/evidence/{sha256(photo)}",
        input_stream=io.BytesIO(photo[:200]),
        headers=told,
        environ_overrides=promised,
    )

    assert progress(api, photo) == ("200", "?0")
    assert patch(api, photo, 200).status_code == 201


def test_a_part_sent_again_is_answered_with_the_right_place(api: Api) -> None:
    photo = a_photo()
    patch(api, photo, 0, 100)

    again, gap = patch(api, photo, 0, 100), patch(api, photo, 150, 200)

    assert [(answer.status_code, answer.headers["Upload-Offset"]) for answer in (again, gap)] == [(409, "100")] * 2
    assert (again.json or {})["cause"] == "upload_offset_differs"
    assert faults(again.json) == [("Upload-Offset", "upload_offset_differs")]
    assert "100 byte" in (again.json or {})["detail"]
    assert progress(api, photo) == ("100", "?0")


def test_the_last_part_sent_again_after_its_answer_was_lost_is_answered_as_known(api: Api) -> None:
    photo = a_photo()
    patch(api, photo, 0, 100)

    first, again = patch(api, photo, 100), patch(api, photo, 100)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json


def test_all_parts_are_here_and_only_the_end_was_not_said(api: Api) -> None:
    photo = a_photo()
    patch(api, photo, 0, Upload_Complete="?0")

    assert progress(api, photo) == (str(len(photo)), "?0")
    assert patch(api, photo, len(photo)).status_code == 201


def test_parts_belong_to_the_account_that_sent_them(api: Api) -> None:
    photo = a_photo()
    patch(api, photo, 0, 100)

    assert progress(api, photo, "postclerk") == ("0", "?0")
    assert patch(api, photo, 100, who="postclerk").headers["Upload-Offset"] == "0"
    assert patch(api, photo, 0, who="postclerk").status_code == 201
    assert progress(api, photo)[1] == "?1"


def test_bytes_that_do_not_bear_their_hash_are_forgotten_so_that_the_phone_may_begin_again(api: Api) -> None:
    photo = a_photo()
    address, told = f"/api/v1/evidence/{sha256(photo)}", {"Upload-Offset": "0", "Upload-Complete": "?0"}
    api.client.patch(address, data=b"x" * 100, headers=api.headers("courier") | told)

    refused = patch(api, photo, 100)

    assert (refused.status_code, (refused.json or {})["cause"]) == (422, "evidence_hash_differs")
    assert progress(api, photo) == ("0", "?0")
    assert patch(api, photo, 0).status_code == 201


STRANGERS = {
    "a GIF with a script": b"GIF89a/*" + b"\x00" * 40 + b"*/=alert(1)",
    "a drawing that runs": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a page": b"<!doctype html><script>alert(1)</script>",
    "an archive": b"PK\x03\x04" + b"\x00" * 60,
    "a bomb of pixels": a_png(5001, 5001),
    "a bomb of a billion pixels": a_png(2**31 - 1, 2**31 - 1),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_in_parts_nothing_comes_in_that_would_not_whole(api: Api, name: str) -> None:
    stranger = STRANGERS[name]
    patch(api, stranger, 0, 20)

    refused = patch(api, stranger, 20)

    with api.session() as session:
        assert waiting(session) == []
    assert refused.status_code in {413, 422}
    assert (refused.json or {})["cause"] in {"evidence_not_image", "evidence_too_large"}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_picture_that_is_also_another_file_is_refused_in_parts_too(api: Api, name: str) -> None:
    polyglot = a_photo() + HIDDEN[name]
    # The mark itself is torn apart: only the whole shows what it is.
    torn = len(a_photo()) + 3
    patch(api, polyglot, 0, torn)

    refused = patch(api, polyglot, torn)

    assert (refused.status_code, (refused.json or {})["cause"]) == (422, "evidence_not_image")
    assert progress(api, polyglot) == ("0", "?0")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_kept_of_parts_is_the_picture_alone(api: Api, kind: str) -> None:
    photo = a_photo(kind) + b"something behind it"
    patch(api, photo, 0, 50)

    assert patch(api, photo, 50).status_code == 201

    with api.session() as session:
        kept = stored_image(session, photo)
    picture = Image.open(io.BytesIO(kept))
    assert (picture.format, len(picture.getexif()), kept != photo) == ("JPEG", 0, True)
    assert [mark for mark in (b"behind", b"Exif", b"Secret") if mark in kept] == []


def test_all_parts_together_may_be_five_megabytes_and_no_byte_more(api: Api) -> None:
    full = a_photo().ljust(LARGEST_BYTES, b"\0")
    over = full + b"\0"
    half = LARGEST_BYTES // 2
    for image in (full, over):
        assert patch(api, image, 0, half).status_code == 204

    assert patch(api, over, half).status_code == 413
    assert patch(api, full, half).status_code == 201


def test_abandoned_parts_are_swept_when_another_upload_begins(api: Api) -> None:
    left, growing, fresh = a_photo(), a_photo("PNG"), a_photo("WEBP")
    patch(api, left, 0, 10)
    patch(api, growing, 0, 10)
    later = NOW + ABANDONED_AFTER - timedelta(hours=1)
    at = [later]
    api = Api(app := an_app(api.engine, lambda: at[0]), api.engine, app.test_client(), api.people)
    patch(api, growing, 10, 20)
    at[0] += timedelta(hours=2)

    patch(api, fresh, 0, 10, who="postclerk")

    with api.session() as session:
        assert set(waiting(session)) == {sha256(growing), sha256(fresh)}
    assert progress(api, growing) == ("20", "?0")


MALFORMED = {
    "no place": ({"Upload-Complete": "?0"}, "Upload-Offset", "field_required"),
    "no word whether it is the last": ({"Upload-Offset": "0"}, "Upload-Complete", "field_required"),
    "a place that is no number": ({"Upload-Offset": "x", "Upload-Complete": "?0"}, "Upload-Offset", "bad_value"),
    "a place before the first byte": (
        {"Upload-Offset": "-1", "Upload-Complete": "?0"},
        "Upload-Offset",
        "out_of_range",
    ),
    "a word of another language": ({"Upload-Offset": "0", "Upload-Complete": "true"}, "Upload-Complete", "bad_value"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_part_that_does_not_say_where_it_belongs_is_refused_by_name(api: Api, name: str) -> None:
    headers, field, cause = MALFORMED[name]

    answer = api.client.patch(
        f"/api/v1/evidence/{sha256(a_photo())}", data=b"x", headers=api.headers("courier") | headers
    )

    assert (answer.status_code, faults(answer.json)) == (422, [(field, cause)])


def test_parts_are_octets_and_nothing_else(api: Api) -> None:
    photo = a_photo()

    assert patch(api, photo, 0, Content_Type="text/html").status_code == 415
    assert patch(api, photo, 0, Content_Type="image/jpeg").status_code == 201


def test_a_fact_comes_before_its_picture(api: Api) -> None:
    """What happened is never refused because the network has not yet carried a photo of it."""
    item, photo = api.register(), a_photo()
    told = {"reason": "absent", "details": {"action": "reattempt"}, "evidence": [sha256(photo)]}

    answer = api.post("/events", {"events": [a_scan(item, EventType.ATTEMPT_FAILED) | told]}, "courier")

    assert [receipt["outcome"] for receipt in (answer.json or {})["receipts"]] == ["recorded"]
    assert progress(api, photo) == ("0", "?0")
    assert patch(api, photo, 0).status_code == 201
