"""Signatures and photos: re-encoded before they are kept, so that nothing but the picture comes in."""

import hashlib
import io
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from zipfile import is_zipfile

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.domain.refusal import Cause, Refusal
from tracker.store.insert import insert_if_absent
from tracker.store.models import Evidence
from tracker.store.tables import EVIDENCE, EVIDENCE_IMAGE

LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_PIXELS = 25_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
JPEG_QUALITY = 85
# No camera writes these into a photo; who does wants it read as something else.
ANOTHER_FILE = re.compile(rb"<\?php|<script|<html|<!doctype", re.IGNORECASE)
# What the library raises for bytes that only begin like an image, and for an image too large to open.
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
    TypeError,
    KeyError,
    IndexError,
    ZeroDivisionError,
    MemoryError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class StoredEvidence:
    """`sha256` is of what was sent, `stored_sha256` of what is kept."""

    sha256: str
    stored_sha256: str
    is_new: bool
    sent_bytes: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Checked and re-encoded, not yet stored."""

    sha256: str
    stored_sha256: str
    image: bytes
    sent_bytes: int


def store_evidence(session: Session, sha256: str, sent: bytes, by: Desk) -> StoredEvidence:
    """Raises Refusal evidence_hash_differs, evidence_too_large, evidence_not_image."""
    known = known_evidence(session, sha256, sent)
    return known or store_picture(session, picture_of(sha256, sent), by)


def known_evidence(session: Session, sha256: str, sent: bytes) -> StoredEvidence | None:
    """Raises Refusal evidence_hash_differs."""
    refuse_other_bytes(sha256, sent)
    return stored_evidence(session, sha256)


def refuse_other_bytes(sha256: str, sent: bytes) -> None:
    """Raises Refusal evidence_hash_differs."""
    if hashlib.sha256(sent).hexdigest() != sha256:
        raise _refusal(Cause.EVIDENCE_HASH_DIFFERS)


def stored_evidence(session: Session, sha256: str) -> StoredEvidence | None:
    known = session.get(Evidence, sha256)
    return StoredEvidence(sha256, known.stored_sha256, is_new=False, sent_bytes=known.sent_bytes) if known else None


def refuse_unknown_evidence(session: Session, named: Sequence[str]) -> None:
    """Raises Refusal evidence_unknown, naming the first that was never sent."""
    for index, sha256 in enumerate(named):
        if session.get(Evidence, sha256) is None:
            raise Refusal(cause=Cause.EVIDENCE_UNKNOWN, fields={f"evidence.{index}": Cause.EVIDENCE_UNKNOWN})


def picture_of(sha256: str, sent: bytes) -> Picture:
    """`sha256` is of `sent`. Needs no session: a large photo takes longer than a transaction may."""
    image = reencode(sent)
    return Picture(sha256, hashlib.sha256(image).hexdigest(), image, len(sent))


def store_picture(session: Session, picture: Picture, by: Desk) -> StoredEvidence:
    stored = picture.stored_sha256
    # Another upload of it may have ended while this one was re-encoded.
    known = stored_evidence(session, picture.sha256)
    if known is not None:
        return known
    insert_if_absent(session, EVIDENCE_IMAGE, {"stored_sha256": stored, "image": picture.image})
    is_new = insert_if_absent(
        session,
        EVIDENCE,
        {
            "sha256": picture.sha256,
            "stored_sha256": stored,
            "uploaded_at": by.at,
            "uploaded_by": by.actor.account_id,
            "sent_bytes": picture.sent_bytes,
        },
    )
    note_audit(session, Deed("evidence stored", f"evidence:{picture.sha256}"), at=by.at, actor=by.actor.name)
    return StoredEvidence(picture.sha256, stored, is_new, picture.sent_bytes)


def reencode(sent: bytes) -> bytes:
    """The picture as JPEG: no metadata, no thumbnail, no second file hidden behind the first."""
    if len(sent) > LARGEST_BYTES:
        raise _refusal(Cause.EVIDENCE_TOO_LARGE)
    if ANOTHER_FILE.search(sent) or is_zipfile(io.BytesIO(sent)):
        raise _refusal(Cause.EVIDENCE_NOT_IMAGE)
    try:
        with Image.open(io.BytesIO(sent), formats=FORMATS) as opened:
            if opened.width * opened.height > LARGEST_PIXELS:
                raise _refusal(Cause.EVIDENCE_TOO_LARGE)
            upright = _on_white(ImageOps.exif_transpose(opened))
    except UNREADABLE as error:
        raise _refusal(Cause.EVIDENCE_NOT_IMAGE) from error
    kept = io.BytesIO()
    upright.save(kept, "JPEG", quality=JPEG_QUALITY)
    return kept.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """On a new sheet, so that comments and profiles stay behind; a signature drawn on nothing must not turn black."""
    sheet = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        drawn = picture.convert("RGBA")
        sheet.paste(drawn, mask=drawn)
    else:
        sheet.paste(picture.convert("RGB"))
    return sheet


def _refusal(cause: Cause) -> Refusal:
    return Refusal(cause=cause, fields={"body": cause})
