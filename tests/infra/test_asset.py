"""What a Lambda unpacks: the same bytes each time, pure Python, and enough for every handler."""

import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.session import Session

from infra import asset as asset_module
from infra.asset import build_asset
from infra.local.prepare import ROOT

LAYER = (
    "aws-lambda-powertools",
    "pydantic",
    "pydantic-core",
    "typing-extensions",
    "annotated-types",
    "typing-inspection",
    "jmespath",
)
SAMPLES = {
    "capture_form": ("form_posted_by_a_script.json", '"statusCode": 201'),
    "record_activity": ("page_viewed.json", '{"batchItemFailures": []}'),
    "expire_points": ("minute_passed.json", '{"written": 0}'),
    "erase_lead": ("hour_passed.json", '{"finished": 0, "failed": 0}'),
}
ALONE = """
import json, sys
sys.path[:] = [p for p in sys.path if "site-packages" not in p and "dist-packages" not in p]
sys.path[:0] = {paths!r}
module, event = sys.argv[1:]
handler = __import__("functions." + module, fromlist=["handler"]).handler
class Context:
    aws_request_id = "1"
    function_name = module
    def get_remaining_time_in_millis(self): return 30000
print(json.dumps(handler(json.loads(open(event).read()), Context()), default=str))
print(*sys.modules, file=sys.stderr)
"""
UNREAD = {"aws_xray_sdk", "boto3", "botocore.docs.method", "email_validator", "html.parser"} | {
    *("importlib.metadata", "pydantic", "ruamel", "yaml"),
}


@pytest.fixture(scope="module")
def asset() -> Path:
    folder, _ = build_asset(retention_days=400)
    return folder


@pytest.fixture
def empty_aws() -> Iterator[str]:
    """An AWS that takes everything and holds nothing."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = b'{"Items": [], "Responses": {}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_same_sources_are_the_same_bytes(
    asset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asset_module, "ASSETS", tmp_path)
    again, _ = build_asset(retention_days=400)
    assert again.name == asset.name
    assert _digest(again) == _digest(asset)


def _digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_module_is_compiled_and_none_is_native(asset: Path) -> None:
    assert not [path for path in asset.rglob("*") if path.suffix in {".so", ".pyd", ".dylib"}]
    for source in asset.rglob("*.py"):
        compiled = list((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc"))
        assert compiled, source
        flags = int.from_bytes(compiled[0].read_bytes()[4:8], "little")
        assert flags == 0b01, "by hash, unchecked"


def test_the_asset_stays_small(asset: Path) -> None:
    """Every worker of the local cloud unpacks it; a cold start in AWS does too."""
    assert sum(path.stat().st_size for path in asset.rglob("*") if path.is_file()) < 16_000_000


def test_the_model_lies_beside_the_functions(asset: Path) -> None:
    model: dict[str, Any] = json.loads((asset / "scoring-model.json").read_text(encoding="utf-8"))
    assert model["layout"] == 1
    assert model["retention"] == 400 * 86_400_000
    assert (asset / "scoring-model.yaml").read_bytes() == asset_module.MODEL.read_bytes()


def test_only_services_that_are_called_are_packed(asset: Path) -> None:
    packed = {path.name for path in (asset / "botocore" / "data").iterdir() if path.is_dir()}
    assert packed == {"dynamodb", "lambda", "sns", "sqs"}


@pytest.mark.parametrize("region", ["eu-central-1", "us-gov-west-1", "cn-north-1"])
@pytest.mark.parametrize("service", ["dynamodb", "lambda", "sns", "sqs"])
def test_what_is_left_of_a_services_description_asks_the_same(
    service: str, region: str, asset: Path
) -> None:
    """Sentences and other services are thinned out, nothing a request or an answer is made of."""
    thin = _client(service, region, _only(asset))
    full = _client(service, region, Loader())
    assert thin.meta.endpoint_url == full.meta.endpoint_url
    assert _described(thin.meta.service_model) == _described(full.meta.service_model)


def test_descriptions_hold_no_sentences(asset: Path) -> None:
    for file in (asset / "botocore" / "data").rglob("service-2.json"):
        assert '"documentation":"' not in file.read_text(encoding="utf-8")
        assert file.stat().st_size < 170_000, file


def _only(asset: Path) -> Loader:
    return Loader([str(asset / "botocore" / "data")], include_default_search_paths=False)


def _client(service: str, region: str, loader: Loader) -> Any:
    session = Session()
    session.register_component("data_loader", loader)
    return session.create_client(
        service,
        region,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )


def _described(model: Any) -> dict[str, Any]:
    shapes = {name: _shape(model.shape_for(name)) for name in model.shape_names}
    operations = [model.operation_model(name) for name in model.operation_names]
    return shapes | {
        operation.name: (operation.http, str(operation.input_shape), str(operation.error_shapes))
        for operation in operations
    }


def _shape(shape: Any) -> tuple[Any, ...]:
    return shape.type_name, shape.serialization, shape.metadata, str(getattr(shape, "members", ""))


@pytest.mark.parametrize("module", sorted(SAMPLES))
def test_a_handler_runs_with_the_asset_and_the_layer_alone(
    module: str, asset: Path, tmp_path: Path, empty_aws: str
) -> None:
    """What this environment happens to hold masks nothing."""
    sample, expected = SAMPLES[module]
    layer = tmp_path / "layer"
    layer.mkdir()
    for name in LAYER:
        _link(name, layer)
    env = {
        "PATH": os.defpath,
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_ENDPOINT_URL": empty_aws,
        "LEADS_TABLE": "leads",
        "FACTS_TABLE": "facts",
        "ALERT_TOPIC_ARN": "arn:aws:sns:eu-central-1:111122223333:alerts",
        "LEAD_ID_KEY": "key",
        "REFUSED_QUEUE_URL": f"{empty_aws}/refused",
        "PARKING_QUEUE_URL": f"{empty_aws}/parking",
        "ACTIVITY_QUEUE_URL": f"{empty_aws}/activity",
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "LeadScoring",
    }
    script = ALONE.format(paths=[str(asset), str(layer)])
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, module, str(ROOT / "events" / sample)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert expected in done.stdout.splitlines()[-1]
    imported = set(done.stderr.splitlines()[-1].split())
    assert not UNREAD & imported, "each costs a cold start"
    assert "functions.runtime.garbage" in imported


def _link(name: str, folder: Path) -> None:
    for file in importlib.metadata.files(name) or []:
        top = file.parts[0]
        if top.startswith("..") or top.endswith((".dist-info", ".pth")) or top == "__pycache__":
            continue
        if not (folder / top).exists():
            (folder / top).symlink_to(Path(str(file.locate())).parents[len(file.parts) - 1] / top)
