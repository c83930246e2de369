"""Files fetched from the web and unpacked, whole or not at all."""

import hashlib
import os
import shutil
import tarfile
import tempfile
import urllib.request
import uuid
from pathlib import Path

_TIMEOUT_SECONDS = 30


def md5_of(path: Path) -> str:
    """Return a file's MD5 checksum as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def fetch(url: str, target: Path, *, md5: str) -> None:
    """Download a file; target appears only once it is complete and its checksum is right.

    Raises OSError where the download fails, stalls for 30 s, or has another checksum.
    """
    partial = target.with_name(f".{target.name}-{uuid.uuid4().hex}")
    try:
        with partial.open("wb") as file:
            with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as response:
                shutil.copyfileobj(response, file, length=1 << 20)
            file.flush()
            os.fsync(file.fileno())
        if (found := md5_of(partial)) != md5:
            raise OSError(f"{url} gave a file with md5 {found} instead of {md5}")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def unpack(archive: Path, folder: str) -> None:
    """Unpack one folder of a tar archive beside it; the folder appears only once complete.

    archive: a tar file. folder: name of the top folder in it; one that is there is replaced.

    Raises OSError where the archive is damaged or lacks the folder.
    """
    target = archive.parent / folder
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=f".{folder}-") as scratch:
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(scratch, filter="data")
        except (tarfile.TarError, EOFError) as error:
            raise OSError(f"{archive} is damaged: {error}") from error
        if target.exists():
            shutil.rmtree(target)
        (Path(scratch) / folder).replace(target)
