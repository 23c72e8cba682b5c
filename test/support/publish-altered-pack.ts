import { parseFeatureRecord, renderFeatureRecord } from "../../src/features/feature-record.ts";
import { parseFeatureTable, renderFeatureTable } from "../../src/features/feature-table.ts";
import { createFeaturePackWriter, type FeaturePack } from "../../src/store/feature-pack.ts";

/** Publishes a pack in which every feature fires `more` times oftener than in `model`: another generation of the same dictionary. */
export function publishAltered(folder: string, model: FeaturePack, more: number): void {
  const writer = createFeaturePackWriter(folder);
  const table = parseFeatureTable(model.table());
  for (let feature = 0; feature < model.header.features; feature++) {
    const record = parseFeatureRecord(model.record(feature));
    writer.add(renderFeatureRecord({ ...record, firings: record.firings + more }));
    table.firings[feature]! += more;
  }
  const { formatVersion: _, files: __, features: ___, ...description } = model.header;
  writer.publish(description, renderFeatureTable(table));
}
