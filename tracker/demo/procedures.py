"""The demo's catalogue. Codes and day counts follow public lists where those are known; fees are examples."""

from datetime import date

from tracker.actions.founding import NewProcedure
from tracker.domain.vocabulary import DocumentKind

IN_FORCE = date(2025, 7, 1)
ORIGINAL, CERTIFIED, COPY = DocumentKind.ORIGINAL, DocumentKind.CERTIFIED_COPY, DocumentKind.COPY

ON_SITE = "Phải thẩm định thực tế tại cơ sở, không nhận qua bưu chính"
IN_PERSON = "Phải có mặt trực tiếp để lấy sinh trắc học, chỉ trả kết quả qua bưu chính"
IN_PERSON_BOTH = "Hai bên phải có mặt tại cơ quan, không thực hiện qua bưu chính"
SEND_ONLY = "Có bước kiểm tra thực địa, kết quả trả tại quầy"

IDENTITY = ("Căn cước của người nộp", COPY, 1)
SHOP_LICENCE = ("Giấy chứng nhận đăng ký hộ kinh doanh", ORIGINAL, 1)
LAND_TITLE = ("Giấy chứng nhận quyền sử dụng đất", ORIGINAL, 1)


def _form(name: str) -> tuple[str, DocumentKind, int]:
    return name, ORIGINAL, 1


# code, name, days, may send, may result, reason, components, fees
_ROWS = (
    ("2.000635", "Cấp bản sao trích lục hộ tịch, bản sao giấy khai sinh", 0, True, True, "",
     (_form("Tờ khai cấp bản sao trích lục"), IDENTITY), (("Lệ phí bản sao trích lục", 8_000),)),
    ("1.004873", "Cấp giấy xác nhận tình trạng hôn nhân", 3, True, True, "",
     (_form("Tờ khai xác nhận tình trạng hôn nhân"), IDENTITY), (("Lệ phí", 15_000),)),
    ("1.004859", "Thay đổi, cải chính, bổ sung thông tin hộ tịch", 3, True, True, "",
     (_form("Tờ khai cải chính hộ tịch"), ("Giấy khai sinh", ORIGINAL, 1), IDENTITY), (("Lệ phí", 25_000),)),
    ("1.000656", "Đăng ký khai tử", 0, True, True, "",
     (_form("Tờ khai đăng ký khai tử"), ("Giấy báo tử", ORIGINAL, 1)), ()),
    ("1.001193", "Đăng ký khai sinh", 0, False, True, "Nộp trực tuyến liên thông, chỉ trả kết quả qua bưu chính",
     (_form("Tờ khai đăng ký khai sinh"), ("Giấy chứng sinh", ORIGINAL, 1)), ()),
    ("1.001612", "Đăng ký thành lập hộ kinh doanh", 3, True, True, "",
     (_form("Giấy đề nghị đăng ký hộ kinh doanh"), IDENTITY), (("Lệ phí đăng ký", 100_000),)),
    ("2.000720", "Đăng ký thay đổi nội dung đăng ký hộ kinh doanh", 3, True, True, "",
     (_form("Giấy đề nghị đăng ký thay đổi"), SHOP_LICENCE, ("Căn cước của chủ hộ", CERTIFIED, 1)),
     (("Lệ phí đăng ký", 30_000),)),
    ("1.001570", "Tạm ngừng kinh doanh hộ kinh doanh", 3, True, True, "", (_form("Thông báo tạm ngừng kinh doanh"),), ()),
    ("1.001266", "Chấm dứt hoạt động hộ kinh doanh", 3, True, True, "",
     (_form("Thông báo chấm dứt hoạt động"), SHOP_LICENCE), ()),
    ("1.012783", "Cấp đổi giấy chứng nhận quyền sử dụng đất", 5, True, True, "",
     (_form("Đơn đăng ký biến động đất đai"), LAND_TITLE), (("Lệ phí cấp đổi", 50_000),)),
    ("1.012793", "Đăng ký biến động quyền sử dụng đất", 8, True, True, "",
     (_form("Đơn đăng ký biến động đất đai"), LAND_TITLE, ("Hợp đồng", CERTIFIED, 1)), (("Lệ phí", 50_000),)),
    ("1.011441", "Đăng ký biện pháp bảo đảm bằng quyền sử dụng đất", 1, True, True, "",
     (_form("Phiếu yêu cầu đăng ký"), LAND_TITLE, ("Hợp đồng thế chấp", ORIGINAL, 1)), (("Phí đăng ký", 80_000),)),
    ("1.002809", "Đổi giấy phép lái xe", 5, True, True, "",
     (_form("Đơn đề nghị đổi giấy phép lái xe"), ("Giấy khám sức khỏe", ORIGINAL, 1)), (("Lệ phí", 115_000),)),
    ("1.001776", "Thực hiện, điều chỉnh trợ cấp xã hội hằng tháng", 7, True, True, "",
     (_form("Tờ khai đề nghị trợ giúp xã hội"), IDENTITY), ()),
    ("1.012756", "Đăng ký đất đai lần đầu", 17, True, False, SEND_ONLY, (_form("Đơn đăng ký đất đai"),), ()),
    ("1.013124", "Cấp thẻ căn cước", 7, False, True, IN_PERSON, (), ()),
    ("1.000894", "Đăng ký kết hôn", 0, False, False, IN_PERSON_BOTH, (_form("Tờ khai đăng ký kết hôn"),), ()),
    ("2.001591", "Cấp giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm", 20, False, False, ON_SITE, (), ()),
)  # fmt: skip


def procedures() -> list[NewProcedure]:
    return [
        NewProcedure(
            code=code,
            name=name,
            days=days,
            may_send=may_send,
            may_result=may_result,
            reason=reason,
            valid_from=IN_FORCE,
            components=components,
            fees=fees,
        )
        for code, name, days, may_send, may_result, reason, components, fees in _ROWS
    ]
