"""Images in parts, for phones on poor networks: after the IETF draft "Resumable Uploads for HTTP"."""

from flask import Response, request
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.evidence import (
    LARGEST_BYTES,
    StoredEvidence,
    picture_of,
    refuse_other_bytes,
    store_picture,
    stored_evidence,
)
from tracker.actions.uploads import Part, drop_upload, keep_part, refuse_wrong_offset, upload_offset, whole_upload
from tracker.api.calls import api, call, told
from tracker.api.evidence import ACCEPTED
from tracker.api.reading import arriving_body
from tracker.api.sent import EvidencePath, PartHeader
from tracker.api.told import EvidenceTold
from tracker.domain.refusal import Cause, Refusal
from tracker.house import house
from tracker.store.engine import reading, transaction

PART_TYPE = "application/partial-upload"
OCTETS = "application/octet-stream"
BODY = {
    "required": True,
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (PART_TYPE, OCTETS)},
}


@api.route("/evidence/<sha256>", methods=["HEAD"])
@call("HEAD /evidence/<sha256>")
def ask_upload(by: Desk, path: EvidencePath) -> Response:
    """`Upload-Offset` bytes are here; `Upload-Complete` is `?1` once the image is stored."""
    with reading(house().engine) as session:
        known = stored_evidence(session, path.sha256)
        here = known.sent_bytes if known else upload_offset(session, path.sha256, by)
    return _marked(Response(status=204), here, is_complete=known is not None)


@api.patch(
    "/evidence/<sha256>",
    summary="Send an image in parts",
    responses={201: EvidenceTold, 200: EvidenceTold, 204: None},
    openapi_extensions={"requestBody": BODY},
)
@call("PATCH /evidence/<sha256>")
def patch_evidence(by: Desk, path: EvidencePath, header: PartHeader) -> Response:
    """A wrong `Upload-Offset` is answered 409 with the right one; after the last part the image is stored as by PUT."""
    if request.mimetype not in {*ACCEPTED, PART_TYPE}:
        raise Refusal(cause=Cause.UNSUPPORTED_MEDIA_TYPE)
    with reading(house().engine) as session:
        known = stored_evidence(session, path.sha256)
        if known is None:
            refuse_wrong_offset(session, path.sha256, header.offset, by)
    if known is not None:
        return _stored(known)
    request.max_content_length = LARGEST_BYTES - header.offset
    content, has_ended = arriving_body()
    part = Part(header.offset, content)
    with transaction(house().engine) as session:
        here = _keep_unless_stored(session, path.sha256, part, by)
    if isinstance(here, StoredEvidence):
        return _stored(here)
    if not (header.is_last and has_ended):
        return _marked(Response(status=204), here, is_complete=False)
    return _stored(_complete(path.sha256, by))


def _keep_unless_stored(session: Session, sha256: str, part: Part, by: Desk) -> int | StoredEvidence:
    """While a part was on its way, another call may have brought the end and cleared the rest away."""
    try:
        return keep_part(session, sha256, part, by)
    except Refusal:
        known = stored_evidence(session, sha256)
        if known is None:
            raise
        return known


def _complete(sha256: str, by: Desk) -> StoredEvidence:
    with reading(house().engine) as session:
        # The end may have been said twice at once; then the parts of it are gone already.
        known = stored_evidence(session, sha256)
        sent = whole_upload(session, sha256, by)
    if known is not None:
        return known
    try:
        refuse_other_bytes(sha256, sent)
        # Outside the transaction, as of a whole image.
        picture = picture_of(sha256, sent)
    except Refusal:
        with transaction(house().engine) as session:
            drop_upload(session, sha256, by)
        raise
    with transaction(house().engine) as session:
        kept = store_picture(session, picture, by)
        drop_upload(session, sha256, by)
    return kept


def _stored(kept: StoredEvidence) -> Response:
    answer = told(EvidenceTold(sha256=kept.sha256, stored_sha256=kept.stored_sha256), 201 if kept.is_new else 200)
    return _marked(answer, kept.sent_bytes, is_complete=True)


def _marked(answer: Response, here: int | None, *, is_complete: bool) -> Response:
    answer.headers["Upload-Complete"] = "?1" if is_complete else "?0"
    answer.headers["Upload-Limit"] = f"max-size={LARGEST_BYTES}"
    if here is not None:
        answer.headers["Upload-Offset"] = str(here)
    return answer
