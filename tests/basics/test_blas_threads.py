import scipy.linalg  # noqa: F401
from threadpoolctl import threadpool_info

from kerastl.basics.blas_threads import blas_threads


def threads():
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


def test_the_number_of_threads_is_limited_and_then_restored():
    with blas_threads(2):
        before = threads()
        assert before
        assert set(before) == {2}
        with blas_threads(1):
            assert set(threads()) == {1}
        with blas_threads(None):
            assert threads() == before
        assert threads() == before
