"""Name constraints (RFC 5280, 4.2.1.10): which names the authorities below one may certify."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

from app.crypto.verify.certificate import Certificate
from app.crypto.verify.names import Name, normal
from app.crypto.verify.reasons import PATH_INVALID, Failure
from app.errors import N_

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class _Form(NamedTuple):
    """A name or a base: its kind, and its value as the rule of that kind compares it."""

    kind: type[x509.GeneralName]
    value: Any  # None where nothing can be compared


class NameConstraints:
    """The permitted and excluded subtrees of a path so far (6.1.2 b, c).

    What each certificate permits is kept apart: a name must lie within all of them.
    """

    def __init__(self) -> None:
        self._permitted: list[list[_Form]] = []
        self._excluded: list[_Form] = []

    def add(self, issuer: Certificate) -> None:
        """Take over what an authority imposes (6.1.4 g). Raises Failure where that is unclear."""
        constraints = issuer.extension(x509.NameConstraints)
        if constraints is None:
            return
        # The parser drops `minimum` and `maximum`, which must not be there: if they are, what was
        # read is not what is written.
        if constraints.public_bytes() not in issuer.der:
            raise Failure(PATH_INVALID(what=N_("a limit of names cannot be understood")))
        self._permitted.append([_base(n) for n in constraints.permitted_subtrees or ()])
        self._excluded += [_base(n) for n in constraints.excluded_subtrees or ()]

    def check(self, certificate: Certificate) -> None:
        """Refuse a name that is not permitted, or excluded (6.1.3 b, c). Raises Failure."""
        for name in _names(certificate) if self._permitted or self._excluded else ():
            permitted = all(_permits(bases, name) for bases in self._permitted)
            if not permitted or any(_matches(name, base) is not False for base in self._excluded):
                raise Failure(PATH_INVALID(what=N_("an authority certified a name it must not")))


def _permits(bases: Iterable[_Form], name: _Form) -> bool:
    verdicts = [_matches(name, base) for base in bases if base.kind is name.kind]
    return not verdicts or True in verdicts  # a kind that is not mentioned is free


def _matches(name: _Form, base: _Form) -> bool | None:
    """Whether the base covers the name; None where nobody can tell."""
    if name.kind is not base.kind:
        return False
    rule = _RULES.get(name.kind)
    return None if rule is None or name.value is None else rule(name.value, base.value)


def _names(certificate: Certificate) -> Iterator[_Form]:
    """Every name that a certificate gives its holder."""
    if certificate.subject:
        yield _Form(x509.DirectoryName, certificate.subject)
    yield from map(_name, certificate.extension(x509.SubjectAlternativeName) or ())
    # Mail addresses used to stand in the subject: what limits them applies there as well.
    for oid, value in (part for relative in certificate.subject for part in relative):
        if oid == NameOID.EMAIL_ADDRESS.dotted_string:
            yield _Form(x509.RFC822Name, value if isinstance(value, str) else None)


def _name(name: x509.GeneralName) -> _Form:
    value = _comparable(name.value)
    if isinstance(name, x509.UniformResourceIdentifier):
        value = _host(value)
    if isinstance(name, x509.IPAddress) and not isinstance(value, _Address):
        value = None
    return _Form(type(name), value)


def _base(name: x509.GeneralName) -> _Form:
    return _Form(type(name), _comparable(name.value))


def _comparable(value: Any) -> Any:
    if isinstance(value, x509.Name):
        return normal(value)
    return value.lower() if isinstance(value, str) else value


def _host(address: str) -> str | None:
    """The domain name in a URI, if it has one."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return None
    return None if not host or ":" in host or host.replace(".", "").isdigit() else host


def _directory(name: Name, base: Name) -> bool:
    return name[: len(base)] == base


def _domain(name: str, base: str) -> bool:
    """Labels may be added on the left; a leading dot demands one."""
    return not base or name == base or name.endswith(base if base[0] == "." else "." + base)


def _host_or_below(host: str, base: str) -> bool:
    """One host, or with a leading dot all below that domain."""
    return not base or (host.endswith(base) if base[0] == "." else host == base)


def _mailbox(name: str, base: str) -> bool:
    """One mailbox, or all of a host, or with a leading dot all below that domain."""
    return name == base if "@" in base else _host_or_below(name.rpartition("@")[2], base)


def _within(address: _Address, network: _Network) -> bool:
    return address in network


_RULES: dict[type[x509.GeneralName], Callable[[Any, Any], bool]] = {
    x509.DirectoryName: _directory,
    x509.DNSName: _domain,
    x509.RFC822Name: _mailbox,
    x509.UniformResourceIdentifier: _host_or_below,
    x509.IPAddress: _within,
}
