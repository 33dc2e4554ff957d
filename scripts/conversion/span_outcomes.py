"""What can become of a span on its way into the corpus: the keys of `spans` in conversion.json.

Imports nothing, so that whoever reads conversion.json or rejected.jsonl can use the same words.
"""

# It became an entity, or is stored under the key for spans, though not as it was marked.
TRIMMED, ADJUSTED = "trimmed", "adjusted"
# It was lost.
MISALIGNED, OUT_OF_TEXT = "misaligned", "out_of_text"
LOST = (
    MISALIGNED,
    "overlapping",
    "duplicate",
    "empty",
    "discontinuous",
    "mismatched",
    "not_found",
    "ambiguous",
    OUT_OF_TEXT,
)
UNREAD = "unread"  # it can't be read, in a record that can
UNUSABLE = (UNREAD, OUT_OF_TEXT)  # what counts towards `max_rejected`, as rejected records do
