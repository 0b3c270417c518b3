"""Keys by which programs say who they are: only a hash of a key is stored, and a request shows it as a bearer."""

import hashlib


def get_hash(key):
    """Return what is stored of a key; it is random and long, so a plain hash cannot be reversed."""
    return hashlib.sha256(key.encode()).hexdigest()


def read_key(headers):
    """Return the key that a request shows in its header ``Authorization``, empty if it shows none."""
    scheme, _space, key = headers.get('Authorization', '').partition(' ')
    return key.strip() if scheme.lower() == 'bearer' else ''
