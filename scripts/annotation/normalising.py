"""What makes two texts the same: for splitting, where copies may not be apart, and to find copies."""

import hashlib
import unicodedata


def normalised(text: str) -> str:
    """Return what two copies of a text share: letters without case, white space as single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def position(text: str) -> float:
    """Return a number in [0, 1) that depends on nothing but the normalised text."""
    digest = hashlib.blake2b(normalised(text).encode("utf8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big") / 2**64
