"""The registry of readers.

The order matters where one format looks like a special case of another: the special case stands first.
"""

from scripts.formats.argilla import reader as argilla
from scripts.formats.base import Format
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
