"""The application of the service: JSON endpoints and the page.

In: what the pipeline is, how it reads texts, and the settings. Out: a FastAPI application. Its
documentation page is off, because that loads scripts from the internet; /openapi.json is the schema.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import Body, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from scripts.corpus.signs import has_more_signs
from scripts.files.terminal import printable
from scripts.serving.finding import Found
from scripts.serving.guard import Guard
from scripts.serving.reader import Find, Reader, Unreadable
from scripts.settings.serve import ServeSettings

ROOM = Path(__file__).parent
PAGE = {"/": "page.html", "/page.css": "page.css", "/page.js": "page.js"}
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
MOST_TOLD = 3  # faults of a body that an answer names
WITHOUT_TELEMETRY: Any = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


class Problem(BaseModel):
    """Why a request was refused."""

    detail: str


class Health(BaseModel):
    """Whether the service reads texts."""

    status: str


class Limits(BaseModel):
    """How large a request may be: configs/serve.cfg."""

    max_characters: int = Field(description="Of a text.")
    max_signs: int | None = Field(description="Without a space between them; null for no limit.")
    max_texts: int = Field(description="Of a batch.")
    max_bytes: int = Field(description="Of the body of a request.")


class About(BaseModel):
    """What the service serves."""

    name: str
    version: str
    lang: str
    labels: list[str]
    spacy: str = Field(description="The version of spaCy.")
    offsets: str = Field(default="code points", description="The unit of start and end.")
    limits: Limits


class Results(BaseModel):
    """The entities of each text of a batch, in the order of the texts."""

    results: list[Found]


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The body can't be read, or the name of the host is unknown"},
    413: {"model": Problem, "description": "The body has too many bytes"},
    422: {"model": Problem, "description": "The body isn't as it should be, or a text is too long"},
    429: {"model": Problem, "description": "Too many requests at the same time"},
    500: {"model": Problem, "description": "The pipeline failed on the texts"},
    503: {"model": Problem, "description": "The request took too long"},
}


def application(about: About, find: Find, settings: ServeSettings) -> ASGIApp:
    """Return the application.

    about: what GET /v1/about answers. find: returns the entities of each text; called in one thread.
    """
    reader = Reader(find)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        reader.start()
        yield
        await asyncio.to_thread(reader.stop)

    app = FastAPI(
        title=f"Entities of {about.name}",
        version=about.version,
        summary="Finds entities in texts.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        max_body_size=settings.max_bytes,
        telemetry=WITHOUT_TELEMETRY,
    )
    add_refusals(app)
    add_page(app)
    signs = AfterValidator(partial(with_few_signs, most=about.limits.max_signs))
    text_type = Annotated[str, Field(max_length=settings.max_characters), signs]

    @app.get("/v1/health", responses={503: {"model": Health}})
    async def health() -> Health:
        """Say whether the service reads texts."""
        if not reader.is_alive():
            return JSONResponse({"status": "stopped"}, 503)  # type: ignore[return-value]
        return Health(status="ok")

    @app.get("/v1/about")
    async def described() -> About:
        """Return name and version of the pipeline, its labels and the limits."""
        return about

    @app.post("/v1/entities", responses=REFUSALS, response_model=Found)
    async def entities(
        text: Annotated[text_type, Body(embed=True)],
    ) -> Response:
        """Find the entities in a text."""
        (found,) = await asyncio.wrap_future(reader.submit([text]))
        return as_json(found)

    @app.post("/v1/entities/batch", responses=REFUSALS, response_model=Results)
    async def batch(
        texts: Annotated[list[text_type], Body(embed=True, max_length=settings.max_texts)],
    ) -> Response:
        """Find the entities in several texts: faster than one by one."""
        return as_json(Results(results=await asyncio.wrap_future(reader.submit(texts))))

    hosts = list(settings.allowed_hosts)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    return Guard(app, settings)


def with_few_signs(text: str, most: int | None) -> str:
    """Return a text. Raises PydanticCustomError if the tokenizer would take too long for it."""
    if most and has_more_signs(text, most):
        told = f"Text should have at most {most:,} signs without a space between them (max_signs)"
        raise PydanticCustomError("too_many_signs", told)
    return text


def as_json(found: BaseModel) -> Response:
    """Return an answer. FastAPI would make it itself, but for large batches that takes half the time."""
    return Response(found.model_dump_json(exclude_none=True), media_type="application/json")


def add_refusals(app: FastAPI) -> None:
    """Let the application say in one sentence why it refuses a request, and quote no text there."""

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101  (what it is registered for)
        is_json = "json" in request.headers.get("content-type", "")
        hint = "" if is_json else "; send JSON, with the header Content-Type: application/json"
        return JSONResponse({"detail": faults(error.errors()) + hint}, 422)

    async def refused(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101
        return JSONResponse({"detail": error.detail}, error.status_code, error.headers)

    async def failed(*_: object) -> JSONResponse:
        return JSONResponse({"detail": "The pipeline failed on the texts of this request"}, 500)

    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Unreadable, failed)


def faults(errors: Sequence[Any]) -> str:
    """Return what is wrong with a body in words, without the values in it."""
    told = [
        f"{printable('.'.join(map(str, error['loc'])))}: {error['msg']}" for error in errors[:MOST_TOLD]
    ]
    more = f"; and {len(errors) - MOST_TOLD:,} more" if len(errors) > MOST_TOLD else ""
    return "; ".join(told) + more


def add_page(app: FastAPI) -> None:
    """Let the application answer with the files of the page."""
    for path, name in PAGE.items():
        content = (ROOM / name).read_bytes()
        media_type = TYPES[Path(name).suffix]

        async def file(content: bytes = content, media_type: str = media_type) -> Response:
            return Response(content, media_type=media_type)

        app.add_api_route(path, file, include_in_schema=False)
