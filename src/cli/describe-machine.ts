import { cpus, freemem, totalmem } from "node:os";
import { createNativeKernels } from "../kernels/native.ts";
import { TOOL_VERSION } from "../store/tool-version.ts";

/** Something this machine has or lacks. */
export interface MachineFinding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Everything about this machine that matters here, worst included. */
export function describeMachine(): MachineFinding[] {
  return [...describeHardware(), describeNative()];
}

/** One line a finding. */
export function renderMachine(findings: readonly MachineFinding[]): string {
  return findings
    .map(({ name, ok, detail }) => `${ok ? "ok     " : "missing"}  ${name.padEnd(18)} ${detail}`)
    .join("\n");
}

function describeHardware(): MachineFinding[] {
  const processors = cpus();
  const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const node = Number(process.versions.node.split(".")[0]);
  return [
    { name: "monosem", ok: true, detail: TOOL_VERSION },
    { name: "node", ok: node >= 24, detail: `${process.version}${node >= 24 ? "" : ", wanted 24 or newer"}` },
    { name: "processor", ok: true, detail: `${processors[0]?.model.trim() ?? "unknown"}, ${processors.length} cores` },
    {
      name: "memory",
      ok: freemem() > 2 * 2 ** 30,
      detail: `${gibibytes(freemem())} free of ${gibibytes(totalmem())}; the demo wants 2 GiB`,
    },
    { name: "reference backend", ok: true, detail: "plain TypeScript, always there; slow" },
  ];
}

function describeNative(): MachineFinding {
  try {
    const kernels = createNativeKernels();
    return { name: "native backend", ok: true, detail: `${kernels.level}, ${kernels.threads} threads` };
  } catch (error) {
    return { name: "native backend", ok: false, detail: (error as Error).message };
  }
}
