import type { components, operations } from "./schema";

type Schemas = components["schemas"];

export type AuditItem = Schemas["AuditItem"];
export type NewToken = Schemas["NewToken"];
export type Session = Schemas["Session"];
export type Token = Schemas["Token"];
export type TokenRequest = Schemas["TokenRequest"];
export type Catalog = Schemas["Catalog"];
export type Choice = Schemas["Choice"];
export type CandidateExperiment = Schemas["CandidateExperiment"];
export type Comparison = Schemas["Comparison"];
export type ComparisonRequest = Schemas["ComparisonRequest"];
export type Dataset = Schemas["Dataset"];
export type Estimate = Schemas["Estimate"];
export type Experiment = Schemas["Experiment"];
export type ExperimentChanges = Schemas["ExperimentChanges"];
export type ExperimentPage = Schemas["ExperimentPage"];
export type ExperimentSpec = Schemas["ExperimentSpec"];
export type Initialisation = ExperimentSpec["initialisation"];
export type ExperimentSummary = Schemas["ExperimentSummary"];
export type FieldError = Schemas["FieldError"];
export type Figure = Schemas["FigureOut"];
export type ListQuery = NonNullable<operations["list_experiments_api_experiments_get"]["parameters"]["query"]>;
export type LogEntry = Schemas["LogEntry"];
export type LogPage = Schemas["LogPage"];
export type MethodsCatalog = Schemas["MethodsCatalog"];
export type NewShare = Schemas["NewShare"];
export type PaperPanel = Schemas["PaperPanel"];
export type PaperView = Schemas["PaperView"];
export type Parameter = Schemas["Parameter"];
export type Preset = Schemas["Preset"];
export type Probe = Schemas["ProbeOut"];
export type Problem = Schemas["Problem"];
export type ResultCell = Schemas["ResultCell"];
export type ResultRow = Schemas["ResultRowOut"];
export type ResultTable = Schemas["ResultOut"];
export type Reference = Schemas["ReferenceOut"];
export type Rule = Schemas["Rule"];
export type RuleSpec = Schemas["RuleSpec"];
export type Run = Schemas["Run"];
export type RunCounts = Schemas["RunCounts"];
export type RunState = Run["state"];
export type SearchSpec = Schemas["SearchSpec"];
export type Share = Schemas["Share"];
export type SharedComparison = Schemas["SharedComparison"];
export type ShareRequest = Schemas["ShareRequest"];
export type System = Schemas["System"];
export type Table = Schemas["TableOut"];
export type Work = Schemas["Work"];
export type Worker = Schemas["WorkerOut"];

/** Figures drawn while an experiment runs. */
export const CURVE_NAMES = [
  "loss",
  "validation-accuracy",
  "local-angle",
  "global-angle",
  "update-angle",
  "sign-concordance",
] as const;
export type CurveName = (typeof CURVE_NAMES)[number];

export type ComparisonFigureName = Comparison["figures"][number];
export type Panel = Schemas["PanelOut"];
export type PaperFigureName = PaperPanel["figures"][number];
export type Answers = Schemas["AnswersOut"];
export type AnswerName = Answers["answers"][number]["name"];
export type FigureName = CurveName | ComparisonFigureName | PaperFigureName | AnswerName;
export type Matrices = NonNullable<ComparisonRequest["matrices"]>;
export type MapDimensions = NonNullable<ComparisonRequest["map_dimensions"]>;
export type FigureWidth = "wide" | "medium" | "narrow";
