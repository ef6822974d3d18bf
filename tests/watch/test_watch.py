import pytest
from samgraf.gateway.watch import Watch
from samgraf.gateway.watch.record import ERRORS, OUTCOMES
from watched import record

from samgraf.errors import UsageError
from samgraf.settings import Settings


@pytest.fixture
def watch(tmp_path):
    watch = Watch(Settings(client_error_burst=1, client_burst=10), tmp_path, 2)
    yield watch
    watch.close()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_only_queries_that_fail_by_their_own_fault_count_as_errors(watch, outcome):
    client = watch.client("192.0.2.1", None)
    watch.done(record(client, outcome=outcome, query_seconds=0))
    assert watch.admit(client).refused == (outcome in ERRORS)


def test_query_time_is_charged_and_the_cache_is_free(watch):
    client = watch.client("192.0.2.1", None)
    watch.done(record(client, query_seconds=30, cache="hit"))
    assert not watch.admit(client).refused
    watch.done(record(client, query_seconds=10))
    assert watch.admit(client).refused


def test_client_of_this_machine_pays_nothing(watch):
    client = watch.client("127.0.0.1", None)
    for _ in range(5):
        watch.done(record(client, query_seconds=100, outcome="timeout"))
    assert not watch.admit(client).refused


def test_no_address_is_kept_anywhere(tmp_path):
    run, logs = tmp_path / "run", tmp_path / "logs"
    run.mkdir()
    watch = Watch(Settings(log_dir=logs), run, 1)
    watch.done(record(watch.client("192.0.2.77", None)))
    assert b"samgraf_queries_total" in watch.metrics({})
    watch.close()
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert len(files) >= 6
    assert not any(b"192.0.2.77" in p.read_bytes() for p in files)


def test_wrong_proxy_is_told_at_the_start(tmp_path):
    with pytest.raises(UsageError, match="TRUSTED_PROXIES"):
        Watch(Settings(trusted_proxies="here"), tmp_path, 1)
