"""A cloud of this machine is gone as soon as it is stopped, however much it stored."""

import subprocess
import sys
import time
from pathlib import Path

from infra.local.cloud import LocalCloud, is_running, stop_cloud

FILES = 3000
SOON_SECONDS = 30


def test_whoever_stops_a_cloud_does_not_wait_until_its_files_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "cloud-1"
    for worker in range(3):
        (folder / f"worker-{worker}").mkdir(parents=True)
        for number in range(FILES // 3):
            (folder / f"worker-{worker}" / str(number)).touch()
    process = subprocess.Popen([sys.executable, "-c", "input()"], start_new_session=True)
    cloud = LocalCloud("http://127.0.0.1:1", process.pid, str(folder))
    stop_cloud(cloud)
    process.wait()
    assert not folder.exists()
    assert not is_running(cloud)
    deadline = time.monotonic() + SOON_SECONDS
    while list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(tmp_path.iterdir()) == []
