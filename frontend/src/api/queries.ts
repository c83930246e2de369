import { keepPreviousData, queryOptions, skipToken, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { body, client } from "./client";
import { keys } from "./keys";
import type { Answers, Comparison, ComparisonRequest, ExperimentSpec, ListQuery, PaperView } from "./types";

const PAGE_SIZE = 25;
const COMPARISON_POLL_MS = 2000;
const AUDIT_PAGE = 20;
const SHARES_PAGE = 20;
const SYSTEM_POLL_MS = 5000;

export function useCatalog() {
  return useQuery({
    queryKey: keys.catalog,
    queryFn: () => body(client.GET("/api/catalog")),
    staleTime: Infinity,
  });
}

export function usePresets() {
  return useQuery({
    queryKey: keys.presets,
    queryFn: () => body(client.GET("/api/presets")),
    staleTime: Infinity,
  });
}

/** What an experiment would cost; asked for only while `spec` is one that can be read. */
export function useEstimate(spec: ExperimentSpec | null) {
  return useQuery({
    queryKey: keys.estimate(JSON.stringify(spec)),
    queryFn: spec === null ? skipToken : () => body(client.POST("/api/experiments/estimate", { body: spec })),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** A page of the list; the page before stays in sight until it is there. */
export function useExperiments(query: ListQuery) {
  return useQuery({
    queryKey: keys.experimentList(query),
    queryFn: () => body(client.GET("/api/experiments", { params: { query: { ...query, limit: PAGE_SIZE } } })),
    placeholderData: keepPreviousData,
  });
}

export function useTags() {
  return useQuery({ queryKey: keys.tags, queryFn: () => body(client.GET("/api/tags")) });
}

export function experimentQuery(id: string) {
  return queryOptions({
    queryKey: keys.experiment(id),
    queryFn: () => body(client.GET("/api/experiments/{experiment_id}", { params: { path: { experiment_id: id } } })),
  });
}

export function useExperiment(id: string) {
  return useQuery(experimentQuery(id));
}

/** Other experiments whose name has `search` in it, and why their runs cannot be compared with this one's. */
export function useComparable(id: string, search: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.comparable(id, search),
    queryFn: () =>
      body(
        client.GET("/api/experiments/{experiment_id}/comparable", {
          params: { path: { experiment_id: id }, query: { search } },
        }),
      ),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/**
 * The comparison of some runs for a request: asked for once, then followed. Asking again would compute
 * again what has failed or was cancelled, which is for the reader to decide (`useAskAgain`).
 */
export function comparisonQuery(experimentId: string, request: ComparisonRequest | null, runs: readonly string[]) {
  const queryKey = keys.comparison(experimentId, request, runs);
  return queryOptions({
    queryKey,
    queryFn:
      request === null
        ? skipToken
        : ({ client: queryClient }) => {
            const known = queryClient.getQueryData<Comparison>(queryKey);
            return body(
              known === undefined
                ? client.POST("/api/experiments/{experiment_id}/comparisons", {
                    params: { path: { experiment_id: experimentId } },
                    body: request,
                  })
                : client.GET("/api/comparisons/{comparison_id}", { params: { path: { comparison_id: known.id } } }),
            );
          },
    // What is computed stays as it is; the stream of events tells of what is not.
    staleTime: ({ state: { data } }) => (data !== undefined && !isWaiting(data) ? Infinity : 0),
    // The poll only covers for a lost event stream.
    refetchInterval: ({ state: { data } }) => (data !== undefined && isWaiting(data) ? COMPARISON_POLL_MS : false),
  });
}

/**
 * Answers over seeds: asked for, then followed until they are computed. Asking again finds what is computed, or asks
 * anew where more runs have completed; what has failed is for the reader to ask again.
 */
export function answersQuery(experimentId: string, other: string | null) {
  const queryKey = keys.answers(experimentId, other);
  return queryOptions({
    queryKey,
    queryFn: ({ client: queryClient }) => {
      const known = queryClient.getQueryData<Answers>(queryKey);
      return body(
        known && known.state !== "completed"
          ? client.GET("/api/answers/{analysis_id}", { params: { path: { analysis_id: known.id } } })
          : client.POST("/api/experiments/{experiment_id}/answers", {
              params: { path: { experiment_id: experimentId } },
              body: { other },
            }),
      );
    },
    refetchInterval: ({ state: { data } }) =>
      data?.state === "queued" || data?.state === "running" ? COMPARISON_POLL_MS : false,
  });
}

/**
 * An experiment beside the paper: asked for once its runs have ended, then followed. Asking again would
 * compute again what has failed or was cancelled, which is for the reader to decide.
 */
export function paperQuery(experimentId: string, exemplarClass: number | null) {
  const queryKey = keys.paper(experimentId, exemplarClass);
  const params = {
    path: { experiment_id: experimentId },
    query: exemplarClass === null ? {} : { exemplar_class: exemplarClass },
  };
  return queryOptions({
    queryKey,
    queryFn: ({ client: queryClient }) => {
      const state = queryClient.getQueryData<PaperView>(queryKey)?.state;
      return body(
        state === "computing" || state === "completed" || state === "incomplete"
          ? client.GET("/api/experiments/{experiment_id}/paper", { params })
          : client.POST("/api/experiments/{experiment_id}/paper", { params }),
      );
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data?.state === "training" || data?.state === "computing" ? COMPARISON_POLL_MS : false,
  });
}

/** Whether a part of a comparison is still to come. */
function isWaiting({ state, pending = [] }: Comparison): boolean {
  return state === "queued" || state === "running" || (state === "completed" && pending.length > 0);
}

/** The event log of an experiment, newest first; the event stream adds to it. */
export function useLog(experimentId: string, routine: boolean) {
  return useInfiniteQuery({
    queryKey: keys.log(experimentId, routine),
    queryFn: ({ pageParam }) =>
      body(
        client.GET("/api/experiments/{experiment_id}/log", {
          params: {
            path: { experiment_id: experimentId },
            query: pageParam === null ? { routine } : { routine, before: pageParam },
          },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_before,
  });
}

/** How a run failed last; asked for once it is looked at. */
export function useFailure(runId: string, attempt: number, enabled: boolean) {
  return useQuery({
    queryKey: keys.failure(runId, attempt),
    queryFn: () => body(client.GET("/api/runs/{run_id}/failure", { params: { path: { run_id: runId } } })),
    enabled,
    staleTime: Infinity,
    retry: false,
  });
}

export function useMethods() {
  return useQuery({
    queryKey: keys.methods,
    queryFn: () => body(client.GET("/api/methods")),
    staleTime: Infinity,
  });
}

/** Methods paragraphs of a comparison, or of the one behind a link. */
export function useComparisonMethods(of: { comparison: string } | { token: string }) {
  return useQuery({
    queryKey: keys.comparisonMethods("token" in of ? of.token : of.comparison),
    queryFn: () =>
      body(
        "token" in of
          ? client.GET("/api/shared/{token}/methods", { params: { path: { token: of.token } } })
          : client.GET("/api/comparisons/{comparison_id}/methods", {
              params: { path: { comparison_id: of.comparison } },
            }),
      ),
  });
}

export function useShares(experimentId: string) {
  return useQuery({
    queryKey: keys.shares(experimentId),
    queryFn: () =>
      body(
        client.GET("/api/experiments/{experiment_id}/shares", { params: { path: { experiment_id: experimentId } } }),
      ),
  });
}

/** Every link, a page at a time from the newest on. */
export function useAllShares() {
  return useInfiniteQuery({
    queryKey: keys.allShares,
    queryFn: ({ pageParam }) =>
      body(client.GET("/api/shares", { params: { query: { before: pageParam, limit: SHARES_PAGE } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_before,
  });
}

/** Whether a link opens, or asks for a passphrase first. */
export function useLinkAccess(token: string) {
  return useQuery({
    queryKey: keys.linkAccess(token),
    queryFn: () => body(client.GET("/api/shared/{token}/access", { params: { path: { token } } })),
    staleTime: Infinity,
  });
}

/** What a link shows. The service counts each of these as opening the link. */
export function useShared(token: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.shared(token),
    queryFn: () => body(client.GET("/api/shared/{token}", { params: { path: { token } } })),
    enabled,
    staleTime: Infinity,
  });
}

/** The settings of a shared experiment, as this service reads them. */
export function useSharedSpec(token: string | null) {
  return useQuery({
    queryKey: keys.sharedSpec(token ?? ""),
    queryFn:
      token === null
        ? skipToken
        : async () => {
            const yaml = await body(
              client.GET("/api/shared/{token}/spec.yaml", { params: { path: { token } }, parseAs: "text" }),
            );
            return body(client.POST("/api/experiments/parse", { body: { yaml } }));
          },
    staleTime: Infinity,
  });
}

export function useSystem() {
  return useQuery({
    queryKey: keys.system,
    queryFn: () => body(client.GET("/api/system")),
    refetchInterval: SYSTEM_POLL_MS,
  });
}

export function useTokens() {
  return useQuery({ queryKey: keys.tokens, queryFn: () => body(client.GET("/api/tokens")) });
}

/** The audit log, a page at a time from the newest entry on. */
export function useAudit() {
  return useInfiniteQuery({
    queryKey: keys.audit,
    queryFn: ({ pageParam }) =>
      body(client.GET("/api/audit", { params: { query: { before: pageParam, limit: AUDIT_PAGE } } })),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_before,
  });
}
