"""What the schedules do, and how one run of it ended."""

from enum import StrEnum


class JobName(StrEnum):
    PULL_ONE_STOP = "pull_one_stop"
    PULL_VNPOST = "pull_vnpost"
    PULL_MY_VNPOST = "pull_my_vnpost"
    PULL_NATIONAL_PORTAL = "pull_national_portal"
    PULL_FOLDER = "pull_folder"
    SEND_ORDERS = "send_orders"
    SEND_DIGEST = "send_digest"
    RECONCILE = "reconcile"
    DAILY_ROOT = "daily_root"
    EXAMINE_BOOKS = "examine_books"
    EXPIRE_HOLDS = "expire_holds"
    RECOMPUTE_DUE_DATES = "recompute_due_dates"


class RunState(StrEnum):
    """`asked`: a person wants it now and the leader has not begun; `abandoned`: its process died or lost the lead."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    ABANDONED = "abandoned"


class FeedFault(StrEnum):
    """Why a source's answer was not used. An answer that is not 200 bears `http_` and its status instead."""

    NOT_CONFIGURED = "not_configured"
    DOWN = "down"
    TIMEOUT = "timeout"
    HTML = "html"
    TRUNCATED = "truncated"
    NO_BODY = "no_body"
    NOT_UTF8 = "not_utf8"
    BAD_SHAPE = "bad_shape"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    LOSS = "loss"
    RESTING = "resting"
    UNREADABLE = "unreadable"
    SHORT = "short"
    REPEATED = "repeated"
    SIGN_IN = "sign_in"


HTTP_FAULT = "http_"
# The source answered: what it said is the trouble, so asking it again does no harm.
_ANSWERED = frozenset({FeedFault.EMPTY, FeedFault.LOSS, FeedFault.UNREADABLE, FeedFault.SHORT, FeedFault.REPEATED})
# Whoever is asked too often cannot recover; who is not asked at all cannot fail.
_NO_CALL = frozenset({FeedFault.NOT_CONFIGURED, FeedFault.RESTING})
# Answers that a person may declare right.
BELIEVABLE = frozenset({FeedFault.EMPTY, FeedFault.LOSS})


def is_answered(fault: str) -> bool:
    return fault in _ANSWERED


def is_call_failed(fault: str) -> bool:
    return bool(fault) and not is_answered(fault) and fault not in _NO_CALL


class RunOutcome(StrEnum):
    """`partial`: some rows could not be read, the others were applied. `suspicious`: the source's answer
    was not believed, and nothing was closed on its word."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    SUSPICIOUS = "suspicious"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
