"""Which S10 number an envelope gets."""

from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.domain.identifiers import S10, SerialRange, make_s10, may_reuse, parse_s10
from tracker.domain.refusal import Cause, Refusal
from tracker.store.models import SerialPool
from tracker.store.queries.numbers import first_with_pool, last_use_of, lock_chains, move_pool, pool_of, pools_holding

LOW_RANGE = "range_low"
CHECK_DIGIT_DIFFERS = "check_digit_differs"


def take_number(session: Session, office_ids: list[int], by: Desk) -> tuple[str, tuple[str, ...]]:
    """The next free number of the first of these offices that owns a range, and warnings.

    Raises Refusal range_exhausted.
    """
    office_id = first_with_pool(session, office_ids)
    while office_id is not None and (pool := pool_of(session, office_id)) is not None:
        assert pool.id is not None
        number = make_s10(pool.prefix, pool.next_serial, pool.country)
        serials = SerialRange(pool.prefix, pool.first_serial, pool.last_serial)
        move_pool(session, pool.id, pool.next_serial + 1)
        session.expire(pool)
        _hold(session, number)
        if _is_free(session, number.text, by):
            low = serials.is_low(pool.next_serial, by.config.numbers.low_water_percent)
            return number.text, (LOW_RANGE,) if low else ()
    raise Refusal(cause=Cause.RANGE_EXHAUSTED, fields={"number": Cause.RANGE_EXHAUSTED})


def check_given_number(session: Session, text: str, by: Desk) -> tuple[str, tuple[str, ...]]:
    """A number that stands on a pre-printed envelope.

    A wrong check digit is refused in our own ranges, elsewhere it is a warning.
    Raises Refusal bad_number, bad_check_digit, reuse_too_early.
    """
    number = parse_s10(text)
    if number is None:
        raise Refusal(cause=Cause.BAD_NUMBER, fields={"number": Cause.BAD_NUMBER})
    own = bool(_own_pools(session, number))
    if own and not number.check_is_right:
        raise Refusal(cause=Cause.BAD_CHECK_DIGIT, fields={"number": Cause.BAD_CHECK_DIGIT})
    _hold(session, number)
    if not _is_free(session, number.text, by):
        raise Refusal(
            cause=Cause.REUSE_TOO_EARLY,
            fields={"number": Cause.REUSE_TOO_EARLY},
            facts={"months": str(by.config.numbers.reuse_months)},
        )
    return number.text, () if number.check_is_right else (CHECK_DIGIT_DIFFERS,)


def _hold(session: Session, number: S10) -> None:
    """Whoever scans it meanwhile as a code nobody knows waits, and then finds the item."""
    lock_chains(session, [f"code:{number.text}"])


def _own_pools(session: Session, number: S10) -> list[SerialPool]:
    return [
        pool for pool in pools_holding(session, number.service, int(number.serial)) if pool.country == number.country
    ]


def _is_free(session: Session, number: str, by: Desk) -> bool:
    used = last_use_of(session, number)
    if used is None:
        return True
    is_final, final_at = used
    return is_final and may_reuse(final_at, by.at, by.config.numbers.reuse_months)
