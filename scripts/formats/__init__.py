"""Annotation formats: the registry of readers, and finding out which one a file needs.

The order matters where one format looks like a special case of another: the special case stands first.
"""

from pathlib import Path

from scripts.annotation.text import FileFault
from scripts.formats import (
    argilla,
    azure_ner,
    bioc_json,
    bioc_xml,
    brat,
    cluener,
    columns,
    comprehend,
    conllu,
    dataturks,
    docbin,
    doccano,
    dygie,
    entity_list,
    gate,
    gate_bdoc,
    gate_json,
    gliner,
    ground_truth,
    harem,
    hf_tokens,
    inline_brackets,
    inline_xml,
    json_tools,
    jsonl,
    label_studio,
    labelbox,
    lighttag,
    mae,
    mention_json,
    mention_table,
    ner_annotator,
    pairs,
    prodigy,
    pubtator,
    rasa_nlu,
    sentence_table,
    snips,
    spacy_doc_json,
    spacy_v2_json,
    spert,
    tagtog_json,
    tagtog_tsv,
    token_pairs,
    token_table,
    ubiai_json,
    uie,
    uima_json,
    uima_xmi,
    vertex,
    webanno_tsv,
    yedda,
)
from scripts.formats.base import Format
from scripts.formats.head import Head
from scripts.formats.refused import refusal
from scripts.formats.unrecognised import nearest, seen, unread_spans

FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        docbin.FORMAT,
        spacy_doc_json.FORMAT,
        spacy_v2_json.FORMAT,
        yedda.FORMAT,
        brat.FORMAT,
        harem.FORMAT,
        mae.FORMAT,
        gate.FORMAT,
        gate_bdoc.FORMAT,
        gate_json.FORMAT,
        uima_json.FORMAT,
        uima_xmi.FORMAT,
        webanno_tsv.FORMAT,
        azure_ner.FORMAT,
        ground_truth.FORMAT,
        comprehend.FORMAT,
        entity_list.FORMAT,
        label_studio.FORMAT,
        labelbox.FORMAT,
        lighttag.FORMAT,
        ubiai_json.FORMAT,
        argilla.FORMAT,
        tagtog_json.FORMAT,
        bioc_json.FORMAT,
        bioc_xml.FORMAT,
        pubtator.FORMAT,
        rasa_nlu.FORMAT,
        *json_tools.FORMATS,
        cluener.FORMAT,
        snips.FORMAT,
        dygie.FORMAT,
        spert.FORMAT,
        uie.FORMAT,
        prodigy.FORMAT,
        doccano.FORMAT,
        dataturks.FORMAT,
        ner_annotator.FORMAT,
        pairs.FORMAT,
        token_pairs.FORMAT,
        gliner.FORMAT,
        vertex.FORMAT,
        conllu.FORMAT,
        tagtog_tsv.FORMAT,
        sentence_table.FORMAT,
        token_table.FORMAT,
        hf_tokens.FORMAT,
        mention_json.FORMAT,
        mention_table.FORMAT,
        inline_xml.FORMAT,
        inline_brackets.FORMAT,
        jsonl.FORMAT,
        columns.FORMAT,
        json_tools.NAMED_BY_USER,
    )
}
AUTO = "auto"


def detect(path: Path) -> Format:
    """Return the format that a file is in, from its contents alone. Raises FileFault if none fits."""
    head = Head.of(path)
    for format in FORMATS.values():
        if not format.by_name_only and format.sniff(head):
            return format
    if not head.data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FileFault(path.as_posix(), "it is empty", "export it again")
    if fault := refusal(head):
        raise fault
    *some, last = (f"{format.name} ({format.title})" for format in nearest(head, FORMATS.values()))
    hint = (
        f"the likeliest are {', '.join(some)} and {last}: if it is one of these, name "
        "it as format in configs/convert.cfg (docs/formats.md lists all), or take the file away"
    )
    if fields := unread_spans(head):
        hint = f"its field {fields[0]!r} looks like spans: {fields[1]}; else take the file away"
    raise FileFault(path.as_posix(), f"its format is not recognised: it holds {seen(head)}", hint)
