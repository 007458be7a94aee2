"""Signatures and photos."""

from flask import Response, request

from tracker.actions.desk import Desk
from tracker.actions.evidence import LARGEST_BYTES, known_evidence, picture_of, store_picture
from tracker.api.calls import api, call, told
from tracker.api.reading import whole_body
from tracker.api.sent import EvidencePath
from tracker.api.told import EvidenceTold
from tracker.domain.refusal import Cause, Refusal
from tracker.house import house
from tracker.store.engine import reading, transaction

IMAGES = ("image/jpeg", "image/png", "image/webp")
# What is in the bytes is decided by the bytes; a body without a type is as good as one of octets.
ACCEPTED = frozenset({"", *IMAGES, "application/octet-stream"})
BODY = {"required": True, "content": {image: {"schema": {"type": "string", "format": "binary"}} for image in IMAGES}}


@api.put(
    "/evidence/<sha256>",
    summary="Store an image by the hash of its bytes",
    responses={201: EvidenceTold, 200: EvidenceTold},
    openapi_extensions={"requestBody": BODY},
)
@call("PUT /evidence/<sha256>")
def put_evidence(by: Desk, path: EvidencePath) -> Response:
    """JPEG, PNG or WebP, at most 5 MB. What is kept is the picture alone, re-encoded; sent again it is answered 200."""
    if request.mimetype not in ACCEPTED:
        raise Refusal(cause=Cause.UNSUPPORTED_MEDIA_TYPE)
    request.max_content_length = LARGEST_BYTES
    sent = whole_body()
    with reading(house().engine) as session:
        known = known_evidence(session, path.sha256, sent)
    if known is None:
        # Outside the transaction: re-encoding a large photo takes longer than anybody should hold the writer's lock.
        picture = picture_of(path.sha256, sent)
        with transaction(house().engine) as session:
            known = store_picture(session, picture, by)
    return told(EvidenceTold(sha256=known.sha256, stored_sha256=known.stored_sha256), 201 if known.is_new else 200)
