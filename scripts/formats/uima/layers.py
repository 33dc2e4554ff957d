"""Layers of a UIMA document (WebAnno, INCEpTION, cTAKES, …): which may be entities, and their labels.

In: the full name of a layer's type and the names of its features. Out: how it is read: under which
layer name, and which feature holds the label.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Features that hold a label, the likeliest first; lower case.
LABELS = ("value", "label", "category", "entity", "entitytype", "type", "class", "tag", "identifier")
# What tools annotate below and beside entities: parts of names of types. Only `layer` reads them.
LINGUISTIC = (
    "uima.cas.",
    "uima.tcas.",
    "uima.ruta.",
    ".segmentation.",
    ".lexmorph.",
    ".syntax.",
    ".metadata.",
    ".coref.",
    ".transform.",
    ".anomaly.",
    ".textspan.",
)
LINGUISTIC_NAMES = {
    "Token",
    "Sentence",
    "Lemma",
    "Stem",
    "POS",
    "Paragraph",
    "Chunk",
    "DocumentMetaData",
}
LINKS = ({"Governor", "Dependent"}, {"next", "referenceType"})  # features of relations and of chains
TYPES = "types"
UNLABELLED = "an annotation without label is labelled with the name of its layer"
FOLDERS = ("annotation", "curation")  # of INCEpTION's exported projects
NOBODY = "INITIAL_CAS"  # INCEpTION's name for a document as it was before anybody annotated it


@dataclass(frozen=True, slots=True)
class LabelFeature:
    """One way to read the annotations of a type.

    layer: the name it goes by. feature: what holds the label; empty if there is none. name: the label
    of an annotation that has none.
    """

    layer: str
    feature: str
    name: str


def is_linguistic(name: str) -> bool:
    """Say whether a type is about words, sentences or documents."""
    short = short_name(name)
    return (
        any(part in name for part in LINGUISTIC) or short in LINGUISTIC_NAMES or short.endswith("Token")
    )


def is_link(features: Iterable[str]) -> bool:
    """Say whether a type with these features is about relations or chains."""
    return any(link <= set(features) for link in LINKS)


def short_name(name: str) -> str:
    """Return the name of a type without its package."""
    return name.rpartition(".")[2]


def layer_names(names: Iterable[str]) -> dict[str, str]:
    """Return what each type is called: its short name, or its full name if two share the short one."""
    every = list(dict.fromkeys(names))
    counts = Counter(short_name(name) for name in every)
    return {name: name if counts[short_name(name)] > 1 else short_name(name) for name in every}


def label_feature(features: Sequence[str]) -> str:
    """Return the feature that holds the label by its name, or because it is the only one, or nothing."""
    lowered = {feature.lower(): feature for feature in features}
    for name in LABELS:
        if name in lowered:
            return lowered[name]
    return features[0] if len(features) == 1 and features[0].lower() != "id" else ""


def label_features(
    types: Mapping[str, Sequence[str]], wanted: str, *, every: bool = True
) -> dict[str, list[LabelFeature]]:
    """Return for each type how its annotations are read; nothing for one that is not to be read.

    types: full names, each with the features that may hold a label. wanted: `layer`: a layer's
    name, short or full, or with a dot and a feature after it; or TYPES: all types without a label,
    each of which is a label then. every: whether a type with several
    features, none of them a label by its name, is read once for each; else by the type's own name.
    """
    found: dict[str, list[LabelFeature]] = {}
    for name, layer in layer_names(types).items():
        features, own = types[name], short_name(name)
        label = label_feature(features)
        several = every and not label and len(features) > 1
        if wanted in (layer, name) and not several:
            found[name] = [LabelFeature(wanted, label, own)]
        elif chosen := [f for f in features if wanted in (f"{layer}.{f}", f"{name}.{f}")]:
            found[name] = [LabelFeature(wanted, chosen[0], own)]
        elif is_linguistic(name):
            found[name] = []
        elif wanted == TYPES and not (label or several):
            found[name] = [LabelFeature(TYPES, "", own)]
        elif several:
            found[name] = [LabelFeature(f"{layer}.{feature}", feature, own) for feature in features]
        else:
            found[name] = [LabelFeature(layer, label, own)]
    return found


def origin(path: Path) -> dict[str, Any]:
    """Return the fields that the place of a file tells: its document, and who annotated it.

    INCEpTION exports a project as `annotation/<document>/<annotator>.<ending>`.
    """
    if path.parent.parent.name not in FOLDERS:
        return {"id": path.stem}
    found: dict[str, Any] = {"id": path.parent.name, "annotator": path.stem}
    return found | ({"annotated": False} if path.stem == NOBODY else {})
