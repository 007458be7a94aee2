"""Which passwords are refused: too short, too long, or guessed early by who knows the lists of leaked ones."""

from zxcvbn import zxcvbn

from tracker.domain.refusal import Cause, Refusal

SHORTEST, LONGEST = 12, 128
GUESSED_FIRST = ("matkhau", "vietnam", "camau", "hanhchinh")
STRONG_ENOUGH = 3
JUDGED_CHARACTERS = 72  # the library refuses more; what follows can only make a password stronger


def refuse_weak_password(password: str, name: str) -> None:
    """No rule of composition. Raises Refusal weak_password."""
    too_plain = zxcvbn(password[:JUDGED_CHARACTERS], [name, *GUESSED_FIRST])["score"] < STRONG_ENOUGH
    if not SHORTEST <= len(password) <= LONGEST or too_plain:
        raise Refusal(cause=Cause.WEAK_PASSWORD, fields={"password": Cause.WEAK_PASSWORD})
