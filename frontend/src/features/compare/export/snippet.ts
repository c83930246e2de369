/** Python that fetches a comparison's arrays, with NumPy and the standard library alone. */
export function pythonSnippet(origin: string, comparisonId: string): string {
  return `import io
import os
import time
import urllib.error
import urllib.request
import zipfile

import numpy as np

ADDRESS = "${origin}/api/comparisons/${comparisonId}/numbers.zip"
# Where the service asks for a token.
TOKEN = os.environ.get("ATLAS_TOKEN")
HEADERS = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}


def fetch(address, minutes=5):
    """The file; asks again while the service makes it."""
    request = urllib.request.Request(address, headers=HEADERS)
    deadline = time.monotonic() + 60 * minutes
    while True:
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code != 503 or time.monotonic() > deadline:
                raise RuntimeError(error.read().decode()) from error
            time.sleep(1)


arrays = {}
with zipfile.ZipFile(io.BytesIO(fetch(ADDRESS))) as archive:
    for name in archive.namelist():
        if name.endswith(".npz"):
            arrays[name.removesuffix(".npz")] = dict(np.load(io.BytesIO(archive.read(name))))

# (RDMs, pairs of images), with arrays["rdms"]["rule"], ["seed"] and ["layer"] of each;
# pairs as scipy.spatial.distance.squareform takes them, images sorted by ["label"].
rdms = arrays["rdms"]["dissimilarities"]
print("RDMs:", rdms.shape)
if "similarities" in arrays:
    # (runs, layers of the run, layers of the reference), with ["rule"] and ["seed"] of each run.
    similarity = arrays["similarities"]["similarity"]
    print("Similarities:", similarity.shape)
`;
}
