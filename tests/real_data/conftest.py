from tests.handlers.conftest import built_stage, stage

__all__ = ["built_stage", "stage"]
