"""Dossiers: register one, read what the caller may see."""

from flask import Response
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.idempotency import KeptAnswer
from tracker.actions.people import DocumentGiven
from tracker.actions.register import NewDossier, register_dossier
from tracker.api.calls import JSON, ONCE_ONLY, PREFIX, api, call, told
from tracker.api.creating import create_once
from tracker.api.paging import cut, id_after
from tracker.api.people import note_persons_read, person_given, person_told
from tracker.api.sent import DossierSent, NumberPath, PageQuery
from tracker.api.told import ClaimTold, ClocksTold, DossiersPage, DossierTold, OneDossierTold
from tracker.domain.refusal import Cause, Refusal
from tracker.house import house
from tracker.store.engine import reading
from tracker.store.queries.dossiers import DossierSeen, dossier_seen, dossiers_seen
from tracker.store.queries.items import persons_seen


@api.post("/dossiers", summary="Register a dossier", responses={201: DossierTold}, openapi_extensions=ONCE_ONLY)
@call("POST /dossiers")
def register_one_dossier(by: Desk, body: DossierSent) -> Response:
    """A procedure that is closed to the post is refused with its reason."""

    def make(session: Session) -> KeptAnswer:
        new = _new_dossier(body)
        register_dossier(session, new, by)
        seen = dossier_seen(session, by.actor, new.number)
        assert seen is not None, "the office that registers a dossier sees it"
        answer = _told(seen).model_dump_json().encode()
        return KeptAnswer(201, JSON, answer, f"{PREFIX}/dossiers/{seen.number}")

    return create_once(by, body, make)


def _new_dossier(body: DossierSent) -> NewDossier:
    return NewDossier(
        number=body.number,
        portal_number=body.portal_number,
        procedure=body.procedure,
        receiving_office=body.receiving_office,
        deciding_agency=body.deciding_agency,
        return_office=body.return_office,
        applicant=person_given(body.applicant),
        documents=tuple(DocumentGiven(paper.name, paper.kind, paper.count) for paper in body.documents),
        result_by_post=body.result_by_post,
    )


@api.get("/dossiers", summary="Dossiers, in the order they were registered", responses={200: DossiersPage})
@call("GET /dossiers")
def list_dossiers(by: Desk, query: PageQuery) -> Response:
    after = id_after(query)
    with reading(house().engine) as session:
        rows, last = cut(dossiers_seen(session, by.actor, after=after, limit=query.limit + 1), query.limit)
    return told(DossiersPage(data=[_told(row) for row in rows], next=str(last.id) if last else None))


@api.get("/dossiers/<number>", summary="A dossier, by any number it answers to", responses={200: OneDossierTold})
@call("GET /dossiers/<number>")
def show_dossier(by: Desk, path: NumberPath) -> Response:
    with reading(house().engine) as session:
        seen = dossier_seen(session, by.actor, path.number)
        if seen is None:
            raise Refusal(cause=Cause.NOT_FOUND)
        applicant = persons_seen(session, [seen.applicant_id])[seen.applicant_id]
    note_persons_read(house().engine, f"dossier:{seen.number}", by)
    return told(OneDossierTold(**_told(seen).__dict__, applicant=person_told(applicant, by)))


def _told(seen: DossierSeen) -> DossierTold:
    return DossierTold(
        number=seen.number,
        aliases=list(seen.aliases),
        procedure=seen.procedure,
        items=list(seen.items),
        claims=[ClaimTold.model_validate(claim) for claim in seen.claims],
        clocks=ClocksTold.model_validate(seen.clocks),
    )
