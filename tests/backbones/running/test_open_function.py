import gc
import weakref

from kerastl.backbones.running.open_function import open_function
from kerastl.backbones.running.run_in_order import run_in_order
from tests.backbones.running.test_run_in_order import batches, text_model, texts


def test_one_function_serves_all_sizes_until_the_model_is_compiled():
    model, _ = text_model(pools=True)
    functions = {id(open_function(model, texts(count))) for count in (3, 20)}
    run = open_function(model, texts(1))
    assert functions == {id(run)}
    list(run_in_order(model, batches(texts(40), 16)))
    assert run.experimental_get_tracing_count() == 1
    model.compile()
    assert open_function(model, texts(1)) is not run


def test_a_model_is_not_kept_by_its_function():
    model, _ = text_model(pools=True)
    list(run_in_order(model, batches(texts(8), 4)))
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
