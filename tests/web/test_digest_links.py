"""Each number of the day's digest leads a supervisor to a page that there is."""

import re
from collections.abc import Callable

from tests.builders import NOW, POST, the_config
from tests.web.visitor import Visitor
from tracker.digest_mail import DigestFacts, digest_message
from tracker.domain.ages import Age
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.runs import JobName
from tracker.domain.supervision import JobState, Supervised
from tracker.domain.vocabulary import Role
from tracker.store.queries.ages import KindByAge
from tracker.store.queries.board import Figures
from tracker.store.queries.digest import SilentAt
from tracker.store.queries.runs import FeedHealth


def test_every_link_of_a_digest_opens(signed_in: Callable[[Role], Visitor]) -> None:
    facts = DigestFacts(
        office="Sở Nội vụ",
        at=NOW,
        numbers=Figures(1, 1, 2, 1, 1, NOW.date()),
        silent=[SilentAt(POST, "Bưu cục", 1)],
        kinds=[KindByAge(DiscrepancyCode.MISROUTED, 1, {age: int(age is Age.DAY) for age in Age})],
        feeds=[FeedHealth("one_stop", None, NOW, "down")],
        stuck={JobName.RECONCILE: Supervised(JobState.DOWN)},
        is_running=False,
    )
    text = digest_message(facts, the_config(), "<a@b>").get_body(("plain",))
    assert text is not None
    base = re.escape(the_config().public.base_url)
    paths = set(re.findall(rf"(?m)^  {base}(/\S*)$", text.get_content()))
    supervisor = signed_in(Role.SUPERVISOR)

    assert len(paths) == 10
    assert {path: supervisor.get(path).status for path in paths} == dict.fromkeys(paths, 200)
