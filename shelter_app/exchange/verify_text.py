"""The outcome of a verification in plain words: what was checked, what was refused and why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shelter_app.exchange.verify_model import CHECKS, Report
from shelter_i18n import N_, gettext_in

__all__ = ["report_text"]

#: Of many sentences of one kind only so many are given; the number of the others is said.
_MOST = 12
_VERDICTS = {"passed": N_("passed"), "refused": N_("refused"), "not made": N_("could not be checked")}


def report_text(reports: Sequence[Report], language: str) -> str:
    """What was found about each package, in one language."""
    return "\n\n".join("\n".join(_lines(report, language)) for report in reports) + "\n"


def _lines(report: Report, language: str) -> Iterator[str]:
    def say(text: str, **values: object) -> str:
        return gettext_in(language, text).format(**values)

    if report.office:
        yield say(
            N_("{file}: {office}, {period}"), file=report.name, office=report.office, period=report.period
        )
    else:
        yield report.name
    for check in report.checks:
        text = CHECKS[check]
        verdict = say(_VERDICTS[report.verdict(check)])
        yield say(N_("  {check}: {verdict}"), check=say(text), verdict=verdict)
        found = [finding for finding in report.findings if finding.check == check]
        for finding in found[:_MOST]:
            yield f"      {finding.sentence(language)}"
        if len(found) > _MOST:
            yield "      " + say(N_("and {count} more of this kind"), count=len(found) - _MOST)
    if report.tried:
        yield say(N_("  Attacks tried on the figures: {count}"), count=report.tried)
    yield say(_conclusion(report), fingerprint=report.fingerprint)


def _conclusion(report: Report) -> str:
    if not report.sound:
        return N_("Refused. Do not use or pass on this package; tell the office what is said above.")
    if not report.known:
        return N_(
            "Sound, but nobody has compared the office's key. Ring the office on a number that you know and let it read out its "
            "fingerprint: {fingerprint}. Then check again with the office's key file (--office)."
        )
    if report.kind == "extract":
        return N_("Sound: made by this office, whole, and no row of the extract stands alone.")
    return N_("Sound: made by this office, whole, and no hidden figure can be worked out.")
