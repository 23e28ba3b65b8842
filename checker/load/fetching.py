"""Fetch one document over HTTP. The only module of the loaders that opens a connection, and only `licet texts fetch` calls it."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit

import checker
from checker.load.problems import fragment

#: seconds for one answer, bytes of one document
TIMEOUT, MAX_BYTES = 30.0, 2_000_000

#: an address -> the bytes that lie there; raises FetchError
Fetch = Callable[[str], bytes]


class FetchError(Exception):
    """A document that cannot be had; the message says why."""


class _SameKind(urllib.request.HTTPRedirectHandler):
    """Follows redirects to the web only, and never from https to http; another one is left as the answer it is."""

    def redirect_request(self, request: urllib.request.Request, *arguments: object) -> urllib.request.Request | None:
        kinds = ("https",) if request.full_url.startswith("https:") else ("http", "https")
        if urlsplit(str(arguments[-1])).scheme not in kinds:
            return None
        return super().redirect_request(request, *arguments)  # type: ignore[arg-type]


def fetch(url: str) -> bytes:
    """What lies at an address. Raises FetchError: no web address, no answer, another status than 200, too long."""
    address = plain_file(url)
    if urlsplit(address).scheme not in ("http", "https"):
        raise FetchError(fragment("no_web_address"))
    opener = urllib.request.build_opener(_SameKind)
    opener.addheaders = [("User-Agent", f"licet/{checker.__version__}"), ("Accept", "text/plain, text/html;q=0.8, */*;q=0.1")]
    try:
        with opener.open(quote(address, safe=":/?#[]@!$&'()*+,;=%~"), timeout=TIMEOUT) as answer:
            if answer.status != 200:
                raise FetchError(fragment("answered_with_status", status=answer.status))
            data: bytes = answer.read(MAX_BYTES + 1)
    except HTTPError as error:
        error.close()
        raise FetchError(fragment("answered_with_status", status=error.code)) from None
    except (OSError, HTTPException, ValueError) as error:
        raise FetchError(fragment("cannot_be_fetched", why=" ".join(str(error).split())[:200])) from None
    if len(data) > MAX_BYTES:
        raise FetchError(fragment("too_long_to_fetch", most=f"{MAX_BYTES:,}"))
    return data


def plain_file(url: str) -> str:
    """The address of the file itself, where an address is that of a page that shows a file."""
    return re.sub(r"^(https?://(?:www\.)?(?:github\.com|huggingface\.co)/(?:[^/]+/){1,3}?)blob/", r"\1raw/", url)
