import * as z from "zod";
import { type ProblemType, problemAnswer, problemTypes, typeUri } from "./problem.ts";
import type { Route } from "./route.ts";

export type Json = { [name: string]: unknown };

/** The OpenAPI document of the routes: made of the schemas that check their requests. */
export function describeApi(routes: readonly Route[]): Json {
  const schemas: Schemas = {};
  const paths: { [path: string]: Json } = {};
  for (const route of routes) {
    const operations = paths[route.path] ?? {};
    paths[route.path] = { ...operations, [route.method.toLowerCase()]: describeRoute(route, schemas) };
  }
  refer(problemAnswer, "output", schemas);
  return {
    openapi: "3.1.0",
    info: {
      title: "Witnessed",
      version: "1",
      description:
        "Says of every Taser use whether it was recorded on video. Answers are UTC, errors RFC 9457.",
    },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    paths,
    components: {
      schemas,
      securitySchemes: {
        person: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        device: {
          type: "apiKey",
          in: "header",
          name: "Signature",
          description:
            'RFC 9421, label sig1, alg "ed25519", keyid the registered serial, created within 300 s, nonce used once, covering "@method" "@path", "@query" when there is one, and "content-digest" (RFC 9530, sha-256) when there is a body.',
        },
      },
    },
    "x-problem-types": Object.entries(problemTypes).map(([type, { status, title }]) => ({
      type: typeUri(type as ProblemType),
      status,
      title,
    })),
  };
}

function describeRoute(route: Route, schemas: Schemas): Json {
  return {
    operationId: operationId(route),
    summary: route.summary,
    security: securityOf(route),
    ...(route.access.roles ? { "x-roles": route.access.roles } : {}),
    ...(route.access.devices ? { "x-devices": route.access.devices } : {}),
    parameters: [
      ...parametersOf(route.params, "path", schemas),
      ...parametersOf(route.query, "query", schemas),
    ],
    ...(route.body
      ? {
          requestBody: {
            required: !route.bodyOptional,
            content: { "application/json": { schema: refer(route.body, "input", schemas) } },
          },
        }
      : {}),
    responses: { ...answersOf(route, schemas), ...problemResponsesOf(route) },
  };
}

function operationId(route: Route): string {
  const words = route.path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "" && word !== "v1");
  return [route.method.toLowerCase(), ...words].join("-");
}

function securityOf(route: Route): Json[] {
  if (route.access.anyone) return [];
  return [...(route.access.roles ? [{ person: [] }] : []), ...(route.access.devices ? [{ device: [] }] : [])];
}

function parametersOf(schema: z.ZodType | undefined, where: "path" | "query", schemas: Schemas): Json[] {
  if (!schema) return [];
  const described = refer(schema, "input", schemas);
  const required = (described["required"] ?? []) as string[];
  return Object.entries((described["properties"] ?? {}) as Json).map(([name, property]) => ({
    name,
    in: where,
    required: where === "path" || required.includes(name),
    schema: property,
  }));
}

function answersOf(route: Route, schemas: Schemas): Json {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, { description, schema }]) => [
      status,
      { description, content: { "application/json": { schema: refer(schema, "output", schemas) } } },
    ]),
  );
}

/** The problems that a route can answer: what its access and its input imply, and its own. */
export function problemsOf(route: Route): ProblemType[] {
  const { anyone, roles, devices } = route.access;
  const implied: ProblemType[] = ["body-too-large", "internal-error", "unavailable", "invalid-request"];
  if (!anyone) implied.push("not-signed-in");
  if (roles) implied.push("token-rejected", "wrong-role");
  if (devices) {
    implied.push(
      "malformed-path",
      "signature-malformed",
      "signature-created",
      "signature-rejected",
      "signature-replayed",
      "content-digest-mismatch",
    );
  }
  if (devices === "gateways") implied.push("wrong-role");
  if (route.body) implied.push("unsupported-media-type", "malformed-json");
  return [...new Set([...implied, ...(route.problems ?? [])])].sort();
}

function problemResponsesOf(route: Route): Json {
  const byStatus = Map.groupBy(problemsOf(route), (type) => problemTypes[type].status);
  return Object.fromEntries(
    [...byStatus].map(([status, types]) => [
      String(status),
      {
        description: types.map((type) => `\`${type}\`: ${problemTypes[type].title}`).join("\n\n"),
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        "x-problem-types": types.map(typeUri),
      },
    ]),
  );
}

/** Schemas that have a name (`meta({ id })`), described once under it. */
type Schemas = { [id: string]: unknown };

/** The JSON Schema of what comes in or goes out; named schemas become references to `schemas`. */
function refer(schema: z.ZodType, io: "input" | "output", schemas: Schemas): Json {
  const described = z.toJSONSchema(z.object({ schema }), { io, unrepresentable: "any" }) as unknown as {
    properties: { schema: Json };
    $defs?: Schemas;
  };
  for (const [id, named] of Object.entries(described.$defs ?? {})) {
    const { id: _, ...plain } = inComponents(named) as Json;
    schemas[id] = plain;
  }
  return inComponents(described.properties.schema) as Json;
}

function inComponents(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
