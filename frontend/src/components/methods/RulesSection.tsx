import { Section, Term } from "./Section";

export function RulesSection() {
  return (
    <Section title="Learning rules">
      <p>
        A rule changes only the error that a layer hands to the layer below. Where backpropagation sends the incoming
        error <i>δ</i> back through the forward weights <i>W</i>, a rule sends it through a feedback <i>B</i> in their
        place. Parameter gradients are always computed from the layer's own input and its incoming error, as in
        backpropagation. The first layer hands nothing down and needs no feedback. All rules with one seed start from
        the same weights and see the same batches.
      </p>
      <Term
        name="BP"
        formula={
          <>
            <i>B</i> = <i>W</i>
          </>
        }
      >
        Backpropagation, the reference. It needs the exact transposed weights, which no known pathway in the brain could
        carry.
      </Term>
      <Term
        name="FA Toeplitz"
        formula={
          <>
            <i>B</i> = <i>B</i>
            <sub>0</sub> ~ N(0, <i>s</i>²), fixed, in the shape of <i>W</i>
          </>
        }
      >
        Feedback alignment that keeps the convolution: random kernels, applied as a transposed convolution.
      </Term>
      <Term
        name="FA Dense"
        formula={
          <>
            <i>B</i> = <i>B</i>
            <sub>0</sub> ~ N(0, <i>s</i>²), fixed, of size <i>d</i>
            <sub>out</sub> × <i>d</i>
            <sub>in</sub> over flattened maps
          </>
        }
      >
        Feedback alignment that drops the convolution: one random matrix between whole feature maps. Linear layers are
        as in FA Toeplitz.
      </Term>
      <Term
        name="uSF Init"
        formula={
          <>
            <i>B</i> = |<i>B</i>
            <sub>0</sub>| ⊙ sign(<i>W</i>)
          </>
        }
      >
        Sign-symmetric feedback: the signs follow the forward weights, the magnitudes stay random and fixed.
      </Term>
      <Term
        name="uSF SN"
        formula={
          <>
            <i>B</i> = ‖<i>W</i>‖ · sign(<i>W</i>) / ‖sign(<i>W</i>)‖
          </>
        }
      >
        Sign-symmetric feedback of equal magnitudes, scaled to the norm of the forward weights. The paper's text says
        spectral norm, its code takes the Frobenius norm; Frobenius is the default here and spectral an option.
      </Term>
    </Section>
  );
}
