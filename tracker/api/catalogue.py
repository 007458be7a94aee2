"""Who I am, which offices there are, which procedures may be posted."""

from flask import Response

from tracker.actions.desk import Desk
from tracker.api.calls import api, call, told
from tracker.api.paging import code_after, cut
from tracker.api.sent import PageQuery
from tracker.api.told import MayBePosted, MeTold, OfficesPage, OfficeTold, ProceduresPage, ProcedureTold
from tracker.domain.vocabulary import OfficeKind
from tracker.house import house
from tracker.store.engine import reading
from tracker.store.models import Office, Procedure
from tracker.store.queries.catalogue import offices_after, procedures_after


@api.get("/me", summary="The caller: name, role, office, device", responses={200: MeTold})
@call("GET /me")
def show_me(by: Desk) -> Response:
    actor = by.actor
    return told(MeTold(name=actor.name, role=actor.role, office=actor.office_code, device=actor.device))


@api.get("/offices", summary="Offices, by code", responses={200: OfficesPage})
@call("GET /offices")
def list_offices(_: Desk, query: PageQuery) -> Response:
    with reading(house().engine) as session:
        rows, last = cut(offices_after(session, code_after(query), query.limit + 1), query.limit)
        page = OfficesPage(data=[_office(*row) for row in rows], next=last[0].code if last else None)
    return told(page)


def _office(office: Office, parent: str | None) -> OfficeTold:
    return OfficeTold(
        code=office.code,
        name=office.name,
        kind=OfficeKind(office.kind),
        parent=parent,
        service_point=office.service_point,
    )


@api.get("/procedures", summary="Procedures in force today, by code", responses={200: ProceduresPage})
@call("GET /procedures")
def list_procedures(by: Desk, query: PageQuery) -> Response:
    today = by.config.office.local_date(by.at)
    with reading(house().engine) as session:
        rows, last = cut(procedures_after(session, code_after(query), query.limit + 1, today), query.limit)
        page = ProceduresPage(data=[_procedure(row) for row in rows], next=last.code if last else None)
    return told(page)


def _procedure(row: Procedure) -> ProcedureTold:
    return ProcedureTold(
        code=row.code,
        name=row.name,
        days=row.days,
        may_be_posted=MayBePosted(send=row.may_send, result=row.may_result),
        reason=row.reason,
    )
