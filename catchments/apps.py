from django.apps import AppConfig


class CatchmentsConfig(AppConfig):
    name = "catchments"
    verbose_name = "学区"
