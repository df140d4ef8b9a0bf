"""What can be refused about the files of a pool: what is wrong, and who has to do what about it."""

from __future__ import annotations

from collections.abc import Sequence

from shelter_app.errors import ShelterError
from shelter_i18n import N_, _, gettext_in

__all__ = [
    "AlreadySummed",
    "Altered",
    "BadPoolName",
    "BookDamaged",
    "DoubleContribution",
    "FilesRefused",
    "ForOtherReceiver",
    "KeyFileDamaged",
    "KeyFileThere",
    "Missing",
    "NotAPoolFile",
    "NotCombiner",
    "NotMissing",
    "NotOfTheRoster",
    "OtherLayout",
    "OtherPeriod",
    "OtherRoster",
    "OtherRound",
    "PeriodSummed",
    "RosterRefused",
    "RosterUntrusted",
    "SameReceiver",
    "StillOpen",
    "TooFewOffices",
    "UnequalLists",
    "UnknownOffice",
    "WrongKeyPassword",
    "WrongSigner",
]


class NotAPoolFile(ShelterError):
    """The file is not of the kind that was asked for, or of a version that this program does not know."""

    message = N_(
        "{file} is not what is needed here, or it was cut off on its way, or it comes from a newer version. Check "
        "that the right file was chosen; otherwise ask its sender to send it again."
    )
    exit_code = 71


class Altered(ShelterError):
    """The bytes are not those that somebody signed."""

    message = N_(
        "{file} was changed after it was signed. It has not been used. Ask {sender} to send the file again by another way."
    )
    exit_code = 72


class OtherRound(ShelterError):
    """A file of another round."""

    message = N_(
        "{file} was made for the round {found}, not for {wanted}. It cannot be counted twice. Ask {sender} for the "
        "file of this round."
    )
    exit_code = 73


class OtherPeriod(ShelterError):
    """A contribution that counts another period than its round."""

    message = N_(
        "{file} counts {found}, and this round is about {wanted}. Ask {sender} to make the contribution again."
    )
    exit_code = 74


class OtherRoster(ShelterError):
    """A file made with another edition of the roster of the round."""

    message = N_(
        "{file} was made with another edition of the roster of this round. Make sure that everybody has the newest "
        "roster, and ask {sender} to make the file again with it."
    )
    exit_code = 75


class OtherLayout(ShelterError):
    """Other cells than those of this version."""

    message = N_(
        "{file} follows other tables or code lists than this version of the program. Everybody who takes part in a "
        "round needs the same version: compare them, install the newer one, and make the file again."
    )
    exit_code = 76


class UnknownOffice(ShelterError):
    """A contribution of an office that is not on the roster."""

    message = N_(
        "{file} comes from {sender}, which is not on the roster of this round. It has not been counted. If the office "
        "should take part, the coordinating body has to make a new roster before anybody contributes."
    )
    exit_code = 77


class WrongSigner(ShelterError):
    """A contribution signed with another key than the roster gives for the office."""

    message = N_(
        "{file} says that it comes from {sender}, but was not signed with that office's key in the roster. Ring the "
        "office. If it has a new key, the coordinating body has to make a new roster; if not, the file is a forgery."
    )
    exit_code = 78


class ForOtherReceiver(ShelterError):
    """A share that was meant for the other receiver."""

    message = N_(
        "{file} is the share for {wanted}, encrypted to that receiver. Delete it, tell {sender} that it went the wrong "
        "way, and ask for your own share."
    )
    exit_code = 79


class DoubleContribution(ShelterError):
    """Two different contributions of one office that both claim to be the same one."""

    message = N_(
        "There are two different contributions of {sender} with the same number. Neither has been counted. Ask the "
        "office to make its contribution once more; the newest then counts."
    )
    exit_code = 80


class Missing(ShelterError):
    """Offices of the roster that have not contributed."""

    message = N_(
        "No contribution that can be counted has come from: {offices}. Ask them for it. If they cannot take part, both receivers "
        "have to leave out the same offices, each by name (--without)."
    )
    exit_code = 81


class NotMissing(ShelterError):
    """An office was to be left out that has contributed, or that is not on the roster."""

    message = N_(
        "These offices cannot be left out: {offices}. They have contributed, or are not on the roster. Whoever has "
        "contributed is counted."
    )
    exit_code = 82


class TooFewOffices(ShelterError):
    """So few offices that each could learn something about the others."""

    message = N_(
        "Only {count} offices would be added up, and this round needs {least}: with fewer, an office that takes away its "
        "own figures would learn too much about the others. Wait for more contributions, or give this round up."
    )
    exit_code = 83


class StillOpen(ShelterError):
    """The round has not been closed: contributions can still be replaced."""

    message = N_(
        "Offices can contribute to this round until {day}. It can be added up from the day after; what has been added "
        "up is never added up differently."
    )
    exit_code = 84


class AlreadySummed(ShelterError):
    """The round was added up before with other contributions."""

    message = N_(
        "You have added up the round {round} before, with other contributions. The difference of two sums would be the "
        "exact figures of single offices, so a round is added up only once. What came later belongs into another round."
    )
    exit_code = 85


class PeriodSummed(ShelterError):
    """Some of the offices were counted for these days in another round."""

    message = N_(
        "In the round {earlier} you have added up contributions of some of these offices for days of the same period: "
        "{offices}. Two such sums could be subtracted from each other. Nothing has been added up."
    )
    exit_code = 86


class SameReceiver(ShelterError):
    """Two sums of the same receiver."""

    message = N_(
        "Both files are sums of {sender}. One of each receiver is needed: only the two together give figures."
    )
    exit_code = 87


class UnequalLists(ShelterError):
    """The two sums do not hold the same contributions."""

    message = N_(
        "The two receivers have not added up the same contributions, so nothing has been combined. They differ in: {offices}. "
        "Both have to compare what they received from these offices. No figure can be read from unequal sums."
    )
    exit_code = 88


class NotCombiner(ShelterError):
    """Somebody else than the roster says wants to combine."""

    message = N_("The roster says that {wanted} combines the two sums. This key belongs to somebody else.")
    exit_code = 89


class NotOfTheRoster(ShelterError):
    """The key is not the one of a receiver in the roster."""

    message = N_(
        "This key is none of the two receivers' in the roster. Choose the right key file, or ask the coordinating body "
        "for a roster with your present key."
    )
    exit_code = 90


class RosterUntrusted(ShelterError):
    """A roster that the expected coordinating body has not signed."""

    message = N_(
        "{file} was not signed by the coordinating body whose key you have, or was changed since. Ask that body to send "
        "the roster again; if it has a new key, compare its fingerprint by phone first."
    )
    exit_code = 91


class RosterRefused(ShelterError):
    """What was put together gives no roster."""

    message = N_(
        "No roster can be made of this: {reason}. Names and keys of offices and receivers must all differ, there are "
        "two receivers, and at least {least} offices."
    )
    exit_code = 92

    def __init__(self, reason: str, least: int) -> None:
        super().__init__(reason=reason, least=least)

    def render(self, language: str | None = None) -> str:
        """The sentence with its reason, which is a message id of its own."""
        text, reason = (
            gettext_in(language, said) if language else _(said)
            for said in (self.message, str(self.values["reason"]))
        )
        return text.format(reason=reason, least=self.values["least"])


class WrongKeyPassword(ShelterError):
    """The password does not open a key file."""

    message = N_("The password does not open this key file. Check the keyboard and Caps Lock, and try again.")
    exit_code = 106


class KeyFileDamaged(ShelterError):
    """A key file that cannot be read any more."""

    message = N_("{file} is not a key file, or is damaged. Use a copy of it.")
    exit_code = 107


class BookDamaged(ShelterError):
    """The record of what a receiver has added up was changed by somebody else."""

    message = N_(
        "{file} keeps what you have added up, and it is damaged or was changed. Without it a round could be added up twice. "
        "Bring it back from a copy."
    )
    exit_code = 94


class BadPoolName(ShelterError):
    """Nobody and nothing in a pool can be called so."""

    message = N_(
        "{name} cannot be a name in a pool. Up to 24 letters without accents, digits and - are possible."
    )
    exit_code = 95


class FilesRefused(ShelterError):
    """Some of the files cannot be counted; `problems` says of each why and what to do."""

    message = N_(
        "Nothing has been added up. These files have to be put aside or replaced first; then add up again:"
    )
    exit_code = 96

    def __init__(self, problems: Sequence[ShelterError]) -> None:
        self.problems = tuple(problems)
        super().__init__()

    def render(self, language: str | None = None) -> str:
        """The sentence and, a line each, what is wrong with which file."""
        return "\n".join([super().render(language), *(problem.render(language) for problem in self.problems)])


class KeyFileThere(ShelterError):
    """Keys of this name are in the folder already."""

    message = N_(
        "{file} is there already. Keys are never overwritten: choose another folder or another name."
    )
    exit_code = 97
