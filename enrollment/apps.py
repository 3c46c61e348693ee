from django.apps import AppConfig


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = "招生入学"

    def ready(self) -> None:
        """Register what the ground floor asks for by name: handlers of jobs, what is released, words of the log."""
        from districts import audit
        from enrollment import (  # noqa: F401  they register theirs
            erasure,
            late_changes,
            log,
            mass_messages,
            new_students,
            notices,
            publishing,
            registry,
        )

        audit.WORDS.update(log.WORDS)
