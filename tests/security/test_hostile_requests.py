"""Thousands of requests that no page of ours makes: each gets a clear answer that tells nothing of the inside."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.callers import a_dossier_body
from tests.security.doors import Doors, Person
from tests.security.test_forms import DOSSIER
from tests.security.walk import listening

REQUESTS = {"sqlite": 4000, "postgresql": 1000}
HUGE = 99_999_999_999_999_999_999
INSIDE = re.compile(
    r"Traceback|\bFile \"|/tracker/|site-packages|\.venv|/usr/|/ho[m]e/|/wo[r]k/|/tmp/|sqlalchemy|psycopg"
    r"|sqlite3|werkzeug|\bflask\b|jinja|pydantic|granian|python/?\d"
    r"|SELECT .* FROM|<class '|object at 0x|_SESSION|Exception\b",
    re.IGNORECASE,
)
TELLING = re.compile(r"X-Powered-By|'Server'", re.IGNORECASE)
SECRETS = ("Tuyết", "345678", "345 678", "Lý Bôn")
SEEDS = (
    *("", " ", "0", "-1", "1", str(2**31), str(2**63), str(HUGE), "1e309", "NaN", "null", "true", "[]", "{}", "()"),
    *("clerk", "EI260115006VN", "000.00.22.H12-261120-0001", "0" * 26, "../../etc/passwd", "..%2f..%2f", "%2e%2e/"),
    *("C:\\Windows", "file:" + "///etc/passwd", "http://127.0.0.1:1/", "//elsewhere.example", "javascript:alert(1)"),
    *("'", "' OR 1=1 --", "'; DROP TABLE item; --", '" OR ""="', "%", "_", "\\", "{{7*7}}", "${7*7}", "{%x%}", "%(x)s"),
    *("{0.__class__}", "<script>alert(1)</script>", "<!--", "]]>", "\x00", "\x01", "\x1b[31m", "\r\nSet-Cookie: a=b"),
    *("\n", "\u202e", "\u200b", "\ufeff", "\ufffe", "\ud800", "đ", "Nguyễn", "e\u0301" * 50, "𝕏", "😀", "%s%n", "0x10"),
    *("A" * 300, "A" * 5000, "2026-02-30", "9999-12-31T23:59:59.999999+14:00", "0001-01-01T00:00:00Z", "24:61"),
    *("+84912345678", "١٢٣", "1_000", "²", "0912 345 678", "Nguyễn Văn A", "EI260115006VN\x00"),
)


def words(text: str) -> list[str]:
    return text.split()


PLACES = words("""
    / /t /T /tra-cuu /dang-nhap /dang-xuat /lam-viec /static /static/base.css /healthz /readyz /csp-reports
    /ban-quay /ban-quay/tim /ban-quay/quet /ban-quay/ho-so /ban-quay/ho-so/moi /ban-quay/buu-gui /ban-quay/nhan
    /ban-quay/xa-phuong /ban-quay/thu-tuc /buu-ta /buu-ta/quet /dieu-hanh /dieu-hanh/buu-gui /dieu-hanh/doi-soat
    /dieu-hanh/doi-soat/da-dong /dieu-hanh/tac-vu /dieu-hanh/tac-vu/chay /tong-dai /tong-dai/buu-gui /quan-tri
    /api /api/v1 /api/v2/me /api/v1/me /api/v1/offices /api/v1/procedures /api/v1/dossiers /api/v1/items /api/v1/labels
    /api/v1/events /api/v1/evidence /api/v1/discrepancies /api/v1/runs /api/v1/openapi.json /api/v1/docs
""")
TAILS = ("", "hien", "gui", "in-lai", "giao", "dong", "assign", "close", "x.pdf")
PARAMETERS = words("""
    q number lang next leg note so loai nguoi show after before limit state code registered_before v token form_token
    do role a[] a.b
""")
FIELDS = words("""
    form_token name password code event_id event occurred_at device_time prev seal_number seal_ok count-0 count-1
    receiver identity fees_collected signature second_user second_pin reason action next_on until_on note number
    portal_number procedure applicant-name applicant-phone applicant-ward applicant-ward_code applicant-line
    documents-0-name documents-0-kind documents-0-count fees-0-amount fees-0-payer result_by_post receiving_office
    deciding_agency to_office reveal_reason user job do leg
""")
HEADERS = words("""
    Accept Accept-Language Accept-Encoding Accept-Charset Content-Type Cookie Authorization Idempotency-Key
    If-None-Match If-Modified-Since Range Host Origin Referer Sec-Fetch-Site Transfer-Encoding Expect X-Form-Token
    X-Forwarded-For X-Forwarded-Host X-HTTP-Method-Override X-Original-URL User-Agent Date
""")
METHODS = words("GET GET GET POST POST POST PUT PATCH DELETE HEAD OPTIONS TRACE CONNECT PROPFIND get BREW M-SEARCH")
TYPES = (
    *("application/json", "application/json; charset=utf-16", "application/x-www-form-urlencoded"),
    *("multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "image/jpeg", "", "x", "a/b; c"),
)
BROKEN_JSON = (
    *('"\\ud800"', "NaN", "1e400", "0.1", "-0", str(HUGE), "[" * 21, "[" * 2000, '{"a":1,"a":2}', '"a'),
    *('{"events":[{"id":1},null,[],"x"]}', '{"events":{}}', "[]", "{}", '{"":0}'),
)
PRIVATE = words("""
    /.git/config /.git/HEAD /.env /config.toml /var/giaonhan.db /giaonhan.db /metrics /debug /console /admin
    /server-status /static/../config.toml /static/..%2f..%2fapp.py /static/%2e%2e/app.py /static/....//app.py
    /static//etc/passwd /static/. /static/ /static/templates/page.html /static/x.map /static/base.css.map
    /static/desk.js.map /static/base.css~ /backup.zip /tracker/app.py /robots.txt.bak /api/v1/../../config.toml
    /api/v1/openapi.json.bak /api/openapi /openapi /swagger /api/v1/ /docs/ /pyproject.toml /Makefile
    /requirements/run.txt /locale/vi/LC_MESSAGES/messages.po /templates/page.html /__pycache__
    /.well-known/../.git/config /phpinfo.php /wp-login.php /actuator/env /readyz/ /healthz/x
""")
PEOPLE = ("clerk", "officer", "courier", "supervisor", "hotline", "admin")


@dataclass(frozen=True)
class Answered:
    """`line` is the request it answers."""

    line: str
    status: int
    headers: str
    body: bytes

    @property
    def is_silent(self) -> bool:
        shown = self.body.decode(errors="replace") if self.status >= 400 else ""
        return not INSIDE.search(shown) and not TELLING.search(self.headers)


@dataclass(frozen=True)
class Attack:
    """Everything is drawn from one source, so that a failure can be sent again by its number."""

    draw: Random
    doors: Doors
    people: Mapping[str, Person]

    def word(self) -> str:
        return "".join(self.draw.choices(SEEDS, k=self.draw.choice((1, 1, 1, 2))))

    def path(self) -> str:
        parts = [self.draw.choice(PLACES)]
        if self.draw.random() < 0.6:
            parts.append(_quoted(self.word()))
        if self.draw.random() < 0.4:
            parts.append(self.draw.choice(TAILS))
        return "/".join(parts) + self.draw.choice(("", "", "/", "//", "/."))

    def query(self) -> str:
        many = self.draw.choice((0, 0, 1, 2, 5))
        pairs = [f"{quote(self.draw.choice(PARAMETERS))}={_quoted(self.word())}" for _ in range(many)]
        return "&".join(pairs) + self.draw.choice(("", "", "", "&", "&=", "&%", "&%ff=%fe", "&a&b"))

    def headers(self) -> dict[str, str]:
        wanted = self.draw.sample(HEADERS, self.draw.choice((0, 0, 1, 2)))
        return {name: _header_safe(self.word()) for name in wanted}

    def body(self) -> tuple[str, bytes]:
        return self.draw.choice((self._form, self._json, self._multipart, self._noise))()

    def _form(self) -> tuple[str, bytes]:
        names = self.draw.sample(FIELDS, self.draw.choice((0, 1, 5, len(FIELDS))))
        return "application/x-www-form-urlencoded", "&".join(f"{n}={_quoted(self.word())}" for n in names).encode()

    def _json(self) -> tuple[str, bytes]:
        inner = ",".join(f'"{self.draw.choice(FIELDS)}":{self._value()}' for _ in range(self.draw.choice((0, 1, 4))))
        text = f"{{{inner}}}" if self.draw.random() < 0.7 else self._value()
        return "application/json", text.encode("utf-8", "surrogatepass")

    def _value(self) -> str:
        return self.draw.choice((f'"{self.word()}"', self.word(), self.draw.choice(BROKEN_JSON)))

    def _multipart(self) -> tuple[str, bytes]:
        name, word = self.draw.choice(FIELDS), self.word()
        text = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{word}"\r\n\r\n{word}\r\n--x--\r\n'
        return "multipart/form-data; boundary=x", text.encode("utf-8", "surrogatepass")[
            : self.draw.choice((10, 60, 10_000))
        ]

    def _noise(self) -> tuple[str, bytes]:
        return self.draw.choice(TYPES), self.draw.randbytes(self.draw.choice((0, 1, 40, 3000)))

    def send(self) -> "Answered":
        person = self.people[self.draw.choice(PEOPLE)]
        method, (kind, body), headers = self.draw.choice(METHODS), self.body(), self.headers()
        if self.draw.random() < 0.5 and kind.startswith("application/x-www"):
            body += f"&form_token={person.token}".encode()
        if self.draw.random() < 0.7:
            headers.setdefault("Authorization", f"Bearer {self.doors.api.people[person.name].token}")
        headers.setdefault("Content-Type", kind)
        builder = EnvironBuilder("/", method=method.upper(), headers=Headers(headers), data=body)
        environ = builder.get_environ() | {"REQUEST_METHOD": method, "QUERY_STRING": self.query()}
        # As a server hands it over: the bytes of the path, told as Latin-1.
        environ["PATH_INFO"] = _unquoted(self.path())
        if "Cookie" not in headers:
            environ["HTTP_COOKIE"] = f"giaonhan_session={person.cookie}"
        body_sent, status, answered = run_wsgi_app(self.doors.app, environ, buffered=True)
        line = f"{method} {environ['PATH_INFO'][:80]!r}?{environ['QUERY_STRING'][:80]!r}"
        return Answered(line, int(status[:3]), str(answered), b"".join(body_sent))


def _quoted(word: str) -> str:
    return quote(word.encode("utf-8", "surrogatepass"), safe="/.%")


def _unquoted(path: str) -> str:
    raw = re.sub(rb"%([0-9a-fA-F]{2})", lambda found: bytes([int(found[1], 16)]), path.encode())
    return raw.decode("latin-1")


def _header_safe(word: str) -> str:
    """What a server lets through: no line ends and no zero; bytes told as Latin-1."""
    return re.sub(r"[\r\n\x00]", "", word).encode("utf-8", "surrogatepass").decode("latin-1")


def test_nothing_that_is_sent_breaks_anything_or_is_told_anything(doors: Doors, engine_name: str) -> None:
    people = {name: doors.enter(name) for name in PEOPLE}
    doors.api.register(1)

    with listening() as said:
        answers = {number: Attack(Random(number), doors, people).send() for number in range(REQUESTS[engine_name])}

    assert {number: one.line for number, one in answers.items() if one.status >= 500} == {}
    assert {number: one.line for number, one in answers.items() if not one.is_silent} == {}
    assert said == []
    assert {one.status for one in answers.values()} >= {200, 400, 401, 403, 404, 405}
    assert doors.stranger().get("/readyz").status == 200


def test_numbers_that_no_database_holds_name_nothing(doors: Doors) -> None:
    people = [doors.enter(name) for name in ("clerk", "supervisor", "auditor")]
    rules = [rule for method, rule in doors.routes() if method == "GET" and "<int:" in rule.rule]
    places = [re.sub(r"<int:\w+>", "{}", rule.rule) for rule in rules]
    places += [f"/dieu-hanh/{place}={{}}" for place in ("doi-soat?so", "buu-gui?after", "tac-vu?before")]
    numbers = (2**31 - 1, 2**31, 2**63 - 1, 2**63, HUGE, "9" * 5000, "-1", "١")

    statuses = {
        (place, str(number)[:20], person.name): person.get(place.format(number)).status
        for person in people
        for place in places
        for number in numbers
    }

    assert {asked: status for asked, status in statuses.items() if status not in {200, 303, 403, 404}} == {}


def test_what_is_not_for_the_public_is_not_there(quick_doors: Doors) -> None:
    people = [quick_doors.enter("admin"), quick_doors.stranger()]

    answers = {path: person.client.get(path, follow_redirects=True) for person in people for path in PRIVATE}

    assert {path: one.status_code for path, one in answers.items() if one.status_code != 404} == {}
    assert {path for path, one in answers.items() if INSIDE.search(one.text)} == set()


def test_what_is_sent_cannot_forge_a_record_of_the_log(quick_doors: Doors) -> None:
    report = (
        '{"csp-report":{"effective-directive":"x\\r\\n2026-11-23 ERROR forged\\u001b[2J","blocked-uri":"http://e\\n/"}}'
    )

    with listening() as said:
        quick_doors.stranger().client.post("/csp-reports", data=report, content_type="application/csp-report")

    assert len(said) == 1
    assert all(line.isprintable() for line in said)


def test_a_broken_database_is_told_in_the_log_without_anybodys_name(doors: Doors) -> None:
    clerk = doors.enter("clerk")
    with doors.api.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE person RENAME COLUMN province_code TO province")

    with listening() as said:
        answers = [clerk.ask("POST", "/ban-quay/ho-so/moi", DOSSIER), doors.api.post("/dossiers", a_dossier_body())]

    assert [answer.status_code for answer in answers] in ([500, 500], [500, 503])
    assert len(said) == 2
    assert [secret for secret in SECRETS for line in said if secret in line] == []
    assert [secret for secret in SECRETS for one in answers[1:] if secret in one.text] == []
    assert not INSIDE.search(answers[0].text + answers[1].text)
