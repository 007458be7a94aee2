"""A batch of invented envelopes, as our label and as the bare texts that its rivals are given."""

import random
from dataclasses import dataclass

from labels.item_label import ItemLabel, LabelWords, Leg, LegWords
from tracker.domain.identifiers import TOKEN_ALPHABET

WORDS = LabelWords(
    title="Tem phong bì",
    submission=LegWords(plate="Gửi hồ sơ", person="Người gửi"),
    result=LegWords(plate="Trả kết quả", person="Người nhận"),
    supplement=LegWords(plate="Bổ sung", person="Người gửi"),
    due="Hạn",
    urgent="Hỏa tốc",
    sent_from="Từ",
    seal="Niêm phong",
    finder="Nhặt được phong bì này? Xin gọi {hotline}.",
    copy="Bản {number}",
)
WARDS = ("An Xuyên", "Lý Văn Lâm", "Tân Thành", "Hòa Thành", "Năm Căn", "Đất Mũi", "Cái Nước", "Đầm Dơi", "U Minh")
PLACES = ("Cà Mau", "Bạc Liêu", "Cần Thơ", "Vĩnh Long", "An Giang", "Đồng Tháp", "Tây Ninh", "Đắk Lắk", "Huế")
OFFICES = 64  # of a province, each with its own code
HOTLINE = "1900 54 54 81"
PREFIX = "HTTPS://HOSO.CAMAU.GOV.VN/T/"


@dataclass(frozen=True, slots=True)
class Sample:
    plate: str
    due_caption: str
    due: str
    destination: str
    second_line: str
    second_code: str
    facts: tuple[tuple[str, str], ...]
    finder: str
    copy: str
    address: str
    number: str

    @property
    def grouped_number(self) -> str:
        number = self.number
        return " ".join((number[:2], number[2:5], number[5:8], number[8:11], number[11:]))


def item_labels(count: int, batch: int = 0) -> list[ItemLabel]:
    """Numbers, tokens and seals are each their own, most persons too; places, offices and days repeat as in a batch."""
    rng = random.Random(batch)
    return [_label(rng, serial) for serial in range(batch * count, (batch + 1) * count)]


def _label(rng: random.Random, serial: int) -> ItemLabel:
    office = rng.randrange(OFFICES)
    initials = ".".join(rng.choices("ABCDĐHKLMNPQTV", k=4))
    return ItemLabel(
        leg=Leg.SUBMISSION,
        due=f"{rng.randint(1, 30):02d}/11",
        destination=PLACES[office % len(PLACES)],
        second_line="Trung tâm PVHCC",
        second_code=f"32{office:03d}",
        sent_from=f"Bưu cục {rng.choice(WARDS)}",
        person=f"{initials}., P. {rng.choice(WARDS)}",
        seal=f"NP {serial // 1000:03d} {serial % 1000:03d}",
        hotline=HOTLINE,
        copy_number=1,
        tracking_url=PREFIX + "".join(rng.choices(TOKEN_ALPHABET, k=26)),
        item_number=f"EI{260000000 + serial:09d}VN",
    )


def as_texts(label: ItemLabel) -> Sample:
    return Sample(
        plate=WORDS.submission.plate,
        due_caption=WORDS.due,
        due=label.due,
        destination=label.destination,
        second_line=label.second_line,
        second_code=label.second_code,
        facts=(
            (WORDS.sent_from, label.sent_from),
            (WORDS.submission.person, label.person),
            (WORDS.seal, label.seal),
        ),
        finder=WORDS.finder.format(hotline=label.hotline),
        copy=WORDS.copy.format(number=label.copy_number),
        address=label.tracking_url,
        number=label.item_number,
    )
