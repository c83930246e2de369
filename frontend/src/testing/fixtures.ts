import type { Experiment, Run } from "../api/types";

/** A completed BP run, with what a test changes. */
export function makeRun(changes: Partial<Run> = {}): Run {
  return {
    id: "run",
    experiment_id: "experiment",
    rule: "bp",
    rule_name: "BP",
    seed: 0,
    parameters: { lr: 0.001 },
    role: "run",
    chosen: false,
    state: "completed",
    attempt: 1,
    cancel_requested: false,
    epoch: 10,
    epochs: 10,
    step: 100,
    total_steps: 100,
    seconds_left: null,
    train_loss: 0.1,
    val_accuracy: 0.97,
    best_epoch: 9,
    best_val_accuracy: 0.975,
    test_accuracy: 0.97,
    error: null,
    waiting_reason: null,
    created_at: "2026-11-23T12:00:00Z",
    started_at: "2026-11-23T12:00:01Z",
    finished_at: "2026-11-23T12:01:00Z",
    ...changes,
  };
}

/** An experiment of the given runs, read at event 10. */
export function makeExperiment(runs: Run[], changes: Partial<Experiment> = {}): Experiment {
  return {
    id: "experiment",
    name: "Five rules",
    dataset: "digits",
    architecture: "moskovitz1",
    epochs: 10,
    rules: ["bp"],
    seeds: [0],
    counts: { searching: 0, queued: 0, running: 0, completed: runs.length, failed: 0, cancelled: 0 },
    progress: 1,
    created_at: "2026-11-23T12:00:00Z",
    tags: [],
    notes: "",
    archived_at: null,
    best_test_accuracy: null,
    spec: {
      name: "Five rules",
      dataset: "digits",
      folder: null,
      architecture: "moskovitz1",
      rules: [{ rule: "bp", lr: null, weight_decay: null, feedback_scale: null, normalization: null }],
      seeds: [0],
      epochs: 10,
      batch_size: 128,
      image_size: 24,
      augment: null,
      search: null,
      track_every: 10,
      track_global_every: 50,
      probe_size: 200,
    },
    runs,
    trials: [],
    event_id: 10,
    ...changes,
  };
}
