"""Name constraints, each kind of name against each kind of base (RFC 5280, 4.2.1.10)."""

from __future__ import annotations

import ipaddress

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from app.crypto.verify import constraints
from app.crypto.verify.path import find
from app.crypto.verify.reasons import Failure
from tests import pki
from tests.crypto.verify.authorities import Holder, authority, root

ROOT = root()
SUBJECT = pki.name_of("Signer")


def accepted(leaf: Holder) -> bool:
    try:
        find(leaf.der, leaf.pool, ROOT.trust, pki.SIGNED_AT, "signature")
    except Failure as failure:
        assert failure.reason.code == "path_invalid"
        return False
    return True


def named(issuer: Holder, *names: x509.GeneralName, subject: x509.Name = SUBJECT) -> Holder:
    extensions: list[tuple[x509.ExtensionType, bool]] = [(pki.SIGNING_USAGE, True)]
    if names:
        extensions.append((x509.SubjectAlternativeName(names), False))
    return issuer.issue(subject, pki.ec_key(3600), extensions)


def limited(
    permitted: list[x509.GeneralName] | None = None, excluded: list[x509.GeneralName] | None = None
) -> Holder:
    return authority(ROOT, "Limited", 3601, x509.NameConstraints(permitted, excluded))


def dns(text: str) -> x509.GeneralName:
    return x509.DNSName(text)


def mail(text: str) -> x509.GeneralName:
    return x509.RFC822Name(text)


def uri(text: str) -> x509.GeneralName:
    return x509.UniformResourceIdentifier(text)


def address(text: str) -> x509.GeneralName:
    if "/" in text:
        return x509.IPAddress(ipaddress.ip_network(text))
    return x509.IPAddress(ipaddress.ip_address(text))


def directory(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.GeneralName:
    return x509.DirectoryName(x509.Name([x509.NameAttribute(*part) for part in parts]))


COUNTRY, OFFICE = (NameOID.COUNTRY_NAME, "ID"), (NameOID.ORGANIZATION_NAME, "Teken Uji")
ELSEWHERE = (NameOID.COUNTRY_NAME, "TL")  # unlike the subject of all these

CASES = [
    (dns("go.id"), dns("go.id"), True),
    (dns("kupang.GO.id"), dns("go.ID"), True),
    (dns("a.b.go.id"), dns("go.id"), True),
    (dns("logo.id"), dns("go.id"), False),
    (dns("go.id"), dns(".go.id"), False),
    (dns("a.go.id"), dns(".go.id"), True),
    (dns("go.id.evil.example"), dns("go.id"), False),
    (dns("anything.example"), dns(""), True),
    (mail("a@go.id"), mail("a@go.id"), True),
    (mail("A@GO.id"), mail("a@go.id"), True),
    (mail("b@go.id"), mail("a@go.id"), False),
    (mail("a@go.id"), mail("go.id"), True),
    (mail("a@kupang.go.id"), mail("go.id"), False),
    (mail("a@kupang.go.id"), mail(".go.id"), True),
    (mail("a@go.id"), mail(".go.id"), False),
    (mail("a@logo.id"), mail("go.id"), False),
    (uri("https://go.id/x"), uri("go.id"), True),
    (uri("https://who@GO.id:8443/x"), uri("go.id"), True),
    (uri("https://a.go.id/"), uri("go.id"), False),
    (uri("https://a.go.id/"), uri(".go.id"), True),
    (uri("https://go.id/"), uri(".go.id"), False),
    (uri("https://evil.example/go.id"), uri("go.id"), False),
    (uri("https://go.id@evil.example/"), uri("go.id"), False),
    (address("10.1.2.3"), address("10.0.0.0/8"), True),
    (address("11.1.2.3"), address("10.0.0.0/8"), False),
    (address("fd00::1"), address("fd00::/16"), True),
    (address("fd00::1"), address("10.0.0.0/8"), False),
    (directory(ELSEWHERE, OFFICE), directory(ELSEWHERE), True),
    (directory(ELSEWHERE, OFFICE), directory(ELSEWHERE, OFFICE), True),
    (directory(ELSEWHERE), directory(ELSEWHERE, OFFICE), False),
    (directory(OFFICE, ELSEWHERE), directory(ELSEWHERE), False),
]


@pytest.mark.parametrize(("name", "base", "covered"), CASES, ids=str)
def test_a_base_covers_names(name: x509.GeneralName, base: x509.GeneralName, covered: bool) -> None:
    assert accepted(named(limited(excluded=[base]), name)) is not covered
    permitted = [base]
    if isinstance(base, x509.DirectoryName):
        permitted.append(x509.DirectoryName(SUBJECT))  # which is a name as well
    assert accepted(named(limited(permitted=permitted), name)) is covered


def test_kinds_that_are_not_mentioned_are_free() -> None:
    issuer = limited(permitted=[dns("go.id")])
    assert accepted(named(issuer, mail("a@b.example"), address("10.1.2.3")))
    assert accepted(named(issuer))


def test_every_name_must_be_permitted() -> None:
    issuer = limited(permitted=[dns("go.id")])
    assert accepted(named(issuer, dns("a.go.id"), dns("b.go.id")))
    assert not accepted(named(issuer, dns("a.go.id"), dns("b.example")))


def test_any_of_several_bases_is_enough() -> None:
    issuer = limited(permitted=[dns("go.id"), dns("b.example")])
    assert accepted(named(issuer, dns("a.go.id"), dns("b.example")))


def test_an_exclusion_wins_over_a_permission() -> None:
    issuer = limited(permitted=[dns("go.id")], excluded=[dns("secret.go.id")])
    assert accepted(named(issuer, dns("a.go.id")))
    assert not accepted(named(issuer, dns("a.secret.go.id")))


def test_limits_of_several_authorities_all_hold() -> None:
    above = limited(permitted=[dns("go.id")])
    wider = x509.NameConstraints([dns("example")], None)
    narrower = x509.NameConstraints([dns("kupang.go.id")], None)
    assert not accepted(named(authority(above, "Wider", 3602, wider), dns("a.example")))
    assert not accepted(named(authority(above, "Wider", 3602, wider), dns("a.go.id")))
    below = authority(above, "Narrower", 3603, narrower)
    assert accepted(named(below, dns("kupang.go.id")))
    assert not accepted(named(below, dns("a.go.id")))


def test_a_subject_is_a_name_too() -> None:
    other = pki.name_of("Somebody", organisation="Elsewhere")
    issuer = limited(permitted=[directory(COUNTRY, OFFICE)])
    assert accepted(named(issuer))
    assert not accepted(named(issuer, subject=other))


def test_the_name_of_an_authority_is_limited_too() -> None:
    issuer = limited(permitted=[directory(COUNTRY, OFFICE)])
    name = pki.name_of("Below", organisation="Elsewhere")
    below = issuer.issue(name, pki.ec_key(3607), pki.ca_constraints(None))
    assert not accepted(named(below))
    assert accepted(named(authority(issuer, "Below", 3607)))


def test_a_mail_address_in_the_subject_counts() -> None:
    part = x509.NameAttribute(NameOID.EMAIL_ADDRESS, "A@evil.example")
    subject = x509.Name([*SUBJECT, part])
    assert not accepted(named(limited(permitted=[mail("go.id")]), subject=subject))
    assert not accepted(named(limited(excluded=[mail("evil.example")]), subject=subject))
    assert accepted(named(limited(permitted=[mail("evil.example")]), subject=subject))


HOSTLESS = ["mailto:a@go.id", "urn:x:y", "https://10.1.2.3/", "https://[fd00::1]/", "https:///x"]


@pytest.mark.parametrize("text", HOSTLESS)
def test_a_uri_without_a_host_survives_no_limit_for_uris(text: str) -> None:
    assert not accepted(named(limited(permitted=[uri("go.id")]), uri(text)))
    assert not accepted(named(limited(excluded=[uri("evil.example")]), uri(text)))
    assert accepted(named(limited(excluded=[dns("evil.example")]), uri(text)))


UNKNOWN_KINDS = [
    x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), b"\x0c\x01a"),
    x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
]


@pytest.mark.parametrize("name", UNKNOWN_KINDS, ids=str)
def test_a_limit_of_an_unknown_kind_refuses_names_of_that_kind(name: x509.GeneralName) -> None:
    for issuer in (limited(permitted=[name]), limited(excluded=[name])):
        assert not accepted(named(issuer, name))
        assert accepted(named(issuer))
        assert accepted(named(issuer, dns("a.example")))


def test_a_limit_with_a_minimum_is_not_understood() -> None:
    """GeneralSubtree with minimum 1, which RFC 5280 forbids and the parser drops."""
    plain = x509.NameConstraints(None, [dns("evil.example")]).public_bytes()
    assert plain[:6] == bytes((0x30, 0x12, 0xA1, 0x10, 0x30, 0x0E))
    odd = bytes((0x30, 0x15, 0xA1, 0x13, 0x30, 0x11)) + plain[6:] + bytes((0x80, 1, 1))
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.30"), odd)
    assert not accepted(named(authority(ROOT, "Odd", 3604, extension)))
    same = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.30"), plain)
    assert accepted(named(authority(ROOT, "Plain", 3605, same)))


def test_a_self_issued_authority_is_not_limited_but_the_leaf_is() -> None:
    above = limited(permitted=[directory(COUNTRY, (NameOID.ORGANIZATION_NAME, "Else"))])
    renewed = above.issue(above.name, pki.ec_key(3606), pki.ca_constraints(None))
    good = named(renewed, subject=pki.name_of("Signer", organisation="Else"))
    assert accepted(good)
    assert not accepted(named(renewed))


PLANTED = {"_permits": lambda *_: True, "_matches": lambda *_: False}


@pytest.mark.parametrize("check", PLANTED)
def test_planted_a_missing_rule_is_noticed(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = (
        limited(permitted=[dns("go.id")]) if check == "_permits" else limited(None, [dns("x.id")])
    )
    leaf = named(limits, dns("x.id"))
    assert not accepted(leaf)
    monkeypatch.setattr(constraints, check, PLANTED[check])
    assert accepted(leaf)
