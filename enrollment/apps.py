from django.apps import AppConfig


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = "招生入学"

    def ready(self) -> None:
        """Register what the ground floor asks for by name: the handlers of jobs and the words of the log."""
        from districts import audit
        from enrollment import log, notices, publishing  # noqa: F401  importing them registers their jobs

        audit.WORDS.update(log.WORDS)
