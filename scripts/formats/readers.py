"""The registry of readers, in the order in which detection tries them.

To add a format, import its module here and add its `FORMAT` to the list. The list is alphabetical: which
format must be tried before which is stated in `before` and `after` of each.
"""

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from operator import attrgetter

from scripts.formats.argilla import reader as argilla
from scripts.formats.base import EVERY_OTHER, Format
from scripts.formats.bioc import bioc_json, bioc_xml, pubtator
from scripts.formats.brat import reader as brat
from scripts.formats.cloud import azure_ner, comprehend, entity_list, ground_truth, vertex
from scripts.formats.columns import reader as columns
from scripts.formats.conllu import reader as conllu
from scripts.formats.doccano import reader as doccano
from scripts.formats.gate import gate, gate_bdoc, gate_json
from scripts.formats.huggingface import hf_tokens
from scripts.formats.inline import inline_brackets, inline_xml
from scripts.formats.label_studio import reader as label_studio
from scripts.formats.plain import (
    jsonl,
    mention_json,
    mention_table,
    sentence_table,
    token_pairs,
    token_table,
)
from scripts.formats.prodigy import reader as prodigy
from scripts.formats.research import cluener, dygie, gliner, harem, snips, spert, uie
from scripts.formats.spacy import docbin, pairs, spacy_doc_json, spacy_v2_json
from scripts.formats.tagtog import tagtog_json, tagtog_tsv
from scripts.formats.tools import (
    dataturks,
    json_tools,
    labelbox,
    lighttag,
    mae,
    ner_annotator,
    rasa_nlu,
    ubiai_json,
    yedda,
)
from scripts.formats.uima import uima_json, uima_xmi
from scripts.formats.webanno import reader as webanno_tsv


def in_order(formats: Iterable[Format]) -> dict[str, Format]:
    """Return formats by name, each after those that must be tried before it.

    Where it makes no difference, the order is alphabetical.
    Raises ValueError when two have the same name, when one names a format that isn't there, and when
    several name one another in a circle.
    """
    known: dict[str, Format] = {}
    for format in sorted(formats, key=attrgetter("name")):
        if format.name in known:
            raise ValueError(f"two formats are called {format.name!r}")
        known[format.name] = format
    earlier = tried_before(known)
    sorter = TopologicalSorter(dict.fromkeys(known, ()))  # alphabetical, before any edge is added
    for name, others in earlier.items():
        sorter.add(name, *sorted(others))
    try:
        return {name: known[name] for name in sorter.static_order()}
    except CycleError as error:
        raise ValueError(f"formats name one another in a circle: {' < '.join(error.args[1])}") from error


def tried_before(formats: dict[str, Format]) -> dict[str, set[str]]:
    """Return for each format the names of those that must be tried before it.

    Raises ValueError when a format names one that isn't there.
    """
    for format in formats.values():
        named = (*format.before, *(name for name in format.after if name != EVERY_OTHER))
        if unknown := [name for name in named if name not in formats]:
            raise ValueError(f"{format.name} names the format {unknown[0]!r}, which doesn't exist")
    last = {name for name, format in formats.items() if EVERY_OTHER in format.after}
    earlier = {name: set(format.after) - {EVERY_OTHER} for name, format in formats.items()}
    for name in last:
        earlier[name] |= formats.keys() - last
    for name, format in formats.items():
        for general in format.before:
            earlier[general].add(name)
    return earlier


FORMATS = in_order(
    (
        argilla.FORMAT,
        azure_ner.FORMAT,
        bioc_json.FORMAT,
        bioc_xml.FORMAT,
        brat.FORMAT,
        cluener.FORMAT,
        columns.FORMAT,
        comprehend.FORMAT,
        conllu.FORMAT,
        dataturks.FORMAT,
        docbin.FORMAT,
        doccano.FORMAT,
        dygie.FORMAT,
        entity_list.FORMAT,
        gate.FORMAT,
        gate_bdoc.FORMAT,
        gate_json.FORMAT,
        gliner.FORMAT,
        ground_truth.FORMAT,
        harem.FORMAT,
        hf_tokens.FORMAT,
        inline_brackets.FORMAT,
        inline_xml.FORMAT,
        jsonl.FORMAT,
        label_studio.FORMAT,
        labelbox.FORMAT,
        lighttag.FORMAT,
        mae.FORMAT,
        mention_json.FORMAT,
        mention_table.FORMAT,
        ner_annotator.FORMAT,
        pairs.FORMAT,
        prodigy.FORMAT,
        pubtator.FORMAT,
        rasa_nlu.FORMAT,
        sentence_table.FORMAT,
        snips.FORMAT,
        spacy_doc_json.FORMAT,
        spacy_v2_json.FORMAT,
        spert.FORMAT,
        tagtog_json.FORMAT,
        tagtog_tsv.FORMAT,
        token_pairs.FORMAT,
        token_table.FORMAT,
        ubiai_json.FORMAT,
        uie.FORMAT,
        uima_json.FORMAT,
        uima_xmi.FORMAT,
        vertex.FORMAT,
        webanno_tsv.FORMAT,
        yedda.FORMAT,
        *json_tools.FORMATS,
        json_tools.NAMED_BY_USER,
    )
)
