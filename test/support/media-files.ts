import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import type { ProbeResult, ReadRange } from "#contracts/footage.ts";
import { probeIsoBmff } from "#domain/media/probe-iso-bmff.ts";

const canRun = (tool: string, ...args: readonly string[]) =>
  spawnSync(tool, args, { stdio: "ignore" }).status === 0;

/** Whether video can be made and looked at here. What needs it says so and is left out where it cannot. */
export const hasFfmpeg = ["ffmpeg", "ffprobe"].every((tool) => canRun(tool, "-version"));

/** Whether there is a third opinion. What asks for it says so where it is missing. */
export const hasMediainfo = canRun("mediainfo", "--Version");

/** @returns the file that was made */
export function makeVideo(folder: string, file: string, args: readonly string[]): string {
  const path = join(folder, file);
  execFileSync("ffmpeg", ["-y", "-v", "error", ...args, path], { stdio: ["ignore", "ignore", "inherit"] });
  return path;
}

export type Costs = { requests: number; bytes: number };

export type Probed = { readonly result: ProbeResult; readonly costs: Costs };

/** The reader over bytes in memory, with what it asked for. */
export async function probeBytes(data: Uint8Array): Promise<Probed> {
  return probeCounted(data.length, async (from, length) => data.slice(from, from + length));
}

/** The reader over a file, as the store gives it. */
export async function probeFile(path: string): Promise<Probed> {
  const file = openSync(path, "r");
  try {
    return await probeCounted(fstatSync(file).size, async (from, length) => {
      const data = new Uint8Array(length);
      return data.subarray(0, readSync(file, data, 0, length, from));
    });
  } finally {
    closeSync(file);
  }
}

async function probeCounted(bytes: number, readRange: ReadRange): Promise<Probed> {
  const costs = { requests: 0, bytes: 0 };
  const result = await probeIsoBmff({
    bytes,
    readRange: async (from, length) => {
      costs.requests += 1;
      costs.bytes += length;
      return readRange(from, length);
    },
  });
  return { result, costs };
}

export function readVideo(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

type Packet = { readonly from: number; readonly to: number };

/** What ffprobe shows of a file: nothing when it refuses it. */
export type SecondOpinion = {
  readonly codec: string;
  readonly soundCodec: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly Packet[];
  readonly sound: readonly Packet[];
};

export function askFfprobe(path: string): SecondOpinion | undefined {
  const entries =
    "stream=index,codec_type,codec_name,width,height:packet=stream_index,pts_time,duration_time,flags";
  const asked = spawnSync("ffprobe", ["-v", "error", "-of", "json", "-show_entries", entries, path], {
    maxBuffer: 256 * 1024 * 1024,
  });
  if (asked.status !== 0) return undefined;
  const answer = JSON.parse(asked.stdout.toString()) as {
    packets?: { stream_index: number; pts_time?: string; duration_time?: string; flags: string }[];
    streams: { index: number; codec_type: string; codec_name?: string; width?: number; height?: number }[];
  };
  const packetsOf = (index: number | undefined): Packet[] =>
    (answer.packets ?? [])
      .filter((packet) => packet.stream_index === index && !packet.flags.includes("D") && packet.pts_time)
      .map(({ pts_time, duration_time }) => {
        const from = Number(pts_time);
        return { from, to: from + Number(duration_time ?? 0) };
      });
  const lengthOf = ({ index }: { index: number }) => Math.max(0, ...packetsOf(index).map(({ to }) => to));
  // A thumbnail or an empty track may come first.
  const [video] = answer.streams
    .filter(({ codec_type }) => codec_type === "video")
    .toSorted((one, other) => lengthOf(other) - lengthOf(one));
  const audio = answer.streams.find(({ codec_type }) => codec_type === "audio");
  return {
    codec: video?.codec_name ?? "",
    soundCodec: audio?.codec_name,
    width: video?.width ?? 0,
    height: video?.height ?? 0,
    pictures: packetsOf(video?.index),
    sound: packetsOf(audio?.index),
  };
}

/** What mediainfo says of the longest track of pictures: nothing when it sees none, or no length. */
export function askMediainfo(
  path: string,
): { readonly seconds: number; readonly sounds: number } | undefined {
  const asked = spawnSync("mediainfo", ["--Output=JSON", path], { timeout: 10_000 });
  const answer = JSON.parse(asked.stdout.toString()) as {
    media?: { track: { "@type": string; Duration?: string }[] };
  };
  const of = (type: string) => (answer.media?.track ?? []).filter((track) => track["@type"] === type);
  const lengths = of("Video").flatMap(({ Duration }) => (Duration ? [Number(Duration)] : []));
  return lengths.length === 0 ? undefined : { seconds: Math.max(...lengths), sounds: of("Audio").length };
}
