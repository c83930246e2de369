import type { Catalog, ExperimentSpec, Panel } from "../api/types";

const taxonomy = {
  colour_light: "#0072B2",
  colour_dark: "#56B4E9",
  weight_transport: "exact",
  sign_concordance: "perfect",
  dynamic_feedback: true,
  toeplitz_structure: true,
  feedback_structure: "kernels",
  source: "",
} as const;
const lr = {
  id: "lr",
  name: "Learning rate",
  default: 0.001,
  minimum: 1e-6,
  maximum: 1,
  description: "",
  unit: "per step",
};

const choices = (...ids: string[]) => ids.map((id) => ({ id, name: id, description: "" }));
const measure = (id: string, streams = false) => ({
  id,
  name: id,
  description: "",
  short: id,
  family: "",
  caveat: "",
  streams,
  symmetric: true,
  rdms: false,
});

/** A catalog of three rules, as much of it as the page's parts read. */
function panel(id: string): Panel {
  return { id, title: id, answers: "", size: "full", shown: true, figures: [id] };
}

export const catalog: Catalog = {
  rules: [
    { id: "bp", name: "BP", description: "", parameters: [lr], choices: [], ...taxonomy },
    { id: "fa_dense", name: "FA Dense", description: "", parameters: [lr], choices: [], ...taxonomy },
    {
      id: "usf_sn",
      name: "uSF SN",
      description: "",
      parameters: [lr],
      choices: [
        { id: "normalization", name: "Norm", options: [{ id: "frobenius", name: "Frobenius", description: "" }] },
      ],
      ...taxonomy,
    },
  ],
  architectures: [],
  datasets: [],
  similarities: [measure("unbiased"), measure("minibatch", true), measure("biased"), measure("rsa_spearman")],
  distances: choices("correlation", "cosine", "euclidean"),
  epochs: choices("first", "best", "last"),
  images: choices("probe", "validation_and_test"),
  panels: [
    panel("findings"),
    panel("result"),
    panel("layer-similarity"),
    { ...panel("geometry-map"), size: "half" },
    panel("rdms"),
    { ...panel("loss"), size: "half" },
    { ...panel("accuracy"), size: "half", shown: false },
  ],
  subsets: choices("all", "both_correct", "bp_correct_method_wrong", "one_class"),
  matrices: choices("ours", "paper", "beside", "difference"),
  paper_rules: [],
  paper_grids: {
    bp: { lr: [0.0005, 0.001, 0.003], weight_decay: [0, 0.0001] },
    fa_dense: { lr: [0.001, 0.003, 0.01], feedback_scale: [0.01, 0.05, 0.1] },
    usf_sn: { lr: [0.001, 0.003, 0.01, 0.03] },
  },
  paper_architecture: "moskovitz1",
  limits: { name_length: 200, epochs: 1000, batch_size: 4096, seeds: 100, runs: 200, probe_size: 2000 },
  folder_roots: [],
};

/** Two of the catalog's rules on digits. */
export const spec: ExperimentSpec = {
  name: "Two rules",
  dataset: "digits",
  folder: null,
  architecture: "moskovitz1",
  rules: [
    { rule: "bp", lr: 0.01 },
    { rule: "usf_sn", normalization: "frobenius" },
  ],
  seeds: [0, 1, 2],
  initialisation: "shared",
  epochs: 10,
  batch_size: 128,
  image_size: 24,
  augment: null,
  search: null,
  track_every: 10,
  track_global_every: 50,
  probe_size: 200,
};
