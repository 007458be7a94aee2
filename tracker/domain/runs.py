"""What the schedules do, and how one run of it ended."""

from enum import StrEnum


class JobName(StrEnum):
    PULL_ONE_STOP = "pull_one_stop"
    RECONCILE = "reconcile"


class RunState(StrEnum):
    """`asked`: a person wants it now and the leader has not begun; `abandoned`: its process died or lost the lead."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    ABANDONED = "abandoned"


class RunOutcome(StrEnum):
    """`partial`: some rows could not be read, the others were applied. `suspicious`: the source's answer
    was not believed, and nothing was closed on its word."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    SUSPICIOUS = "suspicious"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
