import { Section, Term } from "./Section";

export function RepresentationSection() {
  return (
    <Section title="Measures of representation">
      <p>
        A representation is the output of one convolutional or linear layer, before the ReLU, of one network at one
        epoch on a fixed, ordered set of test images: the probe. Flattened, it is a matrix of <i>n</i> images by
        features. One centred Gram matrix of it serves every measure below.
      </p>
      <Term
        name="Linear CKA"
        formula={
          <>
            CKA(<i>K</i>, <i>L</i>) = HSIC(<i>K</i>, <i>L</i>) / √(HSIC(<i>K</i>, <i>K</i>) · HSIC(<i>L</i>, <i>L</i>))
          </>
        }
      >
        Centred kernel alignment of two Gram matrices (Kornblith et al. 2019): 1 where two layers see the images in the
        same arrangement. It does not change under rotation, reflection or a common scale of either representation, and
        does change under other linear maps. A negative or zero self-HSIC is shown as undefined, with its reason, and
        never clamped.
      </Term>
      <Term name="Biased, unbiased, minibatch">
        The biased estimator uses HSIC of the centred matrices directly; with more features than images it is too high,
        near 1 even for unrelated data. The unbiased one uses HSIC<sub>1</sub> of Song et al. (2012), is near 0 for
        unrelated data, and can fall slightly below 0. The minibatch one sums the HSIC<sub>1</sub> terms over batches of
        images and divides once (Nguyen et al. 2021), so that it suits probes too large for one Gram matrix.
      </Term>
      <Term
        name="Representational dissimilarity matrix (RDM)"
        formula={
          <>
            correlation: 1 − corr(<i>x</i>
            <sub>i</sub>, <i>x</i>
            <sub>j</sub>)<span> · </span>squared Euclidean: ‖<i>x</i>
            <sub>i</sub> − <i>x</i>
            <sub>j</sub>‖² / number of units
          </>
        }
      >
        How differently a layer represents each pair of images, here sorted by class. The correlation distance ignores
        the mean and scale of each image's pattern; the squared Euclidean distance keeps both, so that it can only be
        compared between layers and rules with their scale in mind. Values equal those of rsatoolbox.
      </Term>
      <Term name="What similarity cannot show">
        Runs of one seed share their initial weights, which by itself can lift a similarity, most of all in early
        layers. High similarity says that two layers arrange the probe's images alike, not that they compute alike or
        generalise alike; it holds for this probe and not for every image. A seed is one sample: only several seeds show
        how much two networks of the <em>same</em> rule differ.
      </Term>
    </Section>
  );
}
