/** The paper that this work starts from, as BibTeX. */
export const CITATION = `@article{lance2026feedback,
  title         = {Biological Plausibility and Representational Alignment of
                   Feedback Alignment in Convolutional Networks},
  author        = {Lance and Kieu},
  year          = {2026},
  journal       = {arXiv preprint},
  eprint        = {2605.08564},
  archivePrefix = {arXiv}
}`;
