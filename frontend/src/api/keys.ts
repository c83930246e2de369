import type { ComparisonRequest, ListQuery } from "./types";

/** Addresses of what is kept in the query cache. */
export const keys = {
  catalog: ["catalog"] as const,
  presets: ["presets"] as const,
  estimate: (spec: string) => ["estimate", spec] as const,
  experiments: ["experiments"] as const,
  experimentList: (query: ListQuery) => ["experiments", query] as const,
  tags: ["experiments", "tags"] as const,
  allExperiments: ["experiment"] as const,
  experiment: (id: string) => ["experiment", id] as const,
  curves: (experimentId: string) => ["curves", experimentId] as const,
  comparisons: ["comparisons"] as const,
  comparison: (experimentId: string, request: ComparisonRequest | null) =>
    ["comparisons", experimentId, request] as const,
  comparisonFigures: (comparisonId: string) => ["comparison-figures", comparisonId] as const,
  methods: ["methods"] as const,
  comparisonMethods: (address: string) => ["comparison-methods", address] as const,
  shares: (experimentId: string) => ["shares", experimentId] as const,
  shared: (token: string) => ["shared", token] as const,
  sharedFigures: (token: string) => ["shared-figures", token] as const,
  system: ["system"] as const,
};
