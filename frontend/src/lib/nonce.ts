/** What style elements must carry under the policy of this page; empty where it has none, as in `make dev`. */
export function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}
