"""Dependencies of routes on versions and stored bytes."""

from __future__ import annotations

from typing import Annotated

from feedback_atlas.server.api.deps import part
from feedback_atlas.server.system.disk import StoredBytes
from feedback_atlas.server.system.versions import Versions

VersionsDep = Annotated[Versions, part(Versions)]
StoredBytesDep = Annotated[StoredBytes, part(StoredBytes)]
