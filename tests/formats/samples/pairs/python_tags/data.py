"""Training data with a tag for each word, as Example.from_dict takes it."""

TRAIN_DATA = [
    ("Ada Okafor left.", {"words": ["Ada", "Okafor", "left", "."], "entities": ["B-PER", "L-PER", "O", "O"]}),
    ("Bo sang.", {"cats": {"song": 1.0}, "words": ["Bo", "sang", "."], "entities": ["U-PER", "O", "-"]}),
    ("Cy ran.", {"entities": ["U-PER", "O"]}),
]
