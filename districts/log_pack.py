"""The auditor's pack: one district's log in a ZIP that standard tools can check (docs/audit.md)."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction

from districts import audit, database_rights, log_chain
from districts.models import District

README = Path(__file__).with_name("log_pack_readme.txt")


def export(district: District, out: Path) -> int:
    """Write the pack to `out`, whole or not at all; returns how many lines it holds.

    The export is logged before it is made, in a transaction of its own, so that the pack tells of itself.
    """
    with transaction.atomic():
        audit.record("log.exported", district, by=None, district=district)
    draft = out.with_name(out.name + ".new")
    try:
        lines = _write(district, draft)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return lines


def _write(district: District, file: Path) -> int:
    count = 0
    with transaction.atomic(durable=True), ZipFile(file, "w", ZIP_DEFLATED) as pack:
        log_chain.one_moment()
        with pack.open("log.jsonl", "w", force_zip64=True) as log:
            for link in log_chain.links(district.code):
                if link.line is not None:  # one that was deleted leaves a gap, which the check names
                    log.write(link.line.encode() + b"\n")
                    count += 1
        pack.writestr("heads.txt", "".join(f"{head}\n" for head in log_chain.heads(district.code)))
        pack.writestr("rights.txt", "".join("\t".join(row) + "\n" for row in database_rights.listed()))
        pack.write(README, "README.txt")
    return count
