import { type ApiUnderTest, CONSOLE, type PersonName } from "./api-under-test.ts";

export type Shown = {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** The words without the markup. */
  readonly text: string;
  readonly location: string | null;
};

/** A browser without scripts: it keeps cookies, follows nothing by itself, and sends forms as they stand on a page. */
export type Visitor = {
  readonly cookies: Map<string, string>;
  readonly get: (path: string) => Promise<Shown>;
  readonly post: (path: string, fields: Readonly<Record<string, string>>) => Promise<Shown>;
  /** Chooses a file on the page and sends the form around it; without one, what was typed there. */
  readonly upload: (
    page: string,
    sent: { readonly file?: string | Uint8Array; readonly text?: string; readonly csrf?: string },
  ) => Promise<Shown>;
  /** Goes through the sign-in as this person; the answer is where it ends. */
  readonly signIn: (who: PersonName, to?: string) => Promise<Shown>;
  /** Opens the page, fills in the form that is sent to `action`, and sends it. */
  readonly submit: (
    page: string,
    action: string,
    fields?: Readonly<Record<string, string>>,
  ) => Promise<Shown>;
};

/** Somebody in front of the console of this API. */
export function createVisitor(under: Pick<ApiUnderTest, "api">): Visitor {
  const cookies = new Map<string, string>();
  const request = async (path: string, init: RequestInit = {}): Promise<Shown> => {
    const headers = new Headers(init.headers);
    headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await under.api.request(CONSOLE + path, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) keep(cookie, cookies);
    const html = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      html,
      text: textOf(html),
      location: response.headers.get("location"),
    };
  };
  const get = (path: string) => request(path);
  const post: Visitor["post"] = (path, fields) =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
  const upload: Visitor["upload"] = async (page, { file, text = "", csrf }) => {
    const form = new FormData();
    form.set("csrf", csrf ?? hiddenFields((await get(page)).html, page)["csrf"] ?? "");
    form.set("text", text);
    form.set("file", new File(file === undefined ? [] : [new Blob([file as string])], "list.csv"));
    const written = new Response(form);
    const headers = { "content-type": written.headers.get("content-type") ?? "" };
    return request(page, { method: "POST", headers, body: await written.arrayBuffer() });
  };
  return {
    cookies,
    get,
    post,
    upload,
    signIn: async (who, to = "/") => {
      await get(`/sign-in?to=${encodeURIComponent(to)}`);
      return get(`/sign-in/done?code=${who}&state=state-1`);
    },
    submit: async (page, action, fields = {}) => {
      const { html } = await get(page);
      return post(action, { ...hiddenFields(html, action), ...fields });
    },
  };
}

function keep(cookie: string, cookies: Map<string, string>): void {
  const [pair = "", ...attributes] = cookie.split("; ");
  const [name = "", value = ""] = pair.split("=");
  if (attributes.includes("Max-Age=0")) cookies.delete(name);
  else cookies.set(name, value);
}

/** What the form that is sent to `action` carries by itself. */
export function hiddenFields(html: string, action: string): Readonly<Record<string, string>> {
  const start = html.indexOf(`action="${action}"`);
  if (start < 0) throw new Error(`there is no form that is sent to ${action}`);
  const form = html.slice(start, html.indexOf("</form>", start));
  const hidden = form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g);
  return Object.fromEntries([...hidden].map(([, name, value]) => [name, value]));
}

function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");
}
