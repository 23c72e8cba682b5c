import { compareMembers } from "./compare-members.ts";
import { findTrade, traceFrontier, traceSizes } from "./curves.ts";
import { renderFrontier, renderSizes } from "./render-pictures.ts";
import { renderSweepReport } from "./render-sweep-report.ts";
import { writeSweep } from "./sweep-files.ts";
import { markFrontier, readRow, type SweepRecord } from "./sweep-record.ts";
import { createMemberContext, type Sweeping } from "./sweeping.ts";

/** Keeps what is known so far: record, report and pictures. Returns the report. */
export function writeSweepResults(sweeping: Sweeping): string {
  const record = createRecord(sweeping);
  const { rows, fidelity } = record;
  const { frontier, sizes } = record.curves;
  const pictured = { fidelity, labels: findTrade(rows) };
  const report = renderSweepReport(record);
  writeSweep(sweeping.request.directory, record, {
    report,
    ...(rows.length > 1 ? { frontier: renderFrontier(record.name, frontier, pictured) } : {}),
    ...(sizes.length > 0 ? { sizes: renderSizes(record.name, sizes, pictured) } : {}),
  });
  return report;
}

function createRecord(sweeping: Sweeping): SweepRecord {
  const { request, members, judged, failed } = sweeping;
  const known = members.filter(({ name }) => judged.has(name));
  const rows = markFrontier(known.map((member) => readRow(createMemberContext(sweeping, member).paths, member)));
  return {
    format: 1,
    name: request.name,
    config: request.sweep,
    fidelity: rows.some(({ lossRecovered }) => lossRecovered === null) ? "explained variance" : "loss recovered",
    rows,
    curves: { frontier: traceFrontier(rows), sizes: traceSizes(rows) },
    comparisons: compareMembers(request.sweep, rows),
    failed: [...failed].map(([dictionary, { message }]) => ({ dictionary, sentence: message })),
  };
}
