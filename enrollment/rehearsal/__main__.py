"""The inside of a rehearsal: runs in the environment that scratch.environment made. Not called by hand."""

import sys
from pathlib import Path

import django
from django.core.management import call_command


def main(families: int, seed: int, out: Path, folder: Path) -> None:
    from districts.models import Season
    from enrollment.loading import load_district
    from enrollment.rehearsal.scratch import Workers
    from enrollment.rehearsal.season import SeasonRehearsal

    call_command("migrate", verbosity=0)
    district, _ = load_district(folder)
    Season.objects.update(rehearsal=True)
    workers = Workers(out / "workers.log")
    workers.start()
    try:
        report = SeasonRehearsal(district, families, seed, out).run(workers)
    finally:
        workers.stop()
    report.write(out / "report.json")
    print(report.table())


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
