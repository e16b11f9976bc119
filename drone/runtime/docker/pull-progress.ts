import type { PullProgress } from "../../../src/protocol/backend.ts";

/** One line of what the Engine tells while it pulls. */
export interface PullEvent {
  id?: string;
  status?: string;
  progressDetail?: { current?: number; total?: number };
  error?: string;
}

interface Layer {
  totalBytes: number | undefined;
  downloaded: number;
  extracted: number;
}

interface PullState {
  readonly layers: ReadonlyMap<string, Layer>;
  readonly percent: number;
}

export const NOTHING_PULLED: PullState = { layers: new Map(), percent: 0 };

/** Unpacking a layer takes a good part of what fetching it took. */
const DOWNLOAD_SHARE = 0.75;
const MAX_TEXT_CHARS = 200;

/** Progress never goes back, though each layer that turns out large makes the whole larger. */
export function advancePull(state: PullState, event: PullEvent): PullState {
  if (event.id === undefined) return state;
  const layer = advanceLayer(state.layers.get(event.id), event);
  if (layer === undefined) return state;
  const layers = new Map(state.layers).set(event.id, layer);
  return { layers, percent: Math.max(state.percent, percentOf([...layers.values()])) };
}

export function describePull({ layers, percent }: PullState): PullProgress {
  const known = [...layers.values()].filter(({ totalBytes }) => totalBytes !== undefined);
  const total = sum(known.map(({ totalBytes = 0 }) => totalBytes));
  const downloaded = sum(known.map((layer) => (layer.totalBytes ?? 0) * layer.downloaded));
  const layersDone = [...layers.values()].filter(({ extracted }) => extracted === 1).length;
  const text =
    total === 0
      ? "pulling"
      : `${megabytes(downloaded)} of ${megabytes(total)} MB, ${layersDone} of ${layers.size} layers`;
  return { percent, text: text.slice(0, MAX_TEXT_CHARS) };
}

function advanceLayer(before: Layer | undefined, event: PullEvent): Layer | undefined {
  const layer = before ?? { totalBytes: undefined, downloaded: 0, extracted: 0 };
  const { current = 0, total = 0 } = event.progressDetail ?? {};
  const share = total > 0 ? Math.min(1, current / total) : 0;
  switch (event.status) {
    case "Pulling fs layer":
    case "Waiting":
      return layer;
    case "Downloading":
      return total > 0 ? { ...layer, totalBytes: total, downloaded: share } : layer;
    case "Verifying Checksum":
    case "Download complete":
      return { ...layer, downloaded: 1 };
    case "Extracting":
      // A layer that came faster than the Engine tells of has no size before this.
      return {
        totalBytes: layer.totalBytes ?? (total || undefined),
        downloaded: 1,
        extracted: share,
      };
    case "Pull complete":
      return { ...layer, downloaded: 1, extracted: 1 };
    case "Already exists":
      return { totalBytes: 0, downloaded: 1, extracted: 1 };
    default:
      // "Pulling from library/x" has the tag as its id; retries and notices are no layers either.
      return undefined;
  }
}

/** By bytes. A layer of unknown size counts as the mean of the known ones. */
function percentOf(layers: readonly Layer[]): number {
  const sizes = layers.flatMap(({ totalBytes }) => (totalBytes ? [totalBytes] : []));
  const meanBytes = sizes.length > 0 ? sum(sizes) / sizes.length : 1;
  const weights = layers.map(({ totalBytes = meanBytes }) => totalBytes);
  const done = layers.map(
    ({ downloaded, extracted }, index) =>
      (weights[index] ?? 0) * (DOWNLOAD_SHARE * downloaded + (1 - DOWNLOAD_SHARE) * extracted),
  );
  const total = sum(weights);
  return total === 0 ? 0 : Math.min(100, Math.floor((100 * sum(done)) / total));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
