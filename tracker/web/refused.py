"""From a refusal's codes to sentences beside their fields."""

from collections.abc import Mapping

from tracker.domain.refusal import Cause, Refusal
from tracker.phrases import refusal_phrase
from tracker.web.language import gettext

# What a required field is called, so that the list of faults says which one is empty.
CAPTIONS = {
    "number": "dossier.number",
    "procedure": "dossier.procedure",
    "applicant.name": "reveal.name",
    "applicant.phone": "reveal.phone",
    "applicant.address.line": "register.line",
    "receiving_office": "dossier.receiving",
}


def sentence_of(code: str, facts: Mapping[str, str]) -> str:
    phrase, told = refusal_phrase(code, facts)
    return gettext(phrase, **told)


def field_id(field: str) -> str:
    """`documents.0.count` is the field with the id `documents-0-count`."""
    return field.replace(".address.ward_code", "-ward").replace(".address.line", "-line").replace(".", "-")


def errors_of(refusal: Refusal) -> dict[str, str]:
    """Sentence by the id of the field; a refusal that names no field speaks for the whole form."""
    if not refusal.fields:
        return {"content": sentence_of(refusal.cause, refusal.facts)}
    return {field_id(field): _of_field(field, code, refusal.facts) for field, code in refusal.fields.items()}


def _of_field(field: str, code: str, facts: Mapping[str, str]) -> str:
    if code == Cause.FIELD_REQUIRED and field in CAPTIONS:
        return gettext("form.empty", field=gettext(CAPTIONS[field]))
    return sentence_of(code, facts)
