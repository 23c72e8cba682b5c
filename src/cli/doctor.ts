import { cpus, freemem, totalmem } from "node:os";
import { createNativeKernels } from "../kernels/native.ts";
import { TOOL_VERSION } from "../store/tool-version.ts";
import type { Command } from "./command.ts";

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `monosem doctor`: what this machine can do and what is missing. */
export const doctor: Command = {
  summary: "say what this machine can do and what is missing",
  options: { json: { kind: "flag", describe: "one JSON object" } },
  run: async (values) => {
    const findings = [...describeMachine(), describeNative()];
    if (values.flag("json")) process.stdout.write(`${JSON.stringify({ version: TOOL_VERSION, findings })}\n`);
    else process.stdout.write(`${findings.map(renderFinding).join("\n")}\n`);
  },
};

function describeMachine(): Finding[] {
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

function describeNative(): Finding {
  try {
    const kernels = createNativeKernels();
    return { name: "native backend", ok: true, detail: `${kernels.level}, ${kernels.threads} threads` };
  } catch (error) {
    return { name: "native backend", ok: false, detail: (error as Error).message };
  }
}

function renderFinding({ name, ok, detail }: Finding): string {
  return `${ok ? "ok     " : "missing"}  ${name.padEnd(18)} ${detail}`;
}
