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
      <Term
        name="uSF"
        formula={
          <>
            <i>B</i> = <i>c</i> · sign(<i>W</i>), one constant <i>c</i> a layer
          </>
        }
      >
        Sign-symmetric feedback of one constant magnitude (Liao, Leibo &amp; Poggio 2016).
      </Term>
      <Term
        name="brSF"
        formula={
          <>
            <i>B</i> = |<i>M</i>| ⊙ sign(<i>W</i>), <i>M</i> redrawn for every batch
          </>
        }
      >
        Sign-symmetric feedback whose magnitudes carry nothing from one batch to the next (Liao, Leibo &amp; Poggio
        2016).
      </Term>
      <Term
        name="DFA"
        formula={
          <>
            every hidden layer’s output receives <i>e</i> <i>B</i>
            <sub>0</sub>, <i>e</i> the error at the output
          </>
        }
      >
        Direct feedback alignment (Nøkland 2016): no error passes through a layer; each gets the output's, projected at
        random, convolutions included. Not defined for residual networks.
      </Term>
      <Term
        name="DRTP"
        formula={
          <>
            every hidden layer’s output receives <i>y</i>* <i>B</i>
            <sub>0</sub>, <i>y</i>* the one-hot targets
          </>
        }
      >
        Direct random target projection (Frenkel, Lefebvre &amp; Bol 2021): hidden layers need no error, only the
        targets; the last layer learns from the true error.
      </Term>
      <Term
        name="Kolen-Pollack"
        formula={
          <>
            <i>W</i> ← (1 − <i>k</i>) <i>W</i> + Δ, <i>B</i> ← (1 − <i>k</i>) <i>B</i> + Δ
          </>
        }
      >
        The feedback takes the forward weights' updates Δ and both decay by the same share <i>k</i>, so that their
        difference shrinks at every step (Kolen &amp; Pollack 1994; Akrout et al. 2019).
      </Term>
      <Term
        name="Weight mirror"
        formula={
          <>
            <i>B</i> grows with the correlation of noise at a layer's input and its output
          </>
        }
      >
        In mirror steps between the learning steps, the feedback learns the forward weights from noise sent through them
        (Akrout et al. 2019).
      </Term>
      <Term
        name="Controls"
        formula={
          <>
            sham: <i>B</i> = <i>W</i>; readout only: no error below the last layer
          </>
        }
      >
        Sham sends the weights through the code of the other rules and must equal BP; readout only shows what random
        hidden layers are worth.
      </Term>
    </Section>
  );
}
