"""Labels of invented envelopes, in the words of the Vietnamese catalogue."""

from labels.item_label import ItemLabel, LabelWords, Leg, LegWords

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

SUBMISSION = ItemLabel(
    leg=Leg.SUBMISSION,
    due="20/11",
    destination="Cà Mau",
    second_line="Trung tâm PVHCC tỉnh",
    second_code="",
    sent_from="Bưu cục An Xuyên",
    person="N.T.A.T., P. An Xuyên",
    seal="NP 004 417",
    hotline="1900 54 54 81",
    copy_number=1,
    tracking_url="HTTPS://HOSO.CAMAU.EXAMPLE/T/0123456789ABCDEFGHJKMNPQRS",
    item_number="EI260115125VN",
)

RESULT = ItemLabel(
    leg=Leg.RESULT,
    due="19/11",
    destination="An Xuyên",
    second_line="Bưu cục phát",
    second_code="32002",
    sent_from="TT PVHCC tỉnh Cà Mau",
    person="N.T.A.T., P. An Xuyên",
    seal="NP 004 655",
    hotline="1900 54 54 81",
    copy_number=1,
    tracking_url="HTTPS://HOSO.CAMAU.EXAMPLE/T/ZYXWVTSRQPNMKJHGFEDCBA9876",
    item_number="EI260115332VN",
)

SUPPLEMENT = ItemLabel(
    leg=Leg.SUPPLEMENT,
    due="23/11",
    destination="Năm Căn",
    second_line="Quầy UBND xã Năm Căn",
    second_code="32191",
    sent_from="Bưu cục Năm Căn",
    person="Đ.Q.B., X. Năm Căn",
    seal="NP 004 702",
    hotline="1900 54 54 81",
    copy_number=2,
    tracking_url="HTTPS://HOSO.CAMAU.EXAMPLE/T/00000000000000000000000000",
    item_number="EI260115006VN",
)

LEGS = (SUBMISSION, RESULT, SUPPLEMENT)
