"""The front door of the app: every request is judged here before Streamlit sees it.

Streamlit asks a host outside for this machine's address when it meets an origin that it does not know, lets in pages of
other ports, and lets any site frame it. So nothing that this door refuses reaches it. A browser comes in by the token
in the address that the terminal shows, and is known by a cookie from then on. Both are made at each start.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

from harmmodel.errors import AddressError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = tuple[tuple[str, str], ...]

TOKEN = "token"  # noqa: S105 - the name of the parameter
HEALTH = "/_stcore/health"  # says "ok" and nothing else
READS = {"GET", "HEAD"}
OWN_PORTS = {"http": 80, "https": 443}  # a browser leaves out the port that is the scheme's own
WHOLE_HOST = re.compile(r"(?P<scheme>https?)://(?P<name>[a-z0-9.-]+|\[[0-9a-f:]+\])(?::(?P<port>[0-9]{1,5}))?/?")
ALWAYS = (
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
SHUT = (
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
)
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Harm model: {title}</title></head>
<body><h1>{title}</h1>{text}</body></html>
"""
NOT_HERE = "<p>The app is not served at the address that this request names.</p>"
FROM_ELSEWHERE = "<p>Another site or program asked for this. Pages elsewhere may link to the app, and no more.</p>"
STARTED_AGAIN = "The app has been started again. Reload this page: it says how to come in."  # for a page left open
UNKNOWN = """
<p>The terminal in which <code>harmmodel app</code> runs shows the address to open. It ends in <code>token=</code> and
letters. Open that one in this browser.</p>
<p>If the app was open here before: it has been started again since, and each start makes a new address.</p>
<p>If you came by a link from elsewhere: <a href="">open this page again</a>.</p>
"""


@dataclass(frozen=True)
class Address:
    """Where readers find the app: the scheme, and the host with its port as a browser sends it."""

    scheme: str
    host: str

    @property
    def origin(self) -> str:
        """The address as a browser names it where a request came from."""
        return f"{self.scheme}://{self.host}"

    @property
    def name(self) -> str:
        """The host without its port."""
        return urlsplit(self.origin).hostname or ""

    @property
    def port(self) -> int:
        """The port, also where a browser leaves it out."""
        return urlsplit(self.origin).port or OWN_PORTS[self.scheme]


def address(text: str) -> Address:
    """Read the address of a reverse proxy.

    Raises
    ------
    AddressError
        When *text* is no address of a whole host.

    Examples
    --------
    >>> address("https://Harm.example.org:443/").origin
    'https://harm.example.org'
    """
    found = WHOLE_HOST.fullmatch(text.strip().lower())
    port = int(found["port"] or OWN_PORTS[found["scheme"]]) if found else 0
    if found is None or not 0 < port < 1 << 16:
        raise AddressError(f"{text!r} is no address of a whole host. Write it like https://harm.example.org")
    is_own = port == OWN_PORTS[found["scheme"]]
    return Address(found["scheme"], found["name"] if is_own else f"{found['name']}:{port}")


@dataclass(frozen=True)
class Keys:
    """The secrets of one start."""

    token: str = field(repr=False)  # in the address that the terminal shows
    ticket: str = field(repr=False)  # in the address of the window that the program opens; other users can see that one
    cookie: str = field(repr=False)

    @classmethod
    def made(cls) -> Keys:
        """Make new ones that nobody can guess."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(frozen=True)
class Visit:
    """What a request says of itself."""

    kind: str  # http | websocket
    method: str
    path: str
    query: str
    headers: Headers

    @classmethod
    def of(cls, scope: Scope) -> Visit:
        """Read it from the server's own form."""
        headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"])
        query = scope.get("query_string", b"").decode("latin-1")
        return cls(scope["type"], scope.get("method", ""), scope["path"], query, headers)

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for known, value in self.headers if known == name]

    def cookies(self, name: str) -> list[str]:
        """Every cookie of that name; a page at another port of this machine may have added one."""
        pairs = (pair.strip().partition("=") for value in self.all("cookie") for pair in value.split(";"))
        return [value for known, _, value in pairs if known == name]

    def tokens(self) -> list[str]:
        """The tokens in the address of a page."""
        if self.kind != "http" or self.method != "GET":
            return []
        return [unquote_plus(pair.partition("=")[2]) for pair in self.query.split("&") if _is_token(pair)]

    def without_token(self) -> str:
        """Path and query, as they are to stand in the address bar."""
        kept = "&".join(pair for pair in self.query.split("&") if not _is_token(pair))
        return quote(self.path) + (f"?{kept}" if kept else "")


def _is_token(pair: str) -> bool:
    return unquote_plus(pair.partition("=")[0]) == TOKEN


@dataclass(frozen=True)
class Answer:
    """What the door says itself."""

    status: int
    headers: Headers
    text: str = ""


def refusal(title: str, text: str, status: int = 403) -> Answer:
    """Turn away, with a page that says why."""
    return Answer(status, (("Content-Type", "text/html; charset=utf-8"), *SHUT), PAGE.format(title=title, text=text))


def unknown(visit: Visit) -> Answer:
    """Turn away a browser without a cookie; a page of the app that was left open shows a string of JSON as it is."""
    if any("text/html" in value for value in visit.all("accept")):
        return refusal("This browser is not known yet", UNKNOWN, 401)
    return Answer(401, (("Content-Type", "application/json"), *SHUT), json.dumps(STARTED_AGAIN))


def _same(given: Iterable[str], right: str) -> bool:
    """Tell whether a secret is among those given, in a time that does not tell how much of it was right."""
    return any(hmac.compare_digest(one.encode("utf-8", "replace"), right.encode("utf-8")) for one in given)


class Door:
    """Streamlit's application behind the rules of the house."""

    def __init__(self, inner: Asgi, addresses: tuple[Address, ...], keys: Keys, policy: str) -> None:
        self.inner, self.addresses, self.keys, self.policy = inner, addresses, keys, policy
        self.ticket_is_valid = True
        # Cookies know no ports. With the port in their names, two apps on one machine do not disturb each other.
        self.cookie_name = f"harmmodel-{addresses[0].port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self.inner(scope, receive, send)  # start and end of the server
            return
        answer = self.judge(Visit.of(scope))
        if answer is None:
            await self.inner(scope, receive, self._dressed(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in (*ALWAYS, *answer.headers)]
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            await send({"type": "http.response.body", "body": answer.text.encode("utf-8")})

    def judge(self, visit: Visit) -> Answer | None:
        """Say what a request gets instead of the app, or None if it may come in."""
        here = self._address(visit)
        if here is None:
            return refusal("Not served here", NOT_HERE)
        if not _comes_from(visit, here):
            return refusal("Not from elsewhere", FROM_ELSEWHERE)
        if visit.path == HEALTH and visit.method in READS:
            return None
        tokens = visit.tokens()
        is_known = _same(visit.cookies(self.cookie_name), self.keys.cookie)
        if self._opens(tokens) or (is_known and tokens):
            return self._welcome(visit, here)
        return None if is_known else unknown(visit)

    def _address(self, visit: Visit) -> Address | None:
        hosts = visit.all("host")
        return next((one for one in self.addresses if hosts == [one.host]), None)

    def _opens(self, tokens: list[str]) -> bool:
        if self.ticket_is_valid and _same(tokens, self.keys.ticket):
            self.ticket_is_valid = False
            return True
        return _same(tokens, self.keys.token)

    def _welcome(self, visit: Visit, here: Address) -> Answer:
        """Exchange the token for a cookie, and send to the page without it, by a whole address: no path leads away."""
        cookie = f"{self.cookie_name}={self.keys.cookie}; Path=/; HttpOnly; SameSite=Strict"
        secure = "; Secure" if here.scheme == "https" else ""
        location = here.origin + visit.without_token()
        return Answer(303, (("Location", location), ("Set-Cookie", cookie + secure), *SHUT))

    def _dressed(self, send: Send) -> Send:
        """Put our headers on what the app answers; no other origin may read it, whatever the app says."""
        ours = (*ALWAYS, ("Content-Security-Policy", self.policy))
        names = {name.lower().encode() for name, _ in ours}

        async def dressed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kept = [
                    (name, value)
                    for name, value in message.get("headers", [])
                    if name.lower() not in names and not name.lower().startswith(b"access-control-")
                ]
                message["headers"] = [*kept, *((name.encode(), value.encode()) for name, value in ours)]
            await send(message)

        return dressed


def _comes_from(visit: Visit, here: Address) -> bool:
    """Tell whether the app's own pages sent a request, or a browser follows a link to one of them."""
    origins = visit.all("origin")
    if origins != [here.origin] and (origins or visit.kind == "websocket" or visit.method not in READS):
        return False
    if not {"cross-site", "same-site"} & set(visit.all("sec-fetch-site")):
        return True  # our own page, the address bar, or a program that is no browser
    return visit.all("sec-fetch-mode") == ["navigate"] and visit.all("sec-fetch-dest") == ["document"]
