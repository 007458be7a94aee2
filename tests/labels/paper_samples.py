"""Papers of invented people, in the words of the Vietnamese catalogue: one with every block, of each size."""

from labels.paper import TICKED, Book, Column, Facts, Heading, Lines, Paper, Place, Row, Side, Table
from labels.paper_sizes import FULL, HALF, QUARTER

ADDRESS = "HTTPS://GIAONHAN.EXAMPLE.VN/T/0123456789ABCDEFGHJKMNPQRS"

SLIP = Paper(
    size=HALF,
    office="Trung tâm Phục vụ hành chính công tỉnh Cà Mau",
    title="Phiếu gửi hồ sơ",
    plate="Gửi hồ sơ",
    number="EI 260 115 125 VN",
    under=("Lập lúc 08:14 ngày 18/11/2026",),
    square=ADDRESS,
    blocks=(
        Facts(
            (
                ("Mã hồ sơ", "000.00.22.H12-261118-0007"),
                ("Người gửi", "Nguyễn Thị Ánh Tuyết"),
                ("Địa chỉ", "17 đường Lý Bôn, Phường An Xuyên, tỉnh Cà Mau"),
                ("Cơ quan có thẩm quyền", "Trung tâm Phục vụ hành chính công tỉnh Cà Mau"),
                ("Thủ tục hành chính", "Thay đổi nội dung đăng ký hộ kinh doanh"),
            )
        ),
        Heading("Giấy tờ đã kiểm đếm, đối chiếu", "4 giấy tờ"),
        Table(
            (
                Column("TT", 8),
                Column("Tên giấy tờ"),
                Column("Bản chính", 18, has_boxes=True),
                Column("Bản sao", 15, has_boxes=True),
                Column("Số bản", 12, is_right=True),
            ),
            (
                Row(("1", "Giấy đề nghị đăng ký thay đổi", TICKED, "", "1")),
                Row(("2", "Giấy chứng nhận đăng ký hộ kinh doanh (nộp lại)", TICKED, "", "1")),
                Row(("3", "Căn cước của chủ hộ", "", TICKED, "2")),
            ),
        ),
        Facts((("Số niêm phong", "NP 004 417"), ("Cước bưu chính, đã thu", "26.000 đ"))),
        Book(
            Side("Người gửi", "Nguyễn Thị Ánh Tuyết", ("Ký, ghi rõ họ tên",)),
            Side("Nhân viên bưu chính", "Lê Thị Hạnh", ("Ký, ghi rõ họ tên",)),
            has_room=True,
        ),
    ),
    foot=(
        "Theo dõi: quét mã vuông bằng máy ảnh điện thoại. Hỏi đáp, khiếu nại: 1900 54 54 81.",
        "Không ai được yêu cầu bạn chuyển tiền hay đọc mã xác thực để nhận hồ sơ.",
    ),
    form="Mẫu PG-01, bản 1, hiệu lực từ 01/07/2026",
    page="Trang {page}/{pages}",
)

RECORD = Paper(
    size=FULL,
    office="Trung tâm Phục vụ hành chính công tỉnh Cà Mau",
    nation=("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"),
    title="Biên bản giao nhận hồ sơ",
    number="Số 7K2M-4QXD",
    under=("Lập lúc 10:34 ngày 18/11/2026",),
    square="HTTPS://GIAONHAN.EXAMPLE.VN/G/0123456789ABCDEFGHJKMNPQRS",
    blocks=(
        Book(
            Side("Bên giao", "Phạm Quốc Huy", ("Nhân viên bưu chính, Bưu cục Cà Mau",), "20", "bưu gửi đã giao"),
            Side("Bên nhận", "Võ Thị Mỹ Duyên", ("Công chức Bộ phận Một cửa",), "18", "bưu gửi đã nhận"),
        ),
        Table(
            (
                Column("TT", 9),
                Column("Số hiệu bưu gửi", 39),
                Column("Mã hồ sơ"),
                Column("Bản chính", 20, is_right=True),
                Column("Bản sao", 20, is_right=True),
                Column("Kết quả", 24, is_right=True),
            ),
            tuple(
                Row(
                    (
                        str(number),
                        f"EI 260 115 {number:03d} VN",
                        f"000.00.22.H12-261116-{number:04d}",
                        "2",
                        "1",
                        "Thiếu" if number == 5 else "Đủ",
                    ),
                    is_loud=number == 5,
                )
                for number in range(1, 81)
            ),
        ),
        Facts((("Thiếu", "2 bưu gửi: EI 260 115 482 VN, EI 260 115 519 VN"),)),
        Book(
            Side("Đại diện bên giao", "Phạm Quốc Huy", ("Ký, ghi rõ họ tên",)),
            Side("Đại diện bên nhận", "Võ Thị Mỹ Duyên", ("Ký, ghi rõ họ tên",)),
            has_room=True,
        ),
    ),
    foot=("Quét mã vuông để đối chiếu bản điện tử.",),
    form="Mẫu BBGN-01, bản 1, hiệu lực từ 01/07/2026",
    page="Trang {page}/{pages}",
)

TAG = Paper(
    size=QUARTER,
    office="Bưu cục Cà Mau",
    title="Nhãn túi",
    number="TUI-BCCM-261123-01",
    square="TUI-BCCM-261123-01",
    blocks=(
        Place("Nơi đến", "Năm Căn", "Bưu cục Năm Căn"),
        Facts((("Số bưu gửi", "18"), ("Số niêm phong", "NP 118 205"))),
        Lines(("Không mở túi khi chưa kiểm tra niêm phong.",), is_loud=True),
    ),
    form="Mẫu NT-01, bản 1, hiệu lực từ 01/07/2026",
    page="Trang {page}/{pages}",
)
PAPERS = {"slip": SLIP, "record": RECORD, "tag": TAG}
