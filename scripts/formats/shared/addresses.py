"""Texts that an export only names: an address in the web, in a bucket or on the tool's own server.

In: the folder of the export, and addresses. Out: the file of that name next to the export or below it,
and its text. Nothing is ever fetched, and nothing is read from outside the folder.
"""

import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from scripts.annotation.text import Unusable
from scripts.formats.shared.fields import shown, text_of
from scripts.formats.shared.lines import whole_text

# The web, a bucket, the upload folder of a server, or a bare name of a text file.
ADDRESS = re.compile(
    r"(?:https?|s3|gs|file|azure-blob|dbfs)://\S+|/?data/(?:upload|local-files)\S+|[^\s<>]+\.(?:txt|html?)",
    re.IGNORECASE,
)
TEXT_FILE = re.compile(r"\.(?:txt|html?|md|json)(?:[?#]\S*)?$", re.IGNORECASE)
UPLOADED = re.compile(r"[0-9a-f]{8}-")  # what Label Studio's server puts before a file's name
LONGEST = 2048  # characters of an address


def is_address(text: str) -> bool:
    """Say whether a string as a whole is an address, and so perhaps stands for the text there."""
    return len(text) <= LONGEST and ADDRESS.fullmatch(text.strip()) is not None


def names_text_file(address: str) -> bool:
    """Say whether an address can't be a text itself: it isn't of the web, or ends like a file's."""
    return not address.startswith("http") or TEXT_FILE.search(address) is not None


def file_at(folder: Path, address: str) -> Path | None:
    """Return the file that an address names: below the folder as the address has it, or beside."""
    inner = unquote(address.strip().partition("?d=")[2] or re.split(r"[?#]", address.strip())[0])
    parts = [part for part in PurePosixPath(inner.rpartition("://")[2]).parts if part not in ("/", "..")]
    if not parts or len(address) > LONGEST or any("\\" in part or "\0" in part for part in parts):
        return None
    tried = [folder.joinpath(*parts[first:]) for first in range(len(parts))]
    tried.append(folder / UPLOADED.sub("", parts[-1], count=1))
    for path in tried:
        try:
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                return path
        except (OSError, ValueError):  # of a name that is too long, or no name at all
            continue
    return None


def text_at(folder: Path, *addresses: str) -> str:
    """Return the text of the first address whose file lies here, or raise Unusable."""
    path = next(filter(None, (file_at(folder, address) for address in addresses)), None)
    if path is None:
        named = addresses[0].partition("?")[0] or addresses[0]  # without keys that give access
        reason = f"its text is in {shown(named)}, but there is no such file next to this one"
        raise Unusable(reason, "download the texts into this folder")
    try:
        text = whole_text(path)
        if text.startswith("%PDF"):
            raise Unusable("it is a PDF file, not text", "export it as text with its annotations")
        return text_of({"text": text})
    except OSError as error:
        raise Unusable(f"{path.name} can't be read ({error.strerror})", "copy it again") from None
    except Unusable as error:
        raise Unusable(f"{path.name}: {error.reason}", error.hint) from None
