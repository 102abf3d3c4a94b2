/**
 * Sample entry types and MPEG-4 object types that cameras write, under the names by which ffprobe calls
 * them. Registry: mp4ra.org and the QuickTime File Format Specification.
 */
const videoTypes: Readonly<Record<string, string>> = {
  avc1: "h264",
  avc2: "h264",
  avc3: "h264",
  avc4: "h264",
  dva1: "h264",
  dvav: "h264",
  H264: "h264",
  X264: "h264",
  ai12: "h264",
  ai13: "h264",
  ai15: "h264",
  ai16: "h264",
  ai1p: "h264",
  ai1q: "h264",
  ai52: "h264",
  ai53: "h264",
  ai55: "h264",
  ai56: "h264",
  ai5p: "h264",
  ai5q: "h264",
  AVin: "h264",
  hvc1: "hevc",
  hvc2: "hevc",
  hev1: "hevc",
  dvh1: "hevc",
  dvhe: "hevc",
  HEVC: "hevc",
  H265: "hevc",
  vvc1: "vvc",
  vvi1: "vvc",
  av01: "av1",
  dav1: "av1",
  vp08: "vp8",
  vp09: "vp9",
  VP80: "vp8",
  VP90: "vp9",
  s263: "h263",
  H263: "h263",
  jpeg: "mjpeg",
  mjp2: "jpeg2000",
  MJPG: "mjpeg",
  mjpa: "mjpeg",
  mjpb: "mjpegb",
  AVDJ: "mjpeg",
  dmb1: "mjpeg",
  mjpg: "mjpeg",
  LJPG: "mjpeg",
  "png ": "png",
  DIVX: "mpeg4",
  DX50: "mpeg4",
  XVID: "mpeg4",
  FMP4: "mpeg4",
  "3IV1": "mpeg4",
  "3IV2": "mpeg4",
  M4S2: "mpeg4",
  MP4S: "mpeg4",
  mp4v: "mpeg4",
  SVQ1: "svq1",
  SVQ3: "svq3",
  cvid: "cinepak",
  "m1v ": "mpeg1video",
  m2v1: "mpeg2video",
  mp2v: "mpeg2video",
  mpg1: "mpeg1video",
  mpg2: "mpeg2video",
  "dvc ": "dvvideo",
  dvcp: "dvvideo",
  dvpp: "dvvideo",
  dv5p: "dvvideo",
  dvhp: "dvvideo",
  AVdn: "dnxhd",
  AVdh: "dnxhd",
  apch: "prores",
  apcn: "prores",
  apcs: "prores",
  apco: "prores",
  ap4h: "prores",
  ap4x: "prores",
  aprh: "prores_raw",
  aprn: "prores_raw",
  CFHD: "cfhd",
  "raw ": "rawvideo",
  "2vuy": "rawvideo",
  yuv2: "rawvideo",
  v210: "v210",
  "rle ": "qtrle",
  WMV3: "wmv3",
  "vc-1": "vc1",
  WVC1: "vc1",
  "8BPS": "8bps",
  "smc ": "smc",
  rpza: "rpza",
  "gif ": "gif",
  tiff: "tiff",
  FFV1: "ffv1",
  Hap1: "hap",
  Hap5: "hap",
  HapY: "hap",
  yuvs: "rawvideo",
  BGRA: "rawvideo",
  evc1: "evc",
  apv1: "apv",
};

/** Sony and Panasonic name sizes and rates of their MPEG-2: `xdv1` to `xdvf`, `xd51`, `hdv2`, `mx5n`, … */
const mpeg2Families = /^(?:xd[v5][0-9a-z]|hdv[1-9a]|mx[345][np])$/;

const audioTypes: Readonly<Record<string, string>> = {
  mp4a: "aac",
  "ac-3": "ac3",
  "ec-3": "eac3",
  samr: "amr_nb",
  sawb: "amr_wb",
  sevc: "evrc",
  sqcp: "qcelp",
  alac: "alac",
  Opus: "opus",
  fLaC: "flac",
  ".mp3": "mp3",
  sowt: "pcm_s16le",
  twos: "pcm_s16be",
  in24: "pcm_s24be",
  in32: "pcm_s32be",
  fl32: "pcm_f32be",
  fl64: "pcm_f64be",
  lpcm: "pcm",
  ipcm: "pcm",
  fpcm: "pcm",
  "raw ": "pcm_u8",
  NONE: "pcm_u8",
  ulaw: "pcm_mulaw",
  alaw: "pcm_alaw",
  ima4: "adpcm_ima_qt",
  "ms\u0000\u0011": "adpcm_ima_wav",
  "ms\u0000U": "mp3",
  QDM2: "qdm2",
  Qclp: "qcelp",
  agsm: "gsm",
};

/** ISO 14496-1 objectTypeIndication, for `mp4v` and `mp4a`. */
const objectTypes: Readonly<Record<number, string>> = {
  32: "mpeg4",
  33: "h264",
  35: "hevc",
  96: "mpeg2video",
  97: "mpeg2video",
  98: "mpeg2video",
  99: "mpeg2video",
  100: "mpeg2video",
  101: "mpeg2video",
  106: "mpeg1video",
  108: "mjpeg",
  109: "png",
  64: "aac",
  102: "aac",
  103: "aac",
  104: "aac",
  105: "mp3",
  107: "mp3",
  165: "ac3",
  166: "eac3",
  169: "dts",
  173: "opus",
  221: "vorbis",
  225: "qcelp",
};

const encryptedTypes = new Set(["encv", "enca", "drmi", "drms", "encs"]);

/** Writers disagree about capitals (`xvid`, `h264`), so a name that is not known as it stands is raised. */
export function videoCodecOf(sampleEntry: string): string | undefined {
  for (const type of [sampleEntry, sampleEntry.toUpperCase()]) {
    if (Object.hasOwn(videoTypes, type)) return videoTypes[type];
  }
  return mpeg2Families.test(sampleEntry) ? "mpeg2video" : undefined;
}

/** Undefined for what we have no name for: sound in an unknown form is still sound. */
export function audioCodecOf(sampleEntry: string): string | undefined {
  return Object.hasOwn(audioTypes, sampleEntry) ? audioTypes[sampleEntry] : undefined;
}

export function codecOfObjectType(indication: number): string | undefined {
  return objectTypes[indication];
}

export function isEncrypted(sampleEntry: string): boolean {
  return encryptedTypes.has(sampleEntry);
}
