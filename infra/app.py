"""What `cdk` runs: reads the settings, compiles the model, synthesises the template.

A mistake in a setting or in the model ends it with one line per mistake, before anything is
deployed.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.asset import MODEL, StaleEnvironment, build_asset
from infra.deploy_settings import (
    DeploySettings,
    InvalidSettings,
    check_kinds,
    check_team,
    read_settings,
)
from infra.stack import LeadScoringStack
from modelling.mistakes import ModelInvalid


def build(
    app: App, settings: DeploySettings, *, model_file: Path = MODEL, check: bool = True
) -> LeadScoringStack:
    """The stack of `settings` in `app`; with `check`, cdk-nag refuses what is unsafe."""
    asset, model = build_asset(
        model_file,
        retention_days=settings.retention_days,
        form_origins=settings.form_origins,
        team=settings.team,
    )
    check_kinds(settings, model["kinds"])
    check_team(settings, model)
    if check:
        Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return LeadScoringStack(app, settings, asset=asset, model=model)


def main() -> None:
    app = App()
    context: Mapping[str, Any] = app.node.get_all_context() or {}
    try:
        build(
            app,
            read_settings(context),
            model_file=Path(os.environ.get("LEAD_SCORING_MODEL", MODEL)),
        )
        app.synth()
    except (InvalidSettings, ModelInvalid, StaleEnvironment) as mistake:
        sys.exit(str(mistake))


if __name__ == "__main__":
    main()
