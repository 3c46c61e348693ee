"""`/api/v1/lookup` end to end against an empty view of the same server; part of `make bench-catchments`.

Both answer through granian (one worker), the whole middleware and a real PostgreSQL; one client process keeps a few
connections open and asks in turn.
"""

import itertools
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.served import served

SHARE_OF_EMPTY = 0.5
CONNECTIONS = 4
SECONDS = 4
ROUNDS = 3  # in turns, so that both meet the same neighbours on the machine
ADDRESSES = (
    "名仕豪庭3号楼2单元501室",
    "山西省阳泉市城区南大街12号",
    "德胜东街12号",
    "滨河世纪城3号楼",
    "泊里村5号",
    "某某路1号",
    "新建路",
    "桃南东路18号",
)


@dataclass(frozen=True)
class Measured:
    """Requests a second, and the milliseconds that one of them took."""

    rate: float
    median: float
    p99: float


class Line:
    """One open connection that asks again as soon as it has been answered."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.requests = requests
        self.received = b""
        self.asked = 0.0

    def ask(self) -> None:
        self.asked = time.perf_counter()
        self.socket.sendall(next(self.requests))

    def answered(self) -> bool:
        """Read what has come; whether the answer is whole. Anything but 200 ends the benchmark."""
        self.received += self.socket.recv(65536)
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(head.decode())
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        if len(body) < int(length.split(b":")[1]):
            return False
        self.received = b""
        return True


def measure(port: int, requests: Iterator[bytes], seconds: float) -> list[float]:
    """Seconds that each answered request took."""
    lines = [Line(port, requests) for _ in range(CONNECTIONS)]
    took: list[float] = []
    with selectors.DefaultSelector() as waiting:
        for line in lines:
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.ask()
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end:
            for key, _ in waiting.select(1):
                if key.data.answered():
                    took.append(now - key.data.asked)
                    key.data.ask()
    for line in lines:
        line.socket.close()
    return took


def asking(port: int, *paths: str) -> Iterator[bytes]:
    head = f"HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: keep-alive\r\n\r\n"
    return itertools.cycle([f"GET {path} {head}".encode() for path in paths])


def summary(rounds: list[list[float]]) -> Measured:
    took = sorted(itertools.chain(*rounds))
    return Measured(
        len(took) / (SECONDS * len(rounds)), 1000 * took[len(took) // 2], 1000 * took[int(len(took) * 0.99)]
    )


def measure_api() -> list[str]:
    """Print both rates and their ratio; names the floor when it is missed."""
    with served("tests.catchments.bench_site:application", LOOKUP_RATE="10000000") as port:
        paths = [f"/api/v1/lookup?{urlencode({'address': address, 'level': 'primary'})}" for address in ADDRESSES]
        plans = {"empty view": ["/empty/"], "/api/v1/lookup": paths}
        rounds: dict[str, list[list[float]]] = {name: [] for name in plans}
        for plan in plans.values():
            measure(port, asking(port, *plan), 1)  # warm
        for _ in range(ROUNDS):
            for name, plan in plans.items():
                rounds[name].append(measure(port, asking(port, *plan), SECONDS))
    found = {name: summary(taken) for name, taken in rounds.items()}
    print(f"\nrequests a second, one worker, {CONNECTIONS} connections, {ROUNDS} × {SECONDS} s each in turns")
    for name, one in found.items():
        print(f"  {name:16} {one.rate:7.0f}/s   median {one.median:5.1f} ms   p99 {one.p99:5.1f} ms")
    share = found["/api/v1/lookup"].rate / found["empty view"].rate
    print(f"  the lookup reaches {share:.0%} of the empty view (floor {SHARE_OF_EMPTY:.0%})")
    return [] if share >= SHARE_OF_EMPTY else [f"/api/v1/lookup at {share:.0%} of an empty view"]
