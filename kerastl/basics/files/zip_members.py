"""Read the members of a zip archive that are not much larger than the archive."""

import zipfile

from kerastl.basics.files.damaged import ExplainedError

_RATIO = 16  # text is compressed to about a fifth
_ALWAYS = 1_000_000  # bytes


def read_members(archive: zipfile.ZipFile, stored: int) -> dict[str, bytes]:
    """Read all members of a zip archive.

    Args:
        archive: The archive.
        stored: The number of bytes of the file that it is in.

    Returns:
        The content of each member by name.

    Raises:
        ExplainedError: If the members are unpacked to more than 16 times `stored`.
        zipfile.BadZipFile: If the archive is damaged; call it within `reading`.
    """
    members = archive.infolist()
    # `zipfile` never unpacks more than a member declares.
    declared = sum(member.file_size for member in members)
    if declared > _ALWAYS + _RATIO * stored:
        raise ExplainedError(
            f"The archive unpacks to more than {_RATIO} times its size, and is not read. "
            f"Received: {declared:,} bytes declared in {stored:,}"
        )
    return {member.filename: archive.read(member) for member in members}
