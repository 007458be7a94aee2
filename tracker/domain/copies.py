"""What a printed copy is good for, as a desk reads it."""

from enum import StrEnum

from tracker.domain.vocabulary import LabelState


class CopyState(StrEnum):
    """As LabelState, and `waiting`: printed before its envelope was registered."""

    WAITING = "waiting"
    CURRENT = "current"
    SUPERSEDED = "superseded"
    VOID = "void"


def copy_state(state: LabelState, *, has_item: bool) -> CopyState:
    if state is LabelState.CURRENT and not has_item:
        return CopyState.WAITING
    return CopyState(state.value)
