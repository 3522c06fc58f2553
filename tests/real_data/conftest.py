from tests.handlers.conftest import built_stage, ear, stage

__all__ = ["built_stage", "ear", "stage"]
