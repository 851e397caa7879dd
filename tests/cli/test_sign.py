"""`teken sign`: where the results go, what they hold, what is said about them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests import builders, looks, oracles, pki
from tests.commands import KEY_FILE, Ran, environ, key_file, signed, slip, slips, teken

GOOD = ["file", "ok", "out", "sha256", "appended_bytes", "ms"]
BAD = ["file", "ok", "error"]


def sign(desk: Path, *arguments: str) -> Ran:
    return teken("sign", *arguments, *KEY_FILE, "--json", cwd=desk)


def sign_one(desk: Path, data: bytes, *options: str) -> bytes:
    """The signed file; its signature is valid before a judge that is not ours."""
    (desk / "a.pdf").write_bytes(data)
    ran = sign(desk, "a.pdf", "--out", "b.pdf", *options)
    assert (ran.status, ran.codes) == (0, [None]), ran.err
    result = (desk / "b.pdf").read_bytes()
    assert result.startswith(data)
    return result


def value(result: bytes, password: str = "") -> dict[str, object]:
    """The signature dictionary of the last signature."""
    return oracles.pyhanko_reader(result, password).embedded_signatures[-1].sig_object


def is_valid(path: Path, password: str = "") -> bool:
    return [(v.valid, v.whole) for v in oracles.pdfsig(path, password)][-1:] == [(True, True)]


# -- what is said ------------------------------------------------------------------------------


def test_json_has_exactly_these_members_one_object_a_file_in_order(desk: Path) -> None:
    names = slips(desk, 2)
    (desk / "bad.pdf").write_bytes(b"no pdf")
    ran = sign(desk, names[0], "bad.pdf", names[1], "missing.pdf")
    assert (ran.status, ran.err) == (1, "")
    assert [list(each) for each in ran.objects] == [GOOD, BAD, GOOD, BAD]
    assert [each["file"] for each in ran.objects] == [names[0], "bad.pdf", names[1], "missing.pdf"]
    assert ran.codes == [None, "not_a_pdf", None, "file_missing"]
    assert [each["ok"] for each in ran.objects] == [True, False, True, False]
    error = ran.objects[1]["error"]
    assert list(error) == ["code", "message"]
    assert error["message"].startswith("This file is not a PDF. Choose a file")


def test_json_tells_the_truth_about_the_result(desk: Path, letter: str) -> None:
    ran = sign(desk, letter)
    (told,) = ran.objects
    result = (desk / told["out"]).read_bytes()
    original = (desk / letter).read_bytes()
    assert told["sha256"] == hashlib.sha256(result).hexdigest()
    assert told["appended_bytes"] == len(result) - len(original)
    assert 0 < told["ms"] < ran.seconds * 1000
    assert (ran.status, told["out"]) == (0, signed(letter))
    assert is_valid(desk / told["out"])


def test_in_words_results_go_to_the_output_and_refusals_beside_it(desk: Path) -> None:
    names = slips(desk, 2)
    ran = teken("sign", *names, "missing.pdf", *KEY_FILE, cwd=desk)
    assert ran.status == 1
    assert ran.out.splitlines() == [
        f"Signed: {signed(names[0])}",
        f"Signed: {signed(names[1])}",
        "2 files signed, 1 refused",
        f"{pki.TALLO.name}: TIDAK TERSERTIFIKASI",
    ]
    assert ran.err.splitlines() == [
        "missing.pdf: The file “missing.pdf” was not found. Check its name and place."
    ]


def test_it_speaks_indonesian_unless_told_otherwise(desk: Path) -> None:
    plain = dict.fromkeys(("TEKEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"), "")
    ran = teken("sign", "missing.pdf", *KEY_FILE, cwd=desk, given=environ(desk, **plain))
    assert "Berkas “missing.pdf” tidak ditemukan." in ran.err


# -- where the results go ----------------------------------------------------------------------


def test_out_names_the_result_and_makes_its_folders(desk: Path, letter: str) -> None:
    ran = sign(desk, letter, "--out", "new/er/b.pdf")
    assert ran.objects[0]["out"] == "new/er/b.pdf"
    assert is_valid(desk / "new" / "er" / "b.pdf")


def test_out_dir_takes_all_results_under_their_own_names(desk: Path) -> None:
    names = slips(desk / "in", 2)
    ran = sign(desk, *(f"in/{name}" for name in names), "--out-dir", "out", "--suffix", "")
    assert [each["out"] for each in ran.objects] == [f"out/{name}" for name in names]
    assert sorted(path.name for path in (desk / "out").iterdir()) == names
    assert sorted(path.name for path in (desk / "in").iterdir()) == names


def test_without_either_the_result_is_beside_its_original(desk: Path) -> None:
    (name,) = slips(desk / "in", 1)
    ran = sign(desk, f"in/{name}")
    assert ran.objects[0]["out"] == f"in/{signed(name)}"


def test_two_files_of_one_name_do_not_share_a_result(desk: Path) -> None:
    for folder, number in (("a", 1), ("b", 2)):
        (desk / folder).mkdir()
        (desk / folder / "x.pdf").write_bytes(slip(number))
    ran = sign(desk, "a/x.pdf", "b/x.pdf", "--out-dir", "out")
    assert ran.codes == [None, "target_exists"]
    assert (desk / "out" / signed("x.pdf")).read_bytes().startswith(slip(1))


def test_the_same_file_twice_is_signed_once(desk: Path, letter: str) -> None:
    ran = sign(desk, letter, f"./{letter}")
    assert ran.codes == [None, None]
    assert len({each["sha256"] for each in ran.objects}) == 1


def test_names_that_are_no_text_are_no_obstacle(desk: Path) -> None:
    name = b"surat \xff\n\x1b[31m.pdf"
    path = Path(str(desk), name.decode("utf-8", "surrogateescape"))
    path.write_bytes(slip())
    ran = teken("sign", str(path), *KEY_FILE, cwd=desk)
    assert ran.status == 0
    assert "\x1b" not in ran.out  # no colours from a file's name
    assert len(ran.out.splitlines()) == 2
    assert is_valid(path.with_name(signed(path.name)))


# -- what the results hold ---------------------------------------------------------------------


def test_a_stamp_stands_where_the_upright_page_says(desk: Path) -> None:
    data = builders.turned(90)
    result = sign_one(desk, data, "--stamp", "1:100,50.5,220,80")
    region = (0, 100.0, 50.5, 320.0, 130.5)
    assert looks.differing_pages(data, result) == [0]
    assert looks.differing_pages(data, result, stamp=region) == []


def test_auto_finds_a_place_on_the_page(desk: Path) -> None:
    data = slip()
    result = sign_one(desk, data, "--stamp", "auto")
    assert looks.differing_pages(data, result) == [0]


@pytest.mark.parametrize("options", [(), ("--no-stamp",)])
def test_without_a_stamp_no_pixel_changes(desk: Path, options: tuple[str, ...]) -> None:
    data = slip()
    assert looks.differing_pages(data, sign_one(desk, data, *options)) == []


@pytest.mark.parametrize(
    ("stamp", "code"),
    [
        ("2:100,100,220,80", "page_not_found"),
        ("1:500,100,220,80", "stamp_outside_page"),
        ("1:100,100,20,8", "stamp_too_small"),
    ],
)
def test_a_stamp_that_cannot_be_there_is_refused(
    desk: Path, letter: str, stamp: str, code: str
) -> None:
    ran = sign(desk, letter, "--stamp", stamp)
    assert (ran.status, ran.codes) == (1, [code])
    assert not (desk / signed(letter)).exists()


def test_a_named_field_is_signed_in_its_own_room(desk: Path) -> None:
    data = builders.prepared(slip(), "Kepala", "Kabid")
    result = sign_one(desk, data, "--field", "Kepala")
    assert [v.field for v in oracles.pdfsig(desk / "b.pdf")] == ["Kepala"]
    assert looks.differing_pages(data, result, stamp=(0, 300, 60, 500, 130)) == []
    assert looks.differing_pages(data, result) == [0]


def test_a_named_field_stays_empty_to_the_eye_without_a_stamp(desk: Path) -> None:
    data = builders.prepared(slip(), "Kepala")
    result = sign_one(desk, data, "--field", "Kepala", "--no-stamp")
    assert looks.differing_pages(data, result) == []


@pytest.mark.parametrize("level", ["1", "2", "3"])
def test_certifying_sets_what_may_follow(desk: Path, level: str) -> None:
    result = sign_one(desk, slip(), "--certify", level)
    (method,) = value(result)["/Reference"]
    assert (method["/TransformMethod"], method["/TransformParams"]["/P"]) == ("/DocMDP", int(level))
    assert "/DocMDP" in oracles.pyhanko_reader(result).root["/Perms"]


def test_reason_and_location_are_in_the_signature(desk: Path) -> None:
    result = sign_one(desk, slip(), "--reason", "Setuju (§3)", "--location", "Kota Kupang")
    assert (value(result)["/Reason"], value(result)["/Location"]) == ("Setuju (§3)", "Kota Kupang")


def test_without_them_there_is_nothing_in_their_place(desk: Path) -> None:
    result = sign_one(desk, slip())
    assert not {"/Reason", "/Location", "/Reference"} & set(value(result))


def test_a_text_that_cannot_be_printed_is_refused(desk: Path, letter: str) -> None:
    ran = sign(desk, letter, "--reason", "a\u202eb")
    assert ran.codes == ["text_not_allowed"]


def test_rsa_signs_with_the_scheme_and_digest_that_were_asked_for(desk: Path, letter: str) -> None:
    key_file(desk, "rsa2048")
    ran = sign(desk, letter, "--pss", "--digest", "sha512")
    assert ran.codes == [None]
    result = (desk / signed(letter)).read_bytes()
    cms = oracles.pyhanko_reader(result).embedded_signatures[0].signer_info
    assert cms["signature_algorithm"]["algorithm"].native == "rsassa_pss"
    assert cms["digest_algorithm"]["algorithm"].native == "sha512"
    assert is_valid(desk / signed(letter))


# -- passwords of documents --------------------------------------------------------------------


@pytest.fixture
def locked(desk: Path) -> Path:
    """A letter that asks for a password, and allows its reader nothing."""
    data = builders.encrypted("256", "--modify=none", user=builders.USER)
    (desk / "locked.pdf").write_bytes(data)
    return desk


def with_password(desk: Path, text: str, *names: str) -> Ran:
    (desk / "password").write_text(text)
    return sign(desk, *names, "--password-file", "password")


def test_a_password_is_asked_for_and_looked_at(locked: Path) -> None:
    assert sign(locked, "locked.pdf").codes == ["password_needed"]
    assert with_password(locked, "lain\n", "locked.pdf").codes == ["wrong_password"]
    assert not (locked / signed("locked.pdf")).exists()


def test_the_password_of_a_reader_gives_no_right_to_sign_but_the_owner_s_does(
    locked: Path,
) -> None:
    assert with_password(locked, builders.USER, "locked.pdf").codes == ["permission_denied"]
    ran = with_password(locked, f"{builders.OWNER}\n", "locked.pdf")
    assert ran.codes == [None]
    assert is_valid(locked / signed("locked.pdf"), builders.OWNER)


def test_one_password_opens_those_that_need_one_and_the_empty_opens_the_rest(desk: Path) -> None:
    (desk / "user.pdf").write_bytes(builders.encrypted("256", user=builders.USER))
    (desk / "empty.pdf").write_bytes(builders.encrypted("128", "--use-aes=y"))
    (desk / "plain.pdf").write_bytes(slip())
    ran = with_password(desk, builders.USER, "user.pdf", "empty.pdf", "plain.pdf")
    assert ran.codes == [None, None, None]
    assert is_valid(desk / signed("user.pdf"), builders.USER)
    assert is_valid(desk / signed("empty.pdf"))


def test_a_password_file_that_is_missing_is_told_for_each_file(desk: Path, letter: str) -> None:
    ran = sign(desk, letter, "b.pdf", "--password-file", "nowhere")
    assert (ran.status, ran.codes) == (1, ["file_missing"] * 2)
    assert "“nowhere”" in ran.objects[0]["error"]["message"]
