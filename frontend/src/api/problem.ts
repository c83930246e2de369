import type { FieldError, Problem } from "./types";

/** An answer of the service that is not a success, in words for the person who asked. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: FieldError[];

  constructor(status: number, detail: string, errors: FieldError[] = []) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.errors = errors;
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "detail" in body && typeof body.detail === "string";
}

/** Reads a problem+json body; anything else becomes a sentence with the status. */
export function toApiError(status: number, body: unknown): ApiError {
  if (isProblem(body)) {
    return new ApiError(status, body.detail, body.errors ?? []);
  }
  return new ApiError(status, `The service returned status ${status} without an explanation.`);
}

/** What to tell the reader about any error that a query or mutation ended with; a sentence stays one. */
export function errorMessage(error: unknown): string {
  if (typeof error === "string") {
    return error;
  }
  if (error instanceof ApiError) {
    return error.message;
  }
  return "Something went wrong on this page. Reload it; if the problem persists, report the steps that led here.";
}

/** Sentences on the links that keep an experiment from being deleted, unless that is forced. */
export function linksThatKeep(error: unknown): string[] {
  return error instanceof ApiError && error.status === 409
    ? error.errors.filter((entry) => entry.field === "force").map((entry) => entry.message)
    : [];
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
