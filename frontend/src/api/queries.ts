import { keepPreviousData, queryOptions, skipToken, useQuery } from "@tanstack/react-query";

import { body, client } from "./client";
import { keys } from "./keys";
import type { ComparisonRequest, ExperimentSpec, ListQuery } from "./types";

const PAGE_SIZE = 25;
const COMPARISON_POLL_MS = 2000;
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

/**
 * The comparison for a request. Asking is idempotent, so that asking again is how its state is followed;
 * the poll only covers for a lost event stream.
 */
export function useComparison(experimentId: string, request: ComparisonRequest | null) {
  return useQuery({
    queryKey: keys.comparison(experimentId, request),
    queryFn:
      request === null
        ? skipToken
        : () =>
            body(
              client.POST("/api/experiments/{experiment_id}/comparisons", {
                params: { path: { experiment_id: experimentId } },
                body: request,
              }),
            ),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && data.state !== "failed" && (data.state !== "completed" || (data.pending ?? []).length > 0)
        ? COMPARISON_POLL_MS
        : false,
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

export function useShares(experimentId: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.shares(experimentId),
    queryFn: () =>
      body(
        client.GET("/api/experiments/{experiment_id}/shares", { params: { path: { experiment_id: experimentId } } }),
      ),
    enabled,
  });
}

export function useShared(token: string) {
  return useQuery({
    queryKey: keys.shared(token),
    queryFn: () => body(client.GET("/api/shared/{token}", { params: { path: { token } } })),
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
