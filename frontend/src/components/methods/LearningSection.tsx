import { Section, Term } from "./Section";

export function LearningSection() {
  return (
    <Section title="Measures of learning">
      <Term
        name="Local alignment angle"
        formula={
          <>
            mean over samples of ∠(<i>W</i>
            <sup>T</sup>
            <i>δ</i>, <i>B</i>
            <sup>T</sup>
            <i>δ</i>)
          </>
        }
      >
        The angle, at the layer's input, between what backpropagation would hand down and what the rule does hand down,
        both from the rule's own error. 0° is backpropagation, 90° is chance. At PyTorch's initialisation it is known in
        closed form: 30.0° for uSF SN (arccos √3/2), 46.3° for uSF Init (arccos of √(2/π) · √3/2), 90° for both FA
        rules. It compares with the exact step through <em>this</em> layer only; errors from layers above are already
        the rule's.
      </Term>
      <Term
        name="Sign concordance"
        formula={
          <>
            share of entries with sign(<i>W</i>) = sign(<i>B</i>)
          </>
        }
      >
        50 % is chance. It is undefined where <i>W</i> and <i>B</i> differ in shape, as in the convolutions of FA Dense.
      </Term>
      <Term name="Accuracy">
        Share of images whose class is the network's first choice. Validation accuracy is taken after every epoch; the
        epoch with the best one is tested once. One seed is one network: differences of a point may be chance.
      </Term>
    </Section>
  );
}
