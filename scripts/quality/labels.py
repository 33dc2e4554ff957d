"""Labels that may be one another, or none: alike but for case, in look-alike letters, tags of pieces.

In: how often each label occurs, by split. Out: findings.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping

from scripts.files.terminal import printable
from scripts.quality.finding import WARN, Finding, Occurrences

# Cyrillic and Greek letters that look like Latin ones, small and in this order.
FOREIGN = "авекмнорстухіјѕԁԛԝαβεζηικμνορτυχγ"
LATIN = "abekmhopctyxijsdqwabezhikmnoptuxy"
ALIKE = str.maketrans(FOREIGN, LATIN)
TAG = re.compile(r"O|[BI][-_].+", re.DOTALL)  # of pieces of entities; E-MAIL and the like are labels

ByLabel = Mapping[str, Mapping[str, Occurrences]]


def name_findings(labels: ByLabel) -> Iterator[Finding]:
    """Yield labels that look like one another, and labels that look like tags.

    labels: by label and split, the documents with it (counted once for each entity).
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for label in sorted(labels):
        groups[skeleton(label)].append(label)
    for alike in groups.values():
        if len(alike) > 1:
            how = "differ only in case" if len(set(map(str.casefold, alike))) == 1 else "look alike"
            message = f"{' and '.join(with_count(label, labels) for label in alike)} {how}"
            advice = "if they mean the same, merge them in the label map"
            yield Finding("labels that look alike", WARN, message, advice, occurrences_of(alike, labels))
    tags = sorted(label for label in labels if TAG.fullmatch(label))
    if tags:
        share = occurrences_of(tags, labels).count / occurrences_of(sorted(labels), labels).count
        listed = ", ".join(with_count(label, labels) for label in tags[:5])
        message = (
            f"{listed} look like tags of parts of entities; {share:.0%} of entities have such a label"
        )
        advice = "export whole entities, or set the format of the file, and drop O in the label map"
        yield Finding("labels like tags", WARN, message, advice, occurrences_of(tags, labels))


def skeleton(label: str) -> str:
    """Return what labels that a person takes for one another share: letters without case and script."""
    plain = unicodedata.normalize("NFKC", label).casefold().translate(ALIKE)
    return "".join(c for c in plain if c.isalnum()) or label


def count(label: str, labels: ByLabel) -> int:
    """Return how many entities have a label."""
    return sum(found.count for found in labels[label].values())


def with_count(label: str, labels: ByLabel) -> str:
    """Return a label with its number; letters that aren't ASCII by their codes as well."""
    codes = "" if label.isascii() else f" ({label.encode('ascii', 'backslashreplace').decode()})"
    return f"{printable(label)}{printable(codes)} ({count(label, labels)} entities)"


def occurrences_of(names: list[str], labels: ByLabel) -> Occurrences:
    """Return where some labels occur."""
    found = Occurrences()
    for name in names:
        for split, at in labels[name].items():
            found.count += at.count
            found.named += [f"{place} ({split}, {printable(name)})" for place in at.named[:20]]
    return found
