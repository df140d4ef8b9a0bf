"""Which swap is told as readable for whoever takes the disk: a made-up computer in a folder."""

import pytest

from shelter_app.vault.host import open_swap

HEADER = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


@pytest.fixture
def computer(tmp_path):
    proc, devices = tmp_path / "proc", tmp_path / "sys"
    (proc / "self").mkdir(parents=True)

    def make(swaps, blocks, mounts=()):
        (proc / "swaps").write_text(HEADER + "".join(f"{name} {kind} 1 0 -2\n" for name, kind in swaps))
        (proc / "self" / "mountinfo").write_text(
            "".join(f"36 35 98:0 / {place} rw - ext4 {source} rw\n" for place, source in mounts)
        )
        for name, (uuid, below) in blocks.items():
            block = devices / "class" / "block" / name
            (block / "slaves").mkdir(parents=True)
            for one in below:
                (block / "slaves" / one).mkdir()
            if uuid:
                (block / "dm").mkdir()
                (block / "dm" / "uuid").write_text(uuid)
        return open_swap(proc, devices)

    return make


def test_without_swap_nothing_is_told(computer, tmp_path):
    assert computer([], {}) == []
    assert open_swap(tmp_path / "nowhere", tmp_path / "nowhere") == []


def test_a_plain_partition_is_told(computer):
    assert computer([("/dev/sda3", "partition")], {"sda3": ("", [])}) == ["/dev/sda3"]


def test_an_encrypted_one_is_not(computer):
    assert computer([("/dev/dm-1", "partition")], {"dm-1": ("CRYPT-LUKS2-1f-swap", ["sda3"])}) == []


def test_a_volume_on_an_encrypted_disk_is_not(computer):
    blocks = {
        "dm-2": ("LVM-abc", ["dm-0"]),
        "dm-0": ("CRYPT-LUKS2-ff-root", ["nvme0n1p3"]),
        "nvme0n1p3": ("", []),
    }
    assert computer([("/dev/dm-2", "partition")], blocks) == []


def test_a_volume_that_lies_on_a_plain_disk_in_part_is_told(computer):
    blocks = {"dm-2": ("LVM-abc", ["dm-0", "sdb1"]), "dm-0": ("CRYPT-LUKS2-ff-x", []), "sdb1": ("", [])}
    assert computer([("/dev/dm-2", "partition")], blocks) == ["/dev/dm-2"]


def test_swap_in_memory_is_not_told_unless_it_moves_to_a_disk(computer, tmp_path):
    assert computer([("/dev/zram0", "partition")], {"zram0": ("", [])}) == []
    (tmp_path / "sys/class/block/zram0/backing_dev").write_text("none\n")
    assert computer([("/dev/zram0", "partition")], {}) == []
    (tmp_path / "sys/class/block/zram0/backing_dev").write_text("/dev/sda4\n")
    assert computer([("/dev/zram0", "partition")], {}) == ["/dev/zram0"]


def test_a_swap_file_is_as_safe_as_the_disk_below_it(computer):
    blocks = {"dm-0": ("CRYPT-LUKS2-ff-root", []), "sdb1": ("", [])}
    mounts = [("/", "/dev/dm-0"), ("/mnt/plain", "/dev/sdb1"), ("/mnt", "tmpfs")]
    assert computer([("/swapfile", "file")], blocks, mounts) == []
    assert computer([("/mnt/plain/swap\\040file", "file")], {}, mounts) == ["/mnt/plain/swap file"]
    assert computer([("/mnt/other", "file")], {}, mounts) == ["/mnt/other"]


def test_a_chain_without_an_end_is_told(computer):
    assert computer([("/dev/dm-0", "partition")], {"dm-0": ("LVM-a", ["dm-0"])}) == ["/dev/dm-0"]
