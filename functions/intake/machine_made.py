"""Tells what a machine did, as far as one event tells it by itself.

Security scanners and link previews open and click mails before a person does. Only sure signs
count: an agent that no person uses, a HEAD request, a click sooner than anybody reads. The image
proxies of Google and Yahoo fetch when a person opens, and a bare "Mozilla/5.0" may be anybody, so
they are people here.
"""

import re

from functions.scoring.instants import SECOND_MS, parse_instant

_SOONER_THAN_ANYBODY_READS_MS = 2 * SECOND_MS
# what Gmail's pre-fetch sends, whole: the same Edge without the second "Mozilla/5.0" is a browser
_GMAIL_PREFETCH = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0"
)
_AGENTS = re.compile(
    r"""
    ^(?:
        # robots and link previews
        HubSpot\ Connect | Amazon\ CloudFront | WhatsApp/ | Microsoft\ Exchange/
        # programs
      | curl/ | Wget/ | python-requests/ | python-urllib | Python/ | aiohttp/ | Go-http-client/
      | Java/ | okhttp/ | Apache-HttpClient/ | axios/ | node-fetch | undici | got\ \( | libwww-perl
      | PostmanRuntime/ | Ruby | Faraday
    )
    | Barracuda\ Sentinel | BingPreview | facebookexternalhit | Slackbot | LinkedInBot | Twitterbot
    | TelegramBot | Discordbot | SkypeUriPreview | HeadlessChrome | PhantomJS | Mimecast
    | Proofpoint | Zscaler | Googlebot | bingbot
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Microsoft's link scanner comes as plain Chrome, from the networks of Exchange Online Protection
_SCANNER_NETWORK = re.compile(r"40\.(?:94|107)\.\d+\.0/24")


def is_made_by_machine(
    *,
    user_agent: object = None,
    network: object = None,
    method: object = None,
    sent: object = None,
    at: object = None,
) -> bool:
    """Whether this one event says by itself that no person made it (C29).

    `network` as `mapping.network_of` gives it, `sent` and `at` as ISO 8601 texts; what is missing
    or odd tells nothing.
    """
    return (
        (isinstance(method, str) and method.upper() == "HEAD")
        or (isinstance(user_agent, str) and _is_machine_agent(user_agent))
        or (isinstance(network, str) and _SCANNER_NETWORK.fullmatch(network) is not None)
        or _is_sooner_than_read(sent, at)
    )


def _is_machine_agent(user_agent: str) -> bool:
    return user_agent == _GMAIL_PREFETCH or _AGENTS.search(user_agent) is not None


def _is_sooner_than_read(sent: object, at: object) -> bool:
    if not isinstance(sent, str) or not isinstance(at, str):
        return False
    try:
        return 0 <= parse_instant(at) - parse_instant(sent) < _SOONER_THAN_ANYBODY_READS_MS
    except ValueError:
        return False
