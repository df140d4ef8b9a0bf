"""`datapackage.json`: what the CSV files of a summary hold, as the Data Package standard 2.0 describes tables.

Programs that know the standard read the files with it. Everything that the release says and the CSV files do not
(what adds up to what, what was counted under what, what was tried) stands under "release" and "table", which
the standard leaves to us, so that the whole release can be put together again from these files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.reports.bilingual import HIDDEN_MARK, both
from shelter_app.reports.summary_csv import COLUMNS
from shelter_i18n import N_

__all__ = ["datapackage_json"]

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_RESOURCE = "https://datapackage.org/profiles/2.0/dataresource.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"


def datapackage_json(
    release: ProtectedRelease,
    files: Mapping[str, bytes],
    paths: Mapping[str, str],
    *,
    release_id: str,
    made_on: dt.date,
) -> bytes:
    """The description of the CSV files as JSON.

    Args:
        release: what was published.
        files: bytes of the CSV files by name.
        paths: name of the CSV file of each table, by the table's id.
        release_id: number of the release.
        made_on: only its month is written.
    """
    whole = json.loads(release.to_json())
    tables = {table.pop("id"): table for table in whole.pop("tables")}
    title = both(N_("Assistance to trafficked persons"))
    body = {
        "$schema": _PROFILE,
        "name": "summary",
        "id": release_id,
        "title": f"{title.en} {title.zh}",
        "created": f"{made_on:%Y-%m}-01T00:00:00Z",
        "release": whole,
        "resources": [
            _resource(table.id, tables[table.id], paths[table.id], files[paths[table.id]], release.threshold)
            for table in release.tables
        ],
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def _resource(table_id: str, facts: dict[str, Any], path: str, data: bytes, threshold: int) -> dict[str, Any]:
    del facts["cells"]
    title = both(facts["title"])
    return {
        "$schema": _RESOURCE,
        "name": table_id.lower(),
        "title": f"{title.en} {title.zh}",
        "path": path,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "dialect": {"delimiter": ",", "header": True, "lineTerminator": "\r\n", "quoteChar": '"'},
        "schema": {
            "$schema": _SCHEMA,
            "fields": [*({"name": name, "type": "string"} for name in COLUMNS[:-1]), _figure(threshold)],
            "primaryKey": ["row", "column"],
        },
        "table": {"id": table_id, **facts},
    }


def _figure(threshold: int) -> dict[str, Any]:
    """The column of figures: whole numbers, and two signs for what is not shown."""
    return {"name": COLUMNS[-1], "type": "integer", "missingValues": [f"<{threshold}", HIDDEN_MARK]}
