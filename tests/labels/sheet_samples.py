"""Outage sheets of invented offices, in the words of the Vietnamese catalogue."""

from labels.outage_sheet import OutageSheet, SheetWords

WORDS = SheetWords(
    title="Phiếu ghi tay",
    nation="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    motto="Độc lập - Tự do - Hạnh phúc",
    heading="Phiếu ghi tay khi mất hệ thống",
    how=(
        "1. Mỗi bưu gửi một dòng: ghi giờ, ngày và số hiệu ngay khi việc xảy ra, đánh dấu một ô, bên kia ký.",
        "2. Có hệ thống trở lại: quét mã vuông đầu dòng, nhập đúng giờ đã ghi. Mỗi dòng chỉ nhập được một lần.",
        "3. Dòng ghi sai thì gạch bỏ và báo hỏng; nhập xong, khai các dòng còn lại là không dùng để đóng phiếu.",
    ),
    hour="Giờ",
    day="Ngày",
    item="Số hiệu bưu gửi",
    party="Bên giao hoặc nhận ký",
    writer="Người ghi phiếu ký, ghi rõ họ tên",
    enterer="Người nhập lại ký, ghi rõ họ tên",
    foot="Giữ phiếu cùng sổ của đơn vị sau khi nhập xong.",
)


def sheet(number: str = "PG-BC.CM-261128-01", **columns: object) -> OutageSheet:
    given: dict[str, object] = {
        "number": number,
        "office": "Bưu cục Cà Mau",
        "printed": "In lúc 07:05 ngày 28/11/2026, gồm 12 dòng",
        "rows": tuple(f"{number}-{row:02d}" for row in range(1, 13)),
        "ticks": ("Nhận", "Nhận đi phát", "Phát", "Không phát được, lý do", "Giao lại", "Khác"),
        "letter_tick": 3,
        "legend": "Lý do: A sai địa chỉ, B không liên lạc được, C vắng nhà, D hẹn lại, E đã chuyển đi, "
        "G từ chối nhận, H không có giấy tờ, K không đúng người",
    }
    return OutageSheet(**(given | columns))  # type: ignore[arg-type]  # a builder's keywords


ROUND = sheet()
DESK = sheet(
    "PG-H12.32002-261128-01",
    office="Trung tâm Phục vụ hành chính công tỉnh Cà Mau",
    ticks=("Nhận từ bưu tá", "Đến nhận tại bưu cục", "Giao bưu tá", "Gửi tại bưu cục", "Khác"),
    letter_tick=None,
    legend="",
)
