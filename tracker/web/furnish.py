"""What templates may call, in one list."""

from urllib.parse import urlencode

from flask import Flask, request

from tracker.domain.outage import REASON_LETTERS
from tracker.domain.vocabulary import AttemptAction, AttemptReason
from tracker.phrases import national_status_phrase, next_step_phrase, phrase_of
from tracker.web.access import actor, form_token_value
from tracker.web.assets import asset
from tracker.web.demo import is_demo
from tracker.web.drawings import icon, tally
from tracker.web.feed_words import feed_words
from tracker.web.formats import teach_formats
from tracker.web.headers import nonce
from tracker.web.item_story import holder_words
from tracker.web.language import gettext, language, ngettext, other_language
from tracker.web.marks import mark_of
from tracker.web.navigation import is_current, tabs_of
from tracker.web.offered_papers import PaperReason, papers_of_leg, papers_of_page, papers_of_view
from tracker.web.order_words import said_by_post, why_of
from tracker.web.reading import old_label_words, unknown_words
from tracker.web.reasons import offered_reasons
from tracker.web.standstill import standstill
from tracker.web.verdicts import prospect_words


def url_in_other_language() -> str:
    """Relative to the page, so that a token stands in no page that is not its own."""
    kept = {key: value for key, value in request.args.items() if key != "lang"}
    return f"?{urlencode({**kept, 'lang': other_language()})}"


def attempt_reasons() -> list[tuple[str, str]]:
    return [(word.value, gettext(phrase_of(word))) for word in AttemptReason]


def lettered_reasons() -> list[tuple[str, str]]:
    """With the letter that stands for it on an outage sheet."""
    return [(word.value, f"{letter}: {gettext(phrase_of(word))}") for word, letter in REASON_LETTERS.items()]


def attempt_actions() -> list[tuple[str, str]]:
    return [(word.value, gettext(phrase_of(word))) for word in AttemptAction]


def paper_reasons() -> list[tuple[str, str]]:
    return [(word.value, gettext(f"paper_reason.{word}")) for word in PaperReason]


def furnish(app: Flask) -> None:
    teach_formats(app)
    app.jinja_env.globals.update(
        actor=actor, attempt_actions=attempt_actions, attempt_reasons=attempt_reasons,
        offered_reasons=offered_reasons, asset=asset, feed_words=feed_words, form_token_value=form_token_value,
        holder_words=holder_words, icon=icon,
        is_current=is_current, is_demo=is_demo, language=language, lettered_reasons=lettered_reasons, mark_of=mark_of,
        national_status_phrase=national_status_phrase, next_step_phrase=next_step_phrase, ngettext=ngettext,
        nonce=nonce, old_label_words=old_label_words, other_language=other_language, paper_reasons=paper_reasons,
        papers_of_leg=papers_of_leg, papers_of_page=papers_of_page, papers_of_view=papers_of_view,
        phrase_of=phrase_of, prospect_words=prospect_words, said_by_post=said_by_post,
        standstill=standstill, tabs_of=tabs_of, tally=tally,
        unknown_words=unknown_words, url_in_other_language=url_in_other_language, why_of=why_of,
    )  # fmt: skip
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
