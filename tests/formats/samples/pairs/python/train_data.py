"""Training data."""
import spacy

LABELS = ["PERSON", "ORG"]

# Tuples, as in the tutorials
TRAIN_DATA = [
    ("Ada joined Siemens", {"entities": [(0, 3, "PERSON"), (11, 18, "ORG")]}),
    ('It\'s "Zoë"', {'entities': [(6, 9, 'PERSON')]}),
    ("a" "b", {"entities": []}),
    (LABELS[0], {"entities": []}),
]

nlp = spacy.blank("en")
