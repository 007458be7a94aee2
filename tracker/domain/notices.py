"""What citizens were told, and how: kinds and means only, never to whom or in which words."""

from enum import StrEnum


class NoticeKind(StrEnum):
    SUPPLEMENT_ASKED = "supplement_asked"


class NoticeMeans(StrEnum):
    PHONE = "phone"
    MESSAGE = "message"
    LETTER = "letter"
    IN_PERSON = "in_person"
