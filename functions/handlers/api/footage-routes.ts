import * as z from "zod";
import { footageAnswer, footageCompletedAnswer, footageDeclaredAnswer } from "#contracts/answers.ts";
import { footageDeclaration } from "#contracts/footage.ts";
import { identifier } from "#contracts/identifiers.ts";
import { type CompleteFootageDeps, completeFootage } from "#use-cases/footage/complete-footage.ts";
import { type DeclareFootageDeps, declareFootage } from "#use-cases/footage/declare-footage.ts";
import { footageStatus, readFootage } from "#use-cases/footage/read-footage.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import { type Caller, defineRoute, type Route } from "./route.ts";
import { checkSpeaksFor, signerOf } from "./speaks-for.ts";

export type FootageRoutesDeps = DeclareFootageDeps &
  CompleteFootageDeps & { readonly directory: DeviceDirectory };

const params = z.strictObject({ footageId: identifier });
const access = { devices: "all" } as const;

/** What a device or a gateway does with footage. */
export function footageRoutes(deps: FootageRoutesDeps): Route[] {
  const ownFootage = async (footageId: string, caller: Caller) => {
    const record = await readFootage(footageId, deps);
    await checkSpeaksFor(caller, record.declaration.camera.serial, deps.directory);
    return record;
  };
  return [
    defineRoute({
      method: "POST",
      path: "/v1/footage",
      summary: "Declare one clip, or ask again for the URLs of what is still missing",
      access,
      body: footageDeclaration,
      answers: {
        200: { description: "Declared before", schema: footageDeclaredAnswer },
        201: { description: "Declared", schema: footageDeclaredAnswer },
      },
      problems: ["not-your-device", "conflict"],
      handle: async ({ body, caller }) => {
        await checkSpeaksFor(caller, body.camera.serial, deps.directory);
        const { created, ...declared } = await declareFootage(
          { declaration: body, declaredBy: signerOf(caller) },
          deps,
        );
        return { status: created ? 201 : 200, body: declared };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/v1/footage/{footageId}/complete",
      summary: "All parts are uploaded: join them",
      access,
      params,
      answers: { 200: { description: "Being joined", schema: footageCompletedAnswer } },
      problems: ["not-your-device", "not-found", "conflict"],
      handle: async ({ params: { footageId }, caller }) => {
        await ownFootage(footageId, caller);
        return { status: 200, body: await completeFootage({ footageId }, deps) };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/footage/{footageId}",
      summary: "Whether the device may erase its own copy: at ACCEPTED or REJECTED, never before",
      access,
      params,
      answers: { 200: { description: "Where the clip stands", schema: footageAnswer } },
      problems: ["not-your-device", "not-found"],
      handle: async ({ params: { footageId }, caller }) => ({
        status: 200,
        body: footageStatus(await ownFootage(footageId, caller)),
      }),
    }),
  ];
}
