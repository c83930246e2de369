import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";

import { body, client, done } from "./client";
import { replaceRun } from "./applyEvent";
import { keys } from "./keys";
import type { Experiment, ExperimentChanges, ExperimentSpec, Run, ShareRequest, TokenRequest } from "./types";

// What is kept of links, and of tokens.
const OF_SHARES = [keys.anyShares, keys.audit];
const OF_TOKENS = [keys.tokens, keys.audit, keys.session];

function useExperimentCache() {
  const queryClient = useQueryClient();
  return {
    keepExperiment: (experiment: Experiment) => {
      queryClient.setQueryData(keys.experiment(experiment.id), experiment);
      void queryClient.invalidateQueries({ queryKey: keys.experiments });
    },
    keepRun: (run: Run) => {
      queryClient.setQueryData<Experiment>(keys.experiment(run.experiment_id), (old) => old && replaceRun(old, run));
      void queryClient.invalidateQueries({ queryKey: keys.experiments });
    },
  };
}

export function useLaunch() {
  const { keepExperiment } = useExperimentCache();
  return useMutation({
    mutationFn: (spec: ExperimentSpec) => body(client.POST("/api/experiments", { body: spec })),
    onSuccess: keepExperiment,
  });
}

/** Renames, tags, writes notes on, archives or brings back. */
export function useEditExperiment(id: string) {
  const { keepExperiment } = useExperimentCache();
  return useMutation({
    mutationFn: (changes: ExperimentChanges) =>
      body(
        client.PATCH("/api/experiments/{experiment_id}", { params: { path: { experiment_id: id } }, body: changes }),
      ),
    onSuccess: keepExperiment,
  });
}

/** Reads a YAML file as the spec that it describes. */
export function useParseSpec() {
  return useMutation({
    mutationFn: (yaml: string) => body(client.POST("/api/experiments/parse", { body: { yaml } })),
  });
}

/** Writes a spec as the text of a YAML file. */
export function useWriteSpec() {
  return useMutation({
    mutationFn: (spec: ExperimentSpec) =>
      body(client.POST("/api/experiments/spec.yaml", { body: spec, parseAs: "text" })),
  });
}

export function useCancelExperiment(id: string) {
  const { keepExperiment } = useExperimentCache();
  return useMutation({
    mutationFn: () =>
      body(client.POST("/api/experiments/{experiment_id}/cancel", { params: { path: { experiment_id: id } } })),
    onSuccess: keepExperiment,
  });
}

export function useRetryExperiment(id: string) {
  const { keepExperiment } = useExperimentCache();
  return useMutation({
    mutationFn: () =>
      body(client.POST("/api/experiments/{experiment_id}/retry", { params: { path: { experiment_id: id } } })),
    onSuccess: keepExperiment,
  });
}

export function useDeleteExperiment(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ force }: { force: boolean }) =>
      done(
        client.DELETE("/api/experiments/{experiment_id}", {
          params: { path: { experiment_id: id }, query: { force } },
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.experiments }),
  });
}

export function useCancelRun() {
  const { keepRun } = useExperimentCache();
  return useMutation({
    mutationFn: (id: string) => body(client.POST("/api/runs/{run_id}/cancel", { params: { path: { run_id: id } } })),
    onSuccess: keepRun,
  });
}

export function useRetryRun() {
  const { keepRun } = useExperimentCache();
  return useMutation({
    mutationFn: (id: string) => body(client.POST("/api/runs/{run_id}/retry", { params: { path: { run_id: id } } })),
    onSuccess: keepRun,
  });
}

/** Cancels analyses; their comparisons learn of it by the stream of events, or at once from here. */
export function useCancelAnalyses() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (ids: readonly string[]) =>
      Promise.all(
        ids.map((id) =>
          body(client.POST("/api/analyses/{analysis_id}/cancel", { params: { path: { analysis_id: id } } })),
        ),
      ),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.comparisons }),
  });
}

/** What a mutation calls once these have changed: they are read anew. */
function useReadAnew(changed: readonly QueryKey[]): () => void {
  const queryClient = useQueryClient();
  return () => {
    for (const queryKey of changed) {
      void queryClient.invalidateQueries({ queryKey });
    }
  };
}

export function useCreateShare(comparisonId: string) {
  const changed = useReadAnew(OF_SHARES);
  return useMutation({
    mutationFn: (wanted: ShareRequest) =>
      body(
        client.POST("/api/comparisons/{comparison_id}/shares", {
          params: { path: { comparison_id: comparisonId } },
          body: wanted,
        }),
      ),
    onSuccess: changed,
  });
}

export function useRevokeShare() {
  const changed = useReadAnew(OF_SHARES);
  return useMutation({
    mutationFn: (shareId: string) =>
      done(client.DELETE("/api/shares/{share_id}", { params: { path: { share_id: shareId } } })),
    onSuccess: changed,
  });
}

/** Says the passphrase of a link; the browser then holds a cookie that opens it. */
export function useSayPassphrase(token: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (passphrase: string) =>
      body(client.POST("/api/shared/{token}/access", { params: { path: { token } }, body: { passphrase } })),
    onSuccess: (access) => queryClient.setQueryData(keys.linkAccess(token), access),
  });
}

export function useCreateToken() {
  const changed = useReadAnew(OF_TOKENS);
  return useMutation({
    mutationFn: (wanted: TokenRequest) => body(client.POST("/api/tokens", { body: wanted })),
    onSuccess: changed,
  });
}

export function useRevokeToken() {
  const changed = useReadAnew(OF_TOKENS);
  return useMutation({
    mutationFn: (id: string) => done(client.DELETE("/api/tokens/{token_id}", { params: { path: { token_id: id } } })),
    onSuccess: changed,
  });
}
