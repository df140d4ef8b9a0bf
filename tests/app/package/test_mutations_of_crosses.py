"""Changes of tables that cross two facts are refused, and so is a period that is sent again with one person more."""

import pytest

from shelter_app.casework.package_check import verify_packages
from shelter_app.exchange.package import tar_bytes
from tests.app.package.dishonest import checked, packed
from tests.app.package.mutations_of_crosses import OF_CROSSES, one_more_case
from tests.app.package.package_world import ABOUT, OFFICE


@pytest.mark.parametrize("name", OF_CROSSES)
def test_a_change_of_a_cross_is_refused(name, sound, tmp_path):
    change, check = OF_CROSSES[name]
    report = checked(tmp_path, packed(change(dict(sound))))
    assert not report.sound
    assert report.verdict(check) == "refused", [finding.sentence("en") for finding in report.findings]


def test_a_period_sent_again_after_more_persons_were_registered_is_refused_and_the_first_stays_sound(
    tmp_path,
):
    paths = []
    for place, files in enumerate(one_more_case()):
        paths.append(tmp_path / f"{place}.tar")
        paths[-1].write_bytes(tar_bytes(files, ABOUT["made_on"]))
    alone = verify_packages(paths[:1], None, [OFFICE.public])
    assert [report.sound for report in alone] == [True]
    first, second = verify_packages(paths, None, [OFFICE.public])
    assert first.verdict("series") == "passed"
    assert second.verdict("series") == "refused"
