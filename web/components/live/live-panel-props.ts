import type { FeatureRecord } from "../../../src/features/feature-record.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import type { PanelFrame } from "../panel.tsx";

/** What a panel needs that computes with one feature. */
export interface LivePanelProps {
  readonly data: DictionaryData;
  readonly record: FeatureRecord;
  readonly frame: PanelFrame;
}
