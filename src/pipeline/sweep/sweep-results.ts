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
  const { frontier, sizes } = record.curves;
  const report = renderSweepReport(record);
  writeSweep(sweeping.request.directory, record, {
    report,
    ...(record.rows.length > 1 ? { frontier: renderFrontier(record.name, frontier, findTrade(record.rows)) } : {}),
    ...(sizes.length > 0 ? { sizes: renderSizes(record.name, sizes) } : {}),
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
    rows,
    curves: { frontier: traceFrontier(rows), sizes: traceSizes(rows) },
    comparisons: compareMembers(request.sweep, rows),
    failed: [...failed].map(([dictionary, { message }]) => ({ dictionary, sentence: message })),
  };
}
