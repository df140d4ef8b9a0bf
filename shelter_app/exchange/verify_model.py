"""What the verification of a package found: which checks were made, and what each refused, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from shelter_i18n import N_, gettext_in

__all__ = ["CHECKS", "CheckId", "Finding", "Report", "Verdict"]

CheckId = Literal[
    "opens",
    "files",
    "signature",
    "receiver",
    "form",
    "rules",
    "attacks",
    "agreement",
    "hidden",
    "words",
    "series",
]
#: Every check in the order in which it is made, and what it makes sure of.
CHECKS: Mapping[CheckId, str] = {
    "opens": N_("The package can be opened and holds nothing but files"),
    "files": N_("Every file is there, whole, and as the list of files says"),
    "signature": N_("The office signed the list of files"),
    "receiver": N_("The package was made for this receiver"),
    "form": N_("The tables and their descriptions are of the form that the program makes"),
    "rules": N_("No figure is below 11, and every figure follows the rules"),
    "attacks": N_("No hidden figure can be worked out from the others"),
    "agreement": N_("Report, workbook, tables and list give the same figures"),
    "hidden": N_("Nothing is hidden in a file, and no number stands there that was not published"),
    "words": N_("Every word and every line is what the program writes for these figures"),
    "series": N_("The files of this office give nothing away together"),
}

Verdict = Literal["passed", "refused", "not made"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: which check found it, in which file, and a sentence with its values."""

    check: CheckId
    text: str
    file: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: str) -> str:
        """What is wrong, in one language."""
        return gettext_in(language, self.text).format(file=self.file, **self.values)


@dataclass
class Report:
    """What was found about one package or folder."""

    name: str
    office: str = ""
    period: str = ""
    fingerprint: str = ""
    #: Whether somebody compared the office's key: the receiver handed in its key file.
    known: bool = False
    tried: int = 0
    findings: list[Finding] = field(default_factory=list)
    made: set[CheckId] = field(default_factory=set)
    #: The checks that there are of what was sent; of an extract not all.
    checks: tuple[CheckId, ...] = tuple(CHECKS)
    kind: Literal["tables", "extract"] = "tables"

    @property
    def sound(self) -> bool:
        """Whether every check was made and none refused anything."""
        return not self.findings and self.made >= set(self.checks)

    def verdict(self, check: CheckId) -> Verdict:
        """How one check ended."""
        if any(finding.check == check for finding in self.findings):
            return "refused"
        return "passed" if check in self.made else "not made"

    def add(self, findings: Iterable[Finding], *checks: CheckId) -> bool:
        """Note that checks were made and what they found; whether that was nothing."""
        found = list(findings)
        self.made.update(checks)
        self.findings += found
        return not found

    def to_json(self) -> dict[str, Any]:
        """All of it for programs."""
        return {
            "file": self.name,
            "office": self.office,
            "office_known": self.known,
            "fingerprint": self.fingerprint,
            "period": self.period,
            "sound": self.sound,
            "attacks_tried": self.tried,
            "kind": self.kind,
            "checks": {check: self.verdict(check) for check in self.checks},
            "findings": [
                {
                    "check": each.check,
                    "file": each.file,
                    "en": each.sentence("en"),
                    "zh": each.sentence("zh"),
                }
                for each in self.findings
            ],
        }
