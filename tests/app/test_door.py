"""Who comes in by the front door, who does not, and what is put on what goes out: without a server."""

import asyncio
import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from harmmodel.app import serve, session
from harmmodel.app.door import HEALTH, Address, Door, Keys, address
from harmmodel.errors import AddressError, PastTheDoor, PortTaken

HERE = "127.0.0.1:8501"
HERE_TOO = "localhost:8501"
KEYS = Keys("right-token", "right-ticket", "right-cookie")
COOKIE = {"cookie": "harmmodel-8501=right-cookie"}
BROWSER = {"accept": "text/html,application/xhtml+xml"}
PROXY = "harm.example.org"


@dataclass
class Inside:
    """Streamlit's place: it answers everything, with headers of its own, and keeps what reached it."""

    reached: list[str] = field(default_factory=list)
    headers: tuple[tuple[bytes, bytes], ...] = ()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer."""
        self.reached.append(scope["path"])
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": list(self.headers)})
            await send({"type": "http.response.body", "body": b"inside"})


@dataclass(frozen=True)
class Answer:
    """What came out of the door."""

    status: int
    headers: dict[str, str]
    text: str


def door(inside: Inside, *addresses: Address) -> Door:
    """Hang a door before Streamlit's place."""
    own = (Address("http", HERE), Address("http", HERE_TOO))
    return Door(inside, addresses or own, KEYS, "default-src 'none'")


def asked(
    of: Door, path: str = "/", kind: str = "http", method: str = "GET", host: str | None = HERE, **headers: str
) -> Answer:
    """Send a request; `_` in the name of a header stands for `-`."""
    path, _, query = path.partition("?")
    named = [(b"host", host.encode())] if host is not None else []
    named += [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"type": kind, "path": path, "query_string": query.encode(), "headers": named}
    return sent(of, scope | ({"method": method} if kind == "http" else {}))


def sent(of: Door, scope: dict[str, Any]) -> Answer:
    """Send a request in the server's own form."""
    out: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        out.append(message)

    asyncio.run(of(scope, None, send))
    if scope["type"] == "websocket":
        return Answer({"websocket.accept": 101, "websocket.close": 403}[out[0]["type"]], {}, "")
    headers = {name.decode().lower(): value.decode() for name, value in out[0]["headers"]}
    return Answer(out[0]["status"], headers, out[1]["body"].decode())


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:9999",
        "localhost",
        "evil.example",
        "evil.example:8501",
        "127.0.0.1:8501.evil.example",
        "evil@127.0.0.1:8501",
        "127.0.0.2:8501",
        "[::1]:8501",
        "0.0.0.0:8501",
        "LOCALHOST:8501",
        "",
        None,
    ],
)
def test_a_request_for_another_host_or_port_is_refused(kind, host):
    inside = Inside()
    origin = {"origin": f"http://{host}"} if kind == "websocket" else {}
    assert asked(door(inside), HEALTH, kind, host=host, **COOKIE, **origin).status == 403
    assert inside.reached == []


def test_a_request_that_names_two_hosts_or_two_origins_is_refused():
    for extra in ((b"host", HERE.encode()), (b"origin", f"http://{HERE}".encode())):
        inside = Inside()
        headers = [(b"host", HERE.encode()), (b"cookie", COOKIE["cookie"].encode()), extra, extra]
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers}
        assert sent(door(inside), scope).status == 403
        assert inside.reached == []


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:9999",
        "http://127.0.0.1",
        "http://localhost:8501",
        "https://127.0.0.1:8501",
        "http://evil.example",
        "http://127.0.0.1:8501.evil.example",
        "http://127.0.0.1:8501/",
        "null",
        "",
    ],
)
@pytest.mark.parametrize(
    ("kind", "method"), [("websocket", ""), ("http", "GET"), ("http", "POST"), ("http", "PUT"), ("http", "DELETE")]
)
def test_a_request_of_another_origin_never_reaches_streamlit(kind, method, origin):
    inside = Inside()
    assert asked(door(inside), HEALTH, kind, method, origin=origin, **COOKIE).status == 403
    assert inside.reached == []


@pytest.mark.parametrize(("kind", "method"), [("websocket", ""), ("http", "POST"), ("http", "PUT"), ("http", "DELETE")])
def test_what_changes_something_must_say_where_it_comes_from(kind, method):
    inside = Inside()
    assert asked(door(inside), "/_stcore/stream", kind, method, **COOKIE).status == 403
    assert inside.reached == []


@pytest.mark.parametrize("host", [HERE, HERE_TOO])
@pytest.mark.parametrize(
    ("kind", "method", "status"), [("websocket", "", 101), ("http", "GET", 200), ("http", "POST", 200)]
)
def test_the_own_pages_come_in(kind, method, status, host):
    inside = Inside()
    assert asked(door(inside), "/page", kind, method, host, origin=f"http://{host}", **COOKIE).status == status
    assert inside.reached == ["/page"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("mode", "dest", "status"),
    [("navigate", "document", 200), ("navigate", "iframe", 403), ("no-cors", "image", 403), ("no-cors", "script", 403)],
)
def test_a_page_elsewhere_may_link_here_and_no_more(site, mode, dest, status):
    sec = {"sec_fetch_site": site, "sec_fetch_mode": mode, "sec_fetch_dest": dest}
    assert asked(door(Inside()), "/areas", **sec, **COOKIE).status == status


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_own_pictures_and_the_address_bar_come_in(site):
    sec = {"sec_fetch_site": site, "sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"}
    assert asked(door(Inside()), "/media/one.svg", **sec, **COOKIE).status == 200


@pytest.mark.parametrize(
    "cookie",
    [
        None,
        "",
        "harmmodel-8501=",
        "harmmodel-8501=wrong",
        "harmmodel-8501=right-cooki",
        "harmmodel-8501=right-token",
        "harmmodel-9999=right-cookie",
        "harmmodel-8501=right\xe9cookie",
        "x-harmmodel-8501=right-cookie",
    ],
)
def test_without_the_cookie_nobody_comes_in(cookie):
    inside = Inside()
    given = {} if cookie is None else {"cookie": cookie}
    assert asked(door(inside), "/areas", **given).status == 401
    own = {"origin": f"http://{HERE}"}
    assert asked(door(inside), "/_stcore/upload_file/a/b", method="PUT", **own, **given).status == 401
    assert asked(door(inside), "/_stcore/stream", "websocket", **own, **given).status == 403
    assert inside.reached == []


def test_a_cookie_that_another_port_added_does_not_shut_a_reader_out():
    added = {"cookie": f"harmmodel-8501=wrong; {COOKIE['cookie']}; other=1"}
    assert asked(door(Inside()), "/areas", **added).status == 200


def test_a_browser_that_is_not_known_is_told_how_to_get_the_address():
    said = asked(door(Inside()), "/areas?unit=%3Cscript%3E", **BROWSER)
    assert said.headers["content-type"] == "text/html; charset=utf-8"
    plain = html.unescape(re.sub(r"<[^>]+>", "", said.text))
    assert "The terminal in which harmmodel app runs shows the address to open" in plain
    assert "script" not in said.text
    assert said.headers["cache-control"] == "no-store"


def test_only_health_is_open_and_only_to_read():
    inside = Inside()
    assert asked(door(inside), HEALTH).status == 200
    assert asked(door(inside), HEALTH, method="HEAD").status == 200
    for path in (
        "/_stcore/health/",
        "/_stcore/host-config",
        "/_stcore/metrics",
        "//_stcore/health",
        "/x/_stcore/health",
    ):
        assert asked(door(inside), path).status == 401
    assert asked(door(inside), HEALTH, "websocket", origin=f"http://{HERE}").status == 403
    assert inside.reached == [HEALTH, HEALTH]


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/?token=right-token", "/"),
        ("/?token=right%2Dtoken", "/"),
        ("/areas?place=chicago&token=right-token&unit=26", "/areas?place=chicago&unit=26"),
        ("/areas?unit=a%26b+c&token=right-token", "/areas?unit=a%26b+c"),
        ("/?%74oken=right-token", "/"),
        ("/?token=wrong&token=right-token", "/"),
        ("//evil.example/?token=right-token", "//evil.example/"),
        ("/\\evil.example?token=right-token", "/%5Cevil.example"),
        ("/a\r\nSet-Cookie: b?token=right-token", "/a%0D%0ASet-Cookie%3A%20b"),
    ],
)
def test_the_token_is_exchanged_for_a_cookie_and_leaves_the_address(path, location):
    inside = Inside()
    said = asked(door(inside), path)
    assert (said.status, said.headers["location"]) == (303, f"http://{HERE}{location}")
    assert urlsplit(said.headers["location"]).netloc == HERE
    assert said.headers["set-cookie"] == "harmmodel-8501=right-cookie; Path=/; HttpOnly; SameSite=Strict"
    assert said.headers["cache-control"] == "no-store"
    assert inside.reached == []


@pytest.mark.parametrize("token", ["", "wrong", "right-toke", "right-token%00", "right-cookie", "%E9"])
def test_a_wrong_token_opens_nothing(token):
    said = asked(door(Inside()), f"/?token={token}", **BROWSER)
    assert said.status == 401
    assert "set-cookie" not in said.headers


@pytest.mark.parametrize(("kind", "method"), [("websocket", ""), ("http", "POST"), ("http", "HEAD")])
def test_a_token_opens_a_page_and_nothing_else(kind, method):
    inside = Inside()
    said = asked(door(inside), "/_stcore/stream?token=right-token", kind, method, origin=f"http://{HERE}")
    assert said.status in (401, 403)
    assert inside.reached == []


def test_an_old_token_leaves_the_address_of_a_browser_that_is_known():
    inside = Inside()
    said = asked(door(inside), "/areas?unit=26&token=of-yesterday", **COOKIE)
    assert (said.status, said.headers["location"]) == (303, f"http://{HERE}/areas?unit=26")
    assert inside.reached == []


def test_the_ticket_of_the_opened_window_opens_once():
    one = door(Inside())
    assert [asked(one, "/?token=right-ticket").status for _ in range(3)] == [303, 401, 401]
    assert [asked(one, "/?token=right-token").status for _ in range(3)] == [303, 303, 303]


def test_every_start_has_other_secrets_and_none_is_shown_by_chance():
    one, other = Keys.made(), Keys.made()
    secrets = {*vars(one).values(), *vars(other).values()}
    assert len(secrets) == 6
    assert min(map(len, secrets)) >= 43
    assert not any(secret in repr([one, other]) for secret in secrets)


def test_every_answer_wears_the_headers_of_the_house():
    loose = (
        (b"X-Frame-Options", b"ALLOWALL"),
        (b"content-security-policy", b"default-src *"),
        (b"Access-Control-Allow-Origin", b"*"),
        (b"access-control-allow-credentials", b"true"),
        (b"content-type", b"text/plain"),
    )
    wanted = {
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    for given, of in (({}, Inside()), (COOKIE, Inside(headers=loose))):
        said = asked(door(of), "/", **given)
        assert wanted.items() <= said.headers.items()
        assert "default-src 'none'" in said.headers["content-security-policy"]
        assert not [name for name in said.headers if name.startswith("access-control")]
    assert said.headers["content-type"] == "text/plain"


def test_the_policy_lets_a_page_load_nothing_from_elsewhere_and_run_no_text_as_code():
    rules = dict(rule.split(" ", 1) for rule in serve.policy((Address("http", HERE),)).split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["form-action"] == rules["base-uri"] == "'none'"
    assert re.fullmatch(r"'self' 'wasm-unsafe-eval'( 'sha256-[\w+/=]{44}')+", rules["script-src"])
    assert rules["connect-src"] == f"'self' ws://{HERE}"
    allowed = {source for name in rules for source in rules[name].split() if not source.startswith("'sha256-")}
    assert allowed == {
        "'none'",
        "'self'",
        "'unsafe-inline'",
        "'wasm-unsafe-eval'",
        "data:",
        "blob:",
        f"ws://{HERE}",
    }
    assert [name for name in rules if "'unsafe-inline'" in rules[name]] == ["style-src"]


def test_behind_a_proxy_only_its_address_is_served_and_the_cookie_wants_https():
    one = door(Inside(), address(f"https://{PROXY}"))
    assert asked(one, "/?token=right-token", host=HERE).status == 403
    said = asked(one, "/?token=right-token", host=PROXY)
    assert said.headers["location"] == f"https://{PROXY}/"
    assert said.headers["set-cookie"] == "harmmodel-443=right-cookie; Path=/; HttpOnly; SameSite=Strict; Secure"
    cookie = {"cookie": "harmmodel-443=right-cookie"}
    statuses = {
        scheme: asked(one, "/_stcore/stream", "websocket", host=PROXY, origin=f"{scheme}://{PROXY}", **cookie).status
        for scheme in ("https", "http")
    }
    assert statuses == {"https": 101, "http": 403}


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://harm.example.org", "https://harm.example.org"),
        (" HTTPS://Harm.Example.org/ ", "https://harm.example.org"),
        ("https://harm.example.org:443", "https://harm.example.org"),
        ("https://harm.example.org:8443", "https://harm.example.org:8443"),
        ("http://10.0.0.5:80", "http://10.0.0.5"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_the_address_of_a_proxy_is_read_as_browsers_send_it(text, origin):
    assert address(text).origin == origin


@pytest.mark.parametrize(
    "text",
    [
        "harm.example.org",
        "https://",
        "https://harm.example.org/app",
        "https://harm.example.org?x",
        "https://user@harm.example.org",
        "https://harm.example.org:99999",
        "https://*.example.org x",
        "ftp://harm.example.org",
        "https://härm.example.org",
    ],
)
def test_another_text_is_no_address_of_a_proxy(text):
    with pytest.raises(AddressError, match=r"no address of a whole host\. Write it like https://harm\.example\.org"):
        address(text)


def test_a_port_that_is_taken_is_named_before_anything_starts(tmp_path):
    with serve._listener(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"listens on port {port}. Name another: harmmodel app --port {port + 1}"):
            serve.start(tmp_path, port, None, False, print)


def test_a_page_that_streamlits_own_command_serves_opens_no_project(monkeypatch):
    real = object.__new__(session.runtime.Runtime)
    monkeypatch.setattr(session.runtime.Runtime, "_instance", real)
    monkeypatch.setenv(session.DOOR, "1")
    with pytest.raises(PastTheDoor, match=r"without its front door.* Stop it and start: harmmodel app$"):
        session.project()
