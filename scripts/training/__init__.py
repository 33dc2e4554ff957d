"""What a config names and spaCy lacks, and what makes any spaCy config train in this project.

A function that a trained pipeline needs at run time stands alone in its file: `spacy package --code`
copies single files.
"""
