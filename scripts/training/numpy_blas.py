"""Let NumPy multiply the matrices of a training, in place of BLIS.

In: a pipeline that was just created. Out: the same. thinc multiplies with BLIS, which does not know
every processor (AMD's Zen 5: https://github.com/flame/blis/issues/912) and is a third as fast on those
that it does not know. NumPy comes with OpenBLAS, or Accelerate on macOS, which know them.
"""

from collections.abc import Callable

from spacy.language import Language
from spacy.util import registry
from thinc.api import Model, NumpyOps
from threadpoolctl import threadpool_limits


@registry.callbacks("ner_template.numpy_blas.v1")
def numpy_blas(threads: int) -> Callable[[Language], Language]:
    """Return a callback for `nlp.after_pipeline_creation`.

    threads: how many NumPy may use for one product, in this process. A layer on a GPU, or with
    operations of another package (thinc-apple-ops), stays as it is.
    """

    def after_pipeline_creation(nlp: Language) -> Language:
        threadpool_limits(threads, "blas")
        ops = NumpyOps(use_blis=False)
        for _, pipe in nlp.components:
            model = getattr(pipe, "model", None)
            for layer in model.walk() if isinstance(model, Model) else ():
                if type(layer.ops) is NumpyOps:
                    layer.ops = ops
        return nlp

    return after_pipeline_creation
