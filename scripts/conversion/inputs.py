"""What the step `inputs` writes to inputs.json, and `convert` reads."""

from typing import Any, NotRequired

from typing_extensions import TypedDict


class InputFile(TypedDict):
    """An annotation file; `split` is the one that its name gives."""

    path: str
    split: str | None
    bytes: int
    sha256: str


class Inputs(TypedDict):
    """The contents of inputs.json.

    annotations: the file, folder or pattern that the user named. skipped_files: files there that hold no
    data. corrections: the files that `merge` wrote, with their hashes, if there are any. nlp: what makes
    the tokenizer. versions: of packages.
    """

    annotations: str
    files: list[InputFile]
    skipped_files: list[str]
    corrections: NotRequired[dict[str, str]]
    nlp: dict[str, Any]
    versions: dict[str, str]
