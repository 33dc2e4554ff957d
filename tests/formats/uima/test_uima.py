"""UIMA documents in XML and JSON: layers, labels, offsets, type systems, and what is refused."""

import json
import os
import subprocess
import sys

import pytest

from scripts.annotation.text import Fault, FileFault, OtherTask
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.detection import detect
from scripts.formats.file_roles import find_roles
from scripts.formats.readers import FORMATS
from scripts.formats.uima.types import type_systems
from scripts.formats.uima.uima_xmi import INCOMPLETE, NO_TYPES
from tests.formats.cases import SAMPLES
from tests.formats.reading import mentions, read, triples, written

HEAD = (
    '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" '
    'xmlns:my="http:///my/own.ecore" xmlns:tcas="http:///uima/tcas.ecore" xmi:version="2.0">'
)
NAMED = '<my:Named xmi:id="3" sofa="1" begin="0" end="3" value="PER"/>'
HINT = "export the document again"
WITH_TEXT = "export the document with its text; nothing is fetched from elsewhere"


def xmi(*elements, text='sofaString="Ada met Bo"', members="3"):
    """Return a document that holds some annotations."""
    sofa = f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" {text}/>'
    return f'{HEAD}{"".join(elements)}{sofa}<cas:View sofa="1" members="{members}"/></xmi:XMI>'


def types(*features, name="my.own.Named"):
    """Return a type system with one type of annotations."""
    described = "".join(
        f"<featureDescription><name>{feature}</name><rangeTypeName>{of}</rangeTypeName></featureDescription>"
        for feature, of in features
    )
    return (
        '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types><typeDescription>'
        f"<name>{name}</name><supertypeName>uima.tcas.Annotation</supertypeName>"
        f"<features>{described}</features></typeDescription></types></typeSystemDescription>"
    )


def cas(*structures, features=None, text="Ada met Bo", members=(3,)):
    """Return the JSON of a document with the type `my.Named`."""
    declared = {name: {"%NAME": name, "%RANGE": "uima.cas.String"} for name in features or ["value"]}
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView"}
    sofa |= {"mimeType": "text", "sofaString": text}
    return {
        "%TYPES": {"my.Named": {"%NAME": "my.Named", "%SUPER_TYPE": "uima.tcas.Annotation", **declared}},
        "%FEATURE_STRUCTURES": [sofa, *structures],
        "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": list(members)}},
    }


def named(start, end, number=3, **values):
    """Return an annotation of a JSON document."""
    return {"%ID": number, "%TYPE": "my.Named", "@sofa": 1, "begin": start, "end": end, **values}


def one(folder, data, format="uima_xmi"):
    """Return the only record of a file."""
    (record,) = read(folder, format, json.dumps(data) if isinstance(data, dict) else data)
    return record


def test_label_is_the_value_of_the_feature_that_is_called_so(tmp_path):
    record = one(tmp_path, xmi(NAMED))
    assert mentions(record) == [("Ada", "PER")]
    assert [span.layer for span in record.spans] == ["Named"]
    assert record.notes == (NO_TYPES,)


@pytest.mark.parametrize(
    ("attributes", "label"),
    [
        ('note="x" Category="C"', "C"),
        ('sort="S"', "S"),
        ('id="7"', "Named"),
        ('one="a" two="b"', "Named"),
        ('type="T" other="o"', "T"),
        ("", "Named"),
        ('value=""', "Named"),
    ],
)
def test_label_is_in_the_likeliest_feature_or_the_name_of_the_type(tmp_path, attributes, label):
    data = xmi(f'<my:Named xmi:id="3" sofa="1" begin="8" end="10" {attributes}/>')
    assert triples(one(tmp_path, data)) == [(8, 10, label)]


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("", [("Named", "PER"), ("Place", "Place")]),
        ("Token", [("Named", "PER"), ("Token", "NNP"), ("Place", "Place")]),
        ("my.own.Named", [("my.own.Named", "PER"), ("Place", "Place")]),
        ("Named.link", [("Named.link", "Q1"), ("Place", "Place")]),
        ("types", [("Named", "PER"), ("types", "Place")]),
    ],
)
def test_layer_that_the_user_names_is_read(tmp_path, layer, expected):
    data = xmi(
        '<my:Named xmi:id="3" sofa="1" begin="0" end="3" value="PER" link="Q1"/>',
        '<my:Token xmi:id="4" sofa="1" begin="0" end="3" pos="NNP"/>',
        '<my:Place xmi:id="5" sofa="1" begin="8" end="10"/>',
        '<my:Bond xmi:id="6" sofa="1" begin="0" end="3" Governor="3" Dependent="5" role="r"/>',
        '<tcas:Annotation xmi:id="7" sofa="1" begin="0" end="3"/>',
        members="3 4 5 6 7",
    )
    (record,) = FORMATS["uima_xmi"].read(written(tmp_path, data), Options(layer=layer))
    assert sorted((span.layer, span.label) for span in record.spans) == sorted(expected)
    assert record.tokens == ((0, 3),)


def test_two_types_of_one_short_name_go_by_their_whole_names(tmp_path):
    other = '<o:Named xmlns:o="http:///b.ecore" xmi:id="4" sofa="1" begin="8" end="10"/>'
    record = one(tmp_path, xmi(NAMED, other, members="3 4"))
    assert [span.layer for span in record.spans] == ["my.own.Named", "b.Named"]


def test_offsets_count_utf16_units_in_xml_and_in_json(tmp_path):
    text = 'sofaString="&#128522; Ada"'
    data = xmi('<my:Named xmi:id="3" sofa="1" begin="3" end="6" value="PER"/>', text=text)
    assert triples(one(tmp_path, data)) == [(2, 5, "PER")]
    data = cas(named(3, 6, value="PER"), text="\U0001f60a Ada")
    assert triples(one(tmp_path, data, "uima_json")) == [(2, 5, "PER")]


def test_offset_inside_of_a_character_is_a_fault(tmp_path):
    fault = one(tmp_path, cas(named(1, 6, value="PER"), text="\U0001f60a Ada"), "uima_json")
    assert fault.reason == "the annotation 1-5 begins or ends inside a character"


def test_offsets_outside_of_the_text_are_left_for_others_to_judge(tmp_path):
    record = one(tmp_path, cas(named(4, 99, value="PER"), text="\U0001f60a Ada"), "uima_json")
    assert triples(record) == [(3, 99, "PER")]


def test_nothing_is_printed_or_warned_of(tmp_path, capsys, recwarn):
    one(tmp_path, cas(named(4, 99, type="PER"), features=["type"]), "uima_json")
    one(tmp_path, xmi('<my:Named xmi:id="3" sofa="1" begin="0" end="99" type="PER" self="x"/>'))
    assert capsys.readouterr() == ("", "")
    assert not recwarn.list


def test_document_is_named_by_its_metadata(tmp_path):
    meta = '<my:DocumentMetaData xmi:id="4" sofa="1" begin="0" end="10" documentTitle="letter.txt"/>'
    assert one(tmp_path, xmi(NAMED, meta, members="3 4")).id == "letter.txt"


def test_annotator_and_document_are_known_from_the_folders_of_a_project(tmp_path):
    path = tmp_path / "annotation" / "letter.txt" / "ada.xmi"
    path.parent.mkdir(parents=True)
    path.write_text(xmi(NAMED), encoding="utf8")
    (record,) = FORMATS["uima_xmi"].read(path, DEFAULTS)
    assert (record.id, record.annotator) == ("letter.txt", "ada")


def test_annotations_that_are_in_no_view_are_not_read(tmp_path):
    record = one(tmp_path, xmi(NAMED, '<my:Place xmi:id="4" sofa="1" begin="0" end="3"/>'))
    assert [span.layer for span in record.spans] == ["Named"]


def beside(folder, **files):
    """Return the record of doc.xmi in a folder with other files, whose names have _ for a dot."""
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_text(data, encoding="utf8")
    (record,) = FORMATS["uima_xmi"].read(folder / "doc.xmi", DEFAULTS)
    return record


def test_type_system_beside_a_document_is_used_and_belongs_to_it(tmp_path):
    known = types(("value", "uima.cas.String"))
    record = beside(tmp_path, doc_xmi=xmi(NAMED), TypeSystem_xml=known)
    assert record.notes == ()
    found = find_roles(sorted(tmp_path.iterdir()))
    assert list(found.annotations) == [tmp_path / "doc.xmi"]
    assert found.companions == {tmp_path / "TypeSystem.xml": tmp_path / "doc.xmi"}


def test_type_system_that_begins_with_the_name_of_the_document_comes_first(tmp_path):
    for name in ("typesystem.xml", "a-TypeSystem.xml", "doc-type_system.XML", "other.xml", "doc.txt"):
        (tmp_path / name).touch()
    names = [path.name for path in type_systems(tmp_path / "doc.xmi")]
    assert names == ["doc-type_system.XML", "typesystem.xml", "a-TypeSystem.xml"]


@pytest.mark.parametrize("known", [types(), types(("value", "uima.cas.String"), name="my.Other")])
def test_what_a_type_system_lacks_is_known_from_the_document(tmp_path, known):
    record = beside(tmp_path, doc_xmi=xmi(NAMED), TypeSystem_xml=known)
    assert mentions(record) == [("Ada", "PER")]
    assert record.notes == (INCOMPLETE,)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<typeSystemDescription>", "ParseError: no element found"),
        (types(("value", "gone")), "it refers to 'gone', which is not in the file"),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + types(), "DTDForbidden"),
        (types(("a b", "uima.cas.String")), "'a b' can't be the name of a feature"),
    ],
)
def test_type_system_that_is_broken_is_named(tmp_path, data, reason):
    with pytest.raises(FileFault) as caught:
        beside(tmp_path, doc_xmi=xmi(NAMED), TypeSystem_xml=data)
    assert caught.value.file.endswith("TypeSystem.xml")
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("data", "reason", "hint"),
    [
        (xmi(text=""), "the file does not contain the document's text", WITH_TEXT),
        (
            xmi(text='sofaURI="file:/a.txt"'),
            "the file does not contain the document's text, only its address (sofaURI)",
            WITH_TEXT,
        ),
        (
            xmi(text='sofaArray="3"'),
            "the file does not contain the document's text, only bytes (sofaArray)",
            WITH_TEXT,
        ),
        (
            xmi(NAMED, members="3 4"),
            "it is not a valid UIMA document (it refers to 4, which is not in the file)",
            HINT,
        ),
        (
            xmi('<my:Named xmi:id="3" sofa="1" begin="a" end="3"/>'),
            "it is not a valid UIMA document (ValueError: invalid literal for int() with base 10: 'a')",
            HINT,
        ),
        (xmi(NAMED, "<a/>"), "the element 'a' is not a UIMA type", HINT),
        (
            xmi('<my:Named xmi:id="3" sofa="1" begin="0" end="3" a-b="x"/>'),
            "'a-b' can't be the name of a feature",
            HINT,
        ),
    ],
)
def test_document_that_can_not_be_read_is_a_fault(tmp_path, data, reason, hint):
    fault = one(tmp_path, data)
    assert (fault.place, fault.reason, fault.hint) == ("document", reason, hint)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("[1]", "its types are missing: it has no `%TYPES`"),
        ({"%VIEWS": {}}, "its types are missing: it has no `%TYPES`"),
        (cas(text=None, members=()), "the file does not contain the document's text"),
        (
            cas({"%ID": 3, "%TYPE": "my.Other"}),
            "its type system lacks a type: Type with name [my.Other] not found!",
        ),
        (
            cas(members=(9,)),
            "it is not a valid UIMA document (it refers to 9, which is not in the file)",
        ),
    ],
)
def test_json_that_can_not_be_read_is_a_fault(tmp_path, data, reason):
    assert one(tmp_path, data, "uima_json").reason == reason


def test_text_at_an_address_is_not_fetched(tmp_path):
    data = cas(text=None, members=())
    data["%FEATURE_STRUCTURES"][0]["sofaURI"] = "http://localhost/a.txt"
    reason = "the file does not contain the document's text, only its address ('http://localhost/a.txt')"
    assert one(tmp_path, data, "uima_json").reason == reason


@pytest.mark.parametrize("data", [xmi(members=""), cas(members=())], ids=["xmi", "json"])
def test_text_without_any_annotation_is_another_task(tmp_path, data):
    path = written(tmp_path, data if isinstance(data, str) else json.dumps(data))
    with pytest.raises(OtherTask) as caught:
        next(detect(path).read(path, DEFAULTS))
    assert caught.value.reason == "this is a UIMA document with a text but without annotations"


@pytest.mark.parametrize(
    ("data", "reason", "kind"),
    [
        (types(), "this is a UIMA type system", OtherTask),
        (
            '<?xml version="1.0"?><CAS version="2"><uima.tcas.DocumentAnnotation _id="1"/></CAS>',
            "this is UIMA's old XCAS",
            FileFault,
        ),
        (
            '{"_context": {}, "_views": {"_InitialView": {}}}',
            "this is UIMA's old JSON of a CAS",
            FileFault,
        ),
        (
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + xmi(text='sofaString="&b;"'),
            "it has a document type declaration or entities, which UIMA never writes",
            FileFault,
        ),
    ],
)
def test_other_files_of_uima_are_refused_by_name(tmp_path, data, reason, kind):
    path = written(tmp_path, data)
    with pytest.raises(FileFault) as caught:
        next(detect(path).read(path, DEFAULTS))
    assert (caught.value.reason, type(caught.value)) == (reason, kind)


def test_names_of_features_are_never_run_as_source_code(tmp_path):
    mark = tmp_path / "mark"
    name = f"x, y=__import__('pathlib').Path({mark.as_posix()!r}).touch(), z"
    record = one(tmp_path, cas(named(0, 3), features=[name]), "uima_json")
    assert isinstance(record, Fault)
    assert "can't be the name of a feature" in record.reason
    with pytest.raises(FileFault, match="can't be the name of a feature"):
        beside(tmp_path, doc_xmi=xmi(NAMED), TypeSystem_xml=types((name, "uima.cas.String")))
    assert not mark.exists()


@pytest.mark.parametrize(
    "data",
    [
        '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:uml="http://uml"><uml:Model/></xmi:XMI>',
        "<CAS>prose</CAS>",
        '{"text": "Ada", "types": {}}',
        '[{"%TYPES": {}}]',
    ],
)
def test_files_of_other_tools_are_not_taken(tmp_path, data):
    try:
        assert detect(written(tmp_path, data)).name not in ("uima_xmi", "uima_json")
    except FileFault as fault:
        assert fault.reason.startswith("its format is not recognised")


@pytest.mark.parametrize("case", ["uima_xmi/inception/admin.xmi", "uima_json/inception/admin.json"])
def test_without_cassis_the_message_names_the_command_that_installs_it(case):
    code = (
        "import sys; sys.modules['cassis'] = None\n"
        "from pathlib import Path\n"
        "from scripts.annotation.text import FileFault\n"
        "from scripts.formats.detection import detect\n"
        "from scripts.formats.base import DEFAULTS\n"
        "path = Path(sys.argv[1])\n"
        "try:\n    next(detect(path).read(path, DEFAULTS))\n"
        "except FileFault as fault:\n    print(fault.reason, fault.hint, sep=chr(10))\n"
    )
    command = [sys.executable, "-c", code, str(SAMPLES / case)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ})
    reason, hint = result.stdout.splitlines()
    assert "needs the package dkpro-cassis==0.12.0, which isn't installed" in reason
    assert hint == "python -m pip install -c constraints.txt dkpro-cassis==0.12.0"
