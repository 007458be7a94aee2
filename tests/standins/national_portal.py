"""The National Public Service Portal's adapter, as far as one who looks up single dossiers meets it.

- `POST /auth` JSON `{username, password}`, header `dstcode`: `{session, error_code}`.
- `POST /share` JSON `{session, madonvi, service: "TraCuuHoSo", mahoso}`, header `dstcode`: `{error_code, result: […]}`;
  an empty result for a dossier it does not know. `error_code` is the number 0 or the text "00" when all is well.

`expire_sessions` makes every session given so far worthless. Faults of the line stand in `playing`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.standins.playing import Call, Player, playing

Dossier = dict[str, object]


def a_portal_dossier(number: str, status: str, **more: object) -> Dossier:
    return {
        "MaHoSo": number,
        "MaTTHC": "1.004873",
        "ChuHoSo": "Lê Thị Mỹ",
        "NgayTiepNhan": "20261120083000",
        "NgayHenTra": "20261201170000",
        "TrangThaiHoSo": status,
        "NgayTra": "",
        "NgayKetThucXuLy": "",
    } | more


@dataclass
class NationalPortalAdapter(Player):
    """`refused` dossiers are answered with an error of their own; `ok` is how this installation spells success."""

    dossiers: Mapping[str, Dossier] = field(default_factory=dict)
    username: str = "camau"
    password: str = "bí mật"
    target_code: str = "VN:GOV:000.00.00.G22:vpcp"
    refused: set[str] = field(default_factory=set)
    ok: object = 0
    sessions: list[str] = field(default_factory=list)
    given: int = 0

    def expire_sessions(self) -> None:
        self.sessions.clear()

    def asked(self) -> list[str]:
        return [call.body["mahoso"] for call in self.calls if call.path == "/share"]

    def answer(self, call: Call) -> tuple[int, object]:
        if call.headers.get("dstcode") != self.target_code:
            return 403, {"error_code": "403"}
        match (call.method, call.path):
            case ("POST", "/auth"):
                return 200, self._login(call.body)
            case ("POST", "/share"):
                return 200, self._look_up(call.body)
            case _:
                return 404, {}

    def _login(self, told: Mapping[str, str]) -> object:
        if (told.get("username"), told.get("password")) != (self.username, self.password):
            return {"session": "", "error_code": -1}
        self.given += 1
        self.sessions.append(f"session-{self.given}")
        return {"session": self.sessions[-1], "error_code": self.ok}

    def _look_up(self, told: Mapping[str, str]) -> object:
        if told["session"] not in self.sessions or told["service"] != "TraCuuHoSo":
            return {"error_code": "-3", "message": "session"}
        if told["mahoso"] in self.refused:
            return {"error_code": "-9"}
        found = self.dossiers.get(told["mahoso"])
        return {"error_code": self.ok, "result": [] if found is None else [found]}


@contextmanager
def national_portal(*dossiers: Dossier) -> Iterator[NationalPortalAdapter]:
    adapter = NationalPortalAdapter(dossiers={str(one["MaHoSo"]): one for one in dossiers})
    with playing(adapter):
        yield adapter
