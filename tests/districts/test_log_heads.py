"""Supervisors see on their page what was published of the log, and that it is late."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from districts import log_heads

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, zhou):
    """What stands above the list: paragraphs and links."""

    def read() -> tuple[list[str], list[str]]:
        client.force_login(zhou)
        main = client.get(reverse("supervision-log")).content.decode().partition("<main")[2]
        paragraphs = re.findall(r"<p[ >].*?</p>", main, re.DOTALL)
        said = [" ".join(re.sub(r"<.*?>", "", paragraph).split()) for paragraph in paragraphs]
        return said, re.findall(r'href="(/published/.*?)"', main)

    return read


def test_before_the_first_publication_the_page_says_so(page):
    said, links = page()
    assert (said[1], links) == ("尚未公布过日志链头。系统每天公布一次。", [])


def test_the_page_names_the_newest_file_and_its_hash(page, settings):
    log_heads.publish({"day": "2026-05-01"})
    log_heads.publish({"day": "2026-05-02"})
    digest = hashlib.sha256((settings.PUBLISHED_ROOT / "log/heads-2026-05-02.txt").read_bytes()).hexdigest()
    said, links = page()
    assert (said[1].count(f"文件的 SHA-256 是 {digest}。"), links) == (1, ["/published/log/heads-2026-05-02.txt"])


def test_the_page_says_that_the_publication_is_late(page, monkeypatch):
    log_heads.publish({"day": "2026-05-01"})
    in_time = page()[0]
    monkeypatch.setattr(log_heads, "LATE", timedelta(0))
    late = page()[0]
    assert [line for line in late if line not in in_time] == ["已超过26小时没有公布日志链头，请通知技术人员。"]
