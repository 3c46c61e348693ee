"""What a use-case answers when it cannot do what was asked."""


class Refused(Exception):
    """What was entered cannot be accepted: field name → sentence ("" for the whole form). Nothing was changed."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = errors
