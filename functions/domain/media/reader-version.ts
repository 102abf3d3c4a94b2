/**
 * The version of the reader of footage. Raised with every change by which a file may be read that was refused before:
 * the sweep then reads again what an older version refused.
 */
export const READER_VERSION = 2;
