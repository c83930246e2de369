/**
 * The query string as the address has it now. What React last drew may be older: of two changes that
 * follow each other closely the second would undo the first.
 */
export function currentParams(): URLSearchParams {
  return new URLSearchParams(window.location.search);
}
