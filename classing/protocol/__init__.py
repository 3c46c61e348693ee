"""fairdraw/1: the supervised draw as a pure function of two published texts.

    notice      §1  everything that decides the draw except the seed, published beforehand
    transcript  §2  what happened in the hall; its hash is the seed
    deal        §4  rule "classes" (电脑随机分班)
    order       §5  rule "order" (电脑随机摇号)
    lots        §6  班主任抽签
    record      §7  the JSON object from which anybody rebuilds the draw

Nothing here reads a clock, a file, a database or a source of chance. In use:

    line = RosterLine(code, group, levels, leaf(suite, draw, code, name, id_number, group, levels, salt))
    notice = Notice(suite, draw, school, classes, cap, factors, rounds, prev, software,
                    witnesses, balls, beacon, roster)
    notice.text(); notice.hash(); notice.root; Notice.parse(text); parse_notice(text)        # either rule

    commitment(suite, draw, witness_id, digits, nonce)                                       # what a witness hands in
    check_reveal(suite, draw, Commit(witness_id, sealed), Reveal(witness_id, digits, nonce))  # at once, in the hall
    transcript = Transcript(notice.hash(), commits, balls, reveals, beacon)
    transcript.check(notice); transcript.text(); transcript.seed(suite); Transcript.parse(text)

    deal(notice, seed).classes                              # {code: class label}; .sizes, .violations
    order(order_notice, seed).order                         # all codes in drawn order; .admitted, .waiting, .extra
    lots(labels, team_numbers, seed, {(team, label)}, suite=suite)
    dumps(record(notice, transcript))                       # carries out the draw and writes it down

In an OrderNotice every roster line and every leaf has the single level `-`. With no public digits the transcript's
`balls` is the empty string. An unreadable envelope is `Reveal.void(commit)`. `groups_always_fit(notice)` belongs before
publication: where it is false, some seed may leave a group without a class. Whatever the specification does not allow
raises ProtocolError, which carries `field`, `message_zh` and `message_en`.
"""

from classing.protocol.commitment import commitment, leaf, merkle_root
from classing.protocol.dealing import DealResult, Violation, deal, groups_always_fit
from classing.protocol.digest import SUITES, digest, file_digest
from classing.protocol.errors import ProtocolError
from classing.protocol.lots import lots
from classing.protocol.notice import NOTHING_BEFORE, Notice, OrderNotice, RosterLine, Witness, parse_notice
from classing.protocol.ordering import OrderResult, order
from classing.protocol.record import dumps, record
from classing.protocol.stream import Stream
from classing.protocol.transcript import Commit, Reveal, Transcript, check_reveal

__all__ = [
    "NOTHING_BEFORE",
    "SUITES",
    "Commit",
    "DealResult",
    "Notice",
    "OrderNotice",
    "OrderResult",
    "ProtocolError",
    "Reveal",
    "RosterLine",
    "Stream",
    "Transcript",
    "Violation",
    "Witness",
    "check_reveal",
    "commitment",
    "deal",
    "digest",
    "dumps",
    "file_digest",
    "groups_always_fit",
    "leaf",
    "lots",
    "merkle_root",
    "order",
    "parse_notice",
    "record",
]
