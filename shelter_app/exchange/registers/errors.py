"""Why a register cannot be read: each says where, and what to do."""

from __future__ import annotations

from shelter_app.errors import ShelterError
from shelter_i18n import N_, current_language, gettext_in

__all__ = [
    "DamagedFileError",
    "EncodingUnclearError",
    "EncryptedWorkbookError",
    "FileNotReadableError",
    "MalformedTextError",
    "NameMismatchError",
    "NoHeaderError",
    "NoSuchColumnError",
    "NoSuchSheetError",
    "NotARegisterError",
    "NullBytesError",
    "RegisterError",
    "SprawlingSheetError",
    "TooLargeError",
    "TooManyCellsError",
    "TooManyRowsError",
]


class RegisterError(ShelterError):
    """A register could not be read; nothing of it was taken over."""

    message = N_("The register cannot be read. Nothing has been taken over.")
    exit_code = 31

    def render(self, language: str | None = None) -> str:
        """The sentence for the reader; what kind of file it is follows the language too."""
        language = language or current_language()
        values = dict(self.values)
        if "kind" in values:
            values["kind"] = gettext_in(language, str(values["kind"]))
        return gettext_in(language, self.message).format(**values)


class FileNotReadableError(RegisterError):
    """The file is not there or may not be read."""

    message = N_("The file {name} cannot be opened. Check that it is there and that you may read it.")


class NotARegisterError(RegisterError):
    """The content is of a kind that holds no table."""

    message = N_(
        "{name} is {kind}, not a register. Choose an Excel workbook (.xlsx, .xls), an .ods file or a CSV file."
    )


class NameMismatchError(RegisterError):
    """The ending of the name says another kind of file than the content is."""

    message = N_(
        "The name {name} does not fit the content, which is {kind}. Give it the ending {ending} and try again."
    )


class DamagedFileError(RegisterError):
    """The workbook is cut off or broken."""

    message = N_(
        "The workbook {name} is damaged or incomplete. Open it in a spreadsheet program, save it under a new name "
        "and try again, or ask for another copy."
    )


class EncryptedWorkbookError(RegisterError):
    """The workbook is protected with a password."""

    message = N_(
        "The workbook {name} is protected with a password. Open it in a spreadsheet program, save a copy without "
        "a password, import the copy and delete it afterwards."
    )


class TooLargeError(RegisterError):
    """More than a register can be."""

    message = N_(
        "{name} has {size} MB; a register can have at most {limit} MB. Split it, for example by year, and import "
        "the parts one after the other."
    )


class TooManyRowsError(RegisterError):
    """More rows than a register can have."""

    message = N_(
        "{name} has more than {limit} rows. Split it, for example by year, and import the parts one after the other."
    )


class SprawlingSheetError(RegisterError):
    """A cell far away from the table makes the sheet too large to be laid out."""

    message = N_(
        "Something stands far away from the table in {name}, in cell {cell}. Delete the unused rows and columns "
        "around the table in a spreadsheet program, save the workbook and try again."
    )


class TooManyCellsError(RegisterError):
    """More cells than a register can have."""

    message = N_(
        "{name} has more than {limit} cells. Delete the columns that hold nothing, or split it, for example by year, "
        "and import the parts one after the other."
    )


class EncodingUnclearError(RegisterError):
    """No character set fits the whole file."""

    message = N_(
        "The characters of {name} cannot be recognised. Choose the character set yourself, or save the file as an "
        "Excel workbook and try again."
    )


class NullBytesError(RegisterError):
    """A text with zero bytes in it."""

    message = N_(
        "{name} holds zero bytes at line {row}, so it is damaged or not a text. Export it again from the program "
        "that it comes from."
    )


class MalformedTextError(RegisterError):
    """A quotation mark that is never closed, or text after one."""

    message = N_(
        "A quotation mark is not closed or stands in the wrong place at line {row} of {name}. Correct that line, "
        "or save the file as an Excel workbook and try again."
    )


class NoSuchSheetError(RegisterError):
    """The workbook has no sheet of the name that was asked for."""

    message = N_("{name} has no sheet called {sheet}. Its sheets: {sheets}.")


class NoSuchColumnError(RegisterError):
    """The file has no column of the header or letter that somebody named."""

    message = N_("{name} has no column {column}. Its columns: {columns}.")
    exit_code = 2


class NoHeaderError(RegisterError):
    """No row with column names was found."""

    message = N_(
        "No row with column names was found in {name}. Say in which row they stand and what each column means."
    )
