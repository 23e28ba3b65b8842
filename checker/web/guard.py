"""What stands between the workbench and other users, other pages, other machines and floods: key, host, origin, size, rate, headers."""

from __future__ import annotations

import hmac
import time
from collections import deque
from typing import TYPE_CHECKING

from flask import abort, request

if TYPE_CHECKING:
    from flask import Flask, Response

#: bytes of one request; parts of one form
MAX_BYTES, MAX_PARTS = 3_000_000, 20_000
#: requests within so many seconds
MAX_REQUESTS, WITHIN = 120, 5.0
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; img-src 'none'; "
          "base-uri 'none'; frame-ancestors 'none'")
#: a report is a page of its own: its styles are its own, and it may do nothing at all
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-popups"


#: what holds nothing of the user's
OPEN_TO_ALL = ("/style.css", "/script.js", "/favicon.ico")


class Guard:
    """Refuses what does not come from the workbench's own pages. `port` is where it is served, `key` the folder of its address.

    The key is new at every start and known only to who was told the address: neither another user of this machine nor a page from
    elsewhere can read or send anything without it. A cookie would be sent to whatever listens at another port of this machine.
    """

    def __init__(self, app: Flask, port: int, key: str) -> None:
        self.key = key.encode()
        self.hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))
        self._recent: deque[float] = deque(maxlen=MAX_REQUESTS)
        app.config.update(MAX_CONTENT_LENGTH=MAX_BYTES, MAX_FORM_MEMORY_SIZE=MAX_BYTES, MAX_FORM_PARTS=MAX_PARTS)
        app.before_request(self.check)
        app.after_request(self.seal)

    def check(self) -> None:
        """Refuse a request for another host (a name that was pointed here), from another page, without the key, or one too many."""
        if request.host not in self.hosts:
            abort(421, "host")
        origin = request.headers.get("Origin")
        if origin is not None and origin.removeprefix("http://") not in self.hosts:
            abort(403, "origin")
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            abort(403, "origin")
        if request.path not in OPEN_TO_ALL and not hmac.compare_digest(request.path.split("/")[1].encode("utf-8", "replace"), self.key):
            abort(403, "key")
        now = time.monotonic()
        if len(self._recent) == MAX_REQUESTS and now - self._recent[0] < WITHIN:
            abort(429, "rate")
        self._recent.append(now)

    def seal(self, response: Response) -> Response:
        """Tell the browser what the page may do: next to nothing."""
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response
