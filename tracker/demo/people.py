"""Invented people; their telephone numbers have a prefix that no operator was given."""

from tracker.actions.people import PersonGiven
from tracker.demo.offices import PROVINCE

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Lâm", "Dương", "Quách", "Trương", "Thạch")
MIDDLE = ("Thị Ánh", "Văn", "Hoàng", "Thị Mỹ", "Minh", "Ngọc", "Hữu", "Thị Kim", "Quốc", "Thanh", "Bảo")
GIVEN = ("Tuyết", "Đức", "Phượng", "Khởi", "Vẹn", "Thủy", "Nghĩa", "Ửng", "Lộc", "Ngoan", "Kiệt", "Sương", "Đẹp")
STREETS = (
    "đường Lý Bôn",
    "đường Phan Ngọc Hiển",
    "ấp Tân Phong",
    "khóm 3",
    "đường Hùng Vương",
    "ấp Cái Keo",
    "hẻm Sông Cùng",
)
WARDS = ("32002", "32025", "32014", "32041", "31825", "31834", "31840", "32152", "32128", "32047", "31942", "32191")


def person(number: int) -> PersonGiven:
    """The same person for the same number, whenever the demo is seeded."""
    return PersonGiven(
        name=f"{FAMILY[number % len(FAMILY)]} {MIDDLE[number % len(MIDDLE)]} {GIVEN[number % len(GIVEN)]}",
        phone=f"0000 {300 + number % 600} {100 + number * 7 % 900}",
        address_line=f"Số {number * 3 % 180 + 1} {STREETS[number % len(STREETS)]}",
        ward_code=WARDS[number % len(WARDS)],
        province_code=PROVINCE,
    )
