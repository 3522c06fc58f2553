from tests.handlers.conftest import ear

__all__ = ["ear"]
