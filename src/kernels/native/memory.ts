import type { Dtype, Kernels, Tensor } from "../kernels.ts";
import { countElements } from "../match-shapes.ts";
import type { NativeAddon } from "./addon.ts";

const BYTES = 4;

interface Storage {
  readonly memory: object;
  /** 0 after release. */
  address: number;
}

interface NativeHandle {
  readonly storage: Storage;
  /** Bytes from the storage's start. */
  readonly offset: number;
  readonly isView: boolean;
}

type Memory = Pick<Kernels, "create" | "upload" | "write" | "read" | "readInts" | "rows" | "reshape" | "release">;

/** The memory half of the backend. */
export function createMemory(addon: NativeAddon): Memory {
  const create = (shape: readonly number[], dtype: Dtype = "float32"): Tensor => {
    const memory = addon.allocate(countElements(shape) * BYTES);
    return wrap({ memory, address: addon.address(memory) }, 0, false, shape, dtype);
  };
  return {
    create,
    upload: (data, shape) => {
      const tensor = create(shape, data instanceof Int32Array ? "int32" : "float32");
      addon.copyIn(addressOf(tensor), data);
      return tensor;
    },
    write: (tensor, data) => addon.copyIn(addressOf(tensor), data),
    read: async (tensor, out = new Float32Array(countElements(tensor.shape))) => {
      addon.copyOut(out, addressOf(tensor));
      return out;
    },
    readInts: async (tensor) => {
      const data = new Int32Array(countElements(tensor.shape));
      addon.copyOut(data, addressOf(tensor));
      return data;
    },
    rows: (tensor, first, count) => {
      const width = countElements(tensor.shape.slice(1));
      return view(tensor, first * width * BYTES, [count, ...tensor.shape.slice(1)]);
    },
    reshape: (tensor, shape) => view(tensor, 0, shape),
    release: (tensor) => {
      const { storage, isView } = handleOf(tensor);
      if (isView || storage.address === 0) return;
      storage.address = 0;
      addon.release(storage.memory);
    },
  };
}

/** Where the tensor's numbers lie. Throws when it was released or belongs to another backend. */
export function addressOf(tensor: Tensor): number {
  const { storage, offset } = handleOf(tensor);
  if (storage.address === 0) throw new Error("the tensor was used after its release");
  return storage.address + offset;
}

function handleOf(tensor: Tensor): NativeHandle {
  const handle = tensor.handle as NativeHandle;
  if (handle.storage === undefined) throw new Error("the tensor belongs to another backend than native");
  return handle;
}

function view(tensor: Tensor, offset: number, shape: readonly number[]): Tensor {
  const handle = handleOf(tensor);
  addressOf(tensor);
  return wrap(handle.storage, handle.offset + offset, true, shape, tensor.dtype);
}

function wrap(storage: Storage, offset: number, isView: boolean, shape: readonly number[], dtype: Dtype): Tensor {
  const handle: NativeHandle = { storage, offset, isView };
  return { shape: [...shape], dtype, handle };
}
