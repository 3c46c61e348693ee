"""The one program outside that the portal talks to."""

import threading
import urllib.error
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from districts.sms import post_to_gateway  # the real one: in every test another stands in for it


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def gateway(asked: list[str], settings) -> Iterator[None]:
    """Takes what comes at /send; sends whoever comes to /moved on to /send."""

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(302 if self.path == "/moved" else 200)
            self.send_header("Location", "/send")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}"
    yield
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_message_is_handed_to_the_gateway_once(gateway, asked, settings):
    settings.SMS_GATEWAY_URL += "/send"
    post_to_gateway("key", "19900000001", "words")

    assert asked == ["/send"]


def test_a_gateway_that_sends_us_elsewhere_has_failed(gateway, asked, settings):
    settings.SMS_GATEWAY_URL += "/moved"
    with pytest.raises(urllib.error.HTTPError, match="302"):
        post_to_gateway("key", "19900000001", "words")

    assert asked == ["/moved"]
