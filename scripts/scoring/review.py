MISSING, SPURIOUS, LABEL, BOUNDARY = "missing", "spurious", "label", "boundary"
INCONSISTENT = "inconsistent"
