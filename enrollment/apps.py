from django.apps import AppConfig


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = "招生入学"

    def ready(self) -> None:
        from districts import audit
        from enrollment import log

        audit.WORDS.update(log.WORDS)
