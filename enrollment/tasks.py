"""The jobs of this floor are handlers of the outbox; importing them here lets every worker know them."""

from enrollment import notices, publishing

__all__ = ["notices", "publishing"]
