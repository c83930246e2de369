/** Address of the sign-in page, which leads back to `from`. */
export function signInPath(from: string): string {
  return from === "/" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(from)}`;
}

/** Where to go after signing in: a path of this page, never another website. */
export function afterSignIn(to: string | null): string {
  if (to === null || !to.startsWith("/")) {
    return "/";
  }
  const target = new URL(to, "http://here.invalid");
  return target.origin === "http://here.invalid" && target.pathname !== "/sign-in"
    ? `${target.pathname}${target.search}${target.hash}`
    : "/";
}
