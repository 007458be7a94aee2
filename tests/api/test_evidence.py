"""Signatures and photos: only the picture comes in, under the hash of what was sent."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from PIL import Image
from sqlmodel import Session, select

from tests.callers import Api
from tracker.store.models import Evidence, EvidenceImage

LARGEST_BYTES = 5 * 1024 * 1024


def sha256(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest()


@cache
def a_photo(kind: str = "JPEG") -> bytes:
    """A picture that says where it was taken, and by which phone."""
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N"
    kept = io.BytesIO()
    Image.new("RGB", (64, 32), "navy").save(kept, kind, exif=exif, comment=b"SecretComment")
    return kept.getvalue()


def stored_image(session: Session, sent: bytes) -> bytes:
    pair = session.exec(select(Evidence).where(Evidence.sha256 == sha256(sent))).one()
    return session.exec(select(EvidenceImage).where(EvidenceImage.stored_sha256 == pair.stored_sha256)).one().image


def put(api: Api, image: bytes, mimetype: str = "image/jpeg") -> tuple[int, str | None]:
    answer = api.put(f"/evidence/{sha256(image)}", image, mimetype=mimetype)
    return answer.status_code, (answer.json or {}).get("cause")


def test_a_photo_is_stored_and_sent_again_is_known(api: Api) -> None:
    photo = a_photo()

    first, again = (api.put(f"/evidence/{sha256(photo)}", photo) for _ in range(2))

    with api.session() as session:
        stored = sha256(stored_image(session, photo))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json == {"sha256": sha256(photo), "stored_sha256": stored}


def test_what_is_kept_is_the_picture_alone_and_upright(api: Api) -> None:
    photo = a_photo()
    put(api, photo)

    with api.session() as session:
        kept = stored_image(session, photo)

    picture = Image.open(io.BytesIO(kept))
    assert (picture.format, picture.size, len(picture.getexif())) == ("JPEG", (32, 64), 0)
    assert b"Secret" in photo
    assert b"Secret" not in kept
    assert b"Exif" not in kept


def an_archive() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("a.txt", "a")
    return kept.getvalue()


HIDDEN = {
    "a program": b"<?PHP system($_GET[0]); ?>",
    "a script": b"*/ alert(1) /* <script>alert(1)</script>",
    "a page": b"<!DOCTYPE html><title>a</title>",
    "an archive": an_archive(),
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("name", HIDDEN)
def test_a_picture_that_is_also_another_file_is_refused(api: Api, name: str, kind: str) -> None:
    assert put(api, a_photo(kind) + HIDDEN[name]) == (422, "evidence_not_image")


def test_a_program_in_the_comment_of_a_picture_is_refused(api: Api) -> None:
    kept = io.BytesIO()
    Image.new("RGB", (8, 8)).save(kept, "JPEG", comment=HIDDEN["a program"])

    assert put(api, kept.getvalue()) == (422, "evidence_not_image")


def test_the_film_that_a_phone_hangs_behind_a_photo_stays_outside(api: Api) -> None:
    film = b"\x00\x00\x00\x18ftypmp42" + b"moving" * 50
    photo = a_photo() + film

    assert put(api, photo) == (201, None)

    with api.session() as session:
        assert b"moving" not in stored_image(session, photo)


def test_a_signature_drawn_on_nothing_stays_readable(api: Api) -> None:
    drawn = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    drawn.putpixel((5, 5), (0, 0, 0, 255))
    sent = io.BytesIO()
    drawn.save(sent, "PNG")

    put(api, sent.getvalue(), "image/png")

    with api.session() as session:
        kept = Image.open(io.BytesIO(stored_image(session, sent.getvalue())))
    background = kept.getpixel((30, 15))
    assert background == (255, 255, 255)


def a_png(width: int, height: int, pixels: bytes = b"") -> bytes:
    """With a header that promises what it likes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def test_bombs_are_refused_unopened(api: Api) -> None:
    bombs = [a_png(side, side) for side in (5001, 12_000, 20_000, 2**31 - 1)]

    answers = [put(api, bomb, "image/png") for bomb in bombs]

    assert {status for status, _ in answers} <= {413, 422}
    assert answers[0] == (413, "evidence_too_large")


def test_what_is_no_picture_is_refused(api: Api) -> None:
    gif = io.BytesIO()
    Image.new("P", (4, 4)).save(gif, "GIF")
    strangers = (
        b"",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        gif.getvalue(),
        b"\xff\xd8\xff\xe0",
        a_png(9, 9),
    )

    assert [put(api, stranger) for stranger in strangers] == [(422, "evidence_not_image")] * len(strangers)


def cut(photo: bytes, place: int) -> bytes:
    return photo[:place]


def flipped(photo: bytes, place: int) -> bytes:
    return photo[:place] + bytes([photo[place] ^ 0xFF]) + photo[place + 1 :]


@pytest.mark.filterwarnings("ignore::UserWarning")  # the library warns of what it repairs
def test_a_damaged_picture_is_refused_or_stored_and_never_a_fault(api: Api) -> None:
    ways: tuple[Callable[[bytes, int], bytes], ...] = (cut, flipped)
    damaged = {
        way(a_photo(kind), place) for kind in ("JPEG", "PNG", "WEBP") for way in ways for place in range(1, 120, 7)
    }

    answers = {put(api, picture) for picture in damaged}

    assert {status for status, _ in answers} <= {201, 413, 422}


def test_bytes_that_do_not_bear_their_hash_are_refused(api: Api) -> None:
    put(api, a_photo())

    answers = [api.put(f"/evidence/{sha256(a_photo())}", body) for body in (b"", a_photo() + b"x")]

    assert [(answer.status_code, (answer.json or {})["cause"]) for answer in answers] == [
        (422, "evidence_hash_differs")
    ] * 2


def test_a_photo_may_be_five_megabytes_and_no_byte_more(api: Api) -> None:
    full = a_photo().ljust(LARGEST_BYTES, b"\0")
    over = full + b"\0"

    assert put(api, full) == (201, None)
    assert put(api, over) == (413, "too_large")


def test_an_address_that_is_no_hash_names_nothing(api: Api) -> None:
    answers = [api.put(f"/evidence/{name}", a_photo()) for name in ("abc", sha256(b"").upper(), "g" * 64)]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_only_images_are_taken(api: Api) -> None:
    assert put(api, a_photo(), "text/html") == (415, "unsupported_media_type")
    assert put(api, a_photo(), "") == (201, None)
