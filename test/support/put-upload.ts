/** One PUT as a device sends it, and what the store answered. Headers go out exactly as given. */
export type PutAnswer = { readonly status: number; readonly code: string | undefined };

export async function putUpload(
  upload: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
  body: Uint8Array<ArrayBuffer>,
): Promise<PutAnswer> {
  const response = await fetch(upload.url, { method: "PUT", headers: { ...upload.headers }, body });
  const text = await response.text();
  return { status: response.status, code: /<Code>(?<code>\w+)<\/Code>/.exec(text)?.groups?.["code"] };
}
