import type { ParameterId } from "./parameters";

const FEEDBACK_ALIGNMENT: Grid = { lr: [0.001, 0.003, 0.01], feedback_scale: [0.01, 0.05, 0.1] };

type Grid = Partial<Record<ParameterId, readonly number[]>>;

/** The values that Lance & Kieu (2026, arXiv:2605.08564) try, by rule. */
export const PAPER_GRIDS: Readonly<Record<string, Grid>> = {
  bp: { lr: [0.0005, 0.001, 0.003], weight_decay: [0, 0.0001] },
  fa_dense: FEEDBACK_ALIGNMENT,
  fa_toeplitz: FEEDBACK_ALIGNMENT,
  usf_init: FEEDBACK_ALIGNMENT,
  usf_sn: { lr: [0.001, 0.003, 0.01, 0.03] },
};
