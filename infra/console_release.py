"""The console's files as they are deployed: a folder of them, and the page that names its release.

The files of `web/` are put as they stand. Only `index.html` is changed: it names its modules within
the release, and the two addresses it may call.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from infra.asset import ROOT, kept_folder

WEB = ROOT / "web"
PUBLISHER = Path(__file__).with_name("console_publisher.py")
PAGE = "index.html"
OWN_FILES = re.compile(r'(?<=\b)(href|src)="(?=[\w.-]+")')  # not `#main`, a place on the page
CHARSET = '<meta charset="utf-8">'


@dataclass(frozen=True, slots=True)
class ConsoleRelease:
    """`name` is the folder in the bucket, `asset` what the publisher unpacks, `page` the text of
    `index.html`.
    """

    name: str
    asset: Path
    page: str


def build_release(web: Path = WEB) -> ConsoleRelease:
    """The release of what stands in `web` now: the same files are the same release on any day."""
    files = {path.name: path.read_bytes() for path in sorted(web.iterdir()) if path.is_file()}
    page = files.pop(PAGE).decode()
    held = {f"web/{file}": content for file, content in files.items()}
    held[PUBLISHER.name] = PUBLISHER.read_bytes()  # it says how long a file is kept
    name = _digest(held)
    asset = kept_folder(f"console-{name}", held)
    return ConsoleRelease(name, asset, OWN_FILES.sub(rf'\1="{name}/', page))


def narrowed(page: str, connected: str) -> str:
    """The page with a policy of its own, by which it calls nobody but `connected`.

    A browser keeps both, this and the header's; see `infra/console.py` for why there are two.
    """
    policy = f'<meta http-equiv="content-security-policy" content="connect-src {connected}">'
    before, charset, after = page.partition(CHARSET)
    assert charset, f"{PAGE} begins with its charset"
    return f"{before}{charset}\n    {policy}{after}"


def _digest(files: dict[str, bytes]) -> str:
    content = hashlib.sha256()
    for name in sorted(files):
        content.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return content.hexdigest()[:16]
