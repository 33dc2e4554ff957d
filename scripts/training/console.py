"""The console of `spacy train`: spaCy's own table and progress bar, and the plan beside it.

spaCy's logger reads `max_steps` and `eval_frequency` as numbers; here a function computes them.
"""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import IO, Any

from spacy.language import Language
from spacy.training.loggers import console_logger_v3
from spacy.util import registry
from thinc.api import get_current_ops

Logger = Callable[
    [Language, IO[str], IO[str]], tuple[Callable[[dict[str, Any] | None], None], Callable[[], None]]
]


def console_logger() -> Logger:
    """Return spaCy's console logger with a progress bar over the whole training."""
    show = console_logger_v3(progress_bar="train")

    def setup(
        nlp: Language, stdout: IO[str] = sys.stdout, stderr: IO[str] = sys.stderr
    ) -> tuple[Callable[[dict[str, Any] | None], None], Callable[[], None]]:
        training = dict(nlp.config.interpolate()["training"])
        numbers = {key: training[key] for key in ("max_steps", "eval_frequency")}
        training |= registry.resolve(numbers)
        device = type(get_current_ops()).__name__
        print(
            f"Up to {training['max_steps']} steps, dev evaluated every {training['eval_frequency']}, "
            f"on {device}",
            file=stdout,
        )
        stand_in = SimpleNamespace(pipeline=nlp.pipeline, config={"training": training})
        return show(stand_in, stdout, stderr)  # type: ignore[no-any-return]

    return setup
