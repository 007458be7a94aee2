"""Offices, accounts and number ranges of the demo. Names of places are real, everything else is invented."""

from tracker import places
from tracker.actions.founding import NewOffice, NewRange
from tracker.domain.vocabulary import OfficeKind, Role

PROVINCE = "96"
ROOT = "H12"
CENTRE = "H12.TT"
AGENCY = "H12.NNMT"
AN_XUYEN, BAC_LIEU, DAM_DOI = "H12.32002", "H12.31825", "H12.32152"
POST_CA_MAU, POST_BAC_LIEU, POST_DAM_DOI = "BC.CM", "BC.BL", "BC.DD"
HOURS = "07:00–11:00, 13:00–17:00, thứ Hai đến thứ Sáu"
PASSWORD = "giaonhan-demo"  # noqa: S105  # published: the demo's accounts are for everybody
PIN = "261126"


def _wards_of(post_office: str) -> tuple[str, ...]:
    """Communes of old Bạc Liêu, the east around Đầm Dơi, and the rest."""
    codes = [ward.code for ward in places.find_wards("", first_province=PROVINCE, limit=100)]
    ours = [code for code in codes if (ward := places.ward_of(code)) and ward.province.code == PROVINCE]
    return tuple(code for code in ours if _post_office_of(code) == post_office)


def _post_office_of(ward_code: str) -> str:
    if ward_code < "32000":
        return POST_BAC_LIEU
    return POST_DAM_DOI if "32152" <= ward_code < "32190" else POST_CA_MAU


def offices() -> list[NewOffice]:
    return [_root(), *_post_offices(), *_desks()]


def _root() -> NewOffice:
    return NewOffice(
        code=ROOT,
        name="Văn phòng Ủy ban nhân dân tỉnh Cà Mau",
        short_name="Văn phòng UBND tỉnh",
        place_name="Cà Mau",
        kind=OfficeKind.AGENCY,
        province_code=PROVINCE,
        opening_hours=HOURS,
    )


def _post_offices() -> list[NewOffice]:
    rows = (
        (POST_CA_MAU, "Bưu cục Cà Mau", "Cà Mau", "32014", "Số 3 đường Lưu Tấn Tài"),
        (POST_BAC_LIEU, "Bưu cục Bạc Liêu", "Bạc Liêu", "31825", "Số 20 đường Trần Phú"),
        (POST_DAM_DOI, "Bưu cục Đầm Dơi", "Đầm Dơi", "32152", "Khóm 4"),
    )
    return [
        NewOffice(
            code=code,
            name=name,
            short_name=name,
            place_name=place,
            kind=OfficeKind.POST_OFFICE,
            parent=ROOT,
            service_point=True,
            province_code=PROVINCE,
            ward_code=ward,
            address=address,
            opening_hours=HOURS,
            phone="1900 54 54 81",
            serves_wards=_wards_of(code),
        )
        for code, name, place, ward, address in rows
    ]


def _desks() -> list[NewOffice]:
    centre, commune, agency = OfficeKind.CENTRE, OfficeKind.COMMUNE, OfficeKind.AGENCY
    rows = (
        (CENTRE, "Trung tâm Phục vụ hành chính công tỉnh Cà Mau", "TT PVHCC tỉnh", "Cà Mau", centre, POST_CA_MAU, "32014"),
        (AN_XUYEN, "Bộ phận Một cửa phường An Xuyên", "Một cửa P. An Xuyên", "An Xuyên", commune, POST_CA_MAU, "32002"),
        (BAC_LIEU, "Bộ phận Một cửa phường Bạc Liêu", "Một cửa P. Bạc Liêu", "Bạc Liêu", commune, POST_BAC_LIEU, "31825"),
        (DAM_DOI, "Bộ phận Một cửa xã Đầm Dơi", "Một cửa X. Đầm Dơi", "Đầm Dơi", commune, POST_DAM_DOI, "32152"),
        (AGENCY, "Sở Nông nghiệp và Môi trường tỉnh Cà Mau", "Sở NN và MT", "Cà Mau", agency, POST_CA_MAU, "32014"),
    )  # fmt: skip
    return [
        NewOffice(
            code=code,
            name=name,
            short_name=short_name,
            place_name=place,
            kind=kind,
            parent=ROOT,
            post_office=post_office,
            service_point=kind is OfficeKind.CENTRE,
            province_code=PROVINCE,
            ward_code=ward,
            opening_hours=HOURS,
        )
        for code, name, short_name, place, kind, post_office, ward in rows
    ]


RANGES = (
    NewRange(CENTRE, "EI", 26011500, 26014499),
    NewRange(POST_CA_MAU, "RI", 30100000, 30109999),
    NewRange(POST_BAC_LIEU, "RI", 30110000, 30119999),
    NewRange(POST_DAM_DOI, "RI", 30120000, 30129999),
    NewRange(AN_XUYEN, "EI", 26014500, 26014999),
    NewRange(BAC_LIEU, "EI", 26015000, 26015499),
    NewRange(DAM_DOI, "EI", 26015500, 26015999),
    NewRange(ROOT, "EI", 26016000, 26016099),
    NewRange(AGENCY, "EI", 26016100, 26016999),
)

# Sign-in name, display name, staff code, role, office.
ACCOUNTS = (
    ("clerk", "Lê Thị Hạnh", "CM-Q3", Role.CLERK, CENTRE),
    ("officer", "Nguyễn Văn Bình", "CM-TN1", Role.OFFICER, CENTRE),
    ("postclerk", "Trần Văn Lộc", "BC-CM2", Role.POSTCLERK, POST_CA_MAU),
    ("courier", "Phạm Quốc Huy", "BT-07", Role.COURIER, POST_CA_MAU),
    ("driver", "Đỗ Minh Tâm", "LX-02", Role.DRIVER, POST_CA_MAU),
    ("clerk2", "Võ Thị Mai", "AX-Q1", Role.CLERK, AN_XUYEN),
    ("officer2", "Lâm Hoàng Phúc", "AX-TN1", Role.OFFICER, AN_XUYEN),
    ("postclerk2", "Trương Ngọc Ánh", "BC-BL1", Role.POSTCLERK, POST_BAC_LIEU),
    ("courier2", "Hồ Thanh Sơn", "BT-21", Role.COURIER, POST_BAC_LIEU),
    # Whoever leaves signs the stock over to a colleague.
    ("postclerk3", "Dương Thị Ngân", "BC-CM3", Role.POSTCLERK, POST_CA_MAU),
    ("postclerk4", "Quách Văn Đức", "BC-BL2", Role.POSTCLERK, POST_BAC_LIEU),
    ("supervisor", "Huỳnh Kim Thoa", "DH-01", Role.SUPERVISOR, ROOT),
    ("hotline", "Ngô Bảo Trân", "TD-04", Role.HOTLINE, ROOT),
    ("admin", "Đặng Hữu Nghĩa", "QT-01", Role.ADMIN, ROOT),
    ("auditor", "Phan Thị Thu", "KT-01", Role.AUDITOR, ROOT),
)
