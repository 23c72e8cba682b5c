import type { Activation, Tensor } from "../kernels.ts";
import { complementaryError } from "./complementary-error.ts";
import { floats } from "./memory.ts";

interface ActivationFunction {
  readonly value: (x: number) => number;
  readonly derivative: (x: number) => number;
}

const relu: ActivationFunction = {
  value: (x) => (x < 0 ? 0 : x),
  derivative: (x) => (x <= 0 ? 0 : 1),
};

const gelu: ActivationFunction = {
  value: (x) => 0.5 * x * complementaryError(-x * Math.SQRT1_2),
  derivative: (x) =>
    0.5 * complementaryError(-x * Math.SQRT1_2) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI),
};

const TANH_SCALE = Math.sqrt(2 / Math.PI);
const TANH_CUBIC = 0.044715;

/** GPT-2's form: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
const geluNew: ActivationFunction = {
  value: (x) => 0.5 * x * (1 + Math.tanh(TANH_SCALE * (x + TANH_CUBIC * x ** 3))),
  derivative: (x) => {
    const tanh = Math.tanh(TANH_SCALE * (x + TANH_CUBIC * x ** 3));
    return 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * TANH_SCALE * (1 + 3 * TANH_CUBIC * x * x);
  },
};

/** An activation function of one number with its derivative. */
export function activationFunction(activation: Activation): ActivationFunction {
  switch (activation) {
    case "relu":
      return relu;
    case "gelu":
      return gelu;
    case "gelu_new":
      return geluNew;
    default:
      return activation satisfies never;
  }
}

export function activate(out: Tensor, a: Tensor, activation: Activation): void {
  const { value } = activationFunction(activation);
  const results = floats(out);
  const values = floats(a);
  for (let i = 0; i < results.length; i++) results[i] = value(values[i]!);
}

export function activateBackward(dIn: Tensor, dOut: Tensor, input: Tensor, activation: Activation): void {
  const { derivative } = activationFunction(activation);
  const results = floats(dIn);
  const incoming = floats(dOut);
  const values = floats(input);
  for (let i = 0; i < results.length; i++) results[i] = incoming[i]! * derivative(values[i]!);
}
