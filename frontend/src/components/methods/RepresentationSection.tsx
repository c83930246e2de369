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
      <Term
        name="RSA: comparing RDMs"
        formula={
          <>
            compare(<i>d</i>
            <sub>1</sub>, <i>d</i>
            <sub>2</sub>) over all pairs of images
          </>
        }
      >
        Representational similarity analysis compares two RDMs by Pearson correlation, cosine, a rank correlation
        (Spearman, rho-a, Kendall tau-a) or a cosine or correlation that counts dissimilarities which share an image as
        dependent. Rank correlations keep the order of dissimilarities alone; rho-a and tau-a do not favour RDMs with
        many ties. What the RDMs ignore, the comparison ignores too.
      </Term>
      <Term
        name="Angular Procrustes similarity"
        formula={
          <>
            1 − arccos ‖<i>X</i>
            <sup>T</sup>
            <i>Y</i>‖<sub>*</sub> / (π/2)
          </>
        }
      >
        What two centred shapes of unit size have in common after the best rotation (Williams et al. 2021). The angle is
        a true metric. It ignores position, size and rotation; it rises with the number of units, so compare it with the
        untrained floor.
      </Term>
      <Term
        name="Mutual neighbours"
        formula={
          <>
            mean over images of |<i>N</i>
            <sub>10</sub>(<i>x</i>) ∩ <i>N</i>
            <sub>10</sub>(<i>y</i>)| / 10
          </>
        }
      >
        Whether two layers put the same images next to each other, by cosine distance (Huh et al. 2024). Blind to how
        clusters are arranged; unrelated layers reach 10 / (<i>n</i> − 1).
      </Term>
      <Term
        name="Linear regression, SVCCA, PWCCA"
        formula={
          <>
            <i>R</i>² = ‖<i>Q</i>
            <sub>Y</sub>
            <sup>T</sup>
            <i>X</i>‖² / ‖<i>X</i>‖²<span> · </span>mean of canonical correlations ρ
          </>
        }
      >
        How much of one layer a linear map of the other explains, and how well linear combinations of both can be made
        to agree (Raghu et al. 2017; Morcos et al. 2018). The latter ignore any invertible linear map. With about as
        many units as images they are near 1 for anything, and undefined where a layer spans all images; regression and
        PWCCA are not symmetric.
      </Term>
      <Term name="Intervals, reference band and tests">
        Seeds are the subjects. A mean is over pairs of a rule’s network with a BP network of another seed; its 95 %
        interval resamples seeds. The ceiling is BP against BP of another seed, the floor BP against untrained networks.
        A permutation test asks whether a rule is less similar to BP than BP is to itself; <i>p</i> is adjusted over
        layers (Holm 1979). Few seeds cannot reach a small <i>p</i>: the table has the smallest that they can.
      </Term>
      <Term name="Map of representations">
        Every layer of every network as a point, by multidimensional scaling of the angle between centred Gram matrices,
        arccos of biased CKA, which is a metric. Stress says how far the drawn distances are from the true ones: 0 is
        perfect, above 0.2 the map misleads. Directions mean nothing.
      </Term>
      <Term name="Channels that matter">
        For the images of one class, the mean gradient of the class’s logit on a channel times its mean activation, in
        absolute value, averaged (after Grad-CAM’s weights, Selvaraju et al. 2017); beside each channel the test images
        with its largest mean activation. It says what the network computes, not what it was taught by.
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
