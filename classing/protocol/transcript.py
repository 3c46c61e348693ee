"""§2 the transcript: what happened in the hall. Its hash is the seed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from classing.protocol.commitment import MAX_DIGITS, MIN_DIGITS, commitment
from classing.protocol.digest import digest
from classing.protocol.errors import ProtocolError
from classing.protocol.grammar import (
    Lines,
    check_canonical,
    check_digits,
    check_distinct,
    check_hex,
    check_line,
    check_word,
)
from classing.protocol.notice import MAX_BALLS, MAX_WITNESSES, MIN_WITNESSES, Notice, OrderNotice

HEAD = "fairdraw/1 transcript"
VOID = "VOID"


class Commit(NamedTuple):
    """One line `commit: {witness id} {commitment}`."""

    witness: str
    commitment: str


class Reveal(NamedTuple):
    """One line `reveal: {witness id} {digits} {nonce}`, or `{witness id} VOID {commitment}`."""

    witness: str
    digits: str
    nonce: str

    @classmethod
    def void(cls, commit: Commit) -> Reveal:
        """§2: an envelope that cannot be read. The sealed hash itself stands in, so nobody gains by spoiling one."""
        return cls(commit.witness, VOID, commit.commitment)

    @property
    def is_void(self) -> bool:
        return self.digits == VOID


@dataclass(frozen=True)
class Transcript:
    """Commitments, public digits, reveals and beacon, in the notice's order of witnesses."""

    notice_hash: str
    commits: tuple[Commit, ...]
    balls: str
    reveals: tuple[Reveal, ...]
    beacon: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "commits", tuple(Commit(*commit) for commit in self.commits))
        object.__setattr__(self, "reveals", tuple(Reveal(*reveal) for reveal in self.reveals))
        check_hex("notice", self.notice_hash)
        if not MIN_WITNESSES <= len(self.commits) <= MAX_WITNESSES:
            raise ProtocolError(
                "commit", "承诺数应为三个以上", f"{len(self.commits)} commitments, at least three needed"
            )
        check_distinct("commit", (commit.witness for commit in self.commits))
        for commit in self.commits:
            check_word("commit", commit.witness)
            check_hex("commit", commit.commitment)
        _check_reveals(self.commits, self.reveals)
        check_digits("balls", self.balls, 0, MAX_BALLS)
        check_line("beacon", self.beacon)

    def text(self) -> str:
        lines = [
            HEAD,
            f"notice: {self.notice_hash}",
            *(f"commit: {commit.witness} {commit.commitment}" for commit in self.commits),
            f"balls: {self.balls}",
            *(f"reveal: {reveal.witness} {reveal.digits} {reveal.nonce}" for reveal in self.reveals),
            f"beacon: {self.beacon}",
            "end",
        ]
        return "".join(f"{line}\n" for line in lines)

    def seed(self, suite: str) -> str:
        """§2: H of the transcript text. The result follows from the notice and this alone."""
        return digest(suite, self.text())

    @property
    def voided(self) -> tuple[str, ...]:
        """Witnesses whose envelope could not be used: each is recorded as a violation."""
        return tuple(reveal.witness for reveal in self.reveals if reveal.is_void)

    @classmethod
    def parse(cls, text: str) -> Transcript:
        """Read a transcript text, believing it only if it is exactly what this transcript would print."""
        lines = Lines(text)
        lines.exactly(HEAD)
        notice_hash = lines.value("notice")
        commits = _split(lines.values("commit"), "commit", 2)
        balls = lines.value("balls")
        reveals = _split(lines.values("reveal"), "reveal", 3)
        beacon = lines.value("beacon")
        if lines.until_end():
            raise ProtocolError("end", "信标行之后只能是“end”", "lines between the beacon and the end")
        transcript = cls(
            notice_hash,
            tuple(Commit(*parts) for parts in commits),
            balls,
            tuple(Reveal(*parts) for parts in reveals),
            beacon,
        )
        check_canonical("transcript", text, transcript.text())
        return transcript

    def check(self, notice: Notice | OrderNotice) -> None:
        """§7: this transcript belongs to that notice, every seal opens, and nothing promised is missing."""
        if self.notice_hash != notice.hash():
            raise ProtocolError("notice", "记录所指的通知与公布的通知不是同一份", "the transcript names another notice")
        if [commit.witness for commit in self.commits] != [witness.id for witness in notice.witnesses]:
            raise ProtocolError(
                "commit", "监督员与通知所列不一致", "the witnesses are not those of the notice, in order"
            )
        for commit, reveal in zip(self.commits, self.reveals, strict=True):
            check_reveal(notice.suite, notice.draw, commit, reveal)
        if len(self.balls) != notice.balls:
            raise ProtocolError(
                "balls", f"公开摇出的数字应为{notice.balls}位", f"{notice.balls} public digits were promised"
            )
        if (self.beacon == "none") != (notice.beacon == "none"):
            raise ProtocolError("beacon", "信标与通知所定不一致", "the beacon is not what the notice announced")


def check_reveal(suite: str, draw: str, commit: Commit, reveal: Reveal) -> None:
    """§2 (d): each reveal is checked against its commitment at once."""
    if reveal.witness != commit.witness:
        raise ProtocolError("reveal", "开封与承诺不是同一监督员", "the reveal is of another witness")
    opened = reveal.nonce if reveal.is_void else commitment(suite, draw, reveal.witness, reveal.digits, reveal.nonce)
    if opened != commit.commitment:
        raise ProtocolError(
            "reveal",
            f"监督员 {reveal.witness} 开封的数与承诺不符",
            f"the reveal of {reveal.witness} is not what was sealed",
        )


def _check_reveals(commits: tuple[Commit, ...], reveals: tuple[Reveal, ...]) -> None:
    if [reveal.witness for reveal in reveals] != [commit.witness for commit in commits]:
        raise ProtocolError("reveal", "每个承诺应有一次开封，次序相同", "not one reveal for each commitment, in order")
    for reveal in reveals:
        if reveal.is_void:
            check_hex("reveal", reveal.nonce)
        else:
            check_digits("reveal", reveal.digits, MIN_DIGITS, MAX_DIGITS)
            check_hex("reveal", reveal.nonce, 32)


def _split(values: Iterable[str], label: str, count: int) -> list[list[str]]:
    rows = [value.split(" ") for value in values]
    if any(len(row) != count for row in rows):
        raise ProtocolError(label, f"“{label}”行应有{count}项", f"a {label} line does not have {count} fields")
    return rows
