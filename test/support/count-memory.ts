import type { Kernels, Tensor } from "../../src/kernels/kernels.ts";

/** Numbers that tensors hold, and that single reads copied. */
export interface MemoryCount {
  readonly kernels: Kernels;
  /** Most numbers held at a time; what is left to garbage collection counts as held. */
  readonly most: () => number;
  /** Numbers of the largest copy that was read. */
  readonly largestRead: () => number;
}

/** The same kernels, counting what they hold. */
export function countMemory(kernels: Kernels): MemoryCount {
  const held = new Map<unknown, number>();
  let [now, most, largest] = [0, 0, 0];
  const hold = (tensor: Tensor): Tensor => {
    const count = tensor.shape.reduce((product, size) => product * size, 1);
    held.set(tensor.handle, count);
    now += count;
    most = Math.max(most, now);
    return tensor;
  };
  const noteRead = <T extends { readonly length: number }>(data: T): T => {
    largest = Math.max(largest, data.length);
    return data;
  };
  return {
    kernels: {
      ...kernels,
      create: (shape, dtype) => hold(kernels.create(shape, dtype)),
      upload: (data, shape) => hold(kernels.upload(data, shape)),
      read: async (tensor, out) => noteRead(await kernels.read(tensor, out)),
      readInts: async (tensor) => noteRead(await kernels.readInts(tensor)),
      release: (tensor) => {
        now -= held.get(tensor.handle) ?? 0;
        held.delete(tensor.handle);
        kernels.release(tensor);
      },
    },
    most: () => most,
    largestRead: () => largest,
  };
}
