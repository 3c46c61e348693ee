"""The public API called as its description allows, and as it does not: `python -m tests.catchments.bench_described`.

A real server; half of the calls break the description on purpose. Every answer must be one that the description names:
no status below or above, no field too many or too few, what is wrong refused and what is right accepted. Exit status 1
after a single answer that is not.
"""

import multiprocessing
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import hypothesis
import requests
import schemathesis
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.failures import FailureGroup

from tests.served import served

CALLS = 10_000
PATHS = ("/api/v1/lookup", "/api/v1/names")
SEED = 1


@dataclass
class Told:
    """What was answered."""

    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def call(operation: APIOperation, calls: int, **how: Any) -> Told:
    """Call one operation, half of the times as described and half not; `how` goes to Case.call."""
    told = Told()
    for mode in GenerationMode:

        @hypothesis.seed(SEED)
        @hypothesis.settings(
            max_examples=calls // len(GenerationMode),
            phases=[hypothesis.Phase.generate],  # each is called once: nothing is made smaller, nothing repeated
            suppress_health_check=list(hypothesis.HealthCheck),
            database=None,
            deadline=None,
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            response = case.call(**how)
            told.calls += 1
            told.statuses[response.status_code] += 1
            try:
                case.validate_response(response)
            except FailureGroup as group:
                told.faults.append("\n".join([case.as_curl_command(), *map(str, group.exceptions)]))

        ask()
    return told


def call_on(port: int, description: dict, path: str) -> Told:
    """In a process of its own."""
    schema = schemathesis.openapi.from_dict(description)
    schema.config.update(base_url=f"http://127.0.0.1:{port}")
    with requests.Session() as session:
        return call(schema[path]["GET"], CALLS // len(PATHS), session=session, timeout=60)


def main() -> int:
    with (
        served(LOOKUP_RATE="10000000", NAMES_RATE="10000000", LOG_LEVEL="ERROR") as port,
        ProcessPoolExecutor(len(PATHS), multiprocessing.get_context("spawn")) as pool,
    ):
        started = time.perf_counter()
        description = requests.get(f"http://127.0.0.1:{port}/api/v1/schema", timeout=60).json()
        told = list(pool.map(partial(call_on, port, description), PATHS))
        seconds = time.perf_counter() - started
    calls, statuses = sum(one.calls for one in told), sum((one.statuses for one in told), Counter())
    faults = [fault for one in told for fault in one.faults]
    print(f"{calls} calls of {len(PATHS)} operations in {seconds:.0f} s, half of them wrong on purpose; answers:")
    print("  " + ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items())))
    print(*faults[:5], sep="\n")
    held = calls >= CALLS and not faults
    print(f"answers against the description: {len(faults)}; floor 0 of {CALLS}, {'held' if held else 'MISSED'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
