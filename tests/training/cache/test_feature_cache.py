import pytest

import kerastl as ktl
from tests.permissions import mode


def test_limits_may_be_written_as_texts():
    cache = ktl.FeatureCache(memory_limit="1GiB", disk_limit="5GB")
    assert (cache.memory_limit, cache.disk_limit) == (2**30, 5 * 10**9)


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_file_in_place_of_the_directory_is_named(tmp_path, place):
    (tmp_path / "file").write_text("something else")
    with pytest.raises(NotADirectoryError, match=r"file is a file: pass another\. Received: "):
        ktl.FeatureCache(tmp_path / place)


def test_what_may_not_be_searched_is_found_out_by_the_fit(tmp_path):
    with mode(tmp_path, 0):
        assert ktl.FeatureCache(tmp_path / "features").directory == tmp_path / "features"


def test_a_path_stands_for_a_cache_there(tmp_path):
    cache = ktl.FeatureCache.of(str(tmp_path))
    assert cache == ktl.FeatureCache(tmp_path)
    assert ktl.FeatureCache.of(cache) is cache
    assert ktl.FeatureCache.of(None).directory is None
