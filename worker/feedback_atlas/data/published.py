"""Data sets published on the web: each file fetched once, whole and with its checksum."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

from feedback_atlas.data.download import fetch, md5_of, unpack
from feedback_atlas.data.image_data import DataError


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A file on the web.

    urls: where it lies, tried in turn. path: where it belongs, below the root. md5: its checksum.
    """

    urls: tuple[str, ...]
    path: str
    md5: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Files of a data set as its authors published them.

    id: the data set's. name: for people. page: where a person finds the files. size: of all files
    together, for people. files: what to fetch. side: of the images in pixels.
    folder: what the one file, an archive, unpacks to; empty where files are read as they are.
    contents: MD5 checksums of the files that are needed in the folder.
    """

    id: str
    name: str
    page: str
    size: str
    files: tuple[PublishedFile, ...]
    side: int
    folder: str = ""
    contents: Mapping[str, str] = field(default_factory=dict)

    def obtain(self, root: Path, image_size: int) -> None:
        """Make sure that root holds the undamaged files; one process at a time.

        image_size: side of the crops that will be taken.

        Raises DataError where the crops are larger than the images, and where the files cannot be
        had, with the steps to fetch them by hand.
        """
        if image_size > self.side:
            raise DataError(
                f"image_size is {image_size}; {self.name}'s images have {self.side} pixels a side"
            )
        try:
            root.mkdir(parents=True, exist_ok=True)
            # Runs that start together must not unpack over each other.
            with FileLock(root / f".{self.id}.lock"):
                if not self._unpacked(root):
                    self._fetch(root)
                    self._unpack(root)
        except OSError as error:
            raise DataError(f"{root} cannot be written to ({error})") from error

    def _unpacked(self, root: Path) -> bool:
        return bool(self.contents) and all(
            _intact(root / self.folder / name, md5) for name, md5 in self.contents.items()
        )

    def _fetch(self, root: Path) -> None:
        for file in self.files:
            target = root / file.path
            if not _intact(target, file.md5):
                target.parent.mkdir(parents=True, exist_ok=True)
                try:
                    _fetch_from_any(file, target)
                except OSError as error:
                    raise DataError(self._by_hand(root, error)) from error

    def _unpack(self, root: Path) -> None:
        if not self.folder:
            return
        archive = root / self.files[0].path
        try:
            unpack(archive, self.folder)
        except OSError as error:
            raise DataError(self._by_hand(root, error)) from error
        if not self._unpacked(root):
            raise DataError(
                f"the files in {root / self.folder} do not have {self.name}'s checksums; delete "
                f"that folder and {archive}, and launch again"
            )

    def _by_hand(self, root: Path, error: OSError) -> str:
        missing = [file for file in self.files if not _intact(root / file.path, file.md5)]
        steps = "; ".join(
            f"{file.urls[0]} (md5 {file.md5}) to {root / file.path}"
            for file in missing or self.files
        )
        return (
            f"{self.name} is not in {root} and could not be downloaded ({error}). To put it there "
            f"by hand, download ({self.size} in all, described at {self.page}) and leave packed: "
            f"{steps}. Then launch again"
        )


def _intact(path: Path, md5: str) -> bool:
    return path.is_file() and md5_of(path) == md5


def _fetch_from_any(file: PublishedFile, target: Path) -> None:
    errors = []
    for url in file.urls:
        try:
            return fetch(url, target, md5=file.md5)
        except OSError as error:
            errors.append(str(error))
    raise OSError("; ".join(errors))
