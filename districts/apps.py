from django.apps import AppConfig


class DistrictsConfig(AppConfig):
    name = "districts"
    verbose_name = "区县"

    def ready(self) -> None:
        from districts import checks, sms  # noqa: F401  registers the checks and the handler of messages
