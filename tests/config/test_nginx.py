"""nginx says the same headers as the portal; where nginx is installed, it is asked, too."""

import contextlib
import datetime
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from config import headers
from tests.config.stack import HOST, Answer

CONFIG = (settings.BASE_DIR / "config" / "nginx.conf").read_text(encoding="utf-8")
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
EXPECTED = headers.of_answers(tls=True)
SAID = re.compile(r'map \$upstream_http_(\w+) \$\w+ \{\s*"" (?:"([^"]*)"|\'([^\']*)\'|(\$\w+));')


def test_nginx_says_what_the_portal_says_when_the_portal_does_not():
    said = {name: double or single or other for name, double, single, other in SAID.findall(CONFIG)}
    policies = dict(re.findall(r'^    (default|"~\^/published/") "([^"]*)";$', CONFIG, re.MULTILINE))

    assert policies == {"default": headers.PAGES, '"~^/published/"': headers.PUBLISHED}
    assert said.pop("content_security_policy") == "$policy"
    assert said.pop("x_request_id") == "$number"
    assert said == {
        name.lower().replace("-", "_"): value for name, value in EXPECTED.items() if name != "Content-Security-Policy"
    }


def test_nginx_adds_all_of_them_to_every_answer_of_every_location():
    before_the_servers, _, servers = CONFIG.partition("\nserver {")
    added = dict(re.findall(r"^add_header ([\w-]+) (\$\w+) always;", before_the_servers, re.MULTILINE))

    assert {name: f"${name.lower().replace('-', '_')}" for name in [*EXPECTED, "X-Request-Id"]}.items() <= added.items()
    assert re.findall(r"^\s*add_header", servers, re.MULTILINE) == []


def test_a_connection_of_tls_1_2_always_has_forward_secrecy():
    (ciphers,) = re.findall(r"^\s*ssl_ciphers ([^;]+);", CONFIG, re.MULTILINE)

    assert [one for one in ciphers.split(":") if not re.match(r"ECDHE-.*(GCM|POLY1305)", one)] == []


def test_no_question_gets_into_the_access_log():
    (form,) = re.findall(r"log_format \w+ '([^']*)'", CONFIG)

    logged = [
        "remote_addr",
        "time_iso8601",
        "number",
        "request_method",
        "path",
        "status",
        "body_bytes_sent",
        "request_time",
    ]
    assert re.findall(r"\$(\w+)", form) == logged


# --- with nginx itself ----------------------------------------------------------------------------------------------
def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    own = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(key.private_bytes(*own))


def as_told(received: bytes) -> Answer:
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return Answer(int(status.split()[1]), [tuple(line.split(": ", 1)) for line in lines], body)


class Nginx:
    def __init__(self, plain: int, tls: int, web: int) -> None:
        self.plain, self.tls, self.web = plain, tls, web

    def ask(self, path: str, *, tls: bool = True, more: str = "") -> Answer:
        asked = f"GET {path} HTTP/1.0\r\nHost: {HOST}\r\n{more}\r\n".encode()
        return self.send(asked, tls=tls)

    def send(self, asked: bytes, *, tls: bool = True) -> Answer:
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        line = socket.create_connection(("127.0.0.1", self.tls if tls else self.plain), 10)
        with trusting.wrap_socket(line) if tls else line as open_line, open_line.makefile("rb") as answer:
            open_line.sendall(asked)
            return as_told(answer.read())


@pytest.fixture
def nginx(tmp_path) -> Iterator[Nginx]:
    """nginx with our file, but other ports and folders; nobody listens where the portal should."""
    if NGINX is None:
        pytest.skip("nginx is not installed: config/nginx.conf was only read")
    plain, tls, web = free_port(), free_port(), free_port()
    write_certificate(tmp_path)
    for folder, file in (("static/css", "a.css"), ("published/log", "a.txt")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / file).write_text("a")
    shutil.copytree(settings.BASE_DIR / "static" / "errors", tmp_path / "static" / "errors")
    for path in (tmp_path, *tmp_path.parents[:3]):
        path.chmod(0o755)  # its workers are another account
    changed = {
        "listen 80 ": f"listen 127.0.0.1:{plain} ",
        "listen 443 ": f"listen 127.0.0.1:{tls} ",
        "http2 on;": "",  # newer than Debian's nginx
        "server web:8000": f"server 127.0.0.1:{web}",
        "/etc/nginx/tls": str(tmp_path),
        "/var/log/nginx": str(tmp_path),
        "root /srv": f"root {tmp_path}",
    }
    config = CONFIG
    for ours, theirs in changed.items():
        assert ours in config
        config = config.replace(ours, theirs)
    temporary = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
        f"http {{ types {{ text/css css; text/html html; text/plain txt; }} {temporary}\n{config}\n}}"
    )
    process = subprocess.Popen([NGINX, "-c", str(tmp_path / "nginx.conf")], start_new_session=True)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", tls), 1):
                break
            time.sleep(0.05)
        yield Nginx(plain, tls, web)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def wrong(answer: Answer, policy: str = headers.PAGES) -> dict[str, str]:
    wanted = EXPECTED | {"Content-Security-Policy": policy}
    return {name: answer.header(name) for name, value in wanted.items() if answer.header(name) != value}


def test_every_answer_of_nginx_has_every_header(nginx):
    asked = {
        "redirect": (nginx.ask("/my/", tls=False), 301),
        "up": (nginx.ask("/nginx-is-up", tls=False), 204),
        "static": (nginx.ask("/static/css/a.css"), 200),
        "no static": (nginx.ask("/static/none.css"), 404),
        "portal away": (nginx.ask("/my/"), 503),
        "too large": (nginx.ask("/my/", more="Content-Length: 999999999\r\n"), 413),
        "nonsense": (nginx.send(b"nonsense\r\n\r\n"), 400),
        "longest address": (nginx.ask("/" + "a" * 9_000), 414),
    }
    published = {path: nginx.ask(f"/published/{path}") for path in ("log/a.txt", "none")}

    assert {name: answer.status for name, (answer, _) in asked.items()} == {name: s for name, (_, s) in asked.items()}
    assert {name: found for name, (answer, _) in asked.items() if (found := wrong(answer))} == {}
    assert [answer.status for answer in published.values()] == [200, 404]
    assert wrong(published["log/a.txt"], headers.PUBLISHED) == {}
    assert wrong(published["none"]) == {}
    assert asked["static"][0].header("Cache-Control") == "public, max-age=31536000, immutable"
    assert published["log/a.txt"].header("Cache-Control") == "public, max-age=60"
    assert asked["no static"][0].header("Cache-Control") == "no-store"


def test_a_page_of_nginx_has_the_number_that_is_in_its_log(nginx, tmp_path):
    answer = nginx.ask("/my/?phone=19900000001")

    number = answer.header("X-Request-Id")
    assert re.fullmatch("[0-9a-f]{16}", number)
    assert f'<span class="code">{number}</span>' in answer.text
    assert answer.header("Retry-After") == "30"
    assert [line.split()[2:6] for line in (tmp_path / "access.log").read_text().splitlines()] == [
        [number, "GET", "/my/", "503"]
    ]


def test_the_portal_is_told_one_address_and_one_number_whatever_a_visitor_writes(nginx):
    with contextlib.closing(socket.create_server(("127.0.0.1", nginx.web))) as portal:
        visitor = socket.create_connection(("127.0.0.1", nginx.tls), 10)
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        with trusting.wrap_socket(visitor) as line:
            line.sendall(
                f"GET /my/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: 203.0.113.7\r\nX-Request-Id: mine\r\n"
                "X-Forwarded-Proto: http\r\nX-Forwarded-For: 203.0.113.8\r\n\r\n".encode()
            )
            portal.settimeout(10)
            with portal.accept()[0] as passed_on:
                asked = passed_on.recv(65536).decode()

    told = [line for line in asked.split("\r\n") if line.lower().startswith(("x-forwarded", "x-request"))]
    assert sorted(told)[:2] == ["X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: https"]
    assert re.fullmatch("X-Request-Id: [0-9a-f]{16}", sorted(told)[2])
    assert len(told) == 3
