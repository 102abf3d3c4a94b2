/** For sorting by text, code unit by code unit: the same on every machine, whatever its language. */
export function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
