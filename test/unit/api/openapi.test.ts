import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { footageDeclaration } from "#contracts/footage.ts";
import { describeApi, problemsOf } from "#handlers/api/describe-api.ts";
import { type ProblemType, problemTypes, typeUri } from "#handlers/api/problem.ts";
import { defineRoute } from "#handlers/api/route.ts";
import { type ApiUnderTest, createApiUnderTest } from "#test/support/api-under-test.ts";

type Operation = {
  readonly operationId: string;
  readonly security: object[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<string, { readonly "x-problem-types"?: string[] }>;
};

let under: ApiUnderTest;
// biome-ignore lint/suspicious/noExplicitAny: a document of many shapes
let document: any;
let operations: [method: string, path: string, operation: Operation][];

beforeAll(async () => {
  under = createApiUnderTest();
  document = (await under.send("/openapi.json")).body;
  operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, item]) =>
      Object.entries(item).map(([method, operation]): (typeof operations)[number] => [
        method,
        path,
        operation,
      ]),
  );
});

describe("the OpenAPI document", () => {
  it("is served to anyone as 3.1", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(document.info.title).toBe("Witnessed");
  });

  it("describes each route that is mounted, and mounts each that is described", () => {
    const mounted = under.api.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const described = operations.map(([method, path]) => `${method.toUpperCase()} ${path}`);
    expect(described.toSorted()).toEqual(mounted.toSorted());
    expect(described).toHaveLength(32);
  });

  it("gives every operation a name of its own", () => {
    const names = operations.map(([, , { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  it("holds the very schema that checks a declaration", () => {
    const { $schema: _, ...expected } = z.toJSONSchema(footageDeclaration, { io: "input" });
    expect(document.paths["/v1/footage"].post.requestBody.content["application/json"].schema).toEqual(
      expected,
    );
  });

  it("leads nowhere that does not exist", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    for (const [, name] of references) expect(Object.keys(document.components.schemas)).toContain(name);
    expect(JSON.stringify(document)).not.toContain("$defs");
  });

  it("lists every problem type, each with its status, on the operations that answer it", () => {
    const all = Object.keys(problemTypes).map((type) => typeUri(type as ProblemType));
    const listed = new Map<string, number>(
      document["x-problem-types"].map(({ type, status }: { type: string; status: number }) => [type, status]),
    );
    expect([...listed.keys()].toSorted()).toEqual(all.toSorted());
    expect(document.components.schemas.Problem.properties.type.enum.toSorted()).toEqual(all.toSorted());
    const onOperations = operations.flatMap(([, , { responses }]) =>
      Object.entries(responses).flatMap(([status, response]) =>
        (response["x-problem-types"] ?? []).map((type) => {
          expect(listed.get(type)).toBe(Number(status));
          return type;
        }),
      ),
    );
    const anywhere = [typeUri("no-such-route"), typeUri("method-not-allowed")];
    expect([...new Set([...onOperations, ...anywhere])].toSorted()).toEqual(all.toSorted());
  });

  it("lists the types that the code can answer, and no others", () => {
    const folder = new URL("../../../functions/handlers/api/", import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const sources = files.map((file) => readFileSync(new URL(file, folder), "utf8"));
    const thrown = sources.flatMap((source) =>
      [...source.matchAll(/new ProblemError\(\s*"([\w-]+)"/g)].map(([, type]) => type),
    );
    expect([...new Set(thrown)].toSorted()).toEqual(Object.keys(problemTypes).toSorted());
  });

  it("says how each operation wants its caller known", () => {
    const open = operations.filter(([, , { security }]) => security.length === 0).map(([, path]) => path);
    expect(open).toEqual(["/v1/time", "/v1/health", "/openapi.json"]);
  });

  it("takes in routes that exist in one place alone", () => {
    const extra = defineRoute({
      method: "GET",
      path: "/v1/local/alerts",
      summary: "The inbox",
      access: { roles: ["supervisor"] },
      answers: { 200: { description: "Oldest first", schema: z.object({ alerts: z.array(z.string()) }) } },
      handle: async () => ({ status: 200, body: { alerts: [] } }),
    });
    const described = describeApi([extra]) as { paths: Record<string, unknown> };
    expect(Object.keys(described.paths)).toEqual(["/v1/local/alerts"]);
    expect(problemsOf(extra)).toContain("wrong-role");
  });
});
