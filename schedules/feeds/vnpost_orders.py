"""Orders given to the post (VNPost over NGSP) and taken back: one call each, answered with a Status and a Message."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from schedules.feeds.deadlines import LimitedClient
from schedules.feeds.ngsp import EXPIRED, authorization
from schedules.feeds.rows import Json
from schedules.feeds.wire import FeedError, answer_to
from tracker.actions.postal_orders import Call
from tracker.domain.names import clean_text
from tracker.domain.outbound_orders import Answer, without_people
from tracker.domain.runs import FeedFault
from tracker.feed_settings import VnPostOrders
from tracker.store.queries.postal_orders import Parcel

LONGEST_MESSAGE = 2000


@dataclass(slots=True)
class OrderDesk:
    """Once signed in, tells the post one thing after the other; a token that ran out is renewed once for each."""

    client: LimitedClient
    terms: VnPostOrders
    _authorization: str = ""

    def sign_in(self) -> None:
        """Raises FeedError, and then the post has heard of no order."""
        self._authorization = authorization(self.client, self.terms)

    def tell(self, call: Call) -> Answer:
        """Raises FeedError when there is no answer that can be believed: the post may have done it all the same."""
        try:
            return self._told(call)
        except FeedError as error:
            if error.fault != EXPIRED:
                raise
        self.sign_in()
        return self._told(call)

    def _told(self, call: Call) -> Answer:
        if call.parcel is None:
            return _answer(answer_to(self.client, self._cancellation(call.number)), told=())
        return _answer(answer_to(self.client, self._order(call.number, call.parcel)), call.parcel.told_of_people)

    def _order(self, number: str, parcel: Parcel) -> httpx.Request:
        body = order_body(number, parcel, self.terms)
        return self.client.build_request("POST", self.terms.order_url, json=body, headers=self._headers)

    def _cancellation(self, number: str) -> httpx.Request:
        named = {"CustomerCode": self.terms.customer_code, "OrderNumber": number}
        return self.client.build_request("GET", self.terms.cancel_url, params=named, headers=self._headers)

    @property
    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": self._authorization}


def order_body(number: str, parcel: Parcel, terms: VnPostOrders) -> dict[str, str | int]:
    """All keys of the gateway's own model; there are no districts any more."""
    sender, recipient = parcel.sender, parcel.recipient
    return {
        "CustomerCode": terms.customer_code,
        "OrderNumber": number,
        "CODAmount": parcel.owed,
        "SenderProvince": sender.province,
        "SenderDistrict": "",
        "SenderAddress": sender.address,
        "SenderName": sender.name,
        "SenderEmail": "",
        "SenderTel": sender.phone,
        "SenderDesc": parcel.item_number,
        "Description": f"{terms.description} {parcel.item_number}".strip(),
        "ReceiverName": recipient.name,
        "ReceiverAddress": recipient.address,
        "ReceiverTel": recipient.phone,
        "ReceiverProvince": recipient.province,
        "ReceiverDistrict": "",
        "ReceiverEmail": "",
    }


def _answer(body: Json, told: tuple[str, ...]) -> Answer:
    """`Status` is a number or a text of one; an answer without it says nothing."""
    status = body.get("Status") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or isinstance(status, bool) or not isinstance(status, str | int):
        raise FeedError(FeedFault.BAD_SHAPE, "no Status")
    message = body.get("Message")
    words = clean_text(message, LONGEST_MESSAGE) if isinstance(message, str) else ""
    if not str(status).strip():
        raise FeedError(FeedFault.BAD_SHAPE, "an empty Status")
    return Answer(str(status).strip(), without_people(words, told))
