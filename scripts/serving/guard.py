"""What stands before every answer of the service: limits, headers, and errors without texts.

In: requests. Out: at most so many at a time, each answered in good time; headers that let the page load
nothing from elsewhere; for an error that nothing else handles, an answer and a line in the log that say
only of which kind it is, since its message may quote a text.
"""

import asyncio
import logging
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scripts.settings.serve import ServeSettings

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
TOO_LARGE = 413
LATER = (429, 503)  # of requests that may be tried again
RETRY = {"Retry-After": "1"}
FREE = ("GET", "HEAD", "OPTIONS")  # methods that read no text: the page and the state of the service


class Guard:
    """A layer around the application, which must be the outermost."""

    def __init__(self, app: ASGIApp, settings: ServeSettings) -> None:
        self.app, self.settings = app, settings
        self.active = 0
        # Where the libraries answer with words of their own, some of them as plain text.
        self.details = {
            400: "The service has another name; see allowed_hosts in configs/serve.cfg",
            TOO_LARGE: f"The body has more than {settings.max_bytes:,} bytes; send less at a time",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = Answer(scope, receive, send, self.details)
        try:
            if scope["method"] in FREE:
                await self.app(scope, receive, answer.send)
            else:
                await self._limited(scope, receive, answer)
        except Exception as error:
            log.error("A request failed (%s)", type(error).__name__)
            await answer.refuse(500, "Something went wrong in the service")

    async def _limited(self, scope: Scope, receive: Receive, answer: "Answer") -> None:
        if self.active >= self.settings.max_requests:
            await drain(receive, self.settings.max_bytes)
            told = f"{self.settings.max_requests:,} other requests are in work; try again in a second"
            await answer.refuse(429, told)
            return
        self.active += 1
        try:
            async with asyncio.timeout(self.settings.time_limit):
                await self.app(scope, receive, answer.send)
        except TimeoutError:
            told = (
                f"The request took more than {self.settings.time_limit:g} seconds; send less at a time"
            )
            await answer.refuse(503, told)
        finally:
            self.active -= 1


class Answer:
    """The answer to one request, which gets our headers.

    details: what errors of the libraries are replaced with, by status.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, details: Mapping[int, str]) -> None:
        self._scope, self._receive, self._send, self._details = scope, receive, send, details
        self._started = self._refused = False

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if self._refused:
            return
        if message["type"] == "http.response.start":
            status, kind = message["status"], MutableHeaders(scope=message).get("content-type", "")
            if status in self._details and (kind.startswith("text/plain") or status == TOO_LARGE):
                await self.refuse(status, self._details[status])
                return
        await self._with_headers(message)

    async def refuse(self, status: int, detail: str) -> None:
        """Send an error and nothing after it, unless the answer has begun already."""
        if not self._started:
            self._refused = True
            response = JSONResponse({"detail": detail}, status, RETRY if status in LATER else None)
            await response(self._scope, self._receive, self._with_headers)

    async def _with_headers(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


async def drain(receive: Receive, most: int) -> None:
    """Read a body that nobody needs: a client that still sends would miss the answer."""
    while most > 0:
        message = await receive()
        most -= len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return
