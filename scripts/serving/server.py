"""The server: a pipeline, its application and uvicorn, with nothing of a request in any log."""

from functools import partial

import uvicorn
from spacy.about import __version__
from spacy.language import Language

from scripts.corpus.marks import spans_key_of
from scripts.corpus.signs import takes_signs_off
from scripts.serving.application import About, Limits, application
from scripts.serving.finding import find
from scripts.settings.serve import ServeSettings

CONNECTIONS = 256  # at least so many may be open, most of them idle
GRACE = 10  # seconds that requests in work have when the service ends


def server_of(nlp: Language, settings: ServeSettings) -> uvicorn.Server:
    """Return the server of a pipeline. Raises ValueError for a pipeline that marks no entities."""
    key = spans_key_of(nlp.config)
    config = uvicorn.Config(
        application(about(nlp, settings), partial(find, nlp, key=key), settings),
        access_log=False,  # a client may put its text into the address
        log_config=None,
        server_header=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=max(CONNECTIONS, 4 * settings.max_requests),
        timeout_graceful_shutdown=GRACE,
    )
    return uvicorn.Server(config)


def about(nlp: Language, settings: ServeSettings) -> About:
    """Return what the service says about its pipeline."""
    found = {label for name in nlp.pipe_names for label in getattr(nlp.get_pipe(name), "labels", ())}
    return About(
        name=full_name(nlp),
        version=str(nlp.meta["version"]),
        lang=str(nlp.lang),
        labels=sorted(found),
        spacy=__version__,
        limits=Limits(
            max_characters=settings.max_characters,
            max_signs=settings.max_signs if takes_signs_off(nlp) else None,
            max_texts=settings.max_texts,
            max_bytes=settings.max_bytes,
        ),
    )


def full_name(nlp: Language) -> str:
    """Return the name of a pipeline with its language, as its package is called."""
    name = str(nlp.meta["name"]).removeprefix(f"{nlp.lang}_")
    return f"{nlp.lang}_{name}"
