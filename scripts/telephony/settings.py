"""The settings of the bridge: one file, and the two secrets beside it."""

import configparser
import os
import re
from dataclasses import dataclass, field
from pathlib import Path


class SettingsError(Exception):
    pass


@dataclass
class Settings:
    odoo: str
    token: str = field(repr=False)
    ami_user: str
    ami_secret: str = field(repr=False)
    trunks: list
    employees: list
    state: str
    database: str | None = None
    certificates: str | None = None
    ami_host: str = '127.0.0.1'
    ami_port: int = 5038
    route_context: str = ''
    route_extensions: list = field(default_factory=list)
    call_context: str = ''
    call_channel: str = 'PJSIP/{extension}'
    call_prefix: str = ''
    call_seconds: int = 30
    call_shows: str = 'client'
    command_host: str = '127.0.0.1'
    command_port: int = 0
    health_host: str = '127.0.0.1'
    health_port: int = 0


def read_settings(path):
    """Read a file such as examples/telephony-bridge.ini.

    :raise SettingsError: something is missing or wrong; the message names it, and no secret
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with Path(path).open(encoding='utf-8') as source:
            parser.read_file(source)
    except (OSError, configparser.Error, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings {path} cannot be read: {error}") from None
    get = _Reader(parser)
    return Settings(
        odoo=get('odoo', 'url', must=True),
        token=get.secret('odoo', 'token'),
        database=get('odoo', 'database') or None,
        certificates=get('odoo', 'certificates') or None,
        ami_host=get('pbx', 'host') or '127.0.0.1',
        ami_port=get.number('pbx', 'port', 5038),
        ami_user=get('pbx', 'user', must=True),
        ami_secret=get.secret('pbx', 'secret'),
        trunks=get.patterns('pbx', 'trunks'),
        employees=get.patterns('pbx', 'extensions'),
        route_context=get('routing', 'context'),
        route_extensions=get('routing', 'numbers').split(),
        call_context=get('calls', 'context'),
        call_channel=get.channel('calls', 'channel', 'PJSIP/{extension}'),
        call_prefix=get('calls', 'prefix'),
        call_seconds=get.number('calls', 'seconds', 30, "a number of seconds"),
        call_shows=get.choice('calls', 'shows', ('client', 'extension')),
        command_host=get('calls', 'host') or '127.0.0.1',
        command_port=get.number('calls', 'port', 0),
        state=get('bridge', 'state') or 'telephony-bridge.sqlite',
        health_host=get('bridge', 'health_host') or '127.0.0.1',
        health_port=get.number('bridge', 'health_port', 0),
    )


class _Reader:
    def __init__(self, parser):
        self._parser = parser

    def __call__(self, section, key, must=False):
        value = self._parser.get(section, key, fallback='').strip()
        if must and not value:
            raise SettingsError(f"“{key}” is missing in the section [{section}] of the settings.")
        return value

    def number(self, section, key, default, what="the number of a port"):
        value = self(section, key)
        if value and not (value.isdecimal() and int(value) < 65536):
            raise SettingsError(f"“{key}” in [{section}] must be {what}, not “{value}”.")
        return int(value) if value else default

    def channel(self, section, key, default):
        value = self(section, key) or default
        if not re.fullmatch(r'[^{}\s]*\{extension\}[^{}\s]*', value):
            raise SettingsError(f"“{key}” in [{section}] must hold {{extension}} once, as in {default}.")
        return value

    def choice(self, section, key, choices):
        value = self(section, key) or choices[0]
        if value not in choices:
            raise SettingsError(f"“{key}” in [{section}] must be one of {', '.join(choices)}, not “{value}”.")
        return value

    def secret(self, section, key):
        """Return a secret: from a file (``token_file``), a credential of systemd, or a variable of the environment."""
        name = f'DEALFLOW_{section}_{key}'.upper()
        path = self(section, f'{key}_file')
        credential = Path(os.environ.get('CREDENTIALS_DIRECTORY', '/nonexistent')) / f'{section}-{key}'
        try:
            if path:
                value = Path(path).read_text(encoding='utf-8').strip()
            elif credential.exists():
                value = credential.read_text(encoding='utf-8').strip()
            else:
                value = os.environ.get(name, '').strip()
        except OSError as error:
            raise SettingsError(f"“{key}_file” in [{section}] cannot be read: {error.strerror}") from None
        if not value:
            raise SettingsError(f"Give the {key} of [{section}] in “{key}_file” or in the variable {name}.")
        return value

    def patterns(self, section, key):
        patterns = self(section, key, must=True).split()
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise SettingsError(f"“{key}” in [{section}]: “{pattern}” is no pattern ({error}).") from None
        return patterns
