import type { AuditItem } from "../../api/types";

/** What someone did, before the name of what they did it to. */
export const VERBS: Record<AuditItem["action"], string> = {
  launch: "launched",
  cancel: "cancelled",
  "cancel-run": "cancelled the run",
  retry: "retried the runs of",
  "retry-run": "retried the run",
  delete: "deleted",
  share: "shared",
  "revoke-share": "revoked the link",
  "create-token": "created the token",
  "revoke-token": "revoked the token",
  "sign-in": "signed in",
};
