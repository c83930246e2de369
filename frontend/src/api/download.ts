import { toApiError } from "./problem";

const UNAVAILABLE = 503;
const ASK_AGAIN_MS = 1500;
const PATIENCE_MS = 120_000;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Fetches a file that the service may first have to make; asks again until it is there. */
export async function fetchWhenMade(address: string, patience = PATIENCE_MS): Promise<Blob> {
  for (const deadline = Date.now() + patience; ; await pause(ASK_AGAIN_MS)) {
    const answer = await fetch(address);
    if (answer.ok) {
      return answer.blob();
    }
    if (answer.status !== UNAVAILABLE || Date.now() > deadline) {
      throw toApiError(answer.status, await answer.json().catch(() => undefined));
    }
  }
}

/** Saves a file under a name. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
