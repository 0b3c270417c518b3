"""Commands to a telephone system: JSON over HTTP, signed, with a short patience (docs/api.md)."""

import hashlib
import hmac
import ipaddress
import json
from urllib.parse import urlsplit

import requests

# To connect, and to wait for the answer: whoever presses a button waits for it.
PATIENCE_SECONDS = 2
LARGEST_ANSWER = 65536


class CommandAway(Exception):
    """Nobody answers at the address, or what answers is no telephone system."""


def send_command(url, key, body):
    """Send a command, and return the status and the answer.

    :param str url: where the telephone system takes commands
    :param str key: what both sides know, and what signs the body
    :param dict body: the command
    :rtype: tuple[int, dict]
    :raise CommandAway: there is no answer in time, or none that is an object in JSON
    """
    content = json.dumps(body).encode()
    signature = hmac.new(key.encode(), content, hashlib.sha256).hexdigest()
    headers = {'X-Dealflow-Signature': f'sha256={signature}', 'Content-Type': 'application/json'}
    try:
        # A redirect would carry the number of a client to an address that nobody has entered.
        with requests.Session() as session:
            # No proxy leads into the own network.
            session.trust_env = url.startswith('https:')
            response = session.post(
                url,
                data=content,
                headers=headers,
                timeout=PATIENCE_SECONDS,
                allow_redirects=False,
                stream=True,
            )
            with response:
                answer = json.loads(response.raw.read(LARGEST_ANSWER, decode_content=True))
    except (requests.RequestException, OSError, ValueError) as error:
        raise CommandAway(str(error)) from error
    if not isinstance(answer, dict):
        raise CommandAway("the answer is no object")
    return response.status_code, answer


def is_safe_address(url):
    """Return whether numbers of clients may be sent to an address: encrypted, or inside the own network."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ''
        # Raises for a port that is none.
        _port = parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password:
        return False
    if parts.scheme == 'https':
        return True
    return parts.scheme == 'http' and _is_inside(host)


def _is_inside(host):
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        # A name without a point is one of the own network: localhost, a container.
        return '.' not in host
