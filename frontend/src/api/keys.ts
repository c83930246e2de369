import type { ComparisonRequest, ListQuery } from "./types";

/** Addresses of what is kept in the query cache. */
export const keys = {
  session: ["session"] as const,
  tokens: ["tokens"] as const,
  audit: ["audit"] as const,
  catalog: ["catalog"] as const,
  presets: ["presets"] as const,
  estimate: (spec: string) => ["estimate", spec] as const,
  experiments: ["experiments"] as const,
  experimentList: (query: ListQuery) => ["experiments", query] as const,
  tags: ["experiments", "tags"] as const,
  allExperiments: ["experiment"] as const,
  experiment: (id: string) => ["experiment", id] as const,
  comparable: (id: string, search: string) => ["comparable", id, search] as const,
  curves: (experimentId: string) => ["curves", experimentId] as const,
  log: (experimentId: string, routine: boolean) => ["log", experimentId, routine] as const,
  failure: (runId: string, attempt: number) => ["failure", runId, attempt] as const,
  comparisons: ["comparisons"] as const,
  comparison: (experimentId: string, request: ComparisonRequest | null, runs: readonly string[]) =>
    ["comparisons", experimentId, request, runs] as const,
  paper: (experimentId: string, exemplarClass: number | null) =>
    ["comparisons", "paper", experimentId, exemplarClass] as const,
  paperFigures: (experimentId: string, stamp: string) => ["paper-figures", experimentId, stamp] as const,
  answers: (experimentId: string, other: string | null) => ["comparisons", "answers", experimentId, other] as const,
  answerFigures: (analysisId: string) => ["answer-figures", analysisId] as const,
  anyComparisonFigures: ["comparison-figures"] as const,
  comparisonFigures: (comparisonId: string) => ["comparison-figures", comparisonId] as const,
  /** Figures of runs that are the same at every epoch. */
  runFigures: (runs: readonly string[]) => ["run-figures", ...runs] as const,
  methods: ["methods"] as const,
  comparisonMethods: (address: string) => ["comparison-methods", address] as const,
  anyShares: ["shares"] as const,
  shares: (experimentId: string) => ["shares", experimentId] as const,
  allShares: ["shares", "all"] as const,
  shared: (token: string) => ["shared", token] as const,
  linkAccess: (token: string) => ["link-access", token] as const,
  sharedSpec: (token: string) => ["shared-spec", token] as const,
  sharedFigures: (token: string) => ["shared-figures", token] as const,
  system: ["system"] as const,
};
