import { expect, test, vi } from "vitest";
import { UserError } from "../numerics/user-error.ts";
import { selectKernels } from "./select.ts";

const native = vi.hoisted(() => ({ create: vi.fn<(options: object) => unknown>() }));
vi.mock("./native.ts", () => ({ createNativeKernels: native.create }));

function refuseNative(error: Error): void {
  native.create.mockImplementation(() => {
    throw error;
  });
}

test("the reference is used when it is named, without loading the native backend", async () => {
  native.create.mockReset();
  expect((await selectKernels({ backend: "reference" })).backend).toBe("reference");
  expect(native.create).not.toHaveBeenCalled();
});

test("auto takes the native backend with the wanted threads", async () => {
  native.create.mockReset();
  native.create.mockReturnValue({ backend: "native" });
  expect((await selectKernels({ threads: 3 })).backend).toBe("native");
  expect(native.create).toHaveBeenCalledWith({ threads: 3 });
});

test("auto falls back to the reference with one warning when native is not built", async () => {
  refuseNative(new UserError("The native kernels are not built."));
  const warnings: string[] = [];
  const kernels = await selectKernels({ onWarning: (sentence) => warnings.push(sentence) });
  expect(kernels.backend).toBe("reference");
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("The native kernels are not built. Computing with the slow reference kernels");
});

test("native on demand, a level on demand, a usage mistake and an unforeseen error are never masked", async () => {
  refuseNative(new UserError("not built"));
  await expect(selectKernels({ backend: "native" })).rejects.toThrow("not built");
  await expect(selectKernels({ level: "avx2" })).rejects.toThrow("not built");
  refuseNative(new UserError("threads is 0", 2));
  await expect(selectKernels({ threads: 0 })).rejects.toThrow("threads is 0");
  refuseNative(new TypeError("a defect"));
  await expect(selectKernels()).rejects.toThrow("a defect");
});
