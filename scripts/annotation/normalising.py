"""What makes two texts the same: for splitting, where copies may not be apart, and to find copies."""

import unicodedata


def normalised(text: str) -> str:
    """Return what two copies of a text share: letters without case, white space as single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
