import createClient from "openapi-fetch";

import { ApiError, toApiError } from "./problem";
import type { paths } from "./schema";

/** The typed client of the service that served this page. */
export const client = createClient<paths>({ baseUrl: window.location.origin });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

async function settle<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw new ApiError(0, "The service is not responding. Check that it is running; this page retries automatically.");
  }
  if (!answer.response.ok) {
    throw toApiError(answer.response.status, answer.error);
  }
  return answer;
}

/** The body of a successful answer; throws ApiError for every other one. */
export async function body<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, response } = await settle(call);
  if (data === undefined) {
    throw new ApiError(response.status, "The service returned an empty response.");
  }
  return data;
}

/** Waits for an answer that has no body; throws ApiError unless it is a success. */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  await settle(call);
}
