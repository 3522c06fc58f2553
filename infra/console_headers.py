"""What the console's answers say to a browser: one definition for this machine and for AWS.

The page runs its own files only. It shows in no frame, tells nobody where it was opened, and calls
its own host, the sales API and the host of the sign-in.
"""

from collections.abc import Iterable

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src {connected}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def content_policy(*called: str) -> str:
    """The Content-Security-Policy of a page that calls these addresses."""
    return POLICY.format(connected=connected_to(called))


def connected_to(called: Iterable[str]) -> str:
    """The sources of `connect-src`: the page's own host and the origins of these addresses."""
    return " ".join(["'self'", *dict.fromkeys(origin_of(address) for address in called)])


def origin_of(address: str) -> str:
    """`https://host:port` of an address, which may hold a token of the CDK and so is not parsed."""
    return "/".join(address.split("/", 3)[:3])
