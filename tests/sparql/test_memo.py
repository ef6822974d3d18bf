from samgraf.sparql.memo import Memo


def test_memory_is_bounded_and_the_least_used_goes_first():
    memo = Memo(80)
    for key in range(8):
        memo.put(key, str(key), 10)
    assert memo.get(0) == "0"
    memo.put(8, "8", 10)
    assert (memo.get(0), memo.get(1), memo.get(8)) == ("0", None, "8")
    assert (len(memo), memo.bytes) == (8, 80)


def test_value_that_takes_much_of_it_is_not_kept():
    memo = Memo(80)
    memo.put("big", "x", 11)
    assert memo.get("big") is None


def test_value_put_again_counts_once():
    memo = Memo(80)
    for size in (5, 7):
        memo.put("key", size, size)
    assert (memo.get("key"), memo.bytes) == (7, 7)
