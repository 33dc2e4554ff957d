"""Schemathesis: requests made from the schema of a real server, valid and not, answered as it says."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.serving.running import fixed_entities, running

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")


@pytest.mark.slow
def test_every_answer_is_one_that_the_schema_allows(share):
    with running(fixed_entities(), max_bytes=1_000_000) as client:  # more than the examples have
        answers_as_its_schema_says(client, share)


def answers_as_its_schema_says(client, share):
    """Send requests of all kinds, and check every answer."""
    schema = schemathesis.openapi.from_url(f"{client.base_url}/openapi.json")
    examples = settings(
        max_examples=max(5, int(25 * share)),
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    tried = []
    mode = schemathesis.GenerationMode
    for operation in (found.ok() for found in schema.get_all_operations() if found.ok().body):
        valid, not_valid = (operation.as_strategy(m) for m in (mode.POSITIVE, mode.NEGATIVE))

        @examples
        @given(valid | not_valid)
        def answered(case):
            tried.append(case.path)
            case.call_and_validate()

        answered()
    assert set(tried) == {"/v1/entities", "/v1/entities/batch"}
    assert client.get("/v1/health").status_code == 200
