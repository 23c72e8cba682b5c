/** What native/addon.cc exports. Addresses are numbers: they have 48 bits. */
export interface NativeAddon {
  readonly version: number;
  levels(): string[];
  createInstance(threads: number, level: string): NativeInstance;
  /** Zeroed memory that frees itself when collected. */
  allocate(bytes: number): object;
  address(memory: object): number;
  release(memory: object): void;
  copyIn(address: number, data: Float32Array | Int32Array): void;
  copyOut(data: Float32Array | Int32Array, address: number): void;
}

interface NativeInstance {
  /** Keeps the pool alive. */
  readonly instance: object;
  readonly address: number;
  readonly operations: NativeOperations;
}

/** Each op takes the instance's address and then the numbers its comment in native/ lists. */
type NativeOperations = Readonly<Record<string, (instance: number, ...values: number[]) => void>>;

/** One pool at one level. */
export interface Device {
  readonly instance: object;
  readonly address: number;
  readonly operations: NativeOperations;
}

/** The op called `name`, bound to the device. */
export function bind(device: Device, name: string): (...values: number[]) => void {
  const operation = device.operations[name];
  if (operation === undefined) throw new Error(`the addon has no op ${name}`);
  return (...values) => operation(device.address, ...values);
}
