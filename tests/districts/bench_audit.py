"""What the log must hold, measured: `python -m tests.districts.bench_audit`. Exit status 1 when a floor is missed.

A server of its own in a temporary folder gets a million lines, through the triggers; then they are verified. Beside
it, the least that any check must do: count the same rows and fetch them. Last, how fast eight clients write.
"""

import atexit
import contextlib
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

LINES = 1_000_000
SECONDS_TO_VERIFY = 60
CLIENTS = 8
SECONDS_OF_WRITING = 5
CHAINS = (1, 16, 64)
IN_ONE_TRANSACTION = 100

COLUMNS = "(district, at, actor, actor_role, action, subject, detail, ip, request)"
FILL = f"""
DO $$ BEGIN
    FOR batch IN 1..%s LOOP
        INSERT INTO districts_auditevent {COLUMNS}
        SELECT 'bench', now(), 'b53a0a1c-76f4-4a39-9d50-0c8f4b6d0f3e', 'parent', 'application.submitted',
            'enrollment.Application:' || gen_random_uuid(),
            jsonb_build_object('campus', '新华小学', 'receipt', 'CQ' || line), '10.0.0.1', 'a1b2c3d4e5f60718'
        FROM generate_series(1, {IN_ONE_TRANSACTION}) AS line;
        COMMIT;
    END LOOP;
END $$
"""
WRITE = f"""
INSERT INTO districts_auditevent {COLUMNS}
VALUES ('bench', now(), '', 'parent', 'application.viewed', 'bench', '{{}}', NULL, '')
"""


def main() -> int:
    """Print every figure; return 1 when one is below its floor."""
    scratch_server()
    fill()
    seconds = measure_verifying()
    measure_writing()
    missed = seconds > SECONDS_TO_VERIFY
    print("\n" + (f"floor missed: {SECONDS_TO_VERIFY} s for {LINES} lines" if missed else "all floors held"))
    return int(missed)


def scratch_server() -> None:
    """A server with the portal's tables and nothing else, for as long as this process lives."""
    var = tempfile.mkdtemp(prefix="sunshine-bench-")
    atexit.register(shutil.rmtree, var)  # after the server was stopped: what is registered last is done first
    os.environ |= {"SUNSHINE_VAR": var, "LOG_LEVEL": "WARNING", "DJANGO_SETTINGS_MODULE": "config.settings"}
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def run(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def fill() -> None:
    started = time.perf_counter()
    run("SET statement_timeout = 0; SET synchronous_commit = off")
    run(FILL % (LINES // IN_ONE_TRANSACTION))
    run("SET synchronous_commit = on")
    run("ANALYZE")
    seconds = time.perf_counter() - started
    print(f"filled {LINES} lines through the triggers in {seconds:.1f} s, {LINES / seconds:.0f} a second")


def measure_verifying() -> float:
    """Seconds for a whole verification; beside it the plain reading of the same rows."""
    from django.db import connection

    from districts import log_chain

    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM districts_auditevent")
        assert cursor.fetchone() == (LINES,)
    with contextlib.closing(connection.chunked_cursor()) as cursor:
        cursor.execute("SELECT * FROM districts_auditevent")
        while cursor.fetchmany(log_chain.AT_A_TIME):
            pass
    plain = time.perf_counter() - started
    print(f"counted and fetched in {plain:.1f} s, {LINES / plain:.0f} lines a second")
    started = time.perf_counter()
    found = list(log_chain.faults())
    seconds = time.perf_counter() - started
    assert found == [], found[:3]
    print(f"verified in {seconds:.1f} s, {LINES / seconds:.0f} lines a second, {seconds / plain:.1f} times as long")
    return seconds


def measure_writing() -> None:
    """Commits a second from several clients, with as many chains as ours and with fewer and more."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('audit_chain'::regproc)")
        (ours,) = cursor.fetchone()
    assert "% 16;" in ours
    for chains in CHAINS:
        run(ours.replace("% 16;", f"% {chains};"))
        with ThreadPoolExecutor(CLIENTS) as pool:
            written = sum(pool.map(write, range(CLIENTS)))
        print(f"{chains:3} chains, {CLIENTS} clients: {written / SECONDS_OF_WRITING:.0f} commits of one line a second")


def write(client: int) -> int:
    from django.db import connection

    until = time.perf_counter() + SECONDS_OF_WRITING
    count = 0
    with connection.cursor() as cursor:
        while time.perf_counter() < until:
            cursor.execute(WRITE)
            count += 1
    connection.close()
    return count


if __name__ == "__main__":
    sys.exit(main())
