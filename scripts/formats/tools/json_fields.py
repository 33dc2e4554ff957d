"""The setting that says where JSON of an unknown tool has what: `text=body,start=span.begin`."""

# What it can name: paths in a record, then paths in a span; inclusive is true or false.
FIELDS = (
    *("text", "spans", "id", "group", "split", "records"),
    *("start", "end", "length", "label", "mention", "inclusive"),
)


def read_fields(value: str) -> dict[str, str]:
    """Return what `text=body,start=span.begin` says: where each thing is.

    Raises ValueError for what can't be understood.
    """
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    found = {name.strip(): path.strip() for name, _, path in pairs}
    for name, path in found.items():
        if name not in FIELDS or not path:
            raise ValueError(
                f"{name!r} is not one of {', '.join(FIELDS)}, or is not followed by `=` and a key"
            )
    if len(found) < len(pairs):
        raise ValueError("it lists a name twice")
    return found
