"""Lookup tables, for a language that has them and for those that have none."""

from spacy.util import registry

from scripts.training.lookups import load_tables


def test_english_has_a_table_of_normal_forms(capsys):
    found = load_tables("en", ["lexeme_norm"])
    assert found.tables == ["lexeme_norm"]
    assert len(found.get_table("lexeme_norm")) > 100
    assert capsys.readouterr().out == ""


def test_table_that_a_language_lacks_is_said_and_training_goes_on(capsys):
    found = load_tables("xx", ["lexeme_norm"])
    assert not found.has_table("lexeme_norm") or not len(found.get_table("lexeme_norm"))
    message = " ".join(capsys.readouterr().out.split())
    assert "spacy-lookups-data has no table lexeme_norm for 'xx': training without it" in message


def test_table_that_does_not_exist_is_said_beside_one_that_does(capsys):
    found = load_tables("en", ["lexeme_norm", "no_such_table"])
    assert len(found.get_table("lexeme_norm")) > 100
    message = " ".join(capsys.readouterr().out.split())
    assert "has no table no_such_table for 'en'" in message
    assert "lexeme_norm" not in message


def test_config_finds_the_tables_by_the_name_of_the_function():
    section = {"@misc": "ner_template.lookups.v1", "lang": "en", "tables": ["lexeme_norm"]}
    assert registry.resolve({"lookups": section})["lookups"].has_table("lexeme_norm")
