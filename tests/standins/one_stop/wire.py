"""Dossiers and their steps in the words of the wire: local times as text, empty texts, some numbers as texts."""

import json
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from zlib import crc32

from tests.standins.one_stop.histories import LOCAL, Entry, Snapshot, is_step_back

Value = str | int | bool
Row = dict[str, Value]

DATE_TIME = "%d/%m/%Y %H:%M:%S"
STATUS_TEXT = {
    "new": "Mới nộp",
    "receiving": "Chờ tiếp nhận",
    "waiting": "Chờ bổ sung",
    "processing": "Đang xử lý",
    "pausing": "Tạm dừng",
    "posting": "Đang gửi trả",
    "correcting": "Đề nghị sửa hồ sơ",
    "cancelling": "Đề nghị rút hồ sơ",
    "interoperating": "Đang liên thông",
    "releasing": "Có kết quả",
    "denied": "Bị từ chối tiếp nhận",
    "unresolved": "Không giải quyết được",
    "cancelled": "Đã rút",
    "done": "Đã hoàn tất",
}
STEP_CODE = {status: str(100 + 10 * place) for place, status in enumerate(STATUS_TEXT)}
WARDS = (("32002", "Phường An Xuyên"), ("31825", "Phường Bạc Liêu"), ("32191", "Xã Năm Căn"), ("32248", "Xã Đất Mũi"))
FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Đặng", "Lâm", "Quách")
GIVEN_NAMES = ("Văn Mẫu", "Thị Thử", "Minh Giả", "Ngọc Ví", "Hữu Dụ", "Thanh Nháp")
OFFICERS = ("Cán bộ một cửa 1", "Cán bộ một cửa 2", "Cán bộ thụ lý")


def local_text(at: datetime | None) -> str:
    return at.astimezone(LOCAL).strftime(DATE_TIME) if at else ""


def dossier_row(snapshot: Snapshot) -> Row:
    """Every field of an item; `applicantName` as it was written."""
    return (
        _numbers_and_names(snapshot)
        | _people(snapshot)
        | _dates(snapshot)
        | _status(snapshot)
        | _postal(snapshot)
        | _last_step(snapshot)
        | _remainder(snapshot)
    )


def listed_row(snapshot: Snapshot) -> Row:
    row = dossier_row(snapshot)
    return row | {"applicantName": str(row["applicantName"]).upper()}


def action_rows(snapshot: Snapshot) -> list[Row]:
    entries: tuple[Entry | None, ...] = (None, *snapshot.entries)
    return [_action_row(snapshot, before, after) for before, after in pairwise(entries) if after]


def _pick(snapshot: Snapshot, what: str, count: int) -> int:
    """Varies from dossier to dossier, and is the same in every answer and every run."""
    return crc32(f"{snapshot.dossier.number}/{what}".encode()) % count


def _number(snapshot: Snapshot, what: str, value: int) -> int | str:
    return str(value) if _pick(snapshot, what, 2) else value


def _numbers_and_names(snapshot: Snapshot) -> Row:
    dossier = snapshot.dossier
    return {
        "dossierId": _number(snapshot, "dossierId", dossier.dossier_id),
        "dossierIdCTN": dossier.portal_number,
        "referenceUid": dossier.reference_uid,
        "dossierNo": dossier.number,
        "counter": _number(snapshot, "counter", dossier.dossier_id % 10_000),
        "serviceCode": dossier.service_code,
        "serviceName": dossier.service_name,
        "govAgencyCode": dossier.agency_code,
        "govAgencyName": dossier.agency_name,
    }


def _people(snapshot: Snapshot) -> Row:
    name, phone = _applicant_name(snapshot), _phone(snapshot)
    ward_code, ward_name = _ward(snapshot)
    is_delegated = _pick(snapshot, "delegate", 3) == 0
    return {
        "applicantName": name,
        "applicantIdType": "citizen",
        "applicantIdNo": f"000{_pick(snapshot, 'identity', 10**9):09d}",
        "address": _address(snapshot),
        "cityCode": _number(snapshot, "cityCode", 96),
        "cityName": "Cà Mau",
        "districtCode": "",
        "districtName": "",
        "wardCode": ward_code,
        "wardName": ward_name,
        "contactName": name,
        "contactTelNo": phone,
        "contactEmail": "",
        "delegateName": name if is_delegated else "",
        "delegateTelNo": phone if is_delegated else "",
        "delegateIdNo": "",
    }


def _applicant_name(snapshot: Snapshot) -> str:
    family, given = _pick(snapshot, "family", len(FAMILY_NAMES)), _pick(snapshot, "given", len(GIVEN_NAMES))
    return snapshot.dossier.applicant_name or f"{FAMILY_NAMES[family]} {GIVEN_NAMES[given]}"


def _phone(snapshot: Snapshot) -> str:
    return snapshot.dossier.phone or f"0000{_pick(snapshot, 'phone', 10**6):06d}"


def _address(snapshot: Snapshot) -> str:
    return snapshot.dossier.address or f"{1 + _pick(snapshot, 'house', 200)} đường Thử Nghiệm"


def _ward(snapshot: Snapshot) -> tuple[str, str]:
    if snapshot.dossier.ward_code:
        return snapshot.dossier.ward_code, snapshot.dossier.ward_name
    return WARDS[_pick(snapshot, "ward", len(WARDS))]


def _dates(snapshot: Snapshot) -> Row:
    reached = snapshot.milestones
    return {
        "createDate": local_text(snapshot.created_at),
        "modifiedDate": local_text(snapshot.current.at),
        "submitDate": local_text(snapshot.created_at),
        "receiveDate": local_text(reached.received_at),
        "dueDate": local_text(snapshot.due_at),
        "extendDate": "",
        "releaseDate": local_text(reached.released_at),
        "finishDate": local_text(reached.finished_at),
        "cancellingDate": local_text(reached.cancelling_at),
        "correctingDate": local_text(reached.correcting_at),
    }


def _status(snapshot: Snapshot) -> Row:
    current = snapshot.current
    return {
        "dossierStatus": current.status,
        "dossierStatusText": STATUS_TEXT[current.status],
        "dossierSubStatus": current.sub_status,
        "dossierSubStatusText": current.sub_status.replace("_", " ").capitalize(),
        "lockState": "",
        "dossierOverdue": _overdue(snapshot),
    }


def _overdue(snapshot: Snapshot) -> str:
    if snapshot.due_at is None:
        return "Chưa có hạn xử lý"
    left = snapshot.due_at - (snapshot.milestones.released_at or snapshot.now)
    hours = int(abs(left.total_seconds()) // 3600)
    return f"{'Còn' if left.total_seconds() >= 0 else 'Quá hạn'} {hours // 24} ngày {hours % 24} giờ"


def _postal(snapshot: Snapshot) -> Row:
    dossier = snapshot.dossier
    is_chosen = dossier.via_postal > 1
    return {
        "viaPostal": _number(snapshot, "viaPostal", dossier.via_postal),
        "postalAddress": _address(snapshot) if is_chosen else "",
        "postalCityCode": _number(snapshot, "postalCityCode", 96) if is_chosen else "",
        "postalCityName": "Cà Mau" if is_chosen else "",
        "postalDistrictCode": "",
        "postalDistrictName": "",
        "postalTelNo": _phone(snapshot) if is_chosen else "",
        "vnpostalStatus": _number(snapshot, "vnpostalStatus", dossier.vnpostal_status),
        "vnpostalProfile": _vnpostal_profile(snapshot),
        "fromViaPostal": _number(snapshot, "fromViaPostal", int(dossier.from_via_postal)),
    }


def _vnpostal_profile(snapshot: Snapshot) -> str:
    """JSON inside a text, as the collection by post stores it."""
    if not snapshot.dossier.vnpostal_status:
        return ""
    sender: Mapping[str, str] = {"senderName": _applicant_name(snapshot), "senderTel": _phone(snapshot)}
    return json.dumps(sender, ensure_ascii=False)


def _last_step(snapshot: Snapshot) -> Row:
    last = action_rows(snapshot)[-1]
    return {
        "stepCode": last["stepCode"],
        "stepName": last["stepName"],
        "stepDuedate": last["dueDate"],
        "lastActionDate": last["createDate"],
        "lastActionCode": last["actionCode"],
        "lastActionName": last["actionName"],
        "lastActionUser": last["actionUser"],
        "lastActionNote": last["actionNote"],
    }


def _remainder(snapshot: Snapshot) -> Row:
    return {
        "durationCount": _number(snapshot, "durationCount", snapshot.dossier.processing_days),
        "durationUnit": _number(snapshot, "durationUnit", 0),
        "online": is_online(snapshot),
        "systemId": _number(snapshot, "systemId", 0),
        "serviceLevel": _number(snapshot, "serviceLevel", 2 + _pick(snapshot, "level", 3)),
        "originality": _number(snapshot, "originality", 3),
    }


def is_online(snapshot: Snapshot) -> bool:
    return not snapshot.dossier.from_via_postal and _pick(snapshot, "online", 2) == 1


def _action_row(snapshot: Snapshot, before: Entry | None, after: Entry) -> Row:
    went_back = before is not None and is_step_back(before, after)
    is_last = after is snapshot.current
    step_name = STATUS_TEXT[after.status]
    return {
        "fromStepCode": STEP_CODE[before.status] if before else "",
        "fromStepName": STATUS_TEXT[before.status] if before else "",
        "actionCode": "9000" if went_back else f"{STEP_CODE[after.status]}0",
        "actionName": f"Quay lại bước: {step_name}" if went_back else f"Chuyển sang: {step_name}",
        "actionUser": after.user or OFFICERS[_pick(snapshot, "officer", len(OFFICERS))],
        "actionNote": after.note,
        "actionOverdue": _number(snapshot, "actionOverdue", 0),
        "stepCode": STEP_CODE[after.status],
        "stepName": step_name,
        "dueDate": local_text(snapshot.due_at),
        "pending": is_last,
        "rollbackable": is_last and before is not None,
        "createDate": local_text(after.at),
    }
