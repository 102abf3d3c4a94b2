/**
 * Codec ids of Matroska, or what they begin with, under the names by which ffprobe calls them; the first that
 * fits counts. Registry: the Matroska codec specification.
 */
const codecs: readonly (readonly [id: string, name: string])[] = [
  ["V_MPEG4/ISO/AVC", "h264"],
  ["V_MPEGH/ISO/HEVC", "hevc"],
  ["V_MPEG4/", "mpeg4"],
  ["V_MPEG1", "mpeg1video"],
  ["V_MPEG2", "mpeg2video"],
  ["V_VP8", "vp8"],
  ["V_VP9", "vp9"],
  ["V_AV1", "av1"],
  ["V_MJPEG", "mjpeg"],
  ["V_THEORA", "theora"],
  ["V_PRORES", "prores"],
  ["V_FFV1", "ffv1"],
  ["A_AAC", "aac"],
  ["A_OPUS", "opus"],
  ["A_VORBIS", "vorbis"],
  ["A_FLAC", "flac"],
  ["A_EAC3", "eac3"],
  ["A_AC3", "ac3"],
  ["A_DTS", "dts"],
  ["A_MPEG/L3", "mp3"],
  ["A_MPEG/L2", "mp2"],
  ["A_PCM/", "pcm"],
];

/** Undefined for what has no name here: sound in an unknown form is still sound. */
export function matroskaCodecOf(codecId: string): string | undefined {
  return codecs.find(([id]) => codecId.startsWith(id))?.[1];
}
