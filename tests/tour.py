"""`./dev tour`: the main job on real input, told in plain words; ends with 1 if anything is amiss.

Everything is real: the command, a Secret Service, the sample letters, and pdfsig as the judge.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.trial import trial_home

SAMPLES = Path(__file__).resolve().parent.parent / "docs" / "samples"
LETTER, MEMO, ATTACHMENT = "surat-undangan.pdf", "nota-dinas.pdf", "lampiran-jadwal.pdf"
HEAD = ("kepala", "Maria Melati Contoh, S.Sos., M.Si.", "Kepala Badan", "280517")
DEPUTY = ("sekretaris", "Yohanes Cendana Contoh, S.T.", "Sekretaris Badan", "730418")
UNCERTIFIED = "TIDAK TERSERTIFIKASI - UJI"
SECONDS = 60  # for any one command
GUESSES = 10


@dataclass
class Tour:
    """Where we are, and what was not as it should be."""

    folder: Path
    environment: dict[str, str]
    amiss: list[str] = field(default_factory=list)

    def step(self, text: str) -> None:
        print(f"\n{text}")

    def expect(self, as_it_should: bool, text: str) -> None:
        print(f"  {'ok ' if as_it_should else 'NO '} {text}")
        if not as_it_should:
            self.amiss.append(text)

    def run(self, *command: object) -> subprocess.CompletedProcess[str]:
        words = [str(word) for word in command]
        print("  $ " + shlex.join(self.short(word) for word in words))
        return subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def short(self, word: str) -> str:
        return word.removeprefix(f"{self.folder}/").replace(str(SAMPLES), "docs/samples")

    def sign(self, key: Sequence[str], *words: object) -> tuple[int, list[dict[str, object]]]:
        """`teken sign` with the key's PIN: the exit status and the outcome of each file."""
        name, pin = key[0], self.file(f"{key[0]}.pin", key[-1])
        run = self.run(
            "teken", "sign", *words, "--key", name, "--pin-file", pin, "--json", "--lang", "en"
        )
        return run.returncode, [json.loads(line) for line in run.stdout.splitlines()]

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def result(self, outcomes: list[dict[str, object]], original: Path) -> Path:
        """Where the signed file of an original is; the folder itself when there is none."""
        outs = [each.get("out", "") for each in outcomes if each["file"] == str(original)]
        return self.folder / str(outs[0] if outs else "")

    def verdicts(self, path: Path) -> list[str]:
        """What pdfsig says of each signature; nobody here is in a list of trusted people."""
        run = self.run("pdfsig", "-nocert", path)
        head = "- Signature Validation: "
        lines = [line.strip() for line in run.stdout.splitlines()]
        return [line.removeprefix(head) for line in lines if line.startswith(head)]


def make_keys(tour: Tour) -> None:
    tour.step(
        "1. Two people make a key each. It goes into the keyring of the system, behind a PIN."
    )
    for name, person, position, pin in (HEAD, DEPUTY):
        run = tour.run(
            *("teken", "key", "create", name, "--name", person, "--position", position),
            *("--pin-file", tour.file(f"{name}.pin", pin), "--lang", "en"),
        )
        tour.expect(run.returncode == 0, f"{person} has a key")
        tour.expect(UNCERTIFIED in run.stdout, f"its certificate is labelled {UNCERTIFIED}")


def sign_samples(tour: Tour) -> None:
    tour.step(
        "2. The head of office signs three letters with one PIN; room for the stamp is found."
    )
    names = (LETTER, MEMO, ATTACHMENT)
    files = [SAMPLES / name for name in names]
    code, outcomes = tour.sign(HEAD, *files, "--out-dir", "signed", "--stamp", "auto")
    tour.expect(code == 0 and [each["ok"] for each in outcomes] == [True] * 3, "all are signed")
    for original in files:
        before, after = original.read_bytes(), _bytes(tour.result(outcomes, original))
        added = len(after) - len(before)
        tour.expect(
            after.startswith(before) and added > 0,
            f"{original.name}: the original is untouched inside, {added} bytes were added",
        )

    tour.step("3. Another program, pdfsig, gives its opinion.")
    for original in files:
        verdicts = tour.verdicts(tour.result(outcomes, original))
        tour.expect(verdicts == ["Signature is Valid."], f"{original.name}: {verdicts}")


def sign_again(tour: Tour) -> None:
    tour.step("4. A second person signs the memo as well; the first signature stays valid.")
    _, (first,) = tour.sign(HEAD, SAMPLES / MEMO, "--out", "memo-1.pdf", "--no-stamp")
    code, _ = tour.sign(DEPUTY, str(first["out"]), "--out", "memo-2.pdf", "--stamp", "auto")
    verdicts = tour.verdicts(tour.folder / "memo-2.pdf")
    tour.expect(code == 0 and verdicts == ["Signature is Valid."] * 2, f"both: {verdicts}")


def change_one_byte(tour: Tour) -> None:
    tour.step("5. Somebody changes one byte of a signed letter.")
    changed = bytearray(_bytes(tour.folder / "memo-2.pdf"))
    changed[len(changed) // 10] ^= 1
    (tour.folder / "memo-changed.pdf").write_bytes(changed)
    verdicts = tour.verdicts(tour.folder / "memo-changed.pdf")
    tour.expect("Signature is Valid." not in verdicts, f"no signature is valid: {verdicts}")


def broken_file(tour: Tour) -> None:
    tour.step("6. A batch with a broken file in its middle: the others are signed all the same.")
    (tour.folder / "broken.pdf").write_bytes((SAMPLES / MEMO).read_bytes()[:9000])
    (tour.folder / "not-a-pdf.pdf").write_text("Undangan")
    code, outcomes = tour.sign(
        *(HEAD, SAMPLES / LETTER, "broken.pdf", "not-a-pdf.pdf", SAMPLES / ATTACHMENT),
        *("--out-dir", "batch", "--no-stamp"),
    )
    tour.expect(code == 1, "the command says that some were refused (exit status 1)")
    tour.expect([each["ok"] for each in outcomes] == [True, False, False, True], "two are signed")
    for outcome in outcomes[1:3]:
        tour.expect("error" in outcome, f"{Path(str(outcome['file'])).name}: {_reason(outcome)}")
    left = sorted(path.name for path in (tour.folder / "batch").iterdir())
    tour.expect(len(left) == 2, f"nothing was written for them: {', '.join(left)}")


def wrong_pin(tour: Tour) -> None:
    tour.step("7. Somebody guesses the PIN, again and again; soon the guesser has to wait.")
    guesser = (*HEAD[:-1], "135790")
    for _ in range(GUESSES):
        code, outcomes = tour.sign(guesser, SAMPLES / LETTER, "--out", "stolen.pdf")
        tour.expect(code == 1 and not outcomes[-1]["ok"], _reason(outcomes[-1]))
        if "pin_delayed" in json.dumps(outcomes):
            break
    else:
        tour.expect(False, f"{GUESSES} guesses were looked at without a wait")
    tour.expect(not (tour.folder / "stolen.pdf").exists(), "nothing was written")


def delete_keys(tour: Tour) -> None:
    tour.step("8. The keys are deleted.")
    for name, person, *_ in (HEAD, DEPUTY):
        run = tour.run("teken", "key", "delete", name, "--yes", "--lang", "en")
        tour.expect(run.returncode == 0, f"{person}'s key is gone")
    code, outcomes = tour.sign(HEAD, SAMPLES / LETTER, "--out", "late.pdf")
    tour.expect(code == 1 and "key_not_found" in json.dumps(outcomes), "it cannot sign any more")


STEPS = (
    make_keys,
    sign_samples,
    sign_again,
    change_one_byte,
    broken_file,
    wrong_pin,
    delete_keys,
)


def main() -> int:
    with trial_home() as environment, tempfile.TemporaryDirectory(prefix="teken-tour-") as folder:
        tour = Tour(Path(folder), environment)
        for step in STEPS:
            step(tour)
    print(
        f"\n{len(tour.amiss)} things were not as they should be." if tour.amiss else "\nAll well."
    )
    return 1 if tour.amiss else 0


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _reason(outcome: dict[str, object]) -> str:
    error = outcome.get("error")
    return str(error["message"]) if isinstance(error, dict) else str(outcome)


if __name__ == "__main__":
    sys.exit(main())
