"""A cloud in one process: started on a free port with a folder of its own, stopped without a trace.

The process gets a clean environment: its Lambda workers inherit it, and nothing of the user's
account, proxy or Docker may reach them. Its TMPDIR is private, because every worker unzips the
asset into it.
"""

import contextlib
import os
import random
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from infra.local.certificate import KEY_FILE, write_certificate
from infra.local.prepare import CLOUD_ENVIRONMENT, LOCAL

REGION = "eu-central-1"
ACCOUNT = "000000000000"
KEY = "test"  # both halves of the local cloud's own key
PORTS = range(20_000, 32_000)  # below those that connections get, one of which may come between
PORTS_TRIED = 100
READY_SECONDS = 30
STOP_SECONDS = 5
GONE = "gone-"  # begins the name of a folder that is being removed
_STARTED: dict[int, subprocess.Popen[bytes]] = {}  # one that is forgotten warns that it still runs


class CloudDidNotStart(RuntimeError):
    """The local cloud ended, or did not answer; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """A running cloud. `process` is also the id of its process group, workers included."""

    endpoint: str
    process: int
    folder: str
    certificate: str = ""  # of an endpoint that speaks TLS; a file to trust


def start_cloud(*, enforce_permissions: bool = False) -> LocalCloud:
    (LOCAL / "clouds").mkdir(parents=True, exist_ok=True)
    _forget_dead_clouds()
    folder = Path(tempfile.mkdtemp(dir=LOCAL / "clouds", prefix="cloud-"))
    port = _free_port()
    certificate = write_certificate(folder) if enforce_permissions else ""
    endpoint = f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
    with (folder / "cloud.log").open("wb") as log:
        process = subprocess.Popen(
            [str(CLOUD_ENVIRONMENT / "bin" / "python"), "-m", "ministack"],
            cwd=folder,
            env=_environment(folder, port, certificate),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _STARTED[process.pid] = process
    (folder / "process").write_text(str(process.pid), encoding="utf-8")
    cloud = LocalCloud(endpoint, process.pid, str(folder), certificate)
    try:
        _wait_until_ready(process, cloud)
    except BaseException:
        stop_cloud(cloud)
        raise
    return cloud


def stop_cloud(cloud: LocalCloud) -> None:
    """Ends the cloud and its workers and removes all it stored."""
    _signal(cloud.process, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while is_running(cloud) and time.monotonic() < deadline:
        _reap(cloud.process)
        time.sleep(0.05)
    _signal(cloud.process, signal.SIGKILL)
    if started := _STARTED.pop(cloud.process, None):
        started.wait()
    _remove(Path(cloud.folder))


def is_running(cloud: LocalCloud) -> bool:
    return Path(cloud.folder).is_dir() and _is_group(cloud.process)


def _is_group(number: int) -> bool:
    try:
        os.killpg(number, 0)
    except (ProcessLookupError, PermissionError):  # gone, or somebody else's by now
        return False
    return number > 1


def answers(cloud: LocalCloud) -> bool:
    """Whether it is really this cloud that runs: the number of a process is used again."""
    try:
        with opener(cloud).open(f"{cloud.endpoint}/_ministack/ready", timeout=1):
            return True
    except OSError:
        return False


def _remove(folder: Path) -> None:
    """Takes a cloud's folder away at once. The files of its workers, ten thousand each and for a
    slow disk a minute's work, are removed by a process that nobody waits for.
    """
    gone = folder.with_name(f"{GONE}{folder.name}")
    with contextlib.suppress(FileNotFoundError):
        folder.rename(gone)
        _remove_files(gone)


def _remove_files(folder: Path) -> None:
    quiet = subprocess.DEVNULL
    subprocess.run(
        ["/bin/sh", "-c", 'rm -rf -- "$1" &', "sh", str(folder)],
        check=True, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True,
    )  # fmt: skip


def _forget_dead_clouds() -> None:
    """Removes what a cloud left whose command was killed and whose process is gone."""
    for left in (LOCAL / "clouds").glob(f"{GONE}*"):
        _remove_files(left)
    for file in (LOCAL / "clouds").glob("cloud-*/process"):
        with contextlib.suppress(FileNotFoundError):  # another command was quicker
            number = file.read_text(encoding="utf-8")
            if number and not _is_group(int(number)):
                _remove(file.parent)


def _environment(folder: Path, port: int, certificate: str) -> dict[str, str]:
    temporary = folder / "tmp"
    temporary.mkdir()
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TMPDIR": str(temporary),
        "STATE_DIR": str(folder / "state"),  # where the keys of pools lie; else they stay behind
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_DEFAULT_REGION": REGION,
        "LOG_LEVEL": "WARNING",
    } | (_enforced(certificate) if certificate else {})


def _enforced(certificate: str) -> dict[str, str]:
    """Roles and policies count; queues and topics that are TLS only want TLS then."""
    return {
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": certificate,
        "MINISTACK_SSL_KEY": str(Path(certificate).with_name(KEY_FILE)),
    }


def _free_port() -> int:
    for port in random.SystemRandom().sample(PORTS, k=PORTS_TRIED):
        with socket.socket() as probe, contextlib.suppress(OSError):  # taken
            probe.bind(("127.0.0.1", port))
            return port
    raise CloudDidNotStart(
        f"The local cloud did not start: no port from {PORTS[0]} to {PORTS[-1]} seems free."
    )


def _wait_until_ready(process: subprocess.Popen[bytes], cloud: LocalCloud) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if answers(cloud):
            return
        time.sleep(0.05)
    log = (Path(cloud.folder) / "cloud.log").read_text(encoding="utf-8", errors="replace")
    raise CloudDidNotStart(f"The local cloud did not start:\n{log[-2000:]}")


def opener(
    cloud: LocalCloud, *handlers: urllib.request.BaseHandler
) -> urllib.request.OpenerDirector:
    """Opens addresses of the cloud, past any proxy of the user."""
    trusted = ssl.create_default_context(cafile=cloud.certificate or None)
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted), *handlers
    )


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _reap(process: int) -> None:
    """A child of ours that ended stays a zombie until it is asked; another's is not ours to ask."""
    if started := _STARTED.get(process):
        started.poll()
